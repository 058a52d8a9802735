-- Directory servers, and what directories call their attributes where that is not the default. A server's password is sealed.
-- Times are milliseconds. Accounts outlive the server that checked their passwords, so they refer to no row here.

CREATE TABLE ldap_servers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    server_type TEXT NOT NULL CHECK (server_type IN ('ACTIVE_DIRECTORY', 'OPEN_LDAP')),
    hosts TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    transport TEXT NOT NULL CHECK (transport IN ('none', 'starttls', 'ldaps')),
    ca_cert TEXT,
    username TEXT NOT NULL,
    sealed BLOB NOT NULL,
    search_base TEXT NOT NULL,
    user_base TEXT,
    group_base TEXT,
    netbios TEXT,
    connect_timeout INTEGER NOT NULL,
    answer_timeout INTEGER NOT NULL
) STRICT;
CREATE INDEX users_ldap_server_id ON users (ldap_server_id) WHERE deleted_at IS NULL;

CREATE TABLE ldap_attributes (
    server_type TEXT NOT NULL,
    object_type TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (server_type, object_type, name)
) STRICT, WITHOUT ROWID;
