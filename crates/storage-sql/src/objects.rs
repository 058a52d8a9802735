//! Registered objects.

use std::collections::HashMap;

use async_trait::async_trait;
use robin_model::{
    ObjectId, ObjectName, TenantId, Timestamp, UserId,
    object::{Attributes, NewObject, Object, ObjectFilter, ObjectSource, ObjectTypes},
};
use robin_storage::{Error, Objects, Result};
use sqlx::FromRow;

use crate::{
    batch::{self, BATCH},
    engine::Tx,
    statement::{Arg, Sql, Statement, sql, statements},
    stored,
};

macro_rules! selected {
    ($($rest:expr),+) => {
        concat!(
            "SELECT o.id, o.object_type, o.name, o.owner_id, u.username AS owner_name, o.tenant_id, t.name AS tenant_name, \
             o.attributes, o.created_at FROM objects o LEFT JOIN users u ON u.id = o.owner_id \
             LEFT JOIN tenants t ON t.id = o.tenant_id ",
            $($rest),+
        )
    };
}

/// A page of objects of one type, or of those on a list with a comma before and after each.
macro_rules! of_one {
    ($($where:expr),+) => { selected!($($where),+, " AND o.object_type = $3 AND o.id > $1 ORDER BY o.id LIMIT $2") };
}
macro_rules! of_any {
    ($($where:expr),+) => {
        selected!(
            $($where),+,
            " AND (CAST($3 AS TEXT) IS NULL OR instr($3, ',' || o.object_type || ',') > 0) AND o.id > $1 \
             ORDER BY o.id LIMIT $2"
        )
    };
}

macro_rules! any {
    () => {
        "WHERE CAST($4 AS BIGINT) IS NULL AND CAST($5 AS BIGINT) IS NULL"
    };
}
macro_rules! of_tenant {
    () => {
        "WHERE o.tenant_id = $4 AND CAST($5 AS BIGINT) IS NULL"
    };
}
macro_rules! of_owner {
    () => {
        "WHERE o.owner_id = $5 AND (CAST($4 AS BIGINT) IS NULL OR o.tenant_id = $4)"
    };
}
macro_rules! matching {
    () => {
        "(CAST($4 AS BIGINT) IS NULL OR o.tenant_id = $4) AND (CAST($5 AS BIGINT) IS NULL OR o.owner_id = $5)"
    };
}
macro_rules! of_cluster {
    () => {
        concat!("WHERE o.tenant_id IS NULL AND ", matching!())
    };
}
macro_rules! with_user {
    () => {
        concat!(
            "JOIN shares s ON s.object_id = o.id \
             WHERE s.user_id = $6 AND (s.expires_at IS NULL OR s.expires_at > $8) AND (o.tenant_id = $7 OR EXISTS \
             (SELECT 1 FROM shares h WHERE h.object_id = s.object_id AND h.object_type = s.object_type AND h.tenant_id = $7 \
             AND (h.expires_at IS NULL OR h.expires_at > $8))) AND s.object_id > $1 AND ",
            matching!()
        )
    };
}
macro_rules! with_tenant {
    () => {
        concat!(
            "JOIN shares s ON s.object_id = o.id WHERE s.tenant_id = $6 AND (s.expires_at IS NULL OR s.expires_at > $7) \
             AND s.object_id > $1 AND ",
            matching!()
        )
    };
}

/// A page of shared objects of one type: by the share's columns, which have the index.
macro_rules! shared_of_one {
    ($($where:expr),+) => { selected!($($where),+, " AND s.object_type = $3 ORDER BY s.object_id LIMIT $2") };
}
macro_rules! shared_of_any {
    ($($where:expr),+) => {
        selected!(
            $($where),+,
            " AND (CAST($3 AS TEXT) IS NULL OR instr($3, ',' || s.object_type || ',') > 0) ORDER BY s.object_id LIMIT $2"
        )
    };
}

const INSERT: &str = "INSERT INTO objects (object_type, name, tenant_id, owner_id, attributes, created_at) VALUES";
const INSERTED: &str = "ON CONFLICT (object_type, name) DO NOTHING RETURNING id, object_type, name";

statements! {
    NAMED = selected!("WHERE o.object_type = $1 AND o.name = $2");
    BY_ID = selected!("WHERE o.id = $1");
    ONE_OF_ALL = of_one!(any!());
    ANY_OF_ALL = of_any!(any!());
    ONE_OF_TENANT = of_one!(of_tenant!());
    ANY_OF_TENANT = of_any!(of_tenant!());
    ONE_OF_OWNER = of_one!(of_owner!());
    ANY_OF_OWNER = of_any!(of_owner!());
    ONE_OF_CLUSTER = of_one!(of_cluster!());
    ANY_OF_CLUSTER = of_any!(of_cluster!());
    ONE_WITH_USER = shared_of_one!(with_user!());
    ANY_WITH_USER = shared_of_any!(with_user!());
    ONE_WITH_TENANT = shared_of_one!(with_tenant!());
    ANY_WITH_TENANT = shared_of_any!(with_tenant!());
    SET_ATTRIBUTES = "UPDATE objects SET attributes = $2 WHERE id = $1";
    SET_OWNER = "UPDATE objects SET owner_id = $2 WHERE id = $1";
    CLEAR_PRIMARY = "UPDATE memberships SET namespace_id = NULL WHERE namespace_id = $1";
    REMOVE = "DELETE FROM objects WHERE id = $1";
}

