//! Backups: everything in one database, as of one moment, in one SQLite file; and back into either engine.

use std::{fs, io::ErrorKind, path::Path};

use robin_storage::{Access, Installations};
use sqlx::ConnectOptions;

use crate::{
    Error, Options, Result, SqlStore,
    address::{self, Address},
    copy,
    engine::Db,
    error,
    schema::{self, Bare},
};

impl SqlStore {
    /// Writes everything into a new file that nobody else can read. The server may run meanwhile: the file holds one
    /// moment. It does not hold the secret key.
    ///
    /// # Errors
    /// When the file exists, when there is no installation yet, and when the database or the file can't be used. No file
    /// is left behind then.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        address::create_private(file).map_err(|failed| match failed.kind() {
            ErrorKind::AlreadyExists => Error::Refused(format!("`{}` exists already: name a new file", file.display())),
            _ => error::of_file(failed).into(),
        })?;
        let saved = self.save(file).await;
        if saved.is_err() {
            // That it can't be removed either would hide why the backup failed.
            let _ = fs::remove_file(file);
        }
        saved
    }

    async fn save(&self, file: &Path) -> Result<()> {
        let mut source = self.db.begin(Access::Read).await?;
        if source.installation().await?.is_none() {
            return Err(Error::Refused("there is no installation in the database yet".to_owned()));
        }
        Bare::connect(&Address::Sqlite(file.to_owned())).await?.migrate().await?;
        let backup = address::plain(file);
        let mut target = backup.begin(Access::Change).await?;
        copy::all(&mut source, &mut target).await?;
        target.keep().await?;
        backup.close().await;
        Ok(())
    }
}

/// Puts a backup into a database that has no installation yet, all of it or nothing. A backup from an older version is
/// brought up to date on the way; the file itself stays as it is.
///
/// # Errors
/// When the file is no backup or of a newer version, when the database has an installation, and when either can't be used.
pub async fn restore(url: &str, file: &Path) -> Result<()> {
    let address = Address::parse(url)?;
    let not_a_backup = || Error::Refused(format!("`{}` is not a backup", file.display()));
    if !file.is_file() {
        return Err(Error::Refused(format!("no file at `{}`", file.display())));
    }
    let version = version_of(file).await.map_err(|_| not_a_backup())?;
    let version = schema::not_newer(version)?.ok_or_else(not_a_backup)?;
    // INVARIANT: lives as long as the pool that reads it.
    let newer_copy = if version < schema::known() { Some(brought_up_to_date(file).await?) } else { None };
    let backup = address::plain(newer_copy.as_ref().map_or(file, |copy| copy.path()));

    crate::migrate(url).await?;
    let database = address.connect(Options::default());
    let restored = fill(&backup, &database, not_a_backup).await;
    backup.close().await;
    database.close().await;
    restored
}

async fn fill(backup: &Db, database: &Db, not_a_backup: impl Fn() -> Error) -> Result<()> {
    let mut source = backup.begin(Access::Read).await?;
    if source.installation().await?.is_none() {
        return Err(not_a_backup());
    }
    let mut target = database.begin(Access::Change).await?;
    if target.installation().await?.is_some() {
        let text = "the database has an installation already: restore into a new database";
        return Err(Error::Refused(text.to_owned()));
    }
    copy::all(&mut source, &mut target).await?;
    Ok(target.keep().await?)
}

async fn version_of(file: &Path) -> Result<Option<i64>> {
    let conn = address::sqlite(file).read_only(true).connect().await.map_err(error::of_driver)?;
    let mut conn = Bare::Sqlite(conn);
    let version = conn.version().await?;
    conn.close().await?;
    Ok(version)
}

async fn brought_up_to_date(file: &Path) -> Result<tempfile::NamedTempFile> {
    let copy = tempfile::NamedTempFile::new().map_err(error::of_file)?;
    fs::copy(file, copy.path()).map_err(error::of_file)?;
    Bare::connect(&Address::Sqlite(copy.path().to_owned())).await?.migrate().await?;
    Ok(copy)
}
