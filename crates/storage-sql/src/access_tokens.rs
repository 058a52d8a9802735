//! Access tokens.

use async_trait::async_trait;
use robin_model::{
    TenantId, Timestamp, TokenId, UserId,
    access_token::{AccessToken, Issue, NewToken, Standing, TokenFilter, TokenState},
};
use robin_rbac::Grant;
use robin_storage::{AccessTokens, Error, Result};
use sqlx::FromRow;

use crate::{
    batch::{self, BATCH},
    engine::Tx,
    statement::{Arg, sql, statements},
    stored,
};

macro_rules! selected {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.user_id, u.username, a.tenant_id, t.name AS tenant_name, a.name, a.state, a.shown, a.grants, \
             a.created_at, a.created_by, a.expires_at, a.last_used_at, a.revoked_at, a.revoked_by \
             FROM access_tokens a JOIN users u ON u.id = a.user_id JOIN tenants t ON t.id = a.tenant_id WHERE ",
            $rest
        )
    };
}

const USE: &str =
    "UPDATE access_tokens SET last_used_at = $1 WHERE (last_used_at IS NULL OR last_used_at < $1) AND id IN";

statements! {
    INSERT = "INSERT INTO access_tokens (user_id, tenant_id, name, state, hash, shown, grants, created_at, created_by, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
    HASHED = selected!("a.hash = $1");
    BY_ID = selected!("a.id = $1");
    PAGE = selected!("a.id > $1 ORDER BY a.id LIMIT $2");
    PAGE_OF_USER = selected!(
        "a.user_id = $3 AND (CAST($4 AS BIGINT) IS NULL OR a.tenant_id = $4) AND a.id > $1 ORDER BY a.id LIMIT $2"
    );
    PAGE_OF_TENANT = selected!("a.tenant_id = $3 AND a.id > $1 ORDER BY a.id LIMIT $2");
    IN_FORCE = "SELECT COUNT(*) FROM access_tokens \
         WHERE user_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR tenant_id = $2) AND state = 'active' AND expires_at > $3";
    REQUESTED = "SELECT id FROM access_tokens WHERE user_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR tenant_id = $2) \
                 AND state = 'requested' ORDER BY id DESC LIMIT 1";
    NEWEST = selected!(
        "a.user_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR a.tenant_id = $2) AND a.state <> 'requested' \
         ORDER BY a.id DESC LIMIT 1"
    );
    ISSUE = "UPDATE access_tokens SET state = 'active', hash = $2, shown = $3, created_at = $4, expires_at = $5 WHERE id = $1";
    REVOKE = "UPDATE access_tokens SET state = 'revoked', hash = NULL, revoked_at = $2, revoked_by = $3 WHERE id = $1";
    REMOVE_OF_USER = "DELETE FROM access_tokens WHERE user_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR tenant_id = $2) \
                      RETURNING id";
    REMOVE_ENDED = "DELETE FROM access_tokens WHERE expires_at < $1 \
                    AND (state <> 'revoked' OR revoked_by IS NULL OR revoked_by = user_id)";
}

#[derive(FromRow)]
struct TokenRow {
    id: i64,
    user_id: i64,
    username: String,
    tenant_id: i64,
    tenant_name: String,
    name: String,
    state: String,
    shown: Option<String>,
    grants: Option<String>,
    created_at: i64,
    created_by: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by: Option<i64>,
}

impl TokenRow {
    fn read(self) -> Result<AccessToken> {
        let state = match self.state.as_str() {
            "requested" => TokenState::Requested,
            "active" => TokenState::Active,
            "revoked" => TokenState::Revoked,
            other => return Err(stored::unknown("state", other)),
        };
        Ok(AccessToken {
            id: TokenId(self.id),
            user: UserId(self.user_id),
            username: stored::read(self.username)?,
            tenant: TenantId(self.tenant_id),
            tenant_name: stored::read(self.tenant_name)?,
            name: self.name,
            state,
            shown: self.shown,
            grants: self.grants.map(|text| read_grants(&text)).transpose()?,
            created_at: Timestamp::from_micros(self.created_at),
            created_by: UserId(self.created_by),
            expires_at: self.expires_at.map(Timestamp::from_micros),
            last_used_at: self.last_used_at.map(Timestamp::from_micros),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
            revoked_by: self.revoked_by.map(UserId),
        })
    }
}

/// Grants that can't be read are no reason to do without them.
fn read_grants(text: &str) -> Result<Vec<Grant>> {
    serde_json::from_str(text).map_err(|error| Error::Fault(Box::new(error)))
}

