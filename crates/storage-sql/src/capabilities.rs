//! Custom capabilities.

use async_trait::async_trait;
use robin_model::{CapabilityId, CapabilityName, TenantRole};
use robin_rbac::{Definition, Entry};
use robin_storage::{Capabilities, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

statements! {
    ALL = "SELECT id, name, group_name, description, hidden, tenant_roles FROM capabilities ORDER BY id";
    PROVIDERS = "SELECT capability_id, provider FROM capability_providers ORDER BY capability_id, position";
    ENTRIES = "SELECT capability_id, object_type, operation FROM capability_entries ORDER BY capability_id, position";
    INSERT = "INSERT INTO capabilities (name, name_key, group_name, description, hidden, tenant_roles) \
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name_key) DO NOTHING RETURNING id";
    REPLACE = "UPDATE capabilities SET group_name = $2, description = $3, hidden = $4, tenant_roles = $5 WHERE id = $1";
    CLEAR_PROVIDERS = "DELETE FROM capability_providers WHERE capability_id = $1";
    CLEAR_ENTRIES = "DELETE FROM capability_entries WHERE capability_id = $1";
    ADD_PROVIDER = "INSERT INTO capability_providers (capability_id, position, provider) VALUES ($1, $2, $3)";
    ADD_ENTRY = "INSERT INTO capability_entries (capability_id, position, object_type, operation) \
              VALUES ($1, $2, $3, $4)";
    REMOVE = "DELETE FROM capabilities WHERE name_key = $1";
}

#[derive(FromRow)]
struct CapabilityRow {
    id: i64,
    name: String,
    group_name: String,
    description: String,
    hidden: bool,
    tenant_roles: String,
}

impl CapabilityRow {
    fn read(self) -> Result<Definition> {
        let roles = self.tenant_roles.split(',').filter(|role| !role.is_empty());
        let roles = roles.map(|role| role.parse().map_err(|_| stored::unknown("role", role)));
        Ok(Definition {
            id: CapabilityId(self.id),
            name: self.name,
            group: self.group_name,
            description: self.description,
            hidden: self.hidden,
            tenant_roles: roles.collect::<Result<_>>()?,
            providers: Vec::new(),
            entries: Vec::new(),
        })
    }
}

/// The roles as one text, in their order.
fn roles(definition: &Definition) -> String {
    let roles: Vec<&str> = definition.tenant_roles.iter().copied().map(TenantRole::as_str).collect();
    roles.join(",")
}

impl Tx {
    async fn fill_capability(&mut self, id: i64, definition: &Definition) -> Result<()> {
        for (position, provider) in (0_i64..).zip(&definition.providers) {
            self.exec(sql(ADD_PROVIDER).bind(id).bind(position).bind(provider.as_str())).await?;
        }
        for (position, entry) in (0_i64..).zip(&definition.entries) {
            let add = sql(ADD_ENTRY).bind(id).bind(position);
            self.exec(add.bind(entry.object_type.as_str()).bind(entry.operation.as_str())).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Capabilities for Tx {
    async fn custom_capabilities(&mut self) -> Result<Vec<Definition>> {
        let rows: Vec<CapabilityRow> = self.all(sql(ALL)).await?;
        let mut definitions = rows.into_iter().map(CapabilityRow::read).collect::<Result<Vec<_>>>()?;
        let providers: Vec<(i64, String)> = self.all(sql(PROVIDERS)).await?;
        let entries: Vec<(i64, String, String)> = self.all(sql(ENTRIES)).await?;
        let (mut providers, mut entries) = (providers.into_iter().peekable(), entries.into_iter().peekable());
        // INVARIANT: all three come in the order of the numbers, so each list is a run at the front of what is left.
        for definition in &mut definitions {
            let id = definition.id.0;
            while let Some((_, provider)) = providers.next_if(|row| row.0 == id) {
                definition.providers.push(provider);
            }
            while let Some((_, object_type, operation)) = entries.next_if(|row| row.0 == id) {
                definition.entries.push(Entry { object_type, operation });
            }
        }
        Ok(definitions)
    }

    async fn insert_capability(&mut self, definition: &Definition) -> Result<Option<CapabilityId>> {
        let insert = sql(INSERT)
            .bind(definition.name.as_str())
            .bind(definition.name.to_ascii_lowercase())
            .bind(definition.group.as_str())
            .bind(definition.description.as_str())
            .bind(definition.hidden)
            .bind(roles(definition));
        let Some((id,)) = self.opt(insert).await? else { return Ok(None) };
        self.fill_capability(id, definition).await?;
        Ok(Some(CapabilityId(id)))
    }

    async fn replace_capability(&mut self, definition: &Definition) -> Result<()> {
        let id = definition.id.0;
        let replace = sql(REPLACE)
            .bind(id)
            .bind(definition.group.as_str())
            .bind(definition.description.as_str())
            .bind(definition.hidden)
            .bind(roles(definition));
        if self.exec(replace).await? == 0 {
            return Ok(());
        }
        self.exec(sql(CLEAR_PROVIDERS).bind(id)).await?;
        self.exec(sql(CLEAR_ENTRIES).bind(id)).await?;
        self.fill_capability(id, definition).await
    }

    async fn remove_capability(&mut self, name: &CapabilityName) -> Result<()> {
        self.exec(sql(REMOVE).bind(name.key())).await.map(drop)
    }
}
