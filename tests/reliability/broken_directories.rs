//! The connection to the database breaks at every statement of what ties accounts to people of a directory, and of what makes accounts of
//! them: all of it happens, or nothing.

use robin_model::{
    TenantRole, Username,
    directory::{ServerSettings, ServerType, Timeouts, Transport},
    profile::Profile,
};
use robin_service::{
    Ctx,
    directory::{self, mapping},
    session::{self, Credentials},
    user::{self, Removal},
};

use super::broken_shares::{AWAY, HOME, Stage};
use crate::{
    flows::imports::directory,
    inside::{origin, secret},
};

/// A user of the directory, who has an account from the beginning, and one who gets it at the first login.
const KNOWN: &str = "newton";
const NEW: &str = "curie";

fn name(text: &str) -> Username {
    text.parse().unwrap()
}

/// Whom the account belongs to: whoever logs in next by this name there.
async fn untie(boss: &Ctx, dn: &str) -> robin_service::Result<()> {
    let dn = if dn.is_empty() { None } else { Some(dn.parse().unwrap()) };
    user::update(boss, &name(KNOWN), user::Update { dn: Some(dn), ..user::Update::default() }).await
}

async fn log_in(boss: &Ctx, username: &str, tenant: &str) -> robin_service::Result<()> {
    let (username, tenant) = (username.to_owned(), Some(tenant.to_owned()));
    let credentials = Credentials { username, password: secret("password"), tenant, namespace: None };
    session::login(&boss.robin, &origin(), &credentials).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_account_of_a_directory_half_done() {
    let (stage, slapd) = (Stage::begin().await, directory());
    // What was asked for when the stage was set is not what is asked for now: each request is of its own.
    let anew = async || {
        let token =
            crate::inside::log_in(&stage.boss.robin, robin_testkit::ADMIN, robin_testkit::PASSWORD).await.unwrap();
        crate::inside::asked_by(&stage.boss.robin, &token).await.unwrap()
    };
    let settings = ServerSettings {
        name: "ldap1".parse().unwrap(),
        server_type: ServerType::OpenLdap,
        hosts: "127.0.0.1".parse().unwrap(),
        port: slapd.port,
        transport: Transport::None,
        ca_cert: None,
        username: slapd.root().0,
        search_base: "dc=example,dc=com".parse().unwrap(),
        user_base: None,
        group_base: None,
        netbios: None,
        timeouts: Timeouts::default(),
        create_on_login: true,
    };
    directory::add(&anew().await, &settings, &secret(slapd.root().1)).await.unwrap();
    for tenant in [HOME, AWAY] {
        let mapping = mapping::Addition {
            server: settings.name.clone(),
            group: "posix".parse().unwrap(),
            tenant: tenant.parse().unwrap(),
            role: TenantRole::User,
            capabilities: None,
        };
        assert_eq!(mapping::add(&anew().await, &mapping).await.unwrap(), None);
    }
    let join =
        user::Join { tenant: HOME.parse().unwrap(), role: TenantRole::User, capabilities: None, namespace: None };
    let new = user::New {
        username: name(KNOWN),
        provider: user::Provider::Ldap { server: Some("ldap1".to_owned()), dn: None, base: None },
        password: None,
        profile: Profile::default(),
        tenants: vec![join],
    };
    user::create(&anew().await, vec![new], user::Known::Refused).await.unwrap();

    let elsewhere = "uid=newton,dc=example,dc=com";
    let logged_in = async || {
        untie(&anew().await, "").await.unwrap();
        log_in(&stage.boss, KNOWN, HOME).await.unwrap();
        anew().await
    };
    let saying = async |ctx: Ctx| untie(&ctx, elsewhere).await;
    stage.trial.of_what_is_arranged("saying whose an account is", logged_in, saying).await;

    let untied = async || untie(&anew().await, elsewhere).await.unwrap();
    let first = async |()| log_in(&stage.boss, KNOWN, HOME).await;
    stage.trial.of_what_is_arranged("the first login to an account", untied, first).await;

    let removed = async || match user::remove(&anew().await, &name(NEW), &Removal::default()).await {
        Ok(()) | Err(robin_service::Error::NotFound { .. }) => {}
        Err(other) => panic!("{other:?}"),
    };
    for tenant in [HOME, AWAY] {
        let making = async |()| log_in(&stage.boss, NEW, tenant).await;
        stage.trial.of_what_is_arranged("the first login that makes an account", removed, making).await;
    }
}
