//! One decision, texts in and yes or no out.

use std::hint::black_box;

use robin_bench::{
    contest::Contest,
    peers::{
        casbin,
        cedar::{self, Cedar},
        floor::Floor,
    },
    report::{Goal, Report, Unit},
    world::{BUILTIN, Robin},
};
use tokio::runtime::Runtime;

/// User 15 is in tenant 0.
const USER: (i64, &str) = (15, "u15");
const TENANT: (i64, &str) = (0, "t0");

/// What is asked, whether it is allowed, and the same as Cedar's action.
const QUESTIONS: [(&str, (&str, &str), &str, bool); 2] = [
    ("a decision, allowed", ("APPLICATION", "start"), "APPLICATION:start", true),
    ("a decision, denied", ("USER", "delete"), "USER:delete", false),
];

pub fn measure(report: &mut Report) {
    let runtime = Runtime::new().unwrap();
    let (robin, floor, cedar) = (&Robin::load(BUILTIN), Floor::load(BUILTIN), Cedar::load(&cedar::policies()));
    let words = floor.words();
    let policy = casbin::policy();
    let (plain, cached) = (casbin::load(&runtime, &policy), casbin::load_cached(&runtime, &policy));
    for (measure, (object_type, operation), action, allowed) in QUESTIONS {
        let ours = || robin.may(black_box(USER.0), TENANT.0, black_box(object_type), operation);
        let floor = || floor.may(&words, black_box((USER.0, TENANT.0)), black_box((object_type, operation)));
        let cached = || casbin::may(&cached, USER.1, TENANT.1, black_box(object_type), operation);
        let plain = || casbin::may(&plain, USER.1, TENANT.1, black_box(object_type), operation);
        let cedar = || cedar.may(USER.1, TENANT.1, black_box(action));
        assert_eq!([ours(), floor(), cached(), plain(), cedar()], [allowed; 5], "{measure}: not all agree");
        let contest = Contest::new().with("Robin", ours).with("maps and a bit", floor);
        let contest = contest.with("casbin, remembered", cached).with("casbin", plain).with("Cedar", cedar);
        let [ours, floor, cached, plain, cedar] = contest.run().try_into().unwrap();
        report.compare(measure, Unit::Time, ours.seconds, floor.beside(), Goal::AtMost(2.0));
        report.compare(measure, Unit::Time, ours.seconds, cached.beside(), Goal::Times(5.0));
        report.compare(measure, Unit::Time, ours.seconds, plain.beside(), Goal::Times(100.0));
        report.compare(measure, Unit::Time, ours.seconds, cedar.beside(), Goal::Times(100.0));
    }
    let [allowed, denied] = QUESTIONS.map(|(_, (object_type, operation), ..)| {
        move || robin.may(black_box(USER.0), TENANT.0, black_box(object_type), operation)
    });
    let [allowed, denied] = Contest::new().with("allowed", allowed).with("denied", denied).run().try_into().unwrap();
    report.compare("a decision, denied", Unit::Time, denied.seconds, allowed.beside(), Goal::AtMost(1.2));
}
