//! Deep inheritance, resolved once and asked often.

use std::hint::black_box;

use cedar_policy::Entities;
use robin_bench::{
    contest::Contest,
    cpu::Stopwatch,
    layers,
    peers::{cedar, floor},
    report::{Goal, Report, Unit},
};
use robin_rbac::{Catalogue, Definition};

/// Ten thousand, beside bits alone.
pub fn measure(report: &mut Report) {
    let definitions = layers::definitions(10_000);
    let providers = layers::providers(&definitions);
    let contest = Contest::new().with_prepared("Robin", || definitions.clone(), resolved).with_prepared(
        "bits",
        || &providers,
        |providers| floor::closure(providers),
    );
    let [ours, floor] = contest.run().try_into().unwrap();
    report.compare("10,000 capabilities, resolved", Unit::Time, ours.seconds, floor.beside(), Goal::AtMost(3.0));
}

/// Two thousand, beside Cedar's transitive closure: one round, for it takes a while.
pub fn beside_cedar(report: &mut Report) {
    let definitions = layers::definitions(2000);
    let contest = Contest::new().with_prepared("Robin", || definitions.clone(), resolved);
    let [ours] = contest.run().try_into().unwrap();
    let entities = cedar::graph(&layers::providers(&definitions));
    let watch = Stopwatch::of_thread();
    let closed = black_box(Entities::from_entities(entities, None).unwrap());
    let theirs = ("Cedar", watch.elapsed().as_secs_f64());
    report.compare("2,000 capabilities, resolved", Unit::Time, ours.seconds, theirs, Goal::Times(100.0));

    let catalogue = resolved(definitions);
    let top = layers::given_by(&catalogue, 0);
    let lowest = layers::deepest(&catalogue, &top);
    let (operation, above, below) = (format!("p{lowest}"), cedar::vertex(0), cedar::vertex(lowest));
    assert!(layers::may(&catalogue, &top, &operation) && closed.is_ancestor_of(&below, &above));
    let contest = Contest::new()
        .with("Robin", || layers::may(&catalogue, black_box(&top), &operation))
        .with("Cedar", || closed.is_ancestor_of(black_box(&below), &above));
    let [ours, cedar] = contest.run().try_into().unwrap();
    report.compare("asked fifty layers deep", Unit::Time, ours.seconds, cedar.beside(), Goal::AtMost(1.0));
}

/// Whether depth costs: what the top of ten thousand gives, and what the bottom gives.
pub fn measure_depth(report: &mut Report) {
    let catalogue = resolved(layers::definitions(10_000));
    let (top, bottom) = (layers::given_by(&catalogue, 0), layers::given_by(&catalogue, 9999));
    let deep = format!("p{}", layers::deepest(&catalogue, &top));
    assert!(layers::may(&catalogue, &top, &deep) && layers::may(&catalogue, &bottom, "p9999"));
    let contest = Contest::new()
        .with("fifty layers deep", || layers::may(&catalogue, black_box(&top), &deep))
        .with("one layer deep", || layers::may(&catalogue, black_box(&bottom), "p9999"));
    let [top, bottom] = contest.run().try_into().unwrap();
    report.compare("asked fifty layers deep", Unit::Time, top.seconds, bottom.beside(), Goal::AtMost(1.1));
}

fn resolved(definitions: Vec<Definition>) -> Catalogue {
    Catalogue::from_definitions(definitions).unwrap()
}
