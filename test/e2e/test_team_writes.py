"""What one team's administrator can fill that belongs to all: places for keys,
the database, the audit trail."""
import concurrent.futures
import datetime
import hashlib
import json

import pytest

from harness import ledger
from harness.checks import refused


def team_of(gw, **spec):
    """A team, and a key of scope team of it."""
    gw.must("PUT", "/teams/acme", spec)
    return gw.new_key(team="acme", scope="team")


def at_once(n, work):
    with concurrent.futures.ThreadPoolExecutor(n) as pool:
        return list(pool.map(work, range(n)))


# ---- max_keys ----

@pytest.mark.parametrize("mpm", ["event", "prefork"])
def test_no_more_keys_than_that(make_gw, mpm):
    """Fault 1.10: max_keys holds, however many ask at once and through
    whichever process."""
    gw = make_gw(mpm=mpm)
    boss = team_of(gw, max_keys=6)
    answers = at_once(24, lambda i: gw.admin("POST", "/keys", {
        "name": str(i)}, boss))
    good = [r for r in answers if r.status == 201]
    assert len(good) == 5                   # the administrator's is one
    for r in answers:
        if r.status != 201:
            refused(r, "conflict", "team", "The team 'acme' has 6 live keys, "
                    "and its 'max_keys' is 6: revoke some")
    # the server's administrator said so, and is bound, too
    refused(gw.admin("POST", "/keys", {"name": "x", "team": "acme"}),
            "conflict", "team")
    assert gw.admin("POST", "/keys", {"name": "x"}).status == 201
    # a place is free again: once
    gw.must("DELETE", "/keys/" + good[0].json()["id"])
    answers = at_once(8, lambda i: gw.admin("POST", "/keys", {
        "name": str(i)}, boss))
    assert sorted(r.status for r in answers) == [201] + 7 * [409]
    gw.must("PATCH", "/teams/acme", {"max_keys": 7})
    assert gw.admin("POST", "/keys", {"name": "x"}, boss).status == 201


def test_a_key_that_comes_back_counts(make_gw):
    """Fault 1.10: an expired key takes no place, and none comes back into
    a full team."""
    gw = make_gw(clock="still")
    boss = team_of(gw, max_keys=2)
    old = gw.must("POST", "/keys", {
        "name": "old", "team": "acme", "expires_at": gw_time(gw, 60)})["id"]
    refused(gw.admin("POST", "/keys", {"name": "x"}, boss), "conflict",
            "team")
    gw.clock.wall(61)
    new = gw.admin("POST", "/keys", {"name": "new"}, boss)
    assert new.status == 201
    for end in (None, gw_time(gw, 3600)):
        refused(gw.admin("PATCH", "/keys/" + old, {"expires_at": end}, boss),
                "conflict", "team")
    # what does not bring it back may be changed
    assert gw.admin("PATCH", "/keys/" + old, {"name": "o"}, boss).status \
        == 200
    gw.must("DELETE", "/keys/" + new.json()["id"])
    assert gw.admin("PATCH", "/keys/" + old, {"expires_at": None},
                    boss).status == 200


def gw_time(gw, ahead):
    """So many seconds behind the clock of this gateway."""
    made = gw.must("POST", "/keys", {"name": "clock"})
    now = datetime.datetime.fromisoformat(
        made["created_at"].replace("Z", "+00:00"))
    gw.must("DELETE", "/keys/" + made["id"])
    return (now + datetime.timedelta(seconds=ahead)).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def test_rotation(make_gw):
    """Fault 1.10: a full team may rotate; one that has too many may, but not
    have two secrets of a key for a time."""
    gw = make_gw()
    boss = team_of(gw, max_keys=3)
    made = [gw.admin("POST", "/keys", {"name": str(i)}, boss).json()["id"]
            for i in range(2)]
    at = f"/keys/{made[0]}/rotate"
    assert gw.admin("POST", at, {"grace_seconds": 60}, boss).status == 200
    gw.must("PATCH", "/teams/acme", {"max_keys": 2})
    refused(gw.admin("POST", at, {"grace_seconds": 60}, boss), "conflict",
            "team", "'grace_seconds' of 0")
    assert gw.admin("POST", at, {"grace_seconds": 0}, boss).status == 200


def test_what_max_keys_may_be(gw):
    for value in (0, -1, 1000001, 1.5, "5", None):
        refused(gw.admin("PUT", "/teams/some", {"max_keys": value}),
                "invalid_parameter", "max_keys")


# ---- the rate of writes ----

