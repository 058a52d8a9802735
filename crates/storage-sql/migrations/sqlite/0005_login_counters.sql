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
