//! What an operator does on the machine itself, while no server runs or beside one.

use robin_crypto::SecretKey;
use robin_identity::local::HashingPool;
use robin_model::{Clock, Random, Secret, Timestamp, Username, audit::Entry, config::Config, user::Authentication};
use robin_storage::{Access, Change, Store, Transaction};

use crate::{Error, Result, keys, password, session};

/// Gives a local user a new password, enables the account, ends its sessions, and with them the delay after failed logins.
///
/// # Errors
/// [`Error::NotFound`] for an unknown user; [`Error::Invalid`] for one whose password is kept elsewhere, and for a password
/// that will not do.
pub async fn reset_password(
    store: &dyn Store,
    clock: &dyn Clock,
    passwords: &HashingPool,
    name: &Username,
    password: &Secret,
) -> Result<()> {
    let mut tx = store.begin(Access::Read).await?;
    let found = tx.user_named(name).await?.filter(|user| !user.hidden);
    let user = found.ok_or_else(|| Error::not_found("user", name))?;
    if user.authentication != Authentication::Local {
        return Err(Error::Invalid(format!("`{name}`'s password is kept elsewhere ({})", user.authentication)));
    }
    let stored = tx.configs().await?;
    drop(tx);
    let config =
        Config::from_stored(|key| stored.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str()));
    password::policy(&config).check(password, name.as_str(), &[]).map_err(|weak| Error::Invalid(weak.to_string()))?;
    let hash = passwords.hash(password).await?;

    let mut tx = store.begin(Access::Change).await?;
    tx.set_password(user.id, &hash).await?;
    tx.set_disabled(user.id, false).await?;
    for session in tx.remove_sessions_of(user.id, None).await? {
        tx.record(Change::Session(session)).await?;
    }
    session::forgive(&mut *tx, &user).await?;
    tx.record(Change::User(user.id)).await?;
    append(&mut *tx, clock, "offline.reset_password", user.username.as_str()).await?;
    tx.commit().await?;
    Ok(())
}

/// Seals every secret in the database under another key, all or none, and says how many.
///
/// # Errors
/// [`Error::Conflict`] when `old` is not the key they are sealed under.
pub async fn rotate_secret_key(
    store: &dyn Store,
    clock: &dyn Clock,
    random: &dyn Random,
    old: &SecretKey,
    new: &SecretKey,
) -> Result<usize> {
    let mut tx = store.begin(Access::Change).await?;
    is_of(&mut *tx, old).await?;
    let sealed = tx.sealed_secrets().await?;
    for (place, value) in &sealed {
        let plain = old.open(place, value).map_err(Error::internal)?;
        tx.reseal(place, &new.seal(random, place, &plain)).await?;
    }
    tx.set_key_fingerprint(&new.fingerprint()).await?;
    tx.record(Change::SigningKeys).await?;
    tx.record(Change::Directories).await?;
    append(&mut *tx, clock, "offline.rotate_secret_key", "secret key").await?;
    tx.commit().await?;
    Ok(sealed.len())
}

/// Withdraws every key that signs login tokens in favour of a new one, and ends every session, whose tokens nobody can verify any
/// more. Says how many keys were withdrawn.
///
/// # Errors
/// [`Error::Conflict`] when the database was made with another secret key.
pub async fn revoke_signing_keys(
    store: &dyn Store,
    clock: &dyn Clock,
    random: &dyn Random,
    secret_key: &SecretKey,
) -> Result<usize> {
    let mut tx = store.begin(Access::Change).await?;
    is_of(&mut *tx, secret_key).await?;
    let keys = tx.signing_keys().await?;
    for key in &keys {
        tx.remove_signing_key(&key.id).await?;
    }
    let now = clock.now();
    tx.insert_signing_key(&keys::make(secret_key, random, now, now)).await?;
    tx.remove_expired_sessions(Timestamp::from_micros(i64::MAX)).await?;
    tx.record(Change::SigningKeys).await?;
    append(&mut *tx, clock, "offline.revoke_signing_keys", "signing keys").await?;
    tx.commit().await?;
    Ok(keys.len())
}

/// Asks that the installation was made with this key.
async fn is_of(tx: &mut dyn Transaction, key: &SecretKey) -> Result<()> {
    let installation = tx.installation().await?;
    let installation = installation.ok_or_else(|| Error::Conflict("there is no installation yet".to_owned()))?;
    if installation.key_fingerprint == key.fingerprint() {
        return Ok(());
    }
    Err(Error::Conflict("the secret key is not the one that the database was made with".to_owned()))
}

async fn append(tx: &mut dyn Transaction, clock: &dyn Clock, action: &str, target: &str) -> Result<()> {
    let entry = Entry::by_system(clock.now(), action, ("SYSTEM", target));
    tx.append_audit(&entry).await?;
    Ok(())
}
