-- What identifies an account in the OpenShift cluster that checks its password. No two accounts have the same.

ALTER TABLE users ADD COLUMN openshift_uid TEXT;
CREATE UNIQUE INDEX users_openshift_uid ON users (openshift_uid)
WHERE deleted_at IS NULL AND openshift_uid IS NOT NULL;
