//! Keeping accounts in step with their directory.
//!
//! - `reading`: what a directory says of its people, whole, whatever kind of directory it is; `ldap`: reading one of those.
//! - `plan`: what that means for an account. A pure function.
//! - `chunk`: some accounts at a time, looked at or changed. `by`: in whose name.
//! - `ground`: what a run goes by. `settings`: whether it runs by itself.
//!
//! The directory is read first, and no transaction is held meanwhile. Then what would change is found out, all of it, and only then the
//! first account is changed. A run that is cut off has changed some accounts; the next one goes on where it stopped.

mod by;
mod chunk;
mod ground;
mod ldap;
mod plan;
mod reading;
mod settings;

pub use settings::{Kept, SyncChanges, kept};
pub(super) use settings::{change, forget};

use std::sync::Arc;

use robin_model::{
    LdapServerId, LdapServerName, UserId,
    directory::{Mapping, MaxDisable, Source, SyncSettings},
    schedule::Schedule,
    user::{Authentication, User},
};
use robin_storage::Access;
use serde_json::json;

use self::{by::By, chunk::Chunk, plan::Rules, reading::Reading};
use super::{Known, LDAP, missing, people, reach};
use crate::{Ctx, Error, Result, Robin, audit, schedule::Running};

/// What schedules call it by.
pub const FUNCTION: &str = "sync_ldap_server_cb";

/// What somebody wants of a run.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Whether to change anything, and not only to find out what would be.
    pub apply: bool,
    /// How many accounts it may disable, if not as many as the server's settings say.
    pub max_disable: Option<MaxDisable>,
    /// Whether it gives and takes the role `superadmin`, if not as the server's settings say.
    pub allow_superadmin: Option<bool>,
}

/// What is done about somebody, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Their username.
    pub username: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// What was changed, or would be.
    pub changes: Vec<Line>,
    /// What the directory asks for and was left as it is.
    pub left: Vec<Line>,
    /// Users of the directory whose groups give them a place, and who have no account.
    pub not_imported: Vec<String>,
    /// How many accounts are disabled by it.
    pub disabled: u64,
    /// How many accounts are out of the caller's reach, and were left as they are, whatever the directory says.
    pub hidden: u64,
    /// More accounts than may be: applying it is refused, and why.
    pub refused: Option<String>,
}

/// Brings the accounts of a directory in step with it, or finds out what that would change. Needs `LDAP:update` and `USER:update`, and of
/// each account no less rights than it has; what the caller could not do by hand is left as it is.
///
/// # Errors
/// [`Error::NotFound`] when there is no such server; [`Error::Conflict`] when its answer is not whole, when it can't be read as it is set
/// up, and when more accounts would be disabled than may be; [`Error::Unavailable`] while it is down. Nothing is changed then.
pub async fn sync(ctx: &Ctx, name: &LdapServerName, wish: &Wish) -> Result<Synced> {
    ctx.intend("ldap_server.sync", LDAP, name);
    ctx.permit(LDAP, "update")?;
    ctx.permit("USER", "update")?;
    // As for whoever changes accounts one by one.
    ctx.permit("USER", "view")?;
    reach(ctx, "update", name.as_str())?;
    let server = people::server(ctx, name.as_str())?;
    let run = Run::prepared(By::Caller(ctx), server).await?;
    let done = run.go(wish).await?;
    if wish.apply {
        run.settle(&done, ctx).await?;
    }
    Ok(done)
}

/// The same when its time has come, in the server's own name.
pub fn scheduled(robin: Arc<Robin>, schedule: Schedule) -> Running {
    Box::pin(async move {
        robin.memory.catch_up().await?;
        let id = LdapServerId(schedule.subject.unwrap_or_default());
        let server = robin.memory.whole().directories.server(id).cloned().ok_or_else(|| missing(&schedule.name))?;
        let run = Run::prepared(By::System(&robin), server).await?;
        if run.settings.ground.as_deref() != Some(run.ground.as_str()) {
            return Err(ground::unproven(&run.server.server().settings.name));
        }
        let done = run.go(&Wish { apply: true, ..Wish::default() }).await?;
        let count = done.changes.len();
        Ok((count > 0).then(|| format!("{count} change(s), {} account(s) disabled", done.disabled)))
    })
}

