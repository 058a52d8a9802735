//! A cluster that is played back from recordings of a real one.

use std::time::Duration;

use futures_util::StreamExt;
use robin_model::Secret;
use robin_testkit::{
    Openshift,
    certificates::Authority,
    openshift::{Outage, PASSWORD, Sort},
    replay::{Injected, Reply},
};

use super::{Answer, Cluster, Error, Refusal, Settings, SignIn};

const AUTHORIZE: &str = "/oauth/authorize";
const USERS: &str = "/apis/user.openshift.io/v1/users";
const SELF: &str = "/apis/user.openshift.io/v1/users/~";

fn settings(openshift: &Openshift) -> Settings {
    Settings {
        api_url: openshift.url().parse().unwrap(),
        ca_cert: Some(openshift.ca_cert().to_owned()),
        token_file: openshift.token_file(),
    }
}

fn cluster(openshift: &Openshift) -> Cluster {
    Cluster::new(&settings(openshift)).unwrap()
}

async fn sign_in(cluster: &Cluster, name: &str, password: &str) -> SignIn {
    cluster.authenticate(name, &Secret::new(password.to_owned())).await
}

async fn refusal(cluster: &Cluster, name: &str, password: &str) -> Refusal {
    match sign_in(cluster, name, password).await {
        SignIn { answer: Ok(Answer::Refused(why)), left: None } => why,
        other => panic!("{name}: {other:?}"),
    }
}

async fn failure(openshift: &Openshift) -> Error {
    // One that has not failed before, and so is not left alone.
    match sign_in(&cluster(openshift), "user1", PASSWORD).await {
        SignIn { answer: Err(error), .. } => error,
        other => panic!("{other:?}"),
    }
}

/// What was asked, without the marks and limits of pages.
fn asked(openshift: &Openshift) -> Vec<String> {
    openshift.asked().iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect()
}

#[tokio::test]
async fn a_right_password_signs_in_and_leaves_no_token() {
    let openshift = Openshift::start();
    openshift.add_user("user1", "678a46ce", Some("User One"), "a:b c%/ü");
    let cluster = cluster(&openshift);
    let SignIn { answer, left } = sign_in(&cluster, "user1", "a:b c%/ü").await;
    let Ok(Answer::Is(user)) = answer else { panic!("{answer:?}") };
    assert_eq!((user.name.as_str(), user.uid.as_str()), ("user1", "678a46ce"));
    assert_eq!(user.full_name.as_deref(), Some("User One"));
    assert!(left.is_none() && openshift.granted() == 1 && openshift.tokens() == 0, "it is revoked");
    let all = asked(&openshift);
    let (last, first) = all.split_last().unwrap();
    assert_eq!(
        first,
        [
            "GET /.well-known/oauth-authorization-server",
            "GET /oauth/authorize",
            "GET /apis/user.openshift.io/v1/users/~"
        ]
    );
    assert!(last.starts_with("DELETE /apis/oauth.openshift.io/v1/useroauthaccesstokens/sha256~"), "{last}");
    assert!(openshift.asked()[0].header("authorization").is_none(), "what anybody may know is asked without a token");
}

#[tokio::test]
async fn whoever_is_not_who_they_say_is_refused_and_no_token_is_left() {
    let openshift = Openshift::start();
    let cluster = cluster(&openshift);
    assert_eq!(refusal(&cluster, "user1", "wrong").await, Refusal::Password);
    assert_eq!(refusal(&cluster, "nobody", PASSWORD).await, Refusal::Password);
    assert_eq!(openshift.granted(), 0);
    openshift.forget();
    assert_eq!(refusal(&cluster, "user1", "").await, Refusal::Password);
    assert!(openshift.asked().iter().all(|asked| asked.basic().is_none()), "an empty password is sent nowhere");
    for (sort, why) in [
        (Sort::ServiceAccount, Refusal::Nobody),
        (Sort::MadeUp, Refusal::Nobody),
        (Sort::Another, Refusal::Other("admin1".to_owned())),
    ] {
        openshift.set_sort(sort);
        assert_eq!(refusal(&cluster, "user1", PASSWORD).await, why);
        assert_eq!(openshift.tokens(), 0, "{sort:?}");
    }
    for sort in [Sort::Expired, Sort::Revoked] {
        openshift.set_sort(sort);
        let SignIn { answer, left } = sign_in(&cluster, "user1", PASSWORD).await;
        assert_eq!(answer, Ok(Answer::Refused(Refusal::Token)), "{sort:?}");
        assert_eq!(left, Some(Error::Token), "it is over already");
    }
    assert_eq!(
        Refusal::Other("a\u{1b}b".to_owned()).to_string(),
        "the cluster knows them as `a b`",
        "nothing reaches the log as it came"
    );
}

