-- report.sql - the ledger and its rollups, as they are read.
--
-- Ids of the ledger tell the time, so a range of time is a range of ids.
-- Lists go from the newest row back, from the id in ?1 or ?2 (which is not
-- among them) down to the last parameter.

-- name: receipt
SELECT l.id, l.kind, l.state, l.source, l.flags, l.key_id, k.public_id,
    t.name, m.name, u.name, r.name, l.price_id, c.code, l.dialect,
    l.endpoint, l.stream, l.reached, l.attempts, l.status, l.first_ms,
    l.end_ms, l.tier, l.amount, l.input, l.input_audio, l.input_image,
    l.input_video, l.cache_read, l.cache_read_explicit, l.cache_write_5m,
    l.cache_write_1h, l.output, l.output_audio, l.bytes, l.upstream_request,
    l.team_id, l.upstream_id, l.model_id, l.route_id, l.currency_id,
    a.reason, a.reference, a.request_id, l.micro, l.search_units
FROM ledger l
    LEFT JOIN key k ON k.id = l.key_id
    LEFT JOIN team t ON t.id = l.team_id
    LEFT JOIN model m ON m.id = l.model_id
    LEFT JOIN upstream u ON u.id = l.upstream_id
    LEFT JOIN route r ON r.id = l.route_id
    LEFT JOIN currency c ON c.id = l.currency_id
    LEFT JOIN adjustment a ON l.kind = 1 AND a.ledger_id = l.id
WHERE l.id = ?1;

-- name: receipt_attempts
SELECT a.upstream_id, a.status, a.reason, a.ms, u.name
FROM attempt a LEFT JOIN upstream u ON u.id = a.upstream_id
WHERE a.ledger_id = ?1 ORDER BY a.number;

-- name: receipt_by_answer
SELECT l.id FROM answer a CROSS JOIN ledger l ON l.id = a.ledger_id
WHERE a.hash = ?1 AND a.ledger_id > ?3 AND l.key_id = ?2
ORDER BY a.ledger_id DESC LIMIT 1;

-- name: adjustment_by_reference
SELECT ledger_id FROM adjustment WHERE reference = ?1;

-- name: rows_all
SELECT id, kind, state, source, team_id, key_id, model_id, upstream_id,
    currency_id, amount, micro
FROM ledger WHERE id < ?1 AND id >= ?2 ORDER BY id DESC;

-- name: rows_of_key
SELECT id, kind, state, source, team_id, key_id, model_id, upstream_id,
    currency_id, amount, micro
FROM ledger WHERE key_id = ?1 AND id < ?2 AND id >= ?3 ORDER BY id DESC;

-- name: row_facts
SELECT id, kind, state, source, team_id, key_id, model_id, upstream_id,
    currency_id, amount, micro
FROM ledger WHERE id = ?1;

-- name: team_first_day
SELECT min(day) FROM rollup_day;

-- name: team_on_day
SELECT 1 FROM rollup_day WHERE day = ?1 AND team_id = ?2 LIMIT 1;

-- The ids of a team's rows in an hour. Those of key 0 may be another team's.
-- name: rows_of_team_hour
SELECT l.id
FROM (SELECT DISTINCT key_id FROM rollup_hour
      WHERE hour = ?1 AND team_id = ?2) k
    CROSS JOIN ledger l INDEXED BY ledger_key ON l.key_id = k.key_id
WHERE l.id < ?3 AND l.id >= ?4 ORDER BY l.id DESC;

-- Sums: all of a range, or period by period those of a team or key.  Outside
-- of what the table holds there is nothing to look for.

-- name: usage_hour
SELECT r.hour, r.team_id, r.key_id, r.model_id, r.currency_id, r.requests,
    r.failed, r.estimated, r.prompt, r.cached, r.output, r.micro, r.pico
FROM rollup_hour r WHERE r.hour >= ?1 AND r.hour < ?2;

-- name: usage_hour_of_team
WITH RECURSIVE p (n) AS (
    SELECT max(?1, (SELECT min(hour) FROM rollup_hour))
    UNION ALL
    SELECT n + 1 FROM p
    WHERE n + 1 < min(?2, (SELECT max(hour) + 1 FROM rollup_hour)))
SELECT r.hour, r.team_id, r.key_id, r.model_id, r.currency_id, r.requests,
    r.failed, r.estimated, r.prompt, r.cached, r.output, r.micro, r.pico
FROM p CROSS JOIN rollup_hour r ON r.hour = p.n
WHERE p.n < ?2 AND r.team_id = ?3;

-- name: usage_hour_of_key
WITH RECURSIVE p (n) AS (
    SELECT max(?1, (SELECT min(hour) FROM rollup_hour))
    UNION ALL
    SELECT n + 1 FROM p
    WHERE n + 1 < min(?2, (SELECT max(hour) + 1 FROM rollup_hour)))
SELECT r.hour, r.team_id, r.key_id, r.model_id, r.currency_id, r.requests,
    r.failed, r.estimated, r.prompt, r.cached, r.output, r.micro, r.pico
FROM p CROSS JOIN rollup_hour r ON r.hour = p.n
WHERE p.n < ?2 AND r.team_id = ?3 AND r.key_id = ?4;

-- name: usage_day
SELECT r.day, r.team_id, r.key_id, r.model_id, r.currency_id, r.requests,
    r.failed, r.estimated, r.prompt, r.cached, r.output, r.micro, r.pico
FROM rollup_day r WHERE r.day >= ?1 AND r.day < ?2;

-- name: usage_day_of_team
WITH RECURSIVE p (n) AS (
    SELECT max(?1, (SELECT min(day) FROM rollup_day))
    UNION ALL
    SELECT n + 1 FROM p
    WHERE n + 1 < min(?2, (SELECT max(day) + 1 FROM rollup_day)))
SELECT r.day, r.team_id, r.key_id, r.model_id, r.currency_id, r.requests,
    r.failed, r.estimated, r.prompt, r.cached, r.output, r.micro, r.pico
FROM p CROSS JOIN rollup_day r ON r.day = p.n
WHERE p.n < ?2 AND r.team_id = ?3;

-- name: usage_day_of_key
WITH RECURSIVE p (n) AS (
    SELECT max(?1, (SELECT min(day) FROM rollup_day))
    UNION ALL
    SELECT n + 1 FROM p
    WHERE n + 1 < min(?2, (SELECT max(day) + 1 FROM rollup_day)))
SELECT r.day, r.team_id, r.key_id, r.model_id, r.currency_id, r.requests,
    r.failed, r.estimated, r.prompt, r.cached, r.output, r.micro, r.pico
FROM p CROSS JOIN rollup_day r ON r.day = p.n
WHERE p.n < ?2 AND r.team_id = ?3 AND r.key_id = ?4;

-- name: team_name
SELECT name FROM team WHERE id = ?1;

-- name: key_name
SELECT public_id, name FROM key WHERE id = ?1;

-- name: model_name
SELECT name FROM model WHERE id = ?1;

-- name: currency_name
SELECT code FROM currency WHERE id = ?1;

-- name: upstream_name
SELECT name FROM upstream WHERE id = ?1;

-- name: route_name
SELECT name FROM route WHERE id = ?1;
