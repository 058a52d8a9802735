//! Who is let in.

use std::{sync::Arc, time::Duration};

use robin_model::directory::{ServerSettings, ServerType};
use robin_testkit::{Slapd, slapd::Setup};

use super::{
    directory, dn,
    fake::{self, Fake},
    on, secret,
};
use crate::ldap::{Answer, Directory, Error, Refusal, Standing, Who};

async fn sign_in(directory: &Directory, username: &str, password: &str) -> Result<Answer, Error> {
    directory.authenticate(Who::Username(username), &secret(password)).await
}

/// Why somebody is not let in.
async fn refusal(directory: &Directory, username: &str, password: &str) -> Refusal {
    match sign_in(directory, username, password).await {
        Ok(Answer::Refused(refusal)) => refusal,
        other => panic!("{username}, {password:?}: {other:?}"),
    }
}

#[tokio::test]
async fn the_right_password_is_told_from_all_others() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    for username in ["newton", "NEWTON", "read-only-admin", "jmacy"] {
        let Ok(Answer::Is(person)) = sign_in(&directory, username, "password").await else { panic!("{username}") };
        assert_eq!(person.username, username.to_lowercase());
    }
    let Ok(Answer::Is(person)) = sign_in(&directory, "newton", "password").await else { panic!() };
    assert_eq!(person.object_sid.as_deref(), Some("050ce4de-2f64-1033-8989-a53eb149a944"));
    for password in ["Password", "password ", " password", "passwor", "password1"] {
        assert_eq!(refusal(&directory, "newton", password).await, Refusal::WrongPassword, "{password:?}");
    }
    // A name that only another attribute has, a group, what is no user of the classes, and nobody.
    for username in ["Isaac Newton", "Scientists", "admin", "nobody", "newton ", ""] {
        assert_eq!(refusal(&directory, username, "password").await, Refusal::Unknown, "{username:?}");
    }
}

#[tokio::test]
async fn a_distinguished_name_goes_before_the_username() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    let (euler, nobody) = (dn("UID=euler, dc=Example,dc=com"), dn("uid=nobody,dc=example,dc=com"));
    let answer = directory.authenticate(Who::Dn(&euler), &secret("password")).await;
    assert!(matches!(answer, Ok(Answer::Is(person)) if person.username == "euler"));
    let answer = directory.authenticate(Who::Dn(&euler), &secret("wrong")).await;
    assert_eq!(answer, Ok(Answer::Refused(Refusal::WrongPassword)));
    for dn in [nobody, dn("ou=scientists,dc=example,dc=com")] {
        assert_eq!(
            directory.authenticate(Who::Dn(&dn), &secret("password")).await,
            Ok(Answer::Refused(Refusal::Unknown))
        );
    }
    assert_eq!(directory.person(Who::Dn(&euler), None).await.unwrap().unwrap().username, "euler");
}

#[tokio::test]
async fn one_user_is_found_by_the_exact_name_alone() {
    let twins = "\ndn: uid=twin,ou=scientists,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: twin\ncn: a\nsn: a\n\
                 \ndn: uid=twin,ou=chemists,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: twin\ncn: b\nsn: b\n";
    let slapd = Slapd::start(&Setup { ldif: Setup::default().ldif + twins, ..Setup::default() });
    let directory = directory(&on(slapd.port), "password");
    assert_eq!(directory.person(Who::Username("twin"), None).await, Err(Error::Ambiguous("twin".to_owned())));
    assert_eq!(refusal(&directory, "twin", "password").await, Refusal::Ambiguous);
    let base = dn("ou=chemists,dc=example,dc=com");
    let person = directory.person(Who::Username("twin"), Some(&base)).await.unwrap().unwrap();
    assert_eq!(person.distinguished_name, "uid=twin,ou=chemists,dc=example,dc=com");
    assert_eq!(directory.person(Who::Username("nobody"), None).await, Ok(None));
}

#[tokio::test]
async fn sec_01_a_username_is_never_a_pattern() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    for username in ["*", "n*", "newton)(uid=*", ")(uid=*", "*)(objectClass=*", "newton\0", "\\6eewton"] {
        assert_eq!(refusal(&directory, username, "password").await, Refusal::Unknown, "{username}");
    }
}

#[tokio::test]
async fn sec_03_a_password_that_is_none_is_refused_before_anything_is_sent() {
    let slapd = Slapd::start(&Setup { global: "allow bind_anon_dn bind_anon_cred", ..Setup::default() });
    let heard = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&heard);
    let fake = Fake::new(move |stream| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        async move { drop(stream) }
    })
    .await;
    for port in [slapd.port, fake.port] {
        let directory = directory(&on(port), "password");
        for password in ["", " ", "\t\n", "\u{2003}", "\0", "pass\0word"] {
            assert_eq!(refusal(&directory, "newton", password).await, Refusal::NoPassword, "{password:?}");
        }
    }
    assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), 0);
}

