//! Statements about many rows at once, put together from constants and as many placeholders as there are values.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::statement::{Arg, Sql};

/// Rows for one statement. With the widest table that stays far below the most values that either engine takes.
pub const BATCH: usize = 250;

/// `head ($1, $2), ($3, $4) tail`: the values in rows of `width`. What the texts are made of must be constants of this crate.
pub fn rows(head: &str, width: usize, values: Vec<Arg>, tail: &str) -> Sql {
    let mut statement = format!("{head} ");
    for (nth, first) in (1..=values.len()).step_by(width).enumerate() {
        statement.push_str(if nth == 0 { "(" } else { ", (" });
        places(&mut statement, first..first + width);
        statement.push(')');
    }
    // Writing to a text does not fail.
    let _ = write!(statement, " {tail}");
    Sql::assembled(text(statement), values)
}

/// `head ($2, $3, …)`: one value, which `head` has as `$1`, and then a list of them.
pub fn list(head: &'static str, first: Arg, values: impl Iterator<Item = Arg>) -> Sql {
    let values: Vec<Arg> = std::iter::once(first).chain(values).collect();
    let mut statement = format!("{head} (");
    places(&mut statement, 2..values.len() + 1);
    statement.push(')');
    Sql::assembled(text(statement), values)
}

fn places(statement: &mut String, numbers: std::ops::Range<usize>) {
    let first = numbers.start;
    for number in numbers {
        let separator = if number == first { "" } else { ", " };
        let _ = write!(statement, "{separator}${number}");
    }
}

/// INVARIANT: every part of such a text is a constant of this crate.
pub fn text(assembled: String) -> SqlStr {
    AssertSqlSafe(assembled).into_sql_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_lists_have_a_place_for_each_value() {
        let values = |count: i64| (0..count).map(Arg::from);
        let insert = rows("INSERT INTO t (a, b) VALUES", 2, values(4).collect(), "RETURNING a");
        let (statement, _) = insert.parts::<sqlx::Sqlite>().unwrap();
        assert_eq!(statement.as_str(), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING a");
        let insert = rows("INSERT INTO t (a, b) VALUES", 2, values(4).collect(), "").without_numbers();
        let (statement, _) = insert.parts::<sqlx::Sqlite>().unwrap();
        assert_eq!(statement.as_str(), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ");
        let twice = list("UPDATE t SET a = $1 WHERE a < $1 AND b IN", Arg::from(1), values(1)).without_numbers();
        let (statement, _) = twice.parts::<sqlx::Sqlite>().unwrap();
        assert_eq!(statement.as_str(), "UPDATE t SET a = $1 WHERE a < $1 AND b IN ($2)");
        let among = list("SELECT a FROM t WHERE b = $1 AND a IN", Arg::from(1), values(2));
        let (statement, _) = among.parts::<sqlx::Sqlite>().unwrap();
        assert_eq!(statement.as_str(), "SELECT a FROM t WHERE b = $1 AND a IN ($2, $3)");
    }
}
