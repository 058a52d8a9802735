use super::*;
use crate::{Entry, RoleSet};

fn entry(text: &str) -> Entry {
    let (object_type, operation) = text.split_once(':').unwrap();
    Entry { object_type: object_type.into(), operation: operation.into() }
}

fn definition(id: i64, name: &str, roles: &[TenantRole], providers: &[&str], entries: &[&str]) -> Definition {
    Definition {
        id: CapabilityId(id),
        name: name.into(),
        group: "Custom".into(),
        description: String::new(),
        hidden: false,
        tenant_roles: roles.to_vec(),
        providers: providers.iter().map(|name| (*name).into()).collect(),
        entries: entries.iter().map(|text| entry(text)).collect(),
    }
}

/// A custom capability for everybody.
fn custom(id: i64, name: &str, providers: &[&str], entries: &[&str]) -> Definition {
    definition(id, name, &TenantRole::ALL, providers, entries)
}

fn refusal(custom: &[Definition]) -> String {
    Catalogue::builtin().with_custom(custom).unwrap_err().to_string()
}

#[test]
fn the_builtin_catalogue_has_the_known_sizes() {
    let catalogue = Catalogue::builtin();
    assert_eq!(catalogue.capabilities().count(), 109);
    assert_eq!(catalogue.object_types().count(), 48);
    assert_eq!(catalogue.permissions().count(), 263);
    let size = |name: &str| catalogue.capability(name).unwrap().permissions().len();
    assert_eq!(size("AllUserCapabilities"), 133);
    assert_eq!(size("AllTenantAdminCapabilities"), 185);
    assert_eq!(size("AllSuperAdminCapabilities"), 263);
    assert_eq!(size("AllCapabilities"), 263);
    assert_eq!(size("AllClusterAdminCapabilities"), 263);
    assert_eq!(size("AllClusterUserCapabilities"), 46);
}

#[test]
fn every_name_and_number_leads_back_to_its_capability() {
    let catalogue = Catalogue::builtin();
    for capability in catalogue.capabilities() {
        assert_eq!(catalogue.by_id(capability.id()).unwrap().name(), capability.name());
        for name in [capability.name().to_owned(), capability.name().to_uppercase(), capability.name().to_lowercase()] {
            assert_eq!(catalogue.capability(&name).unwrap().id(), capability.id());
        }
        for provider in capability.providers() {
            assert!(catalogue.inheritors(*provider).any(|heir| heir.id() == capability.id()));
        }
    }
    assert!(catalogue.by_id(CapabilityId(69)).is_none());
    assert!(catalogue.capability("").is_none());
}

#[test]
fn every_permission_leads_back_to_its_words() {
    let catalogue = Catalogue::builtin();
    for permission in catalogue.permissions() {
        let (object_type, operation) = catalogue.describe(permission);
        assert_eq!(catalogue.permission(object_type, operation), Some(permission));
        assert!(catalogue.operations(object_type).any(|known| known == operation));
    }
    let by_type = catalogue.object_types().flat_map(|object_type| catalogue.operations(object_type));
    assert_eq!(by_type.count(), 263);
}

#[test]
fn administration_capabilities_are_for_the_role_they_are_the_default_for() {
    let catalogue = Catalogue::builtin();
    let roles = |name: &str| catalogue.capability(name).unwrap().roles().iter().collect::<Vec<_>>();
    for role in TenantRole::ALL {
        assert_eq!(roles(role.default_capability()), [role]);
        assert_eq!(catalogue.default_for(role), catalogue.capability(role.default_capability()).map(Capability::id));
    }
    for name in ["AllCapabilities", "AllClusterAdminCapabilities", "AllClusterUserCapabilities"] {
        assert_eq!(roles(name), [TenantRole::Superadmin]);
    }
    let declared: RoleSet = catalogue.capability("ManageUsers").unwrap().declared_roles().iter().copied().collect();
    assert_eq!(catalogue.capability("ManageUsers").unwrap().roles(), declared);
}

#[test]
fn custom_capabilities_inherit_each_other_in_any_order() {
    let catalogue = Catalogue::builtin()
        .with_custom(&[
            custom(115, "Outer", &["INNER"], &["APPLICATION:start"]),
            custom(116, "Inner", &["ViewApplications"], &["APPLICATION:stop"]),
        ])
        .unwrap();
    let outer = catalogue.capability("outer").unwrap();
    assert_eq!(outer.permissions().len(), 5);
    assert_eq!(outer.providers(), [CapabilityId(116)]);
    assert!(catalogue.inheritors(CapabilityId(116)).map(Capability::id).eq([CapabilityId(115)]));
    assert_eq!(catalogue.permissions().count(), 263, "custom capabilities add no words");
}

