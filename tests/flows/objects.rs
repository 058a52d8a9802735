//! The register of objects that other services own.

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, each, tenants, user};
use crate::{access::samples::escaped, bad_input::refusal};

crate::on_both_engines!(
    on_the_command_line,
    an_object_is_registered_once_and_the_same_again_changes_nothing,
    a_list_is_registered_whole_or_not_at_all,
    ids_keep_every_character_on_their_way,
    objects_of_the_cluster_are_for_whoever_has_the_permission,
    types_without_an_operation_borrow_it_or_are_for_superadmins,
    what_a_member_owns_goes_with_them_or_to_a_replacement,
    robins_own_things_are_changed_by_their_own_calls_alone,
);

async fn get(api: &Api, token: &str, path: &str) -> Value {
    api.ok("GET", path, token, Value::Null).await
}

async fn status(api: &Api, token: &str, path: &str) -> u16 {
    api.call("GET", path, token, Value::Null).await.0
}

async fn on_the_command_line(server: Server) {
    let admin = server.admin();
    admin.ok("tenant add t1");
    for name in ["user1", "user2"] {
        admin.ok(&format!("user add {name} t1 user --password {PASSWORD}"));
    }
    let said = admin.ok("object add BUNDLE shop/1 --tenant t1 --owner user1 --attributes '{\"a\": [1]}'");
    assert_eq!(said, "Successfully registered object 'shop/1' of type BUNDLE\n");
    let file = server.how().dir().join("objects.json");
    let list = json!([
        { "type": "IMAGE", "id": "base", "tenant": "t1", "owner": "user2" },
        { "type": "NODE", "id": "n1" },
    ]);
    std::fs::write(&file, list.to_string()).unwrap();
    let said = admin.ok(&format!("object add --file {}", file.display()));
    assert_eq!(said, "Successfully registered 2 objects, 2 of them new\n");
    assert_eq!(
        admin.ok("object list"),
        "\
Type      | ID           | Owner | Tenant
----------+--------------+-------+----------------
NAMESPACE | t001-u000003 | robin | Administrators
NAMESPACE | t002-u000004 | user1 | t1
NAMESPACE | t002-u000005 | user2 | t1
BUNDLE    | shop/1       | user1 | t1
IMAGE     | base         | user2 | t1
NODE      | n1           | robin |
"
    );
    assert_eq!(
        admin.ok("object list --type IMAGE -o csv").lines().collect::<Vec<_>>(),
        ["Type,ID,Owner,Tenant", "IMAGE,base,user2,t1"]
    );
    let info = admin.ok("object info BUNDLE shop/1");
    for part in ["BUNDLE", "shop/1", "user1", "t1", r#"{"a":[1]}"#] {
        assert!(info.contains(part), "{info}");
    }
    assert_eq!(
        admin.ok("object update BUNDLE shop/1 '{\"b\": null}'"),
        "Successfully updated object 'shop/1' of type BUNDLE\n"
    );
    assert!(admin.ok("object info BUNDLE shop/1 -o json").contains("\"b\": null"));
    assert_eq!(
        admin.ok("object change-owner BUNDLE shop/1 user2"),
        "Owner of object 'shop/1' of type BUNDLE has been changed to 'user2'\n"
    );
    let said = admin.line("tenant remove t1").failed(1);
    assert!(said.contains("2 member(s), 2 namespace(s) and 2 other object(s)"), "{said}");
    assert_eq!(admin.ok("object remove BUNDLE shop/1 --yes"), "Successfully removed object 'shop/1' of type BUNDLE\n");
    assert_eq!(admin.line("object info BUNDLE shop/1").code, 1);
    assert_eq!(admin.line("object add BUNDLE x --attributes {").code, 2);
    assert_eq!(admin.line("object add --file /nowhere").code, 2);
    assert_eq!(admin.line("object add TEAPOT x").code, 1);
}

