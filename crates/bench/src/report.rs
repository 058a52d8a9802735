//! The table at the end: ours, the other's, their ratio, and whether it is what it should be.

use std::{env, fmt, io::Write, process::ExitCode};

/// What a ratio of ours to another's should be.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// At most this many times the other's.
    AtMost(f64),
    /// At least this many times the other's.
    AtLeast(f64),
    /// The other's divided by ours is at least this.
    Times(f64),
    /// Neither is more than this many times the other.
    Near(f64),
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// Seconds, shown in what fits.
    Time,
    /// Bytes, shown in what fits.
    Bytes,
    /// So many in a second.
    Rate,
}

struct Row {
    measure: String,
    unit: Unit,
    ours: f64,
    other: Option<(String, f64, Goal)>,
}

/// A part of a bench: its name, and what measures it.
pub type Part = (&'static str, fn(&mut Report));

/// Runs the parts of a bench, or only those whose names begin with an argument of the command line, and prints what they
/// report. The exit code says whether every goal was reached.
#[must_use]
pub fn of(parts: &[Part]) -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut report = Report::default();
    for (name, measure) in parts {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.starts_with(wanted.as_str())) {
            measure(&mut report);
        }
    }
    report.print()
}

/// The table.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Holds ours against another's.
    pub fn compare(&mut self, measure: &str, unit: Unit, ours: f64, other: (&str, f64), goal: Goal) {
        let other = Some((other.0.to_owned(), other.1, goal));
        self.rows.push(Row { measure: measure.to_owned(), unit, ours, other });
    }

    /// Shows a figure that nothing is held against.
    pub fn note(&mut self, measure: &str, unit: Unit, ours: f64) {
        self.rows.push(Row { measure: measure.to_owned(), unit, ours, other: None });
    }

    /// Prints the table, in Markdown.
    fn print(&self) -> ExitCode {
        let mut text = String::from(
            "\n| measure | Robin | beside it | | ratio | goal | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        );
        for row in &self.rows {
            text.push_str(&row.to_string());
        }
        // Nobody to tell when there is no standard output.
        drop(std::io::stdout().write_all(text.as_bytes()));
        if self.rows.iter().all(Row::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl Row {
    fn holds(&self) -> bool {
        self.other.as_ref().is_none_or(|(_, theirs, goal)| goal.holds(self.ours, *theirs))
    }
}

impl Goal {
    fn holds(self, ours: f64, theirs: f64) -> bool {
        match self {
            Self::AtMost(bound) => ours <= bound * theirs,
            Self::AtLeast(bound) => ours >= bound * theirs,
            Self::Times(bound) => theirs >= bound * ours,
            Self::Near(bound) => ours <= bound * theirs && theirs <= bound * ours,
        }
    }

    fn ratio(self, ours: f64, theirs: f64) -> f64 {
        match self {
            Self::AtMost(_) | Self::AtLeast(_) | Self::Near(_) => ours / theirs,
            Self::Times(_) => theirs / ours,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(bound) => write!(f, "≤ {bound}"),
            Self::AtLeast(bound) => write!(f, "≥ {bound}"),
            Self::Times(bound) => write!(f, "{bound} times better"),
            Self::Near(bound) => write!(f, "≤ {bound} either way"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { measure, unit, ours, other } = self;
        let Some((name, theirs, goal)) = other else {
            return writeln!(f, "| {measure} | {} | | | | | |", unit.show(*ours));
        };
        let (ratio, verdict) = (goal.ratio(*ours, *theirs), if self.holds() { "holds" } else { "FALLS SHORT" });
        let (ours, theirs) = (unit.show(*ours), unit.show(*theirs));
        writeln!(f, "| {measure} | {ours} | {theirs} | {name} | {} | {goal} | {verdict} |", three_digits(ratio))
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        let (steps, factor): (&[&str], f64) = match self {
            Self::Time => return time(value),
            Self::Bytes => (&["B", "KiB", "MiB", "GiB"], 1024.0),
            Self::Rate => (&["/s", "k/s", "M/s"], 1000.0),
        };
        let mut value = value;
        let mut steps = steps.iter().peekable();
        while let Some(step) = steps.next() {
            if value.abs() < factor || steps.peek().is_none() {
                return format!("{} {step}", three_digits(value)).replace(" /s", "/s");
            }
            value /= factor;
        }
        three_digits(value)
    }
}

fn time(seconds: f64) -> String {
    let steps = [(1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms")];
    let fit = steps.iter().find(|(bound, ..)| seconds < *bound);
    fit.map_or_else(
        || format!("{} s", three_digits(seconds)),
        |(_, factor, unit)| format!("{} {unit}", three_digits(seconds * factor)),
    )
}

fn three_digits(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_in_what_fits() {
        assert_eq!(Unit::Time.show(2.4e-8), "24.0 ns");
        assert_eq!(Unit::Time.show(0.0176), "17.6 ms");
        assert_eq!(Unit::Bytes.show(1536.0), "1.50 KiB");
        assert_eq!(Unit::Rate.show(87_300.0), "87.3 k/s");
        assert_eq!(Unit::Rate.show(119.0), "119/s");
    }

    #[test]
    fn a_goal_is_a_bound() {
        assert!(Goal::AtMost(2.0).holds(1.9, 1.0) && !Goal::AtMost(2.0).holds(2.1, 1.0));
        assert!(Goal::AtLeast(0.8).holds(0.81, 1.0) && !Goal::AtLeast(0.8).holds(0.79, 1.0));
        assert!(
            Goal::Near(1.1).holds(1.0, 1.05) && !Goal::Near(1.1).holds(1.0, 1.2) && !Goal::Near(1.1).holds(1.2, 1.0)
        );
        assert!(Goal::Times(5.0).holds(1.0, 5.1) && !Goal::Times(5.0).holds(1.0, 4.9));
    }
}
