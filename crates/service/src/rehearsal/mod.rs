//! Dry runs: a change is made as ever, with every check and in a transaction of its own, and then undone. What is left of it is
//! who would have gained or lost what.

mod members;
mod objects;
mod state;

use std::{
    collections::{BTreeSet, HashMap},
    sync::OnceLock,
};

use robin_model::{
    ObjectName, TenantRole, UserId, Username,
    user::{Membership, UserFilter},
};
use robin_rbac::{Capability, CapabilityId};
use robin_storage::{Change, Transaction};

use crate::{Ctx, Error, Result, access};
use state::State;

/// How many permissions and operations are named in one answer at most: some 30 MB.
const MOST: usize = 1_000_000;

/// How many users are read at a time.
const FEW: u32 = 1000;

/// Who would gain or lose what, of those whom the actor reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Members whose role or permissions would be others.
    pub members: Vec<MemberDifference>,
    /// Objects to which somebody could do more or less, by way of owning them or of a share.
    pub objects: Vec<ObjectDifference>,
}

/// What would be different for a member of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberDifference {
    /// The user.
    pub username: String,
    /// The tenant.
    pub tenant: String,
    /// The permissions they would gain, as in `APPLICATION:start`.
    pub gains: Vec<String>,
    /// The permissions they would lose.
    pub loses: Vec<String>,
    /// Their role as it is and as it would be, none where they are no member.
    pub role: (Option<TenantRole>, Option<TenantRole>),
}

/// What would be different for somebody about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectDifference {
    /// The object's type.
    pub object_type: String,
    /// What its service calls it.
    pub name: ObjectName,
    /// The user; without one it holds for the tenant's members, as far as their own permissions go.
    pub username: Option<String>,
    /// The tenant they are logged into.
    pub tenant: String,
    /// The operations they could do to it, and can't now.
    pub gains: Vec<String>,
    /// The operations they could do to it no longer.
    pub loses: Vec<String>,
}

/// A change that is rehearsed.
pub(crate) struct Rehearsal<'a> {
    ctx: &'a Ctx,
    outcome: &'a OnceLock<Differences>,
    touched: Touched,
}

/// What a change has touched, as far as it tells what may be decided otherwise.
#[derive(Default)]
struct Touched {
    users: BTreeSet<UserId>,
    objects: BTreeSet<(String, ObjectName)>,
}

impl<'a> Rehearsal<'a> {
    /// One whose outcome goes there.
    pub fn new(ctx: &'a Ctx, outcome: &'a OnceLock<Differences>) -> Self {
        Self { ctx, outcome, touched: Touched::default() }
    }

    /// Notes what changes.
    pub fn touch(&mut self, change: &Change) {
        match change {
            Change::User(user) => drop(self.touched.users.insert(*user)),
            Change::Object(object_type, name) => {
                self.touched.objects.insert((object_type.clone(), name.clone()));
            }
            // Capabilities are compared whole; of what the others stand for nothing is decided.
            Change::Capabilities
            | Change::Tenant(_)
            | Change::Session(_)
            | Change::Token(_)
            | Change::Config
            | Change::Directories
            | Change::SigningKeys => {}
        }
    }

    /// Undoes what was done in the transaction, and says what would be different.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when that is more than one answer holds; when the database can't.
    pub async fn conclude(self, mut tx: Box<dyn Transaction>) -> Result<()> {
        let Self { ctx, outcome, touched } = self;
        let mut after = State::read(ctx, &mut *tx, &touched).await?;
        // Those who would be new have a name only until it is undone.
        let mut names = named(&mut *tx, &touched.users).await?;
        tx.undo().await?;
        let mut before = State::read(ctx, &mut *tx, &touched).await?;
        for place in concerned(&mut *tx, &touched, &before, &after).await? {
            before.places.insert((place.user, place.tenant), place.clone());
            after.places.insert((place.user, place.tenant), place);
        }
        let members = members::differences(ctx, &before, &after);
        let objects = objects::differences(ctx, &before, &after);
        let users = members.iter().map(|(user, _)| *user).chain(objects.iter().filter_map(|(user, _)| *user));
        names.extend(named(&mut *tx, &users.collect()).await?);
        drop(tx);
        let name = |user: UserId| names.get(&user).map(ToString::to_string).unwrap_or_default();
        let members = members.into_iter().map(|(user, found)| MemberDifference { username: name(user), ..found });
        let objects = objects.into_iter().map(|(user, found)| ObjectDifference { username: user.map(name), ..found });
        let differences = Differences { members: members.collect(), objects: objects.collect() };
        differences.bound()?;
        // A use case commits once.
        let _ = outcome.set(differences);
        Ok(())
    }
}

