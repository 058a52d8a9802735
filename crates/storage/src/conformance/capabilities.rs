use std::slice;

use robin_model::{CapabilityId, TenantRole};
use robin_rbac::{Definition, Entry};

use super::{Database, begin, cases};
use crate::Access;

cases!(
    custom_numbers_begin_at_115_and_are_not_given_again,
    a_capability_comes_back_with_its_lists_in_order,
    a_capability_name_is_taken_whatever_its_case,
    replacing_keeps_number_and_name,
);

fn definition(name: &str) -> Definition {
    let entry =
        |object_type: &str, operation: &str| Entry { object_type: object_type.into(), operation: operation.into() };
    Definition {
        id: CapabilityId(0),
        name: name.into(),
        group: "Custom".into(),
        description: "Größe".into(),
        hidden: true,
        tenant_roles: vec![TenantRole::User, TenantRole::Superadmin],
        providers: vec!["Z".into(), "A".into(), "M".into()],
        entries: vec![entry("USER", "view"), entry("APPLICATION", "start"), entry("APPLICATION", "stop")],
    }
}

async fn custom_numbers_begin_at_115_and_are_not_given_again(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.custom_capabilities().await.unwrap(), []);
    let first = tx.insert_capability(&definition("One")).await.unwrap().unwrap();
    assert_eq!(first, CapabilityId(115));
    tx.remove_capability(&"ONE".parse().unwrap()).await.unwrap();
    assert_eq!(tx.custom_capabilities().await.unwrap(), []);
    assert!(tx.insert_capability(&definition("One")).await.unwrap().unwrap() > first);
    tx.commit().await.unwrap();
}

async fn a_capability_comes_back_with_its_lists_in_order(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let bare = Definition { tenant_roles: vec![], providers: vec![], entries: vec![], ..definition("Bare") };
    let all = [definition("One"), bare, Definition { hidden: false, ..definition("Two") }];
    for definition in &all {
        tx.insert_capability(definition).await.unwrap().unwrap();
    }
    let all: Vec<_> = (115..).zip(all).map(|(id, it)| Definition { id: CapabilityId(id), ..it }).collect();
    assert_eq!(tx.custom_capabilities().await.unwrap(), all);
}

async fn a_capability_name_is_taken_whatever_its_case(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    tx.insert_capability(&definition("One")).await.unwrap().unwrap();
    assert_eq!(tx.insert_capability(&definition("oNE")).await.unwrap(), None);
    assert_eq!(tx.custom_capabilities().await.unwrap().len(), 1);
}

async fn replacing_keeps_number_and_name(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = tx.insert_capability(&definition("One")).await.unwrap().unwrap();
    let new = Definition {
        id,
        name: "Other".into(),
        group: "Group".into(),
        description: String::new(),
        hidden: false,
        tenant_roles: vec![TenantRole::Tenantadmin],
        providers: vec!["B".into()],
        entries: vec![Entry { object_type: "TENANT".into(), operation: "view".into() }],
    };
    tx.replace_capability(&new).await.unwrap();
    let kept = Definition { name: "One".into(), ..new.clone() };
    assert_eq!(tx.custom_capabilities().await.unwrap(), slice::from_ref(&kept));
    tx.replace_capability(&Definition { id: CapabilityId(999), ..new }).await.unwrap();
    assert_eq!(tx.custom_capabilities().await.unwrap(), [kept]);
    tx.commit().await.unwrap();
}
