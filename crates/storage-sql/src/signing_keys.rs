//! Keys that sign login tokens.

use async_trait::async_trait;
use robin_model::{KeyId, Timestamp, session::SigningKey};
use robin_storage::{Result, SigningKeys};

use crate::{
    engine::Tx,
    statement::{sql, statements},
};

statements! {
    ALL = "SELECT id, sealed, created_at, signs_from FROM signing_keys ORDER BY created_at, id";
    INSERT = "INSERT INTO signing_keys (id, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4)";
    REMOVE = "DELETE FROM signing_keys WHERE id = $1";
}

#[async_trait]
impl SigningKeys for Tx {
    async fn signing_keys(&mut self) -> Result<Vec<SigningKey>> {
        let rows: Vec<(String, Vec<u8>, i64, i64)> = self.all(sql(ALL)).await?;
        let keys = rows.into_iter().map(|(id, sealed, created_at, signs_from)| SigningKey {
            id: KeyId(id),
            sealed,
            created_at: Timestamp::from_micros(created_at),
            signs_from: Timestamp::from_micros(signs_from),
        });
        Ok(keys.collect())
    }

    async fn insert_signing_key(&mut self, key: &SigningKey) -> Result<()> {
        let insert = sql(INSERT)
            .bind(key.id.0.as_str())
            .bind(key.sealed.as_slice())
            .bind(key.created_at.micros())
            .bind(key.signs_from.micros());
        self.exec(insert).await.map(drop)
    }

    async fn remove_signing_key(&mut self, id: &KeyId) -> Result<()> {
        self.exec(sql(REMOVE).bind(id.0.as_str())).await.map(drop)
    }
}
