//! What a token is to be narrowed to, from words to what decisions take.

use std::collections::BTreeSet;

use robin_model::{
    ObjectName, TenantName, Username,
    user::{Membership, User},
};
use robin_rbac::{Catalogue, Grant, PermissionSet, Scope};
use robin_storage::Transaction;

use super::nearest::nearest;
use crate::{Ctx, Error, Result, tenant, user};

/// What stands for all in a list.
const ALL: &str = "*";

/// The most grants that a token has.
const MOST: usize = 100;

/// The most names that a list of a grant has.
const MOST_NAMES: usize = 1000;

/// The roles that tokens are made with.
const ROLES: [&str; 2] = ["Admin", "AuditDeveloper"];

/// What somebody wants a token narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing: it may do what its owner may.
    Everything,
    /// What one of the roles stands for: `Admin` for everything, `AuditDeveloper` for all in the owner's tenant, and to look at
    /// things everywhere.
    Role(String),
    /// These grants.
    Grants(Vec<NewGrant>),
}

/// A grant in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewGrant {
    /// The object types; `*` alone for all.
    pub resources: Vec<String>,
    /// The operations; `*` alone for all.
    pub functions: Vec<String>,
    /// The tenants by name; `*` alone, or none, for all.
    pub tenants: Vec<String>,
    /// The instances; users and tenants by name. `*` alone, or none, for all.
    pub entities: Vec<String>,
}

impl Wish {
    /// The grants that this comes to for the owner in this place; `None` for a token that is not narrowed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for words that the catalogue has not, with the nearest one; [`Error::NotFound`] for a tenant or a user that
    /// is not there or out of reach; [`Error::Denied`] for what the owner may not.
    pub(super) async fn grants(
        &self,
        ctx: &Ctx,
        tx: &mut dyn Transaction,
        owner: &User,
        place: &Membership,
    ) -> Result<Option<Vec<Grant>>> {
        match self {
            Self::Everything => Ok(None),
            Self::Role(name) => role(name, place),
            Self::Grants(wanted) if wanted.is_empty() || wanted.len() > MOST => {
                Err(Error::Invalid(format!("name 1 to {MOST} grants")))
            }
            Self::Grants(wanted) => {
                let mut grants = Vec::with_capacity(wanted.len());
                for new in wanted {
                    let grant = read(ctx, tx, place, new).await?;
                    held(ctx, owner, place, &grant)?;
                    grants.push(grant);
                }
                Ok(Some(grants))
            }
        }
    }
}

fn role(name: &str, place: &Membership) -> Result<Option<Vec<Grant>>> {
    match name {
        "Admin" => Ok(None),
        "AuditDeveloper" => {
            let own = Grant { tenants: Scope::of([place.tenant.to_string()]), ..Grant::all() };
            Ok(Some(vec![own, Grant { operations: Scope::of(["view"]), ..Grant::all() }]))
        }
        _ => Err(unknown("role", name, ROLES.into_iter())),
    }
}

fn unknown<'a>(what: &str, word: &str, candidates: impl Iterator<Item = &'a str>) -> Error {
    let shown: String = word.chars().take(80).collect();
    let hint = nearest(word, candidates).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    Error::Invalid(format!("unknown {what} `{shown}`{hint}"))
}

async fn read(ctx: &Ctx, tx: &mut dyn Transaction, place: &Membership, new: &NewGrant) -> Result<Grant> {
    let NewGrant { resources, functions, tenants, entities } = new;
    if resources.is_empty() || functions.is_empty() {
        let text = "a grant needs `resources` and `functions`: name some, or `*` for all";
        return Err(Error::Invalid(text.to_owned()));
    }
    for (what, list) in
        [("resources", resources), ("functions", functions), ("tenants", tenants), ("entities", entities)]
    {
        if list.len() > MOST_NAMES || (list.len() > 1 && list.iter().any(|word| word == ALL)) {
            let text = format!("invalid `{what}`: name up to {MOST_NAMES}, or `*` alone for all");
            return Err(Error::Invalid(text));
        }
    }
    let catalogue = &ctx.whole.catalogue;
    let object_types = words(resources, "resource", || catalogue.object_types())?;
    let operations = words(functions, "function", || operations_on(catalogue, &object_types))?;
    let tenants = named_tenants(ctx, tx, place, tenants).await?;
    let object_ids = instances(ctx, tx, &object_types, entities).await?;
    Ok(Grant { object_types, operations, tenants, object_ids })
}

