use robin_model::{
    TenantId, UserId,
    tenant::{Population, Tenant},
};

use super::{
    Database, NOW, add_member, add_namespace, add_object, add_tenant, add_user, begin, cases, new_tenant,
    sessions::session,
};
use crate::Access;

cases!(
    a_new_database_has_administrators,
    a_tenant_comes_back_as_it_was_added,
    a_tenant_name_is_taken_whatever_its_case,
    a_removed_tenants_number_is_not_given_again,
    tenants_come_by_number,
    renaming_refuses_a_taken_name,
    the_population_counts_members_namespaces_and_objects,
    a_removed_tenant_is_nobodys_current_one,
);

async fn a_new_database_has_administrators(store: Database) {
    let mut tx = begin(&store, Access::Read).await;
    let first = tx.tenant(TenantId::ADMINISTRATORS).await.unwrap().unwrap();
    assert_eq!(first.name.as_str(), "Administrators");
    assert_eq!(tx.tenants(None, 10).await.unwrap(), [first]);
}

async fn a_tenant_comes_back_as_it_was_added(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add_tenant(&mut tx, "Dev").await;
    assert_eq!(id, TenantId(2));
    let name = "Dev".parse().unwrap();
    let tenant = Tenant { id, name, description: "about Dev".into(), created_at: NOW };
    assert_eq!(tx.tenant(id).await.unwrap(), Some(tenant.clone()));
    assert_eq!(tx.tenant_named(&"dEV".parse().unwrap()).await.unwrap(), Some(tenant.clone()));
    tx.set_tenant_description(id, "Größe 'x'").await.unwrap();
    assert_eq!(tx.tenant(id).await.unwrap(), Some(Tenant { description: "Größe 'x'".into(), ..tenant }));
}

async fn a_tenant_name_is_taken_whatever_its_case(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    add_tenant(&mut tx, "dev").await;
    assert_eq!(tx.insert_tenant(&new_tenant("DEV")).await.unwrap(), None);
    assert_eq!(tx.insert_tenant(&new_tenant("administrators")).await.unwrap(), None);
    tx.commit().await.unwrap();
}

async fn a_removed_tenants_number_is_not_given_again(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let first = add_tenant(&mut tx, "dev").await;
    tx.remove_tenant(first).await.unwrap();
    assert_eq!(tx.tenant(first).await.unwrap(), None);
    assert!(add_tenant(&mut tx, "dev").await > first);
}

async fn tenants_come_by_number(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for name in ["z", "a", "m"] {
        add_tenant(&mut tx, name).await;
    }
    let numbers = async |tx: &mut super::Tx, after: Option<i64>, limit| {
        let page = tx.tenants(after.map(TenantId), limit).await.unwrap();
        page.into_iter().map(|tenant| tenant.id.0).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&mut tx, None, 3).await, [1, 2, 3]);
    assert_eq!(numbers(&mut tx, Some(3), 3).await, [4]);
}

async fn renaming_refuses_a_taken_name(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add_tenant(&mut tx, "dev").await;
    add_tenant(&mut tx, "test").await;
    assert!(!tx.rename_tenant(id, &"TEST".parse().unwrap()).await.unwrap());
    assert_eq!(tx.tenant(id).await.unwrap().unwrap().name.as_str(), "dev");
    assert!(tx.rename_tenant(id, &"Dev".parse().unwrap()).await.unwrap(), "its own name in another case");
    assert!(tx.rename_tenant(id, &"prod".parse().unwrap()).await.unwrap());
    assert_eq!(tx.tenant_named(&"dev".parse().unwrap()).await.unwrap(), None);
    assert_eq!(tx.tenant_named(&"Prod".parse().unwrap()).await.unwrap().unwrap().id, id);
}

async fn the_population_counts_members_namespaces_and_objects(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = add_tenant(&mut tx, "dev").await;
    assert_eq!(tx.tenant_population(tenant).await.unwrap(), Population::default());
    for name in ["a", "b"] {
        let user = add_user(&mut tx, name).await;
        add_member(&mut tx, user, tenant, &[]).await;
    }
    add_namespace(&mut tx, "a", tenant, UserId(3)).await;
    for name in ["a", "b", "c"] {
        add_object(&mut tx, "BUNDLE", name, tenant, UserId(3)).await;
    }
    tx.insert_mapping(&super::mappings::new_mapping("admins", tenant)).await.unwrap().unwrap();
    let expected = Population { members: 2, namespaces: 1, objects: 3, mappings: 1 };
    assert_eq!(tx.tenant_population(tenant).await.unwrap(), expected);
}

async fn a_removed_tenant_is_nobodys_current_one(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (user, tenant) = (add_user(&mut tx, "ada").await, add_tenant(&mut tx, "dev").await);
    tx.set_current_tenant(user, Some(tenant)).await.unwrap();
    tx.insert_session(&session("left over", user, tenant)).await.unwrap();
    tx.remove_tenant(tenant).await.unwrap();
    assert_eq!(tx.user(user).await.unwrap().unwrap().current_tenant, None);
    tx.commit().await.unwrap();
}
