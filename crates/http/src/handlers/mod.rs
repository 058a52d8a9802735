//! One function per endpoint: its input turned into a call of one use case, and the outcome into the wire's words.

mod access;
mod access_search;
mod access_tokens;
mod audit;
mod capabilities;
mod changes;
mod config;
mod imports;
mod ldap;
mod ldap_entries;
mod login;
mod mappings;
mod namespaces;
mod objects;
mod openshift;
mod schedules;
mod service_accounts;
mod sessions;
mod shares;
mod sync;
mod tenants;
mod user_certs;
mod users;

use robin_api::Message;
use robin_service::Result;

use crate::endpoints::Endpoints;

/// Every endpoint with its function.
pub fn endpoints() -> Endpoints {
    let mut endpoints = Endpoints::default();
    login::mount(&mut endpoints);
    sessions::mount(&mut endpoints);
    access_tokens::mount(&mut endpoints);
    service_accounts::mount(&mut endpoints);
    users::mount(&mut endpoints);
    capabilities::mount(&mut endpoints);
    shares::mount(&mut endpoints);
    tenants::mount(&mut endpoints);
    namespaces::mount(&mut endpoints);
    objects::mount(&mut endpoints);
    audit::mount(&mut endpoints);
    config::mount(&mut endpoints);
    schedules::mount(&mut endpoints);
    imports::mount(&mut endpoints);
    ldap::mount(&mut endpoints);
    sync::mount(&mut endpoints);
    mappings::mount(&mut endpoints);
    ldap_entries::mount(&mut endpoints);
    openshift::mount(&mut endpoints);
    user_certs::mount(&mut endpoints);
    changes::mount(&mut endpoints);
    access::mount(&mut endpoints);
    access_search::mount(&mut endpoints);
    endpoints
}

/// The answer that says what was done.
#[expect(clippy::unnecessary_wraps, reason = "the last line of a function that may fail before it")]
fn done(message: impl Into<String>) -> Result<Message> {
    Ok(Message { message: message.into() })
}

/// Names as a person lists them.
fn joined(names: &[impl ToString]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The names of capabilities, or `NoCapabilities` for none.
fn capability_names(catalogue: &robin_rbac::Catalogue, ids: &[robin_model::CapabilityId]) -> Vec<String> {
    if ids.is_empty() {
        return vec![robin_rbac::NO_CAPABILITIES.to_owned()];
    }
    let name = |id: &robin_model::CapabilityId| catalogue.by_id(*id).map(|capability| capability.name().to_owned());
    ids.iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use robin_api::{Endpoint, Needs, table};

    #[test]
    fn sec_48_every_endpoint_of_the_table_is_mounted_for_whom_it_says_and_nothing_else() {
        struct Names(Vec<(String, &'static str, Option<&'static str>, bool)>);
        impl table::Visitor for Names {
            fn visit<E: Endpoint>(&mut self) {
                let is_open = E::NEEDS == Needs::Nothing;
                self.0.extend(E::PATHS.iter().map(|path| (E::METHOD.to_string(), *path, E::ACTION, is_open)));
            }
        }
        let mut table = Names(Vec::new());
        table::each(&mut table);
        let mut mounted = super::endpoints().names();
        table.0.sort();
        mounted.sort();
        assert_eq!(mounted, table.0);
    }
}