/// An administrator, with tenants `t1` and `t2`, `ann` in `t1`, and `boss`, the tenantadmin of `t1`.
async fn scene(api: &Api) -> (String, String, String) {
    let admin = admin(api).await;
    tenants(api, &admin, &["t1", "t2"]).await;
    user(api, &admin, "ann", &[("t1", "user")]).await;
    user(api, &admin, "boss", &[("t1", "tenantadmin")]).await;
    let (ann, boss) = (api.login("ann", PASSWORD, "").await, api.login("boss", PASSWORD, "").await);
    (admin, ann, boss)
}

async fn an_object_is_registered_once_and_the_same_again_changes_nothing(server: Server) {
    let api = server.api();
    let (admin, ann, boss) = scene(&api).await;
    let bundle = json!({ "type": "BUNDLE", "id": "b", "attributes": { "Ä": [null, 1.5, { "deep": true }] } });
    for _ in 0..2 {
        api.ok("POST", "objects", &ann, bundle.clone()).await;
    }
    let shown = get(&api, &ann, "objects/BUNDLE/b").await;
    assert_eq!((&shown["owner"], &shown["tenant"]), (&json!("ann"), &json!("t1")));
    assert_eq!(shown["attributes"], bundle["attributes"]);
    let same =
        json!({ "type": "BUNDLE", "id": "b", "owner": "ANN", "tenant": "T1", "attributes": bundle["attributes"] });
    api.ok("POST", "objects", &boss, same.clone()).await;
    let records = get(&api, &admin, "user-audit?action=object.register").await;
    assert_eq!(each(&records, "target"), ["b"], "the same again is no change");
    for (name, value) in [("owner", json!("boss")), ("attributes", json!({})), ("tenant", json!("t2"))] {
        let mut other = same.clone();
        other[name] = value;
        other["owner"] = if name == "tenant" { json!("robin") } else { other["owner"].clone() };
        let expected = if name == "tenant" { 400 } else { 409 };
        let answer = api.send("POST", "objects", &admin, other.clone()).await;
        assert_eq!(answer.status, expected, "{other}: {}", answer.text);
    }
    assert_eq!(get(&api, &ann, "objects/BUNDLE/b").await, shown);

    api.ok("DELETE", "objects/BUNDLE/b", &ann, Value::Null).await;
    assert_eq!(status(&api, &ann, "objects/BUNDLE/b").await, 404);
    let again = json!({ "type": "BUNDLE", "id": "b" });
    api.ok("POST", "objects", &boss, again).await;
    assert_eq!(status(&api, &ann, "objects/BUNDLE/b").await, 404, "another's now");
    let records = get(&api, &admin, "user-audit?target=b").await;
    assert_eq!(each(&records, "action"), ["object.register", "object.remove", "object.register"]);
}

