//! Which directory servers are made anew, and with them their connections, when something changes.

use std::sync::Arc;

use robin_model::{
    LdapServerName,
    directory::{AttributeName, Hosts, ObjectKind, ServerSettings, ServerType, Timeouts, Transport},
};
use robin_service::{
    Ctx, Robin, config,
    directory::{self, Changes, Known},
    session::LoggedIn,
    startup,
};
use robin_testkit::{
    ADMIN, Engine, PASSWORD, Server,
    slapd::{ROOT, Slapd},
};

use crate::inside::{admin, asked_by, key, log_in, opened, parts, quick, secret};

struct Place {
    robin: Arc<Robin>,
    who: LoggedIn,
}

impl Place {
    async fn ctx(&self) -> Ctx {
        asked_by(&self.robin, &self.who).await.unwrap()
    }

    async fn add(&self, slapd: &Slapd, name: &str, server_type: ServerType) {
        let settings = ServerSettings {
            name: named(name),
            server_type,
            hosts: "127.0.0.1".parse::<Hosts>().unwrap(),
            port: slapd.port,
            transport: Transport::None,
            ca_cert: None,
            username: slapd.root().0,
            search_base: "dc=example,dc=com".parse().unwrap(),
            user_base: None,
            group_base: None,
            netbios: Some("EXAMPLE".to_owned()),
            timeouts: Timeouts::default(),
            create_on_login: false,
        };
        directory::add(&self.ctx().await, &settings, &secret(ROOT.1)).await.unwrap();
    }

    /// Both servers as they are remembered now.
    async fn both(&self) -> [Arc<Known>; 2] {
        let ctx = self.ctx().await;
        ["ldap1", "ad1"].map(|name| Arc::clone(ctx.whole.directories.named(&named(name)).unwrap()))
    }
}

fn named(name: &str) -> LdapServerName {
    name.parse().unwrap()
}

#[tokio::test]
async fn only_a_server_of_which_something_else_is_said_is_made_anew() {
    let how = Server::builder(Engine::Sqlite);
    let parts = parts(&how.database_url(), key(), quick()).await;
    assert!(startup::install(&parts, &admin()).await.unwrap());
    let robin = opened(parts).await;
    let who = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
    let place = Place { robin, who };
    let slapd = Slapd::forumsys();
    place.add(&slapd, "ldap1", ServerType::OpenLdap).await;
    place.add(&slapd, "ad1", ServerType::ActiveDirectory).await;
    let mut before = place.both().await;

    let mut stays = async |expected: [bool; 2], what: &str| {
        let after = place.both().await;
        let same = [Arc::ptr_eq(&before[0], &after[0]), Arc::ptr_eq(&before[1], &after[1])];
        assert_eq!(same, expected, "{what}");
        before = after;
    };
    stays([true, true], "nothing").await;
    config::update(&place.ctx().await, "password.min_length", "9").await.unwrap();
    stays([true, true], "a setting").await;
    let members = (ServerType::OpenLdap, ObjectKind::Group, AttributeName::Members);
    directory::set_attribute(&place.ctx().await, members, "memberUid").await.unwrap();
    stays([false, true], "an attribute of one type").await;
    let netbios = Changes { netbios: Some(Some("OTHER".to_owned())), ..Changes::default() };
    directory::update(&place.ctx().await, &named("AD1"), &netbios).await.unwrap();
    stays([true, false], "a setting of one server").await;
    let password = Changes { password: Some(secret(ROOT.1)), ..Changes::default() };
    directory::update(&place.ctx().await, &named("ldap1"), &password).await.unwrap();
    stays([false, true], "a password, be it the same").await;
    place.add(&slapd, "third", ServerType::OpenLdap).await;
    stays([true, true], "another server").await;
}
