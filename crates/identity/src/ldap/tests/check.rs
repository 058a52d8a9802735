//! What is told of settings that do not work.

use std::time::{Duration, Instant};

use robin_model::directory::{ServerSettings, ServerType, Timeouts, Transport};
use robin_testkit::{Slapd, certificates::Authority, slapd::Setup};

use super::{directory, dn, encrypted, fake, fake::Fake, on};
use crate::ldap::{Base, Error, Failure};

async fn check(settings: &ServerSettings, password: &str) -> Result<(), Error> {
    directory(settings, password).check().await
}

/// What is wrong with the only host.
async fn failure(settings: &ServerSettings) -> Failure {
    match check(settings, "password").await {
        Err(Error::Unreachable(failures)) if failures.0.len() == 1 => failures.0[0].1.clone(),
        other => panic!("{other:?}"),
    }
}

fn hasty(port: u16) -> ServerSettings {
    let timeouts = Timeouts { connect: Duration::from_millis(300), answer: Duration::from_millis(300) };
    ServerSettings { timeouts, ..on(port) }
}

#[tokio::test]
async fn settings_that_work_pass_with_and_without_tls() {
    let slapd = Slapd::forumsys();
    assert_eq!(check(&on(slapd.port), "password").await, Ok(()));
    for transport in [Transport::Starttls, Transport::Ldaps] {
        let settings = encrypted(&slapd, transport);
        assert_eq!(check(&settings, "password").await, Ok(()));
        let by_name = ServerSettings { hosts: "localhost".parse().unwrap(), ..settings };
        assert_eq!(check(&by_name, "password").await, Ok(()));
    }
    let bases = ServerSettings {
        user_base: Some(dn("DC=Example, DC=Com")),
        group_base: Some(dn("ou=scientists,dc=example,dc=com")),
        ..on(slapd.port)
    };
    assert_eq!(check(&bases, "password").await, Ok(()));
}

#[tokio::test]
async fn what_is_wrong_is_told_apart() {
    let slapd = Slapd::forumsys();
    let good = on(slapd.port);
    for (username, password) in
        [(super::READER, "wrong"), ("cn=nobody,dc=example,dc=com", "password"), ("read-only-admin", "password")]
    {
        let settings = ServerSettings { username: username.to_owned(), ..good.clone() };
        let checked = check(&settings, password).await;
        assert!(matches!(checked, Err(Error::Credentials(_))), "{username}: {checked:?}");
    }
    let nowhere = || dn("ou=nowhere,dc=example,dc=com");
    for (base, settings) in [
        (Base::Search, ServerSettings { search_base: nowhere(), ..good.clone() }),
        (Base::User, ServerSettings { user_base: Some(nowhere()), ..good.clone() }),
        (Base::Group, ServerSettings { group_base: Some(nowhere()), ..good.clone() }),
    ] {
        assert_eq!(check(&settings, "password").await, Err(Error::NoBase { base, dn: nowhere() }));
    }
    let error = check(&ServerSettings { group_base: Some(nowhere()), ..good.clone() }, "password").await.unwrap_err();
    assert_eq!(error.to_string(), "the group base `ou=nowhere,dc=example,dc=com` is not in the directory");

    let not_found = ServerSettings { hosts: "no-such-host.invalid".parse().unwrap(), ..good.clone() };
    assert!(matches!(failure(&not_found).await, Failure::NotFound(_)));
    assert_eq!(failure(&ServerSettings { port: 1, ..good.clone() }).await, Failure::Refused);
}

#[tokio::test]
async fn a_server_that_wants_encryption_says_so() {
    for global in ["security simple_bind=128", "security tls=1"] {
        let slapd = Slapd::start(&Setup { global, ..Setup::default() });
        let checked = check(&on(slapd.port), "password").await;
        assert_eq!(checked, Err(Error::Confidentiality(Transport::None)), "{global}");
        assert_eq!(check(&encrypted(&slapd, Transport::Starttls), "password").await, Ok(()));
    }
}

