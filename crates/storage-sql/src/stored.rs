//! Reading stored texts back into the types they were.

use robin_model::directory::Source;
use robin_storage::{Error, Result};

/// The value that the text was written from. Another text means a damaged database.
pub fn read<T>(text: String) -> Result<T>
where
    T: TryFrom<String>,
    T::Error: std::error::Error + Send + Sync + 'static,
{
    T::try_from(text).map_err(|error| Error::Fault(Box::new(error)))
}

/// The value, if there is one.
pub fn read_option<T>(text: Option<String>) -> Result<Option<T>>
where
    T: TryFrom<String>,
    T::Error: std::error::Error + Send + Sync + 'static,
{
    text.map(read).transpose()
}

/// The source of groups, if there is one.
pub fn source(text: Option<String>) -> Result<Option<Source>> {
    text.map(|text| text.parse().map_err(|_| unknown("source", &text))).transpose()
}

/// A text in a column that takes one of a few words, and has none of them.
pub fn unknown(column: &str, word: &str) -> Error {
    Error::Fault(format!("unknown {column} `{word}`").into())
}

/// A list of numbers as the one argument that `json_each` takes apart.
pub fn list(numbers: impl Iterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}
