-- How accounts are kept in step with their directory, by source, and which of them are disabled because of what it says. `ground` is
-- what the last run went by that somebody applied.

CREATE TABLE directory_syncs (
    source TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    ground TEXT,
    max_disable TEXT NOT NULL,
    allow_superadmin BOOLEAN NOT NULL
);

CREATE TABLE directory_absences (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id),
    reason TEXT NOT NULL CHECK (reason IN ('gone', 'disabled', 'locked'))
);
