//! Entries as directories have them.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use robin_api::ldap_entries::{LdapEntry, LdapValue};

use crate::output::{Style, Table};

/// Entries as LDIF (RFC 2849), the text that tools for directories read and write.
pub fn ldif(entries: &[&LdapEntry]) -> String {
    let mut text = String::new();
    for entry in entries {
        if !text.is_empty() {
            text.push('\n');
        }
        text += &line("dn", &LdapValue::Text(entry.dn.clone()));
        for (name, values) in &entry.attributes {
            text.extend(values.iter().map(|value| line(name, value)));
        }
    }
    text
}

/// Entries with a row for each value.
pub fn table(entries: &[&LdapEntry]) -> Table {
    let mut table = Table::new(Style::Plain, &["DN", "Attribute", "Value"]);
    for entry in entries {
        for (name, values) in &entry.attributes {
            for value in values {
                let (LdapValue::Text(shown) | LdapValue::Bytes { base64: shown }) = value;
                table.row([entry.dn.clone(), name.clone(), shown.clone()]);
            }
        }
    }
    table
}

fn line(name: &str, value: &LdapValue) -> String {
    match value {
        LdapValue::Text(text) if is_safe(text) => format!("{name}: {text}\n"),
        LdapValue::Text(text) => format!("{name}:: {}\n", BASE64_STANDARD.encode(text)),
        LdapValue::Bytes { base64 } => format!("{name}:: {base64}\n"),
    }
}

/// Whether LDIF takes a value as it is: ASCII on one line, which begins and ends with nothing that would be lost or misread.
fn is_safe(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() && !c.is_control()) && !text.starts_with([' ', ':', '<']) && !text.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_ldif_can_not_take_as_they_are_are_written_as_base64() {
        let text = |text: &str| LdapValue::Text(text.to_owned());
        let entry = LdapEntry {
            dn: "cn=Zoë".to_owned(),
            attributes: [
                ("cn".to_owned(), vec![text("Zoë"), text("Zoe")]),
                ("note".to_owned(), vec![text(" a"), text("a "), text(":a"), text("a\nb"), text(""), text("a: b")]),
                ("objectSid".to_owned(), vec![LdapValue::Bytes { base64: "AQ==".to_owned() }]),
            ]
            .into(),
        };
        let one = "dn:: Y249Wm/Dqw==\ncn:: Wm/Dqw==\ncn: Zoe\nnote:: IGE=\nnote:: YSA=\nnote:: OmE=\nnote:: YQpi\nnote: \n\
                   note: a: b\nobjectSid:: AQ==\n";
        assert_eq!(ldif(&[&entry, &entry]), format!("{one}\n{one}"));
        assert_eq!(ldif(&[]), "");
    }
}
