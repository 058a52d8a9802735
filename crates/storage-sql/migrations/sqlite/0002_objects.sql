-- Namespaces become objects among others: instances of any type, registered by the services that own them. Their numbers
-- stay, and the next object's number follows the last that a namespace was given.

CREATE TABLE objects (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    object_type TEXT NOT NULL,
    name TEXT NOT NULL,
    tenant_id INTEGER REFERENCES tenants (id),
    owner_id INTEGER REFERENCES users (id),
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (object_type, name)
) STRICT;
CREATE INDEX objects_object_type ON objects (object_type, id);
CREATE INDEX objects_tenant_id ON objects (tenant_id, id);
CREATE INDEX objects_tenant_id_object_type ON objects (tenant_id, object_type, id);
CREATE INDEX objects_owner_id ON objects (owner_id, id);
CREATE INDEX objects_owner_id_object_type ON objects (owner_id, object_type, id);
INSERT INTO objects (id, object_type, name, tenant_id, owner_id, attributes, created_at)
SELECT id, 'NAMESPACE', name, tenant_id, owner_id, '{}', created_at FROM namespaces;
DELETE FROM sqlite_sequence WHERE name = 'objects';
INSERT INTO sqlite_sequence (name, seq) SELECT 'objects', seq FROM sqlite_sequence WHERE name = 'namespaces';

-- What a foreign key refers to can't be changed in place.
CREATE TABLE moved_memberships (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    tenant_id INTEGER NOT NULL REFERENCES tenants (id),
    role TEXT NOT NULL CHECK (role IN ('superadmin', 'tenantadmin', 'user')),
    namespace_id INTEGER REFERENCES objects (id),
    UNIQUE (user_id, tenant_id)
) STRICT;
INSERT INTO moved_memberships (id, user_id, tenant_id, role, namespace_id)
SELECT id, user_id, tenant_id, role, namespace_id FROM memberships;
DELETE FROM sqlite_sequence WHERE name = 'moved_memberships';
INSERT INTO sqlite_sequence (name, seq) SELECT 'moved_memberships', seq FROM sqlite_sequence WHERE name = 'memberships';
CREATE TABLE moved_membership_capabilities (
    membership_id INTEGER NOT NULL REFERENCES moved_memberships (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    capability_id INTEGER NOT NULL,
    PRIMARY KEY (membership_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO moved_membership_capabilities (membership_id, position, capability_id)
SELECT membership_id, position, capability_id FROM membership_capabilities;
DROP TABLE membership_capabilities;
DROP TABLE memberships;
DROP TABLE namespaces;
ALTER TABLE moved_memberships RENAME TO memberships;
ALTER TABLE moved_membership_capabilities RENAME TO membership_capabilities;
CREATE INDEX memberships_tenant_id ON memberships (tenant_id, user_id);
CREATE INDEX memberships_namespace_id ON memberships (namespace_id);
CREATE INDEX membership_capabilities_capability_id ON membership_capabilities (capability_id);

-- With a tenant or with a user. The object's type and tenant stand here too, so that each list has an index.
CREATE TABLE shares (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    object_type TEXT NOT NULL,
    object_tenant_id INTEGER REFERENCES tenants (id),
    tenant_id INTEGER REFERENCES tenants (id),
    user_id INTEGER REFERENCES users (id),
    operations TEXT NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES users (id),
    CHECK ((tenant_id IS NULL) <> (user_id IS NULL)),
    UNIQUE (tenant_id, object_type, object_id),
    UNIQUE (user_id, object_type, object_id)
) STRICT;
CREATE INDEX shares_object_id ON shares (object_id, id);
CREATE INDEX shares_object_tenant_id ON shares (object_tenant_id, id);
CREATE INDEX shares_tenant_id ON shares (tenant_id, id);
CREATE INDEX shares_user_id ON shares (user_id, id);
CREATE INDEX shares_expires_at ON shares (expires_at);
