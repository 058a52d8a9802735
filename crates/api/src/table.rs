//! Every endpoint there is.

use crate::{
    Endpoint, access, access_tokens, audit, capabilities, changes, config, imports, ldap, ldap_entries, login,
    mappings, namespaces, objects, openshift, schedules, service_accounts, sessions, shares, sync, tenants, user_certs,
    users,
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
    access_tokens: ListTokens, CreateToken, GrantToken, RegenerateToken, RevokeToken;
    service_accounts: ListAccounts, GetAccount, AddAccount, SuspendAccount, ResumeAccount, RemoveAccount;
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
    schedules: ListSchedules, StartSchedule, StopSchedule;
    ldap: ListLdapServers, GetLdapServer, AddLdapServer, UpdateLdapServer, TestLdapServer, RemoveLdapServer,
        ListLdapAttributes, UpdateLdapAttribute, ResetLdapAttribute;
    imports: ImportLdapGroup;
    sync: SyncLdapServer;
    mappings: ListDirectoryMappings, AddDirectoryMapping, RemoveDirectoryMapping;
    ldap_entries: ListLdapUsers, ListLdapGroups;
    openshift: ListOpenshiftUsers, ImportOpenshiftUsers, ListOpenshiftGroups, ImportOpenshiftGroup;
    user_certs: ListUserCerts, GetUserCert, RequestUserCert, IssueUserCert, RevokeUserCert, RenewUserCerts, GetUserCertConfig,
        UpdateUserCertConfig, StartUserCertSchedule, StopUserCertSchedule;
    changes: WatchChanges;
    access: Evaluate, EvaluateMany, SearchSubjects, SearchResources, SearchActions;
}

#[cfg(test)]
mod tests;
