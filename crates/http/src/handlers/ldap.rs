//! Directory servers, and what directories call the attributes that Robin reads.

use std::{sync::Arc, time::Duration};

use robin_api::{
    Message,
    ldap::{
        AddLdapServer, AttributeValue, GetLdapServer, LdapAttribute, LdapServer, ListLdapAttributes, ListLdapServers,
        RemoveLdapServer, ResetLdapAttribute, TestLdapServer, UpdateLdapAttribute, UpdateLdapServer,
    },
};
use robin_model::{
    LdapServerId,
    directory::{self as model, Attribute, Dn, ServerSettings, Timeouts, Transport},
    span::Span,
};
use robin_service::{
    Ctx, Error, Page, Result,
    directory::{self, Changes, Kept, SyncChanges},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListLdapServers, _, _>(list);
    endpoints.closed::<GetLdapServer, _, _>(get);
    endpoints.closed::<AddLdapServer, _, _>(add);
    endpoints.closed::<UpdateLdapServer, _, _>(update);
    endpoints.closed::<TestLdapServer, _, _>(test);
    endpoints.closed::<RemoveLdapServer, _, _>(remove);
    endpoints.list::<ListLdapAttributes, _, _>(list_attributes);
    endpoints.closed::<UpdateLdapAttribute, _, _>(update_attribute);
    endpoints.closed::<ResetLdapAttribute, _, _>(reset_attribute);
}

fn shown(server: model::LdapServer, kept: &Kept) -> LdapServer {
    let model::LdapServer { id, settings } = server;
    LdapServer {
        name: settings.name.to_string(),
        netbios: settings.netbios,
        username: settings.username,
        port: settings.port,
        hostname: settings.hosts.to_string(),
        password: String::new(),
        id: id.0,
        search_base: settings.search_base.to_string(),
        user_base: settings.user_base.map(|base| base.to_string()),
        group_base: settings.group_base.map(|base| base.to_string()),
        server_type: settings.server_type.as_str().to_owned(),
        tls: settings.transport.as_str().to_owned(),
        ca_cert: settings.ca_cert,
        connect_timeout: settings.timeouts.connect.as_secs(),
        answer_timeout: settings.timeouts.answer.as_secs(),
        create_on_login: settings.create_on_login,
        sync_interval: kept.interval,
        max_disable: kept.max_disable.to_string(),
        allow_superadmin: kept.allow_superadmin,
    }
}

/// How much later each run begins than the one before; nothing inside for `off`.
fn interval(text: &str) -> Result<Option<Duration>> {
    if text == "off" {
        return Ok(None);
    }
    let span = text.parse::<Span>().map_err(|error| Error::Invalid(format!("`sync_interval`: {error}, or `off`")))?;
    Ok(Some(span.0))
}

fn seconds(number: u16) -> Duration {
    Duration::from_secs(number.into())
}

/// A text that stands for nothing when it is empty.
fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A base for searches; the empty text stands for none.
fn base(field: &str, text: &str) -> Result<Option<Dn>> {
    if text.is_empty() {
        return Ok(None);
    }
    Dn::search_base(text).map(Some).map_err(|error| Error::Invalid(format!("`{field}`: {error}")))
}

async fn list(ctx: Arc<Ctx>, _: Arc<ListLdapServers>, cut: Cut) -> Result<Page<LdapServer>> {
    let page = directory::list(&ctx, cut.after.map(LdapServerId), cut.limit)?;
    let ids: Vec<LdapServerId> = page.items.iter().map(|server| server.id).collect();
    let mut kept = directory::kept(&ctx, &ids).await?;
    Ok(page.map(|server| {
        let own = kept.remove(&server.id).unwrap_or_default();
        shown(server, &own)
    }))
}

async fn get(ctx: Arc<Ctx>, input: GetLdapServer) -> Result<LdapServer> {
    let server = directory::get(&ctx, &input.name)?;
    let own = directory::kept(&ctx, &[server.id]).await?.remove(&server.id).unwrap_or_default();
    Ok(shown(server, &own))
}

