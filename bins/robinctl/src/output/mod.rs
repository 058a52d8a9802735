//! The one place that writes: standard output carries the answer, standard error everything else.

mod bar;
mod differences;
mod said;
mod table;
mod text;

use std::io::{self, Write};

use clap::ValueEnum;
use robin_api::Message;
use serde::Serialize;

pub use bar::Bar;
pub use said::Said;
pub use table::{Details, Style, Table, truth};

use crate::error::Error;

/// How to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns, for people
    #[default]
    Table,
    /// The server's answer
    Json,
    /// The same as YAML
    Yaml,
    /// Columns, for spreadsheets
    Csv,
}

/// Where answers are written, and how.
pub struct Output {
    format: Format,
    to: Box<dyn Write>,
}

impl Output {
    /// Standard output.
    #[must_use]
    pub fn standard(format: Format) -> Self {
        Self { format, to: Box::new(io::stdout().lock()) }
    }

    /// From now on prints like this.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Prints what the server says about a change.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn message(&mut self, reply: &Message) -> Result<(), Error> {
        self.said(&reply.message, reply)
    }

    /// Prints a sentence without the line ends around it, or the reply it was made from.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn said(&mut self, sentence: &str, reply: &impl Serialize) -> Result<(), Error> {
        match self.format {
            Format::Table | Format::Csv => self.write(&format!("{}\n", text::printable(sentence.trim_matches('\n')))),
            Format::Json | Format::Yaml => self.document(reply),
        }
    }

    /// Prints a line that goes before an answer in columns; other forms have nothing but the answer.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn remark(&mut self, line: &str) -> Result<(), Error> {
        if self.format == Format::Table { self.write(&format!("{line}\n")) } else { Ok(()) }
    }

    /// Prints a table, or the items it was made from.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn table(&mut self, table: &Table, items: &impl Serialize) -> Result<(), Error> {
        match self.format {
            Format::Table => self.write(&table.render()),
            Format::Csv => self.write(&table.csv()?),
            Format::Json | Format::Yaml => self.document(items),
        }
    }

    /// Prints text of a form of its own, a table for spreadsheets, or the items that both were made from.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn text(&mut self, text: &str, table: &Table, items: &impl Serialize) -> Result<(), Error> {
        match self.format {
            Format::Table => self.write(&text::printable(text)),
            Format::Csv | Format::Json | Format::Yaml => self.table(table, items),
        }
    }

    /// Prints one thing with a line for each of its properties, or the thing itself.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn details(&mut self, details: &Details, item: &impl Serialize) -> Result<(), Error> {
        match self.format {
            Format::Table => self.write(&details.render()),
            Format::Csv => self.write(&details.csv()?),
            Format::Json | Format::Yaml => self.document(item),
        }
    }

    fn document(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let text = if self.format == Format::Yaml { yaml(value)? } else { json(value)? };
        self.write(&text)
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        self.to.write_all(text.as_bytes())?;
        Ok(self.to.flush()?)
    }
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    Ok(text::escaped_json(&text) + "\n")
}

fn yaml(value: &impl Serialize) -> Result<String, Error> {
    let text = serde_saphyr::to_string(value).map_err(io::Error::other)?;
    // The serialiser leaves some of these characters bare. JSON is YAML too, and escapes them all.
    if text::printable(&text) != text {
        return json(value);
    }
    Ok(if text.ends_with('\n') { text } else { text + "\n" })
}

/// Writes a line to standard error: warnings, reports, errors. Where even that fails there is nobody left to tell.
pub fn note(line: &str) {
    drop(writeln!(io::stderr().lock(), "{}", text::printable(line)));
}

/// Writes a question to standard error and leaves the line open for the answer.
pub fn question(question: &str) {
    let mut stderr = io::stderr().lock();
    drop(write!(stderr, "{question}").and_then(|()| stderr.flush()));
}

#[cfg(test)]
mod tests;
