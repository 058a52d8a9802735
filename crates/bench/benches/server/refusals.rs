//! Whether the time that a refused login takes tells why it was refused.

use std::time::Instant;

use robin_bench::{
    contest::median,
    load::Connection,
    report::{Goal, Report, Unit},
};
use robin_testkit::database;

use crate::stage::Stage;

const EACH: usize = 60;

pub fn measure(report: &mut Report) {
    let stage = Stage::with_users(100);
    let disable = "UPDATE users SET disabled = 1 WHERE username = 'user2'";
    stage.runtime.block_on(database::execute(&stage.server.how().database_url(), disable));
    let login = |username: &str, password: &str| {
        let body = format!(r#"{{"username":"{username}","password":"{password}"}}"#);
        stage.request("POST", "login", "", &body)
    };
    let setting = |name: &str, value: u32| {
        let body = format!(r#"{{"action":"update","name":"{name}","value":{value}}}"#);
        stage.request("PUT", "config", &stage.token(), &body)
    };
    // Every attempt here is looked at, however many have failed before.
    let settings = [setting("login.failures_before_delay", 100), setting("login.address_failures_per_minute", 1000)];
    let requests =
        [login("user1", "wrong-password"), login("nobody", "wrong-password"), login("user2", robin_testkit::PASSWORD)];
    let mut taken = [const { Vec::new() }; 3];
    stage.runtime.block_on(async {
        let mut connection = Connection::open(stage.address()).await;
        for setting in &settings {
            connection.ask(setting).await;
        }
        for _ in 0..EACH {
            for (request, taken) in requests.iter().zip(&mut taken) {
                let begun = Instant::now();
                connection.ask_for("401", request).await;
                taken.push(begun.elapsed().as_secs_f64());
            }
        }
    });
    let [wrong, unknown, disabled] = taken.map(median);
    let wrong = ("a wrong password", wrong);
    report.compare("login refused, unknown user", Unit::Time, unknown, wrong, Goal::Near(1.05));
    report.compare("login refused, disabled user", Unit::Time, disabled, wrong, Goal::Near(1.05));
}
