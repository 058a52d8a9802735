//! The login token: where it comes from and where a new one is kept.

use std::{fs, path::Path};

use robin_model::Secret;

use crate::{error::Error, state};

/// Where the token in use comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The file of `--token-file`.
    File,
    /// `ROBINCTL_TOKEN`.
    Environment,
    /// The state kept for a context.
    Context,
}

/// Reads a token file. One that other users of the machine can read is refused: it may be known already.
///
/// # Errors
/// When it cannot be read, others can read it, or it is empty.
pub fn read(path: &Path) -> Result<Secret, Error> {
    let failed = |why: String| Error::Local(format!("cannot use the token file `{}`: {why}", path.display()));
    let about = fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    if about.is_file() && state::is_open_to_others(&about) {
        return Err(failed(format!("other users can read or change it; run 'chmod 600 {}'", path.display())));
    }
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    match text.trim() {
        "" => Err(failed("it is empty".to_owned())),
        token => Ok(Secret::new(token.to_owned())),
    }
}
