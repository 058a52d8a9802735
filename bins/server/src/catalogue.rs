//! The catalogue: the built-in one, and what a file adds to it.

use std::fs;

use anyhow::{Context, bail};
use robin_rbac::Catalogue;

use crate::settings::Settings;

/// The largest file that is read, in bytes: some 50,000 capabilities.
const LARGEST: u64 = 16 << 20;

/// The catalogue that custom capabilities are added to.
///
/// # Errors
/// When the file can't be read or is wrong; then every fault has a line of its own, with file and line.
pub fn base(settings: &Settings) -> anyhow::Result<Catalogue> {
    let builtin = Catalogue::builtin();
    let Some(file) = &settings.catalogue_extra else { return Ok(builtin) };
    let unreadable = || format!("can't read the catalogue from {}", file.display());
    if fs::metadata(file).with_context(unreadable)?.len() > LARGEST {
        bail!("the catalogue in {} is larger than {LARGEST} bytes", file.display());
    }
    let text = fs::read_to_string(file).with_context(unreadable)?;
    let faults = match builtin.extend_with(&text) {
        Ok(catalogue) => return Ok(catalogue),
        Err(faults) => faults,
    };
    let lines: Vec<String> =
        faults.iter().map(|fault| format!("{}:{}: {}", file.display(), fault.line, fault.error)).collect();
    bail!("the catalogue that ROBIN_CATALOGUE_EXTRA names can't be used:\n{}", lines.join("\n"))
}
