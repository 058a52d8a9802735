//! Who signs. What is signed elsewhere, as by a cluster, begins here too: no transaction is held meanwhile.

use std::{sync::Arc, time::Duration};

use robin_ca::{Authority, LoadError, Order, PublicKey, SignError, UserKey};
use robin_model::{
    Secret, UserId, Username,
    audit::Entry,
    certificate::{Certificate, StoredAuthority},
};
use robin_storage::Access;
use serde_json::json;

use super::place;
use crate::{Error, Result, Robin, audit, work::Work};

/// How long an authority made here lasts: it is trusted by name, and every certificate ends before it.
const LASTS: Duration = Duration::from_hours(24 * 365 * 20);

/// Where the authority's key is sealed for.
const PLACE: &str = "authority/1/sealed";

impl From<SignError> for Error {
    fn from(error: SignError) -> Self {
        Self::Unavailable { what: "the certificate authority", cause: Box::new(error) }
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        Self::Unavailable { what: "the certificate authority", cause: Box::new(error) }
    }
}

/// The authority's certificate, as PEM: what to trust. Where Robin signs and never did, it makes itself one.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't answer, or the authority is over.
pub async fn authority_certificate(robin: &Robin) -> Result<String> {
    Ok(authority(robin).await?.pem().to_owned())
}

/// The authority that signs here. May begin a transaction: none may be held.
pub(super) async fn authority(robin: &Robin) -> Result<Arc<Authority>> {
    robin.certificates.authority.get_or_try_init(|| own(robin)).await.cloned()
}

/// The authority in the database, which is made now if there is none. Of several servers one makes it and all use it.
async fn own(robin: &Robin) -> Result<Arc<Authority>> {
    let stored = robin.store.begin(Access::Read).await?.authority().await?;
    let stored = match stored {
        Some(stored) => stored,
        None => make(robin).await?,
    };
    let key = robin.secret_key.open(PLACE, &stored.sealed_key).map_err(Error::internal)?;
    let authority = Authority::load(&stored.pem, &String::from_utf8_lossy(&key), robin.clock.now())?;
    Ok(Arc::new(authority))
}

async fn make(robin: &Robin) -> Result<StoredAuthority> {
    let mut work = Work::begin(robin, Access::Change).await?;
    if let Some(stored) = work.authority().await? {
        return Ok(stored);
    }
    let now = robin.clock.now();
    let serial = robin_ca::serial(&*robin.random);
    let (made, key) = Authority::generate(&format!("Robin {}", robin.zone_id), &serial, now, LASTS)?;
    let sealed_key = robin.secret_key.seal(&*robin.random, PLACE, key.as_bytes());
    let stored = StoredAuthority { pem: made.pem().to_owned(), sealed_key, created_at: now };
    work.insert_authority(&stored).await?;
    let after = audit::state(&json!({ "serial": serial, "not_after": made.not_after() }));
    let entry = Entry::by_system(now, "certificate_authority.create", ("SYSTEM", "certificate authority"));
    work.append_audit(&Entry { after, ..entry }).await?;
    work.commit().await?;
    Ok(stored)
}

/// A certificate for the user's own key, or for one that is made now. Nobody has it until it is kept.
pub(super) async fn sign(
    robin: &Robin,
    user: UserId,
    username: &Username,
    key: Option<PublicKey>,
) -> Result<Certificate> {
    let authority = authority(robin).await?;
    let (serial, now) = (robin_ca::serial(&*robin.random), robin.clock.now());
    let lifespan = robin.memory.whole().config.certificate_lifespan;
    let key = match key {
        Some(own) => Key::Own(own),
        None => Key::Made(UserKey::generate()?),
    };
    let list_url = robin.certificates.list_url.as_deref();
    let issued = authority.issue(&Order { username, key: key.public(), serial: &serial, now, lifespan, list_url })?;
    let mut certificate = Certificate {
        serial,
        user,
        pem: issued.pem,
        sealed_key: None,
        not_before: issued.not_before,
        not_after: issued.not_after,
        issued_at: now,
        revoked: None,
    };
    if let Key::Made(key) = &key {
        let sealed = robin.secret_key.seal(&*robin.random, &place(&certificate), key.pem()?.as_bytes());
        certificate.sealed_key = Some(sealed);
    }
    Ok(certificate)
}

/// What a certificate is for.
enum Key {
    /// A key that the user keeps.
    Own(PublicKey),
    /// A key that is kept here.
    Made(UserKey),
}

impl Key {
    const fn public(&self) -> &PublicKey {
        match self {
            Self::Own(key) => key,
            Self::Made(key) => key.public(),
        }
    }
}

/// The private key of a certificate, if it was made here.
pub(super) fn private_key(robin: &Robin, certificate: &Certificate) -> Result<Option<Secret>> {
    let Some(sealed) = &certificate.sealed_key else { return Ok(None) };
    let key = robin.secret_key.open(&place(certificate), sealed).map_err(Error::internal)?;
    Ok(Some(Secret::new(String::from_utf8_lossy(&key).into_owned())))
}