/// A run, and what it goes by.
struct Run<'a> {
    by: By<'a>,
    server: Arc<Known>,
    source: Source,
    settings: SyncSettings,
    mappings: Vec<Mapping>,
    ground: String,
    /// Accounts that say themselves who they are in the directory.
    named: Vec<User>,
}

impl<'a> Run<'a> {
    async fn prepared(by: By<'a>, server: Arc<Known>) -> Result<Self> {
        let source = Source::Ldap(server.server().id);
        let mut tx = by.robin().store.begin(Access::Read).await?;
        let settings = tx.sync_settings(source).await?;
        let mappings = tx.mappings_of(source).await?;
        let ground = ground::of(&mut *tx, server.server()).await?;
        let (mut named, mut after): (Vec<User>, Option<UserId>) = (Vec::new(), None);
        loop {
            let page = tx.accounts_of(source, after, chunk::SIZE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let has_name = |user: &User| matches!(&user.authentication, Authentication::Ldap { dn: Some(_), .. });
            named.extend(page.into_iter().filter(has_name));
        }
        Ok(Self { by, server, source, settings, mappings, ground, named })
    }

    async fn go(&self, wish: &Wish) -> Result<Synced> {
        let reading = ldap::read(&self.server, &self.mappings, &self.named).await?;
        let whole = self.by.whole();
        let rules = Rules {
            source: self.source,
            mappings: &self.mappings,
            catalogue: &whole.catalogue,
            allow_superadmin: wish.allow_superadmin.unwrap_or(self.settings.allow_superadmin),
        };
        let chunk = Chunk {
            by: &self.by,
            rules: &rules,
            reading: &reading,
            server: self.server.server(),
            ground: &self.ground,
        };
        let mut planned = self.all(&chunk, false).await?;
        let active = self.by.robin().store.begin(Access::Read).await?.active_accounts(self.source).await?;
        let active = u64::try_from(active).unwrap_or_default();
        let most = wish.max_disable.unwrap_or(self.settings.max_disable);
        if planned.disabled > most.of(active) {
            let name = &self.server.server().settings.name;
            let text = format!(
                "{} of {active} active accounts of LDAP server `{name}` would be disabled, and {most} at most may be: see who with \
                 `ldap sync {name}`, and raise `--max-disable` if that is right",
                planned.disabled
            );
            if wish.apply {
                return Err(Error::Conflict(text));
            }
            planned.refused = Some(text);
        }
        if wish.apply { self.all(&chunk, true).await } else { Ok(planned) }
    }

    /// Goes through all accounts, some at a time.
    async fn all(&self, chunk: &Chunk<'_>, apply: bool) -> Result<Synced> {
        let mut done = Synced::default();
        let mut known = vec![false; chunk.reading.len()];
        let mut after = None;
        while let Some(last) = chunk.next(after, apply, &mut done, &mut known).await? {
            after = Some(last);
        }
        done.not_imported = strangers(chunk.rules, chunk.reading, &known);
        Ok(done)
    }

    /// Writes down that somebody has applied a run on this ground.
    async fn settle(&self, done: &Synced, ctx: &Ctx) -> Result<()> {
        let mut work = self.by.work().await?;
        let settings = work.sync_settings(self.source).await?;
        // Who could not do all of it has not shown what a run comes to that can.
        if done.hidden == 0 && done.left.iter().all(|line| line.why != by::RIGHTS) {
            let settings = SyncSettings { ground: Some(self.ground.clone()), ..settings };
            work.set_sync_settings(self.source, &settings).await?;
        }
        let mut entry = ctx.record();
        entry.after = audit::state(&json!({
            "changes": done.changes.len(), "disabled": done.disabled, "left": done.left.len(),
            "not_imported": done.not_imported.len(),
        }));
        work.append_audit(&entry).await?;
        work.commit().await
    }
}

/// Those who would have a place, if they had an account.
fn strangers(rules: &Rules<'_>, reading: &Reading, known: &[bool]) -> Vec<String> {
    let people = reading.people().iter().zip(known);
    let strangers = people.filter(|(seen, known)| !**known && seen.absence.is_none() && rules.gives(reading, seen));
    strangers.map(|(seen, _)| seen.username.clone()).collect()
}