/// A server that says yes to every login, and that everybody is there.
async fn yes_man(who: &'static [u8]) -> Fake {
    Fake::answering(move |tag, _| match tag {
        0x60 => vec![fake::result(0x61, 0, "")],
        0x77 => {
            let parts = [fake::element(0x0a, &[0]), fake::element(4, b""), fake::element(4, b"")].concat();
            vec![fake::element(0x78, &[parts, fake::element(0x8b, who)].concat())]
        }
        _ => {
            let user = fake::entry("uid=newton", &[("objectClass", &[b"inetOrgPerson"]), ("uid", &[b"newton"])]);
            vec![user, fake::result(0x65, 0, "")]
        }
    })
    .await
}

#[tokio::test]
async fn sec_03_a_server_that_says_yes_to_all_lets_nobody_in_anonymously() {
    for who in [&b""[..], b"dn:"] {
        let fake = yes_man(who).await;
        let directory = directory(&on(fake.port), "password");
        assert_eq!(refusal(&directory, "newton", "any").await, Refusal::Anonymous);
        assert_eq!(refusal(&directory, "newton", "").await, Refusal::NoPassword);
        assert_eq!(refusal(&directory, "euler", "any").await, Refusal::Unknown);
    }
    let fake = yes_man(b"dn:uid=newton").await;
    let directory = directory(&on(fake.port), "password");
    assert!(matches!(sign_in(&directory, "newton", "any").await, Ok(Answer::Is(_))));
}

/// Password policies, and users whom they keep out.
fn with_policies() -> Slapd {
    let user = |name: &str, state: &str| {
        format!(
            "\ndn: uid={name},dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n\
             userPassword: password\n{state}"
        )
    };
    let policy = "\ndn: cn=policy,dc=example,dc=com\nobjectClass: device\nobjectClass: pwdPolicy\ncn: policy\n\
                  pwdAttribute: userPassword\npwdLockout: TRUE\npwdMaxFailure: 3\npwdMustChange: TRUE\npwdMaxAge: 86400\n";
    let ldif = [
        Setup::default().ldif,
        policy.to_owned(),
        user("locked", "pwdAccountLockedTime: 20200101000000Z\n"),
        user("disabled", "pwdAccountLockedTime: 000001010000Z\n"),
        user("reset", "pwdReset: TRUE\n"),
        user("expired", "pwdChangedTime: 20000101000000Z\n"),
        user("guessed", ""),
    ]
    .concat();
    let database = "overlay ppolicy\nppolicy_default cn=policy,dc=example,dc=com\nppolicy_use_lockout";
    Slapd::start(&Setup { ldif, database, ..Setup::default() })
}

#[tokio::test]
async fn what_a_password_policy_says_is_told_apart() {
    let slapd = with_policies();
    let directory = directory(&on(slapd.port), "password");
    for (username, expected) in [
        ("locked", Refusal::Locked),
        ("disabled", Refusal::Locked),
        ("reset", Refusal::MustChange),
        ("expired", Refusal::PasswordExpired),
    ] {
        assert_eq!(refusal(&directory, username, "password").await, expected, "{username}");
    }
    for _ in 0..3 {
        assert_eq!(refusal(&directory, "guessed", "wrong").await, Refusal::WrongPassword);
    }
    assert_eq!(refusal(&directory, "guessed", "password").await, Refusal::Locked);
    for (username, standing) in [
        ("disabled", Standing::Disabled),
        ("locked", Standing::Locked),
        ("guessed", Standing::Locked),
        ("reset", Standing::Active),
    ] {
        let person = directory.person(Who::Username(username), None).await.unwrap().unwrap();
        assert_eq!(person.standing, standing, "{username}");
    }
}

/// An Active Directory that answers every login of a user with this text.
async fn active_directory(text: &'static str) -> (Fake, Directory) {
    let fake = Fake::answering(move |tag, content| match tag {
        0x60 if content.windows(3).any(|part| part == b"svc") => vec![fake::result(0x61, 0, "")],
        0x60 => vec![fake::result(0x61, 49, text)],
        _ => {
            let attributes: [(&str, &[&[u8]]); 3] =
                [("objectClass", &[b"user"]), ("sAMAccountName", &[b"alice"]), ("sAMAccountType", &[b"805306368"])];
            vec![fake::entry("cn=Alice,dc=example,dc=com", &attributes), fake::result(0x65, 0, "")]
        }
    })
    .await;
    let settings = ServerSettings {
        server_type: ServerType::ActiveDirectory,
        username: "svc".to_owned(),
        netbios: Some("MYDOMAIN".to_owned()),
        ..on(fake.port)
    };
    let directory = directory(&settings, "password");
    (fake, directory)
}