impl Differences {
    fn bound(&self) -> Result<()> {
        let of_members = self.members.iter().map(|found| found.gains.len() + found.loses.len() + 1);
        let of_objects = self.objects.iter().map(|found| found.gains.len() + found.loses.len() + 1);
        if of_members.chain(of_objects).sum::<usize>() > MOST {
            return Err(Error::TooLarge(format!(
                "more than {MOST} permissions would come or go: rehearse a smaller change"
            )));
        }
        Ok(())
    }
}

/// Members for whom something is different though nothing of theirs was touched: they hold a capability that comes to something
/// else, or own or share a touched object.
async fn concerned(
    tx: &mut dyn Transaction,
    touched: &Touched,
    before: &State,
    after: &State,
) -> Result<Vec<Membership>> {
    let mut places = Vec::new();
    for id in altered(before, after) {
        places.extend(tx.memberships_with(id).await?);
    }
    let users: BTreeSet<UserId> =
        before.objects.values().chain(after.objects.values()).flat_map(state::Seen::users).collect();
    places.extend(tx.memberships_of(&users.into_iter().collect::<Vec<_>>()).await?);
    places.retain(|place| !touched.users.contains(&place.user));
    Ok(places)
}

/// The capabilities that come to something else, by themselves or by what they inherit.
fn altered(before: &State, after: &State) -> Vec<CapabilityId> {
    let permissions = |id| after.catalogue.by_id(id).map(Capability::permissions);
    let is_altered = |known: &&Capability| permissions(known.id()) != Some(known.permissions());
    before.catalogue.capabilities().filter(is_altered).map(Capability::id).collect()
}

/// The names of these users.
async fn named(tx: &mut dyn Transaction, users: &BTreeSet<UserId>) -> Result<HashMap<UserId, Username>> {
    let everybody = UserFilter { disabled: true, hidden: true, ..UserFilter::default() };
    let mut names = HashMap::with_capacity(users.len());
    // From one that is needed to the next: those between need not be read.
    let mut open = users.iter().next().copied();
    while let Some(next) = open {
        let page = tx.users(&everybody, Some(UserId(next.0 - 1)), FEW).await?;
        let last = page.last().map_or(next, |user| user.id);
        names.extend(page.into_iter().filter(|user| users.contains(&user.id)).map(|user| (user.id, user.username)));
        open = users.range(UserId(last.0 + 1)..).next().copied();
    }
    Ok(names)
}

/// Whether the actor may know what this member may do.
fn is_shown(ctx: &Ctx, place: &Membership) -> bool {
    place.user == ctx.actor.user_id() || access::reaches_members_of(ctx, place.tenant)
}

/// What is in `one` and not in `other`.
fn without(one: &[String], other: &[String]) -> Vec<String> {
    one.iter().filter(|word| !other.contains(word)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use robin_rbac::{Catalogue, Definition, Entry};

    use super::*;

    fn custom(id: i64, name: &str, providers: &[&str], operations: &[&str]) -> Definition {
        let entry = |operation: &&str| Entry { object_type: "USER".to_owned(), operation: (*operation).to_owned() };
        Definition {
            id: CapabilityId(id),
            name: name.to_owned(),
            group: "Custom".to_owned(),
            description: String::new(),
            hidden: false,
            tenant_roles: vec![TenantRole::Superadmin],
            providers: providers.iter().map(ToString::to_string).collect(),
            entries: operations.iter().map(entry).collect(),
        }
    }

    fn state(operations: &[&str]) -> State {
        let heir = custom(116, "Heir", &["Own"], &["view"]);
        let definitions = [custom(115, "Own", &[], operations), heir, custom(117, "Other", &[], &["view"])];
        let catalogue = Catalogue::builtin().with_custom(&definitions).unwrap();
        State { catalogue, places: BTreeMap::new(), objects: BTreeMap::new() }
    }

    #[test]
    fn what_a_capability_loses_its_heirs_lose_and_nobody_else() {
        let (before, after) = (state(&["view", "create"]), state(&["view"]));
        assert_eq!(altered(&before, &after), [CapabilityId(115), CapabilityId(116)]);
        assert_eq!(altered(&before, &state(&["create", "view"])), []);
    }

    #[test]
    fn an_answer_has_an_end() {
        let member = |count: usize| MemberDifference {
            username: String::new(),
            tenant: String::new(),
            gains: vec![String::new(); count],
            loses: Vec::new(),
            role: (None, None),
        };
        let of = |members| Differences { members, objects: Vec::new() };
        assert!(of(vec![member(MOST - 1)]).bound().is_ok());
        assert!(matches!(of(vec![member(MOST - 2), member(1)]).bound(), Err(Error::TooLarge(_))));
    }
}
