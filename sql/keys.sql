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

-- name: key_list_team
SELECT k.id, k.public_id, k.team_id, t.name, k.scope, k.name, k.spec,
       k.version, k.created_ms, k.expires_ms, k.revoked_ms, NULL,
       t.spec, t.version, t.disabled_ms
FROM key k JOIN team t ON t.id = k.team_id
WHERE k.team_id = ?4 AND k.id > ?1 AND k.scope <= ?3
ORDER BY k.id LIMIT ?2;

-- name: key_list
SELECT k.id, k.public_id, k.team_id, t.name, k.scope, k.name, k.spec,
       k.version, k.created_ms, k.expires_ms, k.revoked_ms, NULL,
       t.spec, t.version, t.disabled_ms
FROM key k JOIN team t ON t.id = k.team_id
WHERE k.id > ?1 AND k.scope <= ?3
ORDER BY k.id LIMIT ?2;

-- name: key_insert
INSERT INTO key (public_id, team_id, scope, name, spec, created_ms,
                 expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id;

-- name: key_update
UPDATE key SET name = ?2, spec = ?3, expires_ms = ?4, version = version + 1
WHERE id = ?1;

-- name: key_live_of_team
SELECT count(*) FROM key
WHERE team_id = ?1 AND revoked_ms IS NULL
    AND (expires_ms IS NULL OR expires_ms > ?2);

-- name: secret_insert
INSERT INTO secret (hash, key_id, until_ms) VALUES (?1, ?2, NULL);

-- name: secret_grace
UPDATE secret SET until_ms = ?2 WHERE key_id = ?1 AND until_ms IS NULL;

-- name: secret_delete_graced
DELETE FROM secret WHERE key_id = ?1 AND until_ms IS NOT NULL;

-- name: key_revoke
UPDATE key SET revoked_ms = ?2, version = version + 1
WHERE id = ?1 AND revoked_ms IS NULL;

-- name: key_live_admin
SELECT EXISTS (SELECT 1 FROM key k JOIN team t ON t.id = k.team_id
               WHERE k.scope = 2 AND k.revoked_ms IS NULL
                 AND (k.expires_ms IS NULL OR k.expires_ms > ?1)
                 AND t.disabled_ms IS NULL);

-- name: team_by_name
SELECT id, name, spec, version, created_ms, disabled_ms
FROM team WHERE name = ?1;

-- name: team_save
INSERT INTO team (name, spec, created_ms, disabled_ms)
VALUES (?1, ?2, ?3, iif(?4, ?3, NULL))
ON CONFLICT (name) DO UPDATE
SET spec = excluded.spec, version = version + 1,
    disabled_ms = iif(?4, ifnull(disabled_ms, ?3), NULL)
RETURNING id, version, created_ms, disabled_ms;

-- name: team_list
SELECT id, name, spec, version, created_ms, disabled_ms FROM team
WHERE name > ?1 ORDER BY name LIMIT ?2;
