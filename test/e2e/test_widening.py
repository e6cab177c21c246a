"""A reserve that was too small makes those to come of that key for that model
wider, and nobody else's."""
import pytest

from conftest import MODELS
from harness.checks import refused, wait_quiet
from harness.shapes import plain, used
from harness.upstream import answer
from harness.wait import until

BUDGET = [{"amount": "5", "currency": "CNY", "window": "day"}]
DAY = 86400
ROUTES = [{"upstream": "mock", "model": "qwen3-max"}]


def ask(gw, up, key, prompt, output=10, model=None):
    """One request whose upstream counts so much."""
    up.script(*answer(plain(usage=used(prompt, output))))
    r = gw.chat(key, model=model, max_tokens=10)
    assert r.status == 200, r
    wait_quiet(gw)


def explain(gw, key, model="qwen3-max", **more):
    r = gw.admin("POST", "/explain", dict(
        {"key": key[7:17], "model": model, "prompt_tokens": 21}, **more))
    assert r.status == 200, r
    return r.json()


def wider(gw, key, model="qwen3-max"):
    o = explain(gw, key, model, max_tokens=10)["widened_by"]
    return o["prompt_tokens"], o["output_tokens"]


def widened(gw, key):
    return gw.must("GET", "/keys/" + key[7:17]).get("widened", [])


@pytest.fixture
def gw(make_gw):
    gw = make_gw(clock="runs", server="LLMGatewayClockStep off")
    for team in ("one", "two"):
        gw.must("PUT", "/teams/" + team, {"budgets": BUDGET})
    return gw


@pytest.fixture
def keys(gw):
    gw.expect_log("LG0050")
    return [gw.new_key(team=t, budgets=BUDGET) for t in ("one", "one", "two")]


def test_nobody_else_s_reserve_grows(gw, up, keys):
    """Fault 2.5: twelve requests of one team made another team's prompt of 21
    tokens too dear for its budget."""
    greedy, mate, other = keys
    small = gw.new_key(team="two", budgets=[{
        "amount": "0.03", "currency": "CNY", "window": "day"}])
    before = [explain(gw, k, max_tokens=1000) for k in (mate, other, small)]
    for i in range(12):
        ask(gw, up, greedy, 20_000 + i)
    after = [explain(gw, k, max_tokens=1000) for k in (mate, other, small)]
    assert [b["reserve"] for b in after] == [b["reserve"] for b in before]
    assert after[1:] == before[1:]
    up.script(*answer(plain(usage=used(21))))
    assert gw.chat(small, max_tokens=1000).status == 200
    wait_quiet(gw)


def test_it_is_the_most_that_was_seen(gw, up, keys):
    """Fault 2.5: every excess was added to those before, past the context."""
    key = gw.new_key()
    base = 728                  # the bound of the prompt
    for prompt in (10_000, 10_005, 4_000, 10_010):
        ask(gw, up, key, prompt)
    most = wider(gw, key)
    assert 10_000 - base <= most[0] <= 10_010 - base and most[1] == 0
    ask(gw, up, key, 250_000, 5_000)
    assert 249_000 < wider(gw, key)[0] <= 250_000
    assert 4_980 < wider(gw, key)[1] <= 4_990
    for _ in range(3):
        ask(gw, up, key, 2_000_000, 400_000)
    assert wider(gw, key) == (262_144, 262_144)
    # never above the context
    o = explain(gw, key, prompt_tokens=100_000, max_tokens=10)
    assert o["reserve"] == explain(gw, key, prompt_tokens=262_144,
                                   max_tokens=262_144)["reserve"]


def test_half_of_it_is_gone_in_a_day(gw, up, keys):
    """Fault 2.5: it stayed for ever, also after a restart."""
    key = keys[0]
    ask(gw, up, key, 10_728)
    assert 9_990 <= wider(gw, key)[0] <= 10_000
    gw.clock.wall(DAY)
    assert 4_990 <= wider(gw, key)[0] <= 5_000
    gw.stop()
    gw.start()
    assert 4_990 <= wider(gw, key)[0] <= 5_000
    gw.clock.wall(DAY)
    assert 2_490 <= wider(gw, key)[0] <= 2_500
    gw.clock.wall(20 * DAY)
    assert wider(gw, key) == (0, 0) and widened(gw, key) == []


def test_it_outlives_the_segment(gw, up, keys):
    """Fault 2.5: what the key has it keeps, as calibrations are kept."""
    key = keys[0]
    ask(gw, up, key, 10_728)
    had = wider(gw, key)
    gw.stop()
    (gw.root / "run" / "llmgw.segment").unlink()
    gw.start()
    assert 0 <= had[0] - wider(gw, key)[0] <= 5 and had[0] > 9_900
    assert wider(gw, keys[1]) == (0, 0)


