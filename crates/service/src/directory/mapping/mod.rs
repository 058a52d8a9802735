//! Mappings: what a group of a directory gives whoever is in it.

mod add;
mod list;
mod remove;
mod rules;

pub use add::{Addition, add};
pub use list::list;
pub use remove::remove;
pub(crate) use rules::{Groups, Wanted, wanted};

/// What a person calls a group of a directory.
const GROUP: &str = "LDAP group";
