//! What may this user do to this thing?

use super::{Asked, Cut, Question, evaluate::judge, whom::Whom};
use crate::{Ctx, Result, list::Page};

/// The operations on a thing, or with [`ANY`](super::ANY) on the type, that the user may do. Needs what
/// [`evaluate`](super::evaluate()) needs.
///
/// # Errors
/// As there.
pub async fn search_actions(
    ctx: &Ctx,
    asked: Asked<'_>,
    object_type: &str,
    id: &str,
    cut: Cut,
) -> Result<Page<String>> {
    let whom = Whom::find(ctx, asked).await?;
    let mut allowed = Vec::new();
    for (position, operation) in (1..).zip(ctx.whole.catalogue.judged_operations(object_type)) {
        let question = Question { whom: asked, operation, object_type, id, explain: false };
        if judge(ctx, whom.as_ref(), &question).await?.allowed {
            allowed.push((position, operation.to_owned()));
        }
    }
    let page = Page::cut(allowed.into_iter(), cut.after, cut.limit, |(position, _)| *position);
    Ok(page.map(|(_, operation)| operation))
}
