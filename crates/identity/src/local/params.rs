//! How much work one password hash is.

use std::fmt;

/// The cost of an Argon2id hash: memory, passes over it, and lanes.
///
/// ```
/// use robin_identity::local::Params;
/// assert_eq!(Params::default().to_string(), "m=19456,t=2,p=1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// Parameters that Argon2 does not take, or that would make one login too expensive for everybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid Argon2id parameters: use 1 to 16 lanes, 8 KiB per lane to 128 MiB of memory, and 1 to 10 passes")]
pub struct InvalidParams;

impl Params {
    /// `memory` in KiB.
    ///
    /// # Errors
    /// When one of them is out of bounds.
    pub const fn new(memory: u32, passes: u32, lanes: u32) -> Result<Self, InvalidParams> {
        let fits = matches!(lanes, 1..=16) && matches!(passes, 1..=10) && memory >= 8 * lanes && memory <= 128 * 1024;
        if fits { Ok(Self { memory, passes, lanes }) } else { Err(InvalidParams) }
    }

    /// What the library takes, for a hash of so many bytes.
    pub(super) fn for_output(self, bytes: usize) -> Option<argon2::Params> {
        argon2::Params::new(self.memory, self.passes, self.lanes, Some(bytes)).ok()
    }
}

impl Default for Params {
    /// The least that OWASP's Password Storage Cheat Sheet recommends for Argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl TryFrom<&argon2::Params> for Params {
    type Error = InvalidParams;

    fn try_from(params: &argon2::Params) -> Result<Self, InvalidParams> {
        Self::new(params.m_cost(), params.t_cost(), params.p_cost())
    }
}

impl fmt::Display for Params {
    /// As in a PHC string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={},t={},p={}", self.memory, self.passes, self.lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_argon2_does_not_take_is_refused() {
        for (memory, passes, lanes) in [(7, 1, 1), (31, 1, 4), (8, 0, 1), (8, 1, 0), (0, 0, 0)] {
            assert_eq!(Params::new(memory, passes, lanes), Err(InvalidParams), "m={memory},t={passes},p={lanes}");
        }
    }

    #[test]
    fn sec_47_what_would_cost_too_much_is_refused() {
        for (memory, passes, lanes) in [(u32::MAX, 1, 1), (131_073, 1, 1), (8, 11, 1), (1024, 1, 17), (8, 1, u32::MAX)]
        {
            assert_eq!(Params::new(memory, passes, lanes), Err(InvalidParams), "m={memory},t={passes},p={lanes}");
        }
    }
}
