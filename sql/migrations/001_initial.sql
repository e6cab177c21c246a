-- 001_initial.sql - the first schema.
--
-- Amounts are pico-units (10^-12 of a currency unit).  A sum over rows does
-- not fit 64 bits for ever, so sums are two columns: micro-units, and
-- pico-units in [0, 10^6).  Times are epoch milliseconds (_ms); a ledger id
-- is epoch microseconds x 256 + node, so it tells the time of admission.
-- Tables whose rows the ledger refers to are append-only: rows are retired,
-- never deleted and never renumbered.

CREATE TABLE team (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,       -- its id outside
    spec        TEXT NOT NULL,              -- JSON as the admin API takes it
    version     INTEGER NOT NULL DEFAULT 1,
    created_ms  INTEGER NOT NULL,
    disabled_ms INTEGER
);

CREATE TABLE key (
    id          INTEGER PRIMARY KEY,
    public_id   TEXT NOT NULL UNIQUE,       -- its id outside
    team_id     INTEGER NOT NULL REFERENCES team (id),
    scope       INTEGER NOT NULL,           -- 0 none, 1 team, 2 admin
    name        TEXT NOT NULL,
    spec        TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER,
    revoked_ms  INTEGER
);
CREATE INDEX key_team ON key (team_id, id);
CREATE INDEX key_admin ON key (id) WHERE scope = 2 AND revoked_ms IS NULL;

-- A key has one secret, or two while a rotation's grace lasts.
CREATE TABLE secret (
    hash        BLOB PRIMARY KEY,           -- SHA-256 of the whole key
    key_id      INTEGER NOT NULL REFERENCES key (id),
    until_ms    INTEGER                     -- end of grace
) WITHOUT ROWID;
CREATE INDEX secret_key ON secret (key_id);

CREATE TABLE upstream (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    spec        TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1, -- of spec and credentials
    created_ms  INTEGER NOT NULL,
    disabled_ms INTEGER
);

CREATE TABLE credential (
    id          INTEGER PRIMARY KEY,
    upstream_id INTEGER NOT NULL REFERENCES upstream (id),
    sealed      BLOB NOT NULL,              -- AES-256-GCM: nonce, text, tag
    created_ms  INTEGER NOT NULL
);
CREATE INDEX credential_upstream ON credential (upstream_id);

CREATE TABLE model (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    spec        TEXT NOT NULL,              -- routes and all but the price
    version     INTEGER NOT NULL DEFAULT 1,
    created_ms  INTEGER NOT NULL,
    disabled_ms INTEGER
);

CREATE TABLE alias (
    name        TEXT PRIMARY KEY,
    model_id    INTEGER NOT NULL REFERENCES model (id)
) WITHOUT ROWID;
CREATE INDEX alias_model ON alias (model_id);

CREATE TABLE route (                        -- append-only
    id          INTEGER PRIMARY KEY,
    model_id    INTEGER NOT NULL REFERENCES model (id),
    upstream_id INTEGER NOT NULL REFERENCES upstream (id),
    name        TEXT NOT NULL,              -- the upstream's model name
    UNIQUE (model_id, upstream_id, name)
);

CREATE TABLE currency (                     -- append-only
    id          INTEGER PRIMARY KEY,
    code        TEXT NOT NULL UNIQUE
);

CREATE TABLE price (                        -- append-only
    id          INTEGER PRIMARY KEY,
    model_id    INTEGER NOT NULL REFERENCES model (id),
    currency_id INTEGER NOT NULL REFERENCES currency (id),
    from_ms     INTEGER NOT NULL,           -- in force from here on
    free        INTEGER NOT NULL DEFAULT 0,
    tiers       TEXT NOT NULL,              -- JSON array
    created_ms  INTEGER NOT NULL
);
CREATE INDEX price_model ON price (model_id, from_ms);

-- How a thinking switch is spelled where a route does not say (CONTRACT 3).
CREATE TABLE thinking_default (
    position    INTEGER PRIMARY KEY,        -- the first that matches wins
    pattern     TEXT NOT NULL,              -- glob of the upstream's name
    mode        TEXT NOT NULL
);

