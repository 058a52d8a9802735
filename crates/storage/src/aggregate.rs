//! The traits, one per kind of thing that is kept.
//!
//! An `insert` answers `None` when the name is taken, and then has changed nothing. An update of a thing that is not there
//! changes nothing.

use std::time::Duration;

use async_trait::async_trait;
use robin_model::{
    AuditId, CapabilityId, CapabilityName, ContextId, GroupName, KeyId, LdapServerId, LdapServerName, MappingId,
    NamespaceName, ObjectId, ObjectName, PasswordHash, ScheduleId, ScheduleName, SessionId, ShareId, TenantId,
    TenantName, TenantRole, Timestamp, TokenId, UserId, Username,
    access_token::{AccessToken, Issue, NewToken, Standing, TokenFilter},
    audit::{Entry, Filter, Record},
    certificate::{Certificate, Revocation, RevocationList, Revoked, Serial, StoredAuthority},
    directory::{
        Absence, Attribute, Attributes as LdapAttributes, Dn, KeptServer, Mapping, MappingFilter, NewMapping,
        ServerSettings, Source, SyncSettings,
    },
    namespace::Namespace,
    object::{Attributes, NewObject, Object, ObjectFilter},
    profile::Profile,
    schedule::{Ended, NewSchedule, Schedule},
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
    /// The account of that name that is not deleted, with the hash of its password, if it has one.
    async fn account_named(&mut self, name: &Username) -> Result<Option<(User, Option<PasswordHash>)>>;
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
    /// Disables or enables the account, whatever its directory says of it.
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
    /// Sets the role, and with it the assigned capabilities and whose mappings keep them so, if any do.
    async fn set_role(
        &mut self,
        id: ContextId,
        role: TenantRole,
        capabilities: &[CapabilityId],
        mapped_by: Option<Source>,
    ) -> Result<()>;
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

/// How many logins in a row have failed, by a key that says whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginCounter {
    /// Whose.
    pub key: String,
    /// How many failed in a row.
    pub failures: i64,
    /// No login is tried before.
    pub until: Timestamp,
    /// When a login succeeded last, where that is remembered.
    pub succeeded_at: Option<Timestamp>,
}

/// Failed logins.
#[async_trait]
pub trait LoginCounters {
    /// Those of these counters that are there.
    async fn login_counters(&mut self, keys: [&str; 4]) -> Result<Vec<LoginCounter>>;
    /// Counts a failure, and says what the counter comes to. A counter whose last failure was before `lapsed` begins anew.
    async fn count_login_failure(&mut self, key: &str, now: Timestamp, lapsed: Timestamp) -> Result<LoginCounter>;
    /// Sets until when no login is tried.
    async fn delay_logins(&mut self, key: &str, until: Timestamp) -> Result<()>;
    /// Ends the row of failures, and remembers that a login succeeded.
    async fn remember_login(&mut self, key: &str, now: Timestamp) -> Result<()>;
    /// Removes a counter.
    async fn remove_login_counter(&mut self, key: &str) -> Result<()>;
    /// Ends the rows of failures of all counters whose keys begin like this. What succeeded stays remembered.
    async fn reset_login_counters(&mut self, beginning: &str) -> Result<()>;
    /// Removes the counters that failed last before `failed`, and those that remember a success, where that was before `succeeded`.
    async fn remove_lapsed_login_counters(&mut self, failed: Timestamp, succeeded: Timestamp) -> Result<()>;
    /// How many counters remember no success.
    async fn failing_logins(&mut self) -> Result<i64>;
}

