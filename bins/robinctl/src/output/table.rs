//! Tables as the documents draw them, and the few lines that describe a single thing.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::text;
use crate::error::Error;

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Cells with ` | ` between and one rule under the header.
    Plain,
    /// As plain, with ` |` after the last cell too.
    Ruled,
    /// A frame of `+`, `-` and `|`.
    Boxed,
}

/// A table.
pub struct Table {
    style: Style,
    header: Vec<&'static str>,
    rows: Vec<Row>,
}

/// A row, and the lines to print below it.
struct Row {
    cells: Vec<String>,
    below: Vec<String>,
}

impl Table {
    /// A table without rows yet.
    #[must_use]
    pub fn new(style: Style, header: &[&'static str]) -> Self {
        Self { style, header: header.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.row_with_lines(cells.into(), Vec::new());
    }

    /// Adds a row, and lines that a plain table prints below it.
    pub fn row_with_lines(&mut self, cells: Vec<String>, below: Vec<String>) {
        self.rows.push(Row { cells, below });
    }

    /// The table as text.
    #[must_use]
    pub fn render(&self) -> String {
        let header: Vec<_> = self.header.iter().map(|name| Cow::Borrowed(*name)).collect();
        let rows: Vec<Vec<_>> =
            self.rows.iter().map(|row| row.cells.iter().map(|cell| text::line(cell)).collect()).collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).chain(header.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or_default()
        };
        let widths: Vec<_> = (0..header.len()).map(width).collect();
        match self.style {
            Style::Plain => finished(self.lines(&header, &rows, &widths)),
            Style::Ruled => {
                let lines = self.lines(&header, &rows, &widths).into_iter().enumerate();
                finished(lines.map(|(nth, line)| line + if nth == 1 { "+" } else { " |" }).collect())
            }
            Style::Boxed => boxed(&header, &rows, &widths),
        }
    }

    fn lines(&self, header: &[Cow<'_, str>], rows: &[Vec<Cow<'_, str>>], widths: &[usize]) -> Vec<String> {
        let mut lines = vec![joined(header, widths), rule(widths)];
        for (row, cells) in self.rows.iter().zip(rows) {
            lines.push(joined(cells, widths));
            lines.extend(row.below.iter().map(|line| text::line(line).into_owned()));
        }
        lines
    }

    /// The table as CSV with a header. Lines below rows are left out; other formats have them.
    ///
    /// # Errors
    /// Never, in practice: memory takes all that is written.
    pub fn csv(&self) -> Result<String, Error> {
        csv(&self.header, self.rows.iter().map(|row| row.cells.as_slice()))
    }
}

/// One thing: a line for each property.
pub struct Details(pub Vec<(&'static str, String)>);

impl Details {
    /// `Name: value` lines, with the values below each other.
    #[must_use]
    pub fn render(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 1;
        let line = |(name, value): &(&str, String)| format!("{:width$} {}", format!("{name}:"), text::line(value));
        finished(self.0.iter().map(line).collect())
    }

    /// A header and one row.
    ///
    /// # Errors
    /// Never, in practice: memory takes all that is written.
    pub fn csv(&self) -> Result<String, Error> {
        let (header, row): (Vec<_>, Vec<_>) = self.0.iter().cloned().unzip();
        csv(&header, std::iter::once(row.as_slice()))
    }
}

/// How tables write a flag.
#[must_use]
pub fn truth(flag: bool) -> String {
    (if flag { "True" } else { "False" }).to_owned()
}

fn joined(cells: &[Cow<'_, str>], widths: &[usize]) -> String {
    let padded: Vec<_> = cells.iter().zip(widths).map(|(cell, width)| pad(cell, *width)).collect();
    padded.join(" | ")
}

/// The header's rule: as wide as the column and the blanks around it, of which the first has only one.
fn rule(widths: &[usize]) -> String {
    let dashes = widths.iter().enumerate().map(|(column, width)| "-".repeat(width + if column == 0 { 1 } else { 2 }));
    dashes.collect::<Vec<_>>().join("+")
}

fn boxed(header: &[Cow<'_, str>], rows: &[Vec<Cow<'_, str>>], widths: &[usize]) -> String {
    let dashes: Vec<_> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let edge = format!("+{}+", dashes.join("+"));
    let framed = |cells: &[Cow<'_, str>]| format!("| {} |", joined(cells, widths));
    let mut lines = vec![edge.clone(), framed(header), edge.clone()];
    lines.extend(rows.iter().map(|row| framed(row)));
    lines.push(edge);
    finished(lines)
}

/// Pads by what the terminal shows, not by characters: some take two columns, some none.
fn pad(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
}

fn finished(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn csv<'a>(header: &[&str], rows: impl Iterator<Item = &'a [String]>) -> Result<String, Error> {
    let failed = |error: csv::Error| Error::Output(error.into());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(failed)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| text::csv_cell(&text::line(cell)).into_owned())).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::Output(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
