//! The one installation in a database.

use async_trait::async_trait;
use robin_model::Timestamp;
use robin_storage::{Installation, Installations, Result};

use crate::{
    engine::Tx,
    statement::{sql, statements},
};

statements! {
    GET = "SELECT zone_id, key_fingerprint, created_at FROM installation";
    INSERT = "INSERT INTO installation (id, zone_id, key_fingerprint, created_at) VALUES (1, $1, $2, $3) \
              ON CONFLICT (id) DO NOTHING";
    SET_KEY_FINGERPRINT = "UPDATE installation SET key_fingerprint = $1";
}

#[async_trait]
impl Installations for Tx {
    async fn installation(&mut self) -> Result<Option<Installation>> {
        let row: Option<(i64, String, i64)> = self.opt(sql(GET)).await?;
        Ok(row.map(|(zone_id, key_fingerprint, created_at)| Installation {
            zone_id,
            key_fingerprint,
            created_at: Timestamp::from_micros(created_at),
        }))
    }

    async fn insert_installation(&mut self, installation: &Installation) -> Result<bool> {
        let insert = sql(INSERT)
            .bind(installation.zone_id)
            .bind(installation.key_fingerprint.as_str())
            .bind(installation.created_at.micros());
        Ok(self.exec(insert).await? > 0)
    }

    async fn set_key_fingerprint(&mut self, fingerprint: &str) -> Result<()> {
        self.exec(sql(SET_KEY_FINGERPRINT).bind(fingerprint)).await.map(drop)
    }
}
