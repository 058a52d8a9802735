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
