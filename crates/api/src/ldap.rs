//! Directory servers, and what directories call the attributes that Robin reads.

use robin_model::{
    LdapServerName, Secret,
    directory::{AttributeName, Dn, Hosts, MaxDisable, ObjectKind, ServerType, Transport},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const SERVERS: &str = base!("ldap-servers");
const SERVER: &str = base!("ldap-servers/{name}");
const ATTRIBUTES: &str = base!("ldap-attributes");
const VIEW: Needs = Needs::Permission("LDAP", "view");
const UPDATE: Needs = Needs::Permission("LDAP", "update");

endpoints! {
    GetLdapServer = GET [SERVER] needs VIEW, "Show one directory server" => LdapServer;
    AddLdapServer = POST [SERVERS] needs Needs::Permission("LDAP", "create"), "Add a directory server" => Message;
    UpdateLdapServer = PUT [SERVER] ("update") needs UPDATE, "Change a directory server" => Message;
    TestLdapServer = PUT [SERVER] ("test") needs UPDATE, "Try whether a directory server can be read" => Message;
    RemoveLdapServer = DELETE [SERVER, SERVERS] needs Needs::Permission("LDAP", "delete"), "Remove a directory server" => Message;
    UpdateLdapAttribute = POST [ATTRIBUTES] needs UPDATE, "Say what directories call an attribute" => Message;
    ResetLdapAttribute = DELETE [ATTRIBUTES] needs UPDATE, "Set an attribute back to its default" => Message;
}

lists! {
    ListLdapServers = [SERVERS] needs VIEW, "List directory servers" => LdapServer;
    ListLdapAttributes = [ATTRIBUTES] needs VIEW, "List what directories call the attributes that Robin reads" => LdapAttribute;
}

/// Lists directory servers.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListLdapServers {}

/// Shows one directory server.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetLdapServer {
    /// The server.
    pub name: LdapServerName,
}

/// Adds a directory server, which is tried first: where it can't be read with what is given here, nothing is stored.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddLdapServer {
    /// Its name.
    pub name: LdapServerName,
    /// Where it is: a name or an IP address, or several that serve the same directory, with commas between, the preferred first.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub hostname: Hosts,
    /// Its port, on all hosts.
    #[serde(deserialize_with = "lenient::port")]
    #[schemars(range(min = 1))]
    pub port: u16,
    /// `OPEN_LDAP` or `ACTIVE_DIRECTORY`.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub server_type: ServerType,
    /// Who reads the directory: a distinguished name, or for Active Directory also a username.
    pub username: String,
    /// Their password.
    #[schemars(with = "String")]
    pub password: Secret,
    /// Where searches start: a distinguished name, or a domain (`example.com` is `dc=example,dc=com`).
    #[serde(deserialize_with = "lenient::search_base")]
    #[schemars(with = "String")]
    pub search_base: Dn,
    /// Where searches for users start, if elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_base: Option<String>,
    /// Where searches for groups start, if elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_base: Option<String>,
    /// The domain's NetBIOS name; Active Directory needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub netbios: Option<String>,
    /// How the connection is kept from others' eyes: `none`, `starttls` or `ldaps`; by default `ldaps` on port 636, else `none`.
    #[serde(default, deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub tls: Option<Transport>,
    /// The certificates to trust, as PEM; by default those that the server's system trusts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_cert: Option<String>,
    /// Seconds that a connection to one host may take, 1 to 15; by default 5.
    #[serde(default, deserialize_with = "lenient::connect_timeout", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 15))]
    pub connect_timeout: Option<u16>,
    /// Seconds that the next part of an answer may take, 1 to 600; by default 30.
    #[serde(default, deserialize_with = "lenient::answer_timeout", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 600))]
    pub answer_timeout: Option<u16>,
    /// Whether its users get accounts by themselves when they log in for the first time, as its mappings say.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub create_on_login: bool,
}

/// Changes what is named of a directory server. It is tried with the changes first: where it can't be read, nothing changes.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateLdapServer {
    /// The server.
    pub name: LdapServerName,
    /// Where it is. The password must be given again.
    #[serde(default, deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub hostname: Option<Hosts>,
    /// Its port, on all hosts. The password must be given again.
    #[serde(default, deserialize_with = "lenient::optional_port", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// Who reads the directory. The password must be given again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Their password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub password: Option<Secret>,
    /// Where searches start: a distinguished name, or a domain.
    #[serde(default, deserialize_with = "lenient::optional_search_base", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub search_base: Option<Dn>,
    /// Where searches for users start; the empty text for the search base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_base: Option<String>,
    /// Where searches for groups start; the empty text for the search base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_base: Option<String>,
    /// The domain's NetBIOS name; the empty text for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub netbios: Option<String>,
    /// How the connection is kept from others' eyes: `none`, `starttls` or `ldaps`. For `none`, the password must be given again.
    #[serde(default, deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub tls: Option<Transport>,
    /// The certificates to trust, as PEM; the empty text for those that the server's system trusts. The password must be given again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_cert: Option<String>,
    /// Seconds that a connection to one host may take, 1 to 15.
    #[serde(default, deserialize_with = "lenient::connect_timeout", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 15))]
    pub connect_timeout: Option<u16>,
    /// Seconds that the next part of an answer may take, 1 to 600.
    #[serde(default, deserialize_with = "lenient::answer_timeout", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 600))]
    pub answer_timeout: Option<u16>,
    /// Whether its users get accounts by themselves when they log in for the first time, as its mappings say.
    #[serde(default, deserialize_with = "lenient::optional_flag", skip_serializing_if = "Option::is_none")]
    pub create_on_login: Option<bool>,
    /// How much later each run that keeps its accounts in step begins than the one before: seconds, or a span of time like `1h`, from 60
    /// seconds to 30 days; `off` for no such runs. A run must have been applied by hand before.
    #[serde(default, deserialize_with = "lenient::optional_text_or_number", skip_serializing_if = "Option::is_none")]
    pub sync_interval: Option<String>,
    /// How many accounts such a run may disable: a number, or a share of the active ones like `10%`.
    #[serde(default, deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub max_disable: Option<MaxDisable>,
    /// Whether such a run gives and takes the role `superadmin`.
    #[serde(default, deserialize_with = "lenient::optional_flag", skip_serializing_if = "Option::is_none")]
    pub allow_superadmin: Option<bool>,
}

