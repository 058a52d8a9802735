//! What somebody's groups come to. One rule for whoever asks: the first login, and keeping accounts in step.

use std::collections::{BTreeMap, HashSet};

use robin_model::{CapabilityId, GroupName, TenantId, TenantRole, directory::Mapping};
use robin_rbac::Catalogue;

/// The groups that somebody is in, by name. Case makes no difference.
#[derive(Debug, Clone, Default)]
pub struct Groups(HashSet<String>);

impl Groups {
    /// Whether this group is one of them.
    fn has(&self, group: &GroupName) -> bool {
        self.0.contains(&group.key())
    }
}

impl<'a> FromIterator<&'a GroupName> for Groups {
    fn from_iter<I: IntoIterator<Item = &'a GroupName>>(names: I) -> Self {
        Self(names.into_iter().map(GroupName::key).collect())
    }
}

/// The place that somebody is to have in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The tenant.
    pub tenant: TenantId,
    /// The role there.
    pub role: TenantRole,
    /// The capabilities there, in the order of the mappings that give them.
    pub capabilities: Vec<CapabilityId>,
}

/// The places that the mappings of one source give somebody who is in these groups, by tenant: in each, the highest role of all that
/// apply, and the capabilities of all of them, as far as that role can have them. Without `with_superadmin`, mappings that give the
/// role `superadmin` are as if they were not there.
pub fn wanted(groups: &Groups, mappings: &[Mapping], catalogue: &Catalogue, with_superadmin: bool) -> Vec<Wanted> {
    let is_allowed = |mapping: &&Mapping| with_superadmin || mapping.role != TenantRole::Superadmin;
    let mut places: BTreeMap<TenantId, Wanted> = BTreeMap::new();
    for mapping in mappings.iter().filter(|mapping| groups.has(&mapping.group)).filter(is_allowed) {
        let Mapping { tenant, role, .. } = *mapping;
        let place = places.entry(tenant).or_insert(Wanted { tenant, role, capabilities: Vec::new() });
        place.role = place.role.max(role);
        place.capabilities.extend(&mapping.capabilities);
    }
    let mut places: Vec<Wanted> = places.into_values().collect();
    for Wanted { role, capabilities, .. } in &mut places {
        let mut seen = HashSet::new();
        let is_usable = |id| catalogue.by_id(id).is_some_and(|capability| capability.roles().contains(*role));
        capabilities.retain(|id| is_usable(*id) && seen.insert(*id));
    }
    places
}

#[cfg(test)]
mod tests {
    use robin_model::{LdapServerId, MappingId, directory::Source};

    use super::*;

    const DEV: TenantId = TenantId(7);

    /// Mappings of groups, each to a tenant with a role and capabilities, by name.
    fn mappings(all: &[(&str, TenantId, TenantRole, &[&str])]) -> Vec<Mapping> {
        let catalogue = Catalogue::builtin();
        let mapping =
            |(id, (group, tenant, role, capabilities)): (i64, &(&str, TenantId, TenantRole, &[&str]))| Mapping {
                id: MappingId(id),
                source: Source::Ldap(LdapServerId(1)),
                group: group.parse().unwrap(),
                tenant: *tenant,
                tenant_name: "any".parse().unwrap(),
                role: *role,
                capabilities: capabilities.iter().map(|name| catalogue.capability(name).unwrap().id()).collect(),
            };
        (1..).zip(all).map(mapping).collect()
    }

    /// What a member of these groups gets: tenant, role, and capabilities by name.
    fn given(groups: &[&str], mappings: &[Mapping], with_superadmin: bool) -> Vec<(i64, TenantRole, Vec<String>)> {
        let catalogue = Catalogue::builtin();
        let names: Vec<GroupName> = groups.iter().map(|name| name.parse().unwrap()).collect();
        let places = wanted(&names.iter().collect(), mappings, &catalogue, with_superadmin);
        let name = |id: &CapabilityId| catalogue.by_id(*id).unwrap().name().to_owned();
        places
            .into_iter()
            .map(|place| (place.tenant.0, place.role, place.capabilities.iter().map(name).collect()))
            .collect()
    }

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_group_gives_what_it_is_mapped_to_whatever_the_case_of_its_name() {
        let mappings = mappings(&[
            ("Ärzte", DEV, TenantRole::User, &["AllUserCapabilities"]),
            ("other", TenantId(9), TenantRole::User, &[]),
        ]);
        let expected = vec![(7, TenantRole::User, named(&["AllUserCapabilities"]))];
        assert_eq!(given(&["äRZTE", "nobody's"], &mappings, false), expected);
        assert_eq!(given(&["Ärzte2"], &mappings, false), []);
        assert_eq!(given(&[], &mappings, true), []);
    }

    #[test]
    fn several_groups_give_the_highest_role_and_all_capabilities_that_it_can_have() {
        let mappings = mappings(&[
            ("b", DEV, TenantRole::User, &["AllUserCapabilities", "ViewBundles"]),
            ("a", DEV, TenantRole::Tenantadmin, &["AllTenantAdminCapabilities", "ViewBundles"]),
            ("a", TenantId(3), TenantRole::User, &[]),
        ]);
        let only_user = given(&["b"], &mappings, false);
        assert_eq!(only_user, [(7, TenantRole::User, named(&["AllUserCapabilities", "ViewBundles"]))]);
        let both = given(&["a", "b"], &mappings, false);
        let capabilities = named(&["ViewBundles", "AllTenantAdminCapabilities"]);
        assert_eq!(both, [(3, TenantRole::User, vec![]), (7, TenantRole::Tenantadmin, capabilities)]);
    }

    #[test]
    fn superadmin_is_given_where_that_is_asked_for_alone() {
        let root = TenantId::ADMINISTRATORS;
        let mappings = mappings(&[
            ("a", root, TenantRole::Superadmin, &["AllSuperAdminCapabilities"]),
            ("a", root, TenantRole::Tenantadmin, &["AllTenantAdminCapabilities"]),
            ("b", root, TenantRole::Superadmin, &["AllSuperAdminCapabilities"]),
        ]);
        let without = vec![(1, TenantRole::Tenantadmin, named(&["AllTenantAdminCapabilities"]))];
        assert_eq!(given(&["a", "b"], &mappings, false), without);
        assert_eq!(given(&["b"], &mappings, false), []);
        let with = vec![(1, TenantRole::Superadmin, named(&["AllSuperAdminCapabilities"]))];
        assert_eq!(given(&["a", "b"], &mappings, true), with);
    }

    #[test]
    fn a_capability_that_is_not_there_any_more_gives_nothing() {
        let mut mappings = mappings(&[("a", DEV, TenantRole::User, &["AllUserCapabilities"])]);
        mappings[0].capabilities.push(CapabilityId(4711));
        assert_eq!(given(&["a"], &mappings, false), [(7, TenantRole::User, named(&["AllUserCapabilities"]))]);
    }
}
