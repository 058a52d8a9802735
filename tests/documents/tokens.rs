//! What administrators of REANA, Deis and Dyff type, in Robin's words.

use robin_testkit::{Robinctl, Server};

use super::golden;

crate::on_both_engines!(as_in_reana, as_in_deis, as_in_dyff);

const PASSWORD: &str = "quiet-otter-42";

/// The output with every token's secret part left out.
fn masked(text: &str) -> String {
    let mut parts = text.split("robin_pat_");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str("robin_pat_XXXXXX");
        result.push_str(part.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    }
    result
}

/// A user who is logged in.
fn user(server: &Server, admin: &Robinctl, name: &str) -> Robinctl {
    admin.ok(&format!("user add {name} Administrators user --password {PASSWORD}"));
    let own = server.robinctl();
    own.ok(&format!("login {name} --password {PASSWORD}"));
    own
}

async fn as_in_reana(server: Server) {
    let admin = server.admin();
    let (ada, bob) = (user(&server, &admin, "ada"), user(&server, &admin, "bob"));
    admin.ok("user update ada --email john.doe@example.org");
    ada.ok("token create");
    assert_eq!(bob.ok("token request"), "Access token of user bob requested\n");
    golden("token-list-users", &masked(&admin.ok("token list --users")));
    let refused = bob.line("token request").failed(1);
    assert!(refused.contains("asked for an access token already"), "{refused}");

    let granted = admin.ok("token grant -u bob");
    golden("token-grant", &masked(&granted));
    let text = granted.lines().last().unwrap().strip_prefix("Token: ").unwrap().to_owned();
    let with_token = server.robinctl().env("ROBINCTL_TOKEN", &text);
    assert!(with_token.ok("whoami").contains("bob"));
    let again = admin.line("token grant -u bob").failed(1);
    assert!(again.contains("user `bob` has already an active access token"), "{again}");
    golden("token-revoke", &masked(&admin.ok("token revoke -u bob")));
    let none = admin.line("token revoke -u bob").failed(1);
    assert!(none.contains("user `bob` does not have an active access token"), "{none}");
    assert!(with_token.line("whoami").failed(1).contains("Invalid token"));
    assert!(admin.line("token grant -u nobody").failed(1).contains("user `nobody` not found"));

    let barred = bob.line("token create").failed(1);
    assert!(barred.contains("ask for another one with `token request`"), "{barred}");
    let asked = admin.line_with_input("token grant -u bob", "n\n");
    assert_eq!((asked.code, asked.stdout.as_str()), (0, ""));
    assert!(
        asked.stderr.contains("user 'bob' access token status is revoked, do you want to proceed? [y/n]"),
        "{asked:?}"
    );
    assert!(asked.stderr.contains("Grant token aborted."), "{asked:?}");
    assert!(admin.line("token grant -u bob").failed(2).contains("--yes"));
    let granted = admin.line_with_input("token grant -u bob", "y\n");
    assert_eq!(
        (granted.code, masked(&granted.stdout)),
        (0, "Token for user 5 (bob) granted.\n\nToken: robin_pat_XXXXXX\n".to_owned())
    );
    admin.ok("token revoke -u bob");
    admin.ok("token grant -u bob --yes");
}

async fn as_in_deis(server: Server) {
    let admin = server.admin();
    let bob = user(&server, &admin, "bob");
    assert!(bob.line("token regenerate").failed(1).contains("does not have an active access token"));
    let old = bob.ok("token create").trim().to_owned();
    let with_old = server.robinctl().env("ROBINCTL_TOKEN", &old);
    golden("token-regenerate", &masked(&bob.ok("token regenerate")));
    let refused = with_old.line("whoami");
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("Invalid token"), "{refused:?}");
    assert_eq!(masked(&admin.ok("token regenerate -u bob")), "Token Regenerated\n\nToken: robin_pat_XXXXXX\n");
    assert!(bob.line("token regenerate --all").failed(1).contains("USER:update"));
    assert_eq!(admin.ok("token regenerate --all"), "Token Regenerated\n");
    let ended = bob.ok("token list -o csv");
    assert!(ended.contains("revoked"), "{ended}");
    bob.ok("token create");

    // A token that is kept for a context gives way to the new one there.
    let file = admin.home().join("token");
    let text = bob.ok("token create --name kept");
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let id = bob.ok("token list -o csv").lines().last().unwrap().split(',').next().unwrap().to_owned();
    let kept = server.robinctl();
    let line = format!("token regenerate {id} --token-file {}", file.display());
    assert!(kept.ok(&line).starts_with("Token Regenerated\n"));
    assert!(kept.ok(&format!("whoami --token-file {}", file.display())).contains("bob"));
}

async fn as_in_dyff(server: Server) {
    let admin = server.admin();
    admin.ok("tenant add test");
    golden("account-create", &admin.ok("account create -n ci --tenant test"));
    assert!(admin.line("account create -n ci --tenant test").failed(1).contains("already exists"));
    let id = admin.ok("account list -o csv").lines().last().unwrap().split(',').next().unwrap().to_owned();
    let listed = admin.ok("account list");
    assert!(listed.contains("ci") && listed.contains("active"), "{listed}");
    let made = admin.line(&format!("token create -t account -i {id} --role AuditDeveloper --expires 15m"));
    assert_eq!((made.code, masked(&made.stdout)), (0, "robin_pat_XXXXXX\n".to_owned()));
    assert!(made.stderr.contains("of user ci in tenant test, until "), "{made:?}");
    admin.ok(&format!("token create -t account -f view -a test -r APPLICATION,BUNDLE -i {id}"));
    admin.ok("token create -t account -i ci --role Admin");
    let known = admin.line(&format!("token create -t account -f consume -a test -r datasets,models -i {id}")).failed(1);
    assert!(known.contains("unknown resource `datasets`: did you mean"), "{known}");
    assert!(
        admin
            .line(&format!("token create -t account -i {id} --role Adnim"))
            .failed(1)
            .contains("did you mean `Admin`?")
    );
    assert!(
        admin.line("token create -t account -i 999 --role Admin").failed(1).contains("service account `999` not found")
    );

    let document = format!(
        "account: {id}\ngrants:\n- resources:\n  - APPLICATION\n  - BUNDLE\n  functions:\n  - view\n  accounts:\n  - test\n"
    );
    let file = admin.home().join("config.yaml");
    std::fs::write(&file, &document).unwrap();
    admin.ok(&format!("token create -t account -i {id} -c {}", file.display()));
    let piped = admin.line_with_input("token create -c -", &document);
    assert_eq!(masked(&piped.stdout), "robin_pat_XXXXXX\n", "{piped:?}");
    let narrowed = server.robinctl().env("ROBINCTL_TOKEN", piped.stdout.trim());
    assert_eq!(narrowed.line("object list --type APPLICATION").code, 0);
    assert!(narrowed.line("namespace list").failed(1).contains("NAMESPACE:view with this token"));
    let broken = admin.line_with_input("token create -c -", "account: ci\n");
    assert_eq!(broken.code, 2, "{broken:?}");

    for (command, said) in [
        ("account suspend ci", "Account 'ci' has been suspended\n"),
        ("account resume ci", "Account 'ci' has been resumed\n"),
        ("account delete ci --yes", "deleted account: 'ci'\n"),
    ] {
        assert_eq!(admin.ok(command), said);
    }
    assert!(admin.line("account show ci").failed(1).contains("service account `ci` not found"));
    assert!(narrowed.line("whoami").failed(1).contains("Invalid token"));
}
