//! The secret key: from the settings, or from its file, which the first start makes.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use robin_crypto::{SecretKey, SystemRandom, random};

use crate::settings::Settings;

/// The file that the key is in.
pub fn file(settings: &Settings) -> PathBuf {
    settings.secret_key_file.clone().unwrap_or_else(|| settings.data_dir().join("secret.key"))
}

/// The key, if there is one.
///
/// # Errors
/// When it can't be read, is none, or others can read its file.
pub fn find(settings: &Settings) -> anyhow::Result<Option<SecretKey>> {
    if let Some(text) = &settings.secret_key {
        return Ok(Some(SecretKey::parse(text.expose().as_bytes()).context("ROBIN_SECRET_KEY can't be used")?));
    }
    let file = file(settings);
    if !file.try_exists().with_context(|| format!("can't look at {}", file.display()))? {
        return Ok(None);
    }
    read(&file).map(Some)
}

/// The key in a file.
///
/// # Errors
/// As [`find`].
pub fn read(file: &Path) -> anyhow::Result<SecretKey> {
    let content = fs::read(file).with_context(|| format!("can't read the secret key from {}", file.display()))?;
    let mode = fs::metadata(file)?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("others can read the secret key: run `chmod 600 {}`", file.display());
    }
    SecretKey::parse(&content).with_context(|| format!("{} can't be used", file.display()))
}

/// Makes a key and writes it down for this user alone. Where another server makes one at the same time, one of the two
/// keys becomes that of both.
///
/// # Errors
/// When the file can't be written.
pub fn make(settings: &Settings) -> anyhow::Result<SecretKey> {
    let file = file(settings);
    if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(dir).with_context(|| format!("can't make {}", dir.display()))?;
    }
    // Written elsewhere first: under its own name nobody finds half a key.
    let draft = file.with_extension(format!("key.{}", random::token(&SystemRandom, 9)));
    write(&draft, &SecretKey::generate(&SystemRandom))?;
    let linked = fs::hard_link(&draft, &file);
    let removed = fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => removed,
    }
    .with_context(|| format!("can't make {}", file.display()))?;
    read(&file)
}

/// Writes a key to a new file.
///
/// # Errors
/// When the file is there already, or can't be written.
pub fn write(file: &Path, key: &SecretKey) -> anyhow::Result<()> {
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut out = open.with_context(|| format!("can't make {}", file.display()))?;
    out.write_all(key.expose()).and_then(|()| out.sync_all()).with_context(|| format!("can't write {}", file.display()))
}
