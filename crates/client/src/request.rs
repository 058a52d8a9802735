//! Where each field of an input goes: into the path, the query string or the JSON body.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use robin_api::Endpoint;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Error;

/// All that RFC 3986 does not call unreserved is escaped, so that no name can reach another path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request, before it is one.
#[derive(Debug, PartialEq)]
pub struct Parts {
    /// The path, escaped.
    pub path: String,
    /// The query string's pairs, not yet escaped.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Value>,
}

/// Takes an input apart for the first of the endpoint's paths that can carry it.
///
/// # Errors
/// When the input is no object, or none of the paths can name what it is about.
pub fn split<E: Endpoint>(input: &impl Serialize) -> Result<Parts, Error> {
    let mut fields = match serde_json::to_value(input) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(Error::Input("the input of an endpoint must be an object".to_owned())),
        Err(error) => return Err(Error::Input(format!("the input cannot be written as JSON: {error}"))),
    };
    fields.retain(|_, value| !value.is_null());
    let mut unsuitable = None;
    for template in E::PATHS {
        match filled(template, &fields) {
            Ok((path, used)) => {
                fields.retain(|name, _| !used.contains(&name.as_str()));
                return Ok(placed::<E>(path, fields));
            }
            Err(reason) => unsuitable = unsuitable.or(Some(reason)),
        }
    }
    Err(unsuitable.unwrap_or_else(|| Error::Input("the endpoint has no path".to_owned())))
}

/// The path with its `{field}`s filled in, and their names.
fn filled<'a>(template: &'a str, fields: &Map<String, Value>) -> Result<(String, Vec<&'a str>), Error> {
    let mut used = Vec::new();
    let mut path = String::new();
    for segment in template.split('/').skip(1) {
        path.push('/');
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            path.push_str(segment);
            continue;
        };
        let text = fields.get(name).and_then(scalar).unwrap_or_default();
        // URLs give `.` and `..` a meaning of their own, escaped or not (RFC 3986, 5.2.4).
        if matches!(text.as_str(), "" | "." | "..") {
            return Err(Error::Input(format!("`{text}` cannot stand in a URL as the {name} of a thing")));
        }
        path.extend(utf8_percent_encode(&text, SEGMENT));
        used.push(name);
    }
    Ok((path, used))
}

fn placed<E: Endpoint>(path: String, mut fields: Map<String, Value>) -> Parts {
    if let Some(action) = E::ACTION {
        fields.insert("action".to_owned(), Value::from(action));
    }
    let in_query = matches!(E::METHOD, Method::GET | Method::DELETE);
    let pairs = fields.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect::<Option<Vec<_>>>();
    match pairs {
        Some(query) if in_query => Parts { path, query, body: None },
        _ => Parts { path, query: Vec::new(), body: Some(Value::Object(fields)) },
    }
}

