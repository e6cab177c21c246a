"""A key is changed and gets another secret; the last admin key comes back."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import signal
import time

import pytest

from harness.checks import refused
from harness.shapes import plain
from harness.upstream import answer, gate
from harness.wait import until
from test_admin_body import nothing_changes
from test_admin_keys import FULL
from test_every_child import CHAT, CHILDREN, HELLO, PREFORK, Held


def audit(gw, key):
    """(action, detail) of the key's audit rows."""
    return [(r["action"], r["detail"] and json.loads(r["detail"]))
            for r in gw.query("SELECT * FROM audit WHERE object = 'key' AND"
                              " object_id = ? ORDER BY id", key)]


def rotate(gw, key, grace, **more):
    return gw.admin("POST", f"/keys/{key[7:17]}/rotate",
                    dict({"grace_seconds": grace}, **more))


def secrets(gw, key):
    return gw.query("SELECT s.hash, s.until_ms FROM secret s JOIN key k ON"
                    " k.id = s.key_id WHERE k.public_id = ? ORDER BY"
                    " ifnull(s.until_ms, 1 << 60)", key[7:17])


# ---- patches ----

def test_a_merge_patch_of_a_key(gw):
    made = gw.must("POST", "/keys", FULL)
    del made["key"]
    path = "/keys/" + made["id"]
    now = gw.must("PATCH", path, {
        "name": "new", "expires_at": None, "deny_models": None,
        "limits": {"concurrency": None}, "models": ["a", "b*"],
        "metadata": {"a": None, "n": {"x": None, "y": 1}},
        "team": "default", "scope": "none"})
    want = dict(made, name="new", expires_at=None, models=["a", "b*"],
                limits={"requests_per_minute": 60},
                metadata={"t": "x", "n": {"y": 1}})
    del want["deny_models"]
    assert now == want == gw.must("GET", path)
    gw.must("PATCH", path, {"expires_at": "2098-01-01T00:00:00Z"})
    assert [d for a, d in audit(gw, made["id"]) if a == "patch"] == [
        {"before": {k: FULL[k] for k in (
            "name", "models", "deny_models", "limits", "expires_at",
            "metadata")},
         "after": {k: want[k] for k in ("name", "models", "limits",
                                        "metadata")}},
        {"before": {}, "after": {"expires_at": "2098-01-01T00:00:00Z"}}]


def test_a_patch_holds_at_the_next_request(gw):
    key = gw.new_key()
    assert gw.chat(key).status == 200
    path = "/keys/" + key[7:17]
    for patch, code, param in (
            ({"models": ["gpt*"]}, "model_not_found", "model"),
            ({"models": None, "endpoints": ["messages"]},
             "endpoint_not_allowed", None),
            ({"endpoints": None, "addresses": ["192.0.2.1"]},
             "address_not_allowed", None),
            ({"addresses": None, "limits": {"requests_per_minute": 1}},
             None, None),
            ({"name": "y"}, "rate_limit_exceeded", None),
            ({"limits": None}, None, None)):
        gw.must("PATCH", path, patch)
        r = gw.chat(key)
        if code is None:
            assert r.status == 200
        else:
            refused(r, code, param)
    gw.settled(key, 3)


def test_an_end_can_be_set_and_cleared(make_gw):
    gw = make_gw(clock="runs")
    key = gw.new_key()
    path = "/keys/" + key[7:17]
    assert gw.chat(key).status == 200
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                         time.gmtime(time.time() + 3600))
    gw.must("PATCH", path, {"expires_at": soon})
    assert gw.chat(key).status == 200
    gw.clock.wall(3600)
    refused(gw.chat(key), "invalid_api_key")
    # an end that has passed is no hindrance to another change
    assert gw.must("PATCH", path, {"name": "z"})["expires_at"] == soon
    refused(gw.chat(key), "invalid_api_key")
    assert gw.must("PATCH", path, {"expires_at": None})["expires_at"] is None
    assert gw.chat(key).status == 200


PATCH_ERRORS = [
    ("name", {"name": ""}), ("team", {"team": "other"}),
    ("scope", {"scope": "admin"}), ("scope", {"scope": "team"}),
    ("team", {"team": None}), ("scope", {"scope": None}),
    ("expires_at", {"expires_at": "2020-01-01T00:00:00Z"}),
    ("expires_at", {"expires_at": "soon"}), ("models", {"models": "x"}),
    ("limits.concurrency", {"limits": {"concurrency": 0}}),
    ("limits.rpm", {"limits": {"rpm": None}}), ("nam", {"nam": None}),
    ("key", {"key": "sk-gtw-x"}), ("id", {"id": "x"})]


