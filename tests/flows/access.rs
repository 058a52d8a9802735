//! Decisions for other services.

use robin_testkit::{Answer, Api, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, tenants, user};
use crate::bad_input::refusal;

const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";

crate::on_both_engines!(
    one_asks_about_oneself_and_needs_no_permission,
    sec_33_what_is_missing_and_what_is_out_of_sight_get_the_same_answer,
    many_questions_are_answered_in_order_as_far_as_the_semantic_wants,
    an_answer_says_how_it_came_about,
    a_change_counts_in_the_next_answer,
);

/// A question.
fn question(who: &str, operation: &str, object_type: &str, id: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": who },
        "action": { "name": operation },
        "resource": { "type": object_type, "id": id },
    })
}

/// The same, about somebody in a tenant.
fn there(who: &str, tenant: &str, operation: &str, object_type: &str, id: &str) -> Value {
    let mut question = question(who, operation, object_type, id);
    question["subject"]["properties"] = json!({ "tenant": tenant });
    question
}

/// Decision and reason.
async fn ask(api: &Api, token: &str, question: Value) -> (bool, String) {
    let answer = api.ok("POST", EVALUATION, token, question).await;
    (answer["decision"].as_bool().unwrap(), answer["context"]["reason"].as_str().unwrap().to_owned())
}

fn yes(reason: &str) -> (bool, String) {
    (true, reason.to_owned())
}

fn no(reason: &str) -> (bool, String) {
    (false, reason.to_owned())
}

/// Two tenants: `ada` administers `t1`, where `bob` is a user; `eve` administers `t2`, where `bob` is one, too.
async fn stage(api: &Api) -> String {
    let token = admin(api).await;
    tenants(api, &token, &["t1", "t2"]).await;
    user(api, &token, "ada", &[("t1", "tenantadmin")]).await;
    user(api, &token, "bob", &[("t1", "user"), ("t2", "tenantadmin")]).await;
    user(api, &token, "eve", &[("t2", "tenantadmin")]).await;
    token
}

async fn one_asks_about_oneself_and_needs_no_permission(server: Server) {
    let api = server.api();
    stage(&api).await;
    let bob = api.login("bob", PASSWORD, "t1").await;
    assert_eq!(ask(&api, &bob, question("bob", "start", "APPLICATION", "*")).await, yes("permission"));
    assert_eq!(ask(&api, &bob, question("BOB", "delete", "USER", "*")).await, no("permission_missing"));
    assert_eq!(ask(&api, &bob, question("bob", "start", "CLONE", "*")).await, yes("permission"));
    let elsewhere = there("bob", "T2", "view", "USER", "*");
    assert_eq!(ask(&api, &bob, elsewhere).await, yes("permission"), "there they administer");
    assert_eq!(ask(&api, &bob, there("bob", "Administrators", "view", "USER", "*")).await, no("not_found"));
    // What the type decides is decided alike for what is there and what is not.
    for id in ["bob", "eve", "nobody"] {
        assert_eq!(ask(&api, &bob, question("bob", "view", "USER", id)).await, no("permission_missing"), "{id}");
    }
    let in_t2 = |id| there("bob", "t2", "view", "USER", id);
    assert_eq!(ask(&api, &bob, in_t2("bob")).await, yes("self"));
    assert_eq!(ask(&api, &bob, in_t2("eve")).await, yes("tenant_admin"));
    assert_eq!(ask(&api, &bob, in_t2("ada")).await, no("not_found"));
    assert_eq!(ask(&api, &bob, there("bob", "t2", "view", "TENANT", "t1")).await, yes("own_tenant"));
    assert_eq!(ask(&api, &bob, there("bob", "t2", "update", "TENANT", "t1")).await, no("only_visible"));
    assert_eq!(ask(&api, &bob, there("bob", "t2", "view", "USER_CAPABILITY", "viewusers")).await, yes("cluster"));
    assert_eq!(ask(&api, &bob, there("bob", "t2", "view", "USER_CAPABILITY", "ViewNobody")).await, no("not_found"));
}