#[tokio::test]
async fn an_outage_is_no_wrong_password() {
    let openshift = Openshift::start();
    openshift.set_outage(Outage::OauthApi);
    for password in [PASSWORD, "wrong"] {
        let answer = sign_in(&cluster(&openshift), "user1", password).await.answer;
        assert!(matches!(&answer, Err(Error::Down(why)) if why.starts_with("server_error")), "{answer:?}");
    }
    let probed = cluster(&openshift).probe("user1").await;
    assert!(matches!(probed, Err(Error::Down(_))), "{probed:?}");
    // The good token is refused as a bad one would be; a review tells the difference.
    openshift.set_outage(Outage::OauthApiAfterGrant);
    let error = failure(&openshift).await;
    assert!(matches!(&error, Error::Down(why) if why.contains("connection refused")), "{error:?}");
    assert!(asked(&openshift).iter().any(|asked| asked.ends_with("/tokenreviews")));
    assert_eq!(openshift.tokens(), 0, "it is revoked even so");
    openshift.heal();
    openshift.set_sort(Sort::Claimed);
    let error = failure(&openshift).await;
    assert!(matches!(&error, Error::Down(why) if why.contains("cannot be claimed")), "{error:?}");
    openshift.heal();
    for path in ["/.well-known", AUTHORIZE, SELF] {
        for (what, is_expected) in [
            (Injected::Answer(Reply::text(500, "Error: x")), (|e| matches!(e, Error::Down(_))) as fn(&Error) -> bool),
            (Injected::Answer(Reply::text(503, "service unavailable\n")), |e| matches!(e, Error::Down(_))),
            (Injected::Answer(Reply::text(429, "slow down")), |e| matches!(e, Error::Down(_))),
            (Injected::Reset, |e| matches!(e, Error::Lost(_) | Error::Unreachable(_))),
            (Injected::Garbage, |e| matches!(e, Error::Lost(_))),
        ] {
            openshift.inject(path, what.clone());
            let error = failure(&openshift).await;
            assert!(is_expected(&error) && error.is_outage(), "{path} {what:?}: {error:?}");
            openshift.heal();
            assert_eq!(openshift.tokens(), 0, "{path} {what:?}");
        }
    }
    assert!(matches!(sign_in(&cluster(&openshift), "user1", PASSWORD).await.answer, Ok(Answer::Is(_))));
}

