//! Accounts.

use std::collections::BTreeMap;

use robin_model::{
    CapabilityName, NamespaceName, Secret, TenantName, TenantRole, Username, directory::Dn, profile::Profile,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    imports::Import,
    lenient,
};

const USERS: &str = base!("users");
const USER: &str = base!("users/{username}");
const USERS_V5: &str = "/api/v5/robin_server/users";
const USER_V5: &str = "/api/v5/robin_server/users/{username}";

endpoints! {
    GetUser = GET [USER, USER_V5] needs Needs::Permission("USER", "view"), "Show one user; oneself without the permission" => User;
    AddUsers = POST [USERS] needs Needs::Permission("USER", "create"), "Add one user, or a list of them" => Import, CAN_REHEARSE;
    UpdateUser = PUT [USER] ("update") needs Needs::Permission("USER", "update"), "Update a user's attributes; one's own without the permission" => Message;
    ChangeTenantRole = PUT [USER] ("change_tenant_role") needs Needs::Permission("USER", "update_role"),
        "Change the role a user has in a tenant" => Message, CAN_REHEARSE;
    EnableUser = PUT [USER] ("enable") needs Needs::Permission("USER", "update"), "Let a user log in again" => Message;
    DisableUser = PUT [USER] ("disable") needs Needs::Permission("USER", "update"),
        "Keep a user from logging in, and end their sessions" => Message;
    RemoveUser = DELETE [USER, USERS] needs Needs::Permission("USER", "delete"), "Remove a user" => Message;
}

lists! {
    ListUsers = [USERS, USERS_V5] needs Needs::Permission("USER", "view"), "List users" => User;
}

/// Lists users.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListUsers {
    /// Disabled users too.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// Hidden users too.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Deleted users too.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Fills `permissions` with what each user may do, by tenant.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub permissions: bool,
}

/// Shows one user.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetUser {
    /// The user.
    pub username: Username,
    /// Fills `permissions` with what the user may do, by tenant.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub permissions: bool,
}

/// Adds users: exactly one of the two fields.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddUsers {
    /// One user.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub user_info: Option<NewUser>,
    /// At most 1,000 users, added all or none. A user of a directory who has an account already joins the tenants that they are no
    /// member of, and whatever else they have stays as it is.
    #[serde(default, deserialize_with = "lenient::optional_objects", skip_serializing_if = "Option::is_none")]
    pub user_list: Option<Vec<NewUser>>,
    /// Where directories search for users, for those who name no place of their own: a distinguished name or a domain.
    #[serde(default, deserialize_with = "lenient::optional_search_base", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub search_base: Option<Dn>,
}

/// A user to be added.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name to log in with.
    #[serde(deserialize_with = "lenient::new_username")]
    pub username: Username,
    /// Who checks the password: 1 Robin, 2 LDAP, 3 OpenShift.
    #[schemars(range(min = 1, max = 3))]
    pub authentication_type: u8,
    /// The password, where Robin checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub password: Option<Secret>,
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Accepted and without effect: Helm 2 and its Tiller are gone from every supported Kubernetes.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub setup_tiller: bool,
    /// The directory server that checks the password, for LDAP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap_server: Option<String>,
    /// The distinguished name to bind as, for LDAP, where the username is not the one that the directory has.
    #[serde(default, deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub ldap_user_dn: Option<Dn>,
    /// Where the directory searches for the user, for LDAP, if not where the server's settings say: a distinguished name or a domain.
    #[serde(default, deserialize_with = "lenient::optional_search_base", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub search_base: Option<Dn>,
    /// The capabilities to assign in those tenants that name none of their own.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
    /// The tenants to join, at least one.
    #[serde(deserialize_with = "lenient::objects")]
    pub tenant_list: Vec<NewMembership>,
}

/// A tenant for a new user to join.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMembership {
    /// The tenant.
    pub tenant: TenantName,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
    /// The primary namespace: made if it is new, taken over if the tenant has it; by default a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_name: Option<NamespaceName>,
    /// Takes over a namespace that the cluster has and Robin does not know.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub import_namespace: bool,
}

