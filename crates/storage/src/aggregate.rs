//! The traits, one per kind of thing that is kept.
//!
//! An `insert` answers `None` when the name is taken, and then has changed nothing. An update of a thing that is not there
//! changes nothing.

use async_trait::async_trait;
use robin_model::{
    AuditId, CapabilityId, CapabilityName, ContextId, KeyId, LdapServerId, LdapServerName, NamespaceName, ObjectId,
    ObjectName, PasswordHash, SessionId, ShareId, TenantId, TenantName, TenantRole, Timestamp, UserId, Username,
    audit::{Entry, Filter, Record},
    directory::{Attribute, Attributes as LdapAttributes, Dn, KeptServer, ServerSettings},
    namespace::Namespace,
    object::{Attributes, NewObject, Object, ObjectFilter},
    profile::Profile,
    session::{Session, SigningKey},
    share::{NewShare, ObjectShare, ShareSource},
    tenant::{NewTenant, Population, Tenant},
    user::{Membership, NewMembership, NewUser, User, UserFilter},
};
use robin_rbac::{Definition, ShareTarget, sharing::Operations};

use crate::Result;

/// Accounts.
#[async_trait]
pub trait Users {
    /// Adds an account; `None` when an account that is not deleted has the name, or is the same one of the same directory or of the
    /// cluster.
    async fn insert_user(&mut self, new: &NewUser) -> Result<Option<UserId>>;
    /// Adds accounts; each as [`insert_user`](Self::insert_user).
    async fn insert_users(&mut self, new: &[NewUser]) -> Result<Vec<Option<UserId>>>;
    /// The account of that name that is not deleted.
    async fn user_named(&mut self, name: &Username) -> Result<Option<User>>;
    /// The accounts of these names that are not deleted, by number.
    async fn users_named(&mut self, names: &[Username]) -> Result<Vec<User>>;
    /// The accounts that the directory of this server identifies so and that are not deleted, by number.
    async fn directory_users(&mut self, server: LdapServerId, object_sids: &[String]) -> Result<Vec<User>>;
    /// The accounts that the OpenShift cluster identifies so and that are not deleted, by number.
    async fn openshift_users(&mut self, uids: &[String]) -> Result<Vec<User>>;
    /// Whether the OpenShift cluster checks the password of any account that is not deleted.
    async fn openshift_in_use(&mut self) -> Result<bool>;
    /// Sets the name to log in with at the directory that checks the account's password, and what identifies it there; false when
    /// another account that is not deleted is that one.
    async fn set_directory_account(&mut self, id: UserId, dn: Option<&Dn>, object_sid: Option<&str>) -> Result<bool>;
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
    /// Removes the tenant. It must be empty, and nothing shared with it.
    async fn remove_tenant(&mut self, id: TenantId) -> Result<()>;
}

/// Users inside tenants.
#[async_trait]
pub trait Memberships {
    /// Adds a membership; `None` when the user is a member already.
    async fn insert_membership(&mut self, new: &NewMembership) -> Result<Option<ContextId>>;
    /// Adds memberships; each as [`insert_membership`](Self::insert_membership).
    async fn insert_memberships(&mut self, new: &[NewMembership]) -> Result<Vec<Option<ContextId>>>;
    /// The user's membership of the tenant.
    async fn membership(&mut self, user: UserId, tenant: TenantId) -> Result<Option<Membership>>;
    /// The memberships of all these users, by user and then by number.
    async fn memberships_of(&mut self, users: &[UserId]) -> Result<Vec<Membership>>;
    /// Every membership that has this capability assigned, by number.
    async fn memberships_with(&mut self, capability: CapabilityId) -> Result<Vec<Membership>>;
    /// Sets the role, and with it the assigned capabilities.
    async fn set_role(&mut self, id: ContextId, role: TenantRole, capabilities: &[CapabilityId]) -> Result<()>;
    /// Sets the primary namespace.
    async fn set_primary_namespace(&mut self, id: ContextId, namespace: Option<ObjectId>) -> Result<()>;
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

/// Registered objects.
#[async_trait]
pub trait Objects {
    /// Registers an object; `None` when one of its type has the name.
    async fn insert_object(&mut self, new: &NewObject) -> Result<Option<ObjectId>>;
    /// Registers objects; each as [`insert_object`](Self::insert_object).
    async fn insert_objects(&mut self, new: &[NewObject]) -> Result<Vec<Option<ObjectId>>>;
    /// The object of that type and name.
    async fn object_named(&mut self, object_type: &str, name: &ObjectName) -> Result<Option<Object>>;
    /// The object with that number.
    async fn object(&mut self, id: ObjectId) -> Result<Option<Object>>;
    /// Up to `limit` objects after `after`, by number.
    async fn objects(&mut self, filter: &ObjectFilter, after: Option<ObjectId>, limit: u32) -> Result<Vec<Object>>;
    /// Sets what is said of the object.
    async fn set_object_attributes(&mut self, id: ObjectId, attributes: &Attributes) -> Result<()>;
    /// Gives the object to somebody, or nobody; a namespace is nobody's primary one then.
    async fn set_object_owner(&mut self, id: ObjectId, owner: Option<UserId>) -> Result<()>;
    /// Removes the object with its shares; a namespace is nobody's primary one then.
    async fn remove_object(&mut self, id: ObjectId) -> Result<()>;
}

/// Whose shares may have lost their ground: a share with a user holds while the user is a member of the object's tenant or
/// of a tenant that the object is shared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranded {
    /// Shares with this user.
    User(UserId),
    /// Shares of this object.
    Object(ObjectId),
}

