//! Users inside tenants.

use async_trait::async_trait;
use robin_model::{
    CapabilityId, ContextId, ObjectId, TenantId, TenantRole, UserId,
    user::{Membership, NewMembership},
};
use robin_storage::{Memberships, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

/// One row for each capability, and one for a membership that has none.
macro_rules! selected {
    ($where:literal) => {
        concat!(
            "SELECT m.id, m.user_id, m.tenant_id, t.name AS tenant_name, m.role, n.name AS namespace, c.capability_id \
             FROM memberships m JOIN tenants t ON t.id = m.tenant_id \
             LEFT JOIN objects n ON n.id = m.namespace_id \
             LEFT JOIN membership_capabilities c ON c.membership_id = m.id WHERE ",
            $where
        )
    };
}

statements! {
    INSERT = "INSERT INTO memberships (user_id, tenant_id, role) VALUES ($1, $2, $3) \
              ON CONFLICT (user_id, tenant_id) DO NOTHING RETURNING id";
    ONE = selected!("m.user_id = $1 AND m.tenant_id = $2 ORDER BY c.position");
    OF_USERS = selected!(
        "m.user_id IN (SELECT value FROM json_each(CAST($1 AS TEXT))) ORDER BY m.user_id, m.id, c.position"
    );
    WITH = selected!(
        "m.id IN (SELECT membership_id FROM membership_capabilities WHERE capability_id = $1) ORDER BY m.id, c.position"
    );
    SET_ROLE = "UPDATE memberships SET role = $2 WHERE id = $1";
    CLEAR_CAPABILITIES = "DELETE FROM membership_capabilities WHERE membership_id = $1";
    ADD_CAPABILITIES = "INSERT INTO membership_capabilities (membership_id, position, capability_id) \
              SELECT m.id, c.key, c.value FROM memberships m, json_each(CAST($2 AS TEXT)) c WHERE m.id = $1";
    SET_NAMESPACE = "UPDATE memberships SET namespace_id = $2 WHERE id = $1";
    REMOVE = "DELETE FROM memberships WHERE id = $1";
}

#[derive(FromRow)]
struct MembershipRow {
    id: i64,
    user_id: i64,
    tenant_id: i64,
    tenant_name: String,
    role: String,
    namespace: Option<String>,
    capability_id: Option<i64>,
}

/// Puts the rows of each membership, which follow one another, together.
fn gather(rows: Vec<MembershipRow>) -> Result<Vec<Membership>> {
    let mut gathered: Vec<Membership> = Vec::new();
    for row in rows {
        let capability = row.capability_id.map(CapabilityId);
        match gathered.last_mut().filter(|last| last.id.0 == row.id) {
            Some(membership) => membership.capabilities.extend(capability),
            None => gathered.push(Membership {
                id: ContextId(row.id),
                user: UserId(row.user_id),
                tenant: TenantId(row.tenant_id),
                tenant_name: stored::read(row.tenant_name)?,
                role: row.role.parse().map_err(|_| stored::unknown("role", &row.role))?,
                capabilities: capability.into_iter().collect(),
                namespace: stored::read_option(row.namespace)?,
            }),
        }
    }
    Ok(gathered)
}

impl Tx {
    async fn assign(&mut self, id: ContextId, capabilities: &[CapabilityId]) -> Result<()> {
        if capabilities.is_empty() {
            return Ok(());
        }
        let list = stored::list(capabilities.iter().map(|capability| capability.0));
        self.exec(sql(ADD_CAPABILITIES).bind(id.0).bind(list)).await.map(drop)
    }
}

#[async_trait]
impl Memberships for Tx {
    async fn insert_membership(&mut self, new: &NewMembership) -> Result<Option<ContextId>> {
        let insert = sql(INSERT).bind(new.user.0).bind(new.tenant.0).bind(new.role.as_str());
        let Some((id,)) = self.opt(insert).await? else { return Ok(None) };
        self.assign(ContextId(id), &new.capabilities).await?;
        Ok(Some(ContextId(id)))
    }

    async fn membership(&mut self, user: UserId, tenant: TenantId) -> Result<Option<Membership>> {
        Ok(gather(self.all(sql(ONE).bind(user.0).bind(tenant.0)).await?)?.pop())
    }

    async fn memberships_of(&mut self, users: &[UserId]) -> Result<Vec<Membership>> {
        gather(self.all(sql(OF_USERS).bind(stored::list(users.iter().map(|user| user.0)))).await?)
    }

    async fn memberships_with(&mut self, capability: CapabilityId) -> Result<Vec<Membership>> {
        gather(self.all(sql(WITH).bind(capability.0)).await?)
    }

    async fn set_role(&mut self, id: ContextId, role: TenantRole, capabilities: &[CapabilityId]) -> Result<()> {
        self.exec(sql(SET_ROLE).bind(id.0).bind(role.as_str())).await?;
        self.exec(sql(CLEAR_CAPABILITIES).bind(id.0)).await?;
        self.assign(id, capabilities).await
    }

    async fn set_primary_namespace(&mut self, id: ContextId, namespace: Option<ObjectId>) -> Result<()> {
        self.exec(sql(SET_NAMESPACE).bind(id.0).bind(namespace.map(|namespace| namespace.0))).await.map(drop)
    }

    async fn remove_membership(&mut self, id: ContextId) -> Result<()> {
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
