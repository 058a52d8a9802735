//! Chapter "User Certificate Management".

use robin_model::{Clock as _, SystemClock, Timestamp};
use robin_testkit::{Robinctl, Server, database};
use serde_json::json;

use super::{documented, golden, reference};
use crate::{
    flows::{admin, tenants, user},
    reliability::clock::Clock,
};

crate::on_both_engines!(
    crate::reliability::clock::Clock::start =>
    certificates_are_checked_and_renewed,
    a_dry_run_renews_none,
    settings_are_updated,
    the_schedule_is_stopped_and_started,
);

/// When the chapter's certificates are over, but for the one that everybody has first.
const OVER: [(&str, &str); 6] = [
    ("csi", "2025-02-28T07:05:54Z"),
    ("einstein", "2025-02-28T07:06:00Z"),
    ("euclid", "2025-02-28T07:06:06Z"),
    ("euler", "2025-02-28T07:06:11Z"),
    ("galieleo", "2025-02-28T07:06:17Z"),
    ("gauss", "2025-02-28T07:06:23Z"),
];

/// Sets the server's clock to this time.
fn set_clock(clock: &Clock, at: &str) {
    let at: Timestamp = at.parse().unwrap();
    clock.set(at.seconds() - SystemClock.now().seconds());
}

/// Says of a user's certificate when it is over.
async fn over(server: &Server, username: &str, at: &str) {
    let at: Timestamp = at.parse().unwrap();
    let of_user = format!("user_id = (SELECT id FROM users WHERE username = '{username}')");
    let statement = format!("UPDATE certificates SET not_after = {} WHERE {of_user}", at.micros());
    database::execute(&server.how().database_url(), &statement).await;
}

async fn users(server: &Server, names: &[&str]) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    for name in names {
        user(&api, &token, name, &[("t1", "user")]).await;
    }
    // The first administrator's comes in the background.
    for _ in 0..200 {
        let certs = api.ok("GET", "user-certs", &token, serde_json::Value::Null).await;
        if certs["items"].as_array().unwrap().len() == names.len() + 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{names:?} have no certificates");
}

async fn certificates_are_checked_and_renewed((server, clock): (Server, Clock)) {
    set_clock(&clock, "2024-03-01T00:00:00Z");
    let others = ["metrics-collect", "newton", "peer"];
    let names: Vec<&str> = OVER.iter().map(|(name, _)| *name).chain(others).collect();
    users(&server, &names).await;
    for (name, at) in OVER.into_iter().chain(others.map(|name| (name, "2025-02-28T07:06:30Z"))) {
        over(&server, name, at).await;
    }
    over(&server, "robin", "2025-02-28T07:06:35Z").await;
    let ctl = server.admin();
    ctl.ok("robin user-cert stop-schedule");
    let checked = ctl.ok("robin user-cert check");
    let shown = checked.find("user-credentials-metrics-collect").unwrap();
    documented(&reference("user-cert-check.txt"), &checked[..shown]);
    golden("user-cert-check", &checked);

    let renewed = ctl.ok("robin user-cert renew --renewal-offset 7d");
    documented(&reference("user-cert-renew-offset.txt"), &renewed);
    golden("user-cert-renew-offset", &renewed);
    let renewed = ctl.ok("robin user-cert renew --renew-all-certs");
    documented(&reference("user-cert-renew-all.txt"), &renewed);
    golden("user-cert-renew-all", &renewed);
    assert!(!ctl.ok("robin user-cert check").contains("Feb 28, 2025 07:0"), "all are new");
}

async fn a_dry_run_renews_none((server, clock): (Server, Clock)) {
    set_clock(&clock, "2024-03-01T00:00:00Z");
    users(&server, &["csi", "metrics-collect", "peer", "sachin-1", "sachin-10", "sachin-11"]).await;
    for name in ["robin", "sachin-1", "sachin-10", "sachin-11"] {
        over(&server, name, "2024-03-10T00:00:00Z").await;
    }
    let ctl = server.admin();
    ctl.ok("robin user-cert update --renewal-offset 13d");
    let before = ctl.ok("robin user-cert check");
    let dry = ctl.ok("robin user-cert renew --dry-run");
    documented(&reference("user-cert-renew-dry-run.txt"), &dry);
    golden("user-cert-renew-dry-run", &dry);
    assert_eq!(ctl.ok("robin user-cert check"), before);
    let renewed = ctl.ok("robin user-cert renew");
    assert!(renewed.contains("Valid user certs: 3\nRenewed user certs: 4\n"), "{renewed}");
    assert!(ctl.ok("robin user-cert renew").contains("Valid user certs: 7\nRenewed user certs: 0\n"));
}

