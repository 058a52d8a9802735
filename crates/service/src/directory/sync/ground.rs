//! What a run goes by. As long as it is the same, a run does what one did that somebody looked at.

use robin_model::{
    LdapServerName,
    directory::{LdapServer, Source},
};
use robin_storage::Transaction;
use serde_json::json;

use crate::{Error, Result};

/// What decides whom a directory shows, and what its groups give: where it is searched, what its attributes are called, and the mappings.
///
/// # Errors
/// When the database can't answer.
pub async fn of(tx: &mut dyn Transaction, server: &LdapServer) -> Result<String> {
    let kept = tx.ldap_server_named(&server.settings.name).await?.filter(|kept| kept.server.id == server.id);
    let settings = kept.map(|kept| kept.server.settings);
    let bases = settings.map(|settings| (settings.search_base, settings.user_base, settings.group_base));
    let attributes: Vec<(&str, String, Vec<String>)> = tx
        .ldap_attributes()
        .await?
        .list()
        .into_iter()
        .filter(|one| one.custom && one.server_type == server.settings.server_type)
        .map(|one| (one.kind.word(), one.name.to_string(), one.value))
        .collect();
    let mappings = tx.mappings_of(Source::Ldap(server.id)).await?;
    let mappings: Vec<_> = mappings
        .into_iter()
        .map(|mapping| (mapping.group.key(), mapping.tenant, mapping.role.as_str(), mapping.capabilities))
        .collect();
    Ok(json!([bases, attributes, mappings]).to_string())
}

/// That nobody has applied a run on this ground yet.
pub fn unproven(name: &LdapServerName) -> Error {
    Error::Conflict(format!(
        "no run was applied by hand since the bases, attributes or mappings of LDAP server `{name}` changed: look at `ldap sync {name}`, \
         then use `ldap sync {name} --apply`"
    ))
}
