//! Issuing a certificate beside the least that it takes: a key on P-256 and a signature by AWS-LC.

#![expect(clippy::unwrap_used, reason = "a bench that breaks may stop")]

use std::{process::ExitCode, time::Duration};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};
use robin_bench::{
    contest::Contest,
    report::{self, Goal, Report, Unit},
};
use robin_ca::{Authority, List, Order, UserKey, serial};
use robin_model::{
    Timestamp, Username,
    certificate::{Reason, Revocation, Revoked},
};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const YEAR: Duration = Duration::from_hours(24 * 365);

fn main() -> ExitCode {
    report::of(&[("issuing", issuing), ("lists", lists)])
}

fn authority() -> Authority {
    Authority::generate("Robin", &serial(&robin_crypto::SystemRandom), NOW, 10 * YEAR).unwrap().0
}

fn issuing(report: &mut Report) {
    let (authority, username) = (authority(), "ada.lovelace".parse::<Username>().unwrap());
    let url = Some("https://robin.example.com/pki/crl.der");
    let issue = || {
        let (key, number) = (UserKey::generate().unwrap(), serial(&robin_crypto::SystemRandom));
        let order =
            Order { username: &username, key: key.public(), serial: &number, now: NOW, lifespan: YEAR, list_url: url };
        (authority.issue(&order).unwrap(), key.pem().unwrap())
    };
    // As long as what is signed in a certificate.
    let (signer, text) = (pair(), [7_u8; 400]);
    let random = SystemRandom::new();
    let contest = Contest::new()
        .with("Robin", issue)
        .with("a key and a signature", || (pair(), signer.sign(&random, &text).unwrap()));
    let [ours, floor] = contest.run().try_into().unwrap();
    let measure = "a key and a certificate, as PEM";
    report.compare(measure, Unit::Time, ours.seconds, floor.beside(), Goal::AtMost(2.2));
}

fn pair() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()
}

fn lists(report: &mut Report) {
    let authority = authority();
    let revocation = Revocation { at: NOW, reason: Reason::CessationOfOperation };
    let revoked: Vec<Revoked> =
        (0..10_000).map(|_| Revoked { serial: serial(&robin_crypto::SystemRandom), revocation }).collect();
    let sign =
        || authority.list(&List { number: 1, now: NOW, next_update: NOW.plus(YEAR), revoked: &revoked }).unwrap();
    let [ours] = Contest::new().with("Robin", sign).run().try_into().unwrap();
    report.note("a list of 10,000 revoked certificates, signed", Unit::Time, ours.seconds);
}
