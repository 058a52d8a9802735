//! Every table with its columns: what a backup holds, and what a test holds both schemas against.

use Kind::{Blob, Bool, Int, Text};

/// What a column keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// Bytes.
    Blob,
    /// Yes or no; SQLite has the numbers 1 and 0 for it.
    Bool,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it keeps.
    pub kind: Kind,
    /// Whether it may be empty.
    pub null: bool,
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: &'static [Column],
    /// Whether its `id` counts up and is never given again.
    pub numbered: bool,
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, null: false }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, null: true }
}

const fn table(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, numbered: false }
}

const fn numbered(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, numbered: true }
}

/// All tables. One that refers to another comes after it.
pub const TABLES: &[Table] = &[
    table(
        "installation",
        &[must("id", Int), must("zone_id", Int), must("key_fingerprint", Text), must("created_at", Int)],
    ),
    table("revision", &[must("id", Int), must("revision", Int)]),
    table("changes", &[must("revision", Int), must("kind", Text), may("subject", Text)]),
    table("configs", &[must("name", Text), must("value", Text)]),
    numbered(
        "tenants",
        &[
            must("id", Int),
            must("name", Text),
            must("name_key", Text),
            must("description", Text),
            must("created_at", Int),
        ],
    ),
    numbered(
        "users",
        &[
            must("id", Int),
            must("username", Text),
            must("username_key", Text),
            must("auth", Text),
            may("ldap_server_id", Int),
            may("ldap_dn", Text),
            may("password", Text),
            may("first_name", Text),
            may("last_name", Text),
            may("email", Text),
            must("hidden", Bool),
            must("disabled", Bool),
            may("deleted_at", Int),
            may("current_tenant_id", Int),
            must("created_at", Int),
            may("ldap_object_sid", Text),
            must("service", Bool),
            may("openshift_uid", Text),
        ],
    ),
    numbered(
        "objects",
        &[
            must("id", Int),
            must("object_type", Text),
            must("name", Text),
            may("tenant_id", Int),
            may("owner_id", Int),
            must("attributes", Text),
            must("created_at", Int),
        ],
    ),
    numbered(
        "shares",
        &[
            must("id", Int),
            must("object_id", Int),
            must("object_type", Text),
            may("object_tenant_id", Int),
            may("tenant_id", Int),
            may("user_id", Int),
            must("operations", Text),
            may("expires_at", Int),
            must("created_at", Int),
            must("created_by", Int),
        ],
    ),
    numbered(
        "memberships",
        &[
            must("id", Int),
            must("user_id", Int),
            must("tenant_id", Int),
            must("role", Text),
            may("namespace_id", Int),
            may("mapped_by", Text),
        ],
    ),
    table("membership_capabilities", &[must("membership_id", Int), must("position", Int), must("capability_id", Int)]),
    numbered(
        "capabilities",
        &[
            must("id", Int),
            must("name", Text),
            must("name_key", Text),
            must("group_name", Text),
            must("description", Text),
            must("hidden", Bool),
            must("tenant_roles", Text),
        ],
    ),
    table("capability_providers", &[must("capability_id", Int), must("position", Int), must("provider", Text)]),
    table(
        "capability_entries",
        &[must("capability_id", Int), must("position", Int), must("object_type", Text), must("operation", Text)],
    ),
    table(
        "sessions",
        &[
            must("id", Text),
            must("user_id", Int),
            must("tenant_id", Int),
            may("namespace", Text),
            must("created_at", Int),
            must("expires_at", Int),
            must("address", Text),
            must("user_agent", Text),
        ],
    ),
    table(
        "login_counters",
        &[
            must("key", Text),
            must("failures", Int),
            must("failed_at", Int),
            must("until", Int),
            may("succeeded_at", Int),
        ],
    ),
    numbered(
        "access_tokens",
        &[
            must("id", Int),
            must("user_id", Int),
            must("tenant_id", Int),
            must("name", Text),
            must("state", Text),
            may("hash", Blob),
            may("shown", Text),
            may("grants", Text),
            must("created_at", Int),
            must("created_by", Int),
            may("expires_at", Int),
            may("last_used_at", Int),
            may("revoked_at", Int),
            may("revoked_by", Int),
        ],
    ),
    table("signing_keys", &[must("id", Text), must("sealed", Blob), must("created_at", Int), must("signs_from", Int)]),
    numbered(
        "ldap_servers",
        &[
            must("id", Int),
            must("name", Text),
            must("name_key", Text),
            must("server_type", Text),
            must("hosts", Text),
            must("port", Int),
            must("transport", Text),
            may("ca_cert", Text),
            must("username", Text),
            must("sealed", Blob),
            must("search_base", Text),
            may("user_base", Text),
            may("group_base", Text),
            may("netbios", Text),
            must("connect_timeout", Int),
            must("answer_timeout", Int),
            must("create_on_login", Bool),
        ],
    ),
    numbered(
        "directory_mappings",
        &[
            must("id", Int),
            must("source", Text),
            must("group_name", Text),
            must("group_key", Text),
            must("tenant_id", Int),
            must("role", Text),
            must("capabilities", Text),
        ],
    ),
    table(
        "ldap_attributes",
        &[must("server_type", Text), must("object_type", Text), must("name", Text), must("value", Text)],
    ),
    table(
        "directory_syncs",
        &[must("source", Text), may("ground", Text), must("max_disable", Text), must("allow_superadmin", Bool)],
    ),
    table("directory_absences", &[must("user_id", Int), must("reason", Text)]),
    table("authority", &[must("id", Int), must("pem", Text), must("sealed", Blob), must("created_at", Int)]),
    numbered(
        "certificates",
        &[
            must("id", Int),
            must("serial", Text),
            must("user_id", Int),
            must("pem", Text),
            may("sealed", Blob),
            must("not_before", Int),
            must("not_after", Int),
            must("issued_at", Int),
            must("is_current", Bool),
            may("revoked_at", Int),
            may("reason", Text),
        ],
    ),
    table("revocation_list", &[must("id", Int), must("number", Int), may("der", Blob), must("next_update", Int)]),
    numbered(
        "schedules",
        &[
            must("id", Int),
            must("name", Text),
            must("name_key", Text),
            must("function", Text),
            may("subject", Int),
            must("period", Int),
            must("enabled", Bool),
            must("next_run", Int),
            may("last_run", Int),
            may("last_error", Text),
            may("running_on", Text),
            may("message", Text),
            must("last_time", Int),
            must("total_time", Int),
            must("runs", Int),
            must("beat", Int),
        ],
    ),
    numbered(
        "audit",
        &[
            must("id", Int),
            must("at", Int),
            must("actor_id", Int),
            must("actor_name", Text),
            must("actor_key", Text),
            may("tenant_id", Int),
            may("tenant_name", Text),
            must("action", Text),
            must("target_type", Text),
            must("target", Text),
            must("outcome", Text),
            may("value_before", Text),
            may("value_after", Text),
            must("request_id", Text),
            must("address", Text),
        ],
    ),
];
