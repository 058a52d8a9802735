//! The OpenAPI 3.1 document, drawn from the same types that server and client use.

use schemars::{
    JsonSchema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use crate::{
    Endpoint, ErrorBody, Needs, Paging,
    rehearsal::{Differences, DryRun},
    table,
};

/// The document, for this version of the server.
#[must_use]
pub fn document(version: &str) -> Value {
    let settings = |contract: Contract| {
        SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings.contract = contract;
        })
    };
    let mut drawing = Drawing {
        input: settings(Contract::Deserialize).into_generator(),
        output: settings(Contract::Serialize).into_generator(),
        paths: Map::new(),
    };
    let error = drawing.output.subschema_for::<ErrorBody>();
    table::each(&mut drawing);
    let mut schemas = drawing.input.take_definitions(true);
    schemas.append(&mut drawing.output.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Robin",
            "version": version,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Identity and access for multi-tenant platforms on Kubernetes. The path, the query string and the JSON body are one input: a field may come in any of them.",
        },
        "paths": drawing.paths,
        "components": {
            "schemas": schemas,
            "responses": { "Error": {
                "description": "Refused. `message` says why and what to do.",
                "content": { "application/json": { "schema": error } },
            } },
            "securitySchemes": { "token": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "description": "The login token, bare or after `Bearer `.",
            } },
        },
    })
}

struct Drawing {
    input: SchemaGenerator,
    output: SchemaGenerator,
    paths: Map<String, Value>,
}

impl table::Visitor for Drawing {
    fn visit<E: Endpoint>(&mut self) {
        let input = inlined::<E>(&mut self.input);
        let mut reply = json!(self.output.subschema_for::<E::Reply>());
        if E::CAN_REHEARSE {
            reply = json!({ "anyOf": [reply, self.output.subschema_for::<Differences>()] });
        }
        for path in E::PATHS {
            let operation = operation::<E>(path, input.clone(), &reply);
            let item = self.paths.entry(*path).or_insert_with(|| json!({}));
            merge(item, E::METHOD.as_str().to_ascii_lowercase(), operation);
        }
    }
}

/// The schema of the endpoint's input, in place: each path takes other parts of it out.
fn inlined<E: Endpoint>(generator: &mut SchemaGenerator) -> Value {
    let mut schema = json!(E::json_schema(generator));
    if E::IS_LIST {
        take_in(&mut schema, &json!(<Paging as JsonSchema>::json_schema(generator)));
    }
    if E::CAN_REHEARSE {
        take_in(&mut schema, &json!(<DryRun as JsonSchema>::json_schema(generator)));
    }
    if let (Some(action), Some(object)) = (E::ACTION, schema.as_object_mut()) {
        let properties = object.entry("properties").or_insert_with(|| json!({}));
        merge(properties, "action".to_owned(), json!({ "const": action }));
        let required = object.entry("required").or_insert_with(|| json!([]));
        if let Some(names) = required.as_array_mut() {
            names.insert(0, json!("action"));
        }
    }
    schema
}

/// Adds the fields of another schema.
fn take_in(schema: &mut Value, other: &Value) {
    let properties = schema.as_object_mut().map(|object| object.entry("properties").or_insert_with(|| json!({})));
    if let (Some(properties), Some(fields)) = (properties, other.get("properties").and_then(Value::as_object)) {
        fields.iter().for_each(|(name, field)| merge(properties, name.clone(), field.clone()));
    }
}

fn operation<E: Endpoint>(path: &str, mut input: Value, reply: &Value) -> Value {
    let properties = input.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let required = |name: &str, input: &Value| {
        input.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|n| n == name))
    };
    let has_body = matches!(E::METHOD, http::Method::POST | http::Method::PUT);
    let mut parameters = Vec::new();
    for (name, schema) in &properties {
        let in_path = path.contains(&format!("{{{name}}}"));
        if in_path {
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
            take_out(&mut input, name);
        } else if !has_body {
            let required = required(name, &input);
            parameters.push(json!({ "name": name, "in": "query", "required": required, "schema": schema }));
        }
    }
    let mut operation = json!({
        "operationId": operation_id::<E>(path),
        "tags": [tag(path)],
        "summary": E::SUMMARY,
        "parameters": parameters,
        "responses": {
            "200": { "description": "Done.", "content": { "application/json": { "schema": reply } } },
            "default": { "$ref": "#/components/responses/Error" },
        },
    });
    if has_body {
        merge(
            &mut operation,
            "requestBody".to_owned(),
            json!({
                "required": true,
                "content": { "application/json": { "schema": input } },
            }),
        );
    }
    let security = if E::NEEDS == Needs::Nothing { json!([]) } else { json!([{ "token": [] }]) };
    merge(&mut operation, "security".to_owned(), security);
    if let Some(permission) = permission(E::NEEDS) {
        merge(&mut operation, "x-robin-permission".to_owned(), permission);
    }
    operation
}

