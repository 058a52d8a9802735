//! How lists are read: by an index, in its order, so that a page costs what it holds.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::Files;
use crate::{address::Address, schema::Bare, statement::Statement};

async fn plan(conn: &mut SqliteConnection, statement: Statement) -> Vec<String> {
    let query = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.text()));
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(query).fetch_all(conn).await.unwrap();
    steps.into_iter().map(|(.., step)| step).collect()
}

#[tokio::test]
async fn pages_of_objects_shares_and_tokens_are_read_by_an_index_in_its_order() {
    let files = Files::new();
    let url = files.url();
    crate::migrate(&url).await.unwrap();
    let Bare::Sqlite(mut conn) = Bare::connect(&Address::parse(&url).unwrap()).await.unwrap() else { unreachable!() };
    let lists =
        crate::objects::STATEMENTS.iter().chain(crate::shares::STATEMENTS).chain(crate::access_tokens::STATEMENTS);
    let mut count = 0;
    for (name, statement) in lists.filter(|(_, statement)| statement.text().starts_with("SELECT")) {
        let steps = plan(&mut conn, *statement).await;
        // Shared objects of any types are for few of them: `service` asks for one type at a time.
        let sorts = name.starts_with("ANY_WITH");
        let bad = |step: &&String| step.starts_with("SCAN") || (step.contains("TEMP B-TREE") && !sorts);
        assert_eq!(steps.iter().find(bad), None, "{name}: {steps:?}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}
