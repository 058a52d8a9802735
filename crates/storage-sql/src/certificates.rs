//! Certificates of users, and what signs them.

use async_trait::async_trait;
use robin_model::{
    Timestamp, UserId, Username,
    certificate::{Certificate, Reason, Revocation, RevocationList, Revoked, Serial, StoredAuthority},
    user::UserFilter,
};
use robin_storage::{Certificates, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{Arg, sql, statements},
    stored,
};

macro_rules! columns {
    () => {
        "c.serial, c.user_id, c.pem, c.sealed, c.not_before, c.not_after, c.issued_at, c.revoked_at, c.reason"
    };
}

statements! {
    AUTHORITY = "SELECT pem, sealed, created_at FROM authority";
    INSERT_AUTHORITY = "INSERT INTO authority (id, pem, sealed, created_at) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING";
    RETIRE = "UPDATE certificates SET is_current = FALSE WHERE user_id = $1 AND is_current";
    INSERT = "INSERT INTO certificates (serial, user_id, pem, sealed, not_before, not_after, issued_at, is_current, revoked_at, \
              reason) VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9)";
    OF_USER = concat!("SELECT ", columns!(), " FROM certificates c WHERE c.user_id = $1 AND c.is_current");
    PAGE = concat!(
        "SELECT u.username, ", columns!(), " FROM certificates c JOIN users u ON u.id = c.user_id \
         WHERE c.is_current AND c.user_id > $1 AND c.user_id <= $2 ORDER BY c.user_id LIMIT $3"
    );
    PAGE_OF_TENANT = concat!(
        "SELECT u.username, ", columns!(), " FROM memberships m JOIN certificates c ON c.user_id = m.user_id \
         JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $4 AND m.user_id > $1 AND m.user_id <= $2 AND c.is_current \
         ORDER BY m.user_id LIMIT $3"
    );
    WITHOUT = "SELECT u.id, u.username FROM users u WHERE u.deleted_at IS NULL AND NOT u.disabled AND NOT u.hidden \
               AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.user_id = u.id AND c.is_current) ORDER BY u.id LIMIT $1";
    REVOKE = "UPDATE certificates SET revoked_at = $2, reason = $3 WHERE user_id = $1 AND revoked_at IS NULL \
              AND not_after > $2 RETURNING serial";
    REVOKED = "SELECT serial, revoked_at, reason FROM certificates WHERE revoked_at IS NOT NULL AND not_after >= $1 ORDER BY id";
    LIST = "SELECT number, der, next_update FROM revocation_list";
    SET_LIST = "INSERT INTO revocation_list (id, number, der, next_update) VALUES (1, $1, $2, $3) ON CONFLICT (id) \
                DO UPDATE SET number = excluded.number, der = excluded.der, next_update = excluded.next_update";
    FORGET = "DELETE FROM certificates WHERE NOT is_current AND not_after < $1";
}

#[derive(FromRow)]
struct Row {
    serial: String,
    user_id: i64,
    pem: String,
    sealed: Option<Vec<u8>>,
    not_before: i64,
    not_after: i64,
    issued_at: i64,
    revoked_at: Option<i64>,
    reason: Option<String>,
}

#[derive(FromRow)]
struct NamedRow {
    username: String,
    #[sqlx(flatten)]
    row: Row,
}

impl Row {
    fn read(self) -> Result<Certificate> {
        let revoked = match (self.revoked_at, self.reason) {
            (Some(at), Some(reason)) => Some(revocation(at, &reason)?),
            _ => None,
        };
        Ok(Certificate {
            serial: stored::read(self.serial)?,
            user: UserId(self.user_id),
            pem: self.pem,
            sealed_key: self.sealed,
            not_before: Timestamp::from_micros(self.not_before),
            not_after: Timestamp::from_micros(self.not_after),
            issued_at: Timestamp::from_micros(self.issued_at),
            revoked,
        })
    }
}

fn revocation(at: i64, reason: &str) -> Result<Revocation> {
    let reason = Reason::named(reason).ok_or_else(|| stored::unknown("reason", reason))?;
    Ok(Revocation { at: Timestamp::from_micros(at), reason })
}

#[async_trait]
impl Certificates for Tx {
    async fn authority(&mut self) -> Result<Option<StoredAuthority>> {
        let row: Option<(String, Vec<u8>, i64)> = self.opt(sql(AUTHORITY)).await?;
        Ok(row.map(|(pem, sealed_key, created_at)| StoredAuthority {
            pem,
            sealed_key,
            created_at: Timestamp::from_micros(created_at),
        }))
    }

