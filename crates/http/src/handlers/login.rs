//! Logging in and out.

use std::sync::Arc;

use robin_api::{
    Message,
    login::{ChangePassword, ChangeTenant, Identity, LoggedIn, Login, Logout, NewToken, Whoami},
};
use robin_model::Timestamp;
use robin_service::{
    Credential, Ctx, Origin, Result, Robin,
    session::{self, Credentials},
};

use super::{capability_names, done};
use crate::{app::App, endpoints::Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.open::<Login, _, _>(login);
    endpoints.closed::<ChangePassword, _, _>(change_password);
    endpoints.closed::<ChangeTenant, _, _>(change_tenant);
    endpoints.closed::<Logout, _, _>(logout);
    endpoints.closed::<Whoami, _, _>(whoami);
}

async fn login(app: Arc<App>, origin: Arc<Origin>, input: Login) -> Result<LoggedIn> {
    let Login { username, password, tenant, namespace } = input;
    let credentials = Credentials { username, password, tenant, namespace };
    let outcome = session::login(&app.robin, &origin, &credentials).await?;
    Ok(logged_in(&app.robin, outcome))
}

async fn change_tenant(ctx: Arc<Ctx>, input: ChangeTenant) -> Result<LoggedIn> {
    let outcome = session::change_tenant(&ctx, &input.tenant, input.namespace.as_ref()).await?;
    Ok(logged_in(&ctx.robin, outcome))
}

fn logged_in(robin: &Robin, outcome: session::LoggedIn) -> LoggedIn {
    let session::LoggedIn { session, token, member } = outcome;
    LoggedIn {
        token_timestamp: session.expires_at.seconds(),
        tenant: member.membership.tenant_name.to_string(),
        staas: false,
        token,
        zoneid: robin.zone_id,
        role: member.membership.role,
        tenants: member.tenants.iter().map(ToString::to_string).collect(),
        namespace: session.namespace.map(Into::into),
    }
}

async fn change_password(ctx: Arc<Ctx>, input: ChangePassword) -> Result<NewToken> {
    Ok(NewToken { token: session::change_password(&ctx, &input.password).await? })
}

async fn logout(ctx: Arc<Ctx>, input: Logout) -> Result<Message> {
    let username = &ctx.actor.member.user.username;
    match session::logout(&ctx, input.all).await? {
        count if input.all => done(format!("User {username} is logged out of all {count} session(s)")),
        _ => done(format!("User {username} is logged out")),
    }
}

async fn whoami(ctx: Arc<Ctx>, _: Whoami) -> Result<Identity> {
    let (member, credential) = (&ctx.actor.member, &ctx.actor.credential);
    let place = &member.membership;
    Ok(Identity {
        username: member.user.username.clone(),
        user_id: member.user.id.0,
        authentication: member.user.authentication.to_string(),
        tenant: place.tenant_name.to_string(),
        tenant_id: place.tenant.0,
        role: place.role,
        user_capabilities: capability_names(&ctx.whole.catalogue, &place.capabilities),
        permission_count: member.permissions.len(),
        namespace: match credential {
            Credential::Session(session) => session.namespace.clone().map(Into::into),
            Credential::Token(_) => place.namespace.clone().map(Into::into),
        },
        tenants: member.tenants.iter().map(ToString::to_string).collect(),
        session: credential.name(),
        token_timestamp: credential.expires_at().map_or(0, Timestamp::seconds),
        narrowed: credential.grants().is_some(),
    })
}
