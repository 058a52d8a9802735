//! Attempts to log in, of which the failed ones are counted, so that guessing takes time.
//!
//! An account that somebody fails to log into too often in a row is closed for a while, and after each further failure for twice as
//! long: while it is, no password is looked at. The same holds for names that no account has, and an address that fails very often
//! is closed for the rest of the minute.
//!
//! What keeps strangers from closing the account to whom it belongs: an address from which the account was logged into within the
//! last 30 days has a counter of its own, apart from that of all others, and the address's own limit does not hold for it.
//!
//! Counters are rows of the database, changed in single statements and asked once more when an attempt ends: whatever runs at the
//! same time, on whatever server, no more attempts are answered than would be one after the other. The answers of those that ran
//! beyond are thrown away, those of right passwords too.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use robin_crypto::digest;
use robin_model::{
    Timestamp, UserId, Username,
    audit::{Entry, Outcome},
    config::Config,
    user::User,
};
use robin_storage::{Access, LoginCounter, Transaction};
use serde_json::json;

use super::REFUSED;
use crate::{Error, Result, Robin, ctx::Origin, work::Work};

const MINUTE: Duration = Duration::from_mins(1);

/// After how long it is written down again that a login succeeded. Not each time: most logins come from where the last one did.
const RENEWED: Duration = Duration::from_hours(24);

/// For how long what was written down counts: the last login from there is 30 days ago at least.
const REMEMBERED: Duration = Duration::from_hours(31 * 24);

/// After how long failures no longer count, at least.
const LAPSE: Duration = Duration::from_hours(1);

/// How many names and addresses that fail are told apart. Some 100 bytes each.
const MOST: i64 = 250_000;

/// Whether more names have failed to log in than are told apart: the next ones share counters then. None is given up for another,
/// so nobody gets rid of theirs by failing under other names.
#[derive(Default)]
pub struct Crowd(AtomicBool);

/// Under which keys the counters of an attempt are kept.
struct Keys {
    /// The name's.
    name: String,
    /// That which the name shares with others when there are too many.
    crowd: String,
    /// The account's from this address; the name's where there is no account.
    place: String,
    /// The address's, in this minute.
    address: String,
}

/// An attempt to log in.
pub struct Attempt {
    /// The account, if the name is one's.
    account: Option<Username>,
    keys: Keys,
    standing: Standing,
}

/// What the counters say.
struct Standing {
    /// Seconds for which no login is tried.
    wait: Option<u64>,
    /// Whether the account was logged into from this address.
    is_known: bool,
    /// Whether there is nothing to write down of a success.
    is_fresh: bool,
    /// Whether the name has a counter.
    is_counted: bool,
}

impl Attempt {
    /// Begins one, with this name for this account, if it is one's.
    ///
    /// # Errors
    /// [`Error::Delayed`] when too many have failed.
    pub async fn begin(
        robin: &Robin,
        tx: &mut dyn Transaction,
        origin: &Origin,
        name: &str,
        user: Option<&User>,
    ) -> Result<Self> {
        let keys = Keys::of(origin, name, user.map(|user| user.id), robin.clock.now());
        let standing = keys.standing(robin, tx).await?;
        delayed(standing.wait)?;
        Ok(Self { account: user.map(|user| user.username.clone()), keys, standing })
    }

    /// Counts it as failed, and says what it is answered.
    ///
    /// # Errors
    /// When the database can't: a failure that was not counted is not answered.
    pub async fn failed(&self, robin: &Robin, origin: &Origin) -> Result<Error> {
        let (now, config) = (robin.clock.now(), robin.memory.whole().config);
        let mut work = Work::begin(robin, Access::Append).await?;
        let key = self.counted(robin);
        let counter = work.count_login_failure(key, now, now.minus(lapse(&config))).await?;
        let mut wait = remaining(&counter, now, &config);
        let mut is_over = false;
        if !self.standing.is_known {
            let address = work.count_login_failure(&self.keys.address, now, now.minus(MINUTE)).await?;
            wait = wait.max(remaining(&address, now, &config));
            is_over = address.failures >= i64::from(config.address_failures);
        }
        if let Some(retry_after) = wait {
            // Others have failed meanwhile; one after the other, this would not have been tried. Nothing is counted.
            return Ok(Error::Delayed { retry_after });
        }
        if let Some(delay) = delay(counter.failures, &config) {
            work.delay_logins(key, now.plus(delay)).await?;
            let begins = counter.until == Timestamp::from_micros(0);
            if let Some(account) = self.account.as_ref().filter(|_| begins) {
                work.append_audit(&beginning(now, origin, account, counter.failures)).await?;
            }
        }
        if is_over {
            let seconds = MINUTE.as_secs() - now.seconds().unsigned_abs() % MINUTE.as_secs();
            work.delay_logins(&self.keys.address, now.plus(Duration::from_secs(seconds))).await?;
            let (request_id, address) = (origin.request_id.as_str(), origin.address());
            tracing::warn!(request_id, address, "too many logins from this address have failed: others wait a minute");
        }
        work.commit().await?;
        Ok(REFUSED)
    }

    /// Ends the row of failures, as part of what begins the session.
    ///
    /// # Errors
    /// [`Error::Delayed`] when others have failed meanwhile: one after the other, this would not have been tried.
    pub async fn succeeded(&self, robin: &Robin, work: &mut Work<'_>) -> Result<()> {
        let standing = self.keys.standing(robin, &mut **work).await?;
        delayed(standing.wait)?;
        if !standing.is_fresh {
            work.remember_login(&self.keys.place, robin.clock.now()).await?;
        }
        if standing.is_counted && !standing.is_known {
            work.remove_login_counter(&self.keys.name).await?;
        }
        Ok(())
    }

