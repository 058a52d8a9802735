//! Under which name to log in to a directory.

use robin_model::directory::{Dn, ServerSettings, ServerType};

/// The name that Robin reads the directory under. Active Directory takes a bare username only with its domain.
pub(super) fn of_reader(settings: &ServerSettings) -> String {
    let name = settings.username.trim();
    let is_bare = !name.contains(['\\', '@']) && name.parse::<Dn>().is_err();
    match settings.server_type {
        ServerType::ActiveDirectory if is_bare && !name.is_empty() => in_domain(settings, name),
        _ => name.to_owned(),
    }
}

/// A username with its domain: `NETBIOS\name`, or `name@domain` where the NetBIOS name is unknown.
pub(super) fn in_domain(settings: &ServerSettings, username: &str) -> String {
    match &settings.netbios {
        Some(netbios) => format!("{netbios}\\{username}"),
        None => format!("{username}@{}", domain(&settings.search_base)),
    }
}

/// The domain that a distinguished name lies in.
fn domain(dn: &Dn) -> String {
    let labels: Vec<&str> = dn.key().split(',').filter_map(|level| level.strip_prefix("dc=")).collect();
    labels.join(".")
}

#[cfg(test)]
mod tests {
    use robin_model::directory::{Timeouts, Transport};

    use super::*;

    fn settings(username: &str, netbios: Option<&str>) -> ServerSettings {
        ServerSettings {
            name: "ad1".parse().unwrap(),
            server_type: ServerType::ActiveDirectory,
            hosts: "localhost".parse().unwrap(),
            port: 389,
            transport: Transport::None,
            ca_cert: None,
            username: username.to_owned(),
            search_base: Dn::search_base("mydomain.com").unwrap(),
            user_base: None,
            group_base: None,
            netbios: netbios.map(str::to_owned),
            timeouts: Timeouts::default(),
            create_on_login: false,
        }
    }

    #[test]
    fn a_bare_name_gets_its_domain() {
        for (username, netbios, name) in [
            ("administrator", Some("MYDOMAIN"), r"MYDOMAIN\administrator"),
            ("administrator", None, "administrator@mydomain.com"),
            ("svc@mydomain.com", Some("MYDOMAIN"), "svc@mydomain.com"),
            (r"OTHER\svc", Some("MYDOMAIN"), r"OTHER\svc"),
            ("cn=svc,dc=mydomain,dc=com", Some("MYDOMAIN"), "cn=svc,dc=mydomain,dc=com"),
        ] {
            assert_eq!(of_reader(&settings(username, netbios)), name);
        }
    }

    #[test]
    fn elsewhere_the_name_is_taken_as_it_is() {
        let settings = ServerSettings { server_type: ServerType::OpenLdap, ..settings("cn=admin,dc=x", None) };
        assert_eq!(of_reader(&settings), "cn=admin,dc=x");
    }
}
