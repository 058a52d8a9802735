//! Certificates of users.

use std::sync::Arc;

use robin_api::{
    Message,
    user_certs::{
        GetUserCert, GetUserCertConfig, IssueUserCert, IssuedUserCert, ListUserCerts, RenewUserCerts, RenewalReport,
        RequestUserCert, RevokeUserCert, StartUserCertSchedule, StopUserCertSchedule, UpdateUserCertConfig, UserCert,
        UserCertConfig, UserCertConfigUpdate, UserCertDetail,
    },
};
use robin_model::{
    UserId, Username,
    certificate::{Certificate, Reason},
};
use robin_service::{
    Ctx, Page, Result,
    certificate::{self, Renewal, Settings, Shown, Update},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListUserCerts, _, _>(list);
    endpoints.closed::<GetUserCert, _, _>(get);
    endpoints.closed::<RequestUserCert, _, _>(request);
    endpoints.closed::<IssueUserCert, _, _>(issue);
    endpoints.closed::<RevokeUserCert, _, _>(revoke);
    endpoints.closed::<RenewUserCerts, _, _>(renew);
    endpoints.closed::<GetUserCertConfig, _, _>(config);
    endpoints.closed::<UpdateUserCertConfig, _, _>(update_config);
    endpoints.closed::<StartUserCertSchedule, _, _>(start_schedule);
    endpoints.closed::<StopUserCertSchedule, _, _>(stop_schedule);
}

async fn list(ctx: Arc<Ctx>, _: Arc<ListUserCerts>, cut: Cut) -> Result<Page<UserCert>> {
    Ok(certificate::list(&ctx, cut.after.map(UserId), cut.limit).await?.map(|found| shown(&found)))
}

fn shown(found: &Shown) -> UserCert {
    let Shown { username, certificate, is_valid } = found;
    UserCert {
        name: Certificate::record_name(username),
        username: username.to_string(),
        valid: *is_valid,
        expires: certificate.not_after,
        serial: certificate.serial.to_string(),
        issued_at: certificate.issued_at,
        revoked_at: certificate.revoked.map(|revoked| revoked.at),
        reason: certificate.revoked.map(|revoked| revoked.reason),
    }
}

async fn get(ctx: Arc<Ctx>, input: GetUserCert) -> Result<UserCertDetail> {
    let (found, private_key) = certificate::show(&ctx, &input.username).await?;
    let cert = shown(&found);
    let ca_certificate = certificate::authority_certificate(&ctx.robin).await?;
    Ok(UserCertDetail { cert, certificate: found.certificate.pem, ca_certificate, private_key })
}

async fn request(ctx: Arc<Ctx>, input: RequestUserCert) -> Result<IssuedUserCert> {
    let certificate = certificate::request(&ctx, &input.csr).await?;
    issued(&ctx, &ctx.actor.member.user.username, certificate).await
}

async fn issue(ctx: Arc<Ctx>, input: IssueUserCert) -> Result<IssuedUserCert> {
    let certificate = certificate::issue(&ctx, input.username.as_ref()).await?;
    issued(&ctx, whom(&ctx, input.username.as_ref()), certificate).await
}

async fn issued(ctx: &Ctx, username: &Username, certificate: Certificate) -> Result<IssuedUserCert> {
    let ca_certificate = certificate::authority_certificate(&ctx.robin).await?;
    let message = format!("Certificate '{}' has been issued", Certificate::record_name(username));
    Ok(IssuedUserCert { message, certificate: certificate.pem, ca_certificate })
}

/// Who a call is about.
fn whom<'a>(ctx: &'a Ctx, username: Option<&'a Username>) -> &'a Username {
    username.unwrap_or(&ctx.actor.member.user.username)
}

async fn revoke(ctx: Arc<Ctx>, input: RevokeUserCert) -> Result<Message> {
    let username = input.username.as_ref();
    let count = certificate::revoke(&ctx, username, input.reason.unwrap_or(Reason::Unspecified)).await?;
    done(format!("{count} certificate(s) of user '{}' have been revoked", whom(&ctx, username)))
}

async fn renew(ctx: Arc<Ctx>, input: RenewUserCerts) -> Result<RenewalReport> {
    let RenewUserCerts { renew_all_certs, renewal_offset, dry_run } = input;
    let renewal = Renewal { all: renew_all_certs, offset: renewal_offset, dry_run };
    let report = certificate::renew(&ctx, &renewal).await?;
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(RenewalReport { valid: count(report.valid), renewed: count(report.renewed), messages: report.messages })
}

async fn config(ctx: Arc<Ctx>, _: GetUserCertConfig) -> Result<UserCertConfig> {
    Ok(described(certificate::settings(&ctx).await?))
}

fn described(settings: Settings) -> UserCertConfig {
    UserCertConfig {
        cert_lifespan: settings.lifespan.0.as_secs(),
        renewal_offset: settings.renewal_offset.0.as_secs(),
        check_interval: settings.check_interval.0.as_secs(),
        schedule_enabled: settings.is_enabled,
        warning: settings.warning(),
    }
}

async fn update_config(ctx: Arc<Ctx>, input: UpdateUserCertConfig) -> Result<UserCertConfigUpdate> {
    let UpdateUserCertConfig { defaults, cert_lifespan, check_interval, renewal_offset } = input;
    let update = Update { defaults, lifespan: cert_lifespan, check_interval, renewal_offset };
    let updated = certificate::update(&ctx, &update).await?;
    let config = described(updated.settings);
    Ok(UserCertConfigUpdate { config, update_steps: updated.steps })
}

async fn start_schedule(ctx: Arc<Ctx>, _: StartUserCertSchedule) -> Result<Message> {
    certificate::start(&ctx).await?;
    done("User certificate renewal schedule started")
}

async fn stop_schedule(ctx: Arc<Ctx>, _: StopUserCertSchedule) -> Result<Message> {
    certificate::stop(&ctx).await?;
    done("User certificate renewal schedule stopped")
}