async fn sec_33_what_is_missing_and_what_is_out_of_sight_get_the_same_answer(server: Server) {
    let api = server.api();
    let robin = stage(&api).await;
    user(&api, &robin, "off", &[("t1", "user")]).await;
    api.ok("PUT", "users/off", &robin, json!({ "action": "disable" })).await;
    let (ada, bob) = (api.login("ada", PASSWORD, "").await, api.login("bob", PASSWORD, "t1").await);

    // Without `USER:view` nobody learns anything of others.
    for who in ["ada", "eve", "nobody", "no such name"] {
        let answer = api.send("POST", EVALUATION, &bob, question(who, "view", "APPLICATION", "*")).await;
        refusal::expect(&answer, 403, "USER:view");
        let list = json!({ "evaluations": [question("bob", "view", "USER", "*"), question(who, "view", "USER", "*")] });
        refusal::expect(&api.send("POST", EVALUATIONS, &bob, list).await, 403, "USER:view");
    }

    let bare = |answer: Answer| (answer.status, answer.text);
    let missing = bare(api.send("POST", EVALUATION, &ada, question("nobody", "view", "APPLICATION", "*")).await);
    assert_eq!(missing, (200, r#"{"decision":false,"context":{"reason":"not_found"}}"#.to_owned()));
    let out_of_sight = [
        question("eve", "view", "APPLICATION", "*"),
        question("off", "view", "APPLICATION", "*"),
        question("system", "view", "APPLICATION", "*"),
        question("no such name!", "view", "APPLICATION", "*"),
        there("bob", "t2", "view", "APPLICATION", "*"),
        there("bob", "nowhere", "view", "APPLICATION", "*"),
        there("bob", "no such tenant!", "view", "APPLICATION", "*"),
        there("ada", "t1", "view", "USER", "eve"),
        there("ada", "t1", "view", "USER", "nobody"),
        there("ada", "t1", "view", "USER", "no such name!"),
        there("ada", "t1", "view", "TENANT", "t2"),
        there("ada", "t1", "view", "TENANT", "nowhere"),
        there("ada", "t1", "view", "TENANT", "no such tenant!"),
        there("ada", "t1", "view", "APPLICATION", "nothing"),
        there("ada", "t1", "view", "APPLICATION", "nichts für ungut"),
        there("ada", "t1", "fly", "APPLICATION", "*"),
        there("ada", "t1", "view", "SPACESHIP", "*"),
        json!({ "subject": { "type": "robot", "id": "ada" }, "action": { "name": "view" }, "resource": { "type": "USER", "id": "*" } }),
    ];
    for question in out_of_sight {
        for explain in [false, true] {
            let mut question = question.clone();
            question["context"] = json!({ "explain": explain });
            let answer = bare(api.send("POST", EVALUATION, &ada, question.clone()).await);
            assert_eq!(answer, missing, "{question}");
        }
    }
    // A superadmin reaches everybody, everywhere.
    assert_eq!(ask(&api, &robin, there("eve", "t2", "view", "USER", "bob")).await, yes("tenant_admin"));
    assert_eq!(ask(&api, &robin, there("eve", "t2", "view", "USER", "ada")).await, no("out_of_reach"));
    assert_eq!(ask(&api, &robin, there("bob", "t2", "view", "USER", "*")).await, yes("permission"));
    assert_eq!(ask(&api, &robin, question("bob", "view", "USER", "*")).await, no("permission_missing"), "t1, the last");
    assert_eq!(ask(&api, &robin, question("off", "view", "APPLICATION", "*")).await, no("not_found"));
}

async fn many_questions_are_answered_in_order_as_far_as_the_semantic_wants(server: Server) {
    let api = server.api();
    stage(&api).await;
    let bob = api.login("bob", PASSWORD, "t1").await;
    let decisions = |answer: &Value| -> Vec<bool> {
        answer["evaluations"].as_array().unwrap().iter().map(|one| one["decision"].as_bool().unwrap()).collect()
    };
    let operations = ["view", "start", "fly", "stop"];
    let list: Vec<Value> = operations.iter().map(|operation| json!({ "action": { "name": operation } })).collect();
    let mut body = json!({
        "subject": { "type": "user", "id": "bob" }, "resource": { "type": "APPLICATION", "id": "*" }, "evaluations": list,
    });
    assert_eq!(decisions(&api.ok("POST", EVALUATIONS, &bob, body.clone()).await), [true, true, false, true]);
    for (semantic, expected) in [
        ("execute_all", &[true, true, false, true][..]),
        ("deny_on_first_deny", &[true, true, false]),
        ("permit_on_first_permit", &[true]),
    ] {
        body["options"] = json!({ "evaluations_semantic": semantic, "another": 1 });
        let answer = api.ok("POST", EVALUATIONS, &bob, body.clone()).await;
        assert_eq!(decisions(&answer), expected, "{semantic}");
        assert!(answer.get("decision").is_none(), "{answer}");
    }
    body["options"] = json!({ "evaluations_semantic": "guess" });
    refusal::expect(&api.send("POST", EVALUATIONS, &bob, body.clone()).await, 400, "evaluations_semantic");

    // What one says goes before what all say, whole; but type, id and name are taken from all where one leaves them out.
    let merged = json!({
        "subject": { "type": "user", "id": "bob", "properties": { "tenant": "t2" } },
        "action": { "name": "view" },
        "resource": { "type": "USER" },
        "evaluations": [
            { "resource": { "id": "*" } },
            { "resource": { "id": "eve" } },
            { "resource": { "type": "APPLICATION", "id": "*" }, "action": { "name": "start" } },
            { "resource": { "id": "*" }, "subject": { "id": "bob" } },
            { "resource": { "id": "*" }, "subject": { "type": "user", "id": "bob", "properties": { "tenant": "t1" } } },
            {},
            { "resource": {} },
        ],
    });
    let answer = api.ok("POST", EVALUATIONS, &bob, merged).await;
    assert_eq!(decisions(&answer), [true, true, true, false, false, false, false]);
    let problem = json!({ "reason": "invalid", "error": { "status": 400, "message": "`resource.id` is missing" } });
    assert_eq!((&answer["evaluations"][5]["context"], &answer["evaluations"][6]["context"]), (&problem, &problem));

    // Without a list it is one question.
    for list in [Value::Null, json!([])] {
        let mut single = question("bob", "start", "APPLICATION", "*");
        single["evaluations"] = list;
        let answer = api.ok("POST", EVALUATIONS, &bob, single).await;
        assert_eq!(answer, json!({ "decision": true, "context": { "reason": "permission" } }));
    }
    refusal::expect(&api.send("POST", EVALUATIONS, &bob, json!({})).await, 400, "`subject` is missing");

    let mut many = question("bob", "start", "APPLICATION", "*");
    many["evaluations"] = (0..1000).map(|_| json!({})).collect();
    assert_eq!(decisions(&api.ok("POST", EVALUATIONS, &bob, many.clone()).await), [true; 1000]);
    many["evaluations"].as_array_mut().unwrap().push(json!({}));
    refusal::expect(&api.send("POST", EVALUATIONS, &bob, many).await, 413, "1000");
}

async fn an_answer_says_how_it_came_about(server: Server) {
    let api = server.api();
    let robin = stage(&api).await;
    let explained = async |mut question: Value| {
        question["context"] = json!({ "explain": true, "time": "now" });
        api.ok("POST", EVALUATION, &robin, question).await["context"].clone()
    };
    let yes = explained(there("ada", "t1", "view", "USER", "bob")).await;
    let chain = ["AllTenantAdminCapabilities", "ViewUsers"];
    let permission = json!({ "object_type": "USER", "operation": "view", "held": true, "chain": chain });
    let instance = json!({ "rule": "tenant_admin", "visible_by": "tenant_admin" });
    assert_eq!(yes["trace"], json!({ "permission": permission, "view": permission, "instance": instance }));
    assert_eq!(
        yes["text"],
        "allowed: the user is tenantadmin of the tenant and logged into it\n\
         permission USER:view: given by AllTenantAdminCapabilities > ViewUsers\n\
         needed on any instance USER:view: given by AllTenantAdminCapabilities > ViewUsers\n\
         instance: the user is tenantadmin of the tenant and logged into it\n"
    );
    let no = explained(there("bob", "t1", "view", "USER", "bob")).await;
    assert_eq!(no["reason"], "permission_missing");
    assert_eq!(no["trace"]["permission"]["held"], false);
    assert!(no["text"].as_str().unwrap().starts_with("denied: no assigned capability"), "{no}");
    let no = explained(there("ada", "t1", "view", "USER", "eve")).await;
    assert_eq!(no["trace"]["instance"], json!({ "rule": null, "visible_by": null }), "the superadmin may know");
}

async fn a_change_counts_in_the_next_answer(server: Server) {
    let api = server.api();
    let robin = stage(&api).await;
    let view_users = async |who: &str| ask(&api, &robin, question(who, "view", "USER", "*")).await;
    assert_eq!(view_users("bob").await, no("permission_missing"));
    // Logging into another tenant makes that the current one.
    api.login("bob", PASSWORD, "t2").await;
    assert_eq!(view_users("bob").await, yes("permission"));
    api.login("bob", PASSWORD, "t1").await;
    assert_eq!(view_users("bob").await, no("permission_missing"));
    let role = json!({ "action": "change_tenant_role", "tenant": "t1", "tenant_role": "tenantadmin" });
    api.ok("PUT", "users/bob", &robin, role).await;
    assert_eq!(view_users("bob").await, yes("permission"));
    assert_eq!(ask(&api, &robin, there("bob", "t2", "view", "USER", "*")).await, yes("permission"));
    let rename = json!({ "action": "rename", "new_name": "t3" });
    api.ok("PUT", "tenants/t2", &robin, rename).await;
    assert_eq!(ask(&api, &robin, there("bob", "t2", "view", "USER", "*")).await, no("not_found"));
    assert_eq!(ask(&api, &robin, there("bob", "t3", "view", "USER", "*")).await, yes("permission"));
    api.ok("DELETE", "users/bob", &robin, Value::Null).await;
    assert_eq!(view_users("bob").await, no("not_found"));
    user(&api, &robin, "bob", &[("t1", "user")]).await;
    assert_eq!(view_users("bob").await, no("permission_missing"), "another bob");
}

#[tokio::test]
async fn what_the_specification_says_of_requests_holds() {
    let server = Server::start(robin_testkit::Engine::Sqlite).await;
    let api = server.api();
    let token = admin(&api).await;
    let good = question("robin", "view", "USER", "*");
    // Unknown fields are passed over.
    let mut odd = good.clone();
    odd["foo"] = json!("bar");
    odd["subject"]["properties"] = json!({ "department": "Sales", "tenant": null });
    odd["action"]["properties"] = json!({ "method": "GET" });
    odd["resource"]["properties"] = json!([]);
    odd["context"] = json!({ "ip": "192.168.1.1" });
    assert_eq!(ask(&api, &token, odd).await, yes("permission"));
    // What is required must be there, and be what it should be.
    for (place, value) in [
        ("/subject", Value::Null),
        ("/subject", json!("robin")),
        ("/subject", json!(["user", "robin"])),
        ("/subject/type", Value::Null),
        ("/subject/id", json!(7)),
        ("/subject/properties", json!({ "tenant": 7 })),
        ("/action", json!({})),
        ("/action/name", json!(123)),
        ("/resource/type", Value::Null),
        ("/resource/id", Value::Null),
        ("/context", json!("explain")),
        ("/context", json!({ "explain": "yes" })),
    ] {
        let mut bad = good.clone();
        bad["context"] = json!({});
        bad["subject"]["properties"] = json!({});
        *bad.pointer_mut(place).unwrap() = value;
        let answer = api.send("POST", EVALUATION, &token, bad.clone()).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text);
        refusal::check(&answer);
    }
    // The caller's id comes back.
    let headers = [("authorization", token.as_str()), ("x-request-id", "their own/1")];
    for (path, status) in [(EVALUATION, 200), (EVALUATIONS, 200)] {
        let answer = api.try_send("POST", path, &headers, Some(good.to_string())).await.unwrap();
        assert_eq!((answer.status, answer.header("x-request-id")), (status, "their own/1"));
    }
    let refused = api.try_send("POST", EVALUATION, &headers[1..], Some(good.to_string())).await.unwrap();
    assert_eq!((refused.status, refused.header("x-request-id")), (401, "their own/1"));
    assert!(!refused.text.contains("their own"), "the server's records have its own");

    let found = api.ok("GET", "/.well-known/authzen-configuration", "", Value::Null).await;
    assert_eq!(found["policy_decision_point"], server.url());
    for (name, path) in [("access_evaluation_endpoint", EVALUATION), ("access_evaluations_endpoint", EVALUATIONS)] {
        assert_eq!(found[name], format!("{}{path}", server.url()));
    }
    // A refusal to tell is no change: it is counted, not recorded.
    let records = api.ok("GET", "user-audit", &token, Value::Null).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "bob", &[("t1", "user")]).await;
    let bob = api.login("bob", PASSWORD, "").await;
    assert_eq!(api.send("POST", EVALUATION, &bob, good).await.status, 403);
    let later = api.ok("GET", "user-audit", &token, Value::Null).await;
    // Certificates come when they come.
    let is_counted = |record: &&Value| !record["action"].as_str().unwrap().contains("certificate");
    let count = |records: &Value| records["items"].as_array().unwrap().iter().filter(is_counted).count();
    assert_eq!(count(&later), count(&records) + 3, "a tenant, a user and a login");
}

