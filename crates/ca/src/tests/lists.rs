//! Lists of revoked certificates.

use std::time::Duration;

use robin_model::{
    Timestamp,
    certificate::{Reason, Revocation, Revoked, Serial},
};

use super::{DAY, authority, issue, key, now, openssl::OpenSsl};
use crate::{Authority, List, SignError};

fn list(authority: &Authority, number: u64, now: Timestamp, revoked: &[Revoked]) -> Vec<u8> {
    authority.list(&List { number, now, next_update: now.plus(DAY), revoked }).unwrap()
}

fn revoked(serial: &Serial, reason: Reason) -> Revoked {
    Revoked { serial: serial.clone(), revocation: Revocation { at: now(), reason } }
}

/// `openssl verify` of `ada.crt` with the list `ca.crl`, an hour or more from now.
fn verdict(openssl: &OpenSsl, list: &[u8], after: Duration) -> Result<String, String> {
    openssl.file("ca.der", list);
    openssl.expect("crl -inform DER -in ca.der -out ca.crl");
    let at = now().plus(after).seconds();
    openssl.run(&format!("verify -x509_strict -crl_check -attime {at} -CAfile ca.crt -CRLfile ca.crl ada.crt"))
}

#[test]
fn sec_51_openssl_finds_good_revoked_stale_and_foreign() {
    let (authority, key, openssl) = (authority(), key(), OpenSsl::new());
    let (ada, issued) = issue(&authority, "ada", key.public(), now());
    let (bob, _) = issue(&authority, "bob", key.public(), now());
    openssl.file("ca.crt", authority.pem());
    openssl.file("ada.crt", &issued.pem);
    let hour = Duration::from_hours(1);

    let empty = list(&authority, 1, now(), &[]);
    verdict(&openssl, &empty, hour).unwrap();
    let other = list(&authority, 2, now(), &[revoked(&bob, Reason::Unspecified)]);
    verdict(&openssl, &other, hour).unwrap();
    let both = list(&authority, 3, now(), &[revoked(&bob, Reason::Unspecified), revoked(&ada, Reason::KeyCompromise)]);
    let said = verdict(&openssl, &both, hour).unwrap_err();
    assert!(said.contains("certificate revoked"), "{said}");
    let said = verdict(&openssl, &other, DAY + hour).unwrap_err();
    assert!(said.contains("CRL has expired"), "{said}");
    // Of the same name, with another key.
    let foreign = super::authority();
    let said = verdict(&openssl, &list(&foreign, 4, now(), &[]), hour).unwrap_err();
    assert!(said.contains("unable to get certificate CRL") || said.contains("CRL signature failure"), "{said}");
}

#[test]
fn sec_51_a_list_has_its_version_number_dates_and_reasons() {
    let (authority, openssl) = (authority(), OpenSsl::new());
    let serials: Vec<_> = Reason::ALL.iter().map(|_| crate::serial(&robin_crypto::SystemRandom)).collect();
    let all: Vec<_> = serials.iter().zip(Reason::ALL).map(|(serial, reason)| revoked(serial, reason)).collect();
    openssl.file("ca.crt", authority.pem());
    openssl.file("ca.der", list(&authority, 4711, now(), &all));
    let said = openssl.expect("crl -inform DER -in ca.der -noout -text -CAfile ca.crt");
    for line in [
        "verify OK",
        "Version 2 (0x1)",
        "Signature Algorithm: ecdsa-with-SHA256",
        "Issuer: CN = Robin",
        "X509v3 Authority Key Identifier",
        "4711",
        "Key Compromise",
        "Cessation Of Operation",
        "Privilege Withdrawn",
        "Superseded",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("Unspecified"), "no reason at all is said by saying none\n{said}");
    for serial in serials {
        assert!(said.contains(&serial.as_str().to_uppercase()), "{serial}\n{said}");
    }
}

#[test]
fn an_authority_that_is_over_signs_no_list() {
    let authority = authority();
    let now = authority.not_after();
    let refused = authority.list(&List { number: 1, now, next_update: now.plus(DAY), revoked: &[] });
    assert!(matches!(refused, Err(SignError::Expired(_))));
}
