"""What keys and the catalogue cost to write, page through and load.

    KEYS=100000 MODELS=1000 build/venv/bin/python test/bench/catalog.py

One child, the database filled by hand with keys, and with models by one
import.  Figures are milliseconds over one kept connection, the median of 21
(of 5 for the catalogue), beside the same in an empty gateway.
"""
import hashlib
import http.client
import json
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import ledger              # noqa: E402
from harness.httpd import Httpd             # noqa: E402
from harness.keys import make               # noqa: E402

KEYS = int(os.environ.get("KEYS", "100000"))
MODELS = int(os.environ.get("MODELS", "1000"))
ONE_CHILD = ("StartServers 1\nServerLimit 1\nThreadsPerChild 8\n"
             "MinSpareThreads 1\nMaxSpareThreads 8\nMaxRequestWorkers 8\n"
             "MaxKeepAliveRequests 0\n")
TIERS = [{"up_to": n * 32000 if n < 4 else None, "input": f"{n}.25",
          "output": f"{n}.5", "cache_read": "0.125"} for n in range(1, 5)]


def catalogue(count):
    return {"upstreams": [{"id": "u", "base_url": "http://127.0.0.1:9/v1",
                           "dialect": "openai",
                           "credentials": [{"secret": "sk-x"}]}],
            "models": [{
                "id": f"model-{i:05}", "name": f"Model number {i}",
                "aliases": [f"alias-{i}-a", f"alias-{i}-b"],
                "routes": [{"upstream": "u", "model": f"name-{i}"}],
                "modalities": {"input": ["text", "image"],
                               "output": ["text"]},
                "limit": {"context": 1000000, "output": 65536},
                "price": {"currency": "CNY", "tiers": TIERS}}
                for i in range(count)]}


def fill(gw, count):
    """Keys in ten teams; returns one that no process has met."""
    keys = [make() for _ in range(count)]
    with ledger.writing(gw) as db:
        base = db.execute("SELECT max(id) FROM key").fetchone()[0] + 1
        db.executemany(
            "INSERT OR IGNORE INTO team (id, name, spec, created_ms)"
            " VALUES (?, ?, '{}', 0)", [(i, f"team-{i}")
                                        for i in range(2, 11)])
        db.executemany(
            "INSERT INTO key (id, public_id, team_id, scope, name, spec,"
            " created_ms) VALUES (?, ?, ?, 0, 'x', '{\"models\":[\"*\"]}',"
            " 1)", [(base + i, k[7:17], i % 10 + 1)
                    for i, k in enumerate(keys)])
        db.executemany(
            "INSERT INTO secret (hash, key_id) VALUES (?, ?)",
            [(hashlib.sha256(k.encode()).digest(), base + i)
             for i, k in enumerate(keys)])
    return keys


class Line:
    """A kept connection with the admin key."""

    def __init__(self, gw):
        self.c = http.client.HTTPConnection("127.0.0.1", gw.port, timeout=60)
        self.key = gw.admin_key()

    def ask(self, method, path, body=None, key=None):
        if not path.startswith("/v1"):
            path = "/llmgw/admin/v1" + path
        self.c.request(method, path, json.dumps(body) if body else None,
                       {"Authorization": "Bearer " + (key or self.key)})
        r = self.c.getresponse()
        data = r.read()
        assert r.status in (200, 201), (method, path, r.status, data[:300])
        return data

    def ms(self, *what, count=21, before=None, **more):
        """The median time of a call; before: done each time, not timed."""
        took = []
        for _ in range(count):
            if before is not None:
                before()
            start = time.perf_counter()
            self.ask(*what, **more)
            took.append((time.perf_counter() - start) * 1000)
        return statistics.median(took)


def measure(gw, keys, models):
    line = Line(gw)
    some = fill(gw, keys)
    doc = catalogue(models)
    out = {}

    def after(share):
        return f"&after={some[int((len(some) - 1) * share)][7:17]}"

    out["keys: first page of 100"] = line.ms("GET", "/keys?limit=100")
    out["keys: a page in the middle"] = line.ms(
        "GET", "/keys?limit=100" + after(0.5))
    out["keys: of one team, in the middle"] = line.ms(
        "GET", "/keys?limit=100&team=team-5" + after(0.5))
    out["keys: GET one"] = line.ms("GET", "/keys/" + some[0][7:17])
    out["keys: POST"] = line.ms("POST", "/keys", {"name": "x"})
    out["keys: PATCH"] = line.ms("PATCH", "/keys/" + some[0][7:17],
                                 {"name": "y"})
    fresh = iter(some)
    start = time.perf_counter()
    count = min(500, len(some))
    for _ in range(count):
        line.ask("GET", "/v1/models", key=next(fresh))
    out["keys: first request of a key, /v1/models without models"] = \
        (time.perf_counter() - start) * 1000 / count
    out[f"catalogue: import of {models} models"] = line.ms(
        "PUT", "/catalog", doc, count=1)
    out["catalogue: the same again"] = line.ms("PUT", "/catalog", doc,
                                               count=5)
    out["catalogue: dry run"] = line.ms("PUT", "/catalog?dry_run=true", doc,
                                        count=5)
    out["catalogue: export"] = line.ms("GET", "/catalog", count=5)
    out["models: first page of 100"] = line.ms("GET", "/models?limit=100")
    out["models: a page in the middle"] = line.ms(
        "GET", f"/models?limit=100&after=model-{models // 2:05}")
    steady = line.ms("GET", "/v1/models/model-00000")
    out["models: PUT"] = line.ms("PUT", "/models/model-00000",
                                 {k: v for k, v in doc["models"][0].items()
                                  if k != "id"})
    loaded = line.ms("GET", "/v1/models/model-00000", before=lambda: line.ask(
        "PATCH", "/models/model-00000", {"name": "x"}))
    out["catalogue: reload by the first request after a change"] = \
        loaded - steady
    return out


def main():
    rows = []
    for keys, models in ((10, 10), (KEYS, MODELS)):
        gw = Httpd(mpm_conf=ONE_CHILD, log_level="warn")
        try:
            gw.start()
            rows.append(measure(gw, keys, models))
        finally:
            gw.stop()
            gw.remove()
    print(f"{'milliseconds, with this many keys':58}{10:10}{KEYS:10}")
    print(f"{'and this many models':58}{10:10}{MODELS:10}")
    for (_, few), (what, many) in zip(rows[0].items(), rows[1].items()):
        print(f"{what:58}{few:10.2f}{many:10.2f}")


if __name__ == "__main__":
    main()