def test_it_is_seen_and_taken_back(gw, up, keys):
    """Fault 2.5: nobody saw whose it was, nothing took it back."""
    ask(gw, up, keys[0], 10_728)
    ask(gw, up, keys[2], 5_728, 100)
    gw.must("PUT", "/models/org%2Fother", dict(MODELS["qwen3-max"],
                                               routes=ROUTES))
    ask(gw, up, keys[0], 3_728, model="org/other")
    mine = widened(gw, keys[0])
    assert [w["model"] for w in mine] == ["qwen3-max", "org/other"]
    model = gw.must("GET", "/models/qwen3-max")
    first, second = model["widened"]
    assert (first["key"], first["team"]) == (keys[0][7:17], "one")
    assert first["prompt_tokens"] == mine[0]["prompt_tokens"] > 9_900
    assert (second["key"], second["output_tokens"]) == (keys[2][7:17], 90)
    assert model["calibration"]["reserve_widened_by_tokens"] \
        == first["prompt_tokens"] + first["output_tokens"]
    r = gw.admin("DELETE", "/models/qwen3-max/widening",
                 key=gw.new_key(team="one", scope="team"))
    refused(r, "permission_denied")
    refused(gw.admin("DELETE", "/models/nobody/widening"), "not_found")
    assert gw.must("DELETE", "/models/qwen3-max/widening")["widened"] == []
    assert wider(gw, keys[0]) == wider(gw, keys[2]) == (0, 0)
    assert [w["model"] for w in widened(gw, keys[0])] == ["org/other"]
    for path in ("org%2Fother", "org/other"):
        gw.must("DELETE", f"/models/{path}/widening")
        assert widened(gw, keys[0]) == []
        ask(gw, up, keys[0], 3_728, model="org/other")
    audit = gw.must("GET", "/audit?object=widening")["data"]
    assert [(a["action"], a["object_id"]) for a in audit] \
        == [("reset", "org/other")] * 2 + [("reset", "qwen3-max")]
    gw.stop()
    (gw.root / "run" / "llmgw.segment").unlink()
    gw.start()
    assert wider(gw, keys[2]) == (0, 0)
    # the model as it is shown can be given back
    o = gw.must("GET", "/models/qwen3-max")
    assert gw.must("PUT", "/models/qwen3-max", o)["id"] == "qwen3-max"


def test_many_keys_of_a_team_push_nobody_else_out(make_gw, up):
    """Fault 2.5: the table has an end, and who has most of it goes first."""
    gw = make_gw(server="LLMGatewaySegment 4M\nMaxKeepAliveRequests 0")
    gw.expect_log("LG0050")
    gw.must("PUT", "/teams/victim", {})
    victim = gw.new_key(team="victim")
    ask(gw, up, victim, 10_533)
    had = wider(gw, victim)
    up.default = lambda request: answer(plain(usage=used(30_000)))
    with_excess = [gw.new_key() for _ in range(3)]
    models = [f"m{i}" for i in range(500)]
    gw.must("PUT", "/catalog", {"upstreams": [], "models": [dict(
        MODELS["qwen3-max"], id=m, routes=ROUTES) for m in models]})
    for key in with_excess:
        for model in models:
            assert gw.chat(key, model=model, max_tokens=10).status == 200
    wait_quiet(gw)
    held = gw.query("SELECT count(*) FROM widening")[0][0]
    assert had[0] - wider(gw, victim)[0] <= 50, held


def test_nothing_that_one_team_does_changes_what_another_is_told(gw, up):
    """Fault 2.5: what explain tells a team, and what its requests take of its
    windows, hangs on its own rows alone."""
    spec = {"budgets": BUDGET, "limits": {"tokens_per_day": 10**9,
                                          "max_prompt_tokens": 10**6}}
    for t in ("one", "two"):
        gw.must("PUT", "/teams/" + t, spec)
    gw.must("PUT", "/models/m", dict(MODELS["qwen3-max"], routes=ROUTES))
    mine, its = gw.new_key(team="one", **spec), gw.new_key(team="two", **spec)

    def told():
        return [explain(gw, its, "m", **more) for more in (
            {}, {"max_tokens": 100}, {"prompt_tokens": 200_000})]

    def taken():
        up.script(*answer(plain(usage=used(10))))
        before = gw.chat(its, model="m", messages=[
            {"role": "user", "content": "y" * 4000}])
        return int(before.headers["x-ratelimit-remaining-tokens"])

    first = 10**9 - taken()
    wait_quiet(gw)
    before = told()
    gw.expect_log("LG0050")
    # odd texts, odd counts, long answers, excess, refusals, clients that leave
    up.default = lambda request: answer(plain("x" * 40, used(7_000, 300)))
    for i in range(60):
        assert gw.chat(mine, model="m", messages=[
            {"role": "user", "content": "y" * 400}],
            max_tokens=10 + i % 2 * 1000).status in (200, 429)
    refused(gw.chat(mine, model="nobody"), "model_not_found", "model")
    until(lambda: gw.must("GET", "/models/m")["calibration"]["rows"] > 20)
    wait_quiet(gw)
    assert told() == before
    left, = (w["remaining"] for w in before[0]["limits"]
             if (w["limit"], w["of"]) == ("tokens_per_day", "key"))
    assert left - taken() == first
    wait_quiet(gw)