/// The permission that an operation wants, or the list of them.
fn permission(needs: Needs) -> Option<Value> {
    match needs {
        Needs::Nothing | Needs::Token => None,
        Needs::Permission(object_type, name) => Some(json!(format!("{object_type}:{name}"))),
        Needs::Both(one, other) => Some(json!([one, other].map(|(object_type, name)| format!("{object_type}:{name}")))),
        Needs::OnType(name) => Some(json!(format!("{{object_type}}:{name}"))),
    }
}

/// Sets `key` of an object. Operations that share method and path, told apart by `action`, become one with choices.
fn merge(object: &mut Value, key: String, value: Value) {
    let Some(map) = object.as_object_mut() else { return };
    match map.get_mut(&key) {
        Some(first) if first.get("operationId").is_some() => join(first, &value),
        _ => {
            map.insert(key, value);
        }
    }
}

fn join(first: &mut Value, second: &Value) {
    let schema = "/requestBody/content/application~1json/schema";
    let summary = |operation: &Value| operation.get("summary").and_then(Value::as_str).unwrap_or_default().to_owned();
    let both = format!("{}; or: {}", summary(first), summary(second));
    if let (Some(one), Some(other)) = (first.pointer_mut(schema), second.pointer(schema)) {
        match one.get_mut("oneOf").and_then(Value::as_array_mut) {
            Some(choices) => choices.push(other.clone()),
            None => *one = json!({ "oneOf": [one.clone(), other] }),
        }
    } else if let (Some(one), Some(other)) = (parameters(first).cloned(), parameters(second)) {
        let is_new = |parameter: &&Value| !one.iter().any(|known| known.get("name") == parameter.get("name"));
        let added = other.iter().filter(is_new).map(|parameter| {
            let mut optional = parameter.clone();
            merge(&mut optional, "required".to_owned(), json!(false));
            optional
        });
        let both = one.iter().cloned().chain(added).collect();
        merge(first, "parameters".to_owned(), both);
    }
    let reply = "/responses/200/content/application~1json/schema";
    if let (Some(one), Some(other)) = (first.pointer_mut(reply), second.pointer(reply))
        && one != other
    {
        *one = json!({ "anyOf": [one.clone(), other] });
    }
    merge(first, "summary".to_owned(), json!(both));
}

fn parameters(operation: &Value) -> Option<&Vec<Value>> {
    operation.get("parameters").and_then(Value::as_array)
}

fn take_out(input: &mut Value, name: &str) {
    if let Some(properties) = input.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove(name);
    }
    if let Some(required) = input.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|known| known != name);
    }
}

/// The type's name, and behind it which of its paths this is, for an id that no other operation has.
fn operation_id<E: Endpoint>(path: &str) -> String {
    let name = E::schema_name();
    match E::PATHS.iter().position(|known| *known == path) {
        Some(0) | None => name.into_owned(),
        Some(n) => format!("{name}{}", n + 1),
    }
}

/// The resource: the path's first part after its root.
fn tag(path: &str) -> &str {
    path.split('/').nth(if path.starts_with("/access/") { 1 } else { 4 }).unwrap_or("server")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_operation_has_an_id_of_its_own_and_a_rule() {
        let document = document("1.2.3");
        let mut ids = HashSet::new();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
                assert!(operation["security"].is_array(), "{operation}");
            }
        }
        assert!(ids.len() > 30, "{}", ids.len());
    }

    #[test]
    fn actions_on_one_path_are_choices_of_its_body() {
        let document = document("1.2.3");
        let body = &document["paths"]["/api/v3/robin_server/users/{username}"]["put"]["requestBody"];
        let choices = body["content"]["application/json"]["schema"]["oneOf"].as_array().unwrap();
        let actions: Vec<_> =
            choices.iter().map(|choice| choice["properties"]["action"]["const"].as_str().unwrap()).collect();
        assert_eq!(actions, ["update", "change_tenant_role", "enable", "disable"]);
        assert!(choices[0]["properties"].get("username").is_none(), "the path names it");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value, root: &Value) {
            match value {
                Value::Object(map) => {
                    if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                        assert!(root.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                    }
                    map.values().for_each(|inner| walk(inner, root));
                }
                Value::Array(list) => list.iter().for_each(|inner| walk(inner, root)),
                _ => {}
            }
        }
        let document = document("1.2.3");
        walk(&document, &document);
    }
}