#[tokio::test]
async fn what_is_no_challenge_is_refused_clearly() {
    let openshift = Openshift::start();
    let page = "<!DOCTYPE html><form action=\"/login\">";
    openshift.inject_page(AUTHORIZE, 200, page);
    let error = failure(&openshift).await;
    assert!(error.to_string().contains("it sends a page to log in on") && !error.is_outage(), "{error}");
    let oauth = openshift.asked().last().unwrap().port;
    let here = format!("https://127.0.0.1:{oauth}");
    let token = "sha256~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (to, words) in [
        ("https://evil.example.com/".to_owned(), "it refers to `https://evil.example.com/`"),
        (
            format!("https://evil.example.com/#access_token={token}&token_type=Bearer"),
            "it refers to `https://evil.example.com/`",
        ),
        (format!("{here}/oauth/token/implicit"), "it gives no token"),
        (format!("{here}/oauth/token/implicit#expires_in=1"), "it gives no token"),
        (format!("{here}/oauth/token/implicit#access_token=abc"), "it gives no token"),
        (format!("{here}/oauth/token/implicit?access_token={token}"), "it gives no token"),
        (format!("{here}/oauth/token/implicit?error=access_denied"), "it refuses with `access_denied`"),
        ("/login?then=%2Foauth".to_owned(), "it gives no token"),
    ] {
        openshift.heal();
        openshift.inject_redirect(AUTHORIZE, &to);
        let error = failure(&openshift).await;
        assert!(error.to_string().contains(words) && !error.is_outage(), "{to}: {error}");
    }
    openshift.heal();
    for (sort, words) in [(Sort::LoginPage, "it gives no token"), (Sort::BadScope, "it refuses with `invalid_scope`")] {
        openshift.set_sort(sort);
        let error = failure(&openshift).await;
        assert!(error.to_string().contains(words), "{sort:?}: {error}");
    }
    openshift.heal();
    let refused = |status: u16, text: &str| Injected::Answer(Reply::text(status, text));
    for (what, words) in [
        (refused(401, ""), "it refuses without asking for a password"),
        (
            refused(400, r#"{"error":"unauthorized_client","error_description":"x"}"#),
            "unauthorized_client: x (status 400)",
        ),
        (refused(404, "404 page not found"), "404 page not found (status 404)"),
    ] {
        openshift.inject(AUTHORIZE, what);
        let error = failure(&openshift).await;
        assert!(error.to_string().contains(words) && !error.is_outage(), "{error}");
        openshift.heal();
    }
    for path in ["/.well-known", SELF] {
        openshift.inject_page(path, 200, page);
        let error = failure(&openshift).await;
        assert!(error.to_string().contains("it sends a page"), "{path}: {error}");
        openshift.heal();
        openshift.inject_redirect(path, "https://user:secret@evil.example.com/x?token=1#y");
        assert_eq!(failure(&openshift).await, Error::Redirected("https://evil.example.com/x".to_owned()), "{path}");
        openshift.heal();
    }
    assert_eq!(openshift.tokens(), 0);
}