#[test]
fn a_provider_named_twice_is_inherited_once() {
    let twice = custom(115, "Twice", &["ViewApplications", "viewapplications"], &[]);
    let catalogue = Catalogue::builtin().with_custom(&[twice]).unwrap();
    let provider = catalogue.capability("ViewApplications").unwrap().id();
    assert_eq!(catalogue.inheritors(provider).filter(|heir| heir.name() == "Twice").count(), 1);
}

#[test]
fn a_custom_cycle_is_refused_with_its_members() {
    let a = custom(115, "A", &["B"], &[]);
    let b = custom(116, "B", &["ViewApplications", "C"], &[]);
    let c = custom(117, "C", &["b"], &[]);
    assert_eq!(
        refusal(&[a, b, c]),
        "capabilities inherit each other in a cycle: `B` inherits `C` inherits `B`: remove one of these providers"
    );
    assert!(refusal(&[custom(115, "A", &["a"], &[])]).contains("`A` inherits `A`"));
}

#[test]
fn a_custom_capability_may_not_be_usable_with_more_roles_than_its_providers() {
    assert_eq!(
        refusal(&[custom(115, "A", &["ViewApplications", "ManageUsers"], &[])]),
        "capability `A` is usable with the tenant role `tenantadmin`, its provider `ManageUsers` is not: \
         drop the role or the provider"
    );
    let inner = definition(115, "Inner", &[TenantRole::User], &[], &["USER:view"]);
    assert!(refusal(&[inner, custom(116, "Outer", &["Inner"], &[])]).contains("`superadmin`"));
    let all = definition(115, "A", &[TenantRole::User], &["AllUserCapabilities"], &[]);
    assert!(Catalogue::builtin().with_custom(&[all]).is_ok(), "its role is the one it is the default for");
    let all = definition(115, "A", &[TenantRole::Tenantadmin], &["AllUserCapabilities"], &[]);
    assert!(refusal(&[all]).contains("`AllUserCapabilities` is not"));
}

#[test]
fn a_custom_capability_needs_known_words_providers_roles_and_contents() {
    assert!(refusal(&[custom(115, "A", &["Nothing"], &[])]).contains("unknown provider `Nothing`"));
    assert!(refusal(&[custom(115, "A", &[NO_CAPABILITIES], &[])]).contains("unknown provider"));
    assert!(refusal(&[custom(115, "A", &[], &["NOTHING:view"])]).contains("unknown object type `NOTHING`"));
    assert!(refusal(&[custom(115, "A", &[], &["USER:start"])]).contains("operation `start`, which"));
    assert!(refusal(&[custom(115, "A", &[], &["CLONE:start"])]).contains("operation `start`, which"));
    assert!(refusal(&[custom(115, "A", &[], &["user:view"])]).contains("unknown object type `user`"));
    assert!(refusal(&[definition(115, "A", &[], &["ViewUsers"], &[])]).contains("has no tenant role"));
    assert!(refusal(&[custom(115, "A", &[], &[])]).contains("gives nothing"));
}

#[test]
fn names_and_numbers_are_unique_and_well_formed() {
    let view = ["USER:view"];
    assert!(refusal(&[custom(115, "viewUSERS", &[], &view)]).contains("is taken"));
    assert!(refusal(&[custom(115, "A", &[], &view), custom(116, "a", &[], &view)]).contains("is taken"));
    assert!(refusal(&[custom(3, "A", &[], &view)]).contains("has the id 3"));
    assert!(refusal(&[custom(115, "A", &[], &view), custom(115, "B", &[], &view)]).contains("`B` has the id 115"));
    assert!(refusal(&[custom(115, "nocapabilities", &[], &view)]).contains("reserved"));
    for name in ["", "A B", "Ä", "A:B", &"x".repeat(65)] {
        assert!(refusal(&[custom(115, name, &[], &view)]).starts_with("invalid capability name"), "{name}");
    }
}

