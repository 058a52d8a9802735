use std::sync::Arc;

use reqwest::{Certificate as Trusted, Client, Identity};

use super::{Act, Asked, Player, Recordings, Replay, Reply, Tls, listeners};
use crate::certificates::Authority;

struct One(Recordings);

impl Player for One {
    fn recordings(&self) -> &Recordings {
        &self.0
    }

    fn play(&self, asked: &Asked) -> Act {
        let mut reply = self.0.reply(if asked.path.ends_with("odd") { "group_get" } else { "user_get" });
        reply.body = asked.client.clone().into();
        Act::Play(reply)
    }
}

fn started() -> (Replay, Authority, Client, Client) {
    let authority = Authority::new("CA");
    let admin = authority.issue_client("admin");
    let tls = Tls {
        certificate: authority.issue(&["127.0.0.1"]),
        authority: Some(authority.pem()),
        clients: vec![("admin".to_owned(), admin.clone())],
    };
    let recordings = Recordings::new(&[
        ("user_get", include_str!("../fixtures/openshift/user_get.json")),
        ("group_get", include_str!("../fixtures/openshift/group_get.json")),
    ]);
    let replay = Replay::start(listeners(1), &tls, Arc::new(One(recordings)));
    let trust = || Client::builder().tls_certs_only([Trusted::from_pem(authority.pem().as_bytes()).unwrap()]);
    let identity = Identity::from_pem(format!("{}{}", admin.cert, admin.key).as_bytes()).unwrap();
    let (known, unknown) = (trust().identity(identity).build().unwrap(), trust().build().unwrap());
    (replay, authority, known, unknown)
}

fn url(replay: &Replay, name: &str) -> String {
    format!("https://127.0.0.1:{}/apis/user.openshift.io/v1/users/{name}", replay.ports()[0])
}

#[tokio::test]
async fn a_client_is_known_by_the_certificate_that_it_shows() {
    let (replay, _authority, known, _) = started();
    let answer = known.get(url(&replay, "ada")).send().await.unwrap();
    assert_eq!(answer.headers().get_all("audit-id").iter().count(), 2, "what came twice comes twice");
    assert_eq!(answer.text().await.unwrap(), "admin");
    assert_eq!(
        replay.asked().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["GET /apis/user.openshift.io/v1/users/ada"]
    );
}

#[tokio::test]
#[should_panic(expected = "asked what was never recorded:\nGET /apis/user.openshift.io/v1/users/ada")]
async fn what_was_never_recorded_fails_the_test() {
    let (replay, _authority, _, unknown) = started();
    // It was recorded of somebody known alone.
    assert_eq!(unknown.get(url(&replay, "ada")).send().await.unwrap().status(), 599);
    drop(replay);
}

#[tokio::test]
#[should_panic(expected = "`group_get` was recorded for something else")]
async fn an_answer_that_was_recorded_for_something_else_fails_the_test() {
    let (replay, _authority, known, _) = started();
    assert_eq!(known.get(url(&replay, "odd")).send().await.unwrap().status(), 599);
    drop(replay);
}

#[test]
fn what_is_made_up_says_so() {
    assert_eq!(Reply::text(503, "x").reason, "Injected");
}