/// The value as a query string can carry it: lists of names have commas between, what is nested does not fit.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => Some(list.iter().map(scalar).collect::<Option<Vec<_>>>()?.join(",")),
        other => scalar(other),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use robin_api::{
        capabilities::{AddEntries, Entry, ListCapabilities},
        login::{ChangePassword, Whoami},
        shares::ShareOptions,
        tenants::{AddMembers, AddTenant},
        users::{GetUser, RemoveUser, Replacement},
    };
    use robin_model::{Secret, TenantRole};
    use serde_json::json;

    use super::*;

    const BASE: &str = "/api/v3/robin_server";

    fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
        query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn of<E: Endpoint>(input: &E) -> Parts {
        split::<E>(input).unwrap()
    }

    #[test]
    fn a_get_says_everything_in_path_and_query() {
        let input = GetUser { username: "user.1".parse().unwrap(), permissions: true };
        let expected =
            Parts { path: format!("{BASE}/users/user.1"), query: pairs(&[("permissions", "true")]), body: None };
        assert_eq!(of(&input), expected);
    }

    #[test]
    fn lists_of_names_go_into_the_query_with_commas() {
        let names = Some(vec!["A".parse().unwrap(), "B".parse().unwrap()]);
        let input = ListCapabilities { names, ..ListCapabilities::default() };
        let Parts { query, body, .. } = of(&input);
        assert_eq!((query, body), (pairs(&[("names", "A,B")]), None));
    }

    #[test]
    fn a_delete_with_nested_fields_has_a_body() {
        let replacement = Replacement { tenant: "t3".parse().unwrap(), replacement_user: "admin3".parse().unwrap() };
        let mut input =
            RemoveUser { username: "u".parse().unwrap(), delete_namespaces: true, replacement_users: Vec::new() };
        assert_eq!(of(&input).query, pairs(&[("delete_namespaces", "true")]));
        input.replacement_users.push(replacement);
        let body = json!({
            "delete_namespaces": true,
            "replacement_users": [{"tenant": "t3", "replacement_user": "admin3"}],
        });
        assert_eq!(of(&input), Parts { path: format!("{BASE}/users/u"), query: Vec::new(), body: Some(body) });
    }

    #[test]
    fn a_put_has_its_action_in_the_body_and_its_name_in_the_path() {
        let entry = Entry { operation: "view".into(), object_type: "BUNDLE".into() };
        let input = AddEntries { name: "C".parse().unwrap(), capability_entries: vec![entry] };
        let body = json!({
            "action": "add_capability_entries",
            "capability_entries": [{"operation": "view", "object_type": "BUNDLE"}],
        });
        let expected = Parts { path: format!("{BASE}/user-capabilities/C"), query: Vec::new(), body: Some(body) };
        assert_eq!(of(&input), expected);
    }

    #[test]
    fn a_post_has_everything_in_the_body() {
        let input = AddTenant { name: "t1".parse().unwrap(), description: None };
        let expected = Parts { path: format!("{BASE}/tenants"), query: Vec::new(), body: Some(json!({"name": "t1"})) };
        assert_eq!(of(&input), expected);
        let input = ChangePassword { password: Secret::new("p".into()) };
        assert_eq!(of(&input).body, Some(json!({"action": "change_password", "password": "p"})));
    }

    #[test]
    fn a_get_has_its_action_in_the_query() {
        let input = ShareOptions { share_type: Some("USER".into()), ..ShareOptions::default() };
        assert_eq!(of(&input).query, pairs(&[("action", "get_share_options"), ("share_type", "USER")]));
    }

    #[test]
    fn an_empty_input_has_neither_query_nor_body() {
        assert_eq!(of(&Whoami {}), Parts { path: format!("{BASE}/login"), query: Vec::new(), body: None });
    }

    #[test]
    fn an_input_that_was_not_checked_goes_out_as_it_is_but_cannot_leave_its_path() {
        let parts = split::<GetUser>(&json!({"username": "a/b?c=d#é ", "permissions": null})).unwrap();
        assert_eq!(parts.path, format!("{BASE}/users/a%2Fb%3Fc%3Dd%23%C3%A9%20"));
        for bad in ["", ".", ".."] {
            assert!(matches!(split::<GetUser>(&json!({"username": bad})), Err(Error::Input(_))), "{bad}");
        }
    }

    #[test]
    fn a_name_that_no_path_can_carry_goes_into_the_body_where_the_endpoint_allows_it() {
        let parts = split::<RemoveUser>(&json!({"username": ".."})).unwrap();
        assert_eq!((parts.path, parts.query), (format!("{BASE}/users"), pairs(&[("username", "..")])));
    }

    #[test]
    fn a_role_is_its_word() {
        let input = AddMembers {
            name: "t".parse().unwrap(),
            users: vec!["u".parse().unwrap()],
            tenant_role: TenantRole::Tenantadmin,
            user_capabilities: None,
        };
        let body = json!({"action": "add_users", "users": ["u"], "tenant_role": "tenantadmin"});
        assert_eq!(of(&input).body, Some(body));
    }
}
