-- ledger.sql - rows, their side tables, rollups.

-- name: ledger_insert
INSERT INTO ledger (id, kind, state, source, flags, team_id, key_id,
    model_id, route_id, upstream_id, price_id, currency_id, dialect,
    endpoint, stream, reached, attempts, status, first_ms, end_ms, tier,
    amount, input, input_audio, input_image, input_video, cache_read,
    cache_read_explicit, cache_write_5m, cache_write_1h, output,
    output_audio, bytes, upstream_request, micro, search_units)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
    ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29,
    ?30, ?31, ?32, ?33, ?34, ?35, ?36)
ON CONFLICT (id) DO NOTHING;

-- name: attempt_insert
INSERT INTO attempt (ledger_id, number, upstream_id, status, reason, ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING;

-- name: answer_insert
INSERT INTO answer (hash, ledger_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: answer_prune
DELETE FROM answer WHERE ledger_id < ?1;

-- name: adjustment_insert
INSERT INTO adjustment (ledger_id, actor_id, reason, request_id, reference)
VALUES (?1, ?2, ?3, ?4, ?5);

-- A sum that left 64 bits would be a floating point number: NULL instead,
-- which no such column takes.

-- name: rollup_hour_add
INSERT INTO rollup_hour (hour, key_id, team_id, model_id, currency_id,
    requests, failed, estimated, prompt, cached, output, micro, pico)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    failed = failed + excluded.failed,
    estimated = estimated + excluded.estimated,
    prompt = prompt + excluded.prompt,
    cached = cached + excluded.cached,
    output = output + excluded.output,
    micro = iif(typeof(micro + excluded.micro + 1) = 'integer',
                micro + excluded.micro + (pico + excluded.pico) / 1000000,
                NULL),
    pico = (pico + excluded.pico) % 1000000;

-- name: rollup_day_add
INSERT INTO rollup_day (day, key_id, team_id, model_id, currency_id,
    requests, failed, estimated, prompt, cached, output, micro, pico)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    failed = failed + excluded.failed,
    estimated = estimated + excluded.estimated,
    prompt = prompt + excluded.prompt,
    cached = cached + excluded.cached,
    output = output + excluded.output,
    micro = iif(typeof(micro + excluded.micro + 1) = 'integer',
                micro + excluded.micro + (pico + excluded.pico) / 1000000,
                NULL),
    pico = (pico + excluded.pico) % 1000000;

-- name: spend_add
INSERT INTO spend (team, owner_id, currency_id, quarter, micro, pico)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET
    micro = iif(typeof(micro + excluded.micro + 1) = 'integer',
                micro + excluded.micro + (pico + excluded.pico) / 1000000,
                NULL),
    pico = (pico + excluded.pico) % 1000000;

-- name: spend_sum
SELECT sum(micro / 1000000), sum(micro % 1000000), sum(pico) FROM spend
WHERE team = ?1 AND owner_id = ?2
  AND currency_id = (SELECT id FROM currency WHERE code = ?3)
  AND quarter >= ?4;

-- name: intent_insert
INSERT INTO intent (id, team_id, key_id, model_id, price_id, currency_id,
    endpoint, stream, prompt, reserve, free)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING;

-- name: intent_delete
DELETE FROM intent WHERE id = ?1;

-- name: intent_all
SELECT id, team_id, key_id, model_id, price_id, currency_id, endpoint,
    stream, prompt, reserve, free
FROM intent ORDER BY id;

-- name: refusal_add
INSERT INTO refusal (day, key_id, code, count) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET count = count + excluded.count;

-- name: refusal_of_key
SELECT f.day, k.public_id, f.code, f.count
FROM refusal f JOIN key k ON k.id = f.key_id
WHERE f.day >= ?1 AND f.day < ?2 AND (?3 = 0 OR k.team_id = ?3)
  AND f.key_id = ?5
ORDER BY f.day DESC, f.code LIMIT ?4;

-- name: refusal_of_days
SELECT f.day, k.public_id, f.code, f.count
FROM refusal f JOIN key k ON k.id = f.key_id
WHERE f.day >= ?1 AND f.day < ?2 AND (?3 = 0 OR k.team_id = ?3)
ORDER BY f.day DESC, k.id, f.code LIMIT ?4;

-- name: calibration_all
SELECT team_id << 32 | model_id, row_count, output, prompts, prompt_bytes,
    prompt_tokens, prompt_error, answers, answer_bytes, answer_tokens
FROM calibration ORDER BY row_count DESC;

-- name: calibration_save
INSERT INTO calibration (team_id, model_id, row_count, output, prompts,
    prompt_bytes, prompt_tokens, prompt_error, answers, answer_bytes,
    answer_tokens)
VALUES (?1 >> 32, ?1 & 4294967295, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT DO UPDATE SET
    row_count = excluded.row_count, output = excluded.output,
    prompts = excluded.prompts, prompt_bytes = excluded.prompt_bytes,
    prompt_tokens = excluded.prompt_tokens,
    prompt_error = excluded.prompt_error, answers = excluded.answers,
    answer_bytes = excluded.answer_bytes,
    answer_tokens = excluded.answer_tokens;

-- name: widening_all
SELECT key_id, model_id, team_id, seen_us, prompt, output FROM widening;

-- name: widening_clear
DELETE FROM widening WHERE ?1 = 0 OR model_id = ?1;

-- name: widening_add
INSERT INTO widening (key_id, model_id, team_id, seen_us, prompt, output)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: aborted_add
INSERT INTO aborted (key_id, day, count) VALUES (?1, ?2, 1)
ON CONFLICT DO UPDATE SET count = count + 1;

-- name: aborted_of_key
SELECT ifnull(sum(count), 0) FROM aborted WHERE key_id = ?1 AND day >= ?2;

-- name: ledger_max_id
SELECT max(id) FROM ledger;


-- name: clock_seen
SELECT seen_ms FROM clock;

-- name: clock_save
INSERT INTO clock (id, seen_ms) VALUES (1, ?1)
ON CONFLICT DO UPDATE SET seen_ms = excluded.seen_ms;
