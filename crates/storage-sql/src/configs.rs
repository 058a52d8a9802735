//! Settings that administrators change while the server runs.

use async_trait::async_trait;
use robin_storage::{Configs, Result};

use crate::{
    engine::Tx,
    statement::{sql, statements},
};

statements! {
    ALL = "SELECT name, value FROM configs ORDER BY name";
    SET = "INSERT INTO configs (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

#[async_trait]
impl Configs for Tx {
    async fn configs(&mut self) -> Result<Vec<(String, String)>> {
        self.all(sql(ALL)).await
    }

    async fn set_config(&mut self, name: &str, value: &str) -> Result<()> {
        self.exec(sql(SET).bind(name).bind(value)).await.map(drop)
    }
}
