//! What runs from time to time.

use std::sync::Arc;

use robin_api::{
    Message,
    schedules::{ListSchedules, Schedule, StartSchedule, StopSchedule},
};
use robin_model::{ScheduleId, schedule as model};
use robin_service::{Ctx, Page, Result, schedule};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListSchedules, _, _>(list);
    endpoints.closed::<StartSchedule, _, _>(start);
    endpoints.closed::<StopSchedule, _, _>(stop);
}

async fn list(ctx: Arc<Ctx>, _: Arc<ListSchedules>, cut: Cut) -> Result<Page<Schedule>> {
    Ok(schedule::list(&ctx, cut.after.map(ScheduleId), cut.limit).await?.map(shown))
}

fn shown(schedule: model::Schedule) -> Schedule {
    Schedule {
        mean_time: schedule.mean_time().as_secs_f64(),
        name: schedule.name.to_string(),
        function: schedule.function,
        interval: schedule.interval.as_secs(),
        last_run: schedule.last_run,
        last_error: schedule.last_error,
        enabled: schedule.enabled,
        next_run: schedule.enabled.then_some(schedule.next_run),
        running_on: schedule.running_on,
        message: schedule.message,
        last_time: schedule.last_time.as_secs_f64(),
    }
}

async fn start(ctx: Arc<Ctx>, input: StartSchedule) -> Result<Message> {
    schedule::start(&ctx, &input.name).await?;
    done(format!("Schedule '{}' started", input.name))
}

async fn stop(ctx: Arc<Ctx>, input: StopSchedule) -> Result<Message> {
    schedule::stop(&ctx, &input.name).await?;
    done(format!("Schedule '{}' stopped", input.name))
}
