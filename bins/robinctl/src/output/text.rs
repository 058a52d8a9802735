//! Text from elsewhere, made harmless. A name may hold escape sequences that repaint the terminal, or characters that
//! turn the direction of writing (Unicode TR 36); a spreadsheet runs cells that begin like a formula.

use std::{borrow::Cow, fmt::Write};

/// One line, with everything that a terminal might act on written out.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// Lines, with everything else that a terminal might act on written out.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n')
}

/// JSON stays the same JSON: what must not reach a terminal stands only inside its strings, where `\u` says it too.
pub fn escaped_json(json: &str) -> String {
    let mut result = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_active(c) {
            result.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // A `String` takes everything that is written to it.
            let _ = write!(result, "\\u{unit:04x}");
        }
    }
    result
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn escaped(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let harmless = |c: char| keep(c) || !is_active(c);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let each = |c: char| if harmless(c) { c.to_string() } else { c.escape_default().to_string() };
    Cow::Owned(text.chars().map(each).collect())
}

/// Control characters, line separators, and the invisible marks that change direction or join.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_43_a_terminal_gets_no_escapes_and_no_turned_text() {
        assert_eq!(line("a\u{1b}[2Jb\r\n\u{9b}\u{202e}c\u{7f}"), r"a\u{1b}[2Jb\r\n\u{9b}\u{202e}c\u{7f}");
        assert_eq!(printable("a\nb\u{7}"), "a\nb\\u{7}");
        assert_eq!(line("Zoë 李 \\n"), "Zoë 李 \\n");
    }

    #[test]
    fn sec_43_json_says_the_same_without_them() {
        let value = serde_json::json!({"name": "a\u{9b}\u{202e}\u{7f}\u{1b}"});
        let text = escaped_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.chars().any(|c| c != '\n' && is_active(c)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn sec_43_a_spreadsheet_gets_no_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(csv_cell(formula), format!("'{formula}"));
        }
        assert_eq!(csv_cell("a=b"), "a=b");
    }
}
