//! Lists of users and groups in directories.

use std::time::{Duration, Instant};

use robin_api::ldap_entries::ListLdapUsers;
use robin_client::{Client, Error, Options};
use robin_model::Secret;
use robin_testkit::{
    Api, Engine, Samba, Server, samba,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use super::admin;

/// Who reads directories here: limits hold for them, and they don't see passwords.
const READER: &str = "cn=read-only-admin,dc=example,dc=com";

/// A server that knows a directory at this port as `ldap1`, and the administrator's token.
async fn connected(port: u16) -> (Server, Api, String) {
    let server = Server::start(Engine::Sqlite).await;
    let api = server.api();
    let token = admin(&api).await;
    add(&api, &token, "ldap1", port).await;
    (server, api, token)
}

async fn add(api: &Api, token: &str, name: &str, port: u16) {
    let body = json!({
        "name": name, "hostname": "127.0.0.1", "port": port, "server_type": "OPEN_LDAP", "username": READER,
        "password": "password", "search_base": "dc=example,dc=com",
    });
    api.ok("POST", "ldap-servers", token, body).await;
}

/// A list of `ldap1`, with these parameters.
async fn list(api: &Api, token: &str, path: &str, mut asked: Value) -> Value {
    asked["ldap_server_name"] = json!("ldap1");
    api.ok("GET", path, token, asked).await
}

/// The usernames or names in a list.
fn names(list: &Value) -> Vec<&str> {
    let name = |item: &'_ Value| if item["username"].is_null() { "name" } else { "username" };
    list["items"].as_array().unwrap().iter().map(|item| item[name(item)].as_str().unwrap()).collect()
}

/// A directory with this many users besides those of the reference, each with a text of this length.
fn with_users(count: usize, length: usize, global: &'static str) -> Slapd {
    let text = "x".repeat(length);
    let entry = |nth| {
        format!(
            "\ndn: uid=user{nth},dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: user{nth}\ncn: User {nth}\nsn: {nth}\n\
             description: x{text}\n"
        )
    };
    let mut setup = Setup { global, ..Setup::default() };
    setup.ldif.extend((0..count).map(entry));
    Slapd::start(&setup)
}

#[tokio::test]
async fn names_filters_and_bases_choose() {
    let slapd = Slapd::forumsys();
    let (_server, api, token) = connected(slapd.port).await;
    let users = async |asked: Value| list(&api, &token, "ldap-users", asked).await;
    let groups = async |asked: Value| list(&api, &token, "ldap-groups", asked).await;
    assert_eq!(names(&users(json!({ "users": "TESLA, newton" })).await), ["newton", "tesla"]);
    assert_eq!(names(&users(json!({ "users": ["tesla"] })).await), ["tesla"]);
    assert_eq!(users(json!({ "users": [] })).await["items"].as_array().unwrap().len(), 17);
    assert_eq!(names(&users(json!({ "ldap_filter": "(mail=*@forumsys.com)" })).await), ["training", "jmacy"]);
    assert_eq!(names(&users(json!({ "ldap_filter": "uid=n*" })).await), ["newton", "nobel", "nogroup"]);
    assert_eq!(names(&users(json!({ "ldap_filter": "(uid=nobody)" })).await), Vec::<&str>::new());
    assert_eq!(names(&users(json!({ "search_base": "uid=tesla,dc=example,dc=com" })).await), ["tesla"]);
    assert_eq!(users(json!({ "search_base": "example.com" })).await["items"].as_array().unwrap().len(), 17);
    assert_eq!(names(&groups(json!({ "groups": "chemists,Italians" })).await), ["Italians", "Chemists"]);
    assert_eq!(
        names(&groups(json!({ "ldap_filter": "(uniqueMember=uid=tesla,dc=example,dc=com)" })).await),
        ["Scientists", "Italians"]
    );
    let below = json!({ "search_base": "ou=scientists,dc=example,dc=com", "ldap_filter": "(!(cn=Scientists))" });
    assert_eq!(names(&groups(below).await), ["Italians"]);
}

#[tokio::test]
async fn sec_01_a_name_is_never_a_pattern_nor_a_part_of_a_filter() {
    let slapd = Slapd::forumsys();
    let (_server, api, token) = connected(slapd.port).await;
    for name in ["*", "new*", "newton)(uid=*", "*)(|(uid=*", "newton\u{0}", "\\2a", "(", ")", "\\"] {
        for (path, field, kind) in [("ldap-users", "users", "LDAP user"), ("ldap-groups", "groups", "LDAP group")] {
            let answer = api.send("GET", path, &token, json!({ "ldap_server_name": "ldap1", field: [name] })).await;
            assert_eq!(answer.status, 404, "{name}: {}", answer.text);
            assert!(answer.error().0.starts_with(kind), "{name}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_named() {
    let slapd = Slapd::forumsys();
    let (_server, api, token) = connected(slapd.port).await;
    let long = "a".repeat(20_000);
    for (asked, status, words) in [
        (json!({}), 400, "ldap_server_name"),
        (json!({ "ldap_server_name": "a b" }), 400, "`a b`"),
        (json!({ "ldap_server_name": "nobody" }), 404, "LDAP server `nobody` not found"),
        (json!({ "ldap_server_name": "ldap1", "users": "newton,volta,x" }), 404, "LDAP user `volta` not found"),
        (json!({ "ldap_server_name": "ldap1", "users": ["newton", " "] }), 400, "is empty"),
        (json!({ "ldap_server_name": "ldap1", "users": { "a": 1 } }), 400, "users"),
        (json!({ "ldap_server_name": "ldap1", "users": vec!["a"; 1001] }), 400, "at most 1000"),
        (
            json!({ "ldap_server_name": "ldap1", "users": "newton", "ldap_filter": "(uid=*)" }),
            400,
            "together with names",
        ),
        (json!({ "ldap_server_name": "ldap1", "ldap_filter": "" }), 400, "at character 1"),
        (json!({ "ldap_server_name": "ldap1", "ldap_filter": "(&(uid=a)" }), 400, "a `)` is missing at character 10"),
        (json!({ "ldap_server_name": "ldap1", "ldap_filter": "(uid=a)(uid=b)" }), 400, "at character 8"),
        (
            json!({ "ldap_server_name": "ldap1", "ldap_filter": "(userPassword=a*)" }),
            400,
            "holds a secret at character 2",
        ),
        (json!({ "ldap_server_name": "ldap1", "ldap_filter": format!("(uid={long})") }), 400, "longer than"),
        (json!({ "ldap_server_name": "ldap1", "ldap_filter": 7 }), 400, "ldap_filter"),
        (json!({ "ldap_server_name": "ldap1", "search_base": "dc=a,,dc=b" }), 400, "`search_base`"),
        (json!({ "ldap_server_name": "ldap1", "search_base": "" }), 400, "`search_base`"),
        (
            json!({ "ldap_server_name": "ldap1", "search_base": "ou=romans,dc=example,dc=com" }),
            404,
            "search base `ou=romans,dc=example,dc=com` not found",
        ),
        (
            json!({ "ldap_server_name": "ldap1", "search_base": "dc=elsewhere", "users": "newton" }),
            404,
            "search base `dc=elsewhere` not found",
        ),
        (json!({ "ldap_server_name": "ldap1", "raw": "perhaps" }), 400, "raw"),
        (json!({ "ldap_server_name": "ldap1", "groups": "Chemists" }), 400, "groups"),
        (json!({ "ldap_server_name": "ldap1", "limit": 0 }), 400, "1 to 1000"),
        (json!({ "ldap_server_name": "ldap1", "cursor": "x" }), 400, "begin again"),
    ] {
        let answer = api.send("GET", "ldap-users", &token, asked.clone()).await;
        assert_eq!(answer.status, status, "{asked}: {}", answer.text);
        assert!(answer.error().0.contains(words), "{asked}: {}", answer.text);
    }
    let romans = json!({ "ldap_server_name": "ldap1", "groups": ["Romans"] });
    let answer = api.send("GET", "ldap-groups", &token, romans).await;
    assert_eq!((answer.status, answer.error().0.as_str()), (404, "LDAP group `Romans` not found"));
}

#[tokio::test]
async fn pages_add_up_to_the_whole() {
    let slapd = Slapd::forumsys();
    let (_server, api, token) = connected(slapd.port).await;
    for path in ["ldap-users", "ldap-groups"] {
        for raw in [false, true] {
            let whole = list(&api, &token, path, json!({ "raw": raw })).await;
            let whole = whole["items"].as_array().unwrap();
            for limit in [1, 3, whole.len() - 1, whole.len(), 1000] {
                let (mut pages, mut asked) = (Vec::new(), json!({ "raw": raw, "limit": limit }));
                loop {
                    let page = list(&api, &token, path, asked.clone()).await;
                    let items = page["items"].as_array().unwrap();
                    assert!(!items.is_empty() && (items.len() == limit || page.get("next_cursor").is_none()));
                    pages.extend(items.clone());
                    let Some(cursor) = page.get("next_cursor") else { break };
                    asked["cursor"] = cursor.clone();
                }
                assert_eq!(&pages, whole, "{path} by {limit}");
            }
        }
    }
    let page = list(&api, &token, "ldap-users", json!({ "limit": 3 })).await;
    let foreign = json!({ "ldap_server_name": "ldap1", "cursor": page["next_cursor"] });
    assert_eq!(api.call("GET", "ldap-groups", &token, foreign).await.0, 400, "a cursor of another list");
    // What was there when the cursor was given may be gone.
    let past = json!({ "users": "newton", "cursor": page["next_cursor"] });
    assert_eq!(list(&api, &token, "ldap-users", past).await, json!({ "items": [] }));
}

#[tokio::test]
async fn a_partial_answer_says_so() {
    let slapd = Slapd::start(&Setup { global: "sizelimit 5", ..Setup::default() });
    let (server, api, token) = connected(slapd.port).await;
    let message = "the answer is partial: the directory stopped after 5 entries (size limit exceeded, code 4); raise its limit, or \
                   narrow the search";
    let answer = list(&api, &token, "ldap-users", json!({})).await;
    assert_eq!(names(&answer), ["newton", "einstein", "tesla", "galieleo", "euler"]);
    assert_eq!((&answer["partial"], &answer["message"]), (&json!(true), &json!(message)));
    // A page is partial when it is the last.
    let first = list(&api, &token, "ldap-users", json!({ "limit": 3 })).await;
    assert_eq!((names(&first).len(), first.get("partial")), (3, None));
    let second = list(&api, &token, "ldap-users", json!({ "limit": 3, "cursor": first["next_cursor"] })).await;
    assert_eq!((names(&second), &second["partial"]), (vec!["galieleo", "euler"], &json!(true)));
    assert_eq!(second.get("next_cursor"), None);
    // Whether somebody is not there can't be told from a part.
    let few = json!({ "users": "newton,einstein,tesla,galieleo,euler,gauss,riemann" });
    assert_eq!(list(&api, &token, "ldap-users", few).await["partial"], true);

    let table = server.admin().line("robin ldap list-users ldap1");
    assert_eq!((table.code, table.stdout.lines().count()), (1, 7), "{table:?}");
    assert_eq!(table.stderr, format!("Error: {message}\n"));
    let json = server.admin().line("robin ldap list-users ldap1 --json");
    assert_eq!((json.code, json.stderr), (1, format!("Error: {message}\n")));
    assert_eq!(serde_json::from_str::<Value>(&json.stdout).unwrap(), answer["items"]);

    let options = Options { token: Some(Secret::new(token)), ..Options::default() };
    let client = Client::new(server.url(), options).unwrap();
    let asked: ListLdapUsers = serde_json::from_value(json!({ "ldap_server_name": "ldap1" })).unwrap();
    assert!(matches!(client.list(&asked).await, Err(Error::Partial(said)) if said == message));
    assert_eq!(client.send(&asked).await.unwrap().items.len(), 5);
}

#[tokio::test]
async fn who_is_given_no_limit_reads_everything() {
    let database = "limits dn.exact=\"cn=read-only-admin,dc=example,dc=com\" size=unlimited";
    let slapd = Slapd::start(&Setup { global: "sizelimit 5", database, ..Setup::default() });
    let (_server, api, token) = connected(slapd.port).await;
    let answer = list(&api, &token, "ldap-users", json!({})).await;
    assert_eq!((names(&answer).len(), answer.get("partial")), (17, None));
}

#[tokio::test]
async fn raw_entries_have_bytes_as_base64_and_no_secrets() {
    let mut setup = Setup::default();
    setup.ldif += "\ndn: uid=raw,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: raw\ncn: Raw\ncn: Zo\u{eb}\nsn: Raw\n\
                   jpegPhoto:: /9j/4A==\nuserPassword: opensesame\n";
    let slapd = Slapd::start(&setup);
    let (_server, api, token) = connected(slapd.port).await;
    // Who may read everything is shown no secrets either.
    let (root, password) = slapd.root();
    let body = json!({ "action": "update", "username": root, "password": password });
    api.ok("PUT", "ldap-servers/ldap1", &token, body).await;
    let answer = list(&api, &token, "ldap-users", json!({ "users": "raw", "raw": true })).await;
    let entry = &answer["items"][0];
    assert_eq!(entry["dn"], "uid=raw,dc=example,dc=com");
    assert_eq!(entry["attributes"]["cn"], json!(["Raw", "Zo\u{eb}"]));
    assert_eq!(entry["attributes"]["jpegPhoto"], json!([{ "base64": "/9j/4A==" }]));
    assert!(entry["attributes"].get("entryUUID").is_some());
    assert!(!answer.to_string().to_lowercase().contains("password") && !answer.to_string().contains("opensesame"));
}

#[tokio::test]
async fn groups_in_groups_are_shown_and_not_followed() {
    let mut setup = Setup::default();
    setup.ldif += "\ndn: cn=Outer,dc=example,dc=com\nobjectClass: groupOfNames\ncn: Outer\nmember: uid=tesla,dc=example,dc=com\n\
                   member: cn=Inner,dc=example,dc=com\nmember: uid=gone,dc=example,dc=com\nmember: cn=admin,dc=example,dc=com\n\
                   \ndn: cn=Inner,dc=example,dc=com\nobjectClass: groupOfNames\ncn: Inner\nmember: uid=curie,dc=example,dc=com\n\
                   member: cn=Outer,dc=example,dc=com\n";
    let slapd = Slapd::start(&setup);
    let (server, api, token) = connected(slapd.port).await;
    let answer = list(&api, &token, "ldap-groups", json!({ "groups": "Outer" })).await;
    let members = answer["items"][0]["members"].as_array().unwrap();
    // Neither who is gone, nor what is no person.
    assert_eq!(members.len(), 2, "{answer}");
    assert_eq!((&members[0][0], &members[0][1]["username"]), (&json!("user"), &json!("tesla")));
    let inner = json!(["group", { "name": "Inner", "distinguished_name": "cn=Inner,dc=example,dc=com" }]);
    assert_eq!(members[1], inner);
    let table = server.admin().ok("robin ldap list-groups ldap1 Inner,Outer");
    assert!(table.contains("Outer | tesla,Inner\n") && table.contains("Inner | curie,Outer\n"), "{table}");
}

#[tokio::test]
async fn a_directory_that_can_not_be_asked_is_told_apart_from_one_that_has_nothing() {
    let slapd = Slapd::forumsys();
    let (server, api, token) = connected(slapd.port).await;
    slapd.modify(&format!("dn: {READER}\nchangetype: modify\nreplace: userPassword\nuserPassword: other\n"));
    let asked = json!({ "ldap_server_name": "ldap1" });
    let answer = api.send("GET", "ldap-users", &token, asked.clone()).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert!(answer.error().0.starts_with("LDAP server `ldap1` can't be read: wrong username or password"));
    slapd.modify("dn: dc=example,dc=com\nchangetype: modify\nreplace: o\no: x\n");
    drop(slapd);
    for path in ["ldap-users", "ldap-groups", "ldap-users?users=newton"] {
        let answer = api.send("GET", path, &token, asked.clone()).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.text);
        assert_eq!(answer.error().0, "the LDAP server is unavailable: try again later");
        assert!(!answer.header("retry-after").is_empty());
    }
    assert!(server.stderr().contains("connection refused"), "the log says why: {}", server.stderr());
    assert_eq!(server.admin().line("robin ldap list-users ldap1").code, 1);
}

/// What passes through a gate in front of a directory once a connection has carried more than [`FREE`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Shut,
    Open,
    Cut,
}

const FREE: usize = 60_000;

async fn gated(to: u16) -> (u16, watch::Sender<Gate>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (gate, watched) = watch::channel(Gate::Shut);
    tokio::spawn(async move {
        loop {
            let (here, _) = listener.accept().await.unwrap();
            let there = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            let (mut questions, back) = here.into_split();
            let (answers, mut on) = there.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut questions, &mut on).await });
            tokio::spawn(passed(answers, back, watched.clone()));
        }
    });
    (port, gate)
}

