//! Settings that are changed while the server runs.

use robin_testkit::Server;
use serde_json::{Value, json};

use super::{admin, each, tenants};

crate::on_both_engines!(a_setting_counts_at_once);

async fn a_setting_counts_at_once(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    let list = api.ok("GET", "config", &token, Value::Null).await;
    let names = [
        "certificate.lifespan",
        "certificate.renewal_offset",
        "login.address_failures_per_minute",
        "login.failures_before_delay",
        "login.key_lifetime",
        "login.longest_delay",
        "login.token_lifetime",
        "password.min_length",
        "password.min_strength",
        "token.max_lifetime",
    ];
    assert_eq!(
        {
            let mut all = each(&list, "name");
            all.sort_unstable();
            all
        },
        names
    );

    for value in [json!(3600), json!("3600")] {
        let body = json!({ "action": "update", "name": "login.token_lifetime", "value": value });
        let said = api.ok("PUT", "config", &token, body).await;
        assert_eq!(said["message"], "Setting 'login.token_lifetime' has been updated to 3600");
    }
    let identity = api.ok("GET", "login", &admin(&api).await, Value::Null).await;
    let before = api.ok("GET", "login", &token, Value::Null).await;
    let difference = before["token_timestamp"].as_i64().unwrap() - identity["token_timestamp"].as_i64().unwrap();
    assert!((82_700..=82_800).contains(&difference), "an hour instead of a day, and no token changes: {difference}");

    let robinctl = server.admin();
    assert_eq!(
        robinctl.ok("config update password.min_length 12"),
        "Setting 'password.min_length' has been updated to 12\n"
    );
    let listed = robinctl.ok("config list");
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("password.min_length") && line.contains("| 12 ") && line.contains("| 8 ")),
        "{listed}"
    );
    tenants(&api, &token, &["t1"]).await;
    let complaint = robinctl.line("user add user1 t1 user --password otter-42-ab").failed(1);
    assert!(complaint.contains("12"), "{complaint}");
    assert_eq!(robinctl.line("user add user1 t1 user --password otter-42-abc").code, 0);

    for (name, value) in [
        ("login.token_lifetime", json!(59)),
        ("login.token_lifetime", json!("soon")),
        ("password.min_strength", json!(5)),
        ("login.failures_before_delay", json!(0)),
        ("login.longest_delay", json!(3601)),
        ("login.address_failures_per_minute", json!(99)),
        ("no.such", json!(1)),
    ] {
        let body = json!({ "action": "update", "name": name, "value": value });
        assert_eq!(api.call("PUT", "config", &token, body).await.0, 400, "{name} {value}");
    }
}
