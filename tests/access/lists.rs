//! What lists and other answers hold.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use robin_testkit::{PASSWORD as ADMIN_PASSWORD, slapd};
use serde_json::Value;

use super::{
    samples::{self, Sample},
    stage::{CALLERS, Place, Stage, Which},
    world::PASSWORD,
};

/// The audit trail is not among them: it belongs to the cluster, and whoever may read it reads it all.
const LISTS: [&str; 9] = [
    "users",
    "users?permissions=true&disabled=true&hidden=true&deleted=true",
    "/api/v5/robin_server/users",
    "tenants",
    "namespaces",
    "objects",
    "object-shares",
    "sessions",
    "login",
];

#[tokio::test]
async fn sec_25_nobody_but_a_superadmin_sees_anything_of_another_tenant() {
    let mut stage = Stage::set().await;
    let world = &stage.world;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "tenantadmin", &[]).await;
    let namespace = world.namespace(&tenant, &user).await;
    let object = world.object(&tenant, &user).await;
    let friend = world.user(&tenant, "user", &[]).await;
    world.share(samples::TYPE, &object, &friend).await;
    world.api.login(&user, PASSWORD, &tenant).await;
    for caller in CALLERS.into_iter().filter(|caller| !matches!(caller.place, Place::Nowhere)) {
        let person = stage.person(caller).await;
        for list in LISTS {
            let answer = stage.world.by(&person, "GET", list, Value::Null).await;
            let seen = [&tenant, &user, &namespace, &object, &friend]
                .into_iter()
                .filter(|name| answer.text.contains(name.as_str()));
            let seen: Vec<&String> = seen.collect();
            let sees_all = caller.place == Place::Administrators;
            assert!(sees_all || seen.is_empty(), "{} sees {seen:?} in {list}", caller.name);
        }
    }
}

#[tokio::test]
async fn sec_25_a_member_of_two_tenants_shows_only_the_one_shared_with_who_looks() {
    let mut stage = Stage::set().await;
    let caller = CALLERS[2];
    let person = stage.person(caller).await;
    let world = &stage.world;
    let other = world.tenant().await;
    let user = world.user(&person.tenant, "user", &[]).await;
    world.join(&user, &other, "tenantadmin").await;
    for path in [format!("users/{user}"), format!("users/{user}?permissions=true"), "users?permissions=true".to_owned()]
    {
        let answer = world.by(&person, "GET", &path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text.contains(&user) && !answer.text.contains(&other), "{path}: {}", answer.text);
    }
}

/// Fields of these names would hold secrets.
const SECRET_FIELDS: [&str; 8] = ["password", "hash", "sealed", "secret", "private", "fingerprint", "jti", "token"];

/// Every GET there is, by everybody.
#[tokio::test]
async fn sec_49_nothing_shows_a_secret_to_anybody() {
    let mut stage = Stage::set().await;
    let key = std::fs::read(stage.world.server.data_dir().join("secret.key")).expect("a key");
    let mut secrets = vec![BASE64_STANDARD.encode(&key), BASE64_URL_SAFE_NO_PAD.encode(&key)];
    secrets.extend(["$argon2", "$v=19", PASSWORD, ADMIN_PASSWORD, slapd::ROOT.1, "PRIVATE KEY"].map(str::to_owned));
    let mut answers = Vec::new();
    for caller in CALLERS {
        let person = stage.person(caller).await;
        secrets.extend(person.token.rsplit('.').next().filter(|signature| !signature.is_empty()).map(str::to_owned));
        let routes = samples::routes().into_iter().filter(|route| route.method == "GET");
        for route in routes {
            // The key of one's own certificate is shown to oneself: `sec_50` looks at those.
            let is_shown = |sample: &Sample| route.first == "user-certs/{username}" && sample.note == "one's own";
            for sample in samples::of(&route).into_iter().filter(|sample| !is_shown(sample)) {
                let (names, _) = stage.names(caller, &sample, Which::InReach).await;
                let (method, path, _) = samples::request(&route, (sample.fields)(&names));
                let answer = stage.world.by(&person, &method, &path, Value::Null).await;
                answers.push((format!("{} gets {path}", caller.name), answer));
            }
        }
        for page in ["/livez", "/readyz", "/.well-known/jwks.json", "/.well-known/openid-configuration"] {
            let answer = stage.world.by(&person, "GET", page, Value::Null).await;
            answers.push((format!("{} gets {page}", caller.name), answer));
        }
    }
    for (place, answer) in answers {
        for secret in &secrets {
            assert!(!answer.text.contains(secret), "{place}, and with it `{secret}`");
        }
        let mut fields = Vec::new();
        collect_fields(&answer.json(), &mut fields);
        // The moment when a token ends is none of its secrets, and nor is a public key's fingerprint.
        let is_secret = |field: &&String| {
            let is_harmless = field.as_str() == "token_timestamp" || field.ends_with("_supported");
            !is_harmless && SECRET_FIELDS.iter().any(|word| field.contains(word))
        };
        let secret: Vec<&String> = fields.iter().filter(is_secret).collect();
        assert!(secret.is_empty(), "{place}, and with it the fields {secret:?}");
        assert!(!fields.iter().any(|field| field == "d"), "{place}: the private half of a key: {}", answer.text);
    }
}

fn collect_fields(value: &Value, found: &mut Vec<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        // What is empty holds nothing.
        found.extend(Some(name.clone()).filter(|_| inner != ""));
        collect_fields(inner, found);
    }
    value.as_array().into_iter().flatten().for_each(|inner| collect_fields(inner, found));
}
