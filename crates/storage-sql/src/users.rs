//! Accounts.

use std::collections::HashMap;

use async_trait::async_trait;
use robin_model::{
    LdapServerId, PasswordHash, TenantId, Timestamp, UserId, Username,
    directory::{Dn, Source},
    profile::Profile,
    user::{AccountKind, Authentication, NewUser, User, UserFilter},
};
use robin_storage::{Result, Users};
use sqlx::FromRow;

use crate::{
    batch::{self, BATCH},
    engine::Tx,
    statement::{Arg, Sql, sql, statements},
    stored,
};

macro_rules! columns {
    () => {
        "u.id, u.username, u.auth, u.ldap_server_id, u.ldap_dn, u.first_name, u.last_name, u.email, u.hidden, u.disabled, \
         u.deleted_at, u.current_tenant_id, u.created_at, u.ldap_object_sid, u.service, u.openshift_uid"
    };
}

macro_rules! listed {
    () => {
        " AND (NOT u.disabled OR $3) AND (NOT u.hidden OR $4) AND (u.deleted_at IS NULL OR $5) \
         AND (CAST($7 AS BIGINT) = 0 OR u.service = ($7 = 2))"
    };
}

const INSERT: &str = "INSERT INTO users (username, username_key, auth, ldap_server_id, ldap_dn, ldap_object_sid, openshift_uid, password, \
                      first_name, last_name, email, hidden, disabled, current_tenant_id, created_at, service) VALUES";
const INSERTED: &str = "ON CONFLICT DO NOTHING RETURNING id, username_key";
const AMONG: &str =
    concat!("SELECT ", columns!(), " FROM users u WHERE u.deleted_at IS NULL AND u.id > $1 AND u.username_key IN");
const OF_DIRECTORY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM users u WHERE u.deleted_at IS NULL AND u.ldap_server_id = $1 AND u.ldap_object_sid IN"
);
const OF_CLUSTER: &str =
    concat!("SELECT ", columns!(), " FROM users u WHERE u.deleted_at IS NULL AND u.id > $1 AND u.openshift_uid IN");

statements! {
    NAMED = concat!("SELECT ", columns!(), " FROM users u WHERE u.username_key = $1 AND u.deleted_at IS NULL");
    ACCOUNT = concat!(
        "SELECT ", columns!(), ", u.password FROM users u WHERE u.username_key = $1 AND u.deleted_at IS NULL"
    );
    BY_ID = concat!("SELECT ", columns!(), " FROM users u WHERE u.id = $1");
    PAGE = concat!(
        "SELECT ", columns!(), " FROM users u WHERE u.id > $1 AND u.id <= $2", listed!(), " ORDER BY u.id LIMIT $6"
    );
    // The bound on `u.id` follows from the one on `m.user_id`, but PostgreSQL does not see that and would read from the start.
    PAGE_OF_TENANT = concat!(
        "SELECT ", columns!(), " FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.tenant_id = $8 AND m.user_id > $1 AND m.user_id <= $2 AND u.id > $1", listed!(), " ORDER BY m.user_id LIMIT $6"
    );
    PASSWORD = "SELECT password FROM users WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password = $2 WHERE id = $1";
    SET_PROFILE = "UPDATE users SET first_name = $2, last_name = $3, email = $4 WHERE id = $1";
    SET_DIRECTORY_ACCOUNT = "UPDATE users SET ldap_dn = $2, ldap_object_sid = $3 WHERE id = $1 AND NOT EXISTS \
         (SELECT 1 FROM users o WHERE o.ldap_server_id = users.ldap_server_id AND o.ldap_object_sid = $3 \
         AND o.deleted_at IS NULL AND o.id <> $1)";
    OPENSHIFT_IN_USE = "SELECT EXISTS (SELECT 1 FROM users WHERE openshift_uid IS NOT NULL AND deleted_at IS NULL)";
    SET_DISABLED = "UPDATE users SET disabled = $2 WHERE id = $1";
    CLEAR_ABSENCE = "DELETE FROM directory_absences WHERE user_id = $1";
    OF_LDAP = concat!(
        "SELECT ", columns!(), " FROM users u WHERE u.ldap_server_id = $3 AND u.deleted_at IS NULL AND u.id > $1 \
         ORDER BY u.id LIMIT $2"
    );
    OF_OPENSHIFT = concat!(
        "SELECT ", columns!(), " FROM users u WHERE u.auth = 'openshift' AND u.deleted_at IS NULL AND u.id > $1 \
         ORDER BY u.id LIMIT $2"
    );
    SET_CURRENT_TENANT = "UPDATE users SET current_tenant_id = $2 WHERE id = $1";
    MARK_DELETED = "UPDATE users SET deleted_at = $2, password = NULL WHERE id = $1 AND deleted_at IS NULL";
    OTHER_LOCAL_SUPERADMINS = "SELECT COUNT(*) FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.tenant_id = $2 AND m.role = 'superadmin' AND m.user_id <> $1 AND u.auth = 'local' \
         AND NOT u.service AND NOT u.disabled AND NOT u.hidden AND u.deleted_at IS NULL";
}