async fn a_list_is_registered_whole_or_not_at_all(server: Server) {
    let api = server.api();
    let (admin, ann, _) = scene(&api).await;
    let many = |count: usize| {
        let one = |nth: usize| json!({ "type": "IMAGE", "id": format!("i{nth}"), "tenant": "t1", "owner": "ann" });
        (0..count).map(one).collect::<Vec<_>>()
    };
    for (objects, expected) in [(many(0), 400), (many(1001), 400)] {
        let answer = api.send("POST", "objects", &admin, json!({ "objects": objects })).await;
        assert_eq!(answer.status, expected, "{}", answer.text);
    }
    for (bad, expected) in [
        (json!({ "type": "IMAGE", "id": "x", "tenant": "t9", "owner": "ann" }), 404),
        (json!({ "type": "IMAGE", "id": "x", "tenant": "t2", "owner": "ann" }), 400),
        (json!({ "type": "IMAGE", "id": "x", "tenant": "t1", "owner": "nobody" }), 404),
        (json!({ "type": "IMAGE", "id": "i0", "tenant": "t1", "owner": "boss" }), 409),
        (json!({ "type": "TEAPOT", "id": "x" }), 400),
        (json!({ "type": "USER", "id": "x" }), 400),
        (json!({ "type": "NAMESPACE", "id": "x" }), 400),
        (json!({ "type": "IMAGE", "id": "*" }), 400),
    ] {
        let mut objects = many(3);
        objects.push(bad.clone());
        let answer = api.send("POST", "objects", &admin, json!({ "objects": objects })).await;
        assert_eq!(answer.status, expected, "{bad}: {}", answer.text);
        assert_eq!(get(&api, &admin, "objects?type=IMAGE").await["items"], json!([]), "{bad}");
    }
    let said = api.ok("POST", "objects", &admin, json!({ "objects": many(1000) })).await;
    assert_eq!(said["message"], "Successfully registered 1000 objects, 1000 of them new");
    let said = api.ok("POST", "objects", &admin, json!({ "objects": many(3) })).await;
    assert_eq!(said["message"], "Successfully registered 3 objects, 0 of them new");
    let listed = get(&api, &ann, "objects?type=IMAGE&owner=ann&tenant=t1").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1000);
    let (mut seen, mut path) = (Vec::new(), "objects?limit=300".to_owned());
    loop {
        let page = get(&api, &ann, &path).await;
        seen.extend(each(&page, "id").into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("objects?limit=300&cursor={next}");
    }
    assert_eq!(seen.len(), 1001, "her namespace is an object too");
    assert_eq!((seen[1].as_str(), seen[1000].as_str()), ("i0", "i999"), "by number");
}

async fn ids_keep_every_character_on_their_way(server: Server) {
    let api = server.api();
    let (_, ann, _) = scene(&api).await;
    let all: String = (b' '..=b'~').map(char::from).collect();
    for id in [all.as_str(), "a/b", "/", "%", "%2F", "%252f", "a b", " ", "..", "a+b", "**", "?x=1#y", "{id}", "'; --"]
    {
        api.ok("POST", "objects", &ann, json!({ "type": "BUNDLE", "id": id })).await;
        if id != ".." {
            let path = format!("objects/BUNDLE/{}", escaped(id));
            assert_eq!(get(&api, &ann, &path).await["id"], id);
            api.ok("PUT", &path, &ann, json!({ "action": "update", "attributes": { "seen": true } })).await;
            assert_eq!(get(&api, &ann, &path).await["attributes"], json!({ "seen": true }), "{id}");
        }
        assert_eq!(each(&get(&api, &ann, "objects?type=BUNDLE").await, "id"), [id]);
        api.ok("DELETE", "objects", &ann, json!({ "type": "BUNDLE", "id": id })).await;
        assert_eq!(get(&api, &ann, "objects?type=BUNDLE").await["items"], json!([]), "{id}");
    }
    for id in ["a", "A"] {
        api.ok("POST", "objects", &ann, json!({ "type": "BUNDLE", "id": id })).await;
    }
    assert_eq!(each(&get(&api, &ann, "objects?type=BUNDLE").await, "id"), ["a", "A"], "two different things");
}

