"""The teams resource: put, patched, disabled, listed; in force at once."""
import concurrent.futures
import json

import pytest

from harness.checks import refused
from harness.shapes import plain
from harness.upstream import answer, gate
from test_admin_body import nothing_changes
from test_every_child import CHAT, CHILDREN, HELLO, PREFORK, Held

FULL = {"name": "The Ä Team", "answer_ids": True,
        "models": ["qwen*", "org/*"], "deny_models": ["*-plus"],
        "endpoints": ["chat/completions", "messages"],
        "addresses": ["127.0.0.0/8", "::1"],
        "limits": {"requests_per_minute": 60, "concurrency": 8},
        "metadata": {"cost_center": [1, None]}}


def audit(gw, team):
    """(action, detail) of the team's audit rows."""
    return [(r["action"], json.loads(r["detail"])) for r in gw.query(
        "SELECT * FROM audit WHERE object = 'team' AND object_id = ?"
        " ORDER BY id", team)]


# ---- the document ----

def test_a_team_is_given_back_as_it_was_put(gw):
    made = gw.must("PUT", "/teams/full", FULL)
    assert made == dict(FULL, object="team", id="full", version=1,
                        disabled=False, disabled_at=None,
                        created_at=made["created_at"])
    assert gw.must("GET", "/teams/full") == made
    again = gw.must("PUT", "/teams/full", made)     # what GET gives, PUT takes
    assert again == dict(made, version=2)
    # replaced, not merged
    other = gw.must("PUT", "/teams/full", {"name": "x"})
    assert other == {"object": "team", "id": "full", "name": "x",
                     "version": 3, "disabled": False, "disabled_at": None,
                     "created_at": made["created_at"]}
    assert audit(gw, "full") == [
        ("put", {"before": None, "after": FULL}),
        ("put", {"before": {}, "after": {}}),
        ("put", {"before": FULL, "after": {"name": "x"}})]


def test_the_default_team_is_there(gw):
    team = gw.must("GET", "/teams/default")
    assert team["id"] == "default" and not team["disabled"]


@pytest.mark.parametrize("path, name", [
    ("a%2Fb", "a/b"), ("caf%C3%A9", "café"), ("x%20y", "x y")])
def test_ids_of_teams(gw, path, name):
    assert gw.must("PUT", "/teams/" + path, {})["id"] == name
    key = gw.must("POST", "/keys", {"name": "x", "team": name})
    assert key["team"] == name
    assert gw.chat(key["key"]).status == 200
    gw.settled(key["key"])


def test_a_merge_patch(gw):
    gw.must("PUT", "/teams/patched", FULL)
    now = gw.must("PATCH", "/teams/patched", {
        "name": None, "limits": {"concurrency": None,
                                 "requests_per_minute": 5},
        "metadata": {"cost_center": None, "new": {"a": None, "b": 1}},
        "models": ["gpt*"]})
    want = dict(FULL, limits={"requests_per_minute": 5}, models=["gpt*"],
                metadata={"new": {"b": 1}})
    del want["name"]
    assert now == dict(want, object="team", id="patched", version=2,
                       disabled=False, disabled_at=None,
                       created_at=now["created_at"])
    action, detail = audit(gw, "patched")[-1]
    assert action == "patch" and detail == {
        "before": {k: FULL[k] for k in ("name", "models", "limits",
                                        "metadata")},
        "after": {k: want[k] for k in ("models", "limits", "metadata")}}
    assert gw.must("PATCH", "/teams/patched", {})["version"] == 3
    assert audit(gw, "patched")[-1][1] == {"before": {}, "after": {}}


# ---- refusals ----

ERRORS = [      # param, a body
    ("name", {"name": ""}), ("name", {"name": 1}), ("name", {"name": "a\nb"}),
    ("answer_ids", {"answer_ids": "yes"}), ("disabled", {"disabled": 1}),
    ("models", {"models": "x"}), ("models[1]", {"models": ["x", 1]}),
    ("deny_models[0]", {"deny_models": [""]}),
    ("endpoints", {"endpoints": []}), ("endpoints[0]", {"endpoints": ["x"]}),
    ("addresses[0]", {"addresses": ["x"]}), ("limits", {"limits": 5}),
    ("limits.concurrency", {"limits": {"concurrency": 0}}),
    ("limits.per_minute", {"limits": {"per_minute": 1}}),
    ("metadata", {"metadata": []}), ("scope", {"scope": "admin"}),
    ("keys", {"keys": []}), ("model", {"model": ["x"]})]


def test_a_team_that_cannot_be(gw):
    gw.must("PUT", "/teams/good", FULL)
    with nothing_changes(gw):
        for param, body in ERRORS:
            for method in ("PUT", "PATCH"):
                refused(gw.admin(method, "/teams/good", body),
                        "invalid_parameter", param, f"'{param}'")
        for patch, param in (({"nam": None}, "nam"),
                             ({"limits": {"rpm": None}}, "limits.rpm")):
            refused(gw.admin("PATCH", "/teams/good", patch),
                    "invalid_parameter", param, "not known")
        refused(gw.admin("PUT", "/teams/" + "x" * 65, {}),
                "invalid_parameter", "id")
        for method in ("GET", "PATCH", "DELETE"):
            refused(gw.admin(method, "/teams/none", {}
                             if method == "PATCH" else None),
                    "not_found", message="no team 'none'")
        r = gw.admin("POST", "/teams/good", {})
        refused(r, "method_not_allowed")
        assert r.headers["Allow"] \
            == "PUT, GET, HEAD, PATCH, DELETE, OPTIONS"
        for team in ("none", "full ", "default/"):
            refused(gw.admin("POST", "/keys", {"name": "x", "team": team}),
                    "invalid_parameter", "team", "no team")


