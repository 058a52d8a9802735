//! Every endpoint there is.

use crate::{
    Endpoint, access, audit, capabilities, changes, config, imports, ldap, ldap_entries, login, namespaces, objects,
    openshift, sessions, shares, tenants, users,
};

/// Something to be done with each endpoint.
pub trait Visitor {
    /// Does it with one.
    fn visit<E: Endpoint>(&mut self);
}

macro_rules! each {
    ($($module:ident: $($Type:ident),+;)+) => {
        /// Shows every endpoint to `visitor`, by resource.
        pub fn each(visitor: &mut impl Visitor) {
            $($(visitor.visit::<$module::$Type>();)+)+
        }
    };
}

each! {
    login: Login, ChangePassword, ChangeTenant, Logout, Whoami;
    sessions: ListSessions, RevokeSession;
    users: ListUsers, GetUser, AddUsers, UpdateUser, ChangeTenantRole, EnableUser, DisableUser, RemoveUser;
    capabilities: ListCapabilities, GetCapability, AddCapability, UpdateCapability, AddEntries, RemoveEntries, AddProviders,
        RemoveProviders, RemoveCapability;
    shares: ShareOptions, ListShares, AddShare, RemoveShare;
    tenants: ListTenants, GetTenant, AddTenant, AddMembers, RemoveMembers, AddMemberCapabilities,
        UpdateMemberCapabilities, RemoveMemberCapabilities, RenameTenant, DescribeTenant, RemoveTenant;
    namespaces: ListNamespaces, GetNamespace, AddNamespace, ChangeNamespaceOwner, ShareNamespace,
        UnshareNamespace, RemoveNamespace;
    objects: ListObjects, GetObject, RegisterObjects, UpdateObject, ChangeObjectOwner, RemoveObject;
    audit: ListAudit;
    config: ListConfig, UpdateConfig;
    ldap: ListLdapServers, GetLdapServer, AddLdapServer, UpdateLdapServer, TestLdapServer, RemoveLdapServer,
        ListLdapAttributes, UpdateLdapAttribute, ResetLdapAttribute;
    imports: ImportLdapGroup;
    ldap_entries: ListLdapUsers, ListLdapGroups;
    openshift: ListOpenshiftUsers, ImportOpenshiftUsers, ListOpenshiftGroups, ImportOpenshiftGroup;
    changes: WatchChanges;
    access: Evaluate, EvaluateMany, SearchSubjects, SearchResources, SearchActions;
}

#[cfg(test)]
mod tests;
