"""Rows of the ledger written straight into the database, with their sums: a
past that no test could wait for."""
import datetime
import json

from .ledger import writing

COLUMNS = ("id", "kind", "state", "source", "flags", "team_id", "key_id",
           "model_id", "route_id", "upstream_id", "price_id", "currency_id",
           "dialect", "endpoint", "stream", "reached", "attempts", "status",
           "first_ms", "end_ms", "tier", "amount", "input", "input_audio",
           "input_image", "input_video", "cache_read", "cache_read_explicit",
           "cache_write_5m", "cache_write_1h", "output", "output_audio",
           "bytes", "upstream_request")
PLAIN = dict(dict.fromkeys(COLUMNS, 0), state=1, source=1, reached=1,
             attempts=1, status=200, end_ms=5, model_id=None, route_id=None,
             upstream_id=None, price_id=1, first_ms=None,
             upstream_request=None)
INPUTS = ("input", "input_audio", "input_image", "input_video", "cache_read",
          "cache_read_explicit", "cache_write_5m", "cache_write_1h")
BASES = {"cache_read_explicit": "cache_read", "cache_write_1h":
         "cache_write_5m", "output_audio": "output"}

ROLLUP = """
INSERT INTO rollup_{name} ({name}, team_id, key_id, model_id, currency_id,
    requests, failed, estimated, prompt, cached, output, micro, pico)
SELECT (id >> 8) / {us}, team_id, key_id, ifnull(model_id, 0), currency_id,
    sum(kind = 0), sum(state = 4), sum(state = 2),
    sum(input + input_audio + input_image + input_video + cache_read
        + cache_read_explicit + cache_write_5m + cache_write_1h),
    sum(cache_read + cache_read_explicit), sum(output + output_audio),
    sum((amount - (amount % 1000000 + 1000000) % 1000000) / 1000000)
        + sum((amount % 1000000 + 1000000) % 1000000) / 1000000,
    sum((amount % 1000000 + 1000000) % 1000000) % 1000000
FROM ledger GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    failed = failed + excluded.failed,
    estimated = estimated + excluded.estimated,
    prompt = prompt + excluded.prompt, cached = cached + excluded.cached,
    output = output + excluded.output,
    micro = micro + excluded.micro + (pico + excluded.pico) / 1000000,
    pico = (pico + excluded.pico) % 1000000"""

SPEND = """
INSERT INTO spend (team, owner_id, currency_id, quarter, micro, pico)
SELECT {team}, {owner}, currency_id, (id >> 8) / 900000000,
    sum((amount - (amount % 1000000 + 1000000) % 1000000) / 1000000)
        + sum((amount % 1000000 + 1000000) % 1000000) / 1000000,
    sum((amount % 1000000 + 1000000) % 1000000) % 1000000
FROM ledger WHERE {owner} != 0 AND amount != 0 GROUP BY 2, 3, 4
ON CONFLICT DO UPDATE SET
    micro = micro + excluded.micro + (pico + excluded.pico) / 1000000,
    pico = (pico + excluded.pico) % 1000000"""

INSERT = f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES " \
    f"({', '.join('?' * len(COLUMNS))})"

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def ledger_id(text, n=0):
    """The n-th id from this UTC time on."""
    t = datetime.datetime.fromisoformat(text).replace(
        tzinfo=datetime.timezone.utc)
    us = round((t - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc
                                      )) / datetime.timedelta(microseconds=1))
    return (us + n) << 8


def id_text(number):
    """As it looks outside."""
    out = ""
    for _ in range(13):
        number, digit = divmod(number, 32)
        out = DIGITS[digit] + out
    return "req_" + out


def prices(gw):
    """model id -> (price id, tiers) of the price in force."""
    return {r["model_id"]: (r["id"], json.loads(r["tiers"])) for r in
            gw.query("SELECT id, model_id, tiers FROM price ORDER BY from_ms,"
                     " id")}


def rate(tier, bucket):
    """Pico-units for one token."""
    while bucket not in tier:
        bucket = BASES.get(bucket, "output" if "output" in bucket
                           else "input")
    whole, _, part = tier[bucket].partition(".")
    return int(whole) * 10**6 + int(part.ljust(6, "0"))


def bill(row, prices):
    """The row with the price, tier and amount that its usage comes to."""
    price, tiers = prices[row["model_id"]]
    prompt = sum(row.get(b, 0) for b in INPUTS)
    tier = next((i for i, t in enumerate(tiers)
                 if (t.get("up_to") or 10**9) >= prompt), len(tiers) - 1)
    amount = sum(row.get(b, 0) * rate(tiers[tier], b)
                 for b in (*INPUTS, "output", "output_audio"))
    billed = row.get("state", 1) < 3
    return dict(row, price_id=price, tier=tier if billed else 0,
                amount=amount if billed else 0)


def fill(database, rows):
    """Add rows (dicts: what differs from PLAIN) to an empty ledger, or to
    one where each has been rolled up."""
    with writing(database) as db:
        db.execute("CREATE TEMP TABLE kept AS SELECT * FROM ledger")
        db.execute("DELETE FROM ledger")
        db.executemany(INSERT, (tuple({**PLAIN, **row}.values())
                                for row in rows))
        for name, us in (("hour", 3600 * 10**6), ("day", 86400 * 10**6)):
            db.execute(ROLLUP.format(name=name, us=us))
        for team, owner in ((0, "key_id"), (1, "team_id")):
            db.execute(SPEND.format(team=team, owner=owner))
        db.execute("INSERT INTO ledger SELECT * FROM kept")


def names(gw):
    """(kind, name) -> id of everything a row refers to."""
    out = {}
    for kind, column in (("team", "name"), ("key", "public_id"),
                         ("model", "name"), ("upstream", "name"),
                         ("currency", "code")):
        for row in gw.query(f"SELECT id, {column} AS name FROM {kind}"):
            out[kind, row["name"]] = row["id"]
    return out

