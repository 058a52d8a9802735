//! Accounts, and their places in tenants.

use std::fmt;

use robin_rbac::{CapabilityId, TenantId, TenantRole, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    ContextId, LdapServerId, NamespaceName, ObjectId, PasswordHash, TenantName, Timestamp, Username,
    directory::{Dn, Source},
    profile::Profile,
};

/// Who checks a user's password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Authentication {
    /// Robin itself.
    Local,
    /// A directory server.
    Ldap {
        /// Which one.
        server: LdapServerId,
        /// The distinguished name to bind as, where the usual one does not fit.
        dn: Option<Dn>,
        /// What identifies the account there for ever, in the form in which lists show it: fixed when the account is added or
        /// logs in for the first time. A person whom the directory knows by another one is somebody else.
        object_sid: Option<String>,
    },
    /// The OpenShift cluster.
    Openshift {
        /// What identifies the user there for ever: another user of the same name has another one.
        uid: String,
    },
    /// Nobody: a service account has no password, and comes with access tokens alone.
    Service,
}

impl Authentication {
    /// The word in lists: `local`, `ldap`, `openshift` or `service`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Ldap { .. } => "ldap",
            Self::Openshift { .. } => "openshift",
            Self::Service => "service",
        }
    }

    /// What identifies the account where its password is checked, if that is elsewhere and known.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        match self {
            Self::Local | Self::Service => None,
            Self::Ldap { object_sid, .. } => object_sid.as_deref(),
            Self::Openshift { uid } => Some(uid),
        }
    }
}

impl fmt::Display for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Its number, never given again.
    pub id: UserId,
    /// Its name, unique among accounts that are not deleted.
    pub username: Username,
    /// Who checks its password.
    pub authentication: Authentication,
    /// The person behind it.
    pub profile: Profile,
    /// Left out of lists unless asked for: the built-in users.
    pub hidden: bool,
    /// Can't log in.
    pub disabled: bool,
    /// When it was removed.
    pub deleted_at: Option<Timestamp>,
    /// The tenant it is, or was last, logged into.
    pub current_tenant: Option<TenantId>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl User {
    /// The built-in user in whose name Robin itself acts.
    pub const SYSTEM: UserId = UserId(1);
    /// The built-in user who stands for nobody known.
    pub const ANONYMOUS: UserId = UserId(2);

    /// Whether the account can log in at all: not disabled, not deleted, not one of the hidden built-in ones.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        !self.disabled && !self.hidden && self.deleted_at.is_none()
    }
}

/// An account to be added.
pub struct NewUser {
    /// Its name.
    pub username: Username,
    /// Who checks its password.
    pub authentication: Authentication,
    /// The hash of its password, for a local account.
    pub password: Option<PasswordHash>,
    /// The person behind it.
    pub profile: Profile,
    /// Can't log in.
    pub disabled: bool,
    /// The tenant that it logs into first.
    pub current_tenant: Option<TenantId>,
    /// When it is added.
    pub created_at: Timestamp,
}

/// A user inside one tenant: the user context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The context's number.
    pub id: ContextId,
    /// The member.
    pub user: UserId,
    /// The tenant.
    pub tenant: TenantId,
    /// The tenant's name.
    pub tenant_name: TenantName,
    /// The member's role there.
    pub role: TenantRole,
    /// The capabilities assigned there, in the order of assignment; none at all is `NoCapabilities`.
    pub capabilities: Vec<CapabilityId>,
    /// The primary namespace.
    pub namespace: Option<NamespaceName>,
    /// The directory whose mappings made it, and keep it as they say; nothing when somebody made it, or changed its role or
    /// capabilities since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapped_by: Option<Source>,
}

/// A membership to be added.
#[derive(Debug, Clone)]
pub struct NewMembership {
    /// The member.
    pub user: UserId,
    /// The tenant.
    pub tenant: TenantId,
    /// The member's role there.
    pub role: TenantRole,
    /// The capabilities assigned there, in order.
    pub capabilities: Vec<CapabilityId>,
    /// The primary namespace, where there is one already.
    pub namespace: Option<ObjectId>,
    /// The directory whose mappings make it, if they do.
    pub mapped_by: Option<Source>,
}

/// Which accounts a list holds.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Only members of this tenant.
    pub tenant: Option<TenantId>,
    /// Only this account.
    pub user: Option<UserId>,
    /// Disabled accounts too.
    pub disabled: bool,
    /// Hidden accounts too.
    pub hidden: bool,
    /// Deleted accounts too.
    pub deleted: bool,
    /// People, service accounts, or both.
    pub kind: AccountKind,
}

/// Who is behind an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountKind {
    /// Anybody or anything.
    #[default]
    Any,
    /// A person.
    Person,
    /// A program: a service account.
    Service,
}