/// Access tokens. Their texts are not kept, and what they are known by comes back from no call.
#[async_trait]
pub trait AccessTokens {
    /// Adds a token.
    async fn insert_token(&mut self, new: &NewToken) -> Result<AccessToken>;
    /// The active token whose text has this SHA-256, whether or not it has ended.
    async fn token_hashed(&mut self, hash: &[u8; 32]) -> Result<Option<AccessToken>>;
    /// The token with that number.
    async fn token(&mut self, id: TokenId) -> Result<Option<AccessToken>>;
    /// Up to `limit` tokens after `after`, by number.
    async fn tokens(&mut self, filter: &TokenFilter, after: Option<TokenId>, limit: u32) -> Result<Vec<AccessToken>>;
    /// How the user stands with access tokens, in one tenant if one is named.
    async fn token_standing(&mut self, user: UserId, tenant: Option<TenantId>, now: Timestamp) -> Result<Standing>;
    /// Gives the token, which must be there, another text, and makes it active.
    async fn issue_token(&mut self, id: TokenId, issue: &Issue) -> Result<AccessToken>;
    /// Takes the token, which must be there, back, in somebody's name or nobody's.
    async fn revoke_token(&mut self, id: TokenId, at: Timestamp, by: Option<UserId>) -> Result<AccessToken>;
    /// Removes the user's tokens, those in one tenant if one is named, and says which they were.
    async fn remove_tokens_of(&mut self, user: UserId, tenant: Option<TenantId>) -> Result<Vec<TokenId>>;
    /// Writes down that these tokens were used.
    async fn use_tokens(&mut self, ids: &[TokenId], at: Timestamp) -> Result<()>;
    /// Removes the tokens that ended before `at`, but not those that somebody else than the owner took back; and says how many they
    /// were.
    async fn remove_ended_tokens(&mut self, at: Timestamp) -> Result<u64>;
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
    /// Removes the server with its mappings. Accounts that have their passwords checked there stay as they are, and so do
    /// memberships that its mappings made: those are nobody's mappings' any more.
    async fn remove_ldap_server(&mut self, id: LdapServerId) -> Result<()>;
    /// What directories call the attributes that Robin reads.
    async fn ldap_attributes(&mut self) -> Result<LdapAttributes>;
    /// Sets what such servers call one attribute; where it is not custom, the default holds again.
    async fn set_ldap_attribute(&mut self, attribute: &Attribute) -> Result<()>;
}

