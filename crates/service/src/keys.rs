//! The keys that sign login tokens, over time.

use std::time::Duration;

use robin_crypto::{KeyPair, SecretKey};
use robin_model::{Random, Timestamp, config::ATTRIBUTES, session::SigningKey};
use robin_storage::{Access, Change};

use crate::{Result, Robin, work::Work};

/// How long before it begins to sign a key is published, so that whoever keeps a copy of the key set has it by then.
const NOTICE: Duration = Duration::from_hours(1);

/// Makes a key that begins to sign at `signs_from`.
pub(crate) fn make(secret_key: &SecretKey, random: &dyn Random, now: Timestamp, signs_from: Timestamp) -> SigningKey {
    KeyPair::generate().seal(secret_key, random, now, signs_from)
}

/// Adds the next key when the present one is about to have signed long enough, and removes those whose last token is over.
/// To be called once in a while; says whether it did something.
///
/// # Errors
/// When the database can't answer.
pub async fn rotate(robin: &Robin) -> Result<bool> {
    let now = robin.clock.now();
    let lifetime = robin.memory.whole().config.key_lifetime;
    let is_due =
        |keys: &[SigningKey]| keys.last().is_none_or(|last| last.signs_from.plus(lifetime) <= now.plus(NOTICE));
    let mut keys = robin.store.begin(Access::Read).await?.signing_keys().await?;
    if !is_due(&keys) && over(&keys, now).is_empty() {
        return Ok(false);
    }
    let mut work = Work::begin(robin, Access::Change).await?;
    keys = work.signing_keys().await?;
    if is_due(&keys) {
        let signs_from = if keys.is_empty() { now } else { now.plus(NOTICE) };
        work.insert_signing_key(&make(&robin.secret_key, &*robin.random, now, signs_from)).await?;
    }
    for id in over(&keys, now) {
        work.remove_signing_key(&id).await?;
    }
    work.touch(Change::SigningKeys).await?;
    work.commit().await?;
    Ok(true)
}

/// The keys whose successor has signed for longer than any token lives.
fn over(keys: &[SigningKey], now: Timestamp) -> Vec<robin_model::KeyId> {
    // A token's life is a setting that may have been longer when the token was made: the most it can be counts.
    let longest = ATTRIBUTES.iter().find(|attribute| attribute.name == "login.token_lifetime").map_or(0, |a| a.most);
    let longest = Duration::from_secs(u64::try_from(longest).unwrap_or_default());
    let successors = keys.iter().skip(1);
    let pairs = keys.iter().zip(successors);
    pairs.filter(|(_, next)| next.signs_from.plus(longest) < now).map(|(key, _)| key.id.clone()).collect()
}
