//! Access tokens.

use std::{sync::Arc, time::Duration};

use robin_api::{
    Message,
    access_tokens::{
        AccessToken, CreateToken, GrantToken, IssuedToken, ListTokens, RegenerateToken, RevokeToken, TokenGrant,
    },
};
use robin_model::{TokenId, Username};
use robin_service::{
    Ctx, Error, Page, Result,
    token::{self, Detail, Issued, Listing, New, NewGrant, ShownGrant, Whose, Wish},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListTokens, _, _>(list);
    endpoints.closed::<CreateToken, _, _>(create);
    endpoints.closed::<GrantToken, _, _>(grant);
    endpoints.closed::<RegenerateToken, _, _>(regenerate);
    endpoints.closed::<RevokeToken, _, _>(revoke);
}

/// Whose, from the two fields of which one may say it.
fn whose(username: Option<Username>, account: Option<String>) -> Result<Whose> {
    match (username, account) {
        (None, None) => Ok(Whose::Oneself),
        (Some(name), None) => Ok(Whose::User(name)),
        (None, Some(text)) => Ok(Whose::Account(text)),
        _ => Err(Error::Invalid("name either `username` or `account`".to_owned())),
    }
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListTokens>, cut: Cut) -> Result<Page<AccessToken>> {
    let ListTokens { username, account, all } = (*input).clone();
    let listing = match (whose(username, account)?, all) {
        (Whose::Oneself, true) => Listing::All,
        (whose, false) => Listing::Of(whose),
        _ => return Err(Error::Invalid("name an account or `all`, not both".to_owned())),
    };
    Ok(token::list(&ctx, &listing, cut.after.map(TokenId), cut.limit).await?.map(shown))
}

fn shown(detail: Detail) -> AccessToken {
    let Detail { token, status, grants } = detail;
    let grant =
        |ShownGrant { resources, functions, tenants, entities }| TokenGrant { resources, functions, tenants, entities };
    AccessToken {
        id: token.id.0,
        username: token.username.into(),
        user_id: token.user.0,
        tenant: token.tenant_name.into(),
        name: token.name,
        status: status.to_owned(),
        prefix: token.shown.map(|beginning| beginning + "…"),
        grants: grants.map(|grants| grants.into_iter().map(grant).collect()),
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}

fn issued(message: String, issued: Issued) -> IssuedToken {
    let Issued { token, text, is_current } = issued;
    IssuedToken {
        message,
        id: Some(token.id.0),
        username: Some(token.username.into()),
        tenant: Some(token.tenant_name.into()),
        status: Some(token.state.to_string()),
        token: text,
        expires_at: token.expires_at,
        current: is_current,
    }
}

async fn create(ctx: Arc<Ctx>, input: CreateToken) -> Result<IssuedToken> {
    let CreateToken { username, account, tenant, name, role, grants, expires_in, request, force } = input;
    let name = name.unwrap_or_default();
    let whose = whose(username, account)?;
    if request {
        let is_plain =
            (&whose, &tenant, &role, &grants, expires_in, force) == (&Whose::Oneself, &None, &None, &None, None, false);
        if !is_plain {
            return Err(Error::Invalid("with `request` only `name` can be said".to_owned()));
        }
        let made = token::request(&ctx, &name).await?;
        return Ok(issued(format!("Access token of user {} requested", made.token.username), made));
    }
    let grant =
        |TokenGrant { resources, functions, tenants, entities }| NewGrant { resources, functions, tenants, entities };
    let wish = match (role, grants) {
        (None, None) => Wish::Everything,
        (Some(role), None) => Wish::Role(role),
        (None, Some(grants)) => Wish::Grants(grants.into_iter().map(grant).collect()),
        _ => return Err(Error::Invalid("name either `role` or `grants`".to_owned())),
    };
    let new = New { whose, tenant, name, wish, lifetime: expires_in.map(Duration::from_secs), force };
    let made = token::create(&ctx, &new).await?;
    Ok(issued(format!("Access token of user {} created", made.token.username), made))
}

async fn grant(ctx: Arc<Ctx>, input: GrantToken) -> Result<IssuedToken> {
    let GrantToken { username, account, tenant, expires_in, force } = input;
    let whose = match whose(username, account)? {
        Whose::Oneself => return Err(Error::Invalid("name whose in `username` or `account`".to_owned())),
        whose => whose,
    };
    let made = token::grant(&ctx, &whose, tenant.as_ref(), expires_in.map(Duration::from_secs), force).await?;
    let message = format!("Token for user {} ({}) granted.", made.token.user, made.token.username);
    Ok(issued(message, made))
}

async fn regenerate(ctx: Arc<Ctx>, input: RegenerateToken) -> Result<IssuedToken> {
    const DONE: &str = "Token Regenerated";
    let RegenerateToken { id, username, account, tenant, all } = input;
    let whose = whose(username, account)?;
    if all {
        if (id, &whose, &tenant) != (None, &Whose::Oneself, &None) {
            return Err(Error::Invalid("with `all` nothing else can be said".to_owned()));
        }
        token::regenerate_all(&ctx).await?;
        let (message, nothing) = (DONE.to_owned(), None);
        return Ok(IssuedToken {
            message,
            id: None,
            username: nothing.clone(),
            tenant: nothing.clone(),
            status: nothing,
            token: None,
            expires_at: None,
            current: false,
        });
    }
    let made = token::regenerate(&ctx, id.map(TokenId), &whose, tenant.as_ref()).await?;
    Ok(issued(DONE.to_owned(), made))
}

async fn revoke(ctx: Arc<Ctx>, input: RevokeToken) -> Result<Message> {
    let RevokeToken { id, username, account, tenant } = input;
    let whose = whose(username, account)?;
    let revoked = match (id, whose, &tenant) {
        (Some(id), Whose::Oneself, None) => vec![token::revoke(&ctx, TokenId(id)).await?],
        (Some(_), ..) => return Err(Error::Invalid("name either `id`, or an account and a tenant".to_owned())),
        (None, Whose::Oneself, _) => {
            return Err(Error::Invalid("name the token in `id`, or whose in `username` or `account`".to_owned()));
        }
        (None, whose, tenant) => token::revoke_all(&ctx, &whose, tenant.as_ref()).await?,
    };
    let line = |token: robin_model::access_token::AccessToken| {
        // What was only asked for has no text.
        let shown = token.shown.map(|beginning| format!(" {beginning}…")).unwrap_or_default();
        format!("User token{shown} ({}) was successfully revoked.", token.username)
    };
    done(revoked.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}