/// Runs a line, and expects nothing on standard error but this.
fn with_warning(ctl: &Robinctl, line: &str, warning: &str) -> String {
    let output = ctl.line(line);
    assert_eq!((output.code, output.stderr.trim_end()), (0, warning), "{line}");
    output.stdout
}

async fn settings_are_updated((server, _): (Server, Clock)) {
    let ctl = server.admin();
    let (short, days) = ("the life span of certificates", "each is renewed at the first check after half its life");
    let warning = |life: &str, offset: &str| {
        format!("Warning: {short} ({life}) is not longer than the renewal offset ({offset}): {days}")
    };
    with_warning(&ctl, "robin user-cert update --cert-lifespan 5d --check-interval 2d", &warning("5 days", "14 days"));
    let defaults = with_warning(&ctl, "robin user-cert update --defaults", "");
    documented(&reference("user-cert-update-defaults.txt"), &defaults);
    golden("user-cert-update-defaults", &defaults);
    let lifespan = with_warning(&ctl, "robin user-cert update --cert-lifespan 10d", &warning("10 days", "14 days"));
    documented(&reference("user-cert-update-lifespan.txt"), &lifespan);
    golden("user-cert-update-lifespan", &lifespan);
    with_warning(&ctl, "robin user-cert update-config --check-interval 172800", &warning("10 days", "14 days"));
    let offset = with_warning(&ctl, "robin user-cert update --renewal-offset 13d", &warning("10 days", "13 days"));
    documented(&reference("user-cert-update-offset.txt"), &offset);
    golden("user-cert-update-offset", &offset);

    for (option, value, why) in [
        ("--cert-lifespan", "23h", "invalid `cert_lifespan`: use 86400 seconds (1 day) to 31536000 seconds (1 year)"),
        ("--cert-lifespan", "2y", "invalid `cert_lifespan`: use 86400 seconds (1 day) to 31536000 seconds (1 year)"),
        (
            "--check-interval",
            "59",
            "invalid `check_interval`: use 60 seconds (60 seconds) to 2592000 seconds (30 days)",
        ),
        (
            "--check-interval",
            "31d",
            "invalid `check_interval`: use 60 seconds (60 seconds) to 2592000 seconds (30 days)",
        ),
        (
            "--renewal-offset",
            "6d",
            "invalid `renewal_offset`: use 604800 seconds (7 days) to 31536000 seconds (1 year)",
        ),
        ("--renewal-offset", "soon", "invalid `renewal_offset`: `soon` is not a span of time"),
    ] {
        let refused = ctl.line(&format!("robin user-cert update-config --defaults {option} {value}"));
        assert!(refused.code == 1 && refused.stderr.contains(why), "{refused:?}");
    }
    assert!(ctl.ok("robin user-cert check").starts_with("Cert Lifespan: 864000 (10 days)\n"), "nothing has changed");
    assert_eq!(ctl.line("robin user-cert renew --renewal-offset 1d").code, 1);
}

async fn the_schedule_is_stopped_and_started((server, _): (Server, Clock)) {
    let ctl = server.admin();
    ctl.line("robin user-cert update --cert-lifespan 3d --renewal-offset 80d --check-interval 18h");
    // What `grep -A4 Life` shows of it.
    let settings = |ctl: &Robinctl| {
        let checked = ctl.line("robin user-cert check").stdout;
        checked.split_inclusive('\n').take(5).collect::<String>()
    };
    assert_eq!(ctl.ok("robin user-cert stop-schedule"), "User certificate renewal schedule stopped\n");
    documented(&reference("user-cert-check-stopped.txt"), &settings(&ctl));
    golden("user-cert-check-stopped", &settings(&ctl));
    assert_eq!(ctl.ok("robin user-cert start-schedule"), "User certificate renewal schedule started\n");
    documented(&reference("user-cert-check-started.txt"), &settings(&ctl));
    golden("user-cert-check-started", &settings(&ctl));

    // Started, it makes up at once for what it missed.
    let row =
        || ctl.ok("robin schedule list").lines().find(|line| line.starts_with("UserCertificate")).unwrap().to_owned();
    for _ in 0..200 {
        if row().contains(" back ") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let cells: Vec<String> = row().split('|').map(|cell| cell.trim().to_owned()).collect();
    assert!(cells[3].ends_with("s back"), "{cells:?}");
    assert_eq!(cells[..3], ["UserCertificate", "renew_user_certs_cb", "64800"]);
    assert_eq!(cells[4..9], ["-", "Yes", "In 17h", "-", "-"]);
    assert!(cells[9].ends_with('s') && cells[10].ends_with('s') && cells.len() == 12, "{cells:?}");

    let api = server.api();
    let token = admin(&api).await;
    let stopped = api.ok("PUT", "user-certs", &token, json!({ "action": "stop_schedule" })).await;
    assert_eq!(stopped, json!({ "message": "User certificate renewal schedule stopped" }));
}
