//! Directory servers, and what directories call the attributes that Robin reads.

use std::{str::FromStr, time::Duration};

use async_trait::async_trait;
use robin_model::{
    LdapServerId, LdapServerName,
    directory::{Attribute, Attributes, Dn, Hosts, KeptServer, LdapServer, ServerSettings, Source, Timeouts},
};
use robin_storage::{Directories, Error, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{Sql, sql, statements},
    stored,
};

macro_rules! selected {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, server_type, hosts, port, transport, ca_cert, username, sealed, search_base, user_base, \
             group_base, netbios, connect_timeout, answer_timeout, create_on_login FROM ldap_servers ",
            $rest
        )
    };
}

statements! {
    ALL = selected!("ORDER BY id");
    NAMED = selected!("WHERE name_key = $1");
    INSERT = "INSERT INTO ldap_servers (server_type, hosts, port, transport, ca_cert, username, search_base, user_base, \
              group_base, netbios, connect_timeout, answer_timeout, create_on_login, name, name_key, sealed) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
              ON CONFLICT (name_key) DO NOTHING RETURNING id";
    REPLACE = "UPDATE ldap_servers SET server_type = $1, hosts = $2, port = $3, transport = $4, ca_cert = $5, username = $6, \
               search_base = $7, user_base = $8, group_base = $9, netbios = $10, connect_timeout = $11, answer_timeout = $12, \
               create_on_login = $13 WHERE id = $14";
    SET_PASSWORD = "UPDATE ldap_servers SET sealed = $2 WHERE id = $1";
    ACCOUNTS = "SELECT COUNT(*) FROM users WHERE ldap_server_id = $1 AND deleted_at IS NULL";
    IN_USE = "SELECT s.id FROM ldap_servers s WHERE EXISTS \
              (SELECT 1 FROM users u WHERE u.ldap_server_id = s.id AND u.deleted_at IS NULL) ORDER BY s.id";
    REMOVE = "DELETE FROM ldap_servers WHERE id = $1";
    ATTRIBUTES = "SELECT server_type, object_type, name, value FROM ldap_attributes";
    SET_ATTRIBUTE = "INSERT INTO ldap_attributes (server_type, object_type, name, value) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (server_type, object_type, name) DO UPDATE SET value = excluded.value";
    RESET_ATTRIBUTE = "DELETE FROM ldap_attributes WHERE server_type = $1 AND object_type = $2 AND name = $3";
}

#[derive(FromRow)]
struct ServerRow {
    id: i64,
    name: String,
    server_type: String,
    hosts: String,
    port: i64,
    transport: String,
    ca_cert: Option<String>,
    username: String,
    sealed: Vec<u8>,
    search_base: String,
    user_base: Option<String>,
    group_base: Option<String>,
    netbios: Option<String>,
    connect_timeout: i64,
    answer_timeout: i64,
    create_on_login: bool,
}

impl ServerRow {
    fn read(self) -> Result<KeptServer> {
        let settings = ServerSettings {
            name: stored::read(self.name)?,
            server_type: word(&self.server_type)?,
            hosts: stored::read(self.hosts)?,
            port: u16::try_from(self.port).map_err(|error| Error::Fault(Box::new(error)))?,
            transport: word(&self.transport)?,
            ca_cert: self.ca_cert,
            username: self.username,
            search_base: stored::read(self.search_base)?,
            user_base: stored::read_option(self.user_base)?,
            group_base: stored::read_option(self.group_base)?,
            netbios: self.netbios,
            timeouts: Timeouts { connect: time(self.connect_timeout), answer: time(self.answer_timeout) },
            create_on_login: self.create_on_login,
        };
        Ok(KeptServer { server: LdapServer { id: LdapServerId(self.id), settings }, sealed: self.sealed })
    }
}

/// The value of a column that takes one of a few words.
fn word<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(text: &str) -> Result<T> {
    text.parse().map_err(|error: T::Err| Error::Fault(Box::new(error)))
}

