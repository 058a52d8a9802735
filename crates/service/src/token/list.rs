//! Showing access tokens.

use std::collections::{BTreeSet, HashMap};

use robin_model::{
    TenantId, TokenId, UserId,
    access_token::{AccessToken, TokenFilter},
};
use robin_rbac::{Grant, Instance, Request, Scope, TenantRole};
use robin_storage::Transaction;

use super::Whose;
use crate::{Ctx, Result, list::Page};

/// Which tokens a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Those of one account.
    Of(Whose),
    /// Those of all whom the actor reaches.
    All,
}

/// A grant in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownGrant {
    /// The object types.
    pub resources: Vec<String>,
    /// The operations.
    pub functions: Vec<String>,
    /// The tenants by name.
    pub tenants: Vec<String>,
    /// The instances; users and tenants by name.
    pub entities: Vec<String>,
}

/// A token, as somebody sees it.
pub struct Detail {
    /// The token.
    pub token: AccessToken,
    /// What has become of it.
    pub status: &'static str,
    /// Its grants in words; `None` where it is not narrowed.
    pub grants: Option<Vec<ShownGrant>>,
}

/// A page of tokens, by number: one's own, or with `USER:update` those of a user within reach, or of all whom the actor reaches.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) for an account that is not there or out of reach.
pub async fn list(ctx: &Ctx, listing: &Listing, after: Option<TokenId>, limit: u32) -> Result<Page<Detail>> {
    match listing {
        Listing::Of(whose) => whose.permit(ctx)?,
        Listing::All => ctx.permit_some("USER", "update")?,
    }
    let mut tx = ctx.read().await?;
    let actor = &ctx.actor;
    let (user, is_oneself) = match listing {
        Listing::Of(whose) => {
            let owner = whose.find(ctx, &mut *tx).await?;
            (Some(owner.user.id), owner.is_oneself)
        }
        // Who is no administrator reaches nobody else.
        Listing::All => ((actor.role() == TenantRole::User).then(|| actor.user_id()), false),
    };
    // What others do in other tenants is those tenants' business.
    let tenant = (!is_oneself && !actor.is_superadmin()).then(|| actor.tenant_id());
    let tokens = tx.tokens(&TokenFilter { user, tenant }, after, limit).await?;
    let page = Page::of(tokens, limit, |token| token.id.0).filter(|token| is_covered(ctx, token));
    let names = Names::read(&mut *tx, &page.items).await?;
    Ok(page.map(|token| {
        let grants = token.grants.as_ref().map(|grants| grants.iter().map(|grant| names.shown(grant)).collect());
        Detail { status: token.status(ctx.now()), grants, token }
    }))
}

/// Whether the token that the actor came with covers the owner of this one.
fn is_covered(ctx: &Ctx, token: &AccessToken) -> bool {
    let member = token.tenant == ctx.actor.tenant_id();
    let instance = Some(Instance::User { id: token.user, member });
    ctx.actor.subject().is_granted(&Request { instance, ..Request::on_type("USER", "update") })
}

/// The names of tenants and users that grants have by number.
struct Names {
    tenants: HashMap<String, String>,
    users: HashMap<String, String>,
}

impl Names {
    async fn read(tx: &mut dyn Transaction, tokens: &[AccessToken]) -> Result<Self> {
        let (mut tenants, mut users) = (BTreeSet::new(), BTreeSet::new());
        for grant in tokens.iter().filter_map(|token| token.grants.as_ref()).flatten() {
            tenants.extend(numbers(&grant.tenants));
            match only_type(grant) {
                Some("TENANT") => tenants.extend(numbers(&grant.object_ids)),
                Some("USER") => users.extend(numbers(&grant.object_ids)),
                _ => {}
            }
        }
        let mut names = Self { tenants: HashMap::new(), users: HashMap::new() };
        for id in tenants {
            let tenant = tx.tenant(TenantId(id)).await?;
            names.tenants.extend(tenant.map(|tenant| (id.to_string(), tenant.name.to_string())));
        }
        for id in users {
            let user = tx.user(UserId(id)).await?;
            names.users.extend(user.map(|user| (id.to_string(), user.username.to_string())));
        }
        Ok(names)
    }

    fn shown(&self, grant: &Grant) -> ShownGrant {
        let plain = |scope: &Scope| BTreeSet::from(scope.clone()).into_iter().collect::<Vec<_>>();
        // What is gone has no name left, but its number.
        let named = |scope: &Scope, names: &HashMap<String, String>| {
            plain(scope).into_iter().map(|text| names.get(&text).cloned().unwrap_or(text)).collect()
        };
        ShownGrant {
            resources: plain(&grant.object_types),
            functions: plain(&grant.operations),
            tenants: named(&grant.tenants, &self.tenants),
            entities: match only_type(grant) {
                Some("TENANT") => named(&grant.object_ids, &self.tenants),
                Some("USER") => named(&grant.object_ids, &self.users),
                _ => plain(&grant.object_ids),
            },
        }
    }
}

fn only_type(grant: &Grant) -> Option<&str> {
    match &grant.object_types {
        Scope::Only(types) if types.len() == 1 => types.first().map(String::as_str),
        _ => None,
    }
}

fn numbers(scope: &Scope) -> impl Iterator<Item = i64> {
    let listed = match scope {
        Scope::All => None,
        Scope::Only(listed) => Some(listed),
    };
    listed.into_iter().flatten().filter_map(|text| text.parse().ok())
}
