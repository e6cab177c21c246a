"""How long the admin API takes over a large gateway.

    build/venv/bin/python test/bench/admin.py [KEYS=100000] [MODELS=1000]
        [ROWS=1000000] [DAYS=90]

A private httpd with that many keys in 500 teams, that many priced models and
that many rows of the ledger over as many days, written straight into the
database; the rollups are the rows' sums.  Each URL is asked ROUNDS=7 times;
the figure is the median in milliseconds, of one client, HTTP included.
"""
import os
import random
import statistics
import sys
import time
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import bulk, ledger  # noqa: E402
from harness.httpd import Httpd  # noqa: E402
from harness.keys import BASE62  # noqa: E402

OPTIONS = {"KEYS": 100_000, "MODELS": 1000, "ROWS": 1_000_000, "DAYS": 90,
           "ROUNDS": 7}
TEAMS = 500
BEGIN = "2026-01-01"
PRICE = '[{"input":"2.5","output":"10"}]'


def options(words):
    found = {n: int(os.environ.get(n, v)) for n, v in OPTIONS.items()}
    for word in words:
        name, _, value = word.partition("=")
        found[name] = int(value)
    return found


def objects(db, o):
    """Teams, keys, models and prices."""
    db.executemany("INSERT INTO team (id, name, spec, created_ms) VALUES"
                   " (?, ?, '{}', 0)",
                   [(100 + i, f"team-{i}") for i in range(TEAMS)])
    dice = random.Random(1)
    db.executemany(
        "INSERT INTO key (id, public_id, team_id, scope, name, spec,"
        " created_ms) VALUES (?, ?, ?, 0, ?, '{}', 0)",
        [(1000 + i, "".join(dice.choices(BASE62, k=10)), 100 + i % TEAMS,
          f"key {i}") for i in range(o["KEYS"])])
    db.execute("INSERT OR IGNORE INTO currency (code) VALUES ('CNY')")
    db.executemany(
        "INSERT INTO model (id, name, spec, created_ms) VALUES (?, ?, ?, 0)",
        [(1000 + i, f"model-{i:05}", '{"routes":[{"upstream":"mock"}],'
          '"limit":{"context":262144,"output":65536}}')
         for i in range(o["MODELS"])])
    db.executemany(
        "INSERT INTO price (model_id, currency_id, from_ms, tiers,"
        " created_ms) VALUES (?, 1, 0, ?, 0)",
        [(1000 + i, PRICE) for i in range(o["MODELS"])])


def rows(o):
    """Half of them of a hundredth of the keys, as traffic is."""
    dice = random.Random(2)
    first = bulk.ledger_id(BEGIN)
    step = (o["DAYS"] * 86400 * 10**6 << 8) // o["ROWS"] // 256 * 256
    few = max(1, o["KEYS"] // 100)
    for i in range(o["ROWS"]):
        key = dice.randrange(few if i % 2 else o["KEYS"])
        model = dice.randrange(o["MODELS"])
        yield {"id": first + i * step, "key_id": 1000 + key,
               "team_id": 100 + key % TEAMS, "model_id": 1000 + model,
               "price_id": 1 + model, "currency_id": 1, "upstream_id": 1,
               "route_id": 1, "state": 4 if i % 1000 == 7 else 1,
               "first_ms": 400, "end_ms": 2500, "input": 1234,
               "output": 321, "bytes": 4321,
               "amount": 0 if i % 1000 == 7 else 6_295_000_000,
               "upstream_request": f"{i:032x}"}


def urls(gw, o):
    public = gw.query("SELECT public_id FROM key WHERE id IN (1000, ?)"
                      " ORDER BY id", 999 + o["KEYS"])
    busy, quiet = public[0]["public_id"], public[-1]["public_id"]
    some = bulk.id_text(bulk.ledger_id(BEGIN))
    every = f"from={BEGIN}&to=2027-01-01"
    month = f"from={BEGIN}&to=2026-02-01"
    yield f"/usage?{every}", "everything, one sum"
    yield f"/usage?{every}&group_by=day", "by day"
    yield f"/usage?{every}&group_by=team", "by team"
    yield f"/usage?{month}&group_by=day,model&format=csv", "a month, CSV"
    yield f"/usage?{month}&group_by=key&format=csv", "a month by key, CSV"
    yield f"/usage?{every}&team=team-7&group_by=day", "one team by day"
    yield f"/usage?{every}&team=team-7&group_by=key", "one team by key"
    yield f"/usage?{every}&key={busy}&group_by=day,model", "one key"
    yield f"/usage?{every}&key={busy}&group_by=hour", "one key by hour"
    yield "/requests", "the newest 100"
    yield "/requests?limit=1000", "the newest 1000"
    yield f"/requests?key={busy}", "of a busy key"
    yield f"/requests?key={quiet}", "of a quiet key"
    yield "/requests?team=team-7", "of a team"
    yield "/requests?team=team-499", "of a quiet team"
    yield f"/requests?team=team-7&to={BEGIN}T12:00:00Z", "... long ago"
    yield "/requests?state=failed&limit=10", "failed ones (bounded page)"
    yield "/requests?model=model-00007", "of a model (bounded page)"
    yield f"/requests?from={BEGIN}&to={BEGIN}T01:00:00Z", "of an hour"
    yield f"/requests/{some}", "one"
    yield "/audit", "the audit trail"
    yield "/keys?limit=1000", "1000 keys"
    yield "/fsck", "everything compared with everything"


def measure(gw, path, rounds, key):
    took, size = [], 0
    for _ in range(rounds):
        begin = time.perf_counter()
        r = gw.request("GET", path, key=key, timeout=120)
        took.append((time.perf_counter() - begin) * 1000)
        assert r.status == 200, r
        size = len(r.body)
    return statistics.median(took), size


def main(words):
    o = options(words)
    gw = Httpd(mpm_conf="StartServers 1\nServerLimit 1\nThreadsPerChild 16\n"
               "MinSpareThreads 1\nMaxSpareThreads 16\n"
               "MaxRequestWorkers 16\n")
    with gw:
        gw.must("PUT", "/upstreams/mock", {"base_url": "http://127.0.0.1:1",
                                           "dialect": "openai"})
        own = gw.new_key()
        begin = time.perf_counter()
        with ledger.writing(gw) as db:
            objects(db, o)
        bulk.fill(gw.database, rows(o))
        gw.must("PUT", "/models/one-more", {"routes": [{"upstream": "mock"}]})
        sums = gw.query("SELECT (SELECT count(*) FROM rollup_hour),"
                        " (SELECT count(*) FROM rollup_day)")[0]
        print(f"# {o['KEYS']} keys in {TEAMS} teams, {o['MODELS']} models, "
              f"{o['ROWS']} rows over {o['DAYS']} days ({sums[0]} sums of "
              f"an hour, {sums[1]} of a day); {gw.database.stat().st_size >> 20}"
              f" MiB; written in {time.perf_counter() - begin:.0f} s")
        admin = "/llmgw/admin/v1"
        for path, what in urls(gw, o):
            ms, size = measure(gw, admin + path, o["ROUNDS"], gw.admin_key())
            print(f"{ms:9.1f} ms {size:10} bytes  {what}: {path}", flush=True)
        for path in ("/v1/models", "/v1/model-catalog",
                     "/v1/model-catalog?limit=1000", "/v1/key", "/v1/usage",
                     "/v1/receipts"):
            ms, size = measure(gw, path, o["ROUNDS"], own)
            print(f"{ms:9.1f} ms {size:10} bytes  {path}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
