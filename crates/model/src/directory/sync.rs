//! Keeping accounts in step with their directory.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// How the accounts of a directory are kept in step with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncSettings {
    /// What the last run that somebody applied went by; nothing where there was none.
    pub ground: Option<String>,
    /// How many accounts a run may disable.
    pub max_disable: MaxDisable,
    /// Whether runs give and take the role `superadmin`.
    pub allow_superadmin: bool,
}

/// What a directory says of somebody who is not to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It does not have them any more.
    Gone,
    /// They are disabled there.
    Disabled,
    /// They are locked there after wrong passwords.
    Locked,
}

impl Absence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gone, Self::Disabled, Self::Locked];

    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Locked => "locked",
        }
    }
}

/// How many accounts a run may disable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxDisable {
    /// So many of a hundred active ones, rounded up: of any accounts at all, at least one.
    Percent(u8),
    /// So many.
    Count(u32),
}

/// A text that says no such number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number of accounts: write a number, or a share like 10%")]
pub struct InvalidMaxDisable(String);

impl MaxDisable {
    /// How many that are, of so many active accounts.
    #[must_use]
    pub fn of(self, active: u64) -> u64 {
        match self {
            Self::Percent(percent) => (active * u64::from(percent)).div_ceil(100),
            Self::Count(count) => u64::from(count),
        }
    }
}

impl Default for MaxDisable {
    fn default() -> Self {
        Self::Percent(10)
    }
}

impl FromStr for MaxDisable {
    type Err = InvalidMaxDisable;

    fn from_str(text: &str) -> Result<Self, InvalidMaxDisable> {
        let read = match text.trim().strip_suffix('%') {
            Some(share) => share.parse().ok().filter(|percent| *percent <= 100).map(Self::Percent),
            None => text.trim().parse().ok().map(Self::Count),
        };
        read.ok_or_else(|| InvalidMaxDisable(text.chars().take(80).flat_map(char::escape_debug).collect()))
    }
}

impl fmt::Display for MaxDisable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}

impl Serialize for MaxDisable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_up_so_that_a_single_account_can_go() {
        for (active, most) in [(0, 0), (1, 1), (10, 1), (11, 2), (50_000, 5000)] {
            assert_eq!(MaxDisable::default().of(active), most, "{active}");
        }
        assert_eq!((MaxDisable::Percent(0).of(9), MaxDisable::Count(3).of(1)), (0, 3));
    }

    #[test]
    fn a_number_reads_back_as_it_is_written() {
        for number in [MaxDisable::Percent(100), MaxDisable::Percent(0), MaxDisable::Count(25)] {
            assert_eq!(number.to_string().parse(), Ok(number));
        }
        for text in ["", "%", "101%", "-1", "1.5%", "ten", "99999999999"] {
            assert_eq!(text.parse::<MaxDisable>(), Err(InvalidMaxDisable(text.to_owned())), "{text}");
        }
    }
}