/// Certificates of users, and what signs them.
#[async_trait]
pub trait Certificates {
    /// The authority that Robin made; `None` while there is none.
    async fn authority(&mut self) -> Result<Option<StoredAuthority>>;
    /// Keeps an authority; false when there is one already, which then stays.
    async fn insert_authority(&mut self, authority: &StoredAuthority) -> Result<bool>;
    /// Adds a certificate, which is its user's current one from now on.
    async fn insert_certificate(&mut self, certificate: &Certificate) -> Result<()>;
    /// The user's current certificate, revoked or not.
    async fn certificate_of(&mut self, user: UserId) -> Result<Option<Certificate>>;
    /// Up to `limit` current certificates with their users' names, by number of the user, after `after`. Of the filter only tenant
    /// and user count: whoever is hidden, disabled or deleted has none.
    async fn certificates(
        &mut self,
        filter: &UserFilter,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(Username, Certificate)>>;
    /// Up to `limit` active accounts that have no current certificate, by number.
    async fn users_without_certificate(&mut self, limit: u32) -> Result<Vec<(UserId, Username)>>;
    /// Revokes all of the user's certificates that are neither over nor revoked, and says which they were.
    async fn revoke_certificates_of(&mut self, user: UserId, revocation: Revocation) -> Result<Vec<Serial>>;
    /// Leaves the user without a current certificate.
    async fn retire_certificate_of(&mut self, user: UserId) -> Result<()>;
    /// Everything that is revoked and was not over before `not_after`, in the order in which it was issued.
    async fn revoked_certificates(&mut self, not_after: Timestamp) -> Result<Vec<Revoked>>;
    /// The list of revoked certificates that was signed last.
    async fn revocation_list(&mut self) -> Result<Option<RevocationList>>;
    /// Keeps such a list in place of the one before.
    async fn set_revocation_list(&mut self, list: &RevocationList) -> Result<()>;
    /// Forgets certificates that are nobody's current ones and were over before `not_after`, and says how many they were.
    async fn forget_certificates(&mut self, not_after: Timestamp) -> Result<u64>;
}

/// What runs from time to time, on whichever server.
#[async_trait]
pub trait Schedules {
    /// Adds a schedule; `None` when the name is taken.
    async fn insert_schedule(&mut self, new: &NewSchedule) -> Result<Option<ScheduleId>>;
    /// Every schedule, by number.
    async fn schedules(&mut self) -> Result<Vec<Schedule>>;
    /// The schedule of that name.
    async fn schedule_named(&mut self, name: &ScheduleName) -> Result<Option<Schedule>>;
    /// Sets how often it runs, and when next.
    async fn set_schedule_interval(&mut self, id: ScheduleId, interval: Duration, next_run: Timestamp) -> Result<()>;
    /// Lets it run, next at this time.
    async fn start_schedule(&mut self, id: ScheduleId, next_run: Timestamp) -> Result<()>;
    /// Keeps it from running. A run that is under way is nobody's any more.
    async fn stop_schedule(&mut self, id: ScheduleId) -> Result<()>;
    /// Removes it. A run that is under way is nobody's any more.
    async fn remove_schedule(&mut self, id: ScheduleId) -> Result<()>;
    /// Writes down that this server runs it now, and raises its beat by one; false, with nothing changed, when the beat is not this one
    /// any more, or it was stopped.
    async fn begin_run(&mut self, id: ScheduleId, beat: i64, server: &str, now: Timestamp) -> Result<bool>;
    /// Raises the beat of a run by one, as a sign of life; false, with nothing changed, when the beat is not this one any more: the run
    /// is somebody else's, or nobody's.
    async fn keep_run(&mut self, id: ScheduleId, beat: i64) -> Result<bool>;
    /// Writes down that a run is over; false as in [`keep_run`](Self::keep_run).
    async fn end_run(&mut self, id: ScheduleId, beat: i64, ended: &Ended) -> Result<bool>;
}

/// Keeping accounts in step with their directory.
#[async_trait]
pub trait Syncs {
    /// How the accounts of this source are kept in step; the default where nothing was said.
    async fn sync_settings(&mut self, source: Source) -> Result<SyncSettings>;
    /// Says how the accounts of this source are kept in step.
    async fn set_sync_settings(&mut self, source: Source, settings: &SyncSettings) -> Result<()>;
    /// Up to `limit` accounts of this source after `after` that are not deleted, by number.
    async fn accounts_of(&mut self, source: Source, after: Option<UserId>, limit: u32) -> Result<Vec<User>>;
    /// How many accounts of this source are neither deleted nor disabled.
    async fn active_accounts(&mut self, source: Source) -> Result<i64>;
    /// Disables an account because of what its directory says.
    async fn disable_absent(&mut self, user: UserId, absence: Absence) -> Result<()>;
    /// Those of these users who are disabled because of what their directory says, and what that is, by number.
    async fn absences(&mut self, users: &[UserId]) -> Result<Vec<(UserId, Absence)>>;
}

/// What groups of directories give.
#[async_trait]
pub trait Mappings {
    /// Adds a mapping; `None` when the group, without regard to case, is mapped to the tenant already.
    async fn insert_mapping(&mut self, new: &NewMapping) -> Result<Option<MappingId>>;
    /// The mapping of this group to this tenant.
    async fn mapping(&mut self, source: Source, group: &GroupName, tenant: TenantId) -> Result<Option<Mapping>>;
    /// Up to `limit` mappings after `after`, by number.
    async fn mappings(&mut self, filter: &MappingFilter, after: Option<MappingId>, limit: u32) -> Result<Vec<Mapping>>;
    /// Every mapping of this source, by number.
    async fn mappings_of(&mut self, source: Source) -> Result<Vec<Mapping>>;
    /// Every mapping that gives this capability, by number.
    async fn mappings_with(&mut self, capability: CapabilityId) -> Result<Vec<Mapping>>;
    /// Removes the mapping.
    async fn remove_mapping(&mut self, id: MappingId) -> Result<()>;
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
