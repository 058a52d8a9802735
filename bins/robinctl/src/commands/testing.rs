//! What the commands' tests share.

use clap::Parser;
use robin_api::{Endpoint, Paging};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::{Cli, Command};

/// The command that these words make.
pub fn parsed(words: &str) -> Command {
    let quoted = words.split('\'').enumerate();
    let words = quoted.flat_map(|(n, part)| if n % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
    match Cli::try_parse_from(std::iter::once("robinctl").chain(words)) {
        Ok(cli) => cli.command,
        Err(error) => panic!("{error}"),
    }
}

/// Whether these words are robinctl's grammar.
pub fn is_grammar(words: &str) -> bool {
    Cli::try_parse_from(std::iter::once("robinctl").chain(words.split_whitespace())).is_ok()
}

/// The input as the endpoint's own type reads it, so that no field is misspelt and none has the wrong form.
pub fn understood<E: Endpoint>(input: &impl Serialize) -> Value {
    let mut input = serde_json::to_value(input).unwrap();
    let fields = input.as_object_mut().unwrap();
    fields.retain(|_, value| !value.is_null());
    let paging: Map<String, Value> =
        Paging::FIELDS.into_iter().filter(|_| E::IS_LIST).filter_map(|name| fields.remove_entry(name)).collect();
    let paging = serde_json::from_value::<Paging>(Value::Object(paging)).unwrap();
    let mut understood = serde_json::to_value(serde_json::from_value::<E>(input).unwrap()).unwrap();
    let more = serde_json::to_value(paging).unwrap().as_object().cloned().unwrap();
    understood.as_object_mut().unwrap().extend(more);
    understood
}
