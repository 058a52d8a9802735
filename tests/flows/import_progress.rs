//! Imports that take long tell how far they are, to whoever wants to know.

use std::{fmt::Write, process::Command};

use robin_testkit::{
    Engine, Server, process,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};

use super::{admin, imports::add_server, tenants};

/// As many as are added in three transactions.
const CROWD: usize = 600;

fn crowd() -> Slapd {
    let mut ldif = Setup::default().ldif;
    let mut group = "\ndn: cn=crowd,dc=example,dc=com\nobjectClass: groupOfNames\ncn: crowd\n".to_owned();
    for n in 0..CROWD {
        write!(ldif, "\ndn: uid=p{n},dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: p{n}\ncn: P {n}\nsn: {n}\n")
            .unwrap();
        writeln!(group, "member: uid=p{n},dc=example,dc=com").unwrap();
    }
    Slapd::start(&Setup { ldif: ldif + &group, ..Setup::default() })
}

#[tokio::test]
async fn an_import_tells_how_far_it_is() {
    let server = Server::start(Engine::Sqlite).await;
    let (api, slapd) = (server.api(), crowd());
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2", "t3", "t4"]).await;
    add_server(&api, &token, &slapd).await;
    let import = |group: &str, tenant: &str, progress: bool| {
        json!({
            "action": "import", "ldap_server": "ldap1", "group_name": group, "tenant": tenant, "tenant_role": "user",
            "progress": progress,
        })
    };

    let answer = api.send("PUT", "ldap-groups", &token, import("crowd", "t1", true)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    let mut lines: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let last = lines.pop().expect("an outcome");
    assert_eq!(last["report"]["added"].as_array().unwrap().len(), CROWD);
    assert!(!lines.is_empty(), "{}", answer.text);
    let mut before = 0;
    for step in lines {
        let done = step["done"].as_u64().unwrap();
        assert!(step["total"] == json!(CROWD) && done >= before && done <= 600, "{step}");
        before = done;
    }

    // Without that, it is one answer, as ever.
    let answer = api.send("PUT", "ldap-groups", &token, import("crowd", "t2", false)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json(), last, "{}", answer.text);
    let answer = api.send("PUT", "ldap-groups", &token, import("Italians", "t2", true)).await;
    let last_line: Value = serde_json::from_str(answer.text.lines().last().unwrap()).unwrap();
    assert_eq!(last_line["report"]["added"], json!(["tesla"]), "{}", answer.text);
    for progress in [true, false] {
        let answer = api.send("PUT", "ldap-groups", &token, import("nobodies", "t1", progress)).await;
        assert_eq!((answer.status, answer.error().1.as_str()), (404, "not_found"), "{}", answer.text);
    }

    let robinctl = server.admin();
    let plain = robinctl.line("ldap import-group ldap1 crowd t3 user -o json");
    assert_eq!(plain.code, 0, "{plain:?}");
    assert_eq!(serde_json::from_str::<Value>(&plain.stdout).unwrap(), last);
    assert!(!plain.stderr.contains('%'), "a pipe gets no bar: {}", plain.stderr);

    // On a terminal, standard error has a bar that is gone in the end.
    let mut command = Command::new("script");
    let bare = robinctl.command();
    command.envs(bare.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let out = robinctl.home().join("out");
    let line = |words: &str| format!("{} {words} >{}", bare.get_program().to_str().unwrap(), out.display());
    command.args(["-qec", &line("ldap import-group ldap1 crowd t4 user"), "/dev/null"]);
    let shown = process::run(command, "").ok();
    assert!(shown.contains("[#########################     ]  83 %, 500 of 600\r"), "{shown:?}");
    let (_, rest) = shown.rsplit_once('%').unwrap();
    assert!(rest.contains(&format!("\r{}\rAdded: 600,", " ".repeat(50))), "{rest:?}");
    let said = std::fs::read_to_string(&out).unwrap();
    assert!(said.starts_with("Imported LDAP users: p0,p1,") && !said.contains('%'), "{said:.100}");

    let mut command = Command::new("script");
    command.envs(bare.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.args(["-qec", &line("ldap import-users ldap1 newton,euler t4 user"), "/dev/null"]);
    let shown = process::run(command, "").ok();
    assert!(shown.contains("]   0 %, 0 of 2\r"), "{shown:?}");
}
