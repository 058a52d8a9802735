//! Renewing certificates before they are over.

use robin_ca::PublicKey;
use robin_model::{
    Timestamp, UserId, Username, audit::Entry, certificate::Certificate, config::CERTIFICATE_RENEWAL, span::Span,
    user::UserFilter,
};
use robin_storage::Access;

use super::{BATCH, OBJECT_TYPE, config, issue::keep, list::reached, signing};
use crate::{Ctx, Result, Robin, work::Work};

/// Which certificates to renew.
#[derive(Debug, Clone, Default)]
pub struct Renewal {
    /// All of them.
    pub all: bool,
    /// Those that are over so soon, as text; by default as the settings say.
    pub offset: Option<String>,
    /// None at all: only to see which would be.
    pub dry_run: bool,
}

/// What renewing came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Certificates that need not be renewed.
    pub valid: usize,
    /// Certificates that were renewed, or would be.
    pub renewed: usize,
    /// What was found, a line each.
    pub messages: Vec<String>,
}

/// Renews the certificates that are due of all whom the actor reaches. Needs `K8S_USER_CONTEXT:update`. Where a user keeps the key, the
/// new certificate is for the same one. A certificate that is revoked stays so.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::Invalid`](crate::Error::Invalid) for an offset that is
/// none or out of bounds; [`Error::Unavailable`](crate::Error::Unavailable) when nobody can sign: what was renewed until then stays.
pub async fn renew(ctx: &Ctx, renewal: &Renewal) -> Result<Report> {
    ctx.intend("user_certificate.renew", OBJECT_TYPE, "*");
    ctx.permit(OBJECT_TYPE, "update")?;
    let given = renewal.offset.as_deref().map(|text| config::read("renewal_offset", CERTIFICATE_RENEWAL, text));
    let offset = given.transpose()?.unwrap_or(Span(ctx.whole.config.certificate_renewal));
    let soon = ctx.now().plus(offset.0);
    let is_due = |certificate: &Certificate| renewal.all || certificate.not_after < soon;
    let entry = |target: &str| Entry { target: target.to_owned(), ..ctx.record() };
    let mut looked = look(&ctx.robin, &reached(ctx), is_due, (!renewal.dry_run).then_some(&entry)).await?;
    looked.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(report(&looked, renewal, offset))
}

/// Renews the certificates that are due as the settings say, and says how many were not and how many were. One that has not lived half
/// its time is not due yet, so that a life span shorter than the offset makes no work without end.
///
/// # Errors
/// As [`renew`].
pub async fn renew_due(robin: &Robin) -> Result<(usize, usize)> {
    let now = robin.clock.now();
    let soon = now.plus(robin.memory.whole().config.certificate_renewal);
    let is_due = |certificate: &Certificate| certificate.not_after < soon && half_life(certificate) <= now;
    let entry = |target: &str| Entry::by_system(now, "user_certificate.renew", (OBJECT_TYPE, target));
    let looked = look(robin, &UserFilter::default(), is_due, Some(&entry)).await?;
    let renewed = looked.iter().filter(|(_, is_due)| *is_due).count();
    Ok((looked.len() - renewed, renewed))
}

fn half_life(certificate: &Certificate) -> Timestamp {
    let (from, to) = (certificate.issued_at.micros(), certificate.not_after.micros());
    Timestamp::from_micros(from + (to - from) / 2)
}

/// Looks through the current certificates, a part at a time, and renews those that are due if there is a record to be made of it. Says
/// of each that is not revoked whether it was due.
async fn look<F: Fn(&str) -> Entry>(
    robin: &Robin,
    filter: &UserFilter,
    is_due: impl Fn(&Certificate) -> bool,
    entry: Option<&F>,
) -> Result<Vec<(String, bool)>> {
    let mut looked = Vec::new();
    let mut after: Option<UserId> = None;
    loop {
        let part = robin.store.begin(Access::Read).await?.certificates(filter, after, BATCH).await?;
        let Some((_, last)) = part.last() else { return Ok(looked) };
        after = Some(last.user);
        let unrevoked = part.into_iter().filter(|(_, certificate)| certificate.revoked.is_none());
        let mut due = Vec::new();
        for (username, certificate) in unrevoked {
            looked.push((Certificate::record_name(&username), is_due(&certificate)));
            if is_due(&certificate) {
                due.push((username, certificate));
            }
        }
        if let Some(entry) = entry
            && !due.is_empty()
        {
            replace(robin, due, entry).await?;
        }
    }
}

/// Puts new certificates in the place of these.
async fn replace(robin: &Robin, due: Vec<(Username, Certificate)>, entry: impl Fn(&str) -> Entry) -> Result<()> {
    let mut signed = Vec::with_capacity(due.len());
    for (username, before) in due {
        // What was made here is made anew; what the user keeps can only stay the same.
        let key = if before.sealed_key.is_some() { None } else { Some(PublicKey::of_certificate(&before.pem)?) };
        let certificate = signing::sign(robin, before.user, &username, key).await?;
        signed.push((before.serial, certificate, entry(&Certificate::record_name(&username))));
    }
    let mut work = Work::begin(robin, Access::Change).await?;
    for (before, certificate, entry) in signed {
        let current = work.certificate_of(certificate.user).await?;
        // It may have been revoked or renewed meanwhile.
        if current.is_some_and(|current| current.serial == before && current.revoked.is_none()) {
            keep(&mut work, &certificate, entry).await?;
        }
    }
    work.commit().await
}

fn report(looked: &[(String, bool)], renewal: &Renewal, offset: Span) -> Report {
    let mut report = Report::default();
    let dry_run = if renewal.dry_run { " (dry_run)" } else { "" };
    report.messages.push(if renewal.all {
        format!("Forced renewal of all user certs{dry_run}")
    } else {
        format!("Renewing user certs with renewal_offset={offset}{dry_run}")
    });
    for (name, is_due) in looked {
        if !is_due {
            report.valid += 1;
            report.messages.push(format!("Cert '{name}' is valid"));
            continue;
        }
        report.renewed += 1;
        if !renewal.all {
            let why = "has a 'not_after' date that is before the current date (minus renewal_offset)";
            report.messages.push(format!("Cert '{name}' {why}"));
        }
        report.messages.push(format!("- Renewing certificate '{name}'"));
    }
    report
}