    /// Where a failure is counted.
    fn counted(&self, robin: &Robin) -> &str {
        let Standing { is_known, is_counted, .. } = self.standing;
        if is_known {
            &self.keys.place
        } else if is_counted || !robin.crowd.0.load(Ordering::Relaxed) {
            &self.keys.name
        } else {
            &self.keys.crowd
        }
    }
}

impl Keys {
    fn of(origin: &Origin, name: &str, account: Option<UserId>, now: Timestamp) -> Self {
        let address = origin.address.map_or_else(|| "-".to_owned(), network);
        // Not the name itself: now and then it is a password, in the wrong field.
        let digits = digest::hex(&digest::sha256(name.trim().to_lowercase().as_bytes()));
        let name = named(&digits);
        Self {
            crowd: format!("c:{}", digits.chars().take(3).collect::<String>()),
            place: account.map_or_else(|| name.clone(), |id| format!("{}{address}", placed(id))),
            address: format!("a:{address}:{}", now.seconds().div_euclid(60)),
            name,
        }
    }

    async fn standing(&self, robin: &Robin, tx: &mut dyn Transaction) -> Result<Standing> {
        let (now, config) = (robin.clock.now(), robin.memory.whole().config);
        let counters = tx.login_counters([&self.name, &self.crowd, &self.place, &self.address]).await?;
        let of = |key: &str| counters.iter().find(|counter| counter.key == key);
        let left = |counter: &LoginCounter| remaining(counter, now, &config);
        let since = |span| move |at: &Timestamp| *at > now.minus(span);
        let known = of(&self.place).filter(|counter| counter.succeeded_at.as_ref().is_some_and(since(REMEMBERED)));
        let wait = match known {
            Some(counter) => left(counter),
            None => [&self.name, &self.crowd, &self.address].into_iter().filter_map(|key| of(key).and_then(left)).max(),
        };
        let renewed = |counter: &LoginCounter| counter.succeeded_at.as_ref().is_some_and(since(RENEWED));
        Ok(Standing {
            wait,
            is_known: known.is_some(),
            is_fresh: known.is_some_and(|counter| counter.failures == 0 && renewed(counter)),
            is_counted: of(&self.name).is_some(),
        })
    }
}

/// Ends the delay of an account, wherever it is logged into from.
pub(crate) async fn forgive(tx: &mut dyn Transaction, user: &User) -> Result<()> {
    let digits = digest::hex(&digest::sha256(user.username.key().as_bytes()));
    tx.remove_login_counter(&named(&digits)).await?;
    tx.reset_login_counters(&placed(user.id)).await?;
    Ok(())
}

/// Forgets failures and successes that no longer count, and looks how many are left. To be called once a minute.
pub(crate) async fn forget_failures(robin: &Robin) -> Result<()> {
    let (now, config) = (robin.clock.now(), robin.memory.whole().config);
    let mut tx = robin.store.begin(Access::Append).await?;
    tx.remove_lapsed_login_counters(now.minus(lapse(&config)), now.minus(REMEMBERED)).await?;
    let left = tx.failing_logins().await?;
    tx.commit().await?;
    robin.crowd.0.store(left >= MOST, Ordering::Relaxed);
    Ok(())
}

fn named(digits: &str) -> String {
    format!("n:{}", digits.chars().take(32).collect::<String>())
}

/// What the keys of all places begin with that an account is logged into from.
fn placed(account: UserId) -> String {
    format!("u:{}:", account.0)
}

/// What counts as one address: of IPv6, the network that one customer is given.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// For how long so many failures in a row delay the next attempt.
fn delay(failures: i64, config: &Config) -> Option<Duration> {
    let doublings = u32::try_from(failures - i64::from(config.failures_before_delay) - 1).ok()?;
    let seconds = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    Some(Duration::from_secs(seconds).min(config.longest_delay))
}

/// After how long failures no longer count: not before as many attempts could have been made with the longest delay between them
/// as are free when they are forgotten.
fn lapse(config: &Config) -> Duration {
    LAPSE.max(config.longest_delay * (config.failures_before_delay + 1))
}

/// The seconds that a counter has to be waited for. One that would last longer than any delay is of another time: the clock was
/// put back.
fn remaining(counter: &LoginCounter, now: Timestamp, config: &Config) -> Option<u64> {
    let micros = u64::try_from(counter.until.micros() - now.micros()).ok().filter(|micros| *micros > 0)?;
    (Duration::from_micros(micros) <= config.longest_delay.max(MINUTE)).then(|| micros.div_ceil(1_000_000))
}

fn delayed(wait: Option<u64>) -> Result<()> {
    wait.map_or(Ok(()), |retry_after| Err(Error::Delayed { retry_after }))
}

/// The record that an account is delayed from now on. Each attempt on record would let strangers fill the disk.
fn beginning(now: Timestamp, origin: &Origin, account: &Username, failures: i64) -> Entry {
    Entry {
        outcome: Outcome::Failure,
        after: Some(json!({ "failures": failures })),
        request_id: origin.request_id.clone(),
        address: origin.address(),
        ..Entry::new(now, (User::ANONYMOUS, "anonymous"), "login.delay", ("USER", account.as_str()))
    }
}
