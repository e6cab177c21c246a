-- keys.sql - keys, their secrets, teams.

-- name: key_by_hash
SELECT k.id, k.public_id, k.team_id, t.name, k.scope, k.name, k.spec,
       k.version, k.created_ms, k.expires_ms, k.revoked_ms, s.until_ms,
       t.spec, t.version, t.disabled_ms
FROM secret s JOIN key k ON k.id = s.key_id JOIN team t ON t.id = k.team_id
WHERE s.hash = ?1;

-- name: key_by_public_id
SELECT k.id, k.public_id, k.team_id, t.name, k.scope, k.name, k.spec,
       k.version, k.created_ms, k.expires_ms, k.revoked_ms, NULL,
       t.spec, t.version, t.disabled_ms
FROM key k JOIN team t ON t.id = k.team_id
WHERE k.public_id = ?1;

-- name: key_by_id
SELECT k.id, k.public_id, k.team_id, t.name, k.scope, k.name, k.spec,
       k.version, k.created_ms, k.expires_ms, k.revoked_ms, NULL,
       t.spec, t.version, t.disabled_ms
FROM key k JOIN team t ON t.id = k.team_id
WHERE k.id = ?1;

-- name: key_list
SELECT k.id, k.public_id, k.team_id, t.name, k.scope, k.name, k.spec,
       k.version, k.created_ms, k.expires_ms, k.revoked_ms, NULL,
       t.spec, t.version, t.disabled_ms
FROM key k JOIN team t ON t.id = k.team_id
WHERE k.id > ?1 AND (?2 = 0 OR k.team_id = ?2)
ORDER BY k.id LIMIT ?3;

-- name: key_insert
INSERT INTO key (public_id, team_id, scope, name, spec, created_ms,
                 expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: secret_insert
INSERT INTO secret (hash, key_id, until_ms) VALUES (?1, ?2, NULL);

-- name: secret_hashes
SELECT hash, until_ms FROM secret WHERE key_id = ?1;

-- name: key_revoke
UPDATE key SET revoked_ms = ?2, version = version + 1
WHERE id = ?1 AND revoked_ms IS NULL;

-- name: key_live_admin
SELECT count(*) FROM key
WHERE scope = 2 AND revoked_ms IS NULL
  AND (expires_ms IS NULL OR expires_ms > ?1);

-- name: team_by_name
SELECT id, name, spec, version, created_ms, disabled_ms
FROM team WHERE name = ?1;