#[tokio::test]
async fn the_command_line_asks_too() {
    let server = Server::start(robin_testkit::Engine::Sqlite).await;
    let api = server.api();
    let robin = stage(&api).await;
    for (id, tenant) in [("web", "t1"), ("db", "t1"), ("mail", "t2")] {
        let object = json!({ "type": "APPLICATION", "id": id, "tenant": tenant, "owner": "bob" });
        api.ok("POST", "objects", &robin, object).await;
    }
    let admin = server.admin();
    assert_eq!(admin.ok("access check bob APPLICATION start web"), "allow: owner\n");
    assert_eq!(admin.ok("access check bob APPLICATION start mail"), "deny: out_of_reach\n");
    assert_eq!(admin.ok("access check bob APPLICATION start mail --tenant t2"), "allow: owner\n");
    let no = admin.line("access check eve APPLICATION start web --exit-code");
    assert_eq!((no.code, no.stdout.as_str(), no.stderr.as_str()), (1, "deny: out_of_reach\n", ""));
    assert_eq!(admin.line("access check bob APPLICATION start web --exit-code").code, 0);
    let json = admin.ok("access check bob APPLICATION start web -o json");
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap(),
        json!({ "decision": true, "context": { "reason": "owner" } })
    );

    let explained = admin.ok("access explain bob APPLICATION start web");
    assert!(
        explained.starts_with("allowed: the user owns the instance and is logged into its tenant\n"),
        "{explained}"
    );
    assert!(explained.contains("permission APPLICATION:start: given by AllUserCapabilities > "), "{explained}");
    assert_eq!(admin.ok("access explain bob APPLICATION start nothing"), "denied: not_found\n");
    let no: Value = serde_json::from_str(&admin.ok("access explain eve APPLICATION start web -o json")).unwrap();
    assert_eq!(no["context"]["trace"]["instance"], json!({ "rule": null, "visible_by": null }));

    assert_eq!(admin.ok("access who-can APPLICATION start web -o csv"), "Username\nrobin\nada\nbob\n");
    assert_eq!(admin.ok("access who-can APPLICATION start mail --tenant t2 -o csv"), "Username\nbob\neve\n");
    assert_eq!(admin.ok("access list-objects bob APPLICATION start -o csv"), "ID\nweb\ndb\n");
    let operations = admin.ok("access list-actions bob APPLICATION web");
    assert!(operations.starts_with("Operation") && operations.contains("\nstart"), "{operations}");
    assert!(!operations.contains("\nshare"), "{operations}");

    let bob = server.robinctl();
    bob.ok(&format!("login bob --password {PASSWORD} --tenant t1"));
    assert_eq!(bob.ok("access check bob APPLICATION start web"), "allow: owner\n");
    assert_eq!(
        bob.line("access check ada APPLICATION start web").failed(1),
        "Error: you don't have the permission USER:view\n"
    );
}

