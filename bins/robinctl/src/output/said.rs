//! Replies that say what was done.

use robin_api::{
    Message,
    imports::{Import, Report},
    mappings::AddedMapping,
};
use serde::Serialize;

/// A reply that says what was done.
pub trait Said: Serialize {
    /// The sentence.
    fn message(&self) -> &str;

    /// What else there is to report, a line each.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Said for Message {
    fn message(&self) -> &str {
        &self.message
    }
}

impl Said for Import {
    fn message(&self) -> &str {
        &self.message
    }

    fn notes(&self) -> Vec<String> {
        self.report.as_ref().map(notes).unwrap_or_default()
    }
}

impl Said for AddedMapping {
    fn message(&self) -> &str {
        &self.message
    }

    fn notes(&self) -> Vec<String> {
        self.warning.iter().map(|warning| format!("Warning: {warning}.")).collect()
    }
}

fn notes(report: &Report) -> Vec<String> {
    let mut notes = vec![format!(
        "{}: {}, already there: {}, skipped: {}.",
        if report.dry_run { "Would be added" } else { "Added" },
        report.added.len(),
        report.already_there.len(),
        report.skipped.len()
    )];
    let already_there = report.already_there.iter().map(|name| format!("  {name}: already there, nothing was changed"));
    let disabled = report.disabled.iter().map(|name| format!("  {name}: disabled, as in the directory"));
    let skipped = report.skipped.iter().map(|one| format!("  {}: skipped: {}", one.name, one.reason));
    notes.extend(already_there.chain(disabled).chain(skipped));
    notes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_counts_and_says_why() {
        let import = json!({"message": "Imported LDAP users: a,b", "report": {
            "added": ["a", "b"], "already_there": ["c"], "disabled": ["b"],
            "skipped": [{"name": "d", "reason": "excluded"}],
        }});
        let import: Import = serde_json::from_value(import).unwrap();
        let expected = [
            "Added: 2, already there: 1, skipped: 1.",
            "  c: already there, nothing was changed",
            "  b: disabled, as in the directory",
            "  d: skipped: excluded",
        ];
        assert_eq!(import.notes(), expected);
        assert_eq!(Import { report: None, ..import }.notes(), [""; 0]);
    }
}
