//! Shares of objects.

use async_trait::async_trait;
use robin_model::{
    ObjectId, ShareId, Timestamp, UserId,
    share::{NewShare, ObjectShare, ShareSource},
};
use robin_rbac::{ShareTarget, TenantId, sharing::Operations};
use robin_storage::{Error, Result, Shares, Stranded};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

macro_rules! selected {
    ($($rest:expr),+) => {
        concat!(
            "SELECT s.id, s.object_id, s.object_type, o.name AS object_name, s.tenant_id, t.name AS tenant_name, s.user_id, \
             u.username, s.operations, s.expires_at, s.created_at, s.created_by, c.username AS created_by_name \
             FROM shares s JOIN objects o ON o.id = s.object_id JOIN users c ON c.id = s.created_by \
             LEFT JOIN tenants t ON t.id = s.tenant_id LEFT JOIN users u ON u.id = s.user_id WHERE ",
            $($rest),+
        )
    };
}

macro_rules! page {
    ($where:literal) => {
        selected!("s.id > $1 AND (s.expires_at IS NULL OR s.expires_at > $3)", $where, " ORDER BY s.id LIMIT $2")
    };
}

/// Shares with users whose memberships don't reach the object any more.
macro_rules! stranded {
    ($where:literal) => {
        selected!(
            $where,
            " AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = s.user_id AND (m.tenant_id = s.object_tenant_id \
             OR m.tenant_id IN (SELECT h.tenant_id FROM shares h WHERE h.object_id = s.object_id AND h.tenant_id IS NOT NULL \
             AND (h.expires_at IS NULL OR h.expires_at > $2)))) ORDER BY s.id"
        )
    };
}

statements! {
    INSERT = "INSERT INTO shares (object_id, object_type, object_tenant_id, tenant_id, user_id, operations, expires_at, \
              created_at, created_by) \
              SELECT o.id, o.object_type, o.tenant_id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), \
              CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT) FROM objects o WHERE o.id = $1 \
              ON CONFLICT DO NOTHING RETURNING id";
    WITH_TENANT = selected!("s.object_id = $1 AND s.tenant_id = $2");
    WITH_USER = selected!("s.object_id = $1 AND s.user_id = $2");
    PAGE = page!("");
    PAGE_OF_OBJECT = page!(" AND s.object_id = $4");
    PAGE_OF_OBJECTS_OF = page!(" AND s.object_tenant_id = $4");
    PAGE_WITH_TENANT = page!(" AND s.tenant_id = $4");
    PAGE_WITH_USER = page!(" AND s.user_id = $4");
    EXPIRED = selected!("s.expires_at <= $1 ORDER BY s.expires_at, s.id LIMIT $2");
    STRANDED_OF_USER = stranded!("s.user_id = $1");
    STRANDED_OF_OBJECT = stranded!("s.object_id = $1 AND s.user_id IS NOT NULL");
    SET = "UPDATE shares SET operations = $2, expires_at = $3 WHERE id = $1";
    REMOVE = "DELETE FROM shares WHERE id = $1";
}

#[derive(FromRow)]
struct ShareRow {
    id: i64,
    object_id: i64,
    object_type: String,
    object_name: String,
    tenant_id: Option<i64>,
    tenant_name: Option<String>,
    user_id: Option<i64>,
    username: Option<String>,
    operations: String,
    expires_at: Option<i64>,
    created_at: i64,
    created_by: i64,
    created_by_name: String,
}

impl ShareRow {
    fn read(self) -> Result<ObjectShare> {
        let (with, with_name) = match (self.tenant_id, self.tenant_name, self.user_id, self.username) {
            (Some(id), Some(name), ..) => (ShareTarget::Tenant(TenantId(id)), name),
            (_, _, Some(id), Some(name)) => (ShareTarget::User(UserId(id)), name),
            _ => return Err(Error::Fault(format!("share {} is with nobody", self.id).into())),
        };
        let operations = Operations::parse(self.operations.split(','));
        Ok(ObjectShare {
            id: ShareId(self.id),
            object: ObjectId(self.object_id),
            object_type: self.object_type,
            object_name: stored::read(self.object_name)?,
            with,
            with_name,
            operations: operations.map_err(|_| stored::unknown("operations", &self.operations))?,
            expires_at: self.expires_at.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(self.created_at),
            created_by: UserId(self.created_by),
            created_by_name: stored::read(self.created_by_name)?,
        })
    }
}

fn written(operations: Operations) -> String {
    operations.iter().collect::<Vec<_>>().join(",")
}

#[async_trait]
impl Shares for Tx {
    async fn insert_share(&mut self, new: &NewShare) -> Result<Option<ShareId>> {
        let (tenant, user) = match new.with {
            ShareTarget::Tenant(id) => (Some(id.0), None),
            ShareTarget::User(id) => (None, Some(id.0)),
        };
        let insert = sql(INSERT)
            .bind(new.object.0)
            .bind(tenant)
            .bind(user)
            .bind(written(new.operations))
            .bind(new.expires_at.map(Timestamp::micros))
            .bind(new.created_at.micros())
            .bind(new.created_by.0);
        Ok(self.opt(insert).await?.map(|(id,)| ShareId(id)))
    }

    async fn share(&mut self, object: ObjectId, with: ShareTarget) -> Result<Option<ObjectShare>> {
        let (statement, id) = match with {
            ShareTarget::Tenant(id) => (WITH_TENANT, id.0),
            ShareTarget::User(id) => (WITH_USER, id.0),
        };
        self.opt(sql(statement).bind(object.0).bind(id)).await?.map(ShareRow::read).transpose()
    }

    async fn shares(
        &mut self,
        source: ShareSource,
        now: Timestamp,
        after: Option<ShareId>,
        limit: u32,
    ) -> Result<Vec<ObjectShare>> {
        let page =
            |statement| sql(statement).bind(after.map_or(0, |id| id.0)).bind(i64::from(limit)).bind(now.micros());
        let page = match source {
            ShareSource::All => page(PAGE),
            ShareSource::Object(id) => page(PAGE_OF_OBJECT).bind(id.0),
            ShareSource::ObjectsOf(tenant) => page(PAGE_OF_OBJECTS_OF).bind(tenant.0),
            ShareSource::With(ShareTarget::Tenant(tenant)) => page(PAGE_WITH_TENANT).bind(tenant.0),
            ShareSource::With(ShareTarget::User(user)) => page(PAGE_WITH_USER).bind(user.0),
        };
        self.all(page).await?.into_iter().map(ShareRow::read).collect()
    }

    async fn expired_shares(&mut self, now: Timestamp, limit: u32) -> Result<Vec<ObjectShare>> {
        let rows = self.all(sql(EXPIRED).bind(now.micros()).bind(i64::from(limit))).await?;
        rows.into_iter().map(ShareRow::read).collect()
    }

    async fn stranded_shares(&mut self, of: Stranded, now: Timestamp) -> Result<Vec<ObjectShare>> {
        let (statement, id) = match of {
            Stranded::User(id) => (STRANDED_OF_USER, id.0),
            Stranded::Object(id) => (STRANDED_OF_OBJECT, id.0),
        };
        self.all(sql(statement).bind(id).bind(now.micros())).await?.into_iter().map(ShareRow::read).collect()
    }

    async fn set_share(&mut self, id: ShareId, operations: Operations, expires_at: Option<Timestamp>) -> Result<()> {
        let set = sql(SET).bind(id.0).bind(written(operations)).bind(expires_at.map(Timestamp::micros));
        self.exec(set).await.map(drop)
    }

    async fn remove_share(&mut self, id: ShareId) -> Result<()> {
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