CREATE TABLE ledger (
    id          INTEGER PRIMARY KEY,
    kind        INTEGER NOT NULL,           -- 0 request, 1 adjustment
    state       INTEGER NOT NULL,           -- 1 settled 2 estimated 3 free
                                            -- 4 failed
    source      INTEGER NOT NULL,           -- 0 none 1 reported 2 drained
                                            -- 3 estimated
    flags       INTEGER NOT NULL,
    team_id     INTEGER NOT NULL,
    key_id      INTEGER NOT NULL,           -- 0: adjustment of a team
    model_id    INTEGER,
    route_id    INTEGER,                    -- of the last attempt
    upstream_id INTEGER,
    price_id    INTEGER,
    currency_id INTEGER NOT NULL,
    dialect     INTEGER NOT NULL,
    endpoint    INTEGER NOT NULL,
    stream      INTEGER NOT NULL,
    reached     INTEGER NOT NULL,           -- the upstream got the request
    attempts    INTEGER NOT NULL,
    status      INTEGER NOT NULL,           -- HTTP, to the client
    first_ms    INTEGER,                    -- after admission: first byte
    end_ms      INTEGER NOT NULL,           -- after admission: the end
    tier        INTEGER,
    amount      INTEGER NOT NULL,
    input                INTEGER NOT NULL,
    input_audio          INTEGER NOT NULL,
    input_image          INTEGER NOT NULL,
    input_video          INTEGER NOT NULL,
    cache_read           INTEGER NOT NULL,
    cache_read_explicit  INTEGER NOT NULL,
    cache_write_5m       INTEGER NOT NULL,
    cache_write_1h       INTEGER NOT NULL,
    output               INTEGER NOT NULL,
    output_audio         INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,           -- of body to the client
    upstream_request TEXT                   -- the upstream's request id
);
CREATE INDEX ledger_key ON ledger (key_id, id);

-- Attempts that failed, in order; a row whose last one did has it here too.
CREATE TABLE attempt (
    ledger_id   INTEGER NOT NULL,
    number      INTEGER NOT NULL,           -- from 1
    upstream_id INTEGER NOT NULL,
    status      INTEGER NOT NULL,           -- HTTP, or 0: no answer
    reason      INTEGER NOT NULL,
    ms          INTEGER NOT NULL,
    PRIMARY KEY (ledger_id, number)
) WITHOUT ROWID;

-- The answer's own id as a 64-bit hash, kept a day, for teams that ask.
CREATE TABLE answer (
    hash        INTEGER NOT NULL,
    ledger_id   INTEGER NOT NULL,
    PRIMARY KEY (hash, ledger_id)
) WITHOUT ROWID;
CREATE INDEX answer_age ON answer (ledger_id);

-- What a row of kind 1 has besides.
CREATE TABLE adjustment (
    ledger_id   INTEGER PRIMARY KEY,
    actor_id    INTEGER NOT NULL,           -- the admin key
    reason      TEXT NOT NULL,
    request_id  INTEGER,                    -- the row that it corrects
    reference   TEXT UNIQUE                 -- the caller's own id of it
);

-- Sums of the ledger, written in the same transaction as its rows.  A key
-- stays in its team, so a team's and a key's sums of an hour or day lie side
-- by side.  Adjustments of a whole team have key 0.
CREATE TABLE rollup_hour (
    hour        INTEGER NOT NULL,           -- epoch hours, UTC
    team_id     INTEGER NOT NULL,
    key_id      INTEGER NOT NULL,
    model_id    INTEGER NOT NULL,           -- 0: none (adjustments)
    currency_id INTEGER NOT NULL,
    requests    INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    estimated   INTEGER NOT NULL,
    prompt      INTEGER NOT NULL,           -- all input tokens
    cached      INTEGER NOT NULL,           -- of them, cache reads
    output      INTEGER NOT NULL,
    micro       INTEGER NOT NULL,
    pico        INTEGER NOT NULL,
    PRIMARY KEY (hour, team_id, key_id, model_id, currency_id)
) WITHOUT ROWID;

