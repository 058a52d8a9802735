//! What every refusal looks like.

use robin_testkit::Answer;

/// Words that only appear when something from inside gets out.
const INSIDES: [&str; 14] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "sqlx",
    "sqlite",
    "SQLITE",
    "postgres",
    "panicked",
    "src/",
    "RUST_BACKTRACE",
    "::",
    "struct ",
    "enum ",
    "$argon2",
];

/// Asserts that the answer is a refusal as all are: one JSON object, one sentence, the code that belongs to the status, the
/// request's id, and nothing from inside.
#[track_caller]
pub fn check(answer: &Answer) {
    check_beside(answer, "");
}

/// [`check`] for a request that said this itself: a refusal may repeat it.
#[track_caller]
pub fn check_beside(answer: &Answer, said: &str) {
    let json = answer.json();
    let fields = json.as_object().unwrap_or_else(|| panic!("no JSON object: {answer:?}"));
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    assert_eq!(names.len(), 3, "{answer:?}");
    let text = |name: &str| fields.get(name).and_then(|value| value.as_str()).unwrap_or_else(|| panic!("{answer:?}"));
    let (message, code, request_id) = (text("message"), text("code"), text("request_id"));
    assert_eq!(code, code_of(answer.status), "{answer:?}");
    assert!(!message.is_empty() && !message.contains('\n') && !message.ends_with('.'), "no sentence: {message}");
    assert!(!request_id.is_empty(), "no request id: {answer:?}");
    assert_eq!(request_id, answer.header("x-request-id"), "{answer:?}");
    for inside in INSIDES.into_iter().filter(|inside| !said.contains(inside)) {
        assert!(!message.contains(inside), "`{inside}` gets out: {message}");
    }
}

/// [`check`], with the status, and what the message must say. Gives the message.
#[track_caller]
pub fn expect(answer: &Answer, status: u16, says: &str) -> String {
    assert_eq!(answer.status, status, "expected a refusal that says `{says}`: {}", answer.text);
    check(answer);
    let (message, _) = answer.error();
    assert!(message.contains(says), "it should say `{says}`: {message}");
    message
}

/// The answer's text without the request's id: what two refusals must have in common to be the same.
pub fn bare(answer: &Answer) -> String {
    let json = answer.json();
    let id = json["request_id"].as_str().unwrap_or_else(|| panic!("no refusal: {answer:?}"));
    answer.text.replace(id, "…")
}

fn code_of(status: u16) -> &'static str {
    match status {
        400 => "invalid",
        401 => "unauthenticated",
        403 => "denied",
        404 => "not_found",
        405 => "method_not_allowed",
        409 => "conflict",
        413 => "too_large",
        415 => "unsupported_media_type",
        429 => "too_many",
        503 => "unavailable",
        other => panic!("{other} is no refusal"),
    }
}
