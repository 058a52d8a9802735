-- What identifies an account in the directory that checks its password. No two accounts of a server have the same.

ALTER TABLE users ADD COLUMN ldap_object_sid TEXT COLLATE "C";
CREATE UNIQUE INDEX users_ldap_object_sid ON users (ldap_server_id, ldap_object_sid)
WHERE deleted_at IS NULL AND ldap_object_sid IS NOT NULL;
