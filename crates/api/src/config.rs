//! Settings that administrators change while the server runs.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    List, Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const CONFIG: &str = base!("config");

endpoints! {
    ListConfig = GET [CONFIG] needs Needs::Permission("CONFIG", "view"), "List settings" => List<Attribute>;
    UpdateConfig = PUT [CONFIG] ("update") needs Needs::Permission("CONFIG", "update"), "Change a setting" => Message;
}

lists! {
    ListConfig => Attribute;
}

/// Lists settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListConfig {
    /// Elements per page, 1 to 1,000; without it everything comes in one answer.
    #[serde(deserialize_with = "lenient::limit", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

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