#[derive(FromRow)]
struct ObjectRow {
    id: i64,
    object_type: String,
    name: String,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    tenant_id: Option<i64>,
    tenant_name: Option<String>,
    attributes: String,
    created_at: i64,
}

impl ObjectRow {
    fn read(self) -> Result<Object> {
        Ok(Object {
            id: ObjectId(self.id),
            object_type: self.object_type,
            name: stored::read(self.name)?,
            owner: self.owner_id.map(UserId),
            owner_name: stored::read_option(self.owner_name)?,
            tenant: self.tenant_id.map(TenantId),
            tenant_name: stored::read_option(self.tenant_name)?,
            attributes: serde_json::from_str(&self.attributes).map_err(|error| Error::Fault(Box::new(error)))?,
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

fn written(attributes: &Attributes) -> Result<String> {
    serde_json::to_string(attributes).map_err(|error| Error::Fault(Box::new(error)))
}

/// The statement for a page with the values that all of them take.
fn page(filter: &ObjectFilter, after: Option<ObjectId>, limit: u32, one: Statement, any: Statement) -> Sql {
    let (statement, types) = match &filter.types {
        ObjectTypes::Every => (any, None),
        ObjectTypes::One(object_type) => (one, Some(object_type.clone())),
        ObjectTypes::Any(types) => (any, Some(format!(",{},", types.join(",")))),
    };
    let page = sql(statement).bind(after.map_or(0, |id| id.0)).bind(i64::from(limit)).bind(types);
    page.bind(filter.tenant.map(|tenant| tenant.0)).bind(filter.owner.map(|owner| owner.0))
}

#[async_trait]
impl Objects for Tx {
    async fn insert_object(&mut self, new: &NewObject) -> Result<Option<ObjectId>> {
        Ok(self.insert_objects(std::slice::from_ref(new)).await?.pop().flatten())
    }

    async fn insert_objects(&mut self, new: &[NewObject]) -> Result<Vec<Option<ObjectId>>> {
        let mut inserted = HashMap::with_capacity(new.len());
        for some in new.chunks(BATCH) {
            let mut values: Vec<Arg> = Vec::with_capacity(some.len() * 6);
            for new in some {
                values.extend([
                    new.object_type.as_str().into(),
                    new.name.as_str().into(),
                    new.tenant.map(|tenant| tenant.0).into(),
                    new.owner.map(|owner| owner.0).into(),
                    written(&new.attributes)?.into(),
                    new.created_at.micros().into(),
                ]);
            }
            let rows: Vec<(i64, String, String)> = self.all(batch::rows(INSERT, 6, values, INSERTED)).await?;
            inserted.extend(rows.into_iter().map(|(id, object_type, name)| ((object_type, name), ObjectId(id))));
        }
        let id = |new: &NewObject| inserted.remove(&(new.object_type.clone(), new.name.to_string()));
        Ok(new.iter().map(id).collect())
    }

    async fn object_named(&mut self, object_type: &str, name: &ObjectName) -> Result<Option<Object>> {
        self.opt(sql(NAMED).bind(object_type).bind(name.as_str())).await?.map(ObjectRow::read).transpose()
    }

    async fn object(&mut self, id: ObjectId) -> Result<Option<Object>> {
        self.opt(sql(BY_ID).bind(id.0)).await?.map(ObjectRow::read).transpose()
    }

    async fn objects(&mut self, filter: &ObjectFilter, after: Option<ObjectId>, limit: u32) -> Result<Vec<Object>> {
        let page = |one, any| page(filter, after, limit, one, any);
        let page = match (filter.source, filter.owner, filter.tenant) {
            (ObjectSource::Registered, Some(_), _) => page(ONE_OF_OWNER, ANY_OF_OWNER),
            (ObjectSource::Registered, None, Some(_)) => page(ONE_OF_TENANT, ANY_OF_TENANT),
            (ObjectSource::Registered, None, None) => page(ONE_OF_ALL, ANY_OF_ALL),
            (ObjectSource::Cluster, ..) => page(ONE_OF_CLUSTER, ANY_OF_CLUSTER),
            (ObjectSource::SharedWithUser { user, tenant, now }, ..) => {
                page(ONE_WITH_USER, ANY_WITH_USER).bind(user.0).bind(tenant.0).bind(now.micros())
            }
            (ObjectSource::SharedWithTenant { tenant, now }, ..) => {
                page(ONE_WITH_TENANT, ANY_WITH_TENANT).bind(tenant.0).bind(now.micros())
            }
        };
        self.all(page).await?.into_iter().map(ObjectRow::read).collect()
    }

    async fn set_object_attributes(&mut self, id: ObjectId, attributes: &Attributes) -> Result<()> {
        self.exec(sql(SET_ATTRIBUTES).bind(id.0).bind(written(attributes)?)).await.map(drop)
    }

    async fn set_object_owner(&mut self, id: ObjectId, owner: Option<UserId>) -> Result<()> {
        self.exec(sql(CLEAR_PRIMARY).bind(id.0)).await?;
        self.exec(sql(SET_OWNER).bind(id.0).bind(owner.map(|owner| owner.0))).await.map(drop)
    }

    async fn remove_object(&mut self, id: ObjectId) -> Result<()> {
        self.exec(sql(CLEAR_PRIMARY).bind(id.0)).await?;
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }
}
