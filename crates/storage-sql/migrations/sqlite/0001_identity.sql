-- Times are microseconds since 1970. A `…_key` is the folded form of a name, by which it is unique.
-- AUTOINCREMENT stands where a number must never be given again.

CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    zone_id INTEGER NOT NULL,
    key_fingerprint TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE revision (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO revision (id, revision) VALUES (1, 0);

CREATE TABLE changes (
    revision INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT
) STRICT;

CREATE TABLE configs (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE tenants (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO tenants (id, name, name_key, description, created_at)
VALUES (1, 'Administrators', 'administrators', '', 0);

CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    auth TEXT NOT NULL CHECK (auth IN ('local', 'ldap', 'openshift')),
    ldap_server_id INTEGER,
    ldap_dn TEXT,
    password TEXT,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    deleted_at INTEGER,
    current_tenant_id INTEGER REFERENCES tenants (id),
    created_at INTEGER NOT NULL,
    CHECK ((auth = 'ldap') = (ldap_server_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX users_username_key ON users (username_key) WHERE deleted_at IS NULL;
CREATE INDEX users_current_tenant_id ON users (current_tenant_id);
INSERT INTO users (id, username, username_key, auth, hidden, disabled, created_at)
VALUES (1, 'system', 'system', 'local', 1, 0, 0), (2, 'anonymous', 'anonymous', 'local', 1, 0, 0);

CREATE TABLE namespaces (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    owner_id INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX namespaces_tenant_id ON namespaces (tenant_id);
CREATE INDEX namespaces_owner_id ON namespaces (owner_id);

CREATE TABLE memberships (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    role TEXT NOT NULL CHECK (role IN ('superadmin', 'tenantadmin', 'user')),
    namespace_id INTEGER REFERENCES namespaces (id),
    UNIQUE (user_id, tenant_id)
) STRICT;
CREATE INDEX memberships_tenant_id ON memberships (tenant_id, user_id);
CREATE INDEX memberships_namespace_id ON memberships (namespace_id);
-- The first administrator's context is 3.
INSERT INTO sqlite_sequence (name, seq) VALUES ('memberships', 2);

CREATE TABLE membership_capabilities (
    membership_id INTEGER NOT NULL REFERENCES memberships (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    capability_id INTEGER NOT NULL,
    PRIMARY KEY (membership_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_capabilities_capability_id ON membership_capabilities (capability_id);

CREATE TABLE capabilities (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    group_name TEXT NOT NULL,
    description TEXT NOT NULL,
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    tenant_roles TEXT NOT NULL
) STRICT;
-- Below 115 are the built-in capabilities.
INSERT INTO sqlite_sequence (name, seq) VALUES ('capabilities', 114);

CREATE TABLE capability_providers (
    capability_id INTEGER NOT NULL REFERENCES capabilities (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    provider TEXT NOT NULL,
    PRIMARY KEY (capability_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE capability_entries (
    capability_id INTEGER NOT NULL REFERENCES capabilities (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    object_type TEXT NOT NULL,
    operation TEXT NOT NULL,
    PRIMARY KEY (capability_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    namespace TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_tenant_id ON sessions (tenant_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    signs_from INTEGER NOT NULL
) STRICT;

-- No foreign keys: the record outlives what it is about.
CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    actor_name TEXT NOT NULL,
    actor_key TEXT NOT NULL,
    tenant_id INTEGER,
    tenant_name TEXT,
    action TEXT NOT NULL,
    target_type TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('success', 'denied', 'failure')),
    value_before TEXT,
    value_after TEXT,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