CREATE TABLE rollup_day (
    day         INTEGER NOT NULL,           -- epoch days, UTC
    team_id     INTEGER NOT NULL,
    key_id      INTEGER NOT NULL,
    model_id    INTEGER NOT NULL,
    currency_id INTEGER NOT NULL,
    requests    INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    estimated   INTEGER NOT NULL,
    prompt      INTEGER NOT NULL,
    cached      INTEGER NOT NULL,
    output      INTEGER NOT NULL,
    micro       INTEGER NOT NULL,
    pico        INTEGER NOT NULL,
    PRIMARY KEY (day, team_id, key_id, model_id, currency_id)
) WITHOUT ROWID;

-- What rows come to per key and team, a quarter of an hour at a time: the
-- windows of budgets begin at any multiple of that.
CREATE TABLE spend (
    team        INTEGER NOT NULL,           -- 0 of a key, 1 of a team
    owner_id    INTEGER NOT NULL,
    currency_id INTEGER NOT NULL,
    quarter     INTEGER NOT NULL,           -- epoch quarters of an hour
    micro       INTEGER NOT NULL,
    pico        INTEGER NOT NULL,
    PRIMARY KEY (team, owner_id, currency_id, quarter)
) WITHOUT ROWID;

-- Requests under way, with LLMGatewayDurability power only.
CREATE TABLE intent (
    id          INTEGER PRIMARY KEY,        -- as in the ledger
    team_id     INTEGER NOT NULL,
    key_id      INTEGER NOT NULL,
    model_id    INTEGER NOT NULL,
    price_id    INTEGER NOT NULL,
    currency_id INTEGER NOT NULL,
    endpoint    INTEGER NOT NULL,
    stream      INTEGER NOT NULL,
    prompt      INTEGER NOT NULL,           -- estimate, tokens
    reserve     INTEGER NOT NULL,           -- pico-units; -1: unbounded
    free        INTEGER NOT NULL
);

-- Refused requests have no row; they are counted.
CREATE TABLE refusal (
    day         INTEGER NOT NULL,           -- epoch days, UTC
    key_id      INTEGER NOT NULL,
    code        TEXT NOT NULL,              -- of the error
    count       INTEGER NOT NULL,
    PRIMARY KEY (key_id, day, code)
) WITHOUT ROWID;
CREATE INDEX refusal_day ON refusal (day);

-- What settled rows taught about a model's tokens (core/calibration.h).
CREATE TABLE calibration (
    model_id    INTEGER PRIMARY KEY,
    row_count   INTEGER NOT NULL,
    output      INTEGER NOT NULL,
    prompts     INTEGER NOT NULL,
    prompt_bytes  INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    prompt_error  INTEGER NOT NULL,
    answers     INTEGER NOT NULL,
    answer_bytes  INTEGER NOT NULL,
    answer_tokens INTEGER NOT NULL,
    extra_prompt  INTEGER NOT NULL,
    extra_output  INTEGER NOT NULL
);

CREATE TABLE audit (
    id          INTEGER PRIMARY KEY,
    at_ms       INTEGER NOT NULL,
    actor       TEXT NOT NULL,              -- public id of the admin's key
    action      TEXT NOT NULL,              -- create, update, revoke, ...
    object      TEXT NOT NULL,              -- key, upstream, model, ...
    object_id   TEXT NOT NULL,
    detail      TEXT                        -- JSON; never a secret
);
CREATE INDEX audit_at ON audit (at_ms);
CREATE INDEX audit_actor ON audit (actor, at_ms);
CREATE INDEX audit_object ON audit (object_id, at_ms);

INSERT INTO team (id, name, spec, created_ms)
VALUES (1, 'default', '{}', unixepoch() * 1000);

INSERT INTO thinking_default (position, pattern, mode) VALUES
    (1,  'qwen*',         'enable_thinking'),
    (2,  'qwq*',          'enable_thinking'),
    (3,  'deepseek-v4-*', 'instruction'),
    (4,  'glm-*',         'object'),
    (5,  'kimi*',         'none'),
    (6,  'minimax*',      'none'),
    (7,  'gpt-*',         'none'),
    (8,  'o0*', 'none'), (9,  'o1*', 'none'), (10, 'o2*', 'none'),
    (11, 'o3*', 'none'), (12, 'o4*', 'none'), (13, 'o5*', 'none'),
    (14, 'o6*', 'none'), (15, 'o7*', 'none'), (16, 'o8*', 'none'),
    (17, 'o9*', 'none'),
    (18, 'claude-*',      'none'),
    (19, 'gemini-*',      'none');