def test_a_patch_that_cannot_be(gw, key):
    gw.must("PUT", "/teams/other", {})
    path = "/keys/" + key[7:17]
    with nothing_changes(gw):
        for param, patch in PATCH_ERRORS:
            refused(gw.admin("PATCH", path, patch), "invalid_parameter",
                    param, f"'{param}'")
        refused(gw.admin("PATCH", path, {"name": None}), "missing_parameter",
                "name")
        refused(gw.admin("PATCH", "/keys/none", {}), "not_found")
        refused(gw.admin("PATCH", "/keys", {}), "method_not_allowed")
        refused(gw.admin("PATCH", path, None), "invalid_json")
        refused(gw.admin("PATCH", path, [{}]), "invalid_json")


def test_a_revoked_key_stays_revoked(gw, key):
    gw.must("DELETE", "/keys/" + key[7:17])
    now = gw.must("PATCH", "/keys/" + key[7:17], {"name": "left us"})
    assert now["name"] == "left us" and now["revoked_at"] is not None
    refused(gw.chat(key), "invalid_api_key")
    with nothing_changes(gw):
        refused(rotate(gw, key, 60), "invalid_parameter", "id", "revoked")


def stopped(gw):
    """The child that stopped at its crash point."""
    def found():
        for pid in gw.children():
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
            if stat.rpartition(")")[2].split()[0] == "T":
                return pid
        return None

    return until(found, "no child has stopped")


def test_the_later_of_two_patches_stays(make_gw, shared_path):
    """One process commits, and is late to say so: another one that wrote
    meanwhile has the last word, in force as in the database."""
    flag = shared_path / "crash"
    gw = make_gw(flavour="crash", env={"LLMGW_CRASH": str(flag)},
                 mpm="prefork", mpm_conf=PREFORK)
    key = gw.new_key(limits={"requests_per_minute": 1000})
    path = "/keys/" + key[7:17]
    assert gw.chat(key).status == 200

    def write(limit):
        return gw.admin("PATCH", path, {
            "limits": {"requests_per_minute": limit}}).status

    def in_force():
        r = gw.chat(key)
        return r.headers["x-ratelimit-limit-requests"]

    flag.write_text("saved 1 stop")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(write, 1001)
        late = stopped(gw)
        try:
            assert write(1002) == 200 and in_force() == "1002"
        finally:
            os.kill(late, signal.SIGCONT)
        assert first.result() == 200
    assert in_force() == "1002"
    assert gw.must("GET", path)["limits"] == {"requests_per_minute": 1002}
    gw.settled(key, 3)


# ---- rotation ----

def test_a_new_secret_at_once(gw, key):
    assert gw.chat(key).status == 200
    r = rotate(gw, key, 0)
    assert r.status == 200
    made = r.json()
    new = made.pop("key")
    assert re.match(r"sk-gtw-[0-9A-Za-z]{59}\Z", new) and new != key
    assert new[:17] == key[:17] and made["id"] == key[7:17]
    assert made.pop("previous_key_expires_at")
    assert made == gw.must("GET", "/keys/" + key[7:17])
    refused(gw.chat(key), "invalid_api_key")
    assert gw.chat(new).status == 200
    # one key: its rows, its limits and its name go on
    assert len(gw.settled(new, 2)) == len(gw.rows(key)) == 2
    assert audit(gw, key[7:17])[-1] == ("rotate", {"grace_seconds": 0})
    assert new not in repr(gw.query("SELECT * FROM audit"))
    row = secrets(gw, key)[-1]
    assert row["hash"] == hashlib.sha256(new.encode()).digest()


def test_the_old_secret_is_good_until_the_grace_ends(make_gw):
    gw = make_gw(clock="runs")
    key = gw.new_key()
    assert gw.chat(key).status == 200
    new = rotate(gw, key, 7200).json()["key"]
    gw.clock.wall(3600)
    assert gw.chat(new).status == gw.chat(key).status == 200
    gw.clock.wall(3600)
    refused(gw.chat(key), "invalid_api_key")
    assert gw.chat(new).status == 200


