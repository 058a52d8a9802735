use std::{collections::BTreeSet, fs};

use robin_testkit::postgres::Postgres;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr, SqlStr};

use super::Files;
use crate::{
    address::Address,
    schema::{Bare, POSTGRES, SQLITE},
    statement::Statement,
    tables::{Kind, TABLES},
};

/// Every module with statements.
const MODULES: &[(&str, &[(&str, Statement)])] = &[
    ("access_tokens", crate::access_tokens::STATEMENTS),
    ("audits", crate::audits::STATEMENTS),
    ("capabilities", crate::capabilities::STATEMENTS),
    ("certificates", crate::certificates::STATEMENTS),
    ("changes", crate::changes::STATEMENTS),
    ("configs", crate::configs::STATEMENTS),
    ("directories", crate::directories::STATEMENTS),
    ("installation", crate::installation::STATEMENTS),
    ("mappings", crate::mappings::STATEMENTS),
    ("memberships", crate::memberships::STATEMENTS),
    ("namespaces", crate::namespaces::STATEMENTS),
    ("objects", crate::objects::STATEMENTS),
    ("schema", crate::schema::STATEMENTS),
    ("schedules", crate::schedules::STATEMENTS),
    ("sealed", crate::sealed::STATEMENTS),
    ("login_counters", crate::login_counters::STATEMENTS),
    ("sessions", crate::sessions::STATEMENTS),
    ("shares", crate::shares::STATEMENTS),
    ("signing_keys", crate::signing_keys::STATEMENTS),
    ("syncs", crate::syncs::STATEMENTS),
    ("tenants", crate::tenants::STATEMENTS),
    ("transaction", crate::transaction::STATEMENTS),
    ("users", crate::users::STATEMENTS),
];

async fn migrated(url: &str) -> Bare {
    crate::migrate(url).await.unwrap();
    Bare::connect(&Address::parse(url).unwrap()).await.unwrap()
}

impl Bare {
    async fn prepare(&mut self, text: &'static str) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(conn) => conn.prepare(text.into_sql_str()).await.map(drop),
            Self::Postgres(conn) => conn.prepare(text.into_sql_str()).await.map(drop),
        }
    }

    async fn texts(&mut self, query: SqlStr) -> Vec<(String, String)> {
        match self {
            Self::Sqlite(conn) => sqlx::query_as(query).fetch_all(conn).await.unwrap(),
            Self::Postgres(conn) => sqlx::query_as(query).fetch_all(conn).await.unwrap(),
        }
    }

    /// Each table and column, with what it keeps and whether it may be empty.
    async fn columns(&mut self) -> Vec<(String, String)> {
        self.texts(match self {
            Self::Sqlite(_) => {
                "SELECT t.name || '.' || c.name, c.type || CASE c.\"notnull\" WHEN 1 THEN '' ELSE '?' END \
                 FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' \
                 ESCAPE '\\' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid"
            }
            .into_sql_str(),
            Self::Postgres(_) => {
                "SELECT table_name || '.' || column_name, data_type || CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END \
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' \
                 ORDER BY table_name COLLATE \"C\", ordinal_position"
            }
            .into_sql_str(),
        })
        .await
    }

    /// Each foreign key and each index, by its columns.
    async fn keys(&mut self) -> BTreeSet<(String, String)> {
        let found = match self {
            Self::Sqlite(_) => {
                self.texts(
                    "SELECT t.name || ': ' || f.\"from\", f.\"table\" || ' ' || f.on_delete \
                     FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' \
                     UNION ALL SELECT t.name || ': ' || group_concat(c.name ORDER BY c.seqno), \
                     CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'index' END || i.partial \
                     FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c \
                     WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' GROUP BY i.name"
                        .into_sql_str(),
                )
                .await
            }
            Self::Postgres(_) => {
                self.texts(
                    "SELECT conrelid::regclass || ': ' || attname, confrelid::regclass || ' ' || \
                     CASE confdeltype WHEN 'c' THEN 'CASCADE' ELSE 'NO ACTION' END \
                     FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f' \
                     UNION ALL SELECT i.indrelid::regclass || ': ' || string_agg(a.attname, ',' ORDER BY a.attnum), \
                     CASE WHEN indisunique THEN 'unique' ELSE 'index' END || CASE WHEN indpred IS NULL THEN '0' ELSE '1' END \
                     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid \
                     WHERE i.indrelid::regclass::text IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public' \
                     AND tablename NOT LIKE '\\_sqlx%') \
                     GROUP BY i.indexrelid, i.indrelid, indisunique, indpred IS NULL"
                        .into_sql_str(),
                )
                .await
            }
        };
        // SQLite has no separate index for a number that is the row's own.
        let own = |(columns, kind): &(String, String)| {
            let (table, column) = columns.split_once(": ").unwrap();
            let number =
                (column == "id" && !["sessions", "signing_keys"].contains(&table)) || columns == "changes: revision";
            number && kind == "unique0"
        };
        found.into_iter().filter(|key| !own(key)).collect()
    }
}