#[tokio::test]
async fn sec_03_a_password_that_is_none_never_leaves() {
    // Takes anything for a login, as some servers do.
    let slapd = Slapd::start(&Setup { global: "allow bind_anon_dn bind_anon_cred", ..Setup::default() });
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&heard);
    let fake = Fake::new(move |stream| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        async move { drop(stream) }
    })
    .await;
    for port in [slapd.port, fake.port] {
        for password in ["", " ", "\t \u{a0}", "pass\0word", "\0"] {
            assert!(matches!(check(&on(port), password).await, Err(Error::Unusable(_))), "{password:?}");
        }
        for username in ["", " ", "a\0b"] {
            let settings = ServerSettings { username: username.to_owned(), ..on(port) };
            assert!(matches!(check(&settings, "password").await, Err(Error::Unusable(_))), "{username:?}");
        }
    }
    assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), 0, "not even a connection is made");
}

#[tokio::test]
async fn sec_04_certificates_that_prove_nothing_are_refused() {
    let authority = Authority::new("The one that is trusted");
    let names = ["localhost", "127.0.0.1"];
    for (certificate, expected) in [
        (authority.issue(&["other.example.com"]), Failure::CertificateOfAnother),
        (authority.issue_expired(&names), Failure::ExpiredCertificate),
        (Authority::new("Another").issue(&names), Failure::UnknownCertificate),
    ] {
        let slapd = Slapd::start(&Setup { certificate: Some(certificate), ..Setup::default() });
        for transport in [Transport::Starttls, Transport::Ldaps] {
            let settings = ServerSettings { ca_cert: Some(authority.pem()), ..encrypted(&slapd, transport) };
            assert_eq!(failure(&settings).await, expected, "{transport:?}");
        }
    }
    let slapd = Slapd::start(&Setup { certificate: Some(authority.issue(&names)), ..Setup::default() });
    let system = ServerSettings { ca_cert: None, ..encrypted(&slapd, Transport::Ldaps) };
    match super::super::Directory::new(
        &system,
        super::secret("password"),
        &robin_model::directory::Attributes::default(),
    ) {
        Ok(directory) => assert!(matches!(directory.check().await, Err(Error::Unreachable(_)))),
        Err(error) => assert!(matches!(error, Error::CaCert(_))),
    }
}

#[tokio::test]
async fn sec_04_without_tls_nothing_is_sent() {
    let slapd = Slapd::start(&Setup { tls: false, ..Setup::default() });
    let plain = on(slapd.port);
    let ca_cert = Some(slapd.ca_cert.clone());
    let starttls = ServerSettings { transport: Transport::Starttls, ca_cert: ca_cert.clone(), ..plain.clone() };
    assert!(matches!(failure(&starttls).await, Failure::NoStartTls(_)));
    let ldaps = ServerSettings { transport: Transport::Ldaps, ca_cert: ca_cert.clone(), ..plain };
    assert!(matches!(failure(&ldaps).await, Failure::NotTls | Failure::Tls(_)));

    // Says yes to TLS, and goes on in plain text.
    let says_yes = Fake::answering(|tag, _| match tag {
        0x77 => vec![fake::result(0x78, 0, "")],
        _ => vec![fake::result(0x61, 0, ""), fake::result(0x65, 0, "")],
    })
    .await;
    let settings = ServerSettings { transport: Transport::Starttls, ca_cert, ..hasty(says_yes.port) };
    assert!(matches!(check(&settings, "password").await, Err(Error::Unreachable(_))));
}

#[tokio::test]
async fn sec_08_hosts_at_special_addresses_are_not_spoken_to() {
    for hosts in ["169.254.169.254", "0.0.0.0", "::ffff:169.254.169.254", "fe80::1", "255.255.255.255"] {
        let settings = ServerSettings { hosts: hosts.parse().unwrap(), ..on(389) };
        assert!(matches!(failure(&settings).await, Failure::Forbidden(_)), "{hosts}");
    }
}

#[tokio::test]
async fn sec_09_a_referral_is_not_followed() {
    let elsewhere = Fake::silent().await;
    let address = format!("ldap://127.0.0.1:{}/dc=example,dc=com", elsewhere.port);
    let slapd = Slapd::start(&Setup {
        ldif: format!(
            "{}\ndn: ou=moved,dc=example,dc=com\nobjectClass: referral\nobjectClass: extensibleObject\nou: moved\nref: {address}\n",
            Setup::default().ldif
        ),
        ..Setup::default()
    });
    let settings = ServerSettings { user_base: Some(dn("ou=moved,dc=example,dc=com")), ..on(slapd.port) };
    assert_eq!(check(&settings, "password").await, Err(Error::Referral));
}

