//! Settings that administrators change while the server runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
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
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub value: String,
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