async fn passed(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut gate: watch::Receiver<Gate>,
) {
    let (mut count, mut bytes) = (0, vec![0; 4096]);
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        count += length;
        if count > FREE && gate.wait_for(|gate| *gate != Gate::Shut).await.is_ok_and(|gate| *gate == Gate::Cut) {
            return;
        }
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

/// Asks for a list, and gives the connection on which it comes.
async fn begun(server: &Server, token: &str, path: &str) -> TcpStream {
    let address = server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /api/v3/robin_server/{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads until the text has come, or nothing more comes.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let (mut text, mut bytes) = (String::new(), vec![0; 65_536]);
    while !text.contains(wanted) {
        let length = timeout(Duration::from_secs(20), stream.read(&mut bytes)).await.expect("more").unwrap();
        text += str::from_utf8(&bytes[..length]).unwrap();
        if length == 0 {
            break;
        }
    }
    text
}

#[tokio::test]
async fn a_list_comes_as_the_directory_gives_it_and_holds_nobody_up() {
    let slapd = with_users(3_000, 0, "sizelimit unlimited");
    let (port, gate) = gated(slapd.port).await;
    let (server, api, token) = connected(port).await;
    add(&api, &token, "ldap2", slapd.port).await;

    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = begun(&server, &token, "ldap-users?ldap_server_name=ldap1").await;
        // The first are here, while the directory keeps the others.
        let text = read_until(&mut stream, "uid=tesla,").await;
        assert!(text.starts_with("HTTP/1.1 200") && !text.contains("user2999"), "{text}");
        streams.push(stream);
    }
    let begin = Instant::now();
    for _ in 0..10 {
        api.ok("GET", "login", &token, Value::Null).await;
        api.ok("PUT", "ldap-servers/ldap1", &token, json!({ "action": "test" })).await;
    }
    let other = json!({ "ldap_server_name": "ldap2", "users": "user2999" });
    assert_eq!(names(&api.ok("GET", "ldap-users", &token, other).await), ["user2999"]);
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    // Lists don't take all of a directory's connections: some are left for logins.
    let answer = api.send("GET", "ldap-users", &token, json!({ "ldap_server_name": "ldap1" })).await;
    assert_eq!(answer.status, 503, "{}", answer.text);

    gate.send(Gate::Open).unwrap();
    for mut stream in streams {
        let rest = read_until(&mut stream, "\"uid=user2999,dc=example,dc=com\"").await;
        let end = read_until(&mut stream, "]}").await;
        assert!(rest.contains("user2999") && (rest.contains("]}") || end.contains("]}")));
    }
    assert_eq!(list(&api, &token, "ldap-users", json!({})).await["items"].as_array().unwrap().len(), 3_017);
}

#[tokio::test]
async fn a_list_that_fails_on_the_way_breaks_off() {
    let slapd = with_users(3_000, 0, "sizelimit unlimited");
    let (port, gate) = gated(slapd.port).await;
    let (server, _api, token) = connected(port).await;
    let mut stream = begun(&server, &token, "ldap-users?ldap_server_name=ldap1").await;
    let mut text = read_until(&mut stream, "uid=tesla,").await;
    gate.send(Gate::Cut).unwrap();
    // Without the last chunk, which says that this was all (RFC 9112, section 7.1).
    text += &read_until(&mut stream, "\r\n0\r\n\r\n").await;
    assert!(text.contains("uid=user1,") && !text.contains("]}") && !text.ends_with("0\r\n\r\n"), "{text}");
    // The connection may be gone before it is said why.
    for _ in 0..100 {
        if server.stderr().contains("a list broke off") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the log says nothing of it: {}", server.stderr());
}

#[tokio::test]
async fn a_long_list_costs_no_memory() {
    let slapd = with_users(8_000, 4_000, "sizelimit unlimited");
    let (server, api, token) = connected(slapd.port).await;
    let asked = json!({ "raw": true, "users": (0..200).map(|nth| format!("user{nth}")).collect::<Vec<_>>() });
    assert_eq!(list(&api, &token, "ldap-users", asked).await["items"].as_array().unwrap().len(), 200);
    let before = server.peak_memory();
    let answer = api.send("GET", "ldap-users?ldap_server_name=ldap1&raw=true", &token, Value::Null).await;
    assert!(answer.text.len() > 32_000_000 && answer.text.ends_with("]}"), "{}", answer.text.len());
    let grown = server.peak_memory() - before;
    assert!(grown < 16_000, "{grown} KiB for {} bytes", answer.text.len());
}

#[tokio::test]
async fn a_samba_domain_is_listed() {
    let domain = Samba::shared();
    let server = Server::start(Engine::Sqlite).await;
    let api = server.api();
    let token = admin(&api).await;
    let body = json!({
        "name": "ldap1", "hostname": domain.address.to_string(), "port": 636, "server_type": "ACTIVE_DIRECTORY",
        "username": samba::READER.0, "password": samba::READER.1, "search_base": "mydomain.com", "netbios": "MYDOMAIN",
        "user_base": "OU=Staff,DC=mydomain,DC=com", "ca_cert": domain.ca_cert,
    });
    api.ok("POST", "ldap-servers", &token, body).await;
    let users = list(&api, &token, "ldap-users", json!({})).await;
    assert!(names(&users).contains(&"alice") && users.get("partial").is_none());
    // Neither computers nor contacts.
    assert!(!names(&users).iter().any(|name| name.contains('$') || name.contains("contact")), "{users}");
    let alice = &list(&api, &token, "ldap-users", json!({ "users": "ALICE" })).await["items"][0];
    assert!(alice["object_sid"].as_str().unwrap().starts_with("S-1-5-21-"), "{alice}");
    let raw = &list(&api, &token, "ldap-users", json!({ "users": "alice", "raw": true })).await["items"][0];
    let sid = raw["attributes"]["objectSid"][0]["base64"].as_str().unwrap();
    // Revision 1, five parts, authority 5.
    assert!(sid.starts_with("AQUAAAAAAAU"), "{sid}");
    let nested = list(&api, &token, "ldap-groups", json!({ "groups": "Nest-L1" })).await;
    let kinds: Vec<_> = nested["items"][0]["members"].as_array().unwrap().iter().map(|member| &member[0]).collect();
    assert!(kinds.contains(&&json!("user")) && kinds.contains(&&json!("group")), "{nested}");
    let big = list(&api, &token, "ldap-groups", json!({ "groups": "Big" })).await;
    assert_eq!(big["items"][0]["members"].as_array().unwrap().len(), samba::BIG);
}
