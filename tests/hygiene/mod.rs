//! What the sources keep to.
//!
//! - `layers`: which crate may use which.
//! - `sources`: sizes, leftovers, and links of the documents.

mod layers;
mod sources;

use std::path::{Path, PathBuf};

/// The workspace's directory.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests are in the workspace").to_owned()
}
