//! Settings that administrators change while the server runs.

use std::time::Duration;

/// A value that a setting cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid value for `{name}`: use {rule}")]
pub struct InvalidValue {
    name: &'static str,
    rule: &'static str,
}

/// One setting: its name, what it means, and the values it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, as in `login.token_lifetime`.
    pub name: &'static str,
    /// What it decides, with its unit.
    pub description: &'static str,
    /// Its value when none was set.
    pub default: i64,
    /// The smallest value it takes.
    pub least: i64,
    /// The largest value it takes.
    pub most: i64,
    /// The two bounds in words.
    rule: &'static str,
}

/// Every setting, by name.
pub const ATTRIBUTES: [Attribute; 10] = [
    CERTIFICATE_LIFESPAN,
    CERTIFICATE_RENEWAL,
    TOKEN_LIFETIME,
    KEY_LIFETIME,
    FAILURES_BEFORE_DELAY,
    LONGEST_DELAY,
    ADDRESS_FAILURES,
    PASSWORD_LENGTH,
    PASSWORD_STRENGTH,
    ACCESS_TOKEN_LIFETIME,
];

/// How often certificates are looked through for those that come due. The interval of a schedule, and so no setting of its own.
pub const CERTIFICATE_CHECK: Attribute = Attribute {
    name: "certificate.check_interval",
    description: "Seconds between two looks for certificates that are due for renewal",
    default: 86_400,
    least: 60,
    most: 2_592_000,
    rule: "seconds from 60 to 2592000 (30 days)",
};
/// For how long a certificate is issued.
pub const CERTIFICATE_LIFESPAN: Attribute = Attribute {
    name: "certificate.lifespan",
    description: "Seconds for which a user's certificate is valid",
    default: 31_536_000,
    least: 86_400,
    most: 31_536_000,
    rule: "seconds from 86400 (1 day) to 31536000 (1 year)",
};
/// How long before its end a certificate is renewed.
pub const CERTIFICATE_RENEWAL: Attribute = Attribute {
    name: "certificate.renewal_offset",
    description: "Seconds before its end from which a user's certificate is renewed",
    default: 1_209_600,
    least: 604_800,
    most: 31_536_000,
    rule: "seconds from 604800 (7 days) to 31536000 (1 year)",
};

const KEY_LIFETIME: Attribute = Attribute {
    name: "login.key_lifetime",
    description: "Seconds for which one key signs login tokens before the next takes over",
    default: 2_592_000,
    least: 3600,
    most: 31_536_000,
    rule: "seconds from 3600 (1 hour) to 31536000 (1 year)",
};
const TOKEN_LIFETIME: Attribute = Attribute {
    name: "login.token_lifetime",
    description: "Seconds for which a login token is valid",
    default: 86_400,
    least: 60,
    most: 2_592_000,
    rule: "seconds from 60 to 2592000 (30 days)",
};
const FAILURES_BEFORE_DELAY: Attribute = Attribute {
    name: "login.failures_before_delay",
    description: "Failed logins in a row to one account that delay nothing; each one more delays the next",
    default: 5,
    least: 1,
    most: 100,
    rule: "a number from 1 to 100",
};
const LONGEST_DELAY: Attribute = Attribute {
    name: "login.longest_delay",
    description: "Seconds for which failed logins delay the next one at most",
    default: 300,
    least: 1,
    most: 3600,
    rule: "seconds from 1 to 3600 (1 hour)",
};
const ADDRESS_FAILURES: Attribute = Attribute {
    name: "login.address_failures_per_minute",
    description: "Failed logins from one address in one minute after which the rest of that minute is refused",
    default: 100,
    least: 100,
    most: 1_000_000,
    rule: "a number from 100 to 1000000",
};
const PASSWORD_LENGTH: Attribute = Attribute {
    name: "password.min_length",
    description: "Fewest characters in a new password",
    default: 8,
    least: 8,
    most: 128,
    rule: "a number from 8 to 128",
};
const PASSWORD_STRENGTH: Attribute = Attribute {
    name: "password.min_strength",
    description: "Least strength of a new password, from 0 (no further demand) to 4 (very hard to guess)",
    default: 0,
    least: 0,
    most: 4,
    rule: "a number from 0 to 4",
};