/// Tries whether a directory server can be read: that it is there, lets Robin in, and has the bases.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestLdapServer {
    /// The server.
    pub name: LdapServerName,
}

/// Removes a directory server.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveLdapServer {
    /// The server.
    pub name: LdapServerName,
    /// Removes it even if users log in by way of it, who then can't any more.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

/// A directory server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LdapServer {
    /// Its name.
    pub name: String,
    /// The domain's NetBIOS name.
    pub netbios: Option<String>,
    /// Who reads the directory.
    pub username: String,
    /// Its port.
    pub port: u16,
    /// Where it is, with commas between several hosts.
    pub hostname: String,
    /// Always empty: the password never leaves Robin.
    pub password: String,
    /// Its number.
    pub id: i64,
    /// Where searches start.
    pub search_base: String,
    /// Where searches for users start, if elsewhere.
    pub user_base: Option<String>,
    /// Where searches for groups start, if elsewhere.
    pub group_base: Option<String>,
    /// `OPEN_LDAP` or `ACTIVE_DIRECTORY`.
    pub server_type: String,
    /// How the connection is kept from others' eyes: with `none`, passwords cross the network as they are.
    pub tls: String,
    /// The certificates to trust, as PEM; without, those that the server's system trusts.
    pub ca_cert: Option<String>,
    /// Seconds that a connection to one host may take.
    pub connect_timeout: u64,
    /// Seconds that the next part of an answer may take.
    pub answer_timeout: u64,
    /// Whether its users get accounts by themselves when they log in for the first time.
    #[serde(default)]
    pub create_on_login: bool,
    /// Seconds from the beginning of one run that keeps its accounts in step to that of the next; nothing where none runs by itself.
    #[serde(default)]
    pub sync_interval: Option<u64>,
    /// How many accounts such a run may disable.
    #[serde(default)]
    pub max_disable: String,
    /// Whether such a run gives and takes the role `superadmin`.
    #[serde(default)]
    pub allow_superadmin: bool,
}

/// Lists what directories call the attributes that Robin reads.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListLdapAttributes {
    /// Only for this type of server: `OPEN_LDAP` or `ACTIVE_DIRECTORY`.
    #[serde(deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub server_type: Option<ServerType>,
    /// Only for this kind of object: `user`, `group`, or `none` for what holds for all.
    #[serde(deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub object_type: Option<ObjectKind>,
}

/// Says what directories of one type call an attribute.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateLdapAttribute {
    /// The type of server: `OPEN_LDAP` or `ACTIVE_DIRECTORY`.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub server_type: ServerType,
    /// The kind of object: `user`, `group`, or `none` for all.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub object_type: ObjectKind,
    /// What Robin calls the attribute.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub attribute_name: AttributeName,
    /// What the directory calls it: one name, or several of which the first that an entry has counts.
    #[serde(deserialize_with = "lenient::names")]
    pub value: Vec<String>,
}

/// Sets an attribute back to its default.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetLdapAttribute {
    /// The type of server: `OPEN_LDAP` or `ACTIVE_DIRECTORY`.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub server_type: ServerType,
    /// The kind of object: `user`, `group`, or `none` for all.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub object_type: ObjectKind,
    /// What Robin calls the attribute.
    #[serde(deserialize_with = "lenient::parsed")]
    #[schemars(with = "String")]
    pub attribute_name: AttributeName,
}

/// What directories of one type call an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LdapAttribute {
    /// Whether it is not the default.
    pub custom: bool,
    /// What Robin calls it.
    pub attribute_name: String,
    /// What the directory calls it.
    pub value: AttributeValue,
    /// The kind of object, `user` or `group`; the empty text for all.
    pub object_type: String,
    /// `OPEN_LDAP` or `ACTIVE_DIRECTORY`.
    pub server_type: String,
}

/// What a directory calls an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AttributeValue {
    /// By one name.
    One(String),
    /// By several names, of which the first that an entry has counts. Some attributes always have a list, be it of one.
    Several(Vec<String>),
}
