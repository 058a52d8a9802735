//! The list of revoked certificates, as it is served to everybody.

use std::{sync::Arc, time::Duration};

use robin_ca::List;
use robin_crypto::digest;
use robin_model::{Revision, Timestamp, certificate::RevocationList};
use robin_storage::{Access, Transaction};

use super::signing;
use crate::{Result, Robin, work::Work};

/// How long a list holds.
const HOLDS: Duration = Duration::from_hours(24 * 7);

/// How long a list that is served holds at least: whoever keeps a copy has that long to come for the next, and none gets older than a day.
const FRESH: Duration = Duration::from_hours(24 * 6);

/// How long what is over stays on the list, so that every one was on a list that was signed after it was revoked.
const LINGERS: Duration = HOLDS;

/// A signed list of revoked certificates.
pub struct SignedList {
    /// The list (RFC 5280), DER.
    pub der: Vec<u8>,
    /// What tells it from any other.
    pub etag: String,
    next_update: Timestamp,
    /// The revision that it is as new as.
    revision: Revision,
}

impl SignedList {
    fn new(der: Vec<u8>, next_update: Timestamp, revision: Revision) -> Arc<Self> {
        let etag = digest::hex(&digest::sha256(&der));
        Arc::new(Self { der, etag, next_update, revision })
    }
}

/// The list of revoked certificates, signed anew when something was revoked since, and once a day. `None` where the authority may not
/// sign lists.
///
/// # Errors
/// [`Error::Unavailable`](crate::Error::Unavailable) when the database can't answer, or the authority is over.
pub async fn revocation_list(robin: &Robin) -> Result<Option<Arc<SignedList>>> {
    robin.memory.catch_up().await?;
    let revision = robin.memory.revision();
    let now = robin.clock.now();
    if !signing::authority(robin).await?.signs_lists() {
        return Ok(None);
    }
    // One at a time: whoever comes while it is made finds it.
    let mut served = robin.certificates.served.lock().await;
    if let Some(list) = served.as_ref().filter(|list| list.revision >= revision && is_fresh(list.next_update, now)) {
        return Ok(Some(Arc::clone(list)));
    }
    let mut tx = robin.store.begin(Access::Read).await?;
    let revision = tx.revision().await?;
    let list = match fresh(&mut *tx, now).await? {
        Some((der, next_update)) => SignedList::new(der, next_update, revision),
        None => {
            drop(tx);
            sign(robin, now).await?
        }
    };
    *served = Some(Arc::clone(&list));
    Ok(Some(list))
}

fn is_fresh(next_update: Timestamp, now: Timestamp) -> bool {
    now.plus(FRESH) < next_update
}

/// The list in the database, if it need not be signed anew.
async fn fresh(tx: &mut dyn Transaction, now: Timestamp) -> Result<Option<(Vec<u8>, Timestamp)>> {
    let list = tx.revocation_list().await?.filter(|list| is_fresh(list.next_update, now));
    Ok(list.and_then(|list| list.der.map(|der| (der, list.next_update))))
}

async fn sign(robin: &Robin, now: Timestamp) -> Result<Arc<SignedList>> {
    let authority = signing::authority(robin).await?;
    let mut work = Work::begin(robin, Access::Change).await?;
    let revision = work.revision().await?;
    // Another server may have been first.
    if let Some((der, next_update)) = fresh(&mut *work, now).await? {
        return Ok(SignedList::new(der, next_update, revision));
    }
    let number = work.revocation_list().await?.map_or(0, |list| list.number).saturating_add(1);
    let revoked = work.revoked_certificates(now.minus(LINGERS)).await?;
    let next_update = now.plus(HOLDS);
    let list = List { number: number.unsigned_abs(), now, next_update, revoked: &revoked };
    let der = authority.list(&list)?;
    work.set_revocation_list(&RevocationList { number, der: Some(der.clone()), next_update }).await?;
    work.commit().await?;
    Ok(SignedList::new(der, next_update, revision))
}
