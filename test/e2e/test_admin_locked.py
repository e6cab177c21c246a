"""A write while somebody else holds the database: 503, and nothing is left."""
import concurrent.futures

from harness import ledger
from harness.checks import refused
from test_admin_body import nothing_changes

# each write waits in a child of its own
PREFORK = ("StartServers 24\nMinSpareServers 2\nMaxSpareServers 40\n"
           "MaxRequestWorkers 64\nServerLimit 64\n")
UPSTREAM = {"base_url": "http://x", "dialect": "openai"}


def test_every_write_waits_and_gives_up(make_gw):
    gw = make_gw(mpm="prefork", mpm_conf=PREFORK)
    key = gw.new_key()
    gw.must("PUT", "/teams/t", {})
    writes = [
        ("POST", "/keys", {"name": "late"}),
        ("PATCH", "/keys/" + key[7:17], {"name": "late"}),
        ("POST", f"/keys/{key[7:17]}/rotate", {"grace_seconds": 0}),
        ("DELETE", "/keys/" + key[7:17], None),
        *[(m, path, body) for path, put in (
            ("/teams/t", {}), ("/upstreams/mock", UPSTREAM),
            ("/models/qwen3-max", {"routes": []}))
          for m, body in (("PUT", put), ("PATCH", {}), ("DELETE", None))],
        ("PUT", "/catalog", {"upstreams": [dict(UPSTREAM, id="late")]}),
        ("PUT", "/catalog?dry_run=true", {}),
    ]
    admin = gw.admin_key()
    gw.expect_log("LG0200")
    with nothing_changes(gw), ledger.held(gw), \
            concurrent.futures.ThreadPoolExecutor(len(writes)) as pool:
        answers = list(pool.map(lambda w: gw.admin(*w, key=admin), writes))
        for write, r in zip(writes, answers):
            refused(r, "overloaded", message="nothing was changed")
            assert int(r.headers["Retry-After"]) > 0, write
        # what only reads goes on
        for path in ("/keys", "/teams", "/models", "/upstreams", "/catalog"):
            assert gw.admin("GET", path).status == 200
        assert gw.chat(key).status == 200
    gw.settled(key)
    # and once it is free again, the same writes are taken
    for method, path, body in writes:
        assert gw.admin(method, path, body).status in (200, 201), path
