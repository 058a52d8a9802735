//! What runs from time to time.

use robin_model::{ScheduleName, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
};

const SCHEDULES: &str = base!("schedules");
const SCHEDULE: &str = base!("schedules/{name}");
const UPDATE: Needs = Needs::Permission("CONFIG", "update");

endpoints! {
    StartSchedule = PUT [SCHEDULE, SCHEDULES] ("start") needs UPDATE, "Let a schedule run" => Message;
    StopSchedule = PUT [SCHEDULE, SCHEDULES] ("stop") needs UPDATE, "Keep a schedule from running" => Message;
}

lists! {
    ListSchedules = [SCHEDULES] needs Needs::Permission("CONFIG", "view"), "List what runs from time to time" => Schedule;
}

/// Lists what runs from time to time.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListSchedules {}

/// Lets a schedule run, from now on. What was missed while it was stopped is made up for at once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartSchedule {
    /// The schedule.
    pub name: ScheduleName,
}

/// Keeps a schedule from running. A run that is under way is cut off within seconds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopSchedule {
    /// The schedule.
    pub name: ScheduleName,
}

/// What runs from time to time, on whichever server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// What it runs.
    pub function: String,
    /// Seconds from the beginning of one run to that of the next.
    pub interval: u64,
    /// When it last began to run.
    #[schemars(with = "Option<String>")]
    pub last_run: Option<Timestamp>,
    /// Why the last run failed, if it did.
    pub last_error: Option<String>,
    /// Whether it runs at all.
    pub enabled: bool,
    /// When it runs next; nothing while it is stopped.
    #[schemars(with = "Option<String>")]
    pub next_run: Option<Timestamp>,
    /// The server that it is running on, while it is.
    pub running_on: Option<String>,
    /// What the last run had to say.
    pub message: Option<String>,
    /// Seconds that the last run took.
    pub last_time: f64,
    /// Seconds that a run took on average.
    pub mean_time: f64,
}