async fn objects_of_the_cluster_are_for_whoever_has_the_permission(server: Server) {
    let api = server.api();
    let (admin, ann, boss) = scene(&api).await;
    api.ok("POST", "objects", &admin, json!({ "type": "NODE", "id": "n1" })).await;
    let shown = get(&api, &ann, "objects/NODE/n1").await;
    assert_eq!((&shown["tenant"], &shown["owner"]), (&Value::Null, &json!("robin")));
    assert_eq!(each(&get(&api, &boss, "objects?type=NODE").await, "id"), ["n1"]);
    assert_eq!(each(&get(&api, &ann, "objects?type=NODE&tenant=t1").await, "id"), [""; 0]);
    assert_eq!(api.call("DELETE", "objects/NODE/n1", &boss, Value::Null).await.0, 403);
    let named = json!({ "type": "LDAP", "id": "ad", "tenant": "t1", "owner": "ann" });
    assert_eq!(api.call("POST", "objects", &admin, named).await.0, 400, "directories belong to no tenant");
    // Nobody owns it when its owner's account is gone, and it stays.
    user(&api, &admin, "op", &[("Administrators", "superadmin")]).await;
    let change = json!({ "action": "change_owner", "owner": "op" });
    api.ok("PUT", "objects/NODE/n1", &admin, change.clone()).await;
    api.ok("DELETE", "users/op", &admin, Value::Null).await;
    assert_eq!(get(&api, &ann, "objects/NODE/n1").await["owner"], Value::Null);
    assert_eq!(api.call("PUT", "objects/NODE/n1", &admin, change).await.0, 404);
    let share = json!({ "object_type": "BUNDLE", "object_id": "b", "tenant": "t1", "operations": "view" });
    api.ok("POST", "objects", &admin, json!({ "type": "BUNDLE", "id": "b" })).await;
    assert_eq!(api.call("POST", "object-shares", &admin, share).await.0, 400, "everybody has it already");
}

async fn types_without_an_operation_borrow_it_or_are_for_superadmins(server: Server) {
    let api = server.api();
    let (admin, ann, boss) = scene(&api).await;
    // What one may clone and snapshot, one may register clones and snapshots of.
    for object_type in ["CLONE", "SNAPSHOT"] {
        api.ok("POST", "objects", &ann, json!({ "type": object_type, "id": "x" })).await;
        let path = format!("objects/{object_type}/x");
        api.ok("PUT", &path, &ann, json!({ "action": "update", "attributes": { "a": 1 } })).await;
        api.ok("DELETE", &path, &ann, Value::Null).await;
    }
    let update =
        json!({ "action": "update_user_capabilities", "users": "ann", "user_capabilities": "ViewApplications" });
    api.ok("PUT", "tenants/t1", &admin, update).await;
    for object_type in ["CLONE", "SNAPSHOT", "JOB", "TEAPOT"] {
        let expected = if object_type == "TEAPOT" { 400 } else { 403 };
        let answer = api.call("POST", "objects", &ann, json!({ "type": object_type, "id": "x" })).await;
        assert_eq!(answer.0, expected, "{object_type}");
    }
    // No catalogue entry lets anybody create a job: that is for superadmins.
    let job = |tenant: &str| json!({ "type": "JOB", "id": "j", "tenant": tenant, "owner": "boss" });
    assert_eq!(api.call("POST", "objects", &boss, job("t1")).await.0, 403);
    api.ok("POST", "objects", &admin, job("t1")).await;
    assert_eq!(status(&api, &boss, "objects/JOB/j").await, 200);
    // What can't be seen by anybody else, nor be removed by the catalogue's words.
    api.ok("POST", "objects", &boss, json!({ "type": "PRIVILEGED_APP", "id": "p" })).await;
    assert_eq!(status(&api, &boss, "objects/PRIVILEGED_APP/p").await, 403);
    assert_eq!(status(&api, &admin, "objects/PRIVILEGED_APP/p").await, 200);
    assert_eq!(each(&get(&api, &admin, "objects?type=PRIVILEGED_APP").await, "id"), ["p"]);
    api.ok("DELETE", "objects/PRIVILEGED_APP/p", &admin, Value::Null).await;
    // Backups have no `change_owner`: an administrator who may update them stands in.
    api.ok("POST", "objects", &boss, json!({ "type": "BACKUP", "id": "b", "owner": "boss" })).await;
    let give = |name: &str| json!({ "action": "change_owner", "owner": name });
    api.ok("PUT", "objects/BACKUP/b", &boss, give("ann")).await;
    let all =
        json!({ "action": "update_user_capabilities", "users": "ann", "user_capabilities": "AllUserCapabilities" });
    api.ok("PUT", "tenants/t1", &admin, all).await;
    assert_eq!(api.call("PUT", "objects/BACKUP/b", &ann, give("boss")).await.0, 403, "she owns it and is none");
}

