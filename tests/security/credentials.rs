//! Every way to be known, beside everything that ends it.

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use crate::flows::{
    PASSWORD, admin,
    imports::{add_server, directory},
    several_servers::{pair, within_a_second},
    tenants, user,
};

/// A way to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Password,
    Ldap,
    AccessToken,
    ServiceToken,
    Session,
}

/// What ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Disabled,
    Suspended,
    Left,
    Deleted,
}

const WAYS: [Way; 5] = [Way::Password, Way::Ldap, Way::AccessToken, Way::ServiceToken, Way::Session];

impl End {
    /// The ends that there are for an account that is known so: people are disabled, service accounts suspended.
    fn of(way: Way) -> [Self; 3] {
        let kept_out = if way == Way::ServiceToken { Self::Suspended } else { Self::Disabled };
        [kept_out, Self::Left, Self::Deleted]
    }

    async fn come(self, api: &Api, root: &str, name: &str) {
        let (method, path, body) = match self {
            Self::Disabled => ("PUT", format!("users/{name}"), json!({ "action": "disable" })),
            Self::Suspended => ("PUT", format!("service-accounts/{name}"), json!({ "action": "suspend" })),
            Self::Left => ("PUT", "tenants/t1".to_owned(), json!({ "action": "remove_users", "users": [name] })),
            Self::Deleted => ("DELETE", format!("users/{name}"), Value::Null),
        };
        api.ok(method, &path, root, body).await;
    }
}

/// The status of a login.
async fn login(server: &Server, name: &str, password: &str) -> u16 {
    server.api().call("POST", "login", "", json!({ "username": name, "password": password, "tenant": "t1" })).await.0
}

#[tokio::test]
async fn sec_28_no_way_in_outlives_what_it_stands_for_on_any_server() {
    let (first, second) = pair().await;
    let (api, slapd) = (first.api(), directory());
    let root = admin(&api).await;
    tenants(&api, &root, &["t1"]).await;
    add_server(&api, &root, &slapd).await;
    let people = ["newton", "curie", "tesla"];
    for way in WAYS {
        for (nth, end) in End::of(way).into_iter().enumerate() {
            let case = format!("{way:?} {end:?}");
            let name = if way == Way::Ldap { people[nth].to_owned() } else { format!("{way:?}-{end:?}") };
            let place = json!([{ "tenant": "t1", "tenant_role": "user" }]);
            match way {
                Way::ServiceToken => {
                    api.ok("POST", "service-accounts", &root, json!({ "name": name, "tenant": "t1" })).await;
                }
                Way::Ldap => {
                    let info = json!({
                        "username": name, "authentication_type": 2, "ldap_server": "ldap1", "tenant_list": place,
                    });
                    api.ok("POST", "users", &root, json!({ "user_info": info })).await;
                }
                _ => user(&api, &root, &name, &[("t1", "user")]).await,
            }
            let password = if way == Way::Ldap { "password" } else { PASSWORD };
            let token = match way {
                Way::Session | Way::Ldap => api.login(&name, password, "t1").await,
                Way::AccessToken | Way::ServiceToken => {
                    let made = api.ok("POST", "access-tokens", &root, json!({ "username": name })).await;
                    made["token"].as_str().unwrap().to_owned()
                }
                Way::Password => String::new(),
            };
            for server in [&first, &second] {
                if !token.is_empty() {
                    within_a_second(server, &token, "login", 200).await;
                }
            }
            end.come(&api, &root, &name).await;
            for server in [&second, &first] {
                if !token.is_empty() {
                    within_a_second(server, &token, "login", 401).await;
                }
                let status = login(server, &name, password).await;
                assert_eq!(status, 401, "{case}");
            }
            // Nobody makes a way in for what is over, but that of an account which may be let in again.
            let status = api.call("POST", "access-tokens", &root, json!({ "username": name })).await.0;
            let expected: &[u16] = if matches!(end, End::Left | End::Deleted) { &[400, 404] } else { &[200] };
            assert!(expected.contains(&status), "{case}: {status}");
        }
    }
}
