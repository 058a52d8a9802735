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