async fn add(ctx: Arc<Ctx>, input: AddLdapServer) -> Result<Message> {
    let default = Timeouts::default();
    let name = input.name.to_string();
    let settings = ServerSettings {
        name: input.name,
        server_type: input.server_type,
        hosts: input.hostname,
        port: input.port,
        transport: input.tls.unwrap_or(Transport::on(input.port)),
        ca_cert: input.ca_cert.and_then(filled),
        username: input.username,
        search_base: input.search_base,
        user_base: base("user_base", &input.user_base.unwrap_or_default())?,
        group_base: base("group_base", &input.group_base.unwrap_or_default())?,
        netbios: input.netbios.and_then(filled),
        timeouts: Timeouts {
            connect: input.connect_timeout.map_or(default.connect, seconds),
            answer: input.answer_timeout.map_or(default.answer, seconds),
        },
        create_on_login: input.create_on_login,
    };
    directory::add(&ctx, &settings, &input.password).await?;
    done(format!("Successfully added ldap server '{name}'"))
}

async fn update(ctx: Arc<Ctx>, input: UpdateLdapServer) -> Result<Message> {
    let sync = SyncChanges {
        interval: input.sync_interval.as_deref().map(interval).transpose()?,
        max_disable: input.max_disable,
        allow_superadmin: input.allow_superadmin,
    };
    let changes = Changes {
        sync,
        hosts: input.hostname,
        port: input.port,
        transport: input.tls,
        ca_cert: input.ca_cert.map(filled),
        username: input.username,
        password: input.password,
        search_base: input.search_base,
        user_base: input.user_base.map(|text| base("user_base", &text)).transpose()?,
        group_base: input.group_base.map(|text| base("group_base", &text)).transpose()?,
        netbios: input.netbios.map(filled),
        connect_timeout: input.connect_timeout.map(seconds),
        answer_timeout: input.answer_timeout.map(seconds),
        create_on_login: input.create_on_login,
    };
    directory::update(&ctx, &input.name, &changes).await?;
    done(format!("Successfully updated ldap server '{}'", input.name))
}

async fn test(ctx: Arc<Ctx>, input: TestLdapServer) -> Result<Message> {
    directory::test(&ctx, &input.name).await?;
    done(format!("LDAP server '{}' answers, lets Robin in, and has the bases", input.name))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveLdapServer) -> Result<Message> {
    directory::remove(&ctx, &input.name, input.force).await?;
    done(format!("Successfully removed ldap server '{}'", input.name))
}

async fn list_attributes(ctx: Arc<Ctx>, input: Arc<ListLdapAttributes>, cut: Cut) -> Result<Page<LdapAttribute>> {
    let found = directory::attributes(&ctx, input.server_type, input.object_type)?;
    let page = Page::cut(found.into_iter(), cut.after, cut.limit, |(position, _)| *position);
    Ok(page.map(|(_, attribute)| line(attribute)))
}

fn line(attribute: Attribute) -> LdapAttribute {
    let is_list = attribute.is_list();
    LdapAttribute {
        custom: attribute.custom,
        attribute_name: attribute.name.to_string(),
        value: match attribute.value {
            several if is_list => AttributeValue::Several(several),
            one => AttributeValue::One(one.concat()),
        },
        object_type: attribute.kind.as_str().to_owned(),
        server_type: attribute.server_type.as_str().to_owned(),
    }
}

async fn update_attribute(ctx: Arc<Ctx>, input: UpdateLdapAttribute) -> Result<Message> {
    let UpdateLdapAttribute { server_type, object_type, attribute_name, value } = input;
    directory::set_attribute(&ctx, (server_type, object_type, attribute_name), &value.join(",")).await?;
    done("Successfully updated one or more LDAP attributes\n")
}

async fn reset_attribute(ctx: Arc<Ctx>, input: ResetLdapAttribute) -> Result<Message> {
    let ResetLdapAttribute { server_type, object_type, attribute_name } = input;
    let key = (server_type, object_type, attribute_name);
    directory::reset_attribute(&ctx, key).await?;
    done(format!("Reset LDAP attribute '{}'\n", directory::attribute_name(key)))
}
