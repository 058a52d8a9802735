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