async fn what_a_member_owns_goes_with_them_or_to_a_replacement(server: Server) {
    let api = server.api();
    let (admin, ann, boss) = scene(&api).await;
    user(&api, &admin, "bob", &[("t1", "user"), ("t2", "user")]).await;
    let (in_t1, in_t2) = (api.login("bob", PASSWORD, "t1").await, api.login("bob", PASSWORD, "t2").await);
    for (token, id) in [(&in_t1, "one"), (&in_t2, "two"), (&ann, "hers")] {
        api.ok("POST", "objects", token, json!({ "type": "BUNDLE", "id": id })).await;
    }
    let leave = json!({ "action": "remove_users", "users": "bob", "replacement_user": "ann" });
    api.ok("PUT", "tenants/t1", &boss, leave).await;
    assert_eq!(get(&api, &admin, "objects/BUNDLE/one").await["owner"], "ann");
    assert_eq!(get(&api, &in_t2, "objects/BUNDLE/two").await["owner"], "bob");
    assert_eq!(status(&api, &in_t1, "objects/BUNDLE/one").await, 401);
    api.ok("DELETE", "users/bob", &admin, Value::Null).await;
    assert_eq!(status(&api, &admin, "objects/BUNDLE/two").await, 404);
    api.ok("DELETE", "tenants/t2", &admin, Value::Null).await;
    api.ok(
        "DELETE",
        "users/ann",
        &admin,
        json!({ "replacement_users": [{ "tenant": "t1", "replacement_user": "boss" }] }),
    )
    .await;
    let left = get(&api, &boss, "objects?type=BUNDLE").await;
    assert_eq!(each(&left, "id"), ["one", "hers"]);
    assert_eq!(each(&left, "owner"), ["boss", "boss"]);
    api.ok("DELETE", "users/boss", &admin, Value::Null).await;
    assert_eq!(get(&api, &admin, "objects?type=BUNDLE").await["items"], json!([]));
    api.ok("DELETE", "tenants/t1", &admin, Value::Null).await;
}

async fn robins_own_things_are_changed_by_their_own_calls_alone(server: Server) {
    let api = server.api();
    let (admin, ..) = scene(&api).await;
    let before = get(&api, &admin, "user-audit").await;
    let long = json!({ "text": "x".repeat(1 << 14) });
    api.ok("POST", "objects", &admin, json!({ "type": "BUNDLE", "id": "b" })).await;
    for (object_type, id, calls) in [
        ("USER", "ann", "`users`"),
        ("TENANT", "t1", "`tenants`"),
        ("NAMESPACE", "t001-u000003", "`namespaces`"),
        ("USER_CAPABILITY", "ViewUsers", "`user-capabilities`"),
    ] {
        let path = format!("objects/{object_type}/{id}");
        for (method, path, body) in [
            ("POST", "objects", json!({ "type": object_type, "id": id })),
            ("PUT", path.as_str(), json!({ "action": "update", "attributes": {} })),
            ("PUT", path.as_str(), json!({ "action": "change_owner", "owner": "ann" })),
            ("DELETE", path.as_str(), json!({})),
        ] {
            refusal::expect(&api.send(method, path, &admin, body).await, 400, calls);
        }
    }
    let update = json!({ "action": "update", "attributes": long });
    refusal::expect(&api.send("PUT", "objects/BUNDLE/b", &admin, update).await, 400, "`attributes`");
    assert_eq!(get(&api, &admin, "objects/BUNDLE/b").await["attributes"], json!({}));
    let after = get(&api, &admin, "user-audit").await;
    assert_eq!(each(&after, "action").len(), each(&before, "action").len() + 1, "the bundle alone");
}
