-- audit.sql - who changed what.

-- name: audit_insert
INSERT INTO audit (at_ms, actor, action, object, object_id, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- Newest first, from the time ?1 down to ?2, of ?1 itself the ids below ?3.

-- name: audit_all
SELECT id, at_ms, actor, action, object, object_id, detail FROM audit
WHERE at_ms <= ?1 AND at_ms >= ?2 AND (at_ms < ?1 OR id < ?3)
ORDER BY at_ms DESC, id DESC;

-- name: audit_of_actor
SELECT id, at_ms, actor, action, object, object_id, detail FROM audit
WHERE actor = ?4 AND at_ms <= ?1 AND at_ms >= ?2
    AND (at_ms < ?1 OR id < ?3)
ORDER BY at_ms DESC, id DESC;

-- name: audit_of_object
SELECT id, at_ms, actor, action, object, object_id, detail FROM audit
WHERE object_id = ?4 AND at_ms <= ?1 AND at_ms >= ?2
    AND (at_ms < ?1 OR id < ?3)
ORDER BY at_ms DESC, id DESC;

-- name: audit_time
SELECT at_ms FROM audit WHERE id = ?1;

-- The n-th newest of a range of time: of an actor, of a team's keys.

-- name: audit_nth
SELECT at_ms FROM audit WHERE actor = ?1 AND at_ms > ?2 AND at_ms <= ?3
ORDER BY at_ms DESC LIMIT 1 OFFSET ?4;

-- name: audit_nth_of_team
SELECT a.at_ms FROM key k JOIN audit a ON a.actor = k.public_id
    AND a.at_ms > ?2 AND a.at_ms <= ?3
WHERE k.team_id = ?1 AND k.scope = 1
ORDER BY a.at_ms DESC LIMIT 1 OFFSET ?4;