#[tokio::test]
async fn the_next_host_is_tried_when_one_is_down() {
    let slapd = Slapd::forumsys();
    let hosts = "no-such-host.invalid,127.0.0.2,127.0.0.1".parse().unwrap();
    assert_eq!(check(&ServerSettings { hosts, ..on(slapd.port) }, "password").await, Ok(()));
    let hosts = "no-such-host.invalid,127.0.0.2".parse().unwrap();
    let error = check(&ServerSettings { hosts, ..on(slapd.port) }, "password").await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("`127.0.0.2`: connection refused") && text.contains("`no-such-host.invalid`: host not"),
        "{text}"
    );
}

#[tokio::test]
async fn rel_06_a_host_that_takes_connections_and_says_nothing_is_passed_over() {
    let slapd = Slapd::forumsys();
    // The same port on another address of this machine.
    let silent = tokio::net::TcpListener::bind(("127.0.0.3", slapd.port)).await.unwrap();
    let hosts = "127.0.0.3,127.0.0.1".parse().unwrap();
    let timeouts = Timeouts { connect: Duration::from_secs(1), answer: Duration::from_secs(5) };
    assert_eq!(check(&ServerSettings { hosts, timeouts, ..on(slapd.port) }, "password").await, Ok(()));
    drop(silent);
}

#[tokio::test]
async fn rel_06_a_server_that_says_nothing_or_nonsense_is_given_up() {
    let silent = Fake::silent().await;
    let closing = Fake::closing().await;
    let talks_http = Fake::saying(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec()).await;
    let endless = Fake::saying(vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0]).await;
    let half = Fake::saying(vec![0x30, 12, 2, 1, 1]).await;
    let odd = Fake::saying(fake::element(0x30, &[&[2, 1, 1][..], &fake::entry("x", &[])].concat())).await;
    for (fake, transport) in [&silent, &closing, &talks_http, &endless, &half, &odd]
        .into_iter()
        .flat_map(|fake| [Transport::None, Transport::Starttls, Transport::Ldaps].map(|transport| (fake, transport)))
    {
        let ca_cert = Some(Authority::new("Any").pem());
        let settings = ServerSettings { transport, ca_cert, ..hasty(fake.port) };
        let start = Instant::now();
        let error = check(&settings, "password").await.unwrap_err();
        assert!(error.is_outage(), "{transport:?}: {error:?}");
        assert!(start.elapsed() < Duration::from_secs(2), "{transport:?}: {:?}", start.elapsed());
    }
    let error = check(&hasty(talks_http.port), "password").await.unwrap_err();
    assert!(error.to_string().contains("not LDAP"), "{error}");
    assert_eq!(failure(&hasty(silent.port)).await, Failure::TimedOut(Duration::from_millis(300)));
}

#[tokio::test]
async fn sec_06_an_answer_nested_a_million_times_ends_the_connection_and_nothing_else() {
    let mut bytes = Vec::new();
    let total = 1_000_000 * 6;
    for level in 0..1_000_000_u32 {
        bytes.extend([0x30, 0x84]);
        bytes.extend((total - (level + 1) * 6).to_be_bytes());
    }
    let fake = Fake::saying(bytes).await;
    let error =
        check(&ServerSettings { timeouts: Timeouts::default(), ..on(fake.port) }, "password").await.unwrap_err();
    assert!(error.to_string().contains("nested too deep"), "{error}");
}

#[tokio::test]
async fn a_bare_name_that_active_directory_takes_gets_its_domain() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let fake = Fake::answering(move |tag, content| {
        if tag == 0x60 {
            let _ = tell.send(String::from_utf8_lossy(content).into_owned());
        }
        vec![fake::result(0x61, 49, "80090308: LdapErr: DSID-0C0903A9, data 52e, v1db1")]
    })
    .await;
    let settings = ServerSettings {
        server_type: ServerType::ActiveDirectory,
        username: "administrator".to_owned(),
        netbios: Some("MYDOMAIN".to_owned()),
        ..on(fake.port)
    };
    assert!(matches!(check(&settings, "password").await, Err(Error::Credentials(_))));
    assert!(told.recv().await.unwrap().contains(r"MYDOMAIN\administrator"));
}
