//! Changing servers.

use std::time::Duration;

use robin_model::{
    LdapServerName, Secret,
    directory::{Dn, Hosts, KeptServer, LdapServer, ServerSettings, Timeouts, Transport},
};
use robin_storage::Change;
use serde::Serialize;

use super::{LDAP, SyncChanges, known, missing, place, reach, settings, sync, trial};
use crate::{Ctx, Error, Result, audit};

/// What to change of a server: what is named, and nothing else. Of an option inside an option, the inner one is the new value.
#[derive(Default)]
pub struct Changes {
    /// Where it is.
    pub hosts: Option<Hosts>,
    /// The port.
    pub port: Option<u16>,
    /// How the connection is kept from others' eyes.
    pub transport: Option<Transport>,
    /// The certificates to trust.
    pub ca_cert: Option<Option<String>>,
    /// Who reads the directory.
    pub username: Option<String>,
    /// Their password.
    pub password: Option<Secret>,
    /// Where searches start.
    pub search_base: Option<Dn>,
    /// Where searches for users start.
    pub user_base: Option<Option<Dn>>,
    /// Where searches for groups start.
    pub group_base: Option<Option<Dn>>,
    /// The domain's NetBIOS name.
    pub netbios: Option<Option<String>>,
    /// How long a connection may take.
    pub connect_timeout: Option<Duration>,
    /// How long the next message may take.
    pub answer_timeout: Option<Duration>,
    /// How its accounts are kept in step.
    pub sync: SyncChanges,
    /// Whether its users get accounts by themselves when they log in for the first time.
    pub create_on_login: Option<bool>,
}

impl Changes {
    /// The settings with the changes made.
    fn made_to(&self, before: &ServerSettings) -> ServerSettings {
        let Timeouts { connect, answer } = before.timeouts;
        let after = before.clone();
        ServerSettings {
            hosts: self.hosts.clone().unwrap_or(after.hosts),
            port: self.port.unwrap_or(after.port),
            transport: self.transport.unwrap_or(after.transport),
            ca_cert: self.ca_cert.clone().unwrap_or(after.ca_cert),
            username: self.username.clone().unwrap_or(after.username),
            search_base: self.search_base.clone().unwrap_or(after.search_base),
            user_base: self.user_base.clone().unwrap_or(after.user_base),
            group_base: self.group_base.clone().unwrap_or(after.group_base),
            netbios: self.netbios.clone().unwrap_or(after.netbios),
            timeouts: Timeouts {
                connect: self.connect_timeout.unwrap_or(connect),
                answer: self.answer_timeout.unwrap_or(answer),
            },
            create_on_login: self.create_on_login.unwrap_or(after.create_on_login),
            ..after
        }
    }
}

/// For the record: the server, and whether it has another password.
#[derive(Serialize)]
struct Changed<'a> {
    #[serde(flatten)]
    server: &'a LdapServer,
    #[serde(skip_serializing_if = "Option::is_none")]
    sync: Option<&'a SyncChanges>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'static str>,
}

/// Changes a server, which must be readable with the changes made. Needs `LDAP:update`.
///
/// Who changes where the password goes, or how well it is hidden on the way, must know it: else they could have it sent to
/// themselves.
///
/// # Errors
/// [`Error::NotFound`] when there is no such server; [`Error::Invalid`] for settings that can't be, when the password is needed
/// and missing, and when the server can't be read; [`Error::Conflict`] when somebody else has changed it meanwhile.
pub async fn update(ctx: &Ctx, name: &LdapServerName, changes: &Changes) -> Result<()> {
    ctx.intend("ldap_server.update", LDAP, name);
    ctx.permit(LDAP, "update")?;
    reach(ctx, "update", name.as_str())?;
    let find = || missing(name);
    let before = ctx.read().await?.ldap_server_named(name).await?.ok_or_else(find)?;
    let after = changes.made_to(&before.server.settings);
    if after == before.server.settings && changes.password.is_none() && changes.sync.is_empty() {
        return Err(Error::Invalid("nothing would change: name a setting and its new value".to_owned()));
    }
    if changes.ca_cert.is_some() {
        settings::check_certificates(&after)?;
    }
    let password = checked(ctx, &before, &after, changes.password.as_ref())?;
    let still_reached = ServerSettings {
        timeouts: after.timeouts,
        create_on_login: after.create_on_login,
        ..before.server.settings.clone()
    };
    if after != still_reached || changes.password.is_some() {
        trial::of(ctx, &after, &password).await?;
    }

    let mut work = ctx.change().await?;
    if work.ldap_server_named(name).await?.ok_or_else(find)? != before {
        return Err(Error::Conflict(format!("LDAP server `{name}` was changed meanwhile: look at it and try again")));
    }
    let id = before.server.id;
    work.set_ldap_server(id, &after).await?;
    if changes.password.is_some() {
        let robin = &ctx.robin;
        let sealed = robin.secret_key.seal(&*robin.random, &place(id), password.expose().as_bytes());
        work.set_ldap_password(id, &sealed).await?;
    }
    let server = LdapServer { id, settings: after };
    sync::change(ctx, &mut work, &server, &changes.sync).await?;
    work.touch(Change::Directories).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before.server);
    entry.after = audit::state(&Changed {
        server: &server,
        sync: (!changes.sync.is_empty()).then_some(&changes.sync),
        password: changes.password.as_ref().map(|_| "changed"),
    });
    work.append_audit(&entry).await?;
    work.commit().await
}

/// The password to read the server by, if the settings can be, and it may be used with them.
fn checked(ctx: &Ctx, before: &KeptServer, after: &ServerSettings, given: Option<&Secret>) -> Result<Secret> {
    settings::check(after)?;
    if let Some(password) = given {
        settings::check_password(password)?;
        return Ok(password.clone());
    }
    if let Some(what) = exposed(&before.server.settings, after) {
        return Err(Error::Invalid(format!(
            "`password` is missing: it must be given again when the {what} changes, so that nobody can have it sent elsewhere"
        )));
    }
    known::password(before, &ctx.robin.secret_key)
}

/// What changes, if the password comes to others' eyes by it.
fn exposed(before: &ServerSettings, after: &ServerSettings) -> Option<&'static str> {
    let weaker = before.transport != Transport::None && after.transport == Transport::None;
    let changes = [
        ("hostname", before.hosts != after.hosts),
        ("port", before.port != after.port),
        ("username", before.username != after.username),
        ("TLS mode to none", weaker),
        ("CA certificate", before.ca_cert != after.ca_cert),
    ];
    changes.into_iter().find(|(_, has_changed)| *has_changed).map(|(what, _)| what)
}
