//! The traits, one per kind of thing that is kept.
//!
//! An `insert` answers `None` when the name is taken, and then has changed nothing. An update of a thing that is not there
//! changes nothing.

use async_trait::async_trait;
use robin_model::{
    AuditId, CapabilityId, CapabilityName, ContextId, KeyId, NamespaceId, NamespaceName, PasswordHash, SessionId,
    TenantId, TenantName, TenantRole, Timestamp, UserId, Username,
    audit::{Entry, Filter, Record},
    namespace::{Namespace, NamespaceFilter, NewNamespace},
    profile::Profile,
    session::{Session, SigningKey},
    tenant::{NewTenant, Population, Tenant},
    user::{Membership, NewMembership, NewUser, User, UserFilter},
};
use robin_rbac::Definition;

use crate::Result;

/// Accounts.
#[async_trait]
pub trait Users {
    /// Adds an account; `None` when an account that is not deleted has the name.
    async fn insert_user(&mut self, new: &NewUser) -> Result<Option<UserId>>;
    /// The account of that name that is not deleted.
    async fn user_named(&mut self, name: &Username) -> Result<Option<User>>;
    /// The account with that number, deleted or not.
    async fn user(&mut self, id: UserId) -> Result<Option<User>>;
    /// Up to `limit` accounts after `after`, by number.
    async fn users(&mut self, filter: &UserFilter, after: Option<UserId>, limit: u32) -> Result<Vec<User>>;
    /// The hash of the account's password, if it has one.
    async fn password(&mut self, id: UserId) -> Result<Option<PasswordHash>>;
    /// Sets the hash of the account's password.
    async fn set_password(&mut self, id: UserId, password: &PasswordHash) -> Result<()>;
    /// Sets what is known of the person.
    async fn set_profile(&mut self, id: UserId, profile: &Profile) -> Result<()>;
    /// Disables or enables the account.
    async fn set_disabled(&mut self, id: UserId, disabled: bool) -> Result<()>;
    /// Remembers the tenant that the account is logged into.
    async fn set_current_tenant(&mut self, id: UserId, tenant: Option<TenantId>) -> Result<()>;
    /// Marks the account deleted, forgets its password, and frees its name.
    async fn mark_user_deleted(&mut self, id: UserId, at: Timestamp) -> Result<()>;
    /// How many active local superadmins of `Administrators` there are besides this one.
    async fn other_local_superadmins(&mut self, than: UserId) -> Result<i64>;
}

/// Tenants.
#[async_trait]
pub trait Tenants {
    /// Adds a tenant; `None` when the name is taken.
    async fn insert_tenant(&mut self, new: &NewTenant) -> Result<Option<TenantId>>;
    /// The tenant of that name.
    async fn tenant_named(&mut self, name: &TenantName) -> Result<Option<Tenant>>;
    /// The tenant with that number.
    async fn tenant(&mut self, id: TenantId) -> Result<Option<Tenant>>;
    /// Up to `limit` tenants after `after`, by number.
    async fn tenants(&mut self, after: Option<TenantId>, limit: u32) -> Result<Vec<Tenant>>;
    /// Gives the tenant a new name; false when another tenant has it.
    async fn rename_tenant(&mut self, id: TenantId, name: &TenantName) -> Result<bool>;
    /// Sets what the tenant is for.
    async fn set_tenant_description(&mut self, id: TenantId, description: &str) -> Result<()>;
    /// What the tenant holds.
    async fn tenant_population(&mut self, id: TenantId) -> Result<Population>;
    /// Removes the tenant. It must be empty.
    async fn remove_tenant(&mut self, id: TenantId) -> Result<()>;
}

/// Users inside tenants.
#[async_trait]
pub trait Memberships {
    /// Adds a membership; `None` when the user is a member already.
    async fn insert_membership(&mut self, new: &NewMembership) -> Result<Option<ContextId>>;
    /// The user's membership of the tenant.
    async fn membership(&mut self, user: UserId, tenant: TenantId) -> Result<Option<Membership>>;
    /// The memberships of all these users, by user and then by number.
    async fn memberships_of(&mut self, users: &[UserId]) -> Result<Vec<Membership>>;
    /// Every membership that has this capability assigned, by number.
    async fn memberships_with(&mut self, capability: CapabilityId) -> Result<Vec<Membership>>;
    /// Sets the role, and with it the assigned capabilities.
    async fn set_role(&mut self, id: ContextId, role: TenantRole, capabilities: &[CapabilityId]) -> Result<()>;
    /// Sets the primary namespace.
    async fn set_primary_namespace(&mut self, id: ContextId, namespace: Option<NamespaceId>) -> Result<()>;
    /// Removes the membership.
    async fn remove_membership(&mut self, id: ContextId) -> Result<()>;
}