/// Updates a user's attributes.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// The user.
    pub username: Username,
    /// What to change.
    #[serde(deserialize_with = "lenient::object")]
    pub user_info: UserChange,
}

/// New attributes; what is not named stays, and an empty text removes what was there.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserChange {
    /// The password. The user's sessions end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub password: Option<Secret>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The distinguished name to bind as, for a user of a directory; empty for the username. The account belongs to whoever logs in
    /// next under that name, and the user's sessions end. Needs the permission even for oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ldap_user_dn: Option<String>,
}

impl UserChange {
    /// The part that is about the person.
    #[must_use]
    pub fn profile(&self) -> Profile {
        let (first_name, last_name) = (self.first_name.clone(), self.last_name.clone());
        Profile { first_name, last_name, email: self.email.clone() }
    }
}

/// Changes a member's role.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTenantRole {
    /// The user.
    pub username: Username,
    /// The tenant.
    pub tenant: TenantName,
    /// The new role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the new role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
}

/// Lets a user log in again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnableUser {
    /// The user.
    pub username: Username,
}

/// Keeps a user from logging in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisableUser {
    /// The user.
    pub username: Username,
}

/// Removes a user.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveUser {
    /// The user.
    pub username: Username,
    /// Deletes the namespaces from the cluster too.
    #[serde(default = "yes", deserialize_with = "lenient::flag")]
    pub delete_namespaces: bool,
    /// Who takes over what the user owns, by tenant.
    #[serde(default, deserialize_with = "lenient::objects", skip_serializing_if = "Vec::is_empty")]
    pub replacement_users: Vec<Replacement>,
}

const fn yes() -> bool {
    true
}

/// Who takes over in one tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// The tenant.
    pub tenant: TenantName,
    /// A member of it.
    pub replacement_user: Username,
}

/// A user, as lists show them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The first name.
    pub first_name: Option<String>,
    /// The name of the current user context.
    pub user_context: Option<String>,
    /// The current tenant.
    pub tenant: Option<String>,
    /// The username.
    pub username: String,
    /// The current user context's number.
    pub user_context_id: Option<i64>,
    /// The current tenant's number.
    pub tenant_id: Option<i64>,
    /// By tenant and object type: the operations the user may do. Empty unless asked for.
    pub permissions: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// The number of the directory server that checks the password.
    pub ldap_server_ref: Option<i64>,
    /// The tenants the user is a member of.
    pub tenants: Vec<UserTenant>,
    /// Who checks the password: `local`, `ldap` or `openshift`.
    pub authentication: String,
    /// Whether lists leave the user out.
    pub hidden: bool,
    /// The user's number.
    pub user_id: i64,
    /// The e-mail address.
    pub email: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The user inside each tenant.
    pub user_contexts: Vec<UserContext>,
    /// The role in the current tenant.
    #[schemars(with = "Option<String>")]
    pub current_role: Option<TenantRole>,
    /// Whether the user was removed.
    pub deleted: bool,
    /// Whether the user is kept from logging in; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// A user's place in one tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UserTenant {
    /// The capabilities assigned there.
    pub user_capabilities: Vec<String>,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The tenant.
    pub name: String,
}

/// A user's identity inside one tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UserContext {
    /// The number of the context's Kubernetes credential.
    pub user_credential_ref: i64,
    /// The tenant's number.
    pub tenant_ref: i64,
    /// The tenant.
    pub tenant: String,
    /// The context's Kubernetes user; empty without a cluster.
    pub user_credential: String,
    /// The context's name.
    pub name: String,
    /// The user's number.
    pub user_ref: i64,
    /// The username.
    pub username: String,
    /// The primary namespace.
    pub namespace: Option<String>,
    /// The context's number.
    pub id: i64,
    /// Always `ROBIN_CONTEXT`.
    pub context_type: String,
}
