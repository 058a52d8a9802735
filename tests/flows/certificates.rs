//! Certificates of users, from issuing to the list of those that are revoked, judged by OpenSSL.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use robin_testkit::{Api, Engine, Server, server::Builder};
use serde_json::{Value, json};

use super::{PASSWORD, admin, tenants, user};

crate::on_both_engines!(
    an_added_user_has_a_certificate_that_verifies,
    sec_27_who_is_disabled_or_removed_is_on_the_list_at_once,
    sec_50_a_request_gets_a_certificate_for_its_key_and_its_sender_alone,
    sec_50_private_keys_are_shown_to_their_users_alone,
    many_users_get_theirs_in_the_background,
    a_revoked_certificate_stays_so_until_another_is_issued,
);

/// A directory for OpenSSL.
pub struct Bench(PathBuf, Server);

impl Bench {
    /// With the authority's certificate and list as they are now.
    async fn of(server: Server) -> Self {
        let place = server.how().dir().join("openssl");
        std::fs::create_dir_all(&place).unwrap();
        let bench = Self(place, server);
        bench.put("ca.crt", &bench.api().send("GET", "/pki/ca.crt", "", Value::Null).await.text);
        bench
    }

    fn api(&self) -> Api {
        self.1.api()
    }

    fn put(&self, name: &str, content: &str) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    /// Runs `openssl`; what it says, if it is content.
    fn run(&self, words: &str) -> Result<String, String> {
        let output = Command::new("openssl").current_dir(&self.0).args(words.split(' ')).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    /// Whether the certificate is good by the list that is served now.
    fn judge(&self, certificate: &str) -> Result<String, String> {
        self.put("user.crt", certificate);
        std::fs::write(self.0.join("crl.der"), fetched(self.1.url(), "/pki/crl.der")).unwrap();
        self.run("crl -inform DER -in crl.der -out crl.pem -CAfile ca.crt").unwrap();
        self.run("verify -x509_strict -purpose sslclient -crl_check -CAfile ca.crt -CRLfile crl.pem user.crt")
    }
}

/// The body of what a path answers, whatever bytes those are.
fn fetched(url: &str, path: &str) -> Vec<u8> {
    let mut wire = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    wire.write_all(format!("GET {path} HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    wire.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
    answer.split_off(head + 4)
}

async fn certificate(api: &Api, token: &str, username: &str) -> Value {
    api.ok("GET", &format!("user-certs/{username}"), token, Value::Null).await
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

async fn an_added_user_has_a_certificate_that_verifies(server: Server) {
    let bench = Bench::of(server).await;
    let api = bench.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev"]).await;
    user(&api, &token, "ada", &[("dev", "user")]).await;
    let ada = api.login("ada", PASSWORD, "").await;
    let found = certificate(&api, &ada, "ada").await;
    assert_eq!((text(&found, "name").as_str(), &found["valid"]), ("user-credentials-ada", &json!(true)));
    bench.judge(&text(&found, "certificate")).unwrap();
    bench.put("ada.key", &text(&found, "private_key"));
    let public = bench.run("pkey -in ada.key -pubout").unwrap();
    assert_eq!(bench.run("x509 -in user.crt -pubkey -noout").unwrap(), public);
    assert_eq!(bench.run("x509 -in user.crt -noout -subject").unwrap(), "subject=O = robin:users, CN = ada\n");
    assert_eq!(text(&found, "ca_certificate"), std::fs::read_to_string(bench.0.join("ca.crt")).unwrap());

    // A copy of the list is good for as long as it is the same.
    let first = api.send("GET", "/pki/crl.der", "", Value::Null).await;
    assert_eq!(first.header("content-type"), "application/pkix-crl");
    let raw = |etag: &str| {
        api.raw(
            format!("GET /pki/crl.der HTTP/1.1\r\nHost: r\r\nIf-None-Match: {etag}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
    };
    assert!(raw(first.header("etag")).starts_with("HTTP/1.1 304 "), "{}", first.header("etag"));
    assert!(raw("\"other\"").starts_with("HTTP/1.1 200 "));
    let issued = api.ok("PUT", "user-certs", &ada, json!({ "action": "issue" })).await;
    assert_eq!(text(&issued, "message"), "Certificate 'user-credentials-ada' has been issued");
    bench.judge(&text(&issued, "certificate")).unwrap();
    bench.judge(&text(&found, "certificate")).unwrap();
}

async fn sec_27_who_is_disabled_or_removed_is_on_the_list_at_once(server: Server) {
    let bench = Bench::of(server).await;
    let api = bench.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev"]).await;
    for name in ["ada", "bob"] {
        user(&api, &token, name, &[("dev", "user")]).await;
    }
    let [ada, bob] = [certificate(&api, &token, "ada").await, certificate(&api, &token, "bob").await];
    let renewed = api.ok("PUT", "user-certs", &token, json!({ "action": "issue", "username": "ada" })).await;
    for good in [text(&ada, "certificate"), text(&bob, "certificate"), text(&renewed, "certificate")] {
        bench.judge(&good).unwrap();
    }
    api.ok("PUT", "users/ada", &token, json!({ "action": "disable" })).await;
    api.ok("DELETE", "users/bob", &token, Value::Null).await;
    // All that they ever had, not only the newest.
    for revoked in [text(&ada, "certificate"), text(&bob, "certificate"), text(&renewed, "certificate")] {
        let said = bench.judge(&revoked).unwrap_err();
        assert!(said.contains("certificate revoked"), "{said}");
    }
    let list = bench.run("crl -in crl.pem -noout -text").unwrap();
    assert!(list.contains("Privilege Withdrawn") && list.contains("Cessation Of Operation"), "{list}");
    assert_eq!(api.send("GET", "user-certs/ada", &token, Value::Null).await.status, 404);
    let refused = api.send("PUT", "user-certs", &token, json!({ "action": "issue", "username": "ada" })).await;
    assert!(refused.status == 409 && refused.text.contains("is disabled"), "{refused:?}");
    let renewal = api.ok("PUT", "user-certs", &token, json!({ "action": "renew", "renew_all_certs": true })).await;
    assert!(!renewal.to_string().contains("ada") && !renewal.to_string().contains("bob"), "{renewal}");

    api.ok("PUT", "users/ada", &token, json!({ "action": "enable" })).await;
    let again = certificate(&api, &token, "ada").await;
    bench.judge(&text(&again, "certificate")).unwrap();
    bench.judge(&text(&ada, "certificate")).unwrap_err();
    // Whoever has the name next inherits nothing.
    user(&api, &token, "bob", &[("dev", "user")]).await;
    bench.judge(&text(&certificate(&api, &token, "bob").await, "certificate")).unwrap();
    bench.judge(&text(&bob, "certificate")).unwrap_err();
}

async fn sec_50_a_request_gets_a_certificate_for_its_key_and_its_sender_alone(server: Server) {
    let bench = Bench::of(server).await;
    let api = bench.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev"]).await;
    user(&api, &token, "ada", &[("dev", "user")]).await;
    let ada = api.login("ada", PASSWORD, "").await;
    bench.run("req -new -newkey rsa:2048 -nodes -keyout own.key -subj /CN=ada -out own.csr").unwrap();
    let csr = std::fs::read_to_string(bench.0.join("own.csr")).unwrap();
    let issued = api.ok("POST", "user-certs", &ada, json!({ "csr": csr })).await;
    bench.judge(&text(&issued, "certificate")).unwrap();
    let public = bench.run("pkey -in own.key -pubout").unwrap();
    assert_eq!(bench.run("x509 -in user.crt -pubkey -noout").unwrap(), public);
    let shown = certificate(&api, &ada, "ada").await;
    assert!(shown.get("private_key").is_none(), "{shown}");

    // The key stays what it is, whoever renews.
    api.ok("PUT", "user-certs", &token, json!({ "action": "renew", "renew_all_certs": true })).await;
    let renewed = certificate(&api, &ada, "ada").await;
    assert_ne!(renewed["serial"], shown["serial"]);
    bench.judge(&text(&renewed, "certificate")).unwrap();
    assert_eq!(bench.run("x509 -in user.crt -pubkey -noout").unwrap(), public);

    for (rest, why) in [
        ("-newkey rsa:2048 -subj /CN=robin", "subject"),
        ("-newkey rsa:2048 -subj /O=system:masters/CN=ada", "subject"),
        ("-newkey rsa:1024 -subj /CN=ada", "key must be"),
        ("-newkey rsa:2048 -subj /CN=ada -addext subjectAltName=DNS:x", "extensions"),
    ] {
        bench.run(&format!("req -new -nodes -keyout other.key -out other.csr {rest}")).unwrap();
        let csr = std::fs::read_to_string(bench.0.join("other.csr")).unwrap();
        let refused = api.send("POST", "user-certs", &ada, json!({ "csr": csr })).await;
        assert!(refused.status == 400 && refused.text.contains(why), "{rest}: {refused:?}");
    }
    assert_eq!(certificate(&api, &ada, "ada").await["serial"], renewed["serial"], "nothing has changed");
    // On the command line.
    let ctl = bench.1.robinctl();
    ctl.ok(&format!("login ada --password {PASSWORD}"));
    let printed = ctl.ok(&format!("user-cert issue --csr {}", bench.0.join("own.csr").display()));
    bench.judge(&printed).unwrap();
    assert_eq!(ctl.ok("user-cert show"), printed);
    assert_eq!(ctl.line("user-cert show --key").code, 2);
}

async fn sec_50_private_keys_are_shown_to_their_users_alone(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev", "ops"]).await;
    user(&api, &token, "ada", &[("dev", "user")]).await;
    user(&api, &token, "bob", &[("dev", "tenantadmin")]).await;
    user(&api, &token, "eve", &[("ops", "tenantadmin")]).await;
    user(&api, &token, "joe", &[("dev", "user")]).await;
    let [ada, bob, eve, joe] = [
        api.login("ada", PASSWORD, "").await,
        api.login("bob", PASSWORD, "").await,
        api.login("eve", PASSWORD, "").await,
        api.login("joe", PASSWORD, "").await,
    ];
    assert!(text(&certificate(&api, &ada, "ada").await, "private_key").starts_with("-----BEGIN PRIVATE KEY-----\n"));
    for who in [&token, &bob] {
        let seen = certificate(&api, who, "ada").await;
        assert!(seen.get("private_key").is_none() && !seen.to_string().contains("PRIVATE"), "{seen}");
    }
    let issue = json!({ "action": "issue", "username": "ada" });
    let issued = api.ok("PUT", "user-certs", &token, issue.clone()).await;
    assert!(!issued.to_string().contains("PRIVATE"), "{issued}");
    // Tenantadmins look at certificates, and have no more permissions than that by default.
    assert_eq!(api.send("PUT", "user-certs", &bob, issue).await.status, 403);
    // Out of reach is as if it were not there.
    for who in [&eve, &joe] {
        for (method, path, body) in [
            ("GET", "user-certs/ada", Value::Null),
            ("PUT", "user-certs", json!({ "action": "revoke", "username": "ada" })),
            ("PUT", "user-certs", json!({ "action": "issue", "username": "ada" })),
        ] {
            let refused = api.send(method, path, who, body).await.status;
            assert!([403, 404].contains(&refused), "{method} {path}: {refused}");
        }
    }
    // Nobody touches those who have more rights.
    let above = json!({ "action": "revoke", "username": "robin" });
    assert!([403, 404].contains(&api.send("PUT", "user-certs", &bob, above).await.status));
    let names = |list: Value| {
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| text(item, "username")).collect::<Vec<_>>()
    };
    assert_eq!(names(api.ok("GET", "user-certs", &joe, Value::Null).await), ["joe"]);
    assert_eq!(names(api.ok("GET", "user-certs", &bob, Value::Null).await), ["ada", "bob", "joe"]);
    assert_eq!(names(api.ok("GET", "user-certs", &eve, Value::Null).await), ["eve"]);
}

async fn many_users_get_theirs_in_the_background(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev"]).await;
    let place = json!([{ "tenant": "dev", "tenant_role": "user", "user_capabilities": "NoCapabilities" }]);
    let users: Vec<Value> = (0..60)
        .map(|nth| {
            json!({ "username": format!("u{nth}"), "authentication_type": 1, "password": PASSWORD, "tenant_list": place })
        })
        .collect();
    api.ok("POST", "users", &token, json!({ "user_list": users })).await;
    for _ in 0..400 {
        let certs = api.ok("GET", "user-certs", &token, Value::Null).await;
        if certs["items"].as_array().unwrap().len() == 61 {
            let page = api.ok("GET", "user-certs?limit=40", &token, Value::Null).await;
            assert_eq!(page["items"].as_array().unwrap().len(), 40);
            let cursor = text(&page, "next_cursor");
            let rest = api.ok("GET", &format!("user-certs?limit=40&cursor={cursor}"), &token, Value::Null).await;
            assert_eq!(rest["items"].as_array().unwrap().len(), 21);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("certificates are missing");
}

async fn a_revoked_certificate_stays_so_until_another_is_issued(server: Server) {
    let bench = Bench::of(server).await;
    let api = bench.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev"]).await;
    user(&api, &token, "ada", &[("dev", "user")]).await;
    let ctl = bench.1.robinctl();
    ctl.ok(&format!("login ada --password {PASSWORD}"));
    let first = ctl.ok("user-cert show");
    let said = ctl.ok("user-cert revoke --reason key_compromise");
    assert_eq!(said, "1 certificate(s) of user 'ada' have been revoked\n");
    assert!(bench.judge(&first).unwrap_err().contains("certificate revoked"));
    assert!(bench.run("crl -in crl.pem -noout -text").unwrap().contains("Key Compromise"));
    let shown = certificate(&api, &token, "ada").await;
    assert_eq!((&shown["valid"], &shown["reason"]), (&json!(false), &json!("key_compromise")));
    let again = ctl.line("user-cert revoke");
    assert!(again.code == 1 && again.stderr.contains("has no valid certificate to revoke"), "{again:?}");
    // Nobody renews it.
    api.ok("PUT", "user-certs", &token, json!({ "action": "renew", "renew_all_certs": true })).await;
    assert_eq!(certificate(&api, &token, "ada").await["serial"], shown["serial"]);
    assert_eq!(ctl.ok("user-cert issue"), "Certificate 'user-credentials-ada' has been issued\n");
    bench.judge(&ctl.ok("user-cert show")).unwrap();
    bench.put("ada.key", &ctl.ok("user-cert show --key"));
    bench.run("pkey -in ada.key -check -noout").unwrap();
}

/// An authority made by OpenSSL, in two files.
fn files(how: &Builder, extensions: &str) -> (String, String) {
    let place = how.dir().join("authority");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("ca.cnf"), format!("[req]\ndistinguished_name=dn\n[dn]\n[v3]\n{extensions}\n")).unwrap();
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 900 \
                 -subj /CN=given -config ca.cnf -extensions v3";
    let made = Command::new("openssl").current_dir(&place).args(words.split(' ')).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let path = |name: &str| place.join(name).display().to_string();
    (path("ca.crt"), path("ca.key"))
}

#[tokio::test]
async fn an_authority_in_files_signs() {
    for (usage, has_list) in [("keyCertSign,cRLSign", true), ("digitalSignature,keyEncipherment,keyCertSign", false)] {
        let how = Server::builder(Engine::Sqlite);
        let (cert, key) = files(&how, &format!("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,{usage}"));
        // Its first second may not have come for a clock that counts in smaller parts.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let how = how.env("ROBIN_CA__MODE", "files").env("ROBIN_CA__CERT", &cert).env("ROBIN_CA__KEY", &key);
        assert!(how.run(&["check-config"], "").ok().contains("signed by   an authority that lasts until "));
        let bench = Bench::of(how.start().await).await;
        let api = bench.api();
        let token = admin(&api).await;
        tenants(&api, &token, &["dev"]).await;
        user(&api, &token, "ada", &[("dev", "user")]).await;
        assert_eq!(std::fs::read(&cert).unwrap(), std::fs::read(bench.0.join("ca.crt")).unwrap());
        let ada = text(&certificate(&api, &token, "ada").await, "certificate");
        if has_list {
            bench.judge(&ada).unwrap();
        } else {
            bench.put("user.crt", &ada);
            bench.run("verify -purpose sslclient -CAfile ca.crt user.crt").unwrap();
            assert_eq!(api.send("GET", "/pki/crl.der", "", Value::Null).await.status, 404);
        }
    }
}

#[tokio::test]
async fn settings_that_name_no_authority_are_refused() {
    let how = || Server::builder(Engine::Sqlite);
    let said = |how: Builder| how.run(&[], "").failed(1);
    let files_without = said(how().env("ROBIN_CA__MODE", "files"));
    assert!(files_without.contains("needs both ROBIN_CA__CERT and ROBIN_CA__KEY"), "{files_without}");
    let cluster = said(how().env("ROBIN_CA__MODE", "cluster"));
    assert!(cluster.contains("needs Kubernetes, which is not on"), "{cluster}");
    let odd = said(how().env("ROBIN_CA__CERT", "/x"));
    assert!(odd.contains("are for ROBIN_CA__MODE=files"), "{odd}");
    let leaf = how();
    let (cert, key) = files(&leaf, "basicConstraints=critical,CA:FALSE");
    let leaf = said(leaf.env("ROBIN_CA__MODE", "files").env("ROBIN_CA__CERT", &cert).env("ROBIN_CA__KEY", &key));
    assert!(leaf.contains("the certificate is not an authority's"), "{leaf}");
}
