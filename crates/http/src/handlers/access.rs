//! Decisions for other services.

use std::{borrow::Cow, sync::Arc};

use robin_api::access::{
    Evaluate, EvaluateMany, Evaluation, Evaluations, GrantTrace, InstanceTrace, PermissionTrace, Problem, Question,
    Semantic, Subject, Trace, Why,
};
use robin_rbac::{Explanation, Reason};
use robin_service::{
    Ctx, Error, Result,
    access::{self, Answer, Asked},
};

use crate::endpoints::Endpoints;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.closed::<Evaluate, _, _>(evaluate);
    endpoints.closed::<EvaluateMany, _, _>(evaluate_many);
}

async fn evaluate(ctx: Arc<Ctx>, input: Evaluate) -> Result<Evaluation> {
    let Evaluate { subject, action, resource, context } = &input;
    let question = access::Question {
        whom: asked(subject),
        operation: &action.name,
        object_type: &resource.kind,
        id: &resource.id,
        explain: context.as_ref().is_some_and(|context| context.explain),
    };
    Ok(evaluation(access::evaluate(&ctx, &question).await?, None))
}

async fn evaluate_many(ctx: Arc<Ctx>, input: EvaluateMany) -> Result<Evaluations> {
    let EvaluateMany { subject, action, resource, context, options, evaluations } = input;
    let defaults = Question { subject, action, resource, context };
    let nothing = Question::default();
    let Some(parts) = evaluations.filter(|list| !list.is_empty()) else {
        let question = whole(&nothing, &defaults);
        let question = question.map_err(|field| Error::Invalid(missing(field).into_owned()))?;
        return Ok(Evaluations::One(evaluation(access::evaluate(&ctx, &question).await?, None)));
    };
    let semantic = match options.unwrap_or_default().evaluations_semantic {
        Semantic::ExecuteAll => access::Semantic::ExecuteAll,
        Semantic::DenyOnFirstDeny => access::Semantic::DenyOnFirstDeny,
        Semantic::PermitOnFirstPermit => access::Semantic::PermitOnFirstPermit,
    };
    let questions: Vec<_> = parts.iter().map(|part| whole(part, &defaults)).collect();
    let asked: Vec<_> = questions.iter().map(|question| question.ok()).collect();
    let answers = access::evaluate_many(&ctx, &asked, semantic).await?;
    let answers = answers.into_iter().zip(questions);
    Ok(Evaluations::Many { evaluations: answers.map(|(answer, asked)| evaluation(answer, asked.err())).collect() })
}

/// A subject as the use cases take it.
pub fn asked(subject: &Subject) -> Asked<'_> {
    let tenant = subject.properties.as_ref().and_then(|properties| properties.tenant.as_deref());
    Asked { kind: &subject.kind, name: &subject.id, tenant }
}

/// One question of many. What it says goes before what all say; a part of it that leaves out its type, id or name has that
/// of all.
///
/// # Errors
/// The field that neither says.
fn whole<'a>(own: &'a Question, all: &'a Question) -> std::result::Result<access::Question<'a>, &'static str> {
    let subjects = [&own.subject, &all.subject].map(Option::as_ref);
    let resources = [&own.resource, &all.resource].map(Option::as_ref);
    let actions = [&own.action, &all.action].map(Option::as_ref);
    let subject = subjects.into_iter().flatten().next().ok_or("subject")?;
    actions.into_iter().flatten().next().ok_or("action")?;
    resources.into_iter().flatten().next().ok_or("resource")?;
    let first = |texts: [Option<&'a str>; 2], name| texts.into_iter().flatten().next().ok_or(name);
    let context = own.context.as_ref().or(all.context.as_ref());
    Ok(access::Question {
        whom: Asked {
            kind: first(subjects.map(|part| part?.kind.as_deref()), "subject.type")?,
            name: first(subjects.map(|part| part?.id.as_deref()), "subject.id")?,
            tenant: subject.properties.as_ref().and_then(|properties| properties.tenant.as_deref()),
        },
        operation: first(actions.map(|part| part?.name.as_deref()), "action.name")?,
        object_type: first(resources.map(|part| part?.kind.as_deref()), "resource.type")?,
        id: first(resources.map(|part| part?.id.as_deref()), "resource.id")?,
        explain: context.is_some_and(|context| context.explain),
    })
}

fn missing(field: &str) -> Cow<'static, str> {
    format!("`{field}` is missing").into()
}

fn evaluation(answer: Answer, lacking: Option<&str>) -> Evaluation {
    let Answer { allowed, reason, expires_in, explanation } = answer;
    let error = lacking.map(|field| Problem { status: 400, message: missing(field) });
    let (text, trace) = match explanation {
        Some(explanation) => (Some(explanation.to_string()), Some(Box::new(trace(*explanation)))),
        None => (None, None),
    };
    Evaluation { decision: allowed, context: Why { reason: Cow::Borrowed(reason), expires_in, error, text, trace } }
}

fn trace(explanation: Explanation) -> Trace {
    let robin_rbac::Trace { grants, permission, view, instance } = explanation.trace;
    let source = |robin_rbac::PermissionTrace { object_type, operation, held, chain }| PermissionTrace {
        object_type,
        operation,
        held,
        chain,
    };
    let word = |reason: Reason| reason.as_str().to_owned();
    Trace {
        grants: grants.map(|grants| GrantTrace { covered_by: grants.covered_by }),
        permission: permission.map(source),
        view: view.map(source),
        instance: instance
            .map(|instance| InstanceTrace { rule: instance.rule.map(word), visible_by: instance.visible_by.map(word) }),
    }
}
