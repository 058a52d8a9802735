//! The end of shares that nobody asks to end: what they rested on is gone, or their time is over.

use robin_model::{
    TenantId, Timestamp,
    audit::Entry,
    share::{ObjectShare, ShareSource},
};
use robin_rbac::ShareTarget;
use robin_storage::{Access, Change, Stranded};

use crate::{Result, Robin, audit, work::Work};

/// How many shares are ended at a time.
const FEW: u32 = 100;

/// Ends a share as part of a change.
///
/// # Errors
/// When the database can't.
pub(super) async fn end(work: &mut Work<'_>, share: &ObjectShare) -> Result<()> {
    work.remove_share(share.id).await?;
    work.touch(Change::Object(share.object_type.clone(), share.object_name.clone())).await
}

/// Ends, as part of a change, the shares with users that no membership holds up any more.
///
/// # Errors
/// When the database can't.
pub(crate) async fn end_stranded(work: &mut Work<'_>, of: Stranded, now: Timestamp) -> Result<()> {
    for share in work.stranded_shares(of, now).await? {
        end(work, &share).await?;
    }
    Ok(())
}

/// Ends, as part of a change, every share with a tenant that goes.
///
/// # Errors
/// When the database can't.
pub(crate) async fn end_with_tenant(work: &mut Work<'_>, tenant: TenantId, now: Timestamp) -> Result<()> {
    let ever = Timestamp::from_micros(i64::MIN);
    loop {
        let few = work.shares(ShareSource::With(ShareTarget::Tenant(tenant)), ever, None, FEW).await?;
        if few.is_empty() {
            return Ok(());
        }
        for share in few {
            end(work, &share).await?;
            end_stranded(work, Stranded::Object(share.object), now).await?;
        }
    }
}

/// Clears away the shares whose time is over, and those that rested on them. They give nothing any more; left where they are, they
/// would come back to life with the next share of the same object. Some at a time, each time all of them or none.
///
/// # Errors
/// When the database can't.
pub async fn expire(robin: &Robin) -> Result<()> {
    let now = robin.clock.now();
    // Where there are none, as is usual, nothing is begun that others would wait for.
    let mut may_be_more = !robin.store.begin(Access::Read).await?.expired_shares(now, 1).await?.is_empty();
    while may_be_more {
        let mut work = Work::begin(robin, Access::Change).await?;
        let few = work.expired_shares(now, FEW).await?;
        may_be_more = u32::try_from(few.len()).is_ok_and(|count| count >= FEW);
        for share in few {
            end(&mut work, &share).await?;
            end_stranded(&mut work, Stranded::Object(share.object), now).await?;
            let target = (share.object_type.as_str(), share.object_name.as_str());
            let mut entry = Entry::by_system(now, "object_share.expire", target);
            entry.before = audit::state(&share);
            work.append_audit(&entry).await?;
        }
        work.commit().await?;
    }
    Ok(())
}