#[derive(FromRow)]
struct UserRow {
    id: i64,
    username: String,
    auth: String,
    ldap_server_id: Option<i64>,
    ldap_dn: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    hidden: bool,
    disabled: bool,
    deleted_at: Option<i64>,
    current_tenant_id: Option<i64>,
    created_at: i64,
    ldap_object_sid: Option<String>,
    service: bool,
    openshift_uid: Option<String>,
}

#[derive(FromRow)]
struct AccountRow {
    #[sqlx(flatten)]
    user: UserRow,
    password: Option<String>,
}

impl UserRow {
    fn read(self) -> Result<User> {
        let authentication = match (self.auth.as_str(), self.ldap_server_id, self.openshift_uid) {
            ("local", ..) if self.service => Authentication::Service,
            ("local", ..) => Authentication::Local,
            ("openshift", _, Some(uid)) => Authentication::Openshift { uid },
            ("ldap", Some(server), _) => Authentication::Ldap {
                server: LdapServerId(server),
                dn: stored::read_option(self.ldap_dn)?,
                object_sid: self.ldap_object_sid,
            },
            _ => return Err(stored::unknown("authentication", &self.auth)),
        };
        Ok(User {
            id: UserId(self.id),
            username: stored::read(self.username)?,
            authentication,
            profile: Profile { first_name: self.first_name, last_name: self.last_name, email: self.email },
            hidden: self.hidden,
            disabled: self.disabled,
            deleted_at: self.deleted_at.map(Timestamp::from_micros),
            current_tenant: self.current_tenant_id.map(TenantId),
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

/// How many columns [`values`] fills.
const COLUMNS: usize = 16;

fn values(new: &NewUser) -> [Arg; COLUMNS] {
    let (server, dn) = match &new.authentication {
        Authentication::Ldap { server, dn, .. } => (Some(server.0), dn.as_ref()),
        Authentication::Local | Authentication::Openshift { .. } | Authentication::Service => (None, None),
    };
    // A service account is kept as a local one without a password.
    let (auth, is_service) = match &new.authentication {
        Authentication::Service => (Authentication::Local.as_str(), true),
        other => (other.as_str(), false),
    };
    let identifier = new.authentication.identifier();
    let (object_sid, uid) = if server.is_some() { (identifier, None) } else { (None, identifier) };
    [
        new.username.as_str().into(),
        new.username.key().into(),
        auth.into(),
        server.into(),
        dn.map(Dn::as_str).into(),
        object_sid.into(),
        uid.into(),
        new.password.as_ref().map(PasswordHash::expose).into(),
        new.profile.first_name.as_deref().into(),
        new.profile.last_name.as_deref().into(),
        new.profile.email.as_deref().into(),
        false.into(),
        new.disabled.into(),
        new.current_tenant.map(|tenant| tenant.0).into(),
        new.created_at.micros().into(),
        is_service.into(),
    ]
}

impl Tx {
    /// Up to `limit` accounts of a source after `after`, by number.
    pub async fn page_of(&mut self, source: Source, after: i64, limit: u32) -> Result<Vec<User>> {
        let page = match source {
            Source::Ldap(server) => sql(OF_LDAP).bind(after).bind(i64::from(limit)).bind(server.0),
            Source::Openshift => sql(OF_OPENSHIFT).bind(after).bind(i64::from(limit)),
        };
        self.all(page).await?.into_iter().map(UserRow::read).collect()
    }

    /// The accounts that any of these queries finds, by number.
    async fn listed(&mut self, queries: Vec<Sql>) -> Result<Vec<User>> {
        let mut users = Vec::new();
        for query in queries {
            users.extend(self.all::<UserRow>(query).await?);
        }
        let mut users = users.into_iter().map(UserRow::read).collect::<Result<Vec<_>>>()?;
        users.sort_unstable_by_key(|user| user.id);
        // Asked for twice, in two queries.
        users.dedup_by_key(|user| user.id);
        Ok(users)
    }
}

#[async_trait]
impl Users for Tx {
    async fn insert_user(&mut self, new: &NewUser) -> Result<Option<UserId>> {
        Ok(self.insert_users(std::slice::from_ref(new)).await?.pop().flatten())
    }

    async fn insert_users(&mut self, new: &[NewUser]) -> Result<Vec<Option<UserId>>> {
        let mut inserted = HashMap::with_capacity(new.len());
        for some in new.chunks(BATCH) {
            let insert = batch::rows(INSERT, COLUMNS, some.iter().flat_map(values).collect(), INSERTED);
            let rows: Vec<(i64, String)> = self.all(insert).await?;
            inserted.extend(rows.into_iter().map(|(id, key)| (key, UserId(id))));
        }
        Ok(new.iter().map(|new| inserted.remove(&new.username.key())).collect())
    }

    async fn account_named(&mut self, name: &Username) -> Result<Option<(User, Option<PasswordHash>)>> {
        let row: Option<AccountRow> = self.opt(sql(ACCOUNT).bind(name.key())).await?;
        row.map(|row| Ok((row.user.read()?, row.password.map(PasswordHash::new)))).transpose()
    }

    async fn user_named(&mut self, name: &Username) -> Result<Option<User>> {
        self.opt(sql(NAMED).bind(name.key())).await?.map(UserRow::read).transpose()
    }

    async fn users_named(&mut self, names: &[Username]) -> Result<Vec<User>> {
        let lists =
            names.chunks(BATCH).map(|some| batch::list(AMONG, Arg::from(0), some.iter().map(|name| name.key().into())));
        self.listed(lists.collect()).await
    }

    async fn directory_users(&mut self, server: LdapServerId, object_sids: &[String]) -> Result<Vec<User>> {
        let server = Arg::from(server.0);
        let lists = object_sids
            .chunks(BATCH)
            .map(|some| batch::list(OF_DIRECTORY, server.clone(), some.iter().map(|sid| sid.as_str().into())));
        self.listed(lists.collect()).await
    }

    async fn openshift_users(&mut self, uids: &[String]) -> Result<Vec<User>> {
        let lists = uids
            .chunks(BATCH)
            .map(|some| batch::list(OF_CLUSTER, Arg::from(0), some.iter().map(|uid| uid.as_str().into())));
        self.listed(lists.collect()).await
    }

    async fn openshift_in_use(&mut self) -> Result<bool> {
        self.one(sql(OPENSHIFT_IN_USE)).await.map(|(is_used,)| is_used)
    }

    async fn set_directory_account(&mut self, id: UserId, dn: Option<&Dn>, object_sid: Option<&str>) -> Result<bool> {
        let set = sql(SET_DIRECTORY_ACCOUNT).bind(id.0).bind(dn.map(Dn::as_str)).bind(object_sid);
        Ok(self.exec(set).await? == 1)
    }

    async fn user(&mut self, id: UserId) -> Result<Option<User>> {
        self.opt(sql(BY_ID).bind(id.0)).await?.map(UserRow::read).transpose()
    }

    async fn users(&mut self, filter: &UserFilter, after: Option<UserId>, limit: u32) -> Result<Vec<User>> {
        let after = after.map_or(0, |id| id.0);
        // One account is a page whose bounds hold only that one.
        let (after, last) = filter.user.map_or((after, i64::MAX), |id| (after.max(id.0 - 1), id.0));
        let page = sql(if filter.tenant.is_some() { PAGE_OF_TENANT } else { PAGE })
            .bind(after)
            .bind(last)
            .bind(filter.disabled)
            .bind(filter.hidden)
            .bind(filter.deleted)
            .bind(i64::from(limit))
            .bind(match filter.kind {
                AccountKind::Any => 0,
                AccountKind::Person => 1,
                AccountKind::Service => 2,
            });
        let page = match filter.tenant {
            Some(tenant) => page.bind(tenant.0),
            None => page,
        };
        self.all(page).await?.into_iter().map(UserRow::read).collect()
    }

    async fn password(&mut self, id: UserId) -> Result<Option<PasswordHash>> {
        let row: Option<(Option<String>,)> = self.opt(sql(PASSWORD).bind(id.0)).await?;
        Ok(row.and_then(|(password,)| password).map(PasswordHash::new))
    }

    async fn set_password(&mut self, id: UserId, password: &PasswordHash) -> Result<()> {
        self.exec(sql(SET_PASSWORD).bind(id.0).bind(password.expose())).await.map(drop)
    }

    async fn set_profile(&mut self, id: UserId, profile: &Profile) -> Result<()> {
        let set = sql(SET_PROFILE)
            .bind(id.0)
            .bind(profile.first_name.as_deref())
            .bind(profile.last_name.as_deref())
            .bind(profile.email.as_deref());
        self.exec(set).await.map(drop)
    }

    async fn set_disabled(&mut self, id: UserId, disabled: bool) -> Result<()> {
        self.exec(sql(CLEAR_ABSENCE).bind(id.0)).await?;
        self.exec(sql(SET_DISABLED).bind(id.0).bind(disabled)).await.map(drop)
    }

    async fn set_current_tenant(&mut self, id: UserId, tenant: Option<TenantId>) -> Result<()> {
        self.exec(sql(SET_CURRENT_TENANT).bind(id.0).bind(tenant.map(|tenant| tenant.0))).await.map(drop)
    }

    async fn mark_user_deleted(&mut self, id: UserId, at: Timestamp) -> Result<()> {
        self.exec(sql(MARK_DELETED).bind(id.0).bind(at.micros())).await.map(drop)
    }

    async fn other_local_superadmins(&mut self, than: UserId) -> Result<i64> {
        let count = sql(OTHER_LOCAL_SUPERADMINS).bind(than.0).bind(TenantId::ADMINISTRATORS.0);
        self.one(count).await.map(|(count,)| count)
    }
}
