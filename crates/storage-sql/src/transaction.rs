//! What becomes of a transaction as a whole.

use async_trait::async_trait;
use robin_storage::{Result, Transaction};

use crate::{
    engine::Tx,
    statement::{sql, statements},
};

statements! {
    MARK = "SAVEPOINT marked";
    UNDO = "ROLLBACK TO SAVEPOINT marked";
}

#[async_trait]
impl Transaction for Tx {
    async fn mark(&mut self) -> Result<()> {
        self.exec(sql(MARK)).await.map(drop)
    }

    async fn undo(&mut self) -> Result<()> {
        self.exec(sql(UNDO)).await.map(drop)
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.keep().await
    }
}
