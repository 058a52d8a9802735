//! From a database to a running server; on the first start, from nothing to an administrator who can log in.

use std::sync::Arc;

use robin_crypto::{CursorKey, SecretKey};
use robin_identity::{
    local::{HashingPool, Local},
    openshift::Cluster,
};
use robin_model::{
    Clock, NamespaceName, Random, Secret, TenantId, TenantRole, Username,
    audit::Entry,
    config::Config,
    object::NewObject,
    profile::Profile,
    user::{Authentication, NewMembership, NewUser},
};
use robin_rbac::Catalogue;
use robin_storage::{Access, Installation, Store};
use serde_json::json;

use crate::{
    Error, Result, Robin, audit,
    certificate::{self, Certificates, Source},
    keys,
    memory::{Ground, Memory},
    password,
    refusals::Refusals,
    session::Crowd,
    token::Uses,
};

/// What a server is made of.
pub struct Parts {
    /// The database, migrated.
    pub store: Arc<dyn Store>,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// What passwords are hashed with.
    pub passwords: Arc<HashingPool>,
    /// The OpenShift cluster that Robin runs on, if it does.
    pub openshift: Option<Cluster>,
    /// The key that secrets in the database are sealed under.
    pub secret_key: SecretKey,
    /// The catalogue that custom capabilities are added to.
    pub catalogue: Catalogue,
    /// The server's public URL: who its login tokens say issued them.
    pub issuer: String,
    /// Whether others know the server by that URL.
    pub is_public: bool,
    /// Who signs certificates.
    pub signs: Source,
}

/// The administrator that the first start makes.
pub struct FirstAdmin {
    /// The username.
    pub username: Username,
    /// The password.
    pub password: Secret,
}

/// The installation in the database, if there is one yet.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't answer.
pub async fn installation(store: &dyn Store) -> Result<Option<Installation>> {
    Ok(store.begin(Access::Read).await?.installation().await?)
}

/// Asks that an installation is of this secret key.
///
/// # Errors
/// [`Error::Conflict`] when it was made with another.
pub fn same_key(installation: &Installation, secret_key: &SecretKey) -> Result<()> {
    if installation.key_fingerprint == secret_key.fingerprint() {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "the database was made with another secret key (fingerprint {}, this one has {})",
        installation.key_fingerprint,
        secret_key.fingerprint()
    )))
}

/// Makes the installation, its first signing key and its administrator, all or none. False when there is one already.
///
/// # Errors
/// [`Error::Invalid`] for a password that will not do.
pub async fn install(parts: &Parts, admin: &FirstAdmin) -> Result<bool> {
    let policy = password::policy(&Config::default());
    let weak =
        |error: robin_identity::password::WeakPassword| Error::Invalid(format!("the first administrator: {error}"));
    policy.check(&admin.password, admin.username.as_str(), &[]).map_err(weak)?;
    let hash = parts.passwords.hash(&admin.password).await?;
    let now = parts.clock.now();
    let mut tx = parts.store.begin(Access::Change).await?;
    let installation =
        Installation { zone_id: now.seconds(), key_fingerprint: parts.secret_key.fingerprint(), created_at: now };
    if !tx.insert_installation(&installation).await? {
        return Ok(false);
    }
    tx.insert_signing_key(&keys::make(&parts.secret_key, &*parts.random, now, now)).await?;
    let user = NewUser {
        username: admin.username.clone(),
        authentication: Authentication::Local,
        password: Some(hash),
        profile: Profile::default(),
        disabled: false,
        current_tenant: None,
        created_at: now,
    };
    let tenant = TenantId::ADMINISTRATORS;
    let role = TenantRole::Superadmin;
    let capabilities = parts.catalogue.default_for(role).into_iter().collect();
    let member = match tx.insert_user(&user).await? {
        Some(id) => {
            let membership = NewMembership { user: id, tenant, role, capabilities, namespace: None, mapped_by: None };
            tx.insert_membership(&membership).await?.map(|context| (id, context))
        }
        None => None,
    };
    let taken = || Error::Conflict(format!("the username `{}` is built in: choose another", admin.username));
    let (id, context) = member.ok_or_else(taken)?;
    let namespace = NewObject::namespace(&NamespaceName::of_member(tenant, id), tenant, id, now);
    let namespace = tx.insert_object(&namespace).await?;
    tx.set_primary_namespace(context, namespace).await?;
    tx.set_current_tenant(id, Some(tenant)).await?;
    tx.append_audit(&Entry {
        after: audit::state(&json!({ "zone_id": installation.zone_id, "user_id": id })),
        ..Entry::by_system(now, "install", ("USER", admin.username.as_str()))
    })
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// Puts the parts of an installed server together.
///
/// # Errors
/// [`Error::Conflict`] when nothing was installed, or with another secret key, or with capabilities of another catalogue; [`Error::Unavailable`] when the database can't answer.
pub async fn open(parts: Parts) -> Result<Robin> {
    let Parts { store, clock, random, passwords, openshift, secret_key, catalogue, issuer, is_public, signs } = parts;
    let mut tx = store.begin(Access::Read).await?;
    let missing = || Error::Conflict("the database has no installation yet".to_owned());
    let installation = tx.installation().await?.ok_or_else(missing)?;
    // Another server may have been first meanwhile.
    same_key(&installation, &secret_key)?;
    let secret_key = Arc::new(secret_key);
    let certificates = Certificates::new(signs, is_public.then_some(issuer.as_str()));
    let ground = Ground { base: catalogue, secret_key: Arc::clone(&secret_key), issuer };
    let memory = Memory::load(Arc::clone(&store), &mut *tx, ground).await?;
    drop(tx);
    certificate::ensure(&*store, clock.now()).await?;
    Ok(Robin {
        cursors: CursorKey::new(&secret_key),
        store,
        clock,
        random,
        local: Local::new(Arc::clone(&passwords)),
        passwords,
        openshift,
        secret_key,
        certificates,
        memory,
        refusals: Refusals::default(),
        crowd: Crowd::default(),
        uses: Uses::default(),
        zone_id: installation.zone_id,
    })
}
