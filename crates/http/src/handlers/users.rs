//! Accounts.

use std::{collections::BTreeMap, sync::Arc};

use robin_api::{
    Message,
    imports::{Import, Report},
    users::{
        AddUsers, ChangeTenantRole, DisableUser, EnableUser, GetUser, ListUsers, NewUser, RemoveUser, UpdateUser, User,
        UserContext, UserTenant,
    },
};
use robin_model::{
    UserId, Username,
    directory::Dn,
    profile::Profile,
    user::{Authentication, Membership},
};
use robin_service::{
    Ctx, Error, Page, Result,
    user::{self, Added, Detail, Join, Known, Listing, New, Provider, Removal, Update},
};

use super::{capability_names, done};
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListUsers, _, _>(list);
    endpoints.closed::<GetUser, _, _>(get);
    endpoints.closed::<AddUsers, _, _>(add);
    endpoints.closed::<UpdateUser, _, _>(update);
    endpoints.closed::<ChangeTenantRole, _, _>(change_tenant_role);
    endpoints.closed::<EnableUser, _, _>(enable);
    endpoints.closed::<DisableUser, _, _>(disable);
    endpoints.closed::<RemoveUser, _, _>(remove);
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListUsers>, cut: Cut) -> Result<Page<User>> {
    let ListUsers { disabled, hidden, deleted, permissions, .. } = *input;
    let listing = Listing { disabled, hidden, deleted, permissions };
    let page = user::list(&ctx, listing, cut.after.map(UserId), cut.limit).await?;
    Ok(page.map(|detail| shown(&ctx, detail)))
}

async fn get(ctx: Arc<Ctx>, input: GetUser) -> Result<User> {
    let detail = user::get(&ctx, &input.username, input.permissions).await?;
    Ok(shown(&ctx, detail))
}

fn shown(ctx: &Ctx, detail: Detail) -> User {
    let current = detail.current().cloned();
    let permissions = permissions(ctx, &detail);
    let Detail { user, memberships, .. } = detail;
    let username = user.username.to_string();
    let tenant = |place: &Membership| UserTenant {
        user_capabilities: capability_names(&ctx.whole.catalogue, &place.capabilities),
        tenant_role: place.role,
        name: place.tenant_name.to_string(),
    };
    let context = |place: &Membership| UserContext {
        user_credential_ref: place.id.0,
        tenant_ref: place.tenant.0,
        tenant: place.tenant_name.to_string(),
        user_credential: String::new(),
        name: username.clone(),
        user_ref: user.id.0,
        username: username.clone(),
        namespace: place.namespace.clone().map(Into::into),
        id: place.id.0,
        context_type: "ROBIN_CONTEXT".to_owned(),
    };
    User {
        user_context: current.as_ref().map(|_| username.clone()),
        tenant: current.as_ref().map(|place| place.tenant_name.to_string()),
        user_context_id: current.as_ref().map(|place| place.id.0),
        tenant_id: current.as_ref().map(|place| place.tenant.0),
        current_role: current.as_ref().map(|place| place.role),
        permissions,
        ldap_server_ref: match &user.authentication {
            Authentication::Ldap { server, .. } => Some(server.0),
            Authentication::Local | Authentication::Openshift { .. } | Authentication::Service => None,
        },
        tenants: memberships.iter().map(tenant).collect(),
        user_contexts: memberships.iter().map(context).collect(),
        authentication: user.authentication.to_string(),
        hidden: user.hidden,
        user_id: user.id.0,
        email: user.profile.email.clone(),
        first_name: user.profile.first_name.clone(),
        last_name: user.profile.last_name.clone(),
        deleted: user.deleted_at.is_some(),
        disabled: user.disabled,
        username,
    }
}

fn permissions(ctx: &Ctx, detail: &Detail) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let mut by_tenant = BTreeMap::new();
    for place in &detail.memberships {
        let Some(set) = detail.permissions.get(&place.tenant) else { continue };
        let mut by_type: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for permission in set.iter() {
            let (object_type, operation) = ctx.whole.catalogue.describe(permission);
            by_type.entry(object_type.to_owned()).or_default().push(operation.to_owned());
        }
        for operations in by_type.values_mut() {
            operations.sort_unstable();
        }
        by_tenant.insert(place.tenant_name.to_string(), by_type);
    }
    by_tenant
}

