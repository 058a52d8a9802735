//! Users inside tenants.

use std::collections::HashMap;

use async_trait::async_trait;
use robin_model::{
    CapabilityId, ContextId, ObjectId, TenantId, TenantRole, UserId,
    directory::Source,
    user::{Membership, NewMembership},
};
use robin_storage::{Memberships, Result};
use sqlx::FromRow;

use crate::{
    batch::{self, BATCH},
    engine::Tx,
    statement::{Arg, sql, statements},
    stored,
};

const INSERT: &str = "INSERT INTO memberships (user_id, tenant_id, role, namespace_id, mapped_by) VALUES";
const INSERTED: &str = "ON CONFLICT (user_id, tenant_id) DO NOTHING RETURNING id, user_id, tenant_id";
const ADD_CAPABILITIES: &str = "INSERT INTO membership_capabilities (membership_id, position, capability_id) VALUES";

/// One row for each capability, and one for a membership that has none.
macro_rules! selected {
    ($where:literal) => {
        concat!(
            "SELECT m.id, m.user_id, m.tenant_id, t.name AS tenant_name, m.role, n.name AS namespace, m.mapped_by, c.capability_id \
             FROM memberships m JOIN tenants t ON t.id = m.tenant_id \
             LEFT JOIN objects n ON n.id = m.namespace_id \
             LEFT JOIN membership_capabilities c ON c.membership_id = m.id WHERE ",
            $where
        )
    };
}

statements! {
    ONE = selected!("m.user_id = $1 AND m.tenant_id = $2 ORDER BY c.position");
    OF_USERS = selected!(
        "m.user_id IN (SELECT value FROM json_each(CAST($1 AS TEXT))) ORDER BY m.user_id, m.id, c.position"
    );
    WITH = selected!(
        "m.id IN (SELECT membership_id FROM membership_capabilities WHERE capability_id = $1) ORDER BY m.id, c.position"
    );
    SET_ROLE = "UPDATE memberships SET role = $2, mapped_by = $3 WHERE id = $1";
    CLEAR_CAPABILITIES = "DELETE FROM membership_capabilities WHERE membership_id = $1";
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
    mapped_by: Option<String>,
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
                mapped_by: stored::source(row.mapped_by)?,
            }),
        }
    }
    Ok(gathered)
}

impl Tx {
    async fn assign(&mut self, assigned: &[(ContextId, &[CapabilityId])]) -> Result<()> {
        let each = assigned.iter().flat_map(|(id, capabilities)| {
            (0..).zip(*capabilities).map(|(position, capability)| [id.0, position, capability.0].map(Arg::from))
        });
        let values: Vec<Arg> = each.flatten().collect();
        for some in values.chunks(BATCH * 3) {
            self.exec(batch::rows(ADD_CAPABILITIES, 3, some.to_vec(), "")).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Memberships for Tx {
    async fn insert_membership(&mut self, new: &NewMembership) -> Result<Option<ContextId>> {
        Ok(self.insert_memberships(std::slice::from_ref(new)).await?.pop().flatten())
    }

    async fn insert_memberships(&mut self, new: &[NewMembership]) -> Result<Vec<Option<ContextId>>> {
        let mut inserted = HashMap::with_capacity(new.len());
        for some in new.chunks(BATCH) {
            let row = |new: &NewMembership| {
                let namespace = new.namespace.map(|id| id.0);
                let mapped_by = new.mapped_by.map(|source| source.to_string());
                let keys = [Arg::from(new.user.0), Arg::from(new.tenant.0), Arg::from(new.role.as_str())];
                keys.into_iter().chain([Arg::from(namespace), Arg::from(mapped_by)])
            };
            let insert = batch::rows(INSERT, 5, some.iter().flat_map(row).collect(), INSERTED);
            let rows: Vec<(i64, i64, i64)> = self.all(insert).await?;
            inserted.extend(rows.into_iter().map(|(id, user, tenant)| ((user, tenant), ContextId(id))));
        }
        let ids: Vec<_> = new.iter().map(|new| inserted.remove(&(new.user.0, new.tenant.0))).collect();
        let assigned = ids.iter().zip(new).filter_map(|(id, new)| Some(((*id)?, new.capabilities.as_slice())));
        self.assign(&assigned.collect::<Vec<_>>()).await?;
        Ok(ids)
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

    async fn set_role(
        &mut self,
        id: ContextId,
        role: TenantRole,
        capabilities: &[CapabilityId],
        mapped_by: Option<Source>,
    ) -> Result<()> {
        let set = sql(SET_ROLE).bind(id.0).bind(role.as_str()).bind(mapped_by.map(|source| source.to_string()));
        if self.exec(set).await? == 0 {
            return Ok(());
        }
        self.exec(sql(CLEAR_CAPABILITIES).bind(id.0)).await?;
        self.assign(&[(id, capabilities)]).await
    }

    async fn set_primary_namespace(&mut self, id: ContextId, namespace: Option<ObjectId>) -> Result<()> {
        self.exec(sql(SET_NAMESPACE).bind(id.0).bind(namespace.map(|namespace| namespace.0))).await.map(drop)
    }

    async fn remove_membership(&mut self, id: ContextId) -> Result<()> {
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
