//! Mappings: what a group of a directory gives whoever is in it.

use std::{fmt, str::FromStr};

use robin_rbac::{CapabilityId, TenantId, TenantRole};
use serde::Serialize;

use crate::{GroupName, LdapServerId, MappingId, TenantName};

/// Where groups come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A directory server.
    Ldap(LdapServerId),
    /// The OpenShift cluster.
    Openshift,
}

/// A text that no source is written as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown source of groups `{0}`")]
pub struct InvalidSource(String);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ldap(server) => write!(f, "ldap/{server}"),
            Self::Openshift => f.write_str("openshift"),
        }
    }
}

impl FromStr for Source {
    type Err = InvalidSource;

    fn from_str(text: &str) -> Result<Self, InvalidSource> {
        if text == "openshift" {
            return Ok(Self::Openshift);
        }
        let server = text.strip_prefix("ldap/").and_then(|number| number.parse().ok());
        server.map(|number| Self::Ldap(LdapServerId(number))).ok_or_else(|| InvalidSource(text.to_owned()))
    }
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a group of a directory gives whoever is in it: a place in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapping {
    /// Its number, never given again.
    pub id: MappingId,
    /// Where the group is.
    pub source: Source,
    /// What the group is called there.
    pub group: GroupName,
    /// The tenant.
    pub tenant: TenantId,
    /// The tenant's name.
    pub tenant_name: TenantName,
    /// The role there.
    pub role: TenantRole,
    /// The capabilities there, in the order in which they were named; none at all is `NoCapabilities`.
    pub capabilities: Vec<CapabilityId>,
}

/// A mapping to be added.
#[derive(Debug, Clone)]
pub struct NewMapping {
    /// Where the group is.
    pub source: Source,
    /// What the group is called there.
    pub group: GroupName,
    /// The tenant.
    pub tenant: TenantId,
    /// The role there.
    pub role: TenantRole,
    /// The capabilities there, in order.
    pub capabilities: Vec<CapabilityId>,
}

/// Which mappings a list holds.
#[derive(Debug, Clone, Default)]
pub struct MappingFilter {
    /// Only those of this source.
    pub source: Option<Source>,
    /// Only those of this group.
    pub group: Option<GroupName>,
    /// Only those into this tenant.
    pub tenant: Option<TenantId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_reads_back_as_it_is_written() {
        for source in [Source::Ldap(LdapServerId(7)), Source::Openshift] {
            assert_eq!(source.to_string().parse(), Ok(source));
        }
        for text in ["", "ldap", "ldap/", "ldap/x", "ldap/1/2", "Openshift"] {
            assert_eq!(text.parse::<Source>(), Err(InvalidSource(text.to_owned())), "{text}");
        }
    }
}
