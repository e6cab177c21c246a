"""More live keys than the segment holds: the idle ones make room."""
import hashlib
import http.client
import sqlite3
import time

from harness.checks import costs_nothing, refused, wait_quiet
from harness.keys import make

COUNT = 6000            # of some 4700 places in 4 MiB


def add_keys(gw, count):
    """Keys straight into the database: the admin API commits each."""
    keys = [make() for _ in range(count)]
    now = int(time.time() * 1000)
    with sqlite3.connect(gw.database) as db:
        base = db.execute("SELECT max(id) FROM key").fetchone()[0] + 1
        db.executemany(
            "INSERT INTO key (id, public_id, team_id, scope, name, spec,"
            " created_ms) VALUES (?, ?, 1, 0, 'x', '{}', ?)",
            [(base + i, k[7:17], now) for i, k in enumerate(keys)])
        db.executemany(
            "INSERT INTO secret (hash, key_id) VALUES (?, ?)",
            [(hashlib.sha256(k.encode()).digest(), base + i)
             for i, k in enumerate(keys)])
    db.close()
    return keys


def meet(gw, keys):
    """One request with each, over one connection; how many were let in."""
    c = http.client.HTTPConnection("127.0.0.1", gw.port, timeout=20)
    good = {}
    for k in keys:
        c.request("GET", "/v1/models/free-model",
                  headers={"Authorization": "Bearer " + k})
        r = c.getresponse()
        r.read()
        good[r.status] = good.get(r.status, 0) + 1
    c.close()
    return good


def test_more_keys_than_places(make_gw, up):
    gw = make_gw(server="LLMGatewaySegment 4M\nMaxKeepAliveRequests 0")
    limited = gw.new_key(limits={"requests_per_minute": 2})
    revoked = gw.new_key()
    assert gw.chat(limited).status == 200
    assert gw.chat(revoked).status == 200
    gw.must("DELETE", "/keys/" + revoked[7:17])
    keys = add_keys(gw, COUNT)
    # the table fills with keys that were met just now: they stay, and who
    # finds no place is told to come again
    first = meet(gw, keys[:4000])
    assert first == {200: 4000}
    rest = meet(gw, keys[4000:])
    if 503 in rest:
        gw.expect_log("LG0033")
    assert set(rest) <= {200, 503}
    end = time.monotonic() + 20
    while rest.get(503):
        assert time.monotonic() < end
        rest = meet(gw, keys[4000:])
    # what was counted of a limited key is not lost with its place
    assert gw.chat(limited).status == 200
    with costs_nothing(gw, up):
        refused(gw.chat(limited), "rate_limit_exceeded")
        refused(gw.chat(revoked), "invalid_api_key")
    assert gw.chat(keys[0]).status == 200
    assert gw.chat(keys[-1]).status == 200
    wait_quiet(gw)
    gw.settled(limited, 2)