async fn every_statement_prepares(mut conn: Bare) {
    for (module, statements) in MODULES {
        for (name, statement) in *statements {
            let prepared = conn.prepare(statement.text()).await;
            assert!(prepared.is_ok(), "{module}: {name}: {prepared:?}");
        }
    }
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    let files = Files::new();
    every_statement_prepares(migrated(&files.url()).await).await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    every_statement_prepares(migrated(&Postgres::shared().database().await).await).await;
}

#[test]
fn every_module_with_statements_is_listed() {
    let sources = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    let with_statements = sources.filter_map(|file| {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).ok().filter(|text| text.contains("\nstatements! {"))?;
        assert!(!text.contains("sql(\""), "{path:?} has a statement that is not declared");
        Some(path.file_stem().unwrap().to_str().unwrap().to_owned())
    });
    let listed: BTreeSet<String> = MODULES.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(with_statements.collect::<BTreeSet<_>>(), listed);
}

#[tokio::test]
async fn both_schemas_have_the_listed_tables() {
    let files = Files::new();
    let mut sqlite = migrated(&files.url()).await;
    let mut postgres = migrated(&Postgres::shared().database().await).await;
    let listed = |word: fn(Kind) -> &'static str| {
        let mut tables: Vec<_> = TABLES.iter().collect();
        tables.sort_by_key(|table| table.name);
        let columns = tables.into_iter().flat_map(|table| table.columns.iter().map(|column| (table.name, column)));
        columns.map(move |(table, column)| {
            let null = if column.null { "?" } else { "" };
            (format!("{table}.{}", column.name), format!("{}{null}", word(column.kind)))
        })
    };
    let on_sqlite = listed(|kind| match kind {
        Kind::Int | Kind::Bool => "INTEGER",
        Kind::Text => "TEXT",
        Kind::Blob => "BLOB",
    });
    assert_eq!(sqlite.columns().await, on_sqlite.collect::<Vec<_>>());
    let on_postgres = listed(|kind| match kind {
        Kind::Int => "bigint",
        Kind::Bool => "boolean",
        Kind::Text => "text",
        Kind::Blob => "bytea",
    });
    assert_eq!(postgres.columns().await, on_postgres.collect::<Vec<_>>());
    assert_eq!(sqlite.keys().await, postgres.keys().await);
}

#[tokio::test]
async fn the_listed_numbered_tables_are_those_that_count() {
    let files = Files::new();
    let Bare::Sqlite(mut conn) = migrated(&files.url()).await else { unreachable!() };
    for table in TABLES {
        let query = format!("SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema WHERE name = '{}'", table.name);
        let counts: bool = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut conn).await.unwrap();
        assert_eq!(counts, table.numbered, "{}", table.name);
    }
}

#[test]
fn both_engines_have_the_same_migrations() {
    let steps = |migrator: &sqlx::migrate::Migrator| {
        migrator.iter().map(|step| (step.version, step.description.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(steps(&SQLITE), steps(&POSTGRES));
}
