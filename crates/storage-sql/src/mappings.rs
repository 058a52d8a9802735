//! What groups of directories give.

use async_trait::async_trait;
use robin_model::{
    CapabilityId, GroupName, MappingId, TenantId,
    directory::{Mapping, MappingFilter, NewMapping, Source},
};
use robin_storage::{Error, Mappings, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{Sql, sql, statements},
    stored,
};

macro_rules! selected {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.source, d.group_name, d.tenant_id, t.name AS tenant_name, d.role, d.capabilities \
             FROM directory_mappings d JOIN tenants t ON t.id = d.tenant_id WHERE ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO directory_mappings (source, group_name, group_key, tenant_id, role, capabilities) \
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source, group_key, tenant_id) DO NOTHING RETURNING id";
    ONE = selected!("d.source = $1 AND d.group_key = $2 AND d.tenant_id = $3");
    PAGE = selected!(
        "d.id > $1 AND (CAST($2 AS TEXT) IS NULL OR d.source = $2) AND (CAST($3 AS TEXT) IS NULL OR d.group_key = $3) \
         AND (CAST($4 AS BIGINT) IS NULL OR d.tenant_id = $4) ORDER BY d.id LIMIT $5"
    );
    OF = selected!("d.source = $1 ORDER BY d.id");
    WITH = selected!("instr(',' || d.capabilities || ',', $1) > 0 ORDER BY d.id");
    REMOVE = "DELETE FROM directory_mappings WHERE id = $1";
    REMOVE_OF = "DELETE FROM directory_mappings WHERE source = $1";
    RELEASE = "UPDATE memberships SET mapped_by = NULL WHERE mapped_by = $1";
}

#[derive(FromRow)]
struct MappingRow {
    id: i64,
    source: String,
    group_name: String,
    tenant_id: i64,
    tenant_name: String,
    role: String,
    capabilities: String,
}

impl MappingRow {
    fn read(self) -> Result<Mapping> {
        let numbers = self.capabilities.split(',').filter(|number| !number.is_empty());
        let capabilities = numbers.map(|number| number.parse().map(CapabilityId));
        Ok(Mapping {
            id: MappingId(self.id),
            source: self.source.parse().map_err(|_| stored::unknown("source", &self.source))?,
            group: stored::read(self.group_name)?,
            tenant: TenantId(self.tenant_id),
            tenant_name: stored::read(self.tenant_name)?,
            role: self.role.parse().map_err(|_| stored::unknown("role", &self.role))?,
            capabilities: capabilities
                .collect::<std::result::Result<_, _>>()
                .map_err(|error| Error::Fault(Box::new(error)))?,
        })
    }
}

impl Tx {
    async fn list(&mut self, list: Sql) -> Result<Vec<Mapping>> {
        self.all(list).await?.into_iter().map(MappingRow::read).collect()
    }

    /// Removes every mapping of this source; what they made stays, and is nobody's mappings' any more.
    pub async fn remove_source(&mut self, source: Source) -> Result<()> {
        self.exec(sql(REMOVE_OF).bind(source.to_string())).await?;
        self.exec(sql(RELEASE).bind(source.to_string())).await.map(drop)
    }
}

#[async_trait]
impl Mappings for Tx {
    async fn insert_mapping(&mut self, new: &NewMapping) -> Result<Option<MappingId>> {
        let numbers: Vec<String> = new.capabilities.iter().map(ToString::to_string).collect();
        let insert = sql(INSERT)
            .bind(new.source.to_string())
            .bind(new.group.as_str())
            .bind(new.group.key())
            .bind(new.tenant.0)
            .bind(new.role.as_str())
            .bind(numbers.join(","));
        Ok(self.opt(insert).await?.map(|(id,)| MappingId(id)))
    }

    async fn mapping(&mut self, source: Source, group: &GroupName, tenant: TenantId) -> Result<Option<Mapping>> {
        let one = sql(ONE).bind(source.to_string()).bind(group.key()).bind(tenant.0);
        self.opt(one).await?.map(MappingRow::read).transpose()
    }

    async fn mappings(&mut self, filter: &MappingFilter, after: Option<MappingId>, limit: u32) -> Result<Vec<Mapping>> {
        let page = sql(PAGE)
            .bind(after.map_or(0, |id| id.0))
            .bind(filter.source.map(|source| source.to_string()))
            .bind(filter.group.as_ref().map(GroupName::key))
            .bind(filter.tenant.map(|tenant| tenant.0))
            .bind(i64::from(limit));
        self.list(page).await
    }

    async fn mappings_of(&mut self, source: Source) -> Result<Vec<Mapping>> {
        self.list(sql(OF).bind(source.to_string())).await
    }

    async fn mappings_with(&mut self, capability: CapabilityId) -> Result<Vec<Mapping>> {
        self.list(sql(WITH).bind(format!(",{capability},"))).await
    }

    async fn remove_mapping(&mut self, id: MappingId) -> Result<()> {
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
