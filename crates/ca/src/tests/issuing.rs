//! Certificates of users.

use std::collections::HashSet;

use der::DecodePem;
use proptest::prelude::*;
use robin_crypto::SystemRandom;
use x509_cert::Certificate;

use super::{DAY, YEAR, authority, issue, key, now, openssl::OpenSsl, username};
use crate::{Authority, Order, SignError, serial};

#[test]
fn openssl_verifies_what_is_issued() {
    let (authority, key, openssl) = (authority(), key(), OpenSsl::new());
    let (_, issued) = issue(&authority, "ada", key.public(), now());
    openssl.file("ca.crt", authority.pem());
    openssl.file("ada.crt", &issued.pem);
    openssl.file("ada.key", key.pem().unwrap().as_bytes());
    openssl.expect("verify -x509_strict -purpose sslclient -CAfile ca.crt ada.crt");
    openssl.expect("verify -x509_strict -check_ss_sig -CAfile ca.crt ca.crt");
    openssl.expect("pkey -in ada.key -check -noout");
    let public = openssl.expect("pkey -in ada.key -pubout");
    assert_eq!(openssl.expect("x509 -in ada.crt -pubkey -noout"), public);
    openssl.run("verify -purpose sslserver -CAfile ca.crt ada.crt").unwrap_err();
}

#[test]
fn a_certificate_says_these_things_and_no_others() {
    let (authority, key, openssl) = (authority(), key(), OpenSsl::new());
    let (number, issued) = issue(&authority, "ada", key.public(), now());
    openssl.file("ada.crt", &issued.pem);
    openssl.file("ca.crt", authority.pem());
    let said = openssl.expect("x509 -in ada.crt -noout -text -certopt no_pubkey,no_sigdump,no_validity,no_serial");
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let ids = |line: &&&str| line.len() == 59 && line.split(':').all(|pair| pair.len() == 2);
    let (ids, lines): (Vec<&&str>, Vec<&&str>) = lines.iter().partition(|line| ids(line));
    assert_eq!(
        lines,
        [
            &"Certificate:",
            &"Data:",
            &"Version: 3 (0x2)",
            &"Signature Algorithm: ecdsa-with-SHA256",
            &"Issuer: CN = Robin",
            &"Subject: O = robin:users, CN = ada",
            &"X509v3 extensions:",
            &"X509v3 Basic Constraints: critical",
            &"CA:FALSE",
            &"X509v3 Key Usage: critical",
            &"Digital Signature",
            &"X509v3 Extended Key Usage:",
            &"TLS Web Client Authentication",
            &"X509v3 Subject Key Identifier:",
            &"X509v3 Authority Key Identifier:",
            &"X509v3 CRL Distribution Points:",
            &"Full Name:",
            &"URI:https://robin.example/pki/crl.der",
        ]
    );
    let own = openssl.expect("x509 -in ca.crt -noout -ext subjectKeyIdentifier,basicConstraints,keyUsage");
    assert!(ids.len() == 2 && own.contains(*ids[1]), "{ids:?}\n{own}");
    for said in
        ["CA:TRUE, pathlen:0", "Basic Constraints: critical", "Certificate Sign, CRL Sign", "Key Usage: critical"]
    {
        assert!(own.contains(said), "{own}");
    }
    let shown = openssl.expect("x509 -in ada.crt -noout -serial");
    assert_eq!(shown.trim().to_lowercase(), format!("serial={number}"));
}

#[test]
fn a_certificate_begins_a_little_earlier_and_never_outlives_its_authority() {
    let now = now();
    let (authority, _) = Authority::generate("Robin", &serial(&SystemRandom), now, 2 * DAY).unwrap();
    let (_, issued) = issue(&authority, "ada", key().public(), now);
    assert_eq!(issued.not_before.seconds(), now.seconds() - 300);
    assert_eq!(issued.not_after, authority.not_after());
    let content = Certificate::from_pem(&issued.pem).unwrap();
    let validity = content.tbs_certificate().validity();
    assert_eq!(crate::wire::timestamp(validity.not_before), issued.not_before);
    assert_eq!(crate::wire::timestamp(validity.not_after), issued.not_after);
    let (ada, key, number) = (username("ada"), key(), serial(&SystemRandom));
    let order = Order {
        username: &ada,
        key: key.public(),
        serial: &number,
        now: now.plus(2 * DAY),
        lifespan: YEAR,
        list_url: None,
    };
    assert!(matches!(authority.issue(&order), Err(SignError::Expired(_))));
}

#[test]
fn sec_50_serial_numbers_are_positive_of_one_length_and_never_the_same() {
    let numbers: HashSet<_> = (0..1000).map(|_| serial(&SystemRandom)).collect();
    assert_eq!(numbers.len(), 1000);
    let mut seen = [0_u8; 16];
    for number in &numbers {
        let bytes = number.bytes();
        assert_eq!((bytes.len(), bytes[0]), (17, 1));
        for (seen, byte) in seen.iter_mut().zip(&bytes[1..]) {
            *seen |= byte;
        }
    }
    assert_eq!(seen, [0xff; 16], "every one of the 128 bits is random");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Usernames that would be several attributes, or another one, in a name's text form are one value here.
    #[test]
    fn sec_50_the_subject_is_the_username_and_the_organization_whatever_the_name(name in "[A-Za-z0-9._-]{1,64}") {
        let (_, issued) = issue(&authority(), &name, key().public(), now());
        let certificate = Certificate::from_pem(&issued.pem).unwrap();
        let subject: Vec<_> = certificate.tbs_certificate().subject().iter().collect();
        let values: Vec<_> = subject.iter().map(|part| part.value.value().to_vec()).collect();
        prop_assert_eq!(values, vec![b"robin:users".to_vec(), name.into_bytes()]);
    }
}
