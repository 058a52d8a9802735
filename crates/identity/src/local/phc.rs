//! Hashes as text: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>` (the PHC string format).

use argon2::{
    ARGON2ID_IDENT, Algorithm, Version,
    password_hash::phc::{self, Output, Salt},
};
use robin_model::PasswordHash;

use super::Params;

/// The length of new salts, in bytes.
pub const SALT: usize = 16;

/// The length of new hashes, in bytes.
pub const OUTPUT: usize = 32;

/// A hash taken apart.
pub struct Hash {
    pub version: Version,
    pub params: Params,
    pub salt: Salt,
    /// Compared in constant time by its `==`.
    pub output: Output,
}

/// Takes a hash apart.
///
/// # Errors
/// What is wrong with it, without a word of it.
pub fn parse(hash: &PasswordHash) -> Result<Hash, &'static str> {
    let hash = phc::PasswordHash::new(hash.expose()).map_err(|_| "it is no PHC string")?;
    if hash.algorithm != ARGON2ID_IDENT {
        return Err("it is not an Argon2id hash");
    }
    let plain = hash.params.iter().all(|(name, _)| matches!(name.as_str(), "m" | "t" | "p"));
    let params =
        argon2::Params::try_from(&hash).ok().filter(|_| plain).ok_or("its parameters are not those of Argon2id")?;
    Ok(Hash {
        // Hashes from before version 0x13 did not name theirs.
        version: hash.version.unwrap_or(0x10).try_into().map_err(|_| "its Argon2 version is unknown")?,
        params: Params::try_from(&params).map_err(|_| "its parameters are out of bounds")?,
        salt: hash.salt.ok_or("it has no salt")?,
        output: hash.hash.ok_or("it has no hash")?,
    })
}

impl Hash {
    /// A hash that nobody has, as much work to check as any other.
    pub fn placeholder(params: Params) -> Option<Self> {
        let (salt, output) = (Salt::new(&[0; SALT]).ok()?, Output::new(&[0; OUTPUT]).ok()?);
        Some(Self { version: Version::V0x13, params, salt, output })
    }

    /// Whether a hash made today would be made in the same way.
    pub fn is_current(&self, params: Params) -> bool {
        self.version == Version::V0x13
            && self.params == params
            && self.output.len() == OUTPUT
            && self.salt.len() >= SALT
    }

    /// The hash as text.
    pub fn to_phc(&self) -> PasswordHash {
        let Self { version, params, salt, output } = self;
        PasswordHash::new(format!(
            "${}$v={}${params}${}${output}",
            Algorithm::Argon2id,
            u32::from(*version),
            salt.to_salt_string()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT_AND_HASH: &str = "c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn parse(text: &str) -> Result<Hash, &'static str> {
        super::parse(&PasswordHash::new(text.to_owned()))
    }

    #[test]
    fn a_hash_reads_back_as_it_was_written() {
        let text = format!("$argon2id$v=19$m=19456,t=2,p=1${SALT_AND_HASH}");
        let hash = parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(hash.to_phc().expose(), text);
        assert!(hash.is_current(Params::default()));
    }

    #[test]
    fn sec_10_what_stands_in_for_a_missing_hash_costs_what_a_new_one_does() {
        for params in [Params::default(), Params::new(64, 3, 1).unwrap()] {
            assert!(Hash::placeholder(params).is_some_and(|hash| hash.is_current(params)));
        }
    }

    #[test]
    fn other_parameters_versions_and_lengths_are_not_current() {
        for head in ["v=19$m=19456,t=3,p=1", "v=16$m=19456,t=2,p=1", "m=19456,t=2,p=1"] {
            let hash = parse(&format!("$argon2id${head}${SALT_AND_HASH}")).unwrap_or_else(|error| panic!("{error}"));
            assert!(!hash.is_current(Params::default()), "{head}");
        }
        let short = parse("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA");
        assert!(short.is_ok_and(|hash| !hash.is_current(Params::default())));
    }

    #[test]
    fn sec_47_what_is_no_affordable_argon2id_hash_is_refused() {
        let heads = [
            "argon2i$v=19$m=19456,t=2,p=1",
            "scrypt$ln=17,r=8,p=1",
            "argon2id$v=99$m=19456,t=2,p=1",
            "argon2id$v=19$m=4294967295,t=2,p=1",
            "argon2id$v=19$m=19456,t=4294967295,p=1",
            "argon2id$v=19$m=19456,t=2,p=1,data=c2FsdA",
            "argon2id$v=19$m=19456,t=2,x=1",
        ];
        for head in heads {
            assert!(parse(&format!("${head}${SALT_AND_HASH}")).is_err(), "{head}");
        }
        for text in [
            "",
            "Robin123",
            "$argon2id",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
