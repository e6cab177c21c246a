-- catalog.sql - upstreams, models, routes, prices.

-- name: upstream_all
SELECT id, name, spec, version, created_ms, disabled_ms FROM upstream
ORDER BY id;

-- name: upstream_by_name
SELECT id, name, spec, version, created_ms, disabled_ms FROM upstream
WHERE name = ?1;

-- name: upstream_save
INSERT INTO upstream (name, spec, created_ms, disabled_ms)
VALUES (?1, ?2, ?3, iif(?4, ?3, NULL))
ON CONFLICT (name) DO UPDATE
SET spec = excluded.spec, version = version + 1,
    disabled_ms = iif(?4, ifnull(disabled_ms, ?3), NULL)
RETURNING id, version, created_ms, disabled_ms;

-- name: upstream_list
SELECT id, name, spec, version, created_ms, disabled_ms FROM upstream
WHERE name > ?1 ORDER BY name LIMIT ?2;

-- name: credential_all
SELECT upstream_id, id, sealed FROM credential ORDER BY upstream_id, id;

-- name: credential_of
SELECT id, created_ms FROM credential WHERE upstream_id = ?1 ORDER BY id;

-- name: credential_insert
INSERT INTO credential (upstream_id, sealed, created_ms)
VALUES (?1, ?2, ?3);

-- name: credential_delete
DELETE FROM credential WHERE upstream_id = ?1;

-- name: model_all
SELECT id, name, spec, version, created_ms, disabled_ms FROM model
ORDER BY name;

-- name: model_by_name
SELECT id, name, spec, version, created_ms, disabled_ms FROM model
WHERE name = ?1;

-- name: model_save
INSERT INTO model (name, spec, created_ms, disabled_ms)
VALUES (?1, ?2, ?3, iif(?4, ?3, NULL))
ON CONFLICT (name) DO UPDATE
SET spec = excluded.spec, version = version + 1,
    disabled_ms = iif(?4, ifnull(disabled_ms, ?3), NULL)
RETURNING id, version, created_ms, disabled_ms;

-- name: model_list
SELECT id, name, spec, version, created_ms, disabled_ms FROM model
WHERE name > ?1 ORDER BY name LIMIT ?2;

-- name: alias_all
SELECT name, model_id FROM alias;

-- name: alias_owner
SELECT model_id FROM alias WHERE name = ?1;

-- name: alias_delete
DELETE FROM alias WHERE model_id = ?1;

-- name: alias_insert
INSERT INTO alias (name, model_id) VALUES (?1, ?2);

-- name: route_all
SELECT id, model_id, upstream_id, name FROM route;

-- name: route_insert
INSERT INTO route (model_id, upstream_id, name) VALUES (?1, ?2, ?3)
ON CONFLICT DO NOTHING;

-- name: currency_insert
INSERT INTO currency (code) VALUES (?1) ON CONFLICT DO NOTHING;

-- name: currency_all
SELECT id, code FROM currency;

-- name: currency_by_code
SELECT id FROM currency WHERE code = ?1;

-- name: price_all
SELECT id, model_id, currency_id, from_ms, free, tiers FROM price
ORDER BY model_id, from_ms, id;

-- name: price_by_id
SELECT id, model_id, currency_id, from_ms, free, tiers FROM price
WHERE id = ?1;

-- name: price_of_model
SELECT p.id, c.code, p.from_ms, p.free, p.tiers, p.created_ms
FROM price p JOIN currency c ON c.id = p.currency_id
WHERE p.model_id = ?1 ORDER BY p.from_ms, p.id;

-- name: price_insert
INSERT INTO price (model_id, currency_id, from_ms, free, tiers, created_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: thinking_default_all
SELECT pattern, mode FROM thinking_default ORDER BY position;

-- name: thinking_default_clear
DELETE FROM thinking_default;

-- name: thinking_default_insert
INSERT INTO thinking_default (position, pattern, mode) VALUES (?1, ?2, ?3);
