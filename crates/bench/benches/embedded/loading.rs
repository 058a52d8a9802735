//! From text to what decides: the catalogue, five tenants and a thousand users.

use robin_bench::{
    contest::Contest,
    peers::{casbin, cedar, floor::Floor},
    report::{Goal, Report, Unit},
    world::{BUILTIN, Robin},
};
use tokio::runtime::Runtime;

pub fn measure(report: &mut Report) {
    let runtime = Runtime::new().unwrap();
    let (rules, policies) = (casbin::policy(), cedar::policies());
    let contest = Contest::new()
        .with_prepared("Robin", || BUILTIN, Robin::load)
        .with_prepared("parse and search", || BUILTIN, Floor::load)
        .with_prepared("casbin", || &rules, |rules| casbin::load(&runtime, rules))
        .with_prepared("Cedar", || &policies, |policies| cedar::Cedar::load(policies));
    let [ours, floor, casbin, cedar] = contest.run().try_into().unwrap();
    let measure = "catalogue and 1,000 users, loaded";
    report.compare(measure, Unit::Time, ours.seconds, floor.beside(), Goal::AtMost(3.0));
    report.compare(measure, Unit::Time, ours.seconds, casbin.beside(), Goal::Times(5.0));
    report.compare(measure, Unit::Time, ours.seconds, cedar.beside(), Goal::Times(5.0));
}
