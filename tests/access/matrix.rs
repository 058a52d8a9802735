//! Every endpoint, called by everybody, for something in their reach, something out of it, and something that is not there.

use std::{env, fmt::Write as _, fs, path::Path};

use robin_api::Needs;
use robin_testkit::Answer;

use super::{
    samples::{self, Route, Sample, Target},
    stage::{CALLERS, Caller, Place, Stage, Which},
};
use crate::bad_input::refusal;

const HEAD: &str = "\
# Who may call what. One line for each endpoint, path and kind of request; one column for each caller:
#
#   superadmin    logged into Administrators
#   tenantadmin   of a tenant, with the role's default capabilities
#   tenantadmin*  the same, with every permission there is
#   user          of that tenant, with the role's default capabilities
#   user*         the same, with every permission there is
#   bare          a tenantadmin of that tenant without any capability
#   stranger*     a tenantadmin of another tenant with every permission there is, acting on the first tenant's things
#   nobody        without a token
#   token*        as tenantadmin*, with an access token
#   narrowed*     the same, with one that is narrowed to USER:view and USER:update in that tenant
#
# Cells hold the status for something of the caller's own tenant (for the superadmin: of any) and, after a slash where it is
# another one, for something out of reach, which is the very answer for something that is not there.
#
# Written by the test itself with UPDATE_GOLDEN=1.
";

#[tokio::test]
async fn sec_25_everybody_may_call_what_the_table_says_and_what_is_foreign_looks_missing() {
    let mut stage = Stage::set().await;
    let mut table = HEAD.to_owned();
    let mut section = "";
    for route in samples::routes() {
        for sample in samples::of(&route) {
            let mut cells = Vec::new();
            for caller in CALLERS {
                cells.push(cell(&mut stage, &route, &sample, caller).await);
            }
            if section != route.resource() {
                section = route.resource();
                writeln!(table, "\n{section:<124}{}", columns(&CALLERS.map(|caller| caller.name.to_owned()))).unwrap();
            }
            let name = format!("{:<60}{:<32}{:<32}", route.label(), sample.note, needs(route.needs));
            writeln!(table, "{name}{}", columns(&cells)).unwrap();
        }
    }
    compare(&table);
}

fn columns(cells: &[String]) -> String {
    let padded: Vec<String> = cells.iter().map(|cell| format!("{cell:<14}")).collect();
    padded.concat().trim_end().to_owned()
}

fn needs(needs: Needs) -> String {
    match needs {
        Needs::Nothing => "nothing".to_owned(),
        Needs::Token => "a token".to_owned(),
        Needs::Permission(object_type, operation) => format!("{object_type}:{operation}"),
        Needs::Both(one, other) => {
            [one, other].map(|(object_type, operation)| format!("{object_type}:{operation}")).join(", ")
        }
        Needs::OnType(operation) => format!("(its type):{operation}"),
    }
}

async fn cell(stage: &mut Stage, route: &Route, sample: &Sample, caller: Caller) -> String {
    let place = || format!("{} {} ({})", route.label(), sample.note, caller.name);
    if sample.target.is_none() {
        return ask(stage, route, sample, caller, Which::InReach).await.0.to_string();
    }
    let (missing, its_text) = ask(stage, route, sample, caller, Which::Missing).await;
    let has_foreign = !matches!(sample.target, Some(Target::Capability | Target::LdapServer | Target::Schedule));
    let sees_all = caller.place == Place::Administrators && sample.target != Some(Target::Home);
    if has_foreign && !sees_all {
        let (foreign, text) = ask(stage, route, sample, caller, Which::Foreign).await;
        // Logging in is for anybody who knows a password: that of another tenant's member opens that tenant.
        assert_eq!((foreign, text), (missing, its_text), "{}: foreign and missing must look alike", place());
    }
    if caller.place == Place::Second && has_foreign {
        return missing.to_string();
    }
    let (own, _) = ask(stage, route, sample, caller, Which::InReach).await;
    if has_foreign && sees_all {
        let (foreign, _) = ask(stage, route, sample, caller, Which::Foreign).await;
        assert_eq!(foreign, own, "{}: a superadmin reaches every tenant alike", place());
    }
    if own == missing { own.to_string() } else { format!("{own}/{missing}") }
}

/// The status, and the answer without what must differ.
async fn ask(stage: &mut Stage, route: &Route, sample: &Sample, caller: Caller, which: Which) -> (u16, String) {
    let (names, about) = stage.names(caller, sample, which).await;
    let person = stage.person(caller).await;
    let (method, path, body) = samples::request(route, (sample.fields)(&names));
    let answer = stage.world.api.send(&method, &path, &person.token, body).await;
    if answer.status >= 400 {
        refusal::check(&answer);
    } else {
        stage.spent(caller, route, sample);
    }
    (answer.status, without(&answer, &about))
}

fn without(answer: &Answer, about: &str) -> String {
    let mut json = answer.json();
    if let Some(fields) = json.as_object_mut() {
        fields.remove("request_id");
    }
    let text = json.to_string();
    if about.is_empty() { text } else { text.replace(about, "…") }
}

fn compare(table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("access/matrix.txt");
    if env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1") {
        fs::write(&file, table).unwrap();
        return;
    }
    let golden = fs::read_to_string(&file).unwrap_or_default();
    let mut changes = String::new();
    let (mut before, mut after) = (golden.lines(), table.lines());
    loop {
        match (before.next(), after.next()) {
            (None, None) => break,
            (before, after) if before == after => {}
            (before, after) => {
                writeln!(changes, "- {}\n+ {}", before.unwrap_or_default(), after.unwrap_or_default()).unwrap();
            }
        }
    }
    assert!(changes.is_empty(), "access has changed; if that is meant, write it down with UPDATE_GOLDEN=1:\n{changes}");
}