fn write_grants(grants: &[Grant]) -> Result<String> {
    serde_json::to_string(grants).map_err(|error| Error::Fault(Box::new(error)))
}

#[async_trait]
impl AccessTokens for Tx {
    async fn insert_token(&mut self, new: &NewToken) -> Result<AccessToken> {
        let state = if new.issue.is_some() { TokenState::Active } else { TokenState::Requested };
        let insert = sql(INSERT)
            .bind(new.user.0)
            .bind(new.tenant.0)
            .bind(new.name.as_str())
            .bind(state.as_str())
            .bind(Arg::Blob(new.issue.as_ref().map(|issue| issue.hash.to_vec())))
            .bind(new.issue.as_ref().map(|issue| issue.shown.as_str()))
            .bind(new.grants.as_deref().map(write_grants).transpose()?)
            .bind(new.created_at.micros())
            .bind(new.created_by.0)
            .bind(new.issue.as_ref().map(|issue| issue.expires_at.micros()));
        let (id,): (i64,) = self.one(insert).await?;
        self.one::<TokenRow>(sql(BY_ID).bind(id)).await?.read()
    }

    async fn token_hashed(&mut self, hash: &[u8; 32]) -> Result<Option<AccessToken>> {
        self.opt(sql(HASHED).bind(hash.as_slice())).await?.map(TokenRow::read).transpose()
    }

    async fn token(&mut self, id: TokenId) -> Result<Option<AccessToken>> {
        self.opt(sql(BY_ID).bind(id.0)).await?.map(TokenRow::read).transpose()
    }

    async fn tokens(&mut self, filter: &TokenFilter, after: Option<TokenId>, limit: u32) -> Result<Vec<AccessToken>> {
        let begun = |statement| sql(statement).bind(after.map_or(0, |id| id.0)).bind(i64::from(limit));
        let page = match (filter.user, filter.tenant) {
            (Some(user), tenant) => begun(PAGE_OF_USER).bind(user.0).bind(tenant.map(|tenant| tenant.0)),
            (None, Some(tenant)) => begun(PAGE_OF_TENANT).bind(tenant.0),
            (None, None) => begun(PAGE),
        };
        self.all(page).await?.into_iter().map(TokenRow::read).collect()
    }

    async fn token_standing(&mut self, user: UserId, tenant: Option<TenantId>, now: Timestamp) -> Result<Standing> {
        let of = |statement| sql(statement).bind(user.0).bind(tenant.map(|tenant| tenant.0));
        let (in_force,) = self.one(of(IN_FORCE).bind(now.micros())).await?;
        let requested: Option<(i64,)> = self.opt(of(REQUESTED)).await?;
        let newest = self.opt(of(NEWEST)).await?.map(TokenRow::read).transpose()?;
        Ok(Standing { in_force, requested: requested.map(|(id,)| TokenId(id)), newest })
    }

    async fn issue_token(&mut self, id: TokenId, issue: &Issue) -> Result<AccessToken> {
        let set = sql(ISSUE)
            .bind(id.0)
            .bind(issue.hash.as_slice())
            .bind(issue.shown.as_str())
            .bind(issue.at.micros())
            .bind(issue.expires_at.micros());
        self.exec(set).await?;
        self.one::<TokenRow>(sql(BY_ID).bind(id.0)).await?.read()
    }

    async fn revoke_token(&mut self, id: TokenId, at: Timestamp, by: Option<UserId>) -> Result<AccessToken> {
        self.exec(sql(REVOKE).bind(id.0).bind(at.micros()).bind(by.map(|user| user.0))).await?;
        self.one::<TokenRow>(sql(BY_ID).bind(id.0)).await?.read()
    }

    async fn remove_tokens_of(&mut self, user: UserId, tenant: Option<TenantId>) -> Result<Vec<TokenId>> {
        let removed = self.all(sql(REMOVE_OF_USER).bind(user.0).bind(tenant.map(|tenant| tenant.0))).await?;
        Ok(removed.into_iter().map(|(id,)| TokenId(id)).collect())
    }

    async fn use_tokens(&mut self, ids: &[TokenId], at: Timestamp) -> Result<()> {
        for some in ids.chunks(BATCH) {
            self.exec(batch::list(USE, Arg::from(at.micros()), some.iter().map(|id| id.0.into()))).await?;
        }
        Ok(())
    }

    async fn remove_ended_tokens(&mut self, at: Timestamp) -> Result<u64> {
        self.exec(sql(REMOVE_ENDED).bind(at.micros())).await
    }
}