#[tokio::test]
async fn the_codes_of_active_directory_are_told_apart() {
    for (text, expected) in [
        ("80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 525, v1db1", Refusal::Unknown),
        (
            "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1",
            Refusal::WrongPassword,
        ),
        ("… error, data 530, v1db1", Refusal::NotNow),
        ("… error, data 531, v1db1", Refusal::NotNow),
        ("… error, data 532, v1db1", Refusal::PasswordExpired),
        ("… error, data 533, v1db1", Refusal::Disabled),
        ("… error, data 701, v1db1", Refusal::AccountExpired),
        ("… error, data 773, v1db1", Refusal::MustChange),
        ("… error, data 775, v1db1", Refusal::Locked),
        ("… error, data 57, v1db1", Refusal::Other("code 57".to_owned())),
        ("", Refusal::WrongPassword),
    ] {
        let (_fake, directory) = active_directory(text).await;
        assert_eq!(refusal(&directory, "alice", "password").await, expected, "{text}");
    }
}

#[tokio::test]
async fn an_outage_is_no_refusal() {
    let slapd = Slapd::forumsys();
    let settings = on(slapd.port);
    let wrong = directory(&settings, "wrong");
    assert!(matches!(sign_in(&wrong, "newton", "password").await, Err(Error::Credentials(_))));
    let right = directory(&settings, "password");
    assert!(matches!(sign_in(&right, "newton", "password").await, Ok(Answer::Is(_))));
    drop(slapd);
    assert!(matches!(sign_in(&right, "newton", "password").await, Err(error) if error.is_outage()));
}

#[tokio::test]
async fn a_connection_that_ended_unseen_is_replaced() {
    let slapd = Slapd::start(&Setup { global: "idletimeout 1", ..Setup::default() });
    let directory = directory(&on(slapd.port), "password");
    for _ in 0..2 {
        assert!(directory.person(Who::Username("newton"), None).await.unwrap().is_some());
        tokio::time::sleep(Duration::from_millis(2_500)).await;
    }
    // And one that ends in the very moment in which it is used.
    let served = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let fake = Fake::new(move |stream| {
        let served = Arc::clone(&served);
        async move { serve_one_search(stream, &served).await }
    })
    .await;
    let directory = super::directory(&on(fake.port), "password");
    for _ in 0..3 {
        assert_eq!(directory.person(Who::Username("newton"), None).await, Ok(None));
    }
}

/// Answers a login and one search, and closes the connection at the next.
async fn serve_one_search(mut stream: tokio::net::TcpStream, served: &std::sync::atomic::AtomicUsize) {
    let mut searches = 0;
    while let Some((number, tag, _)) = fake::request(&mut stream).await {
        let operation = if tag == 0x60 { fake::result(0x61, 0, "") } else { fake::result(0x65, 0, "") };
        searches += usize::from(tag == 0x63);
        if searches > 1 {
            return;
        }
        served.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        fake::send(&mut stream, number, operation).await;
    }
}

#[tokio::test]
async fn rel_06_whoever_signs_in_while_the_directory_is_down_hears_it_soon() {
    let silent = Fake::silent().await;
    let timeouts =
        robin_model::directory::Timeouts { connect: Duration::from_millis(200), answer: Duration::from_millis(200) };
    let directory = directory(&ServerSettings { timeouts, ..on(silent.port) }, "password");
    for _ in 0..3 {
        let answer = sign_in(&directory, "newton", "password").await;
        assert!(matches!(answer, Err(Error::Unreachable(_))), "{answer:?}");
    }
    let start = std::time::Instant::now();
    for _ in 0..50 {
        assert!(matches!(sign_in(&directory, "newton", "password").await, Err(Error::Suspended { .. })));
    }
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
    // Who tests the settings is told what is wrong, not that nobody asks any more.
    assert!(matches!(directory.check().await, Err(Error::Unreachable(_))));
}

#[tokio::test]
async fn many_sign_in_at_once() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    let logins = (0..100).map(|nth| {
        let directory = directory.clone();
        tokio::spawn(async move {
            let password = if nth % 2 == 0 { "password" } else { "wrong" };
            (nth, sign_in(&directory, "newton", password).await)
        })
    });
    for login in logins.collect::<Vec<_>>() {
        let (nth, answer) = login.await.unwrap();
        assert_eq!(matches!(answer, Ok(Answer::Is(_))), nth % 2 == 0, "{answer:?}");
    }
}
