//! Authorities that others made.

use std::time::Duration;

use robin_crypto::SystemRandom;
use robin_testkit::fuzz::{self, Dice};

use super::{YEAR, issue, key, now, openssl::OpenSsl};
use crate::{Authority, List, LoadError, serial};

/// An authority made by OpenSSL, with these extensions.
fn made(new_key: &str, extensions: &[&str]) -> (OpenSsl, String, String) {
    let openssl = OpenSsl::new();
    openssl.expect(&format!("{new_key} -out ca.key"));
    openssl.file("ca.cnf", format!("[req]\ndistinguished_name=dn\n[dn]\n[v3]\n{}\n", extensions.join("\n")));
    openssl.expect(
        "req -x509 -new -key ca.key -out ca.crt -days 3650 -subj /O=Example/CN=kubernetes -config ca.cnf -extensions v3",
    );
    let (certificate, key) = (openssl.text("ca.crt"), openssl.text("ca.key"));
    (openssl, certificate, key)
}

const CA: &str = "basicConstraints=critical,CA:TRUE";
const SIGNS: &str = "keyUsage=critical,keyCertSign,cRLSign";
const KUBEADM: &str = "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign";
const SKI: &str = "subjectKeyIdentifier=hash";
const P256: &str = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

#[test]
fn authorities_of_every_kind_issue_what_openssl_verifies() {
    for new_key in [
        P256,
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "genpkey -algorithm ED25519",
        "genrsa -traditional",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        // With a block of parameters before the key.
        "ecparam -name prime256v1 -genkey",
    ] {
        let (openssl, certificate, key_text) = made(new_key, &[CA, SIGNS, SKI]);
        let authority = Authority::load(&certificate, &key_text, now().plus(Duration::from_mins(1))).unwrap();
        assert!(authority.signs_lists());
        let (_, issued) = issue(&authority, "ada", key().public(), now());
        openssl.file("ada.crt", &issued.pem);
        let list = List { number: 1, now: now(), next_update: now().plus(YEAR), revoked: &[] };
        openssl.file("ca.der", authority.list(&list).unwrap());
        openssl.expect("crl -inform DER -in ca.der -out ca.crl");
        openssl.expect("verify -x509_strict -purpose sslclient -crl_check -CAfile ca.crt -CRLfile ca.crl ada.crt");
    }
}

#[test]
fn an_authority_that_may_sign_no_lists_issues_without_naming_one() {
    for extensions in [&[CA, KUBEADM, SKI][..], &[CA, KUBEADM]] {
        let (openssl, certificate, key_text) = made("genrsa -traditional", extensions);
        let authority = Authority::load(&certificate, &key_text, now().plus(Duration::from_mins(1))).unwrap();
        assert!(!authority.signs_lists());
        let (_, issued) = issue(&authority, "ada", key().public(), now());
        openssl.file("ada.crt", &issued.pem);
        openssl.expect("verify -purpose sslclient -CAfile ca.crt ada.crt");
        assert!(!openssl.expect("x509 -in ada.crt -noout -text").contains("CRL"));
    }
}

#[test]
fn an_own_authority_is_the_same_when_it_is_loaded_again() {
    let (made, key_text) = Authority::generate("Robin", &serial(&SystemRandom), now(), YEAR).unwrap();
    let loaded = Authority::load(made.pem(), &key_text, now()).unwrap();
    assert_eq!((loaded.der(), loaded.not_after(), loaded.signs_lists()), (made.der(), made.not_after(), true));
    let openssl = OpenSsl::new();
    openssl.file("ca.crt", made.pem());
    openssl.file("ada.crt", issue(&loaded, "ada", key().public(), now()).1.pem);
    openssl.expect("verify -x509_strict -purpose sslclient -CAfile ca.crt ada.crt");
}

#[test]
fn what_makes_no_authority_is_refused_and_says_why() {
    let later = now().plus(Duration::from_mins(1));
    let (_, certificate, key_text) = made(P256, &[CA, SIGNS]);
    let refused = |certificate: &str, key: &str, now| Authority::load(certificate, key, now).err();
    assert_eq!(refused("", &key_text, later), Some(LoadError::NoCertificate));
    assert_eq!(refused(&certificate.replace('M', "N"), &key_text, later), Some(LoadError::NoCertificate));
    assert_eq!(refused(&certificate.repeat(2), &key_text, later), Some(LoadError::Several));
    assert_eq!(refused(&certificate, "", later), Some(LoadError::NoKey));
    assert_eq!(refused(&certificate, &certificate, later), Some(LoadError::NoKey));
    assert!(matches!(refused(&certificate, &key_text, later.plus(11 * YEAR)), Some(LoadError::Expired(_))));
    assert!(matches!(refused(&certificate, &key_text, later.minus(YEAR)), Some(LoadError::NotYet(_))));
    for other in [P256, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "genpkey -algorithm ED25519"] {
        assert_eq!(refused(&certificate, &made(other, &[CA]).2, later), Some(LoadError::ForeignKey), "{other}");
    }
    for extensions in [&["basicConstraints=critical,CA:FALSE"][..], &[SKI], &[CA, "keyUsage=critical,cRLSign"]] {
        let (_, certificate, key_text) = made(P256, extensions);
        assert_eq!(refused(&certificate, &key_text, later), Some(LoadError::NoAuthority), "{extensions:?}");
    }
    for weak in [
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
        "genpkey -algorithm ED448",
    ] {
        let (_, certificate, key_text) = made(weak, &[CA, SIGNS]);
        assert_eq!(refused(&certificate, &key_text, later), Some(LoadError::UnusableKey), "{weak}");
    }
    let (openssl, ..) = made(P256, &[CA]);
    openssl.expect("pkey -in ca.key -aes128 -passout pass:x -out new.key");
    openssl.expect("pkey -in ca.key -traditional -aes128 -passout pass:x -out old.key");
    for file in ["new.key", "old.key"] {
        assert_eq!(refused(&certificate, &openssl.text(file), later), Some(LoadError::Encrypted), "{file}");
    }
}

#[test]
fn damaged_files_are_refused_and_nothing_breaks() {
    let (made, key_text) = Authority::generate("Robin", &serial(&SystemRandom), now(), YEAR).unwrap();
    for case in 0..fuzz::cases() {
        let mut dice = Dice::of(case);
        let (certificate, key_text) = (dice.changed(made.pem()), dice.changed(&key_text));
        // What still loads has signed for itself with the key that it came with.
        if let Ok(loaded) = Authority::load(&certificate, &key_text, now()) {
            assert_eq!(loaded.signer.public(), made.signer.public(), "case {case}");
        }
    }
}
