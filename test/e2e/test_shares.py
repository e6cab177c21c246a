"""The segment is full, or nearly: whose keys are served, and who goes.  The
clock stands still, so that nobody rests."""
import json

import pytest

from harness.checks import refused, status, wait_quiet
from harness.keys import add_keys, add_teams, meet
from harness.wait import until

SMALL = "LLMGatewaySegment 4M\nMaxKeepAliveRequests 0"
BUDGETS = [{"amount": "1", "currency": "CNY", "window": w}
           for w in ("hour", "day", "month", "total")]
# all six windows, four budgets
MANY = {"limits": {n: 1000000 for n in (
    "requests_per_second", "requests_per_minute", "requests_per_hour",
    "requests_per_day", "tokens_per_minute", "tokens_per_day")},
    "budgets": BUDGETS}


@pytest.fixture
def small(make_gw):
    return make_gw(server=SMALL, clock="still")


def fill(gw, count=1600, spec=json.dumps(MANY), share="{}", team="greedy"):
    """Meet so many keys of one team; it gets what it can get."""
    keys = add_keys(gw, count, spec, add_teams(gw, [team], share))
    got = meet(gw, keys)
    assert set(got) == {200, 503} and got[200] > 800, got
    gw.expect_log("LG0033", "LG0034")
    gw.wait_log("LG0034")
    return keys


def serves(gw, key):
    return gw.request("GET", "/v1/models/free-model", key=key).status


def test_one_team_s_keys_leave_room_for_others(small):
    """Fault 1.10: keys with many windows and budgets filled the segment; then
    new admin keys and other teams' keys were 503."""
    gw = small
    keys = fill(gw)
    gw.must("PUT", "/teams/modest", {"budgets": BUDGETS})
    modest = [gw.new_key(team="modest", **MANY) for _ in range(5)]
    admins = [gw.new_key(scope="admin", **MANY) for _ in range(5)]
    assert meet(gw, modest) == meet(gw, admins) == {200: 5}
    assert gw.admin("GET", "/keys", key=admins[0]).status == 200
    refused(gw.request("GET", "/v1/models", key=keys[-1]), "overloaded",
            message="of your team")


def test_also_after_a_restart(small):
    """Fault 1.10, 4.8: the file outlives a stop; what fills it was there
    for good."""
    gw = small
    keys = fill(gw)
    gw.stop()
    gw.start()
    gw.must("PUT", "/teams/modest", {})
    assert meet(gw, [gw.new_key(team="modest", **MANY) for _ in range(5)]
                + [gw.new_key(scope="admin", **MANY)]) == {200: 6}
    gw.clock.steady(2)          # now they rest
    assert meet(gw, keys[-50:]) == {200: 50}


def test_teams_without_live_keys_go(small):
    """Fault 4.8: a team never left the segment: more teams than it has places
    were 503 for ever."""
    gw = small
    teams = add_teams(gw, [f"t{i}" for i in range(6000)])
    keys = add_keys(gw, 6000, teams=teams)
    for i in range(0, 6000, 1500):
        assert meet(gw, keys[i:i + 1500]) == {200: 1500}, i
        gw.clock.steady(2)
    gw.expect_log("LG0034")
    assert meet(gw, keys[:1000]) == {200: 1000}
    s = status(gw)
    assert s["OwnersInUse"] <= s["Owners"] < 6000


def test_how_full_it_is_can_be_seen(small):
    """Fault 4.8: no figure showed it coming."""
    gw = small
    before = status(gw)
    assert 0 < before["OwnersInUse"] < 10 < before["Owners"]
    assert before["MetersInUse"] == 0 < before["Meters"]
    assert before["CellsInUse"] == 0 < before["Cells"]
    team, = add_teams(gw, ["seen"])
    assert meet(gw, add_keys(gw, 20, json.dumps(MANY), [team])) == {200: 20}
    after = status(gw)
    assert after["OwnersInUse"] == before["OwnersInUse"] + 21
    assert after["MetersInUse"] == before["MetersInUse"] + 200
    o = gw.must("GET", "/segment")
    for name in ("Owners", "Meters", "Cells"):
        assert o[name.lower()] == {"in_use": after[name + "InUse"],
                                   "capacity": after[name]}
    first, second = o["teams"]
    assert (first["team"], first["keys"], first["limits"]) == ("seen", 20, 200)
    assert second["team"] == "default" and second["limits"] == 0
    assert first["limits"] < first["limits_most"] < after["Meters"]
    assert gw.must("GET", "/teams/seen")["in_segment"] \
        == {k: v for k, v in first.items() if k != "team"}
    key = gw.new_key(scope="team")
    refused(gw.admin("GET", "/segment", key=key), "permission_denied")


def test_a_warning_comes_before_it_is_full(small):
    """Fault 4.8: the first word was a 503."""
    gw = small
    most = status(gw)["Owners"]
    keys = add_keys(gw, most * 4 // 5, teams=add_teams(gw, ["a", "b"]))
    assert meet(gw, keys[:most * 7 // 10]) == {200: most * 7 // 10}
    assert "LG0034" not in gw.log()
    assert meet(gw, keys) == {200: len(keys)}
    gw.expect_log("LG0034")
    gw.wait_log("LG0034")
    assert "for keys and teams are in use" in gw.log()


def test_a_team_has_the_share_that_it_was_given(small):
    """Fault 1.10: nothing bounded what one team's keys take."""
    gw = small
    gw.must("PUT", "/teams/small", {"share": {"keys": 3, "limits": 20}})
    keys = [gw.new_key(team="small") for _ in range(5)]
    assert meet(gw, keys[:3]) == {200: 3}
    assert meet(gw, keys[3:]) == {503: 2}
    gw.expect_log("LG0033")
    gw.clock.steady(2)
    assert meet(gw, keys[3:]) == {200: 2}       # two others rest
    gw.clock.steady(2)
    rich = [gw.new_key(team="small", **MANY) for _ in range(3)]
    assert meet(gw, rich) == {200: 2, 503: 1}
    assert gw.must("GET", "/teams/small")["in_segment"]["limits"] == 20
    gw.must("PATCH", "/teams/small", {"share": None})
    assert meet(gw, rich + keys) == {200: 8}
    refused(gw.admin("PUT", "/teams/small", {"share": {"keys": 0}}),
            "invalid_parameter", "share.keys")


def test_who_goes_for_another_team_gains_nothing(small):
    """A team may fill all of it, none of its keys rests, and still others are
    served.  What its keys had used of their windows they do not get back."""
    gw = small
    team, = add_teams(gw, ["all"], json.dumps({"share": {
        "keys": 10**9, "limits": 10**9}}))
    once = add_keys(gw, 60, json.dumps({"limits": {"requests_per_day": 1}}),
                    [team])
    for key in once:
        assert gw.chat(key).status == 200
    wait_quiet(gw)
    more = add_keys(gw, 1600, json.dumps(MANY), [team])
    assert set(meet(gw, more)) == {200, 503}
    gw.expect_log("LG0033", "LG0034")
    others = add_teams(gw, [f"o{i}" for i in range(8)])
    modest = add_keys(gw, 560, json.dumps(MANY), others)
    assert meet(gw, modest) == {200: 560}
    statuses = {gw.chat(key).status for key in once}
    assert 200 not in statuses and 429 in statuses, statuses
    gw.clock.steady(86400)
    until(lambda: serves(gw, once[0]) == 200)
    assert gw.chat(once[0]).status == 200
