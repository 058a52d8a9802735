-- What groups of directories give: a role and capabilities in a tenant. A source is written as `ldap/` with the server's number, or
-- `openshift`. Capabilities are numbers with commas between. A membership that mappings made knows whose.

CREATE TABLE directory_mappings (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    group_name TEXT NOT NULL,
    group_key TEXT NOT NULL,
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    role TEXT NOT NULL CHECK (role IN ('superadmin', 'tenantadmin', 'user')),
    capabilities TEXT NOT NULL,
    UNIQUE (source, group_key, tenant_id)
) STRICT;
CREATE INDEX directory_mappings_tenant_id ON directory_mappings (tenant_id);

ALTER TABLE memberships ADD COLUMN mapped_by TEXT;
CREATE INDEX memberships_mapped_by ON memberships (mapped_by) WHERE mapped_by IS NOT NULL;

ALTER TABLE ldap_servers ADD COLUMN create_on_login INTEGER NOT NULL DEFAULT 0 CHECK (create_on_login IN (0, 1));

-- What runs from time to time, and how the last run went. Spans of time are microseconds. `beat` rises with every sign of life.

CREATE TABLE schedules (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    function TEXT NOT NULL,
    subject INTEGER,
    period INTEGER NOT NULL CHECK (period > 0),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    next_run INTEGER NOT NULL,
    last_run INTEGER,
    last_error TEXT,
    running_on TEXT,
    message TEXT,
    last_time INTEGER NOT NULL DEFAULT 0,
    total_time INTEGER NOT NULL DEFAULT 0,
    runs INTEGER NOT NULL DEFAULT 0,
    beat INTEGER NOT NULL DEFAULT 0
) STRICT;

-- How accounts are kept in step with their directory, by source, and which of them are disabled because of what it says. `ground` is
-- what the last run went by that somebody applied.

CREATE TABLE directory_syncs (
    source TEXT NOT NULL PRIMARY KEY,
    ground TEXT,
    max_disable TEXT NOT NULL,
    allow_superadmin INTEGER NOT NULL CHECK (allow_superadmin IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE directory_absences (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (id),
    reason TEXT NOT NULL CHECK (reason IN ('gone', 'disabled', 'locked'))
) STRICT, WITHOUT ROWID;

-- Failed logins, by whose they are: a name's, an account's from one address, or an address's in one minute. Those that remember a
-- success say from where an account is used.

CREATE TABLE login_counters (
    key TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    failed_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    succeeded_at INTEGER
) STRICT;
CREATE INDEX login_counters_failed_at ON login_counters (failed_at) WHERE succeeded_at IS NULL;
CREATE INDEX login_counters_succeeded_at ON login_counters (succeeded_at) WHERE succeeded_at IS NOT NULL;

-- Access tokens, of which only the SHA-256 is kept, and what they are narrowed to (JSON; none where they are not). One that was
-- asked for, or is revoked, has no hash. Service accounts are accounts that nobody logs in with.

CREATE TABLE access_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'active', 'revoked')),
    hash BLOB UNIQUE,
    shown TEXT,
    grants TEXT,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    revoked_by INTEGER,
    CHECK ((state = 'active') = (hash IS NOT NULL)),
    CHECK (state <> 'active' OR expires_at IS NOT NULL)
) STRICT;
CREATE INDEX access_tokens_user_id ON access_tokens (user_id, id);
CREATE INDEX access_tokens_tenant_id ON access_tokens (tenant_id, id);
CREATE INDEX access_tokens_expires_at ON access_tokens (expires_at);

ALTER TABLE users ADD COLUMN service INTEGER NOT NULL DEFAULT 0 CHECK (service IN (0, 1));

-- Certificates of users, what signs them where that is Robin itself, and the list of revoked ones as it was signed last. Private
-- keys are sealed. A list without its text is to be signed anew.

CREATE TABLE authority (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    pem TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE certificates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    serial TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    pem TEXT NOT NULL,
    sealed BLOB,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    revoked_at INTEGER,
    reason TEXT,
    CHECK ((revoked_at IS NULL) = (reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX certificates_current ON certificates (user_id) WHERE is_current;
CREATE INDEX certificates_user_id ON certificates (user_id);
CREATE INDEX certificates_revoked ON certificates (not_after) WHERE revoked_at IS NOT NULL;
CREATE INDEX certificates_past ON certificates (not_after) WHERE NOT is_current;

CREATE TABLE revocation_list (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    der BLOB,
    next_update INTEGER NOT NULL
) STRICT;