/// Custom capabilities.
#[async_trait]
pub trait Capabilities {
    /// Every custom capability, by number.
    async fn custom_capabilities(&mut self) -> Result<Vec<Definition>>;
    /// Adds a custom capability and gives it the next number from 115 (the definition's own is passed over); `None` when
    /// a custom capability has the name.
    async fn insert_capability(&mut self, definition: &Definition) -> Result<Option<CapabilityId>>;
    /// Replaces everything but number and name of the custom capability with the definition's number.
    async fn replace_capability(&mut self, definition: &Definition) -> Result<()>;
    /// Removes the custom capability. No membership may have it assigned.
    async fn remove_capability(&mut self, name: &CapabilityName) -> Result<()>;
}

/// Namespaces.
#[async_trait]
pub trait Namespaces {
    /// Adds a namespace; `None` when the name is taken.
    async fn insert_namespace(&mut self, new: &NewNamespace) -> Result<Option<NamespaceId>>;
    /// The namespace of that name.
    async fn namespace_named(&mut self, name: &NamespaceName) -> Result<Option<Namespace>>;
    /// Up to `limit` namespaces after `after`, by number.
    async fn namespaces(
        &mut self,
        filter: &NamespaceFilter,
        after: Option<NamespaceId>,
        limit: u32,
    ) -> Result<Vec<Namespace>>;
    /// Gives the namespace to another member; it is nobody's primary namespace then.
    async fn set_namespace_owner(&mut self, id: NamespaceId, owner: UserId) -> Result<()>;
    /// Removes the namespace; it is nobody's primary namespace then.
    async fn remove_namespace(&mut self, id: NamespaceId) -> Result<()>;
}

/// Sessions.
#[async_trait]
pub trait Sessions {
    /// Begins a session.
    async fn insert_session(&mut self, session: &Session) -> Result<()>;
    /// The session of that name, unless it is over.
    async fn session(&mut self, id: &SessionId) -> Result<Option<Session>>;
    /// The user's sessions that expire after `now`, newest first.
    async fn sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<Session>>;
    /// Ends one session; false when it was over.
    async fn remove_session(&mut self, id: &SessionId) -> Result<bool>;
    /// Ends the user's sessions, those in one tenant if one is named, and says which they were.
    async fn remove_sessions_of(&mut self, user: UserId, tenant: Option<TenantId>) -> Result<Vec<SessionId>>;
    /// Removes the sessions that expired before `now`, and says how many they were.
    async fn remove_expired_sessions(&mut self, now: Timestamp) -> Result<u64>;
}

/// Keys that sign login tokens.
#[async_trait]
pub trait SigningKeys {
    /// Every key, oldest first.
    async fn signing_keys(&mut self) -> Result<Vec<SigningKey>>;
    /// Adds a key.
    async fn insert_signing_key(&mut self, key: &SigningKey) -> Result<()>;
    /// Removes a key.
    async fn remove_signing_key(&mut self, id: &KeyId) -> Result<()>;
}

/// Audit records.
#[async_trait]
pub trait Audits {
    /// Adds a record.
    async fn append_audit(&mut self, entry: &Entry) -> Result<AuditId>;
    /// Up to `limit` records before `before`, newest first.
    async fn audits(&mut self, filter: &Filter, before: Option<AuditId>, limit: u32) -> Result<Vec<Record>>;
}

/// Settings that administrators change while the server runs.
#[async_trait]
pub trait Configs {
    /// Every setting that was set: name and value, by name.
    async fn configs(&mut self) -> Result<Vec<(String, String)>>;
    /// Sets one.
    async fn set_config(&mut self, name: &str, value: &str) -> Result<()>;
}

/// What was fixed when the database was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The installation's number, the `zoneid` of its logins.
    pub zone_id: i64,
    /// The fingerprint of the secret key that its secrets are sealed under.
    pub key_fingerprint: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The one installation in a database.
#[async_trait]
pub trait Installations {
    /// The installation; `None` in a new database.
    async fn installation(&mut self) -> Result<Option<Installation>>;
    /// Writes it down; false when there is one already, which then stays.
    async fn insert_installation(&mut self, installation: &Installation) -> Result<bool>;
    /// Sets the fingerprint of the secret key, after everything was sealed anew.
    async fn set_key_fingerprint(&mut self, fingerprint: &str) -> Result<()>;
}

/// Every sealed value, for sealing them all under another key.
#[async_trait]
pub trait SealedSecrets {
    /// Where each sealed value stands, as `table/row/column`, and the value.
    async fn sealed_secrets(&mut self) -> Result<Vec<(String, Vec<u8>)>>;
    /// Puts another sealed value at a place that [`sealed_secrets`](Self::sealed_secrets) named.
    async fn reseal(&mut self, place: &str, sealed: &[u8]) -> Result<()>;
}
