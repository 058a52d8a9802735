//! Namespaces: objects of which memberships know more.

use async_trait::async_trait;
use robin_model::{NamespaceName, ObjectId, TenantId, Timestamp, UserId, namespace::Namespace};
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
             FROM objects n JOIN tenants t ON t.id = n.tenant_id JOIN users u ON u.id = n.owner_id \
             LEFT JOIN memberships m ON m.namespace_id = n.id AND m.user_id = n.owner_id AND m.tenant_id = n.tenant_id \
             WHERE n.object_type = 'NAMESPACE' AND ",
            $where
        )
    };
}

statements! {
    NAMED = selected!("n.name = $1");
    LISTED = selected!("n.id IN (SELECT value FROM json_each(CAST($1 AS TEXT))) ORDER BY n.id");
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
            id: ObjectId(self.id),
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
    async fn namespace_named(&mut self, name: &NamespaceName) -> Result<Option<Namespace>> {
        self.opt(sql(NAMED).bind(name.key())).await?.map(NamespaceRow::read).transpose()
    }

    async fn namespaces(&mut self, ids: &[ObjectId]) -> Result<Vec<Namespace>> {
        let listed = sql(LISTED).bind(stored::list(ids.iter().map(|id| id.0)));
        self.all(listed).await?.into_iter().map(NamespaceRow::read).collect()
    }
}