fn time(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// The first thirteen values, which [`INSERT`] and [`REPLACE`] have in common.
fn filled(sql: Sql, settings: &ServerSettings) -> Sql {
    sql.bind(settings.server_type.as_str())
        .bind(String::from(Hosts::clone(&settings.hosts)))
        .bind(i64::from(settings.port))
        .bind(settings.transport.as_str())
        .bind(settings.ca_cert.as_deref())
        .bind(settings.username.as_str())
        .bind(settings.search_base.as_str())
        .bind(settings.user_base.as_ref().map(Dn::as_str))
        .bind(settings.group_base.as_ref().map(Dn::as_str))
        .bind(settings.netbios.as_deref())
        .bind(milliseconds(settings.timeouts.connect))
        .bind(milliseconds(settings.timeouts.answer))
        .bind(settings.create_on_login)
}

#[async_trait]
impl Directories for Tx {
    async fn insert_ldap_server(&mut self, settings: &ServerSettings) -> Result<Option<LdapServerId>> {
        let (name, key) = (settings.name.as_str(), settings.name.key());
        let insert = filled(sql(INSERT), settings).bind(name).bind(key).bind([].as_slice());
        Ok(self.opt(insert).await?.map(|(id,)| LdapServerId(id)))
    }

    async fn ldap_servers(&mut self) -> Result<Vec<KeptServer>> {
        self.all(sql(ALL)).await?.into_iter().map(ServerRow::read).collect()
    }

    async fn ldap_server_named(&mut self, name: &LdapServerName) -> Result<Option<KeptServer>> {
        self.opt(sql(NAMED).bind(name.key())).await?.map(ServerRow::read).transpose()
    }

    async fn set_ldap_server(&mut self, id: LdapServerId, settings: &ServerSettings) -> Result<()> {
        self.exec(filled(sql(REPLACE), settings).bind(id.0)).await.map(drop)
    }

    async fn set_ldap_password(&mut self, id: LdapServerId, sealed: &[u8]) -> Result<()> {
        self.exec(sql(SET_PASSWORD).bind(id.0).bind(sealed)).await.map(drop)
    }

    async fn ldap_accounts(&mut self, id: LdapServerId) -> Result<i64> {
        self.one(sql(ACCOUNTS).bind(id.0)).await.map(|(count,)| count)
    }

    async fn ldap_servers_in_use(&mut self) -> Result<Vec<LdapServerId>> {
        let rows: Vec<(i64,)> = self.all(sql(IN_USE)).await?;
        Ok(rows.into_iter().map(|(id,)| LdapServerId(id)).collect())
    }

    async fn remove_ldap_server(&mut self, id: LdapServerId) -> Result<()> {
        self.remove_source(Source::Ldap(id)).await?;
        self.forget_sync(Source::Ldap(id)).await?;
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }

    async fn ldap_attributes(&mut self) -> Result<Attributes> {
        let rows: Vec<(String, String, String, String)> = self.all(sql(ATTRIBUTES)).await?;
        let mut attributes = Attributes::default();
        for (server_type, kind, name, value) in rows {
            let key = (word(&server_type)?, word(&kind)?, word(&name)?);
            let value = Attributes::value(&value).map_err(|error| Error::Fault(Box::new(error)))?;
            attributes.set(key, Some(value)).map_err(|error| Error::Fault(Box::new(error)))?;
        }
        Ok(attributes)
    }

    async fn set_ldap_attribute(&mut self, attribute: &Attribute) -> Result<()> {
        let Attribute { server_type, kind, name, value, custom } = attribute;
        let set = sql(if *custom { SET_ATTRIBUTE } else { RESET_ATTRIBUTE });
        let set = set.bind(server_type.as_str()).bind(kind.word()).bind(name.as_str());
        let set = if *custom { set.bind(value.join(",")) } else { set };
        self.exec(set).await.map(drop)
    }
}
