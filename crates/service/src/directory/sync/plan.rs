//! What the directory means for an account.

use robin_model::{
    TenantRole,
    directory::{Absence, Mapping, Source},
    profile::Profile,
    user::{Membership, User},
};
use robin_rbac::Catalogue;

use super::{
    Line,
    reading::{Reading, Seen, Whom},
};
use crate::directory::mapping::{Wanted, wanted};

/// What all accounts are judged by.
pub struct Rules<'a> {
    /// The directory.
    pub source: Source,
    /// What its groups give.
    pub mappings: &'a [Mapping],
    /// The capabilities in force.
    pub catalogue: &'a Catalogue,
    /// Whether the role `superadmin` is given and taken.
    pub allow_superadmin: bool,
}

/// An account, with all that may change of it.
pub struct Account {
    /// The account.
    pub user: User,
    /// Its places in tenants.
    pub places: Vec<Membership>,
    /// Why it is disabled, if that is because of what the directory says.
    pub absence: Option<Absence>,
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The person is called otherwise.
    Refresh(Profile),
    /// The account is not to log in.
    Disable(Absence),
    /// It is again.
    Enable,
    /// A place that it lacks.
    Join(Wanted),
    /// A place that is another one now.
    Change(Membership, Wanted),
    /// A place that nothing gives any more.
    Leave(Membership),
}

/// What is to be done about an account.
#[derive(Default)]
pub struct Plan {
    /// What.
    pub steps: Vec<Step>,
    /// Why something is left as it is.
    pub left: Vec<&'static str>,
}

const SUPERADMIN: &str = "the role superadmin is neither given nor taken without --allow-superadmin";
const SEVERAL: &str = "several users of the directory have the name: say who it is with `user update --ldap-user-dn`";

impl Rules<'_> {
    /// What is to be done about an account, and whom it leads to.
    pub fn plan(&self, account: &Account, reading: &Reading) -> (Plan, Whom) {
        let whom = reading.whom(&account.user);
        let mut plan = Plan::default();
        let seen = match whom {
            Whom::One(at) => reading.person(at),
            Whom::Nobody => None,
            Whom::Several => {
                plan.left.push(SEVERAL);
                return (plan, whom);
            }
        };
        let absence = seen.map_or(Some(Absence::Gone), |seen| seen.absence);
        match absence {
            Some(absence) if !account.user.disabled => plan.steps.push(Step::Disable(absence)),
            // Whom an administrator has disabled stays so.
            None if account.user.disabled && account.absence.is_some() => plan.steps.push(Step::Enable),
            _ => {}
        }
        if let Some(seen) = seen {
            let profile = account.user.profile.clone().overlaid(seen.profile.clone());
            if profile != account.user.profile {
                plan.steps.push(Step::Refresh(profile));
            }
        }
        // Who is away for a while finds everything as it was.
        if let Some(seen) = seen.filter(|_| absence.is_none()) {
            self.places(account, &self.wanted(reading, seen, true), &self.wanted(reading, seen, false), &mut plan);
        }
        (plan, whom)
    }

    /// Whether the mappings give somebody a place.
    pub fn gives(&self, reading: &Reading, seen: &Seen) -> bool {
        !self.wanted(reading, seen, self.allow_superadmin).is_empty()
    }

    fn wanted(&self, reading: &Reading, seen: &Seen, with_superadmin: bool) -> Vec<Wanted> {
        wanted(&reading.groups_of(seen), self.mappings, self.catalogue, with_superadmin)
    }

    /// What is to be done about the places of an account that is to have these: `all`, or without the role `superadmin`, `lower`.
    fn places(&self, account: &Account, all: &[Wanted], lower: &[Wanted], plan: &mut Plan) {
        let given = if self.allow_superadmin { all } else { lower };
        for place in account.places.iter().filter(|place| place.mapped_by == Some(self.source)) {
            let of_place = |wanted: &&Wanted| wanted.tenant == place.tenant;
            let is_as = |wanted: &Wanted| wanted.role == place.role && wanted.capabilities == place.capabilities;
            let is_kept = place.role == TenantRole::Superadmin && !self.allow_superadmin;
            if is_kept {
                if !all.iter().find(of_place).is_some_and(is_as) {
                    plan.left.push(SUPERADMIN);
                }
                continue;
            }
            match given.iter().find(of_place) {
                Some(wanted) if is_as(wanted) => {}
                Some(wanted) => plan.steps.push(Step::Change(place.clone(), wanted.clone())),
                None => plan.steps.push(Step::Leave(place.clone())),
            }
        }
        // Where somebody made a place by hand, that one holds.
        let is_new = |wanted: &&Wanted| account.places.iter().all(|place| place.tenant != wanted.tenant);
        plan.steps.extend(given.iter().filter(is_new).cloned().map(Step::Join));
        let is_above = |wanted: &Wanted| !self.allow_superadmin && wanted.role == TenantRole::Superadmin;
        let has = |wanted: &Wanted| {
            account.places.iter().any(|place| place.tenant == wanted.tenant && place.role == TenantRole::Superadmin)
        };
        if all.iter().any(|wanted| is_above(wanted) && !has(wanted)) {
            plan.left.push(SUPERADMIN);
        }
    }

    /// A step in words.
    pub fn line(&self, account: &Account, step: &Step) -> Line {
        let tenant = |wanted: &Wanted| {
            let named = self.mappings.iter().find(|mapping| mapping.tenant == wanted.tenant);
            named.map(|mapping| mapping.tenant_name.to_string()).unwrap_or_default()
        };
        let (what, why) = match step {
            Step::Refresh(profile) => (
                format!("update {}", differences(&account.user.profile, profile).join(", ")),
                "the directory has it otherwise".to_owned(),
            ),
            Step::Disable(Absence::Gone) => ("disable".to_owned(), "not in the directory any more".to_owned()),
            Step::Disable(absence) => ("disable".to_owned(), format!("{} in the directory", absence.as_str())),
            Step::Enable => ("enable".to_owned(), "active in the directory again".to_owned()),
            Step::Join(wanted) => {
                (format!("add to tenant {} as {}", tenant(wanted), wanted.role), "a mapped group gives it".to_owned())
            }
            Step::Change(place, wanted) if place.role == wanted.role => (
                format!("change capabilities in tenant {}", place.tenant_name),
                "the mapped groups give others".to_owned(),
            ),
            Step::Change(place, wanted) => (
                format!("change role in tenant {} from {} to {}", place.tenant_name, place.role, wanted.role),
                "the mapped groups give another".to_owned(),
            ),
            Step::Leave(place) => {
                (format!("remove from tenant {}", place.tenant_name), "no mapped group gives it any more".to_owned())
            }
        };
        Line { username: account.user.username.to_string(), what, why }
    }

    /// What is left as it is, in words.
    pub fn left(account: &Account, why: &str) -> Line {
        Line { username: account.user.username.to_string(), what: "left as it is".to_owned(), why: why.to_owned() }
    }
}

/// What of a person is otherwise.
fn differences(before: &Profile, after: &Profile) -> Vec<&'static str> {
    let parts = [
        ("first name", before.first_name != after.first_name),
        ("last name", before.last_name != after.last_name),
        ("email address", before.email != after.email),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
