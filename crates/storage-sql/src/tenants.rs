//! Tenants.

use async_trait::async_trait;
use robin_model::{
    TenantId, TenantName, Timestamp,
    tenant::{NewTenant, Population, Tenant},
};
use robin_storage::{Result, Tenants};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

statements! {
    INSERT = "INSERT INTO tenants (name, name_key, description, created_at) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (name_key) DO NOTHING RETURNING id";
    NAMED = "SELECT id, name, description, created_at FROM tenants WHERE name_key = $1";
    BY_ID = "SELECT id, name, description, created_at FROM tenants WHERE id = $1";
    PAGE = "SELECT id, name, description, created_at FROM tenants WHERE id > $1 ORDER BY id LIMIT $2";
    RENAME = "UPDATE tenants SET name = $2, name_key = $3 \
              WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM tenants t WHERE t.name_key = $3 AND t.id <> $1)";
    SET_DESCRIPTION = "UPDATE tenants SET description = $2 WHERE id = $1";
    POPULATION = "SELECT (SELECT COUNT(*) FROM memberships WHERE tenant_id = $1), \
                  (SELECT COUNT(*) FROM objects WHERE tenant_id = $1 AND object_type = 'NAMESPACE'), \
                  (SELECT COUNT(*) FROM objects WHERE tenant_id = $1 AND object_type <> 'NAMESPACE'), \
                  (SELECT COUNT(*) FROM directory_mappings WHERE tenant_id = $1)";
    FORGET_CURRENT = "UPDATE users SET current_tenant_id = NULL WHERE current_tenant_id = $1";
    END_SESSIONS = "DELETE FROM sessions WHERE tenant_id = $1";
    REMOVE = "DELETE FROM tenants WHERE id = $1";
}

#[derive(FromRow)]
struct TenantRow {
    id: i64,
    name: String,
    description: String,
    created_at: i64,
}

impl TenantRow {
    fn read(self) -> Result<Tenant> {
        Ok(Tenant {
            id: TenantId(self.id),
            name: stored::read(self.name)?,
            description: self.description,
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

#[async_trait]
impl Tenants for Tx {
    async fn insert_tenant(&mut self, new: &NewTenant) -> Result<Option<TenantId>> {
        let insert = sql(INSERT)
            .bind(new.name.as_str())
            .bind(new.name.key())
            .bind(new.description.as_str())
            .bind(new.created_at.micros());
        Ok(self.opt(insert).await?.map(|(id,)| TenantId(id)))
    }

    async fn tenant_named(&mut self, name: &TenantName) -> Result<Option<Tenant>> {
        self.opt(sql(NAMED).bind(name.key())).await?.map(TenantRow::read).transpose()
    }

    async fn tenant(&mut self, id: TenantId) -> Result<Option<Tenant>> {
        self.opt(sql(BY_ID).bind(id.0)).await?.map(TenantRow::read).transpose()
    }

    async fn tenants(&mut self, after: Option<TenantId>, limit: u32) -> Result<Vec<Tenant>> {
        let page = sql(PAGE).bind(after.map_or(0, |id| id.0)).bind(i64::from(limit));
        self.all(page).await?.into_iter().map(TenantRow::read).collect()
    }

    async fn rename_tenant(&mut self, id: TenantId, name: &TenantName) -> Result<bool> {
        let renamed = self.exec(sql(RENAME).bind(id.0).bind(name.as_str()).bind(name.key())).await?;
        Ok(renamed > 0)
    }

    async fn set_tenant_description(&mut self, id: TenantId, description: &str) -> Result<()> {
        self.exec(sql(SET_DESCRIPTION).bind(id.0).bind(description)).await.map(drop)
    }

    async fn tenant_population(&mut self, id: TenantId) -> Result<Population> {
        let (members, namespaces, objects, mappings) = self.one(sql(POPULATION).bind(id.0)).await?;
        Ok(Population { members, namespaces, objects, mappings })
    }

    async fn remove_tenant(&mut self, id: TenantId) -> Result<()> {
        // Former members may still remember it, and a session may have begun while its member was removed.
        self.exec(sql(FORGET_CURRENT).bind(id.0)).await?;
        self.exec(sql(END_SESSIONS).bind(id.0)).await?;
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