async fn add(ctx: Arc<Ctx>, input: AddUsers) -> Result<Import> {
    let (users, known) = match (input.user_info, input.user_list) {
        (Some(user), None) => (vec![user], Known::Refused),
        (None, Some(users)) => (users, Known::Joins),
        _ => return Err(Error::Invalid("give either `user_info` or `user_list`".to_owned())),
    };
    let base = input.search_base.as_ref();
    let users = users.into_iter().map(|user| new(user, base)).collect::<Result<_>>()?;
    let added = user::create(&ctx, users, known).await?;
    let names_added = names(&added.added);
    let message = match known {
        Known::Refused => format!("Successfully added user '{}'\n", names_added.concat()),
        Known::Joins => format!("\nSuccessfully added multiple users: {}\n", names_added.join(",")),
    };
    Ok(Import { message, report: report_unless_plain(&added) })
}

/// Usernames as texts.
pub fn names(list: &[Username]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// What became of each, where not all are plainly added.
pub fn report_unless_plain(added: &Added) -> Option<Report> {
    let is_plain = added.already_there.is_empty() && added.disabled.is_empty();
    (!is_plain).then(|| Report {
        added: names(&added.added),
        already_there: names(&added.already_there),
        disabled: names(&added.disabled),
        ..Report::default()
    })
}

fn new(user: NewUser, base: Option<&Dn>) -> Result<New> {
    let NewUser { username, authentication_type, password, first_name, last_name, email, .. } = user;
    let join = |place: robin_api::users::NewMembership| Join {
        tenant: place.tenant,
        role: place.tenant_role,
        capabilities: place.user_capabilities.or_else(|| user.user_capabilities.clone()),
        namespace: place.namespace_name,
    };
    Ok(New {
        provider: match (authentication_type, user.ldap_server, user.ldap_user_dn, user.search_base) {
            (1, None, None, None) => Provider::Local,
            (2, server, dn, own) => Provider::Ldap { server, dn, base: own.or_else(|| base.cloned()) },
            (3, None, None, None) => Provider::Openshift,
            (1 | 3, ..) => {
                let text = "`ldap_server`, `ldap_user_dn` and `search_base` are for users with `authentication_type` 2";
                return Err(Error::Invalid(text.to_owned()));
            }
            _ => {
                return Err(Error::Invalid("`authentication_type` is 1 (Robin), 2 (LDAP) or 3 (OpenShift)".to_owned()));
            }
        },
        tenants: user.tenant_list.into_iter().map(join).collect(),
        username,
        password,
        profile: Profile { first_name, last_name, email },
    })
}

async fn update(ctx: Arc<Ctx>, input: UpdateUser) -> Result<Message> {
    let dn = input.user_info.ldap_user_dn.as_deref().map(|text| match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|error| Error::Invalid(format!("`ldap_user_dn`: {error}"))),
    });
    let dn: Option<Option<Dn>> = dn.transpose()?;
    let change = Update { profile: input.user_info.profile(), password: input.user_info.password, dn };
    user::update(&ctx, &input.username, change).await?;
    done(format!("Successfully updated user {}\n", input.username))
}

async fn change_tenant_role(ctx: Arc<Ctx>, input: ChangeTenantRole) -> Result<Message> {
    let ChangeTenantRole { username, tenant, tenant_role, user_capabilities } = input;
    user::change_role(&ctx, &username, &tenant, tenant_role, user_capabilities.as_deref()).await?;
    done(format!("Successfully changed the role of user '{username}' in tenant '{tenant}' to {tenant_role}"))
}

async fn enable(ctx: Arc<Ctx>, input: EnableUser) -> Result<Message> {
    user::enable(&ctx, &input.username).await?;
    done(format!("User '{}' has been enabled", input.username))
}

async fn disable(ctx: Arc<Ctx>, input: DisableUser) -> Result<Message> {
    user::disable(&ctx, &input.username).await?;
    done(format!("User '{}' has been disabled", input.username))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveUser) -> Result<Message> {
    let replacements = input.replacement_users.into_iter().map(|one| (one.tenant, one.replacement_user)).collect();
    user::remove(&ctx, &input.username, &Removal { replacements }).await?;
    done(format!("Deleted user {}.\n\n", input.username))
}
