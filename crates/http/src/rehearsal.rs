//! Dry runs: the answer to a change that is only rehearsed.

use std::sync::Arc;

use axum::response::Response;
use robin_api::rehearsal::{Differences, MemberDifference, ObjectDifference, RoleDifference, Who};
use robin_service::{Ctx, Result, rehearsal};

use crate::answer;

/// Has the handler run to its end without anything being changed, and answers what would be different in place of what it says.
pub async fn answer<E, F, A, R>(ctx: Arc<Ctx>, input: E, handler: F) -> Result<Response>
where
    F: Fn(Arc<Ctx>, E) -> R,
    R: Future<Output = Result<A>>,
{
    ctx.rehearse();
    handler(Arc::clone(&ctx), input).await?;
    Ok(answer::json(&shown(ctx.rehearsed())))
}

fn shown(found: rehearsal::Differences) -> Differences {
    let members = found.members.into_iter().map(|found| {
        let rehearsal::MemberDifference { username, tenant, gains, loses, role: (from, to) } = found;
        let role = (from != to).then_some(RoleDifference { from, to });
        MemberDifference { username, tenant, gains, loses, role }
    });
    let objects = found.objects.into_iter().map(|found| {
        let rehearsal::ObjectDifference { object_type, name, username, tenant, gains, loses } = found;
        ObjectDifference { object_type, id: name.into(), who: Who { username, tenant }, gains, loses }
    });
    Differences { dry_run: true, members: members.collect(), objects: objects.collect() }
}
