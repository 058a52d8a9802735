//! What runs from time to time.

use std::time::Duration;

use async_trait::async_trait;
use robin_model::{
    ScheduleId, ScheduleName, Timestamp,
    schedule::{Ended, NewSchedule, Schedule},
};
use robin_storage::{Error, Result, Schedules};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{sql, statements},
    stored,
};

macro_rules! selected {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, function, subject, period, enabled, next_run, last_run, last_error, running_on, message, \
             last_time, total_time, runs, beat FROM schedules ",
            $rest
        )
    };
}

statements! {
    ALL = selected!("ORDER BY id");
    NAMED = selected!("WHERE name_key = $1");
    INSERT = "INSERT INTO schedules (name, name_key, function, subject, period, enabled, next_run) \
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name_key) DO NOTHING RETURNING id";
    SET_INTERVAL = "UPDATE schedules SET period = $2, next_run = $3 WHERE id = $1";
    START = "UPDATE schedules SET enabled = $2, next_run = $3 WHERE id = $1";
    STOP = "UPDATE schedules SET enabled = $2, running_on = NULL, beat = beat + 1 WHERE id = $1";
    REMOVE = "DELETE FROM schedules WHERE id = $1";
    BEGIN = "UPDATE schedules SET running_on = $3, last_run = $4, beat = beat + 1 WHERE id = $1 AND beat = $2 AND enabled";
    KEEP = "UPDATE schedules SET beat = beat + 1 WHERE id = $1 AND beat = $2";
    END = "UPDATE schedules SET running_on = NULL, next_run = $3, last_error = $4, message = $5, \
           last_time = COALESCE(CAST($6 AS BIGINT), last_time), \
           total_time = total_time + COALESCE(CAST($6 AS BIGINT), 0), \
           runs = runs + CASE WHEN CAST($6 AS BIGINT) IS NULL THEN 0 ELSE 1 END, beat = beat + 1 \
           WHERE id = $1 AND beat = $2";
}

#[derive(FromRow)]
struct ScheduleRow {
    id: i64,
    name: String,
    function: String,
    subject: Option<i64>,
    period: i64,
    enabled: bool,
    next_run: i64,
    last_run: Option<i64>,
    last_error: Option<String>,
    running_on: Option<String>,
    message: Option<String>,
    last_time: i64,
    total_time: i64,
    runs: i64,
    beat: i64,
}

impl ScheduleRow {
    fn read(self) -> Result<Schedule> {
        Ok(Schedule {
            id: ScheduleId(self.id),
            name: stored::read(self.name)?,
            function: self.function,
            subject: self.subject,
            interval: span(self.period),
            enabled: self.enabled,
            next_run: Timestamp::from_micros(self.next_run),
            last_run: self.last_run.map(Timestamp::from_micros),
            last_error: self.last_error,
            running_on: self.running_on,
            message: self.message,
            last_time: span(self.last_time),
            total_time: span(self.total_time),
            runs: u32::try_from(self.runs).map_err(|error| Error::Fault(Box::new(error)))?,
            beat: self.beat,
        })
    }
}

fn span(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Schedules for Tx {
    async fn insert_schedule(&mut self, new: &NewSchedule) -> Result<Option<ScheduleId>> {
        let insert = sql(INSERT)
            .bind(new.name.as_str())
            .bind(new.name.key())
            .bind(new.function.as_str())
            .bind(new.subject)
            .bind(micros(new.interval))
            .bind(new.enabled)
            .bind(new.next_run.micros());
        Ok(self.opt(insert).await?.map(|(id,)| ScheduleId(id)))
    }

    async fn schedules(&mut self) -> Result<Vec<Schedule>> {
        self.all(sql(ALL)).await?.into_iter().map(ScheduleRow::read).collect()
    }

    async fn schedule_named(&mut self, name: &ScheduleName) -> Result<Option<Schedule>> {
        self.opt(sql(NAMED).bind(name.key())).await?.map(ScheduleRow::read).transpose()
    }

    async fn set_schedule_interval(&mut self, id: ScheduleId, interval: Duration, next_run: Timestamp) -> Result<()> {
        self.exec(sql(SET_INTERVAL).bind(id.0).bind(micros(interval)).bind(next_run.micros())).await.map(drop)
    }

    async fn start_schedule(&mut self, id: ScheduleId, next_run: Timestamp) -> Result<()> {
        self.exec(sql(START).bind(id.0).bind(true).bind(next_run.micros())).await.map(drop)
    }

    async fn stop_schedule(&mut self, id: ScheduleId) -> Result<()> {
        self.exec(sql(STOP).bind(id.0).bind(false)).await.map(drop)
    }

    async fn remove_schedule(&mut self, id: ScheduleId) -> Result<()> {
        self.exec(sql(REMOVE).bind(id.0)).await.map(drop)
    }

    async fn begin_run(&mut self, id: ScheduleId, beat: i64, server: &str, now: Timestamp) -> Result<bool> {
        Ok(self.exec(sql(BEGIN).bind(id.0).bind(beat).bind(server).bind(now.micros())).await? == 1)
    }

    async fn keep_run(&mut self, id: ScheduleId, beat: i64) -> Result<bool> {
        Ok(self.exec(sql(KEEP).bind(id.0).bind(beat)).await? == 1)
    }

    async fn end_run(&mut self, id: ScheduleId, beat: i64, ended: &Ended) -> Result<bool> {
        let end = sql(END)
            .bind(id.0)
            .bind(beat)
            .bind(ended.next_run.micros())
            .bind(ended.error.as_deref())
            .bind(ended.message.as_deref())
            .bind(ended.time.map(micros));
        Ok(self.exec(end).await? == 1)
    }
}
