use robin_model::{
    CapabilityId, LdapServerId, MappingId, TenantId, TenantRole,
    directory::{Mapping, MappingFilter, NewMapping, Source},
    user::NewMembership,
};

use super::{Database, Tx, add_tenant, add_user, begin, cases, new_membership};
use crate::Access;

cases!(
    a_mapping_comes_back_as_it_was_added,
    a_group_is_mapped_to_a_tenant_once_without_regard_to_case,
    mappings_are_listed_by_number_and_narrowed,
    mappings_are_found_by_a_capability_that_they_give,
    a_mapping_s_number_is_never_given_again,
    a_removed_server_takes_its_mappings_along,
);

const SOURCE: Source = Source::Ldap(LdapServerId(1));

pub fn new_mapping(group: &str, tenant: TenantId) -> NewMapping {
    let group = group.parse().unwrap();
    NewMapping { source: SOURCE, group, tenant, role: TenantRole::User, capabilities: Vec::new() }
}

async fn add(tx: &mut Tx, new: &NewMapping) -> MappingId {
    tx.insert_mapping(new).await.unwrap().unwrap()
}

async fn listed(tx: &mut Tx, filter: MappingFilter, after: Option<MappingId>, limit: u32) -> Vec<i64> {
    tx.mappings(&filter, after, limit).await.unwrap().into_iter().map(|mapping| mapping.id.0).collect()
}

async fn a_mapping_comes_back_as_it_was_added(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = add_tenant(&mut tx, "Dev").await;
    let capabilities = [115, 9, 15].map(CapabilityId).to_vec();
    let new = NewMapping { role: TenantRole::Tenantadmin, capabilities, ..new_mapping("Größe, Ops/3", tenant) };
    let id = add(&mut tx, &new).await;
    let expected = Mapping {
        id,
        source: new.source,
        group: new.group.clone(),
        tenant,
        tenant_name: "Dev".parse().unwrap(),
        role: new.role,
        capabilities: new.capabilities,
    };
    let found = tx.mapping(SOURCE, &"GRÖSSE, ops/3".parse().unwrap(), tenant).await.unwrap();
    assert_eq!(found, None, "`ß` has no other case");
    let found = tx.mapping(SOURCE, &"GRÖßE, ops/3".parse().unwrap(), tenant).await.unwrap();
    assert_eq!(found, Some(expected.clone()));
    assert_eq!(tx.mappings_of(SOURCE).await.unwrap(), [expected]);
    assert_eq!(tx.mappings_of(Source::Openshift).await.unwrap(), []);
    assert_eq!(tx.mapping(SOURCE, &new.group, TenantId(1)).await.unwrap(), None);
    tx.remove_mapping(id).await.unwrap();
    tx.remove_mapping(id).await.unwrap();
    assert_eq!(tx.mappings_of(SOURCE).await.unwrap(), []);
}

async fn a_group_is_mapped_to_a_tenant_once_without_regard_to_case(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = add_tenant(&mut tx, "dev").await;
    add(&mut tx, &new_mapping("Ärzte", tenant)).await;
    let again = NewMapping { role: TenantRole::Tenantadmin, ..new_mapping("äRZTE", tenant) };
    assert_eq!(tx.insert_mapping(&again).await.unwrap(), None);
    add(&mut tx, &NewMapping { tenant: TenantId(1), ..again.clone() }).await;
    add(&mut tx, &NewMapping { source: Source::Openshift, ..again }).await;
    let kept = tx.mapping(SOURCE, &"ärzte".parse().unwrap(), tenant).await.unwrap().unwrap();
    assert_eq!((kept.role, kept.group.as_str()), (TenantRole::User, "Ärzte"));
}

async fn mappings_are_listed_by_number_and_narrowed(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let dev = add_tenant(&mut tx, "dev").await;
    for (group, tenant) in [("a", dev), ("b", dev), ("A", TenantId(1))] {
        add(&mut tx, &new_mapping(group, tenant)).await;
    }
    add(&mut tx, &NewMapping { source: Source::Openshift, ..new_mapping("a", dev) }).await;
    let all = MappingFilter::default();
    assert_eq!(listed(&mut tx, all.clone(), None, 3).await, [1, 2, 3]);
    assert_eq!(listed(&mut tx, all, Some(MappingId(3)), 3).await, [4]);
    let source = MappingFilter { source: Some(Source::Openshift), ..MappingFilter::default() };
    assert_eq!(listed(&mut tx, source, None, 9).await, [4]);
    let group = MappingFilter { group: Some("a".parse().unwrap()), source: Some(SOURCE), ..MappingFilter::default() };
    assert_eq!(listed(&mut tx, group, None, 9).await, [1, 3]);
    let tenant = MappingFilter { tenant: Some(TenantId(1)), ..MappingFilter::default() };
    assert_eq!(listed(&mut tx, tenant, None, 9).await, [3]);
}

async fn mappings_are_found_by_a_capability_that_they_give(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for (group, capabilities) in [("a", [15, 1].as_slice()), ("b", &[5]), ("c", &[]), ("d", &[2, 5, 51])] {
        let capabilities = capabilities.iter().copied().map(CapabilityId).collect();
        add(&mut tx, &NewMapping { capabilities, ..new_mapping(group, TenantId(1)) }).await;
    }
    let mut with = async |id: i64| {
        let found = tx.mappings_with(CapabilityId(id)).await.unwrap();
        found.into_iter().map(|mapping| mapping.id.0).collect::<Vec<_>>()
    };
    assert_eq!((with(5).await, with(1).await, with(3).await), (vec![2, 4], vec![1], vec![]));
}

async fn a_mapping_s_number_is_never_given_again(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let first = add(&mut tx, &new_mapping("a", TenantId(1))).await;
    tx.remove_mapping(first).await.unwrap();
    assert!(add(&mut tx, &new_mapping("a", TenantId(1))).await > first);
}

async fn a_removed_server_takes_its_mappings_along(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let other = Source::Ldap(LdapServerId(12));
    add(&mut tx, &new_mapping("a", TenantId(1))).await;
    add(&mut tx, &NewMapping { source: other, ..new_mapping("a", TenantId(1)) }).await;
    for (name, source) in [("ada", SOURCE), ("bob", other)] {
        let user = add_user(&mut tx, name).await;
        let new = new_membership(user, TenantId(1), TenantRole::User, &[1]);
        tx.insert_membership(&NewMembership { mapped_by: Some(source), ..new }).await.unwrap().unwrap();
    }
    tx.remove_ldap_server(LdapServerId(1)).await.unwrap();
    assert_eq!(listed(&mut tx, MappingFilter::default(), None, 9).await, [2]);
    let left = tx.memberships_with(CapabilityId(1)).await.unwrap();
    assert_eq!(left.iter().map(|place| place.mapped_by).collect::<Vec<_>>(), [None, Some(other)]);
}
