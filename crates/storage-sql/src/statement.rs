//! Statements, and the arguments that both engines take.

use robin_storage::{Error, Result};
use sqlx::{Arguments, Database, Encode, SqlSafeStr, SqlStr, Type};

/// A statement in the dialect that both engines speak, written with [`statements!`].
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    text: &'static str,
    arguments: usize,
}

impl Statement {
    /// Takes the text in and counts its placeholders, which are `$1`, `$2` and so on.
    pub const fn new(text: &'static str) -> Self {
        Self { text, arguments: placeholders(text.as_bytes()) }
    }

    /// The text, for the test that prepares every statement.
    #[cfg(test)]
    pub const fn text(self) -> &'static str {
        self.text
    }
}

/// The largest number behind a `$`.
const fn placeholders(mut text: &[u8]) -> usize {
    let (mut largest, mut number, mut reading) = (0, 0, false);
    while let [byte, rest @ ..] = text {
        (reading, number) = match *byte {
            b'$' => (true, 0),
            digit @ b'0'..=b'9' if reading => (true, number * 10 + (digit - b'0') as usize),
            _ => (false, 0),
        };
        if number > largest {
            largest = number;
        }
        text = rest;
    }
    largest
}

/// Declares the statements of a module, one constant each, and `STATEMENTS`, the list of them all, which a test prepares on
/// both engines.
macro_rules! statements {
    ($($name:ident = $text:expr;)+) => {
        $(const $name: $crate::statement::Statement = $crate::statement::Statement::new($text);)+

        #[cfg(test)]
        pub const STATEMENTS: &[(&str, $crate::statement::Statement)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

/// A value for a placeholder. Each kind has its null, because PostgreSQL wants to know the type of a null too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A whole number.
    Int(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
    /// Yes or no.
    Bool(Option<bool>),
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::from(Some(value))
    }
}

impl From<Option<&str>> for Arg {
    fn from(value: Option<&str>) -> Self {
        Self::from(value.map(str::to_owned))
    }
}

impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        // PostgreSQL has no text with a zero character in it; what a client sends must not make the difference.
        Self::Text(value.map(|text| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }))
    }
}

impl From<&[u8]> for Arg {
    fn from(value: &[u8]) -> Self {
        Self::Blob(Some(value.to_vec()))
    }
}

impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Bool(Some(value))
    }
}

/// A statement with values for its placeholders.
pub struct Sql {
    text: SqlStr,
    arguments: usize,
    /// Whether each value has one placeholder of its own, in their order.
    is_in_order: bool,
    values: Vec<Arg>,
}

/// Whether the placeholders are `$1`, `$2` and so on, each once and in this order.
fn is_in_order(text: &str) -> bool {
    let number = |part: &str| part.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    text.split('$').skip(1).map(number).eq((1..=text.matches('$').count()).map(Some))
}

/// Begins with the statement, to be filled with [`Sql::bind`].
pub fn sql(statement: Statement) -> Sql {
    Sql { text: statement.text.into_sql_str(), arguments: statement.arguments, is_in_order: false, values: Vec::new() }
}

impl Sql {
    /// A statement that was put together from this crate's own constants, with all its values.
    pub fn assembled(text: SqlStr, values: Vec<Arg>) -> Self {
        Self { is_in_order: is_in_order(text.as_str()), text, arguments: values.len(), values }
    }

    /// The same with placeholders that have no numbers, where they need none. To find one that has, SQLite goes through all: with
    /// the thousands of a batch that takes longer than everything else.
    pub fn without_numbers(self) -> Self {
        if !self.is_in_order {
            return self;
        }
        let mut text = String::with_capacity(self.text.as_str().len());
        let mut parts = self.text.as_str().split('$');
        text.extend(parts.next());
        for part in parts {
            text.push('?');
            text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        Self { text: crate::batch::text(text), ..self }
    }

    /// Gives the next placeholder its value.
    pub fn bind(mut self, value: impl Into<Arg>) -> Self {
        self.values.push(value.into());
        self
    }

    /// The text and the values as the engine `DB` takes them. One value too few is an error: SQLite would read a null.
    pub fn parts<DB: Database>(self) -> Result<(SqlStr, DB::Arguments)>
    where
        for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
        for<'q> Option<bool>: Encode<'q, DB> + Type<DB>,
    {
        if self.values.len() != self.arguments {
            let count = format!("{} values for {} placeholders", self.values.len(), self.arguments);
            return Err(Error::Fault(format!("{count} of `{}`", self.text.as_str()).into()));
        }
        let mut arguments = DB::Arguments::default();
        for value in self.values {
            match value {
                Arg::Int(value) => arguments.add(value),
                Arg::Text(value) => arguments.add(value),
                Arg::Blob(value) => arguments.add(value),
                Arg::Bool(value) => arguments.add(value),
            }
            .map_err(Error::Fault)?;
        }
        Ok((self.text, arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_placeholder_counts() {
        assert_eq!(Statement::new("SELECT $2, $11, $1 WHERE x1 = '$'").arguments, 11);
        assert_eq!(Statement::new("SELECT 1").arguments, 0);
    }

    #[test]
    fn a_missing_value_is_an_error() {
        assert!(sql(Statement::new("SELECT $1, $2")).bind(1).parts::<sqlx::Sqlite>().is_err());
        assert!(sql(Statement::new("SELECT $1, $2")).bind(1).bind("a").parts::<sqlx::Sqlite>().is_ok());
    }
}
