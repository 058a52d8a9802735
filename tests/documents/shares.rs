//! Chapter "Object sharing operations".

use robin_testkit::Server;
use serde_json::{Value, json};

use super::{compact, documented, golden, reference};

crate::on_both_engines!(on_the_command_line, over_http);

async fn on_the_command_line(server: Server) {
    let admin = server.admin();
    let all = admin.ok("robin object-share list-options");
    documented(&reference("object-share-list-options.txt"), &all);
    golden("object-share-list-options", &all);
    assert_eq!(admin.ok("robin object-shares list-options --share-type ALL"), all, "the chapter's other name for it");
    golden(
        "object-share-list-options-namespace",
        &admin.ok("robin object-share list-options NAMESPACE --share-type USER"),
    );
    golden("object-share-list-options-tenant", &admin.ok("robin object-share list-options --share-type TENANT"));
}

async fn over_http(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let whole = compact(&reference("object-share-options.json"));
    let v5 = "/api/v5/robin_server/users";
    let parameters = json!({ "action": "get_share_options", "share_type": "ALL" });
    for path in [v5, "object-shares"] {
        assert_eq!(api.send("GET", path, &token, parameters.clone()).await.text, whole, "{path}");
        let query = format!("{path}?action=get_share_options&share_type=ALL");
        assert_eq!(api.send("GET", &query, &token, Value::Null).await.text, whole, "{query}");
    }

    let narrowed = json!({ "action": "get_share_options", "share_type": "TENANT", "object_type": "BACKUP" });
    let options = api.ok("GET", v5, &token, narrowed).await;
    let operations: Vec<_> = options["items"].as_array().unwrap().iter().map(|item| &item["operation"]).collect();
    assert_eq!(operations, ["view", "share", "manage"]);

    let (status, _) = api.call("GET", v5, "", parameters).await;
    assert_eq!(status, 401);
    for bad in [json!({ "share_type": "NOBODY" }), json!({ "object_type": "TEAPOT" })] {
        let mut parameters = bad.clone();
        parameters["action"] = "get_share_options".into();
        assert_eq!(api.call("GET", v5, &token, parameters).await.0, 400, "{bad}");
    }
}
