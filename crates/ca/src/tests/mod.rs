//! Everything that is made here, judged by OpenSSL.

mod issuing;
mod lists;
mod loading;
mod openssl;
mod requests;

use std::time::Duration;

use robin_crypto::SystemRandom;
use robin_model::{Clock, SystemClock, Timestamp, Username, certificate::Serial};

use crate::{Authority, Issued, Order, PublicKey, UserKey, serial};

const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(24 * 365);

/// The time, which OpenSSL goes by too.
fn now() -> Timestamp {
    SystemClock.now()
}

fn username(name: &str) -> Username {
    name.parse().unwrap()
}

fn authority() -> Authority {
    Authority::generate("Robin", &serial(&SystemRandom), now(), 10 * YEAR).unwrap().0
}

/// A certificate with its serial number.
fn issue(authority: &Authority, name: &str, key: &PublicKey, now: Timestamp) -> (Serial, Issued) {
    let number = serial(&SystemRandom);
    let list_url = Some("https://robin.example/pki/crl.der");
    let order = Order { username: &username(name), key, serial: &number, now, lifespan: YEAR, list_url };
    let issued = authority.issue(&order).unwrap();
    (number, issued)
}

fn key() -> UserKey {
    UserKey::generate().unwrap()
}
