-- audit.sql - who changed what.

-- name: audit_insert
INSERT INTO audit (at_ms, actor, action, object, object_id, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