def test_the_default_team_stays(gw):
    """The admin key that the helper writes belongs to it."""
    with nothing_changes(gw):
        for method, body in (("PUT", {"disabled": True}),
                             ("PATCH", {"disabled": True}),
                             ("DELETE", None)):
            refused(gw.admin(method, "/teams/default", body),
                    "invalid_parameter", "disabled", "'default'")


# ---- disabling ----

def test_keys_of_a_disabled_team_are_as_revoked(gw):
    gw.must("PUT", "/teams/off", {"name": "x"})
    key = gw.new_key(team="off")
    admin = gw.new_key(team="off", scope="admin")
    assert gw.chat(key).status == 200
    assert gw.admin("GET", "/keys", key=admin).status == 200
    row = gw.settled(key)
    gone = gw.must("DELETE", "/teams/off")
    assert gone["disabled"] and gone["disabled_at"] is not None
    refused(gw.chat(key), "invalid_api_key")
    refused(gw.request("GET", "/v1/models", key=key), "invalid_api_key")
    refused(gw.admin("GET", "/keys", key=admin), "invalid_api_key")
    refused(gw.admin("POST", "/keys", {"name": "x", "team": "off"}),
            "invalid_parameter", "team", "disabled")
    assert [tuple(r) for r in gw.rows(key)] == [tuple(r) for r in row]
    assert gw.must("GET", "/keys/" + key[7:17])["revoked_at"] is None
    again = gw.must("DELETE", "/teams/off")
    assert again["disabled_at"] == gone["disabled_at"]
    # a patch of something else does not wake it up
    assert gw.must("PATCH", "/teams/off", {"name": "y"})["disabled"]
    refused(gw.chat(key), "invalid_api_key")
    # a key that no process has met
    unmet = gw.query("SELECT count(*) AS n FROM key k JOIN team t ON t.id ="
                     " k.team_id WHERE t.name = 'off'")
    assert unmet[0]["n"] == 2
    back = gw.must("PATCH", "/teams/off", {"disabled": False})
    assert not back["disabled"] and back["disabled_at"] is None
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    gw.must("DELETE", "/teams/off")
    assert not gw.must("PUT", "/teams/off", {})["disabled"]
    assert gw.chat(key).status == 200
    gw.settled(key, 3)
    assert [a for a, _ in audit(gw, "off")] == [
        "put", "disable", "disable", "patch", "patch", "disable", "put"]
    assert audit(gw, "off")[1][1] == {"before": {},
                                      "after": {"disabled": True}}


def test_a_running_request_outlives_its_team(gw, up):
    gw.must("PUT", "/teams/late", {})
    key = gw.new_key(team="late")
    up.script(gate("go"), *answer(plain()))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(gw.chat, key)
        up.wait_requests(1)
        gw.must("DELETE", "/teams/late")
        refused(gw.chat(key), "invalid_api_key")
        up.open("go")
        assert first.result().status == 200
    gw.settled(key)


# ---- in force ----

@pytest.fixture(scope="module")
def pgw(module_gw):
    return module_gw(mpm="prefork", mpm_conf=PREFORK)


@pytest.fixture
def held(pgw, up):
    h = Held(pgw, CHILDREN - 1)
    yield h
    h.close()


def test_a_team_holds_everywhere(pgw, held):
    """Each change at the next request in every child, for a key that all of
    them have met."""
    pgw.must("PUT", "/teams/t", {})
    key = pgw.new_key(team="t")

    def all_get(code, **how):
        for r in held.each("POST", CHAT, HELLO, key):
            if code is None:
                assert r.status == 200, r
            else:
                refused(r, code, **how)

    all_get(None)
    for patch, code, param in (
            ({"models": ["gpt*"]}, "model_not_found", "model"),
            ({"models": None}, None, None),
            ({"deny_models": ["*"]}, "model_not_found", "model"),
            ({"deny_models": None, "endpoints": ["messages"]},
             "endpoint_not_allowed", None),
            ({"endpoints": None, "addresses": ["192.0.2.0/24"]},
             "address_not_allowed", None),
            ({"addresses": ["127.0.0.1"]}, None, None),
            ({"disabled": True}, "invalid_api_key", None),
            ({"disabled": False}, None, None)):
        pgw.must("PATCH", "/teams/t", patch)
        all_get(code, param=param)
    pgw.settled(key, 4 * (CHILDREN - 1))


def test_a_limit_of_a_team_is_one_for_all_its_keys(gw, up):
    gw.must("PUT", "/teams/narrow", {"limits": {"concurrency": 1}})
    keys = [gw.new_key(team="narrow") for _ in range(2)]
    up.script(gate("go"), *answer(plain()))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(gw.chat, keys[0])
        up.wait_requests(1)
        refused(gw.chat(keys[1]), "rate_limit_exceeded")
        gw.must("PATCH", "/teams/narrow", {"limits": {"concurrency": 2}})
        assert gw.chat(keys[1]).status == 200
        up.open("go")
        assert first.result().status == 200
    gw.settled(keys[0]), gw.settled(keys[1])
