//! Keeping accounts in step with their directory.

use async_trait::async_trait;
use robin_model::{
    UserId,
    directory::{Absence, Source, SyncSettings},
    user::User,
};
use robin_storage::{Error, Result, Syncs};

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

statements! {
    SETTINGS = "SELECT ground, max_disable, allow_superadmin FROM directory_syncs WHERE source = $1";
    SET_SETTINGS = "INSERT INTO directory_syncs (source, ground, max_disable, allow_superadmin) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (source) DO UPDATE SET ground = excluded.ground, max_disable = excluded.max_disable, \
         allow_superadmin = excluded.allow_superadmin";
    REMOVE_SETTINGS = "DELETE FROM directory_syncs WHERE source = $1";
    ACTIVE_OF_LDAP = "SELECT COUNT(*) FROM users WHERE ldap_server_id = $1 AND deleted_at IS NULL AND NOT disabled";
    ACTIVE_OF_OPENSHIFT = "SELECT COUNT(*) FROM users WHERE auth = 'openshift' AND deleted_at IS NULL AND NOT disabled";
    DISABLE = "UPDATE users SET disabled = $2 WHERE id = $1";
    ADD_ABSENCE = "INSERT INTO directory_absences (user_id, reason) VALUES ($1, $2) \
         ON CONFLICT (user_id) DO UPDATE SET reason = excluded.reason";
    ABSENCES = "SELECT user_id, reason FROM directory_absences \
         WHERE user_id IN (SELECT value FROM json_each(CAST($1 AS TEXT))) ORDER BY user_id";
}

impl Tx {
    /// Forgets how accounts of this source are kept in step.
    pub async fn forget_sync(&mut self, source: Source) -> Result<()> {
        self.exec(sql(REMOVE_SETTINGS).bind(source.to_string())).await.map(drop)
    }
}

#[async_trait]
impl Syncs for Tx {
    async fn sync_settings(&mut self, source: Source) -> Result<SyncSettings> {
        let row: Option<(Option<String>, String, bool)> = self.opt(sql(SETTINGS).bind(source.to_string())).await?;
        let Some((ground, max_disable, allow_superadmin)) = row else { return Ok(SyncSettings::default()) };
        let max_disable = max_disable.parse().map_err(|_| stored::unknown("max_disable", &max_disable))?;
        Ok(SyncSettings { ground, max_disable, allow_superadmin })
    }

    async fn set_sync_settings(&mut self, source: Source, settings: &SyncSettings) -> Result<()> {
        let set = sql(SET_SETTINGS)
            .bind(source.to_string())
            .bind(settings.ground.as_deref())
            .bind(settings.max_disable.to_string())
            .bind(settings.allow_superadmin);
        self.exec(set).await.map(drop)
    }

    async fn accounts_of(&mut self, source: Source, after: Option<UserId>, limit: u32) -> Result<Vec<User>> {
        self.page_of(source, after.map_or(0, |id| id.0), limit).await
    }

    async fn active_accounts(&mut self, source: Source) -> Result<i64> {
        let count = match source {
            Source::Ldap(server) => sql(ACTIVE_OF_LDAP).bind(server.0),
            Source::Openshift => sql(ACTIVE_OF_OPENSHIFT),
        };
        self.one(count).await.map(|(count,)| count)
    }

    async fn disable_absent(&mut self, user: UserId, absence: Absence) -> Result<()> {
        self.exec(sql(DISABLE).bind(user.0).bind(true)).await?;
        self.exec(sql(ADD_ABSENCE).bind(user.0).bind(absence.as_str())).await.map(drop)
    }

    async fn absences(&mut self, users: &[UserId]) -> Result<Vec<(UserId, Absence)>> {
        let rows: Vec<(i64, String)> =
            self.all(sql(ABSENCES).bind(stored::list(users.iter().map(|user| user.0)))).await?;
        rows.into_iter().map(|(user, reason)| Ok((UserId(user), absence(&reason)?))).collect()
    }
}

fn absence(reason: &str) -> Result<Absence> {
    let known = Absence::ALL.into_iter().find(|absence| absence.as_str() == reason);
    known.ok_or_else(|| -> Error { stored::unknown("reason", reason) })
}
