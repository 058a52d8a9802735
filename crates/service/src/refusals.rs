//! Requests refused to strangers, counted and summarised, so that strangers can't fill the disk with records.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use robin_model::{
    audit::{Entry, Outcome},
    user::User,
};
use robin_storage::Access;
use serde_json::json;

use crate::{Result, Robin, work::Work};

/// How many addresses are told apart in one summary; the rest are counted together.
const ADDRESSES: usize = 1000;

/// The refusals since the last summary, by address.
#[derive(Default)]
pub struct Refusals(Mutex<HashMap<String, Count>>);

#[derive(Default, Clone, Copy)]
struct Count {
    unauthenticated: u64,
    denied_reads: u64,
}

impl Refusals {
    /// Counts a request without valid credentials.
    pub fn count_unauthenticated(&self, address: &str) {
        self.count(address, |count| count.unauthenticated += 1);
    }

    /// Counts a read refused to somebody known.
    pub fn count_denied_read(&self, address: &str) {
        self.count(address, |count| count.denied_reads += 1);
    }

    fn count(&self, address: &str, add: impl Fn(&mut Count)) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = if counts.len() < ADDRESSES || counts.contains_key(address) { address } else { "others" };
        add(counts.entry(address.to_owned()).or_default());
    }

    fn take(&self) -> HashMap<String, Count> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes one audit record for each address with refusals since the last call. To be called once a minute.
///
/// # Errors
/// When the database can't take them; the counts are lost then.
pub async fn summarise(robin: &Robin) -> Result<()> {
    let counts = robin.refusals.take();
    if counts.is_empty() {
        return Ok(());
    }
    let mut work = Work::begin(robin, Access::Append).await?;
    for (address, count) in counts {
        let entry = Entry {
            outcome: Outcome::Failure,
            after: Some(json!({ "unauthenticated": count.unauthenticated, "denied_reads": count.denied_reads })),
            address: address.clone(),
            ..Entry::new(robin.clock.now(), (User::ANONYMOUS, "anonymous"), "refusals", ("SYSTEM", &address))
        };
        work.append_audit(&entry).await?;
    }
    work.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_beyond_the_bound_are_counted_together() {
        let refusals = Refusals::default();
        for round in 0..2 {
            for nth in 0..ADDRESSES + 3 {
                refusals.count_unauthenticated(&format!("address {nth}"));
            }
            refusals.count_denied_read(&format!("address {round}"));
        }
        let counts = refusals.take();
        assert_eq!(counts.len(), ADDRESSES + 1);
        let of = |address: &str| counts.get(address).map(|count| (count.unauthenticated, count.denied_reads));
        assert_eq!((of("address 0"), of("address 2"), of("others")), (Some((2, 1)), Some((2, 0)), Some((6, 0))));
        assert!(refusals.take().is_empty());
    }
}
