//! Namespaces.

use async_trait::async_trait;
use robin_model::{
    NamespaceId, NamespaceName, TenantId, Timestamp, UserId,
    namespace::{Namespace, NamespaceFilter, NewNamespace},
};
use robin_storage::{Namespaces, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

macro_rules! selected {
    ($where:literal) => {
        concat!(
            "SELECT n.id, n.name, n.tenant_id, t.name AS tenant_name, n.owner_id, u.username AS owner_name, \
             m.id IS NOT NULL AS is_primary, n.created_at \
             FROM namespaces n JOIN tenants t ON t.id = n.tenant_id JOIN users u ON u.id = n.owner_id \
             LEFT JOIN memberships m ON m.namespace_id = n.id AND m.user_id = n.owner_id AND m.tenant_id = n.tenant_id \
             WHERE ",
            $where
        )
    };
}

statements! {
    INSERT = "INSERT INTO namespaces (name, tenant_id, owner_id, created_at) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (name) DO NOTHING RETURNING id";
    NAMED = selected!("n.name = $1");
    PAGE = selected!("n.id > $1 ORDER BY n.id LIMIT $2");
    PAGE_OF_TENANT = selected!("n.id > $1 AND n.tenant_id = $3 ORDER BY n.id LIMIT $2");
    PAGE_OF_OWNER = selected!(
        "n.id > $1 AND n.owner_id = $3 AND (CAST($4 AS BIGINT) IS NULL OR n.tenant_id = $4) ORDER BY n.id LIMIT $2"
    );
    SET_OWNER = "UPDATE namespaces SET owner_id = $2 WHERE id = $1";
    CLEAR_PRIMARY = "UPDATE memberships SET namespace_id = NULL WHERE namespace_id = $1";
    REMOVE = "DELETE FROM namespaces WHERE id = $1";
}

#[derive(FromRow)]
struct NamespaceRow {
    id: i64,
    name: String,
    tenant_id: i64,
    tenant_name: String,
    owner_id: i64,
    owner_name: String,
    is_primary: bool,
    created_at: i64,
}

impl NamespaceRow {
    fn read(self) -> Result<Namespace> {
        Ok(Namespace {
            id: NamespaceId(self.id),
            name: stored::read(self.name)?,
            tenant: TenantId(self.tenant_id),
            tenant_name: stored::read(self.tenant_name)?,
            owner: UserId(self.owner_id),
            owner_name: stored::read(self.owner_name)?,
            primary: self.is_primary,
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

#[async_trait]
impl Namespaces for Tx {
    async fn insert_namespace(&mut self, new: &NewNamespace) -> Result<Option<NamespaceId>> {
        let insert =
            sql(INSERT).bind(new.name.key()).bind(new.tenant.0).bind(new.owner.0).bind(new.created_at.micros());
        Ok(self.opt(insert).await?.map(|(id,)| NamespaceId(id)))
    }

    async fn namespace_named(&mut self, name: &NamespaceName) -> Result<Option<Namespace>> {
        self.opt(sql(NAMED).bind(name.key())).await?.map(NamespaceRow::read).transpose()
    }

    async fn namespaces(
        &mut self,
        filter: &NamespaceFilter,
        after: Option<NamespaceId>,
        limit: u32,
    ) -> Result<Vec<Namespace>> {
        let page = |statement| sql(statement).bind(after.map_or(0, |id| id.0)).bind(i64::from(limit));
        let page = match (filter.owner, filter.tenant) {
            (Some(owner), tenant) => page(PAGE_OF_OWNER).bind(owner.0).bind(tenant.map(|tenant| tenant.0)),
            (None, Some(tenant)) => page(PAGE_OF_TENANT).bind(tenant.0),
            (None, None) => page(PAGE),
        };
        self.all(page).await?.into_iter().map(NamespaceRow::read).collect()
    }

    async fn set_namespace_owner(&mut self, id: NamespaceId, owner: UserId) -> Result<()> {
        self.exec(sql(CLEAR_PRIMARY).bind(id.0)).await?;
        self.exec(sql(SET_OWNER).bind(id.0).bind(owner.0)).await.map(drop)
    }

    async fn remove_namespace(&mut self, id: NamespaceId) -> Result<()> {
        self.exec(sql(CLEAR_PRIMARY).bind(id.0)).await?;
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
