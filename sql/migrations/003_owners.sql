-- 003_owners.sql - what is learnt of a model is learnt for each team apart,
-- reserves are made wider for a key; clients that left are counted.

CREATE TABLE calibration_new (
    team_id     INTEGER NOT NULL,           -- 0: of before this was so
    model_id    INTEGER NOT NULL,
    row_count   INTEGER NOT NULL,
    output      INTEGER NOT NULL,
    prompts     INTEGER NOT NULL,
    prompt_bytes  INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    prompt_error  INTEGER NOT NULL,
    answers     INTEGER NOT NULL,
    answer_bytes  INTEGER NOT NULL,
    answer_tokens INTEGER NOT NULL,
    PRIMARY KEY (team_id, model_id)
) WITHOUT ROWID;
INSERT INTO calibration_new
SELECT 0, model_id, row_count, output, prompts, prompt_bytes, prompt_tokens,
    prompt_error, answers, answer_bytes, answer_tokens
FROM calibration;
DROP TABLE calibration;
ALTER TABLE calibration_new RENAME TO calibration;

-- By how many tokens a key's reserves for a model were too small
-- (core/widening.h).
CREATE TABLE widening (
    key_id      INTEGER NOT NULL,
    model_id    INTEGER NOT NULL,
    team_id     INTEGER NOT NULL,
    seen_us     INTEGER NOT NULL,           -- the figures are those of then
    prompt      INTEGER NOT NULL,
    output      INTEGER NOT NULL,
    PRIMARY KEY (key_id, model_id)
) WITHOUT ROWID;

-- Requests of a key whose client left before the end, by the day of their
-- admission; written with their rows.
CREATE TABLE aborted (
    key_id      INTEGER NOT NULL,
    day         INTEGER NOT NULL,           -- epoch days, UTC
    count       INTEGER NOT NULL,
    PRIMARY KEY (key_id, day)
) WITHOUT ROWID;
INSERT INTO aborted
SELECT key_id, (id >> 8) / 86400000000, count(*) FROM ledger
WHERE flags & 4 AND key_id != 0 GROUP BY 1, 2;
