//! Copying everything from one database to another, whatever their engines.

use std::mem;

use futures_util::TryStreamExt;
use robin_storage::Result;
use sqlx::{Column as _, ColumnIndex, Decode, FromRow, Row, SqlStr, Type, TypeInfo};

use crate::{
    batch::{self, BATCH, text},
    engine::Tx,
    statement::{Arg, Sql},
    tables::{Kind, TABLES, Table},
};

/// Puts everything that `source` sees into `target`, in place of what is there.
pub async fn all(source: &mut Tx, target: &mut Tx) -> Result<()> {
    for table in TABLES.iter().rev() {
        target.exec(Sql::assembled(text(format!("DELETE FROM {}", table.name)), Vec::new())).await?;
    }
    for table in TABLES {
        rows(table, source, target).await?;
        if table.numbered {
            let last = last_number(table, source).await?;
            continue_after(table, last, target).await?;
        }
    }
    Ok(())
}

async fn rows(table: &Table, source: &mut Tx, target: &mut Tx) -> Result<()> {
    let mut rows = source.stream::<Values>(select(table));
    let mut batch = Vec::new();
    while let Some(Values(values)) = rows.try_next().await? {
        batch.extend(values.into_iter().zip(table.columns).map(|(value, column)| match (value, column.kind) {
            (Arg::Int(number), Kind::Bool) => Arg::Bool(number.map(|number| number != 0)),
            (value, _) => value,
        }));
        if batch.len() >= BATCH * table.columns.len() {
            target.exec(insert(table, mem::take(&mut batch))).await?;
        }
    }
    if !batch.is_empty() {
        target.exec(insert(table, batch)).await?;
    }
    Ok(())
}

/// The last number that was given in the table, or 0. The row may be gone already.
async fn last_number(table: &Table, tx: &mut Tx) -> Result<i64> {
    let given = tx.pick(
        "SELECT seq FROM sqlite_sequence WHERE name = '{table}'",
        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {table}_id_seq",
    );
    let given: Option<(i64,)> = tx.opt(Sql::assembled(of(given, table), Vec::new())).await?;
    let largest: (i64,) =
        tx.one(Sql::assembled(of("SELECT COALESCE(MAX(id), 0) FROM {table}", table), Vec::new())).await?;
    Ok(given.map_or(0, |(given,)| given).max(largest.0))
}

/// Makes the table's next number come after `last`.
async fn continue_after(table: &Table, last: i64, tx: &mut Tx) -> Result<()> {
    if last == 0 {
        return Ok(());
    }
    let steps = tx.pick(
        "DELETE FROM sqlite_sequence WHERE name = '{table}' AND seq < $1;\
         INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', $1 \
         WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{table}')",
        "SELECT setval('{table}_id_seq', $1)",
    );
    for step in steps.split(';') {
        tx.exec(Sql::assembled(of(step, table), vec![Arg::from(last)])).await?;
    }
    Ok(())
}

fn select(table: &Table) -> SqlStr {
    text(format!("SELECT {} FROM {}", columns(table), table.name))
}

fn insert(table: &Table, values: Vec<Arg>) -> Sql {
    let head = format!("INSERT INTO {} ({}) VALUES", table.name, columns(table));
    batch::rows(&head, table.columns.len(), values, "")
}

fn columns(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    names.join(", ")
}

fn of(pattern: &str, table: &Table) -> SqlStr {
    text(pattern.replace("{table}", table.name))
}

/// A row of any table.
struct Values(Vec<Arg>);

impl<'r, R> FromRow<'r, R> for Values
where
    R: Row,
    usize: ColumnIndex<R>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    Option<Vec<u8>>: Decode<'r, R::Database> + Type<R::Database>,
    Option<bool>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let value = |(place, column): (usize, &<R::Database as sqlx::Database>::Column)| {
            Ok(match column.type_info().name() {
                "BOOL" => Arg::Bool(row.try_get(place)?),
                "BLOB" | "BYTEA" => Arg::Blob(row.try_get(place)?),
                "TEXT" => Arg::Text(row.try_get(place)?),
                _ => Arg::Int(row.try_get(place)?),
            })
        };
        row.columns().iter().enumerate().map(value).collect::<sqlx::Result<_>>().map(Values)
    }
}