#[tokio::test]
async fn a_search_goes_on_only_with_its_own_tokens() {
    let server = Server::start(robin_testkit::Engine::Sqlite).await;
    let api = server.api();
    let robin = stage(&api).await;
    let search = |limit: u32, token: &str, operation: &str| {
        json!({
            "subject": { "type": "user" }, "action": { "name": operation }, "resource": { "type": "USER", "id": "bob" },
            "page": { "limit": limit, "token": token },
        })
    };
    let path = "/access/v1/search/subject";
    let first = api.ok("POST", path, &robin, search(1, "", "view")).await;
    assert_eq!((&first["page"]["count"], first["results"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    let token = first["page"]["next_token"].as_str().unwrap().to_owned();
    // Without a limit the rest comes at once.
    let rest = json!({
        "subject": { "type": "user" }, "action": { "name": "view" }, "resource": { "type": "USER", "id": "bob" },
        "page": { "token": token },
    });
    let rest = api.ok("POST", path, &robin, rest).await;
    assert_eq!((&rest["page"]["next_token"], rest["results"].as_array().map(Vec::len)), (&json!(""), Some(2)));
    let other = admin(&api).await;
    assert_eq!(api.call("POST", path, &other, search(1, &token, "view")).await.0, 200, "another session of the same");
    let eve = api.login("eve", PASSWORD, "").await;
    for (who, body) in [
        (&robin, search(1, &token, "delete")),
        (&robin, search(1, "made-up", "view")),
        (&robin, search(0, "", "view")),
        (&eve, search(1, &token, "view")),
    ] {
        let answer = api.send("POST", path, who, body.clone()).await;
        refusal::expect(&answer, 400, "`page.");
    }
    // What is unknown is found nowhere, and by nobody.
    for (path, body) in [
        (
            path,
            json!({ "subject": { "type": "robot" }, "action": { "name": "view" }, "resource": { "type": "USER", "id": "bob" } }),
        ),
        (
            path,
            json!({ "subject": { "type": "user" }, "action": { "name": "fly" }, "resource": { "type": "USER", "id": "bob" } }),
        ),
        (
            "/access/v1/search/resource",
            json!({ "subject": { "type": "user", "id": "nobody" }, "action": { "name": "view" }, "resource": { "type": "USER" } }),
        ),
        (
            "/access/v1/search/resource",
            json!({ "subject": { "type": "user", "id": "bob" }, "action": { "name": "view" }, "resource": { "type": "SHIP" } }),
        ),
        (
            "/access/v1/search/action",
            json!({ "subject": { "type": "user", "id": "bob" }, "resource": { "type": "USER", "id": "nobody" } }),
        ),
    ] {
        let answer = api.ok("POST", path, &robin, body).await;
        assert_eq!(answer, json!({ "page": { "next_token": "", "count": 0 }, "results": [] }));
    }
    // Robin's own things are found as well.
    let resources = async |token: &str, who: &str, object_type: &str| {
        let body = json!({ "subject": { "type": "user", "id": who }, "action": { "name": "view" }, "resource": { "type": object_type } });
        let answer = api.ok("POST", "/access/v1/search/resource", token, body).await;
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(resources(&robin, "robin", "USER").await, ["system", "anonymous", "robin", "ada", "bob", "eve"]);
    assert_eq!(resources(&robin, "ada", "USER").await, ["ada", "bob"]);
    assert_eq!(resources(&robin, "robin", "TENANT").await, ["Administrators", "t1", "t2"]);
    assert_eq!(resources(&eve, "eve", "TENANT").await, ["t2"]);
    assert_eq!(resources(&robin, "eve", "USER_CAPABILITY").await.len(), 109);
    assert!(resources(&robin, "robin", "CONFIG").await.contains(&"login.token_lifetime".to_owned()));
    assert_eq!(resources(&robin, "bob", "USER").await, Vec::<String>::new(), "bob may view no users where he was last");
}
