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
