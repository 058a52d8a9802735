//! Mappings: what a group of a directory gives whoever is in it.

mod rules;

pub(crate) use rules::{Groups, Wanted, wanted};
