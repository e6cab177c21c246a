-- fsck.sql - do all sums of the ledger agree with its rows?
--
-- Each query sets the rows against their sums and gives what does not cancel:
-- of the ids from ?1 to below ?2, which are the days from ?3 to below ?4.  One
-- of them knows days only: from ?1 to below ?2.

-- name: fsck_rows
SELECT id, kind, state, flags, price_id, tier, amount, input, input_audio,
    input_image, input_video, cache_read, cache_read_explicit,
    cache_write_5m, cache_write_1h, output, output_audio, reached, attempts, micro,
    search_units
FROM ledger WHERE id >= ?1 AND id < ?2 ORDER BY id;

-- name: fsck_hours
SELECT 'hour ' || at || ', key ' || key_id || ', team ' || team_id
    || ', model ' || model_id || ', currency ' || currency_id,
    sum(requests), sum(failed), sum(estimated), sum(prompt), sum(cached),
    sum(output), sum(micro), sum(pico)
FROM (SELECT (id >> 8) / 3600000000 AS at, key_id, team_id,
             ifnull(model_id, 0) AS model_id, currency_id,
             kind = 0 AS requests, state = 4 AS failed,
             state = 2 AS estimated,
             input + input_audio + input_image + input_video + cache_read
             + cache_read_explicit + cache_write_5m + cache_write_1h
             AS prompt, cache_read + cache_read_explicit AS cached,
             output + output_audio AS output, micro + amount / 1000000 AS micro,
             amount % 1000000 AS pico
      FROM ledger WHERE id >= ?1 AND id < ?2
      UNION ALL
      SELECT hour, key_id, team_id, model_id, currency_id, -requests,
             -failed, -estimated, -prompt, -cached, -output, -micro, -pico
      FROM rollup_hour WHERE hour >= ?3 * 24 AND hour < ?4 * 24)
GROUP BY at, key_id, team_id, model_id, currency_id
HAVING sum(requests) OR sum(failed) OR sum(estimated) OR sum(prompt)
    OR sum(cached) OR sum(output) OR sum(pico) % 1000000
    OR sum(micro) + sum(pico) / 1000000
LIMIT 100;

-- name: fsck_days
SELECT 'day ' || day || ', key ' || key_id || ', team ' || team_id
    || ', model ' || model_id || ', currency ' || currency_id,
    sum(requests), sum(failed), sum(estimated), sum(prompt), sum(cached),
    sum(output), sum(micro), sum(pico)
FROM (SELECT hour / 24 AS day, key_id, team_id, model_id, currency_id,
             requests, failed, estimated, prompt, cached, output, micro, pico
      FROM rollup_hour WHERE hour >= ?1 * 24 AND hour < ?2 * 24
      UNION ALL
      SELECT day, key_id, team_id, model_id, currency_id, -requests,
             -failed, -estimated, -prompt, -cached, -output, -micro, -pico
      FROM rollup_day WHERE day >= ?1 AND day < ?2)
GROUP BY day, key_id, team_id, model_id, currency_id
HAVING sum(requests) OR sum(failed) OR sum(estimated) OR sum(prompt)
    OR sum(cached) OR sum(output) OR sum(pico) % 1000000
    OR sum(micro) + sum(pico) / 1000000
LIMIT 100;

-- name: fsck_spend
SELECT iif(team, 'team ', 'key ') || owner_id || ', quarter ' || quarter
    || ', currency ' || currency_id,
    0, 0, 0, 0, 0, 0, sum(micro), sum(pico)
FROM (SELECT 0 AS team, key_id AS owner_id, currency_id,
             (id >> 8) / 900000000 AS quarter,
             micro + amount / 1000000 AS micro,
             amount % 1000000 AS pico
      FROM ledger WHERE key_id != 0 AND id >= ?1 AND id < ?2
      UNION ALL
      SELECT 1, team_id, currency_id, (id >> 8) / 900000000,
             micro + amount / 1000000, amount % 1000000
      FROM ledger WHERE id >= ?1 AND id < ?2
      UNION ALL
      SELECT team, owner_id, currency_id, quarter, -micro, -pico FROM spend
      WHERE quarter >= ?3 * 96 AND quarter < ?4 * 96)
GROUP BY team, owner_id, currency_id, quarter
HAVING sum(pico) % 1000000 OR sum(micro) + sum(pico) / 1000000
LIMIT 100;

-- name: fsck_attempts
SELECT 'attempts of ' || ledger_id, 0, 0, 0, 0, 0, 0, 0, 0
FROM attempt WHERE ledger_id >= ?1 AND ledger_id < ?2
    AND ledger_id NOT IN (SELECT id FROM ledger) LIMIT 100;
