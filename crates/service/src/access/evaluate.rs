//! Answering questions, one or many.

use robin_rbac::{Denial, Instance, Reason, Request, Subject, decide, explain};

use super::{
    ANY, Answer, Asked, Question,
    thing::{Found, nothing},
    whom::Whom,
};
use crate::{Ctx, Error, Result};

/// How many questions are answered at once, at most.
pub const MOST: usize = 1000;

/// When to stop answering questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Semantic {
    /// After the last.
    ExecuteAll,
    /// After the first whose answer is no.
    DenyOnFirstDeny,
    /// After the first whose answer is yes.
    PermitOnFirstPermit,
}

/// Answers a question. About somebody else it needs `USER:view`.
///
/// # Errors
/// [`Error::Denied`] without that permission.
pub async fn evaluate(ctx: &Ctx, question: &Question<'_>) -> Result<Answer> {
    let whom = Whom::find(ctx, question.whom).await?;
    judge(ctx, whom.as_ref(), question).await
}

/// Answers questions in their order, as far as the semantic wants; `None` is one that is not complete, and its answer no.
///
/// # Errors
/// As [`evaluate`], for all of them at once; [`Error::TooLarge`] for more than [`MOST`].
pub async fn evaluate_many(ctx: &Ctx, questions: &[Option<Question<'_>>], semantic: Semantic) -> Result<Vec<Answer>> {
    if questions.len() > MOST {
        return Err(Error::TooLarge(format!(
            "{} evaluations are too many at once: send up to {MOST}",
            questions.len()
        )));
    }
    let mut answers = Vec::with_capacity(questions.len());
    // Most lists are about one user: who was looked for last need not be looked for again.
    let mut last: Option<(Asked<'_>, Option<Whom>)> = None;
    for question in questions {
        let answer = match question {
            None => Answer::INCOMPLETE,
            Some(question) => {
                let whom = match last.take() {
                    Some((asked, whom)) if asked == question.whom => whom,
                    _ => Whom::find(ctx, question.whom).await?,
                };
                let (_, whom) = last.insert((question.whom, whom));
                judge(ctx, whom.as_ref(), question).await?
            }
        };
        let is_last = match semantic {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !answer.allowed,
            Semantic::PermitOnFirstPermit => answer.allowed,
        };
        answers.push(answer);
        if is_last {
            break;
        }
    }
    Ok(answers)
}

/// The order of what is asked here is such that whoever may not see a thing gets the answer for one that is not there, and
/// gets it from the same steps.
pub(super) async fn judge(ctx: &Ctx, whom: Option<&Whom>, question: &Question<'_>) -> Result<Answer> {
    let Question { object_type, operation, id, .. } = *question;
    let Some(whom) = whom.filter(|_| ctx.whole.catalogue.judged(object_type, operation).is_some()) else {
        return Ok(Answer::NOT_FOUND);
    };
    let subject = whom.subject(ctx);
    let on_type = Request::on_type(object_type, operation);
    if id == ANY {
        return Ok(answer(ctx, whom, &subject, &on_type, question));
    }
    if !is_permitted(ctx, &subject, object_type, operation) {
        let of_nothing = Request { instance: Some(nothing(id)), ..on_type };
        return Ok(answer(ctx, whom, &subject, &of_nothing, question));
    }
    let Some(found) = Found::find(ctx, object_type, id).await? else { return Ok(Answer::NOT_FOUND) };
    let now = ctx.now();
    let request = Request { instance: Some(found.seen_by(id, &whom.member, now)), ..on_type };
    let is_visible = if whom.is_oneself {
        let whole = Subject { grants: None, ..subject };
        decide(&ctx.whole.catalogue, &whole, &request).denial() != Some(Denial::Hidden)
    } else {
        is_visible(ctx, object_type, found.seen_by(id, &ctx.actor.member, now))
    };
    if !is_visible {
        return Ok(Answer::NOT_FOUND);
    }
    Ok(Answer { expires_in: found.lasts(now), ..answer(ctx, whom, &subject, &request, question) })
}

/// Whether the actor may see this thing.
pub(super) fn is_visible(ctx: &Ctx, object_type: &str, instance: Instance<'_>) -> bool {
    let view = Request { object_type, operation: "view", instance: Some(instance) };
    decide(&ctx.whole.catalogue, &ctx.actor.subject(), &view).allowed
}

/// Whether the permissions of this subject, which decide before anything is looked up, are enough.
pub(super) fn is_permitted(ctx: &Ctx, subject: &Subject<'_>, object_type: &str, operation: &str) -> bool {
    let of_nothing = Request { object_type, operation, instance: Some(nothing("")) };
    let reason = decide(&ctx.whole.catalogue, &Subject { grants: None, ..*subject }, &of_nothing).reason;
    !matches!(reason, Reason::PermissionMissing | Reason::ViewMissing)
}

fn answer(ctx: &Ctx, whom: &Whom, subject: &Subject<'_>, request: &Request<'_>, question: &Question<'_>) -> Answer {
    let catalogue = &ctx.whole.catalogue;
    if !question.explain {
        return decide(catalogue, subject, request).reason.into();
    }
    let explanation = explain(catalogue, subject, &whom.member.membership.capabilities, request);
    let reason = explanation.decision.reason;
    Answer { explanation: Some(Box::new(explanation)), ..reason.into() }
}
