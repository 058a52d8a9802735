//! Whom a question is about.

use std::sync::Arc;

use robin_model::{TenantId, TenantRole, Username};
use robin_rbac::Subject;

use super::Asked;
use crate::{Ctx, Member, Result};

/// Somebody that the actor may ask about, in one tenant.
pub(super) struct Whom {
    pub member: Arc<Member>,
    pub is_oneself: bool,
}

impl Whom {
    /// Finds them; `None` when they are unknown, disabled, no member there, or out of the actor's reach.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied) when it is somebody else and the actor may not view users.
    pub async fn find(ctx: &Ctx, asked: Asked<'_>) -> Result<Option<Self>> {
        if asked.kind != "user" {
            return Ok(None);
        }
        if asked.name.eq_ignore_ascii_case(ctx.actor.member.user.username.as_str()) {
            return Self::oneself(ctx, asked.tenant).await;
        }
        ctx.permit("USER", "view")?;
        let memory = &ctx.robin.memory;
        let Ok(name) = asked.name.parse::<Username>() else { return Ok(None) };
        let Some(account) = memory.account(&name).await? else { return Ok(None) };
        let tenant = match asked.tenant {
            Some(name) => tenant(ctx, name).await?,
            None => account.user.current_tenant,
        };
        let in_reach = |tenant: &TenantId| account.tenants.contains(tenant) && reaches_members_of(ctx, *tenant);
        let Some(tenant) = tenant.filter(in_reach) else { return Ok(None) };
        let member = memory.member(account.user.id, tenant).await?;
        Ok(member.map(|member| Self { member, is_oneself: false }))
    }

    async fn oneself(ctx: &Ctx, asked: Option<&str>) -> Result<Option<Self>> {
        let own = &ctx.actor.member;
        let is = |name: &str| asked.is_none_or(|asked| asked.eq_ignore_ascii_case(name));
        if is(own.membership.tenant_name.as_str()) {
            return Ok(Some(Self { member: Arc::clone(own), is_oneself: true }));
        }
        let known = match own.tenants.iter().find(|tenant| is(tenant.as_str())) {
            Some(name) => tenant(ctx, name.as_str()).await?,
            None => None,
        };
        let Some(tenant) = known else { return Ok(None) };
        let member = ctx.robin.memory.member(own.user.id, tenant).await?;
        Ok(member.map(|member| Self { member, is_oneself: true }))
    }

    /// Them, as decisions see them.
    pub fn subject<'a>(&'a self, ctx: &'a Ctx) -> Subject<'a> {
        // What narrows the token that is asked with narrows what its user may do with it.
        let grants = if self.is_oneself { ctx.actor.subject().grants } else { None };
        Subject { grants, ..self.member.subject() }
    }
}

/// Whether the actor reaches the members of a tenant, themselves apart.
pub(crate) fn reaches_members_of(ctx: &Ctx, tenant: TenantId) -> bool {
    let actor = &ctx.actor;
    actor.is_superadmin() || (actor.role() == TenantRole::Tenantadmin && actor.tenant_id() == tenant)
}

/// The number of the tenant of that name.
pub(super) async fn tenant(ctx: &Ctx, name: &str) -> Result<Option<TenantId>> {
    let Ok(name) = name.parse() else { return Ok(None) };
    Ok(ctx.robin.memory.tenant(&name).await?.map(|tenant| tenant.id))
}
