//! Settings that administrators change while the server runs.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
};

const CONFIG: &str = base!("config");

endpoints! {
    UpdateConfig = PUT [CONFIG] ("update") needs Needs::Permission("CONFIG", "update"), "Change a setting" => Message;
}

lists! {
    ListConfig = [CONFIG] needs Needs::Permission("CONFIG", "view"), "List settings" => Attribute;
}

/// Lists settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListConfig {}

/// Changes a setting.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateConfig {
    /// The setting.
    pub name: String,
    /// Its new value.
    #[serde(deserialize_with = "text_or_number")]
    pub value: String,
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a number or text")]
    enum Form {
        Number(i64),
        Text(String),
    }
    Ok(match Form::deserialize(deserializer)? {
        Form::Number(number) => number.to_string(),
        Form::Text(text) => text,
    })
}

/// A number or text, where the field may be missing or `null`.
pub(crate) fn optional_text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    struct Either(#[serde(deserialize_with = "text_or_number")] String);
    Ok(Option::<Either>::deserialize(deserializer)?.map(|either| either.0))
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value in force.
    pub value: String,
    /// Its value when none was set.
    pub default: String,
    /// What it decides, with its unit.
    pub description: String,
}