def test_so_many_writes_a_minute(make_gw):
    """Fault 1.10: a key of scope team may write so often, over all processes;
    the answer says when it may again."""
    gw = make_gw(server="LLMGatewayAdminWrites 10", clock="still")
    boss = team_of(gw)
    answers = at_once(16, lambda i: gw.admin("POST", "/keys", {
        "name": str(i)}, boss))
    good = [r for r in answers if r.status == 201]
    assert len(good) == 10
    for r in answers:
        if r.status != 201:
            refused(r, "rate_limit_exceeded", message="this API key may make "
                    "10 writes per minute with the admin API "
                    "(LLMGatewayAdminWrites). Please try again in ")
            assert 50 <= int(r.headers["Retry-After"]) <= 60
    # each kind of write is one, and nothing is changed
    at = "/keys/" + good[0].json()["id"]
    for method, path, body in (("PATCH", at, {"name": "x"}),
                               ("DELETE", at, None),
                               ("POST", at + "/rotate",
                                {"grace_seconds": 0})):
        refused(gw.admin(method, path, body, boss), "rate_limit_exceeded")
    assert gw.must("GET", at)["revoked_at"] is None
    # reading is free, and so is the server's administrator
    assert gw.admin("GET", "/keys", key=boss).status == 200
    assert gw.admin("PATCH", at, {"name": "y"}).status == 200
    # it is not forgotten by a restart, but by the clock
    gw.stop()
    gw.start()
    gw.clock.wall(20)
    r = gw.admin("PATCH", at, {"name": "x"}, boss)
    refused(r, "rate_limit_exceeded")
    assert 1 <= int(r.headers["Retry-After"]) <= 40
    gw.clock.wall(40)
    assert gw.admin("PATCH", at, {"name": "x"}, boss).status == 200


def test_other_keys_do_not_help(make_gw):
    """Fault 1.10: each key has its own, and those of one team together four
    times as many; another team's is not touched."""
    gw = make_gw(server="LLMGatewayAdminWrites 3", clock="still")
    boss = team_of(gw)
    bosses = [gw.new_key(team="acme", scope="team") for _ in range(5)]
    done = [sum(gw.admin("POST", "/keys", {"name": "x"}, key).status == 201
                for _ in range(5)) for key in (boss, *bosses)]
    assert done == [3, 3, 3, 3, 0, 0]
    refused(gw.admin("POST", "/keys", {"name": "x"}, bosses[4]),
            "rate_limit_exceeded", message="the keys of this team together "
            "may make 12 writes per minute")
    gw.must("PUT", "/teams/other", {})
    other = gw.new_key(team="other", scope="team")
    assert gw.admin("POST", "/keys", {"name": "x"}, other).status == 201


def test_the_default_and_none(make_gw):
    """Fault 1.10: 120 where nothing is said."""
    gw = make_gw()
    boss = team_of(gw)
    at = "/keys/" + gw.new_key(team="acme")[7:17]
    now = gw.query("SELECT max(at_ms) FROM audit")[0][0]
    ledger.add(gw, "audit", "at_ms, actor, action, object, object_id",
               [(now, boss[7:17], "patch", "key", "x")] * 118)
    statuses = [gw.admin("PATCH", at, {"name": str(i)}, boss).status
                for i in range(4)]
    assert statuses == [200, 200, 429, 429]


def test_no_bound(make_gw):
    """Fault 1.10: LLMGatewayAdminWrites 0 sets none."""
    gw = make_gw(server="LLMGatewayAdminWrites 0", clock="still")
    boss = team_of(gw)
    at = "/keys/" + gw.new_key(team="acme")[7:17]
    assert {gw.admin("PATCH", at, {"name": str(i)}, boss).status
            for i in range(130)} == {200}


# ---- the audit trail ----

def newest(gw):
    return gw.must("GET", "/audit?limit=1")["data"][0]["detail"]


def shown(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return {"bytes": len(text.encode()),
            "sha256": hashlib.sha256(text.encode()).hexdigest()}


def test_large_values_are_kept_as_size_and_hash(make_gw):
    """Fault 1.10: 16 kB of metadata, written again and again, do not fill the
    trail; what is small is kept as it is."""
    gw = make_gw()
    boss = team_of(gw)
    big = [{"é": f"{i}" * 15000} for i in range(3)]
    made = gw.admin("POST", "/keys", {"name": "x", "metadata": big[0]},
                    boss).json()
    assert newest(gw)["after"]["metadata"] == shown(big[0])
    assert newest(gw)["after"]["name"] == "x"
    at = "/keys/" + made["id"]
    gw.must("PATCH", at, {"metadata": big[1], "name": "y"})
    assert newest(gw) == {
        "before": {"metadata": shown({**big[0]}), "name": "x"},
        "after": {"metadata": shown({**big[0], **big[1]}), "name": "y"}}
    before = gw.query("SELECT sum(length(detail)) AS n FROM audit")[0]["n"]
    for i in range(60):
        assert gw.admin("PATCH", at, {"metadata": big[i % 3]},
                        boss).status == 200
    after = gw.query("SELECT sum(length(detail)) AS n FROM audit")[0]["n"]
    assert after - before < 60 * 400
    # nothing is lost where it is kept
    assert gw.must("GET", at)["metadata"] == big[59 % 3]
    gw.must("PATCH", at, {"metadata": None})
    gw.must("PATCH", at, {"metadata": {"small": "x" * 900}})
    assert newest(gw)["after"]["metadata"] == {"small": "x" * 900}
    # teams, upstreams and models alike
    for path, body in (("/teams/t", {}), ("/upstreams/u", {
            "base_url": "http://127.0.0.1:1", "dialect": "openai"}),
            ("/models/m", {"routes": []})):
        gw.must("PUT", path, dict(body, metadata=big[0]))
        assert newest(gw)["after"]["metadata"] == shown(big[0])
