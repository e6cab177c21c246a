"""Keys of scope team: their own team's keys, within what the team may do; and
nothing else is there."""
import pytest

from harness.checks import refused
from test_admin_body import nothing_changes

CEILING = {"models": ["qwen*", "org/*"], "endpoints": ["chat/completions"],
           "limits": {"requests_per_minute": 60, "concurrency": 8}}


@pytest.fixture
def teams(gw):
    """Two teams; an admin key of the first one and a plain key of each."""
    gw.must("PUT", "/teams/one", CEILING)
    gw.must("PUT", "/teams/two", {})

    class Teams:
        admin = gw.new_key(team="one", scope="team")
        mine, theirs = gw.new_key(team="one"), gw.new_key(team="two")
        foreign = [theirs, gw.new_key(team="two", scope="team"),
                   gw.admin_key(),
                   # one of its own team that is more than it is
                   gw.new_key(team="one", scope="admin")]
    return Teams


def test_what_it_may(gw, teams):
    def ask(method, path, body=None):
        r = gw.admin(method, path, body, teams.admin)
        assert r.status in (200, 201), r
        return r.json()

    made = ask("POST", "/keys", {"name": "x"})
    assert made["team"] == "one"        # its own, not the default team
    assert gw.chat(made["key"]).status == 200
    named = ask("POST", "/keys", {
        "name": "y", "team": "one", "scope": "team",
        "models": ["qwen3-*", "org/x", "qwen*"],
        "endpoints": ["chat/completions"], "limits": {"concurrency": 8}})
    path = "/keys/" + made["id"]
    assert ask("GET", path)["id"] == made["id"]
    assert ask("PATCH", path, {"name": "z", "models": ["qwen*"]})["name"] \
        == "z"
    new = ask("POST", path + "/rotate", {"grace_seconds": 0})["key"]
    assert gw.chat(new).status == 200
    assert ask("DELETE", path)["revoked_at"] is not None
    refused(gw.chat(new), "invalid_api_key")
    # what it made may do the same
    assert gw.admin("GET", path, key=named["key"]).status == 200
    trail = gw.query("SELECT action FROM audit WHERE actor = ?",
                     teams.admin[7:17])
    assert [t["action"] for t in trail] == [
        "create", "create", "patch", "rotate", "revoke"]
    gw.settled(new, 2)


def test_a_foreign_key_is_not_there(gw, teams):
    for key in [*teams.foreign, "sk-gtw-nowhere123"]:
        name = key[7:17]
        with nothing_changes(gw):
            for method, path, body in (
                    ("GET", "", None), ("DELETE", "", None),
                    ("PATCH", "", {"name": "x"}),
                    ("POST", "/rotate", {"grace_seconds": 0})):
                r = gw.admin(method, f"/keys/{name}{path}", body, teams.admin)
                refused(r, "not_found", message=f"There is no key '{name}'.")
            refused(gw.admin("GET", f"/keys?after={name}", key=teams.admin),
                    "invalid_parameter", "after")


def test_its_list_has_its_own_team_only(gw, teams):
    def listed(query="", key=teams.admin):
        r = gw.admin("GET", "/keys?limit=1000" + query, key=key)
        assert r.status == 200, r
        return [k["id"] for k in r.json()["data"]]

    mine = listed()
    assert {teams.admin[7:17], teams.mine[7:17]} <= set(mine)
    assert not {k[7:17] for k in teams.foreign} & set(mine)
    assert listed("&team=one") == mine
    for team in ("two", "default", "none"):
        refused(gw.admin("GET", f"/keys?team={team}", key=teams.admin),
                "invalid_parameter", "team", "names no team")
    # an administrator sees all of it
    assert {*mine, teams.foreign[-1][7:17]} <= set(
        listed("&team=one", gw.admin_key()))
    assert set(mine) < set(listed("", gw.admin_key()))
    refused(gw.admin("GET", "/keys?team=none"), "invalid_parameter", "team")


BEYOND = [      # param, members: more than the team
    ("models[0]", {"models": ["*"]}), ("models[0]", {"models": ["gpt-4o"]}),
    ("models[1]", {"models": ["qwen*", "q*"]}),
    ("models[0]", {"models": ["*qwen"]}),
    ("endpoints[1]", {"endpoints": ["chat/completions", "embeddings"]}),
    ("limits.requests_per_minute", {"limits": {"requests_per_minute": 61}}),
    ("limits.concurrency", {"limits": {"concurrency": 9}})]


def test_it_stays_below_the_team(gw, teams):
    path = "/keys/" + teams.mine[7:17]
    with nothing_changes(gw):
        for param, members in BEYOND:
            for method, where, body in (
                    ("POST", "/keys", dict({"name": "x"}, **members)),
                    ("PATCH", path, members)):
                refused(gw.admin(method, where, body, teams.admin),
                        "invalid_parameter", param, "the team")
        refused(gw.admin("POST", "/keys", {"name": "x", "scope": "admin"},
                         teams.admin), "permission_denied", "scope")
        for team in ("two", "default", "none"):
            refused(gw.admin("POST", "/keys", {"name": "x", "team": team},
                             teams.admin), "invalid_parameter", "team",
                    f"There is no team '{team}'.")
        for key in (teams.admin, teams.mine):
            refused(gw.admin("PATCH", "/keys/" + key[7:17],
                             {"scope": "admin"}, teams.admin),
                    "invalid_parameter", "scope")
    # an administrator may write more: the team still has the last word
    key = gw.new_key(team="one", models=["*"])
    refused(gw.chat(key, model="free-model"), "model_not_found", "model")
    assert gw.chat(key).status == 200
    gw.settled(key)


def test_a_team_that_has_no_bounds_gives_all(gw):
    gw.must("PUT", "/teams/free", {})
    admin = gw.new_key(team="free", scope="team")
    r = gw.admin("POST", "/keys", {
        "name": "x", "models": ["*"], "endpoints": ["embeddings"],
        "limits": {"requests_per_minute": 10**6}}, admin)
    assert r.status == 201
