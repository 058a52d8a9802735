//! Requests of users who keep their keys.

use robin_testkit::fuzz::{self, Dice};

use super::{authority, issue, now, openssl::OpenSsl, username};
use crate::{PublicKey, Request, RequestError};

const P256: &str = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

/// A request made by OpenSSL.
fn made(new_key: &str, rest: &str) -> (OpenSsl, String) {
    let openssl = OpenSsl::new();
    openssl.expect(&format!("{new_key} -out ada.key"));
    openssl.expect(&format!("req -new -key ada.key -out ada.csr {rest}"));
    let request = openssl.text("ada.csr");
    (openssl, request)
}

fn read(text: &str, name: &str) -> Result<PublicKey, RequestError> {
    Request::read(text)?.key_for(&username(name))
}

#[test]
fn keys_of_every_kind_get_a_certificate_that_openssl_verifies() {
    let authority = authority();
    for (new_key, digest) in [
        (P256, "-sha256"),
        (P256, "-sha384"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", "-sha384"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", "-sha512"),
        ("genpkey -algorithm ED25519", "-sha256"),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "-sha256"),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072", "-sha512"),
    ] {
        let (openssl, request) = made(new_key, &format!("{digest} -subj /CN=ada"));
        let key = read(&request, "ada").unwrap();
        let (_, issued) = issue(&authority, "ada", &key, now());
        openssl.file("ca.crt", authority.pem());
        openssl.file("ada.crt", &issued.pem);
        openssl.expect("verify -x509_strict -purpose sslclient -CAfile ca.crt ada.crt");
        let public = openssl.expect("pkey -in ada.key -pubout");
        assert_eq!(openssl.expect("x509 -in ada.crt -pubkey -noout"), public);
        assert_eq!(PublicKey::of_certificate(&issued.pem).unwrap(), key);
    }
}

#[test]
fn sec_50_a_request_names_its_sender_or_nobody() {
    for own in ["/", "/CN=ada", "/O=robin:users/CN=ada", "/CN=ada/O=robin:users"] {
        let (_, request) = made(P256, &format!("-subj {own}"));
        assert!(read(&request, "ada").is_ok(), "{own}");
    }
    for foreign in [
        "/CN=bob",
        "/CN=Ada",
        "/CN=ada/CN=bob",
        "/CN=ada/CN=ada",
        "/O=robin:users",
        "/O=robin:users/O=robin:users",
        "/O=system:masters/CN=ada",
        "/CN=ada/O=robin:users/OU=x",
        "/CN=ada/emailAddress=ada@example.com",
        "/CN=system:admin",
    ] {
        let (_, request) = made(P256, &format!("-subj {foreign}"));
        assert_eq!(read(&request, "ada"), Err(RequestError::Foreign), "{foreign}");
    }
}

#[test]
fn sec_50_nothing_that_a_request_asks_for_is_granted() {
    for extension in ["subjectAltName=DNS:example.com", "basicConstraints=CA:TRUE", "extendedKeyUsage=serverAuth"] {
        let (_, request) = made(P256, &format!("-subj /CN=ada -addext {extension}"));
        assert_eq!(read(&request, "ada"), Err(RequestError::Extensions), "{extension}");
    }
}

#[test]
fn sec_50_weak_keys_are_refused() {
    for weak in [
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2040",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
    ] {
        let (_, request) = made(weak, "-subj /CN=ada");
        assert_eq!(read(&request, "ada"), Err(RequestError::WeakKey), "{weak}");
    }
    let (_, request) = made("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "-sha1 -subj /CN=ada");
    assert_eq!(read(&request, "ada"), Err(RequestError::Unproved), "SHA-1 proves nothing");
}

#[test]
fn sec_50_the_sender_proves_to_have_the_key() {
    let (_, request) = made(P256, "-subj /CN=ada");
    let der = der::pem::decode_vec(request.as_bytes()).unwrap().1;
    let name = der.windows(3).position(|part| part == b"ada").unwrap();
    let mut bob = der.clone();
    bob[name..name + 3].copy_from_slice(b"bob");
    let mut other = der.clone();
    *other.last_mut().unwrap() ^= 1;
    for changed in [bob, other] {
        let text = crate::wire::pem("CERTIFICATE REQUEST", &changed).unwrap();
        assert_eq!(Request::read(&text).err(), Some(RequestError::Unproved));
    }
}

#[test]
fn what_is_no_request_is_refused() {
    let (openssl, request) = made(P256, "-subj /CN=ada");
    let key = openssl.text("ada.key");
    let long = format!("{request}{}", " ".repeat(20_000));
    for text in ["", "csr", &key, &long, &request.replace("CERTIFICATE REQUEST", "CERTIFICATE"), &request[..200]] {
        assert_eq!(Request::read(text).err(), Some(RequestError::Unreadable), "{text}");
    }
    assert!(Request::read(&request.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")).is_ok());
    for case in 0..fuzz::cases() {
        let changed = Dice::of(case).changed(&request);
        if let Ok(key) = read(&changed, "ada") {
            assert_eq!(key, read(&request, "ada").unwrap(), "case {case}: {changed}");
        }
    }
}
