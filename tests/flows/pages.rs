//! The pages outside of the API.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use robin_testkit::Server;
use serde_json::{Value, json};

use super::{admin, standing};

crate::on_both_engines!(health_and_description, a_token_verifies_against_the_published_keys);

async fn health_and_description(server: Server) {
    let api = server.api();
    let livez = api.ok("GET", "/livez", "", Value::Null).await;
    assert_eq!(livez["status"], "ok");
    assert_eq!(api.ok("GET", "/readyz", "", Value::Null).await, json!({ "status": "ok" }));
    let version = server.robinctl().ok("version");
    assert!(version.contains(&format!("robin-server {}", livez["version"].as_str().unwrap())), "{version}");

    let openapi = api.ok("GET", "/openapi.json", "", Value::Null).await;
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in [
        "login",
        "users",
        "users/{username}",
        "user-capabilities",
        "tenants",
        "namespaces",
        "object-shares",
        "sessions",
        "user-audit",
        "config",
    ] {
        assert!(openapi["paths"][format!("/api/v3/robin_server/{path}")].is_object(), "{path} is not described");
    }
    assert_eq!(api.send("GET", "/nothing/here", "", Value::Null).await.status, 404);
    assert_eq!(api.send("PATCH", "users", "", Value::Null).await.status, 405);
}

async fn a_token_verifies_against_the_published_keys(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    let discovery = api.ok("GET", "/.well-known/openid-configuration", "", Value::Null).await;
    assert_eq!(discovery["issuer"], server.url());
    assert_eq!(discovery["jwks_uri"], format!("{}/.well-known/jwks.json", server.url()));

    let parts: Vec<&str> = token.split('.').collect();
    let header: Value = serde_json::from_slice(&decoded(parts[0])).unwrap();
    assert_eq!(header["alg"], "ES256");
    let keys = api.ok("GET", "/.well-known/jwks.json", "", Value::Null).await;
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("EC"), &json!("P-256"), &json!("ES256")));
    assert!(key["d"].is_null(), "the private half is nobody's business");
    // An uncompressed point (SEC 1, section 2.3.3).
    let point = [vec![4], decoded(key["x"].as_str().unwrap()), decoded(key["y"].as_str().unwrap())].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    let signed = format!("{}.{}", parts[0], parts[1]);
    key.verify(signed.as_bytes(), &decoded(parts[2])).unwrap();
    let claims: Value = serde_json::from_slice(&decoded(parts[1])).unwrap();
    assert_eq!(claims["iss"], server.url());

    // What nobody signed is nobody's token.
    let mut forged = claims.clone();
    forged["user_id"] = 4.into();
    let forged = BASE64_URL_SAFE_NO_PAD.encode(forged.to_string());
    assert!(key.verify(format!("{}.{forged}", parts[0]).as_bytes(), &decoded(parts[2])).is_err());
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    for token in [
        format!("{}.{forged}.{}", parts[0], parts[2]),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
    ] {
        assert_eq!(standing(&api, &token).await, 401, "{token}");
    }
}

fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}