    async fn insert_authority(&mut self, authority: &StoredAuthority) -> Result<bool> {
        let insert = sql(INSERT_AUTHORITY)
            .bind(authority.pem.as_str())
            .bind(authority.sealed_key.as_slice())
            .bind(authority.created_at.micros());
        Ok(self.exec(insert).await? == 1)
    }

    async fn insert_certificate(&mut self, certificate: &Certificate) -> Result<()> {
        self.retire_certificate_of(certificate.user).await?;
        let insert = sql(INSERT)
            .bind(certificate.serial.as_str())
            .bind(certificate.user.0)
            .bind(certificate.pem.as_str())
            .bind(Arg::Blob(certificate.sealed_key.clone()))
            .bind(certificate.not_before.micros())
            .bind(certificate.not_after.micros())
            .bind(certificate.issued_at.micros())
            .bind(certificate.revoked.map(|revoked| revoked.at.micros()))
            .bind(certificate.revoked.map(|revoked| revoked.reason.as_str()));
        self.exec(insert).await.map(drop)
    }

    async fn certificate_of(&mut self, user: UserId) -> Result<Option<Certificate>> {
        self.opt(sql(OF_USER).bind(user.0)).await?.map(Row::read).transpose()
    }

    async fn certificates(
        &mut self,
        filter: &UserFilter,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(Username, Certificate)>> {
        let after = after.map_or(0, |id| id.0);
        // One account is a page whose bounds hold only that one.
        let (after, last) = filter.user.map_or((after, i64::MAX), |id| (after.max(id.0 - 1), id.0));
        let page = sql(if filter.tenant.is_some() { PAGE_OF_TENANT } else { PAGE })
            .bind(after)
            .bind(last)
            .bind(i64::from(limit));
        let page = match filter.tenant {
            Some(tenant) => page.bind(tenant.0),
            None => page,
        };
        let rows: Vec<NamedRow> = self.all(page).await?;
        rows.into_iter().map(|NamedRow { username, row }| Ok((stored::read(username)?, row.read()?))).collect()
    }

    async fn users_without_certificate(&mut self, limit: u32) -> Result<Vec<(UserId, Username)>> {
        let rows: Vec<(i64, String)> = self.all(sql(WITHOUT).bind(i64::from(limit))).await?;
        rows.into_iter().map(|(id, username)| Ok((UserId(id), stored::read(username)?))).collect()
    }

    async fn revoke_certificates_of(&mut self, user: UserId, revocation: Revocation) -> Result<Vec<Serial>> {
        let revoke = sql(REVOKE).bind(user.0).bind(revocation.at.micros()).bind(revocation.reason.as_str());
        let rows: Vec<(String,)> = self.all(revoke).await?;
        rows.into_iter().map(|(serial,)| stored::read(serial)).collect()
    }

    async fn retire_certificate_of(&mut self, user: UserId) -> Result<()> {
        self.exec(sql(RETIRE).bind(user.0)).await.map(drop)
    }

    async fn revoked_certificates(&mut self, not_after: Timestamp) -> Result<Vec<Revoked>> {
        let rows: Vec<(String, i64, String)> = self.all(sql(REVOKED).bind(not_after.micros())).await?;
        let read = |(serial, at, reason): (String, i64, String)| {
            Ok(Revoked { serial: stored::read(serial)?, revocation: revocation(at, &reason)? })
        };
        rows.into_iter().map(read).collect()
    }

    async fn revocation_list(&mut self) -> Result<Option<RevocationList>> {
        let row: Option<(i64, Option<Vec<u8>>, i64)> = self.opt(sql(LIST)).await?;
        Ok(row.map(|(number, der, next_update)| RevocationList {
            number,
            der,
            next_update: Timestamp::from_micros(next_update),
        }))
    }

    async fn set_revocation_list(&mut self, list: &RevocationList) -> Result<()> {
        let set = sql(SET_LIST).bind(list.number).bind(Arg::Blob(list.der.clone())).bind(list.next_update.micros());
        self.exec(set).await.map(drop)
    }

    async fn forget_certificates(&mut self, not_after: Timestamp) -> Result<u64> {
        self.exec(sql(FORGET).bind(not_after.micros())).await
    }
}