const ACCESS_TOKEN_LIFETIME: Attribute = Attribute {
    name: "token.max_lifetime",
    description: "Seconds for which a new access token is valid at most; without a wish it is 90 days",
    default: 31_536_000,
    least: 60,
    most: 157_680_000,
    rule: "seconds from 60 to 157680000 (5 years)",
};

impl Attribute {
    /// The setting of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ATTRIBUTES.into_iter().find(|attribute| attribute.name == name)
    }

    /// Reads a value for this setting.
    ///
    /// # Errors
    /// When it is no whole number, or outside the bounds.
    pub fn read(self, text: &str) -> Result<i64, InvalidValue> {
        let bounds = self.least..=self.most;
        let value = text.trim().parse().ok().filter(|value| bounds.contains(value));
        value.ok_or(InvalidValue { name: self.name, rule: self.rule })
    }
}

/// What the settings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// For how long a certificate is issued.
    pub certificate_lifespan: Duration,
    /// How long before its end a certificate is renewed.
    pub certificate_renewal: Duration,
    /// How long a login token is valid.
    pub token_lifetime: Duration,
    /// How long one key signs login tokens.
    pub key_lifetime: Duration,
    /// Failed logins in a row to one account that delay nothing.
    pub failures_before_delay: u32,
    /// How long failed logins delay the next one at most.
    pub longest_delay: Duration,
    /// Failed logins from one address in one minute after which the rest of it is refused.
    pub address_failures: u32,
    /// Fewest characters in a new password.
    pub password_length: usize,
    /// Least strength of a new password, 0 to 4.
    pub password_strength: u8,
    /// How long a new access token is valid at most.
    pub access_token_lifetime: Duration,
}

impl Config {
    /// The settings with `stored` in force: a name with its value. Names that are no longer known are passed over.
    #[must_use]
    pub fn from_stored<'a>(stored: impl Fn(&str) -> Option<&'a str>) -> Self {
        let value = |attribute: Attribute| {
            stored(attribute.name).and_then(|text| attribute.read(text).ok()).unwrap_or(attribute.default)
        };
        let seconds = |attribute| Duration::from_secs(u64::try_from(value(attribute)).unwrap_or_default());
        Self {
            certificate_lifespan: seconds(CERTIFICATE_LIFESPAN),
            certificate_renewal: seconds(CERTIFICATE_RENEWAL),
            token_lifetime: seconds(TOKEN_LIFETIME),
            key_lifetime: seconds(KEY_LIFETIME),
            failures_before_delay: u32::try_from(value(FAILURES_BEFORE_DELAY)).unwrap_or_default(),
            longest_delay: seconds(LONGEST_DELAY),
            address_failures: u32::try_from(value(ADDRESS_FAILURES)).unwrap_or_default(),
            password_length: usize::try_from(value(PASSWORD_LENGTH)).unwrap_or_default(),
            password_strength: u8::try_from(value(PASSWORD_STRENGTH)).unwrap_or_default(),
            access_token_lifetime: seconds(ACCESS_TOKEN_LIFETIME),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::from_stored(|_| None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_out_of_bounds_is_refused_with_the_bounds() {
        let error = TOKEN_LIFETIME.read("59").unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid value for `login.token_lifetime`: use seconds from 60 to 2592000 (30 days)"
        );
    }

    #[test]
    fn what_is_stored_takes_the_place_of_the_default() {
        let config = Config::from_stored(|name| (name == "password.min_length").then_some("12"));
        assert_eq!((config.password_length, config.token_lifetime), (12, Duration::from_hours(24)));
    }
}
