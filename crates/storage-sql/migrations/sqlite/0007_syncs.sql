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
