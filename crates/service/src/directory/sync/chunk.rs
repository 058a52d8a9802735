//! Some accounts at a time: looked at, or changed in a transaction of their own, so that others get their turn in between.

use std::collections::HashMap;

use robin_model::{
    UserId,
    audit::Entry,
    directory::{Absence, LdapServer},
    user::{Membership, NewMembership},
};
use robin_storage::{Access, Change, Stranded, Transaction};
use serde_json::json;

use super::{
    Synced,
    by::{By, May, RIGHTS},
    ground,
    plan::{Account, Plan, Rules, Step},
    reading::{Reading, Whom},
};
use crate::{Error, Result, audit, directory::mapping::Wanted, namespace, share, user, work::Work};

/// How many accounts are looked at in one transaction.
pub const SIZE: u32 = 250;

/// What every chunk of a run goes by.
pub struct Chunk<'a> {
    pub by: &'a By<'a>,
    pub rules: &'a Rules<'a>,
    pub reading: &'a Reading,
    pub server: &'a LdapServer,
    pub ground: &'a str,
}

impl Chunk<'_> {
    /// Takes the accounts after `after`, and gives the last one; nothing where there are no more. Marks whom they lead to in `known`.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the server or its mappings have changed since they were read; when the database can't.
    pub async fn next(
        &self,
        after: Option<UserId>,
        apply: bool,
        done: &mut Synced,
        known: &mut [bool],
    ) -> Result<Option<UserId>> {
        if !apply {
            let mut tx = self.by.robin().store.begin(Access::Read).await?;
            let planned = self.planned(&mut *tx, after, done, known).await?;
            return Ok(planned.last().map(|(account, _)| account.user.id));
        }
        let mut work = self.by.work().await?;
        if ground::of(&mut *work, self.server).await? != self.ground {
            let name = &self.server.settings.name;
            let text = format!("LDAP server `{name}` or its mappings have changed meanwhile: try again");
            return Err(Error::Conflict(text));
        }
        // What is said of it counts when it is done.
        let mut of_chunk = Synced::default();
        let planned = self.planned(&mut *work, after, &mut of_chunk, known).await?;
        let mut entries = Vec::new();
        for (account, plan) in &planned {
            for step in &plan.steps {
                entries.push(self.take(&mut work, account, step).await?);
            }
        }
        if !entries.is_empty() {
            work.append_audits(&entries).await?;
            work.commit().await?;
            // Who is enabled again is to have a certificate.
            self.by.robin().certificates.wake();
        }
        done.changes.extend(of_chunk.changes);
        done.left.extend(of_chunk.left);
        done.disabled += of_chunk.disabled;
        done.hidden += of_chunk.hidden;
        Ok(planned.last().map(|(account, _)| account.user.id))
    }

    /// What is to be done about whom.
    async fn planned(
        &self,
        tx: &mut dyn Transaction,
        after: Option<UserId>,
        done: &mut Synced,
        known: &mut [bool],
    ) -> Result<Vec<(Account, Plan)>> {
        let users = tx.accounts_of(self.rules.source, after, SIZE).await?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let absences: HashMap<UserId, Absence> = tx.absences(&ids).await?.into_iter().collect();
        let mut places: HashMap<UserId, Vec<Membership>> = HashMap::with_capacity(users.len());
        for place in tx.memberships_of(&ids).await? {
            places.entry(place.user).or_default().push(place);
        }
        let mut planned = Vec::with_capacity(users.len());
        for user in users {
            let (places, absence) = (places.remove(&user.id).unwrap_or_default(), absences.get(&user.id).copied());
            let account = Account { user, places, absence };
            let (mut plan, whom) = self.rules.plan(&account, self.reading);
            if let Whom::One(at) = whom
                && let Some(known) = known.get_mut(at)
            {
                *known = true;
            }
            match self.by.may(tx, &account, &plan.steps).await? {
                May::No if !plan.steps.is_empty() => plan = Plan { steps: Vec::new(), left: vec![RIGHTS] },
                May::Hidden => {
                    plan = Plan::default();
                    done.hidden += 1;
                }
                May::Yes | May::No => {}
            }
            let is_end = |step: &&Step| matches!(step, Step::Disable(_));
            done.disabled += u64::from(plan.steps.iter().any(|step| is_end(&step)));
            done.changes.extend(plan.steps.iter().map(|step| self.rules.line(&account, step)));
            done.left.extend(plan.left.iter().map(|why| Rules::left(&account, why)));
            planned.push((account, plan));
        }
        Ok(planned)
    }

    /// Does one thing, and gives its record.
    async fn take(&self, work: &mut Work<'_>, account: &Account, step: &Step) -> Result<Entry> {
        let user = &account.user;
        work.touch(Change::User(user.id)).await?;
        let of_user = |action| self.by.record(action, ("USER", user.username.as_str()));
        let of_tenant = |action, place: &Membership| self.by.record(action, ("TENANT", place.tenant_name.as_str()));
        let mut entry;
        match step {
            Step::Refresh(profile) => {
                work.set_profile(user.id, profile).await?;
                entry = of_user("user.update");
                (entry.before, entry.after) = (audit::state(&user.profile), audit::state(profile));
            }
            Step::Disable(absence) => {
                user::lock_out(work, user.id, self.by.now()).await?;
                work.disable_absent(user.id, *absence).await?;
                entry = of_user("user.disable");
                entry.before = audit::state(&json!({ "disabled": user.disabled }));
                entry.after = audit::state(&json!({ "disabled": true, "directory": absence.as_str() }));
            }
            Step::Enable => {
                work.set_disabled(user.id, false).await?;
                entry = of_user("user.enable");
                entry.before = audit::state(&json!({ "disabled": user.disabled }));
                entry.after = audit::state(&json!({ "disabled": false }));
            }
            Step::Join(wanted) => {
                let joined = self.join(work, user.id, wanted).await?;
                entry = of_tenant("tenant.add_users", &joined);
                entry.after = audit::state(&joined);
            }
            Step::Change(place, wanted) => {
                let Wanted { role, capabilities, .. } = wanted.clone();
                work.set_role(place.id, role, &capabilities, Some(self.rules.source)).await?;
                entry = of_user("user.change_tenant_role");
                entry.before = audit::state(place);
                entry.after = audit::state(&Membership { role, capabilities, ..place.clone() });
            }
            Step::Leave(place) => {
                user::part(work, place).await?;
                // What they own there stays theirs, out of their reach: a directory takes nothing away that was made here.
                share::end_stranded(work, Stranded::User(user.id), self.by.now()).await?;
                entry = of_tenant("tenant.remove_users", place);
                entry.before = audit::state(place);
            }
        }
        Ok(entry)
    }

    async fn join(&self, work: &mut Work<'_>, user: UserId, wanted: &Wanted) -> Result<Membership> {
        let Wanted { tenant, role, capabilities } = wanted.clone();
        let mapped_by = Some(self.rules.source);
        let new = NewMembership { user, tenant, role, capabilities, namespace: None, mapped_by };
        let joined = work.insert_membership(&new).await?;
        // It was looked at in this transaction.
        let taken = || Error::Conflict("a user is a member of the tenant already".to_owned());
        namespace::settle_in(work, joined.ok_or_else(taken)?, user, tenant, self.by.now()).await?;
        work.membership(user, tenant).await?.ok_or_else(taken)
    }
}