#[test]
fn an_extension_adds_words_and_keeps_every_permission_where_it_was() {
    let base = Catalogue::builtin();
    let extra = definition(10_001, "Queues", &[TenantRole::User], &["ViewUsers"], &["QUEUE:view", "USER:fly"]);
    let extended = base.extend(vec![extra]).unwrap();
    for permission in base.permissions() {
        assert_eq!(extended.describe(permission), base.describe(permission));
    }
    assert!(extended.has_object_type("QUEUE") && extended.permission("USER", "fly").is_some());
    // Also what came before is unchanged.
    assert!(!base.has_object_type("QUEUE"));
    let custom = custom(115, "Flyers", &[], &["USER:fly"]);
    assert!(base.with_custom(std::slice::from_ref(&custom)).is_err());
    assert_eq!(extended.with_custom(&[custom]).unwrap().capability("Flyers").unwrap().permissions().len(), 1);
}

#[test]
fn a_custom_capability_does_not_take_the_name_of_one_that_an_extension_added() {
    let extended = Catalogue::builtin().extend(vec![definition(10_001, "Queues", &[], &[], &["QUEUE:view"])]).unwrap();
    let refusal = extended.with_custom(&[custom(115, "queues", &[], &["QUEUE:view"])]).unwrap_err().to_string();
    assert!(refusal.contains("`queues` is taken") || refusal.contains("`Queues` is taken"), "{refusal}");
}

#[test]
fn an_extension_keeps_clear_of_other_numbers_and_has_well_formed_words() {
    let refusal = |definition| Catalogue::builtin().extend(vec![definition]).unwrap_err().to_string();
    assert_eq!(
        refusal(definition(10_000, "A", &[], &[], &[])),
        "capability `A` has the id 10000: give it one from 10001 on"
    );
    assert!(refusal(definition(10_001, "A", &[], &[], &["A B:view"])).starts_with("invalid object type `A B`"));
    assert!(refusal(definition(10_001, "A", &[], &[], &["A:"])).starts_with("invalid operation ``"));
    assert!(refusal(definition(10_001, "A", &[], &["Nothing"], &[])).contains("unknown provider"));
    let whole = Catalogue::from_definitions(vec![definition(1, "A", &[], &[], &["A B:view"])]).unwrap_err();
    assert!(whole.to_string().starts_with("invalid object type `A B`"));
}

#[test]
fn a_catalogue_file_is_taken_as_it_is_but_not_with_cycles() {
    let loose = [
        definition(1, "Wide", &TenantRole::ALL, &["Narrow"], &[]),
        definition(2, "Narrow", &[TenantRole::User], &[], &["A:view"]),
    ];
    assert_eq!(Catalogue::from_definitions(loose.to_vec()).unwrap().resolve([CapabilityId(1)]).len(), 1);
    let cycle = [definition(1, "A", &[], &["B"], &[]), definition(2, "B", &[], &["A"], &[])];
    assert!(matches!(
        Catalogue::from_definitions(cycle.to_vec()),
        Err(CatalogueError::Cycle { members }) if members == ["A", "B"]
    ));
}

#[test]
fn a_text_that_is_no_catalogue_is_refused() {
    for text in ["", "{}", "[1]", r#"[{"id": 1, "name": "A"}]"#, "[", "null"] {
        assert!(matches!(Catalogue::parse(text), Err(CatalogueError::Json(_))), "{text}");
    }
}

#[test]
fn numbers_without_a_capability_give_nothing() {
    let catalogue = Catalogue::builtin();
    assert!(catalogue.resolve([CapabilityId(-1), CapabilityId(69), CapabilityId(i64::MAX)]).is_empty());
    assert!(catalogue.resolve([]).is_empty());
    assert_eq!(catalogue.inheritors(CapabilityId(69)).count(), 0);
}

#[test]
fn a_chain_of_a_hundred_thousand_resolves_without_exhausting_the_stack() {
    let length = 100_000;
    let chain = (1..=length).map(|id| {
        let provider = (id < length).then(|| format!("C{}", id + 1));
        let entries = if id == length { vec![entry("THING:view")] } else { Vec::new() };
        Definition { providers: provider.into_iter().collect(), entries, ..custom(id, &format!("C{id}"), &[], &[]) }
    });
    let mut definitions: Vec<Definition> = chain.collect();
    let catalogue = Catalogue::from_definitions(definitions.clone()).unwrap();
    assert_eq!(catalogue.resolve([CapabilityId(1)]).len(), 1);
    definitions.last_mut().unwrap().providers = vec!["C1".into()];
    let refused = Catalogue::from_definitions(definitions);
    assert!(matches!(refused, Err(CatalogueError::Cycle { members }) if members.len() == 100_000));
}
