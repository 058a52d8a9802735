//! The revision number, and the record of what raised it.

use async_trait::async_trait;
use robin_model::{ObjectName, Revision, SessionId, TenantId, TokenId, UserId};
use robin_storage::{Access, Change, Changes, Error, Result, Since};

use crate::{
    batch::{self, BATCH},
    engine::Tx,
    statement::{Arg, sql, statements},
};

const RECORD: &str = "INSERT INTO changes (revision, kind, subject) VALUES";

statements! {
    REVISION = "SELECT revision FROM revision";
    RAISE = "UPDATE revision SET revision = revision + $1 RETURNING revision";
    SINCE = "SELECT revision, kind, subject FROM changes WHERE revision > $1 ORDER BY revision";
    FORGET = "DELETE FROM changes WHERE revision <= (SELECT revision FROM revision) - $1";
}

/// The change as kind and subject.
fn write(change: Change) -> (&'static str, Option<String>) {
    match change {
        Change::User(id) => ("user", Some(id.to_string())),
        Change::Tenant(id) => ("tenant", Some(id.to_string())),
        Change::Session(id) => ("session", Some(id.0)),
        Change::Token(id) => ("token", Some(id.to_string())),
        // No name has a tabulator in it.
        Change::Object(object_type, name) => ("object", Some(format!("{object_type}\t{name}"))),
        Change::Capabilities => ("capabilities", None),
        Change::Config => ("config", None),
        Change::Directories => ("directories", None),
        Change::SigningKeys => ("signing_keys", None),
    }
}

/// The change that was written so; `None` for one that this program does not know.
fn read(kind: &str, subject: Option<String>) -> Option<Change> {
    Some(match (kind, subject) {
        ("user", Some(id)) => Change::User(UserId(id.parse().ok()?)),
        ("tenant", Some(id)) => Change::Tenant(TenantId(id.parse().ok()?)),
        ("session", Some(id)) => Change::Session(SessionId(id)),
        ("token", Some(id)) => Change::Token(TokenId(id.parse().ok()?)),
        ("object", Some(subject)) => {
            let (object_type, name) = subject.rsplit_once('\t')?;
            Change::Object(object_type.to_owned(), name.parse::<ObjectName>().ok()?)
        }
        ("capabilities", None) => Change::Capabilities,
        ("config", None) => Change::Config,
        ("directories", None) => Change::Directories,
        ("signing_keys", None) => Change::SigningKeys,
        _ => return None,
    })
}

#[async_trait]
impl Changes for Tx {
    async fn revision(&mut self) -> Result<Revision> {
        self.one(sql(REVISION)).await.map(|(revision,)| Revision(revision))
    }

    async fn record(&mut self, change: Change) -> Result<Revision> {
        self.record_all(vec![change]).await
    }

    async fn record_all(&mut self, changes: Vec<Change>) -> Result<Revision> {
        if self.access != Access::Change {
            return Err(Error::Fault(format!("recorded {changes:?} in a transaction for {:?}", self.access).into()));
        }
        let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
        let (last,): (i64,) = self.one(sql(RAISE).bind(count)).await?;
        let rows = (last - count + 1..).zip(changes).map(|(revision, change)| {
            let (kind, subject) = write(change);
            [Arg::from(revision), Arg::from(kind), Arg::from(subject)]
        });
        let values: Vec<Arg> = rows.flatten().collect();
        for some in values.chunks(BATCH * 3) {
            self.exec(batch::rows(RECORD, 3, some.to_vec(), "")).await?;
        }
        self.notify().await?;
        Ok(Revision(last))
    }

    async fn changes_since(&mut self, seen: Revision) -> Result<Since> {
        let now = self.revision().await?;
        let rows: Vec<(i64, String, Option<String>)> = self.all(sql(SINCE).bind(seen.0)).await?;
        // Each revision has its record until it is forgotten, so a gap shows in the count. A revision that was seen and is
        // not there yet means that the database was put back to an earlier state.
        if i64::try_from(rows.len()).ok() != Some(now.0 - seen.0) {
            return Ok(Since::Everything(now));
        }
        let changes: Option<Vec<Change>> = rows.into_iter().map(|(_, kind, subject)| read(&kind, subject)).collect();
        Ok(changes.map_or(Since::Everything(now), |changes| Since::Changes(now, changes)))
    }

    async fn forget_changes(&mut self, keep: u32) -> Result<()> {
        self.exec(sql(FORGET).bind(i64::from(keep))).await.map(drop)
    }
}
