//! The command line: the exit code says who refused, standard error says why in one sentence, standard output stays empty.

use std::net::TcpListener;

use robin_testkit::{Engine, Output, Robinctl, Server};

/// Asserts that a command failed as it must: with this code, one sentence that says this, and nothing else.
#[track_caller]
fn failed(line: &str, output: &Output, code: i32, says: &str) {
    assert_eq!(output.code, code, "{line}: {output:?}");
    assert_eq!(output.stdout, "", "{line}: {output:?}");
    assert!(output.stderr.contains(says), "{line} should say `{says}`: {output:?}");
    let first = output.stderr.lines().next().unwrap_or_default();
    assert!(!first.is_empty() && output.stderr.ends_with('\n'), "{line}: {output:?}");
    for inside in ["panicked", "RUST_BACKTRACE", "::", "struct ", "src/"] {
        assert!(!output.stderr.contains(inside), "{line}: `{inside}` gets out: {output:?}");
    }
    assert!(!output.stderr.chars().any(|c| c.is_control() && c != '\n'), "{line}: {output:?}");
}

#[tokio::test]
async fn what_the_server_refuses_is_1() {
    let server = Server::start(Engine::Sqlite).await;
    let admin = server.admin();
    for (line, says) in [
        ("robin user add 'no body' Administrators user --password plover-quartz-41", "username"),
        ("robin user add robin Administrators superadmin --password plover-quartz-41", "already exists"),
        ("robin user add u nowhere user --password plover-quartz-41", "not found"),
        ("robin user add u Administrators root --password plover-quartz-41", "root"),
        ("robin user add u Administrators user Nonsense --password plover-quartz-41", "Nonsense"),
        ("robin user add u Administrators user --password short", "too short"),
        ("robin user remove nobody --yes", "not found"),
        ("robin user remove robin --yes", "last local superadmin"),
        ("robin user disable nobody", "not found"),
        ("robin tenant add 'a b'", "tenant name"),
        ("robin tenant add administrators", "already exists"),
        ("robin tenant remove nowhere", "not found"),
        ("robin tenant remove Administrators", "Administrators"),
        ("robin namespace add UPPER", "namespace"),
        ("robin login robin --password wrong", "invalid username, password or tenant"),
        ("robin login nobody --password wrong", "invalid username, password or tenant"),
    ] {
        failed(line, &admin.line(line), 1, says);
    }
    let stale = server.robinctl().env("ROBINCTL_TOKEN", "nonsense");
    failed("user list", &stale.line("user list"), 1, "");
    for form in ["json", "yaml", "csv"] {
        let line = format!("user remove nobody --yes -o {form}");
        assert_eq!(admin.line(&line).code, 1, "{line}");
    }
    admin.ok("user list");
}

#[tokio::test]
async fn wrong_usage_is_2_and_reaches_no_server() {
    // Nothing listens here: had a command asked the server, it would have ended with 3.
    let robinctl = Robinctl::new("http://127.0.0.1:1").env("ROBINCTL_TOKEN", "x");
    for line in [
        "nonsense",
        "user nonsense",
        "user add",
        "user add u",
        "user list --nonsense",
        "user list -o xml",
        "tenant list extra",
        "tenant add",
        "--server",
        "--server ftp://example.com user list",
        "--server 'not a url' user list",
        "--token-file /nowhere user list",
        "--server-ca-cert /nowhere user list",
        "context use nowhere",
    ] {
        failed(line, &robinctl.line(line), 2, "");
    }
    failed("user list", &Robinctl::new("http://127.0.0.1:1").line("user list"), 2, "robinctl login");
}

#[tokio::test]
async fn a_server_that_is_not_reached_is_3() {
    let robinctl = Robinctl::new("http://127.0.0.1:1").env("ROBINCTL_TOKEN", "x");
    for line in ["user list", "tenant add t", "login robin --password x", "user list -o json"] {
        failed(line, &robinctl.line(line), 3, "127.0.0.1:1");
    }
    // Somebody else answers at that address.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for mut stream in listener.incoming().flatten() {
            drop(stream.read(&mut [0; 4096]));
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-type: text/html\r\n\r\nhello"));
        }
    });
    let robinctl = Robinctl::new(&format!("http://{address}")).env("ROBINCTL_TOKEN", "x");
    failed("user list", &robinctl.line("user list"), 3, "");
}
