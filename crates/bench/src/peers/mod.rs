//! Others that do the same job, and the least that could do it.

#[cfg(feature = "peers")]
pub mod casbin;
#[cfg(feature = "peers")]
pub mod cedar;
pub mod floor;
