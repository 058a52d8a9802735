//! The examples of the reference documents, run as they stand there.
//!
//! `reference/` holds what the documents print, as it came to us: the text with its whitespace collapsed, so it is compared
//! without. `golden/` holds the same output as `robinctl` prints it, read against the documents by a person, and compared byte
//! for byte; `UPDATE_GOLDEN=1` writes it anew.

mod capabilities;
mod ldap;
mod ldap_entries;
mod ldap_import;
mod login;
mod openshift;
mod shares;
mod tokens;
mod user_certs;
mod users;

use std::{fs, path::PathBuf};

/// Compares with what the documents show, whose whitespace is lost.
#[track_caller]
fn documented(documented: &str, printed: &str) {
    let collapsed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(collapsed(printed), collapsed(documented), "printed:\n{printed}");
}

/// Compares with `golden/NAME.txt`, byte for byte.
#[track_caller]
fn golden(name: &str, printed: &str) {
    let file = here("golden").join(format!("{name}.txt"));
    if std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1") {
        fs::write(&file, printed).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(printed == expected, "{} has\n{expected}\nprinted was\n{printed}", file.display());
}

/// What the documents show, from `reference/`.
fn reference(name: &str) -> String {
    fs::read_to_string(here("reference").join(name)).unwrap()
}

/// A JSON text without the whitespace between its parts.
fn compact(json: &str) -> String {
    let (mut text, mut is_string, mut is_escaped) = (String::new(), false, false);
    for c in json.chars() {
        if is_string || !c.is_whitespace() {
            text.push(c);
        }
        is_string ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
    }
    text
}

fn here(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("documents").join(folder)
}