def test_two_live_secrets_at_most(gw, key):
    second = rotate(gw, key, 600).json()["key"]
    assert [gw.chat(k).status for k in (key, second)] == [200, 200]
    third = rotate(gw, key, 600).json()["key"]
    assert [gw.chat(k).status for k in (key, second, third)] == [401, 200,
                                                                 200]
    assert len(secrets(gw, key)) == 2
    # the grace of the one before last is over with the next rotation
    fourth = rotate(gw, key, 0).json()["key"]
    assert [gw.chat(k).status for k in (key, second, third, fourth)] \
        == [401, 401, 401, 200]
    gw.must("DELETE", "/keys/" + key[7:17])
    refused(gw.chat(fourth), "invalid_api_key")
    gw.settled(key, 5)


def test_a_revocation_ends_the_grace_too(gw, key):
    """Revoked in the grace: both secrets are gone."""
    new = rotate(gw, key, 600).json()["key"]
    assert [gw.chat(k).status for k in (key, new)] == [200, 200]
    gw.must("DELETE", "/keys/" + key[7:17])
    for k in (key, new):
        refused(gw.chat(k), "invalid_api_key")
    gw.settled(key, 2)


def test_a_running_request_outlives_its_secret(gw, up, key):
    up.script(gate("go"), *answer(plain()))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(gw.chat, key)
        up.wait_requests(1)
        rotate(gw, key, 0)
        refused(gw.chat(key), "invalid_api_key")
        up.open("go")
        assert first.result().status == 200
    gw.settled(key)


ROTATE_ERRORS = [("grace_seconds", {"grace_seconds": g}) for g in (
    -1, 30 * 86400 + 1, "5", 1.5, None, True)]


def test_a_rotation_that_cannot_be(gw, key):
    path = f"/keys/{key[7:17]}/rotate"
    with nothing_changes(gw):
        for param, body in ROTATE_ERRORS:
            refused(gw.admin("POST", path, body), "invalid_parameter", param)
        refused(gw.admin("POST", path, {}), "missing_parameter",
                "grace_seconds")
        refused(rotate(gw, key, 5, until=1), "invalid_parameter", "until")
        refused(gw.admin("POST", path), "invalid_json")
        refused(gw.admin("POST", "/keys/none/rotate", {"grace_seconds": 1}),
                "not_found")
        refused(gw.admin("POST", f"/keys/{key[7:17]}/turn", {}),
                "unknown_url")
        r = gw.admin("GET", path)
        refused(r, "method_not_allowed")
        assert r.headers["Allow"] == "POST, OPTIONS"
        refused(gw.admin("POST", path + "?grace_seconds=5", {}),
                "invalid_parameter", "grace_seconds", "no query")
    assert gw.chat(key).status == 200


@pytest.fixture(scope="module")
def pgw(module_gw):
    return module_gw(mpm="prefork", mpm_conf=PREFORK)


def test_a_rotation_holds_everywhere(pgw, up):
    held = Held(pgw, CHILDREN - 1)
    for used in (True, False):
        key = pgw.new_key()
        if used:
            held.each("POST", CHAT, HELLO, key)
        new = rotate(pgw, key, 0).json()["key"]
        for r in held.each("POST", CHAT, HELLO, key):
            refused(r, "invalid_api_key")
        assert {r.status for r in held.each("POST", CHAT, HELLO, new)} \
            == {200}
        pgw.settled(key, (CHILDREN - 1) * (1 + used))
    held.close()


# ---- the last admin key ----

def test_the_last_admin_key_comes_back(make_gw):
    """Revoked, rotated or ended with its team: admin.key has a new one,
    without a restart."""
    gw = make_gw()
    gone = gw.admin_key()
    gw.must("PUT", "/teams/admins", {})
    other = gw.new_key(scope="admin", team="admins")
    # while another is live nothing is written
    gw.must("DELETE", "/keys/" + gone[7:17])
    refused(gw.admin("GET", "/keys"), "invalid_api_key")
    assert gw.admin("GET", "/keys", key=other).status == 200
    assert gw.admin_key() == gone
    gw.admin("DELETE", "/teams/admins", key=other)
    gw.wait_log("LG0113")
    second = gw.admin_key()
    assert second != gone
    assert gw.admin("GET", "/keys").status == 200
    refused(gw.admin("GET", "/keys", key=other), "invalid_api_key")
    gw.must("DELETE", "/keys/" + second[7:17])
    gw.wait_log("LG0113", 2)
    third = gw.admin_key()
    assert third not in (gone, second)
    assert gw.admin("GET", "/keys").status == 200
    made = [r["object_id"] for r in gw.query(
        "SELECT object_id FROM audit WHERE actor = 'httpd' ORDER BY id")]
    assert made == [k[7:17] for k in (gone, second, third)]