/// The words as the catalogue has them, whatever their case.
fn words<'a, I: Iterator<Item = &'a str>>(asked: &[String], what: &str, known: impl Fn() -> I) -> Result<Scope> {
    let mut found = BTreeSet::new();
    for word in asked {
        let is_it = |known: &&str| known.eq_ignore_ascii_case(word);
        let own = if word == ALL { Some(ALL) } else { known().find(is_it) };
        found.insert(own.ok_or_else(|| unknown(what, word, known()))?.to_owned());
    }
    Ok(Scope::from(found))
}

/// The operations that there are on any of the types.
fn operations_on<'a>(catalogue: &'a Catalogue, types: &'a Scope) -> impl Iterator<Item = &'a str> {
    let types = catalogue.object_types().filter(|object_type| types.contains(object_type));
    types.flat_map(|object_type| catalogue.judged_operations(object_type))
}

async fn named_tenants(ctx: &Ctx, tx: &mut dyn Transaction, place: &Membership, names: &[String]) -> Result<Scope> {
    if is_all(names) {
        return Ok(Scope::All);
    }
    let mut numbers = Vec::with_capacity(names.len());
    for name in names {
        let name: TenantName = parsed(name)?;
        let is_home = name.key() == place.tenant_name.key();
        let id = if is_home { place.tenant } else { tenant::named(ctx, tx, &name).await?.id };
        numbers.push(id.to_string());
    }
    Ok(Scope::of(numbers))
}

async fn instances(ctx: &Ctx, tx: &mut dyn Transaction, types: &Scope, entities: &[String]) -> Result<Scope> {
    if is_all(entities) {
        return Ok(Scope::All);
    }
    let types: BTreeSet<String> = types.clone().into();
    let is = |one: &str| types.contains(one);
    let mut ids = Vec::with_capacity(entities.len());
    if is(ALL) || types.len() > 1 && (is("USER") || is("TENANT")) {
        let text =
            "`entities` are those of the `resources` named: USER and TENANT in grants of their own, and not of `*`";
        return Err(Error::Invalid(text.to_owned()));
    }
    for entity in entities {
        ids.push(if is("USER") {
            let name: Username = parsed(entity)?;
            user::in_reach(ctx, tx, &name).await?.to_string()
        } else if is("TENANT") {
            let name: TenantName = parsed(entity)?;
            tenant::named(ctx, tx, &name).await?.id.to_string()
        } else {
            String::from(parsed::<ObjectName>(entity)?)
        });
    }
    Ok(Scope::of(ids))
}

fn is_all(names: &[String]) -> bool {
    names.is_empty() || names.iter().any(|name| name == ALL)
}

fn parsed<T: std::str::FromStr<Err = robin_model::InvalidName>>(text: &str) -> Result<T> {
    text.parse().map_err(|error: robin_model::InvalidName| Error::Invalid(error.to_string()))
}

/// Asks that the owner may do all that a grant names word by word.
fn held(ctx: &Ctx, owner: &User, place: &Membership, grant: &Grant) -> Result<()> {
    let (Scope::Only(types), Scope::Only(operations)) = (&grant.object_types, &grant.operations) else { return Ok(()) };
    let catalogue = &ctx.whole.catalogue;
    let own: PermissionSet = catalogue.resolve(place.capabilities.iter().copied());
    for object_type in types {
        for operation in operations {
            let needed = catalogue.judged(object_type, operation);
            if needed.is_some_and(|needed| !own.contains(needed)) {
                let name = &owner.username;
                return Err(Error::Denied(format!("`{name}` does not have the permission {object_type}:{operation}")));
            }
        }
    }
    Ok(())
}
