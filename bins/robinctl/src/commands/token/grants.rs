//! What a token is narrowed to, from a file.

use std::{fs, io::Read};

use serde_json::{Map, Value};

use crate::error::Error;

/// A file of this form is far smaller.
const LARGEST: u64 = 1 << 20;

/// What the file says: whose the token is to be, if it says so, and its grants.
#[derive(Debug, PartialEq)]
pub struct File {
    pub account: Option<String>,
    pub grants: Value,
}

/// Reads the file of that name, or standard input for `-`.
///
/// # Errors
/// When it can't be read, or has not the form of such a file.
pub fn read(name: &str) -> Result<File, Error> {
    let failed = |why: String| Error::Local(format!("cannot use the grants in `{name}`: {why}"));
    let mut text = String::new();
    let read = if name == "-" {
        std::io::stdin().lock().take(LARGEST).read_to_string(&mut text)
    } else {
        fs::File::open(name).and_then(|file| file.take(LARGEST).read_to_string(&mut text))
    };
    read.map_err(|error| failed(error.to_string()))?;
    parse(&text).map_err(failed)
}

/// JSON is YAML too.
fn parse(text: &str) -> Result<File, String> {
    let file: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let Value::Object(mut file) = file else { return Err("it is no document with `account` and `grants`".to_owned()) };
    let account = match file.remove("account") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(_) => return Err("`account` is a number or a name".to_owned()),
    };
    let Some(Value::Array(grants)) = file.remove("grants") else { return Err("`grants` is no list".to_owned()) };
    if let Some(unknown) = file.keys().next() {
        return Err(format!("unknown field `{unknown}`: it has `account` and `grants`"));
    }
    let grants: Result<Vec<Value>, String> = grants.into_iter().map(grant).collect();
    Ok(File { account, grants: Value::Array(grants?) })
}

fn grant(grant: Value) -> Result<Value, String> {
    let Value::Object(grant) = grant else { return Err("a grant has `resources`, `functions` and more".to_owned()) };
    let mut renamed = Map::new();
    for (name, value) in grant {
        // What the document calls accounts are tenants.
        let name = if name == "accounts" { "tenants".to_owned() } else { name };
        // A name of digits alone is easily written without quotes.
        let text =
            |value: Value| if let Value::Number(number) = value { Value::String(number.to_string()) } else { value };
        let value = match value {
            Value::Array(list) => Value::Array(list.into_iter().map(text).collect()),
            other => text(other),
        };
        if renamed.insert(name, value).is_some() {
            return Err("`accounts` and `tenants` are the same: name one of them".to_owned());
        }
    }
    Ok(Value::Object(renamed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const YAML: &str = "\
account: aeb78193c526484fa4f5c14d182ba039
grants:
- resources:
  - datasets
  - models
  functions:
  - consume
  accounts:
  - test
";

    #[test]
    fn yaml_and_json_say_the_same() {
        let expected = File {
            account: Some("aeb78193c526484fa4f5c14d182ba039".to_owned()),
            grants: json!([{"resources": ["datasets", "models"], "functions": ["consume"], "tenants": ["test"]}]),
        };
        assert_eq!(parse(YAML), Ok(expected));
        let json = r#"{"grants": [{"resources": "*", "functions": ["view"], "entities": [7]}], "account": 17}"#;
        let grants = json!([{"resources": "*", "functions": ["view"], "entities": ["7"]}]);
        assert_eq!(parse(json), Ok(File { account: Some("17".to_owned()), grants }));
    }

    #[test]
    fn what_is_no_such_document_is_refused_with_the_reason() {
        for (text, expected) in [
            ("[1]", "no document"),
            ("account: a", "`grants` is no list"),
            ("grants: [a]", "a grant has"),
            ("grants: []\nacount: a", "unknown field `acount`"),
            ("grants: []\naccount: [a]", "`account` is a number or a name"),
            ("grants: [{tenants: [a], accounts: [b]}]", "are the same"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(parse("a: [").is_err());
    }
}
