//! Every sealed value, for sealing them all under another key.

use async_trait::async_trait;
use robin_storage::{Error, Result, SealedSecrets};

use crate::{
    engine::Tx,
    statement::{sql, statements},
};

statements! {
    SIGNING_KEYS = "SELECT id, sealed FROM signing_keys ORDER BY id";
    RESEAL_SIGNING_KEY = "UPDATE signing_keys SET sealed = $2 WHERE id = $1";
}

#[async_trait]
impl SealedSecrets for Tx {
    async fn sealed_secrets(&mut self) -> Result<Vec<(String, Vec<u8>)>> {
        let keys: Vec<(String, Vec<u8>)> = self.all(sql(SIGNING_KEYS)).await?;
        Ok(keys.into_iter().map(|(id, sealed)| (format!("signing_keys/{id}/sealed"), sealed)).collect())
    }

    async fn reseal(&mut self, place: &str, sealed: &[u8]) -> Result<()> {
        let id = place.strip_prefix("signing_keys/").and_then(|rest| rest.strip_suffix("/sealed"));
        let id = id.ok_or_else(|| Error::Fault(format!("nothing is sealed at `{place}`").into()))?;
        self.exec(sql(RESEAL_SIGNING_KEY).bind(id).bind(sealed)).await.map(drop)
    }
}