#[tokio::test]
async fn a_token_is_revoked_even_if_whoever_asked_is_gone() {
    let openshift = Openshift::start();
    let cluster = cluster(&openshift);
    openshift.inject_delay(Duration::from_millis(150));
    let asking = tokio::time::timeout(Duration::from_millis(400), sign_in(&cluster, "user1", PASSWORD));
    assert!(asking.await.is_err(), "nobody waits for the answer");
    for _ in 0..200 {
        if openshift.granted() == 1 && openshift.tokens() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the token is still there");
}

#[tokio::test]
async fn a_token_that_can_t_be_revoked_is_told() {
    let openshift = Openshift::start();
    let cluster = cluster(&openshift);
    openshift.inject("/apis/oauth.openshift.io", Injected::Answer(Reply::text(503, "service unavailable\n")));
    let SignIn { answer, left } = sign_in(&cluster, "user1", PASSWORD).await;
    assert!(matches!(answer, Ok(Answer::Is(_))) && matches!(left, Some(Error::Down(_))), "{left:?}");
    let shown = format!("{answer:?} {left:?}");
    assert!(!shown.contains("sha256~"), "{shown}");
}

#[tokio::test]
async fn sec_08_neither_the_api_nor_the_oauth_server_is_at_a_special_address_or_without_tls() {
    let openshift = Openshift::start();
    let urls = [
        "http://127.0.0.1/",
        "https://169.254.169.254/",
        "https://0.0.0.0/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fe80::1]/",
        "https://100.100.100.200/",
        "https://user:pass@127.0.0.1/",
        "https://user@127.0.0.1/",
        "ftp://127.0.0.1/",
    ];
    for url in urls {
        let made = Cluster::new(&Settings { api_url: url.parse().unwrap(), ..settings(&openshift) });
        assert!(matches!(&made, Err(Error::Url(shown)) if !shown.contains("pass@")), "{url}");
        openshift.set_authorization_endpoint(url);
        let error = failure(&openshift).await;
        assert!(matches!(error, Error::Url(_)), "{url}: {error:?}");
    }
    openshift.set_authorization_endpoint("no URL");
    assert!(matches!(failure(&openshift).await, Error::Url(_)));
    assert_eq!(openshift.granted(), 0);
    assert!(openshift.asked().iter().all(|asked| asked.basic().is_none()), "no password went anywhere");
}

#[tokio::test]
async fn only_who_is_trusted_is_asked() {
    let openshift = Openshift::start();
    let other = Authority::new("Other CA").pem();
    let ask = async |ca_cert: Option<String>| {
        let cluster = Cluster::new(&Settings { ca_cert, ..settings(&openshift) }).unwrap();
        cluster.user("user1").await
    };
    for ca_cert in [Some(other), None] {
        let error = ask(ca_cert).await.unwrap_err();
        assert!(matches!(&error, Error::Unreachable(why) if why.contains("certificate")), "{error:?}");
    }
    assert!(openshift.asked().is_empty());
    for pem in ["", "no certificate"] {
        let made = Cluster::new(&Settings { ca_cert: Some(pem.to_owned()), ..settings(&openshift) });
        assert!(matches!(made, Err(Error::CaCert(_))), "{pem}");
    }
}

#[tokio::test]
async fn users_and_groups_are_read_page_by_page() {
    let openshift = Openshift::start();
    openshift.add_crowd(1_200);
    openshift.add_group("empty", "e-1", &[]);
    openshift.add_user("b64:YTpi", "b-1", None, PASSWORD);
    openshift.add_user("Upper@Example.com", "U-1", None, PASSWORD);
    let cluster = cluster(&openshift);
    let entries: Vec<_> = cluster.users().entries().collect().await;
    assert_eq!(entries.len(), 1_210);
    let (mut pages, mut users, mut sizes) = (cluster.users(), Vec::new(), Vec::new());
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.len());
        users.extend(page);
    }
    assert_eq!(sizes, [500, 500, 210]);
    assert!(users.is_sorted_by(|one, next| one.name < next.name));
    let crowd = users.iter().find(|user| user.name == "u00700").unwrap();
    assert_eq!((crowd.uid.as_str(), crowd.full_name.as_deref()), ("crowd-700", Some("Number 700")));
    let mut pages = cluster.groups();
    let groups = pages.next().await.unwrap().unwrap();
    assert_eq!(
        groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        ["empty", "everybody", "robin-users"]
    );
    assert_eq!((groups[0].users.len(), groups[1].users.len()), (0, 1_200));
    assert!(pages.next().await.unwrap().is_none() && pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_list_that_became_too_old_is_begun_anew_and_has_each_entry_once() {
    let openshift = Openshift::start();
    openshift.add_crowd(1_200);
    let read = async || {
        let (cluster, mut names) = (cluster(&openshift), Vec::new());
        let mut pages = cluster.users();
        while let Some(page) = pages.next().await? {
            names.extend(page.into_iter().map(|user| user.name));
        }
        Ok::<_, Error>(names)
    };
    let whole = read().await.unwrap();
    openshift.inject_expiry(2);
    assert_eq!(read().await.unwrap(), whole);
    openshift.inject_expiry(1_000);
    let error = read().await.unwrap_err();
    assert!(error == Error::Expired && error.is_outage());
}

#[tokio::test]
async fn users_are_found_by_name_one_by_one_or_many_in_one_list() {
    let openshift = Openshift::start();
    openshift.add_crowd(200);
    openshift.add_user("b64:YTpi", "b-1", None, PASSWORD);
    openshift.add_user("Upper@Example.com", "U-1", None, PASSWORD);
    let cluster = cluster(&openshift);
    for (name, uid) in [("b64:YTpi", "b-1"), ("Upper@Example.com", "U-1"), ("u00007", "crowd-7")] {
        assert_eq!(cluster.user(name).await.unwrap().unwrap().uid, uid);
    }
    openshift.forget();
    for none in ["", ".", "..", "~", "a/b", "../groups/robin-users", "%7E", "a%2fb", "us\ner1", "user1\t"] {
        assert_eq!(cluster.user(none).await, Ok(None), "{none}");
        assert_eq!(cluster.group(none).await, Ok(None), "{none}");
    }
    assert!(openshift.asked().is_empty(), "what can be no name is not asked for");
    for none in ["upper@example.com", "a?b", "a b", "a#b", "ü", "nobody"] {
        assert_eq!(cluster.user(none).await, Ok(None), "{none}");
    }
    let names =
        |count: usize| (0..count).map(|nth| format!("u{nth:05}")).chain(["nobody".to_owned()]).collect::<Vec<_>>();
    openshift.forget();
    assert_eq!(cluster.users_named(&names(20)).await.unwrap().len(), 20);
    assert_eq!(openshift.asked().len(), 21);
    openshift.forget();
    assert_eq!(cluster.users_named(&names(150)).await.unwrap().len(), 150);
    assert_eq!(openshift.asked().len(), 1, "one list instead of 151 questions");
    let group = cluster.group("robin-users").await.unwrap().unwrap();
    assert_eq!(group.users, ["robin", "user1", "user2", "user3", "user4", "user5", "admin1", "admin2"]);
}

#[tokio::test]
async fn what_is_wrong_with_robin_s_own_token_is_said() {
    let openshift = Openshift::start();
    let cluster = cluster(&openshift);
    openshift.set_rights(false);
    let error = cluster.user("user1").await.unwrap_err();
    assert!(matches!(&error, Error::Forbidden(why) if why.contains("cannot get resource")) && !error.is_outage());
    let error = cluster.users().next().await.err().unwrap();
    assert!(matches!(&error, Error::Forbidden(why) if why.contains("cannot list resource")), "{error:?}");
    openshift.set_rights(true);
    openshift.set_token("another");
    assert_eq!(cluster.user("user1").await, Err(Error::Token));
    openshift.rotate_token("a-new-one");
    assert!(cluster.user("user1").await.is_ok(), "the file is read again");
    openshift.set_token("");
    assert!(matches!(cluster.user("user1").await, Err(Error::TokenFile(..))));
    std::fs::remove_file(openshift.token_file()).unwrap();
    let error = cluster.user("user1").await.unwrap_err();
    assert!(matches!(error, Error::TokenFile(..)) && !error.is_outage());
}

#[tokio::test]
async fn a_cluster_without_users_of_its_own_is_told_apart() {
    let openshift = Openshift::start();
    openshift.inject(USERS, Injected::Answer(Reply::text(404, "404 page not found\n")));
    assert_eq!(cluster(&openshift).user("user1").await, Err(Error::NoApi));
    openshift.heal();
    openshift.inject(USERS, Injected::Answer(Reply::text(418, "tea")));
    let error = cluster(&openshift).user("user1").await.unwrap_err();
    assert_eq!(error.to_string(), "it refuses: tea (status 418)");
    openshift.heal();
    openshift.inject(USERS, Injected::Answer(Reply::text(200, &"x".repeat(17 << 20))));
    let error = cluster(&openshift).user("user1").await.unwrap_err();
    assert!(error.to_string().contains("longer than 16 MiB"), "{error}");
}

#[tokio::test]
async fn rel_06_a_cluster_that_fails_again_and_again_is_left_alone() {
    let openshift = Openshift::start();
    let cluster = cluster(&openshift);
    openshift.inject(USERS, Injected::Reset);
    for _ in 0..3 {
        assert!(cluster.user("user1").await.unwrap_err().is_outage());
    }
    openshift.forget();
    let error = cluster.user("user1").await.unwrap_err();
    assert!(matches!(error, Error::Suspended { .. }) && error.is_outage() && openshift.asked().is_empty(), "{error:?}");
}

#[tokio::test]
async fn whoever_could_sign_in_is_found_out_without_a_password() {
    let openshift = Openshift::start();
    let cluster = cluster(&openshift);
    for name in ["user1", "nobody"] {
        cluster.probe(name).await.unwrap();
    }
    assert_eq!(openshift.granted(), 0);
    openshift.inject(AUTHORIZE, Injected::Reset);
    assert!(cluster.probe("user1").await.unwrap_err().is_outage());
}
