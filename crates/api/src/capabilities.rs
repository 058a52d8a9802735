//! User capabilities.

use robin_model::{CapabilityName, TenantRole};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("user-capabilities");
const ONE: &str = base!("user-capabilities/{name}");
const UPDATE: Needs = Needs::Permission("USER_CAPABILITY", "update");

endpoints! {
    GetCapability = GET [ONE] needs Needs::Permission("USER_CAPABILITY", "view"), "Show one user capability" => Capability;
    AddCapability = POST [ALL] needs Needs::Permission("USER_CAPABILITY", "create"), "Add a custom user capability" => Message;
    UpdateCapability = PUT [ONE, ALL] ("update") needs UPDATE, "Update a custom user capability" => Message, CAN_REHEARSE;
    AddEntries = PUT [ONE, ALL] ("add_capability_entries") needs UPDATE,
        "Add permissions to a custom user capability" => Message, CAN_REHEARSE;
    RemoveEntries = PUT [ONE, ALL] ("remove_capability_entries") needs UPDATE,
        "Remove permissions from a custom user capability" => Message, CAN_REHEARSE;
    AddProviders = PUT [ONE, ALL] ("add_providers") needs UPDATE,
        "Let a custom user capability inherit others" => Message, CAN_REHEARSE;
    RemoveProviders = PUT [ONE, ALL] ("remove_providers") needs UPDATE,
        "Let a custom user capability inherit others no longer" => Message, CAN_REHEARSE;
    RemoveCapability = DELETE [ONE, ALL] needs Needs::Permission("USER_CAPABILITY", "delete"),
        "Remove a custom user capability" => Message, CAN_REHEARSE;
}

lists! {
    ListCapabilities = [ALL] needs Needs::Permission("USER_CAPABILITY", "view"), "List user capabilities" => Capability;
}

/// Lists user capabilities.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListCapabilities {
    /// Hidden capabilities too.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub all_capabilities: bool,
    /// Only this group's, hidden ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capability_group: Option<String>,
    /// Only these, hidden or not.
    #[serde(deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<CapabilityName>>,
}

/// Shows one capability.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetCapability {
    /// The capability.
    pub name: CapabilityName,
}

/// Adds a custom capability: at least one of `providers` and `capability_entries`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddCapability {
    /// Its name.
    pub name: CapabilityName,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The roles it may be assigned to.
    #[serde(deserialize_with = "lenient::names")]
    #[schemars(with = "Vec<String>")]
    pub tenant_roles: Vec<TenantRole>,
    /// The capabilities it inherits.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub providers: Option<Vec<CapabilityName>>,
    /// Keeps it out of lists.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Its own permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability_entries: Option<Vec<Entry>>,
}

/// Updates a custom capability: what is not named stays, what is named is replaced.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCapability {
    /// The capability.
    pub name: CapabilityName,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The roles it may be assigned to.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub tenant_roles: Option<Vec<TenantRole>>,
    /// The capabilities it inherits.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub providers: Option<Vec<CapabilityName>>,
    /// Keeps it out of lists, or shows it there.
    #[serde(default, deserialize_with = "lenient::optional_flag", skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Its own permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability_entries: Option<Vec<Entry>>,
}

/// Adds permissions to a custom capability.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEntries {
    /// The capability.
    pub name: CapabilityName,
    /// The permissions to add.
    pub capability_entries: Vec<Entry>,
}

/// Removes permissions from a custom capability.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveEntries {
    /// The capability.
    pub name: CapabilityName,
    /// The permissions to remove.
    pub capability_entries: Vec<Entry>,
}

/// Adds providers to a custom capability.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddProviders {
    /// The capability.
    pub name: CapabilityName,
    /// The capabilities to inherit.
    #[serde(deserialize_with = "lenient::names")]
    pub providers: Vec<CapabilityName>,
}

/// Removes providers from a custom capability.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveProviders {
    /// The capability.
    pub name: CapabilityName,
    /// The capabilities to inherit no longer.
    #[serde(deserialize_with = "lenient::names")]
    pub providers: Vec<CapabilityName>,
}

/// Removes a custom capability.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveCapability {
    /// The capability.
    pub name: CapabilityName,
}

/// A capability, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capability {
    /// Its group; `Custom` for custom ones.
    pub capability_group: String,
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub description: String,
    /// The capabilities it inherits.
    pub providers: Vec<String>,
    /// Whether lists leave it out.
    pub hidden: bool,
    /// Its name.
    pub name: String,
    /// Its own permissions.
    pub capability_entries: Vec<Entry>,
    /// The roles it may be assigned to.
    #[schemars(with = "Vec<String>")]
    pub tenant_roles: Vec<TenantRole>,
}

/// One permission: an operation on an object type. On input also `["TYPE", "operation"]` and `"TYPE:operation"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Entry {
    /// What is done, as in `start`.
    pub operation: String,
    /// What it is done to, as in `APPLICATION`.
    pub object_type: String,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            object_type: String,
            operation: String,
        }
        // The reference shows dictionaries in one place, pairs in another and `TYPE:operation` on the command line.
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "expected {\"object_type\": …, \"operation\": …}, [type, operation] or \"TYPE:operation\""
        )]
        enum Form {
            Fields(Fields),
            Pair(String, String),
            Text(String),
        }
        let (object_type, operation) = match Form::deserialize(deserializer)? {
            Form::Fields(Fields { object_type, operation }) | Form::Pair(object_type, operation) => {
                (object_type, operation)
            }
            Form::Text(text) => match text.split_once(':') {
                Some((object_type, operation)) => (object_type.to_owned(), operation.to_owned()),
                None => return Err(de::Error::custom("write a capability entry as TYPE:operation")),
            },
        };
        Ok(Self { operation, object_type })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_a_dictionary_a_pair_or_a_word() {
        for form in
            [json!({"object_type": "BUNDLE", "operation": "view"}), json!(["BUNDLE", "view"]), json!("BUNDLE:view")]
        {
            let entry = Entry::deserialize(form).unwrap();
            assert_eq!((entry.object_type.as_str(), entry.operation.as_str()), ("BUNDLE", "view"));
        }
        assert!(Entry::deserialize(json!("BUNDLE")).is_err());
    }

    #[test]
    fn roles_may_be_a_list_or_text() {
        for roles in [json!(["user", "tenantadmin"]), json!("user,tenantadmin")] {
            let added = AddCapability::deserialize(json!({"name": "C", "tenant_roles": roles})).unwrap();
            assert_eq!(added.tenant_roles, [TenantRole::User, TenantRole::Tenantadmin]);
        }
    }

    #[test]
    fn whatever_is_read_as_an_entry_has_a_type_and_an_operation() {
        for case in 0..robin_testkit::fuzz::cases() {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let known = [
                json!({"object_type": "BUNDLE", "operation": "view"}),
                json!(["BUNDLE", "view"]),
                json!("BUNDLE:view"),
                json!(dice.changed("BUNDLE:view")),
            ];
            let mut form = dice.one(&known).clone();
            if dice.below(4) > 0 {
                dice.change(&mut form);
            }
            let Ok(entry) = Entry::deserialize(&form) else { continue };
            let again = Entry::deserialize(serde_json::to_value(&entry).unwrap());
            assert_eq!(again.ok().as_ref(), Some(&entry), "case {case}: {form}");
        }
    }
}
