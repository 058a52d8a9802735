//! Access tokens: what programs come with instead of a login.

use std::fmt;

use robin_rbac::{Grant, TenantId, UserId};
use serde::Serialize;

use crate::{TenantName, Timestamp, TokenId, Username};

/// What has become of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenState {
    /// It was asked for, and nobody has granted it yet.
    Requested,
    /// It was issued.
    Active,
    /// It was taken back.
    Revoked,
}

impl TokenState {
    /// The word that it is kept as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for TokenState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An access token. Its text is nowhere in it, nor what it is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessToken {
    /// Its number, never given again.
    pub id: TokenId,
    /// Whose it is.
    pub user: UserId,
    /// Their name.
    pub username: Username,
    /// The tenant that its owner is in with it.
    pub tenant: TenantId,
    /// That tenant's name.
    pub tenant_name: TenantName,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// What has become of it.
    pub state: TokenState,
    /// The beginning of its text, by which its owner tells it from others.
    pub shown: Option<String>,
    /// What it is narrowed to; none at all where it is not.
    pub grants: Option<Vec<Grant>>,
    /// When it was made, or asked for.
    pub created_at: Timestamp,
    /// Who made it, or asked for it.
    pub created_by: UserId,
    /// When it ends; unknown while it is asked for.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to a minute or so.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it; nobody where it gave way with all others.
    pub revoked_by: Option<UserId>,
}

impl AccessToken {
    /// Whether it is good now.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.state == TokenState::Active && self.expires_at.is_some_and(|end| end > now)
    }

    /// The word in lists: `requested`, `active`, `expired` or `revoked`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.state {
            TokenState::Active if !self.is_in_force(now) => "expired",
            state => state.as_str(),
        }
    }

    /// Whether somebody else than its owner took it back: then its owner can't make up for it alone.
    #[must_use]
    pub fn is_taken_away(&self) -> bool {
        self.state == TokenState::Revoked && self.revoked_by.is_some_and(|by| by != self.user)
    }
}

/// A token to be kept.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whose it is.
    pub user: UserId,
    /// The tenant that its owner is in with it.
    pub tenant: TenantId,
    /// What its owner calls it.
    pub name: String,
    /// What it is narrowed to.
    pub grants: Option<Vec<Grant>>,
    /// When it is made, or asked for.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: UserId,
    /// What it is known by; nothing where it is only asked for.
    pub issue: Option<Issue>,
}

/// What a token becomes when its text is made.
#[derive(Debug, Clone)]
pub struct Issue {
    /// The SHA-256 of its text.
    pub hash: [u8; 32],
    /// The beginning of its text.
    pub shown: String,
    /// When the text is made.
    pub at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How a user stands with access tokens, in one tenant or altogether.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many of theirs are in force.
    pub in_force: i64,
    /// The newest that they have asked for and not been granted.
    pub requested: Option<TokenId>,
    /// The newest of all others.
    pub newest: Option<AccessToken>,
}

impl Standing {
    /// The word for it: `none`, `requested`, `active` or `revoked`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        if self.in_force > 0 {
            TokenState::Active.as_str()
        } else if self.requested.is_some() {
            TokenState::Requested.as_str()
        } else if self.newest.as_ref().is_some_and(|newest| newest.state == TokenState::Revoked) {
            TokenState::Revoked.as_str()
        } else {
            "none"
        }
    }

    /// Whether somebody else took their token away, so that they can't make another one themselves.
    #[must_use]
    pub fn is_barred(&self) -> bool {
        self.in_force == 0 && self.newest.as_ref().is_some_and(AccessToken::is_taken_away)
    }
}

/// Which tokens a list holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenFilter {
    /// Only those of this user.
    pub user: Option<UserId>,
    /// Only those in this tenant.
    pub tenant: Option<TenantId>,
}
