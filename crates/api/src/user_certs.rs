//! Certificates of users.

use robin_model::{Secret, Timestamp, Username, certificate::Reason};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const CERTS: &str = base!("user-certs");
const UPDATE: Needs = Needs::Permission("K8S_USER_CONTEXT", "update");
const CONFIG: Needs = Needs::Permission("CONFIG", "update");

endpoints! {
    GetUserCert = GET [base!("user-certs/{username}")] needs Needs::Token, "Show one's own certificate with its key, or another user's without" => UserCertDetail;
    RequestUserCert = POST [CERTS] needs Needs::Token, "Get a certificate for a key that one keeps" => IssuedUserCert;
    IssueUserCert = PUT [CERTS] ("issue") needs Needs::Token, "Issue a new certificate, for oneself or another user" => IssuedUserCert;
    RevokeUserCert = PUT [CERTS] ("revoke") needs Needs::Token, "Revoke all certificates, one's own or another user's" => Message;
    RenewUserCerts = PUT [CERTS] ("renew") needs UPDATE, "Renew the certificates that are due" => RenewalReport;
    GetUserCertConfig = GET [base!("user-cert-config")] needs Needs::Token, "Show the settings of certificates" => UserCertConfig;
    UpdateUserCertConfig = PUT [CERTS] ("update_config") needs CONFIG, "Change settings of certificates" => UserCertConfigUpdate;
    StartUserCertSchedule = PUT [CERTS] ("start_schedule") needs CONFIG, "Let certificates be renewed when they are due" => Message;
    StopUserCertSchedule = PUT [CERTS] ("stop_schedule") needs CONFIG, "Let certificates come to their end" => Message;
}

lists! {
    ListUserCerts = [CERTS] needs Needs::Token, "List certificates of users, or one's own" => UserCert;
}

/// Lists the current certificate of every user within reach; without the permission `K8S_USER_CONTEXT:view`, one's own.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListUserCerts {}

/// Shows a user's current certificate. Another user's needs `K8S_USER_CONTEXT:view`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetUserCert {
    /// The user.
    pub username: Username,
}

/// Gets a certificate for a key that never leaves its owner.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestUserCert {
    /// The request (PKCS#10, PEM). Its subject is empty or one's own username; it asks for no extensions.
    pub csr: String,
}

/// Issues a new certificate with a key that is made here. Another user's needs `K8S_USER_CONTEXT:create`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IssueUserCert {
    /// The user; by default oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
}

/// Revokes all certificates of a user. Another user's need `K8S_USER_CONTEXT:delete`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RevokeUserCert {
    /// The user; by default oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// Why: `unspecified` (the default), `key_compromise`, `cessation_of_operation`, `privilege_withdrawn` or `superseded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
}

/// Renews the certificates that are due.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RenewUserCerts {
    /// Whether to renew all of them.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub renew_all_certs: bool,
    /// How long before its end a certificate is renewed, like `36000`, `600s`, `10m`, `24h`, `7d` or `1w`; from 604800 seconds (7 days)
    /// to 31536000 seconds (1 year). By default as the settings say.
    #[serde(deserialize_with = "lenient::optional_text_or_number", skip_serializing_if = "Option::is_none")]
    pub renewal_offset: Option<String>,
    /// Whether to renew none, and only say which would be.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// Shows the settings of certificates.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GetUserCertConfig {}

/// Changes settings of certificates. Lengths of time are like `43200`, `43200s`, `1440m`, `24h`, `7d`, `1w` or `1y`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateUserCertConfig {
    /// Whether all settings that are not named get their default.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub defaults: bool,
    /// For how long certificates are issued, from 86400 seconds (1 day) to 31536000 seconds (1 year).
    #[serde(deserialize_with = "lenient::optional_text_or_number", skip_serializing_if = "Option::is_none")]
    pub cert_lifespan: Option<String>,
    /// How long between two looks for certificates that are due, from 60 seconds to 2592000 seconds (30 days).
    #[serde(deserialize_with = "lenient::optional_text_or_number", skip_serializing_if = "Option::is_none")]
    pub check_interval: Option<String>,
    /// How long before its end a certificate is renewed, from 604800 seconds (7 days) to 31536000 seconds (1 year).
    #[serde(deserialize_with = "lenient::optional_text_or_number", skip_serializing_if = "Option::is_none")]
    pub renewal_offset: Option<String>,
}

/// Lets certificates be renewed when they are due; those that came due meanwhile at once.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StartUserCertSchedule {}

/// Lets certificates come to their end.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StopUserCertSchedule {}

/// A user's current certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserCert {
    /// The record that holds it.
    pub name: String,
    /// Whose it is.
    pub username: String,
    /// Whether it is good now: neither over nor revoked.
    pub valid: bool,
    /// When it is over.
    #[schemars(with = "String")]
    pub expires: Timestamp,
    /// Its serial number, in hexadecimal.
    pub serial: String,
    /// When it was issued.
    #[schemars(with = "String")]
    pub issued_at: Timestamp,
    /// Since when it is revoked, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub revoked_at: Option<Timestamp>,
    /// Why it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
}

/// A user's current certificate, whole.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct UserCertDetail {
    /// What lists show of it.
    #[serde(flatten)]
    pub cert: UserCert,
    /// The certificate, PEM.
    pub certificate: String,
    /// The authority's certificate, PEM.
    pub ca_certificate: String,
    /// The private key (PKCS#8, PEM): only one's own, and only where it was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub private_key: Option<Secret>,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedUserCert {
    /// What was done.
    pub message: String,
    /// The certificate, PEM.
    pub certificate: String,
    /// The authority's certificate, PEM.
    pub ca_certificate: String,
}

/// What renewing came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenewalReport {
    /// How many need not be renewed.
    pub valid: u64,
    /// How many were renewed, or would be.
    pub renewed: u64,
    /// What was found, a line each.
    pub messages: Vec<String>,
}

/// The settings of certificates, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserCertConfig {
    /// For how long certificates are issued.
    pub cert_lifespan: u64,
    /// How long before its end a certificate is renewed.
    pub renewal_offset: u64,
    /// How long between two looks for certificates that are due.
    pub check_interval: u64,
    /// Whether they are looked for at all.
    pub schedule_enabled: bool,
    /// What is odd about these settings, if something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// The settings of certificates after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserCertConfigUpdate {
    /// The settings in force now.
    #[serde(flatten)]
    pub config: UserCertConfig,
    /// What was done, a line each.
    pub update_steps: Vec<String>,
}
