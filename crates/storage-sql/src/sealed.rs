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
    LDAP_SERVERS = "SELECT id, sealed FROM ldap_servers ORDER BY id";
    AUTHORITY = "SELECT id, sealed FROM authority";
    RESEAL_AUTHORITY = "UPDATE authority SET sealed = $2 WHERE id = $1";
    CERTIFICATES = "SELECT serial, sealed FROM certificates WHERE sealed IS NOT NULL ORDER BY id";
    RESEAL_CERTIFICATE = "UPDATE certificates SET sealed = $2 WHERE serial = $1";
    RESEAL_LDAP_SERVER = "UPDATE ldap_servers SET sealed = $2 WHERE id = $1";
}

#[async_trait]
impl SealedSecrets for Tx {
    async fn sealed_secrets(&mut self) -> Result<Vec<(String, Vec<u8>)>> {
        let keys: Vec<(String, Vec<u8>)> = self.all(sql(SIGNING_KEYS)).await?;
        let servers: Vec<(i64, Vec<u8>)> = self.all(sql(LDAP_SERVERS)).await?;
        let authority: Vec<(i64, Vec<u8>)> = self.all(sql(AUTHORITY)).await?;
        let certificates: Vec<(String, Vec<u8>)> = self.all(sql(CERTIFICATES)).await?;
        let mut all = places("signing_keys", keys);
        all.extend(places("ldap_servers", servers));
        all.extend(places("authority", authority));
        all.extend(places("certificates", certificates));
        Ok(all)
    }

    async fn reseal(&mut self, place: &str, sealed: &[u8]) -> Result<()> {
        let row = place.strip_suffix("/sealed").and_then(|place| place.split_once('/'));
        let reseal = match row {
            Some(("signing_keys", id)) => Some(sql(RESEAL_SIGNING_KEY).bind(id)),
            Some(("ldap_servers", id)) => id.parse().ok().map(|id: i64| sql(RESEAL_LDAP_SERVER).bind(id)),
            Some(("authority", id)) => id.parse().ok().map(|id: i64| sql(RESEAL_AUTHORITY).bind(id)),
            Some(("certificates", serial)) => Some(sql(RESEAL_CERTIFICATE).bind(serial)),
            _ => None,
        };
        let reseal = reseal.ok_or_else(|| Error::Fault(format!("nothing is sealed at `{place}`").into()))?;
        self.exec(reseal.bind(sealed)).await.map(drop)
    }
}

/// The sealed values of a table with their places.
fn places<T: std::fmt::Display>(table: &str, rows: Vec<(T, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    rows.into_iter().map(|(row, sealed)| (format!("{table}/{row}/sealed"), sealed)).collect()
}
