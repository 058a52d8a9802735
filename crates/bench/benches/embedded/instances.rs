//! A decision about an instance, beside the one about its type.

use std::hint::black_box;

use robin_bench::{
    contest::Contest,
    report::{Goal, Report, Unit},
    world::{BUILTIN, Robin},
};
use robin_rbac::{Instance, Request, Share, ShareTarget, TenantId, UserId, sharing::Operations};

/// User 15 is in tenant 0, and so are users 0, 5, 10.
const USER: i64 = 15;
const TENANT: i64 = 0;

/// How many users of the tenant it is shared with; the last is the one who asks.
const SHARED: [(&str, i64); 2] = [("an instance shared with one", 1), ("an instance shared with ten", 10)];

pub fn measure(report: &mut Report) {
    let robin = Robin::load(BUILTIN);
    let on_type = || robin.may(black_box(USER), TENANT, black_box("APPLICATION"), "start");
    let ask = |user: i64, owner: i64, shares: &[Share]| {
        let (owner, tenant) = (Some(UserId(owner)), Some(TenantId(TENANT)));
        let instance = Instance::Object { id: "web", owner, tenant, shares: black_box(shares) };
        let request = Request { object_type: black_box("APPLICATION"), operation: "start", instance: Some(instance) };
        robin.may_do(black_box(user), TENANT, &request)
    };
    let owned = || ask(USER, USER, &[]);
    assert!(on_type() && owned() && !ask(USER, 0, &[]), "not all agree");
    let [on_its_type, owned] = Contest::new().with("its type", on_type).with("owned", owned).run().try_into().unwrap();
    report.compare("an instance of one's own", Unit::Time, owned.seconds, on_its_type.beside(), Goal::AtMost(3.0));

    for (measure, count) in SHARED {
        let operations = Operations::parse(["start"]).unwrap();
        let share = |nth| Share { with: ShareTarget::User(UserId(USER + 5 * nth)), operations };
        let shares: Vec<Share> = (0..count).rev().map(share).collect();
        let (theirs, foreign) = (|| ask(USER, 0, &shares), || ask(USER, 0, shares.get(..shares.len() - 1).unwrap()));
        assert!(theirs() && !foreign(), "{measure}: wrong");
        let contest = Contest::new().with("its type", on_type).with("shared", theirs).with("not shared", foreign);
        let [on_its_type, within, beyond] = contest.run().try_into().unwrap();
        report.compare(measure, Unit::Time, within.seconds, on_its_type.beside(), Goal::AtMost(3.0));
        let denied = measure.replace("shared with", "out of reach, shared with others than");
        report.compare(&denied, Unit::Time, beyond.seconds, on_its_type.beside(), Goal::AtMost(3.0));
    }
}
