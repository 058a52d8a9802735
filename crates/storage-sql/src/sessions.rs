//! Sessions.

use async_trait::async_trait;
use robin_model::{NamespaceName, SessionId, TenantId, Timestamp, UserId, session::Session};
use robin_storage::{Result, Sessions};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

statements! {
    INSERT = "INSERT INTO sessions (id, user_id, tenant_id, namespace, created_at, expires_at, address, user_agent) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_ID = "SELECT id, user_id, tenant_id, namespace, created_at, expires_at, address, user_agent \
             FROM sessions WHERE id = $1";
    OF_USER = "SELECT id, user_id, tenant_id, namespace, created_at, expires_at, address, user_agent \
               FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC, id";
    REMOVE = "DELETE FROM sessions WHERE id = $1";
    REMOVE_OF_USER = "DELETE FROM sessions WHERE user_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR tenant_id = $2) \
                      RETURNING id";
    REMOVE_EXPIRED = "DELETE FROM sessions WHERE expires_at < $1";
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    user_id: i64,
    tenant_id: i64,
    namespace: Option<String>,
    created_at: i64,
    expires_at: i64,
    address: String,
    user_agent: String,
}

impl SessionRow {
    fn read(self) -> Result<Session> {
        Ok(Session {
            id: SessionId(self.id),
            user: UserId(self.user_id),
            tenant: TenantId(self.tenant_id),
            namespace: stored::read_option(self.namespace)?,
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            address: self.address,
            user_agent: self.user_agent,
        })
    }
}

#[async_trait]
impl Sessions for Tx {
    async fn insert_session(&mut self, session: &Session) -> Result<()> {
        let insert = sql(INSERT)
            .bind(session.id.0.as_str())
            .bind(session.user.0)
            .bind(session.tenant.0)
            .bind(session.namespace.as_ref().map(NamespaceName::as_str))
            .bind(session.created_at.micros())
            .bind(session.expires_at.micros())
            .bind(session.address.as_str())
            .bind(session.user_agent.as_str());
        self.exec(insert).await.map(drop)
    }

    async fn session(&mut self, id: &SessionId) -> Result<Option<Session>> {
        self.opt(sql(BY_ID).bind(id.0.as_str())).await?.map(SessionRow::read).transpose()
    }

    async fn sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<Session>> {
        let rows = self.all(sql(OF_USER).bind(user.0).bind(now.micros())).await?;
        rows.into_iter().map(SessionRow::read).collect()
    }

    async fn remove_session(&mut self, id: &SessionId) -> Result<bool> {
        Ok(self.exec(sql(REMOVE).bind(id.0.as_str())).await? > 0)
    }

    async fn remove_sessions_of(&mut self, user: UserId, tenant: Option<TenantId>) -> Result<Vec<SessionId>> {
        let ended = self.all(sql(REMOVE_OF_USER).bind(user.0).bind(tenant.map(|tenant| tenant.0))).await?;
        Ok(ended.into_iter().map(|(id,)| SessionId(id)).collect())
    }

    async fn remove_expired_sessions(&mut self, now: Timestamp) -> Result<u64> {
        self.exec(sql(REMOVE_EXPIRED).bind(now.micros())).await
    }
}