/// Shares of objects.
#[async_trait]
pub trait Shares {
    /// Makes a share; `None` when the object is shared with them already, or is not there.
    async fn insert_share(&mut self, new: &NewShare) -> Result<Option<ShareId>>;
    /// The share of the object with them, whether or not it is over.
    async fn share(&mut self, object: ObjectId, with: ShareTarget) -> Result<Option<ObjectShare>>;
    /// Up to `limit` shares after `after` that are not over by `now`, by number.
    async fn shares(
        &mut self,
        source: ShareSource,
        now: Timestamp,
        after: Option<ShareId>,
        limit: u32,
    ) -> Result<Vec<ObjectShare>>;
    /// Up to `limit` shares that are over by `now`, those first that ended first.
    async fn expired_shares(&mut self, now: Timestamp, limit: u32) -> Result<Vec<ObjectShare>>;
    /// Shares with users that nothing holds up, by number. Shares with tenants that are over by `now` hold up none.
    async fn stranded_shares(&mut self, of: Stranded, now: Timestamp) -> Result<Vec<ObjectShare>>;
    /// Sets what the share is for, and when it is over.
    async fn set_share(&mut self, id: ShareId, operations: Operations, expires_at: Option<Timestamp>) -> Result<()>;
    /// Ends the share.
    async fn remove_share(&mut self, id: ShareId) -> Result<()>;
}

/// Namespaces: objects of which memberships know more.
#[async_trait]
pub trait Namespaces {
    /// The namespace of that name.
    async fn namespace_named(&mut self, name: &NamespaceName) -> Result<Option<Namespace>>;
    /// Those of these objects that are namespaces, by number.
    async fn namespaces(&mut self, ids: &[ObjectId]) -> Result<Vec<Namespace>>;
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
    /// Adds records, in this order.
    async fn append_audits(&mut self, entries: &[Entry]) -> Result<()>;
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

/// Directory servers, and what directories call the attributes that Robin reads.
#[async_trait]
pub trait Directories {
    /// Adds a server, which has no password yet; `None` when the name is taken.
    async fn insert_ldap_server(&mut self, settings: &ServerSettings) -> Result<Option<LdapServerId>>;
    /// Every server, by number.
    async fn ldap_servers(&mut self) -> Result<Vec<KeptServer>>;
    /// The server of that name.
    async fn ldap_server_named(&mut self, name: &LdapServerName) -> Result<Option<KeptServer>>;
    /// Replaces everything but number and name.
    async fn set_ldap_server(&mut self, id: LdapServerId, settings: &ServerSettings) -> Result<()>;
    /// Sets the password to read the server by, sealed.
    async fn set_ldap_password(&mut self, id: LdapServerId, sealed: &[u8]) -> Result<()>;
    /// How many accounts that are not deleted have their passwords checked there.
    async fn ldap_accounts(&mut self, id: LdapServerId) -> Result<i64>;
    /// The servers by which accounts that are not deleted have their passwords checked, by number.
    async fn ldap_servers_in_use(&mut self) -> Result<Vec<LdapServerId>>;
    /// Removes the server. Accounts that have their passwords checked there stay as they are.
    async fn remove_ldap_server(&mut self, id: LdapServerId) -> Result<()>;
    /// What directories call the attributes that Robin reads.
    async fn ldap_attributes(&mut self) -> Result<LdapAttributes>;
    /// Sets what such servers call one attribute; where it is not custom, the default holds again.
    async fn set_ldap_attribute(&mut self, attribute: &Attribute) -> Result<()>;
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
