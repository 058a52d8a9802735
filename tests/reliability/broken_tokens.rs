//! The connection to the database breaks at every statement of what makes, changes, shows and ends access tokens and service
//! accounts: all of it happens, or nothing.

use std::sync::Arc;

use robin_model::{Secret, TenantRole, TokenId, Username};
use robin_service::{
    Ctx, Robin, account,
    token::{self, Issued, Listing, New, NewGrant, Whose, Wish},
};

use super::broken_shares::{HOME, PERSONAL, Stage};
use crate::inside::{asked_by, log_in, opened, origin};

fn user(name: &Username) -> Whose {
    Whose::User(name.clone())
}

fn new(whose: Whose, wish: Wish) -> New {
    New { whose, tenant: None, name: String::new(), wish, lifetime: None, force: true }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// Grants for one user, one tenant, and things of a tenant.
fn narrow(name: &Username) -> Wish {
    let grant = |resource: &str, tenants: &[&str], entities: &[&str]| NewGrant {
        resources: words(&[resource]),
        functions: words(&["*"]),
        tenants: words(tenants),
        entities: words(entities),
    };
    Wish::Grants(vec![
        grant("USER", &[], &[name.as_str()]),
        grant("TENANT", &[], &[HOME]),
        grant("APPLICATION", &["Administrators"], &[]),
    ])
}

/// A member, and a request of theirs.
async fn member(stage: &Stage) -> (Username, Ctx) {
    let name = stage.member(&[(HOME, TenantRole::User)]).await;
    let session = log_in(&stage.boss.robin, name.as_str(), PERSONAL).await.unwrap();
    (name, asked_by(&stage.boss.robin, &session).await.unwrap())
}

/// A member with a token.
async fn holder(stage: &Stage) -> (Username, Issued) {
    let name = stage.member(&[(HOME, TenantRole::User)]).await;
    let made = token::create(&stage.boss, &new(user(&name), Wish::Everything)).await.unwrap();
    (name, made)
}

async fn known(robin: &Arc<Robin>, text: &Secret) -> robin_service::Result<Ctx> {
    Ctx::authenticate(robin, text.expose(), origin()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_makes_no_access_token_half() {
    let stage = Stage::begin().await;
    let (trial, boss) = (&stage.trial, &stage.boss);
    let arranged = async || member(&stage).await;
    let create =
        async |(name, _): (Username, Ctx)| token::create(boss, &new(user(&name), narrow(&name))).await.map(drop);
    trial.of_what_is_arranged("making a narrowed token", arranged, create).await;
    let own = async |(_, ctx): (Username, Ctx)| {
        token::create(&ctx, &new(Whose::Oneself, Wish::Role("AuditDeveloper".to_owned()))).await.map(drop)
    };
    trial.of_what_is_arranged("making one's own", arranged, own).await;
    let request = async |(_, ctx): (Username, Ctx)| token::request(&ctx, "mine").await.map(drop);
    trial.of_what_is_arranged("asking for a token", arranged, request).await;
    let force = async |(name, _): (Username, Ctx)| token::grant(boss, &user(&name), None, None, true).await.map(drop);
    trial.of_what_is_arranged("granting what nobody asked for", arranged, force).await;
    let asked = async || {
        let (name, ctx) = member(&stage).await;
        token::request(&ctx, "mine").await.unwrap();
        name
    };
    let grant = async |name: Username| token::grant(boss, &user(&name), None, None, false).await.map(drop);
    trial.of_what_is_arranged("granting what was asked for", asked, grant).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_changes_and_ends_no_access_token_half() {
    let stage = Stage::begin().await;
    let (trial, boss) = (&stage.trial, &stage.boss);
    let arranged = async || holder(&stage).await;
    let by_number = async |(_, made): (Username, Issued)| {
        token::regenerate(boss, Some(made.token.id), &Whose::Oneself, None).await.map(drop)
    };
    trial.of_what_is_arranged("another text, by number", arranged, by_number).await;
    let only = async |(name, _): (Username, Issued)| token::regenerate(boss, None, &user(&name), None).await.map(drop);
    trial.of_what_is_arranged("another text for the only one", arranged, only).await;
    let holding = async || {
        let (_, made) = holder(&stage).await;
        known(&boss.robin, &made.text.unwrap()).await.unwrap()
    };
    let itself = async |ctx: Ctx| token::regenerate(&ctx, None, &Whose::Oneself, None).await.map(drop);
    trial.of_what_is_arranged("another text for itself", holding, itself).await;
    let revoke = async |(_, made): (Username, Issued)| token::revoke(boss, made.token.id).await.map(drop);
    trial.of_what_is_arranged("revoking one", arranged, revoke).await;
    let nothing = async || TokenId(99_999);
    let missing = async |id: TokenId| match token::revoke(boss, id).await {
        Err(robin_service::Error::NotFound { .. }) => Ok(()),
        other => other.map(drop),
    };
    trial.of_what_is_arranged("revoking none", nothing, missing).await;
    let revoke_all = async |(name, _): (Username, Issued)| token::revoke_all(boss, &user(&name), None).await.map(drop);
    trial.of_what_is_arranged("revoking all of somebody", arranged, revoke_all).await;
    let everybody = async |_| token::regenerate_all(boss).await.map(drop);
    let alone = async || {
        token::regenerate_all(boss).await.unwrap();
        holder(&stage).await
    };
    trial.of_what_is_arranged("making all worthless", alone, everybody).await;
    let leave = async |(name, _): (Username, Issued)| {
        let removal = robin_service::user::Removal::default();
        robin_service::user::remove(boss, &name, &removal).await
    };
    trial.of_what_is_arranged("leaving with a token", arranged, leave).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_keeps_access_tokens_and_their_use_as_they_are() {
    let stage = Stage::begin().await;
    let (trial, boss) = (&stage.trial, &stage.boss);
    let (name, made) = holder(&stage).await;
    token::create(boss, &new(Whose::Oneself, narrow(&name))).await.unwrap();
    let nothing = async || ();
    for listing in [Listing::All, Listing::Of(user(&name))] {
        let list = async |()| token::list(boss, &listing, None, 100).await.map(drop);
        trial.of_what_is_arranged("showing tokens", nothing, list).await;
    }
    let text = made.text.unwrap();
    // A server that has not seen the token yet.
    let fresh = async || opened(trial.parts()).await;
    let come = async |robin: Arc<Robin>| known(&robin, &text).await.map(drop);
    trial.of_what_is_arranged("coming with a token", fresh, come).await;
    let used = async || {
        let robin = opened(trial.parts()).await;
        known(&robin, &text).await.unwrap();
        robin
    };
    let write = async |robin: Arc<Robin>| token::write_uses(&robin).await;
    trial.of_what_is_arranged("writing down its use", used, write).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_service_account_half_done() {
    let stage = Stage::begin().await;
    let (trial, boss) = (&stage.trial, &stage.boss);
    let named = |name: Username| account::New {
        name,
        tenant: Some(HOME.parse().unwrap()),
        role: TenantRole::User,
        capabilities: None,
    };
    let fresh = async || stage.fresh().parse::<Username>().unwrap();
    let create = async |name: Username| account::create(boss, &named(name)).await.map(drop);
    trial.of_what_is_arranged("adding an account", fresh, create).await;
    let arranged = async || {
        let new = named(fresh().await);
        let id = account::create(boss, &new).await.unwrap();
        (new.name, id)
    };
    for by_number in [true, false] {
        let make = async |(name, id): (Username, robin_model::UserId)| {
            let text = if by_number { id.to_string() } else { name.to_string() };
            token::create(boss, &new(Whose::Account(text), Wish::Everything)).await.map(drop)
        };
        trial.of_what_is_arranged("making a token for an account", arranged, make).await;
    }
    let get = async |(name, _)| account::get(boss, &name).await.map(drop);
    trial.of_what_is_arranged("showing an account", arranged, get).await;
    let list = async |_| account::list(boss, None, 100).await.map(drop);
    trial.of_what_is_arranged("showing accounts", arranged, list).await;
    let suspend = async |(name, _)| account::suspend(boss, &name).await;
    trial.of_what_is_arranged("suspending an account", arranged, suspend).await;
    let resume = async |(name, _)| account::resume(boss, &name).await;
    trial.of_what_is_arranged("letting an account in again", arranged, resume).await;
    let remove = async |(name, _)| account::remove(boss, &name).await;
    trial.of_what_is_arranged("removing an account", arranged, remove).await;
}
