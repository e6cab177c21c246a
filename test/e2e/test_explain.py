"""explain says what would happen, changes nothing, and is right."""
import pytest

from harness import messages as m
from harness.checks import costs_nothing, refused
from harness.shapes import plain
from harness.upstream import answer


@pytest.fixture
def gw(fresh):
    return fresh


def explain(gw, key, by=None, **more):
    body = dict({"key": key[7:17], "model": gw.model,
                 "prompt_tokens": 533}, **more)
    return gw.admin("POST", "/explain", body, by)


def must(gw, key, **more):
    r = explain(gw, key, **more)
    assert r.status == 200, r
    return r.json()


def test_without_limits(gw, up):
    key = gw.new_key()
    with costs_nothing(gw, up):
        o = must(gw, key, max_tokens=1000)
    assert o["allowed"] and o["code"] is None and o["binding"] is None
    assert o["route"] == {"upstream": "mock", "model": "qwen3-max"}
    # 533 x 2.5 + 1000 x 10 CNY a million, first tier
    assert (o["reserve"], o["currency"], o["tier"]) == ("0.0113325", "CNY", 1)
    assert o["tokens"] == 1533 and o["limits"] == o["budgets"] == []
    price = gw.query("SELECT max(id) FROM price WHERE model_id = (SELECT id "
                     "FROM model WHERE name = ?)", gw.model)[0][0]
    assert o["price"] == price
    assert must(gw, key, prompt_tokens=32001)["tier"] == 2
    assert must(gw, key)["tokens"] == 533 + 512


@pytest.mark.parametrize("limits, more, name, code", [
    ({"requests_per_day": 1}, {}, "requests_per_day",
     "rate_limit_exceeded"),
    ({"tokens_per_day": 1000}, {}, "tokens_per_day", "rate_limit_exceeded"),
    ({"tokens_per_day": 100}, {}, "tokens_per_day", "rate_limit_exceeded"),
    ({"max_output_tokens": 999}, {}, "max_output_tokens",
     "max_tokens_exceeded"),
    ({"max_prompt_tokens": 532}, {}, "max_prompt_tokens",
     "invalid_parameter"),
])
def test_what_binds(gw, up, limits, more, name, code):
    key = gw.new_key(limits=limits)
    up.default = lambda request: answer(plain(usage={
        "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}))
    if name == "requests_per_day":
        assert gw.chat(key, max_tokens=1).status == 200
    o = must(gw, key, max_tokens=1000)
    assert not o["allowed"] and o["code"] == code, o
    assert o["binding"]["limit"] == name and o["binding"]["of"] == "key"
    assert o["binding"]["fits"] is False
    if code == "rate_limit_exceeded":
        assert gw.chat(key, max_tokens=1000).status == 429


def test_budgets(gw, up):
    gw.must("PUT", "/teams/explained", {"budgets": [
        {"amount": "1", "currency": "CNY", "window": "month"}]})
    key = gw.new_key(team="explained", budgets=[
        {"amount": "0.01", "currency": "CNY", "window": "day"}])
    o = must(gw, key, max_tokens=1000)
    assert o["code"] == "insufficient_quota" and not o["allowed"]
    assert o["binding"]["of"] == "key"
    assert o["binding"]["short_by"] == "0.0013325"
    assert [(b["of"], b["fits"]) for b in o["budgets"]] \
        == [("key", False), ("team", True)]
    assert must(gw, key, max_tokens=866)["allowed"]
    assert not must(gw, key, max_tokens=867)["allowed"]
    o = must(gw, key, model="org/with/slashes", max_tokens=1)
    assert o["code"] == "insufficient_quota" and "USD" in o["reason"]
    assert must(gw, key, model="free-model")["allowed"]
    # without a limit of the model and of the request there is no bound
    other = gw.new_key(budgets=[{"amount": "5", "currency": "USD",
                                 "window": "total"}])
    o = must(gw, other, model="org/with/slashes")
    assert o["code"] == "unbounded_cost" and o["reserve"] is None


def test_who_may_not(gw):
    key = gw.new_key(models=["qwen-*"])
    assert must(gw, key)["code"] == "model_not_found"
    assert must(gw, key, model="qwen-plus")["allowed"]
    gw.must("DELETE", "/keys/" + key[7:17])
    assert must(gw, key, model="qwen-plus")["code"] == "invalid_api_key"


def test_it_goes_by_the_endpoint(gw, up):
    """As a request there would: what key and model allow, and by which route
    it goes, which is not always the first."""
    m.set_up(gw, up, {"sonnet": m.SONNET})
    gw.must("PUT", "/models/both", dict(m.SONNET, routes=[
        {"upstream": "mock"}, {"upstream": "claude", "model": "claude-x"}]))
    key = gw.new_key()
    assert must(gw, key, model="both")["route"] \
        == {"upstream": "mock", "model": "both"}
    o = must(gw, key, model="both", endpoint="messages")
    assert o["endpoint"] == "messages" and o["allowed"]
    assert o["route"] == {"upstream": "claude", "model": "claude-x"}
    assert must(gw, key, model="sonnet")["route"]["translated"] is True
    gw.must("PATCH", "/models/both", {"endpoints": ["messages"]})
    assert must(gw, key, model="both")["code"] == "model_not_found"
    assert must(gw, key, model="both", endpoint="messages")["allowed"]
    gw.must("PATCH", "/models/both", {"endpoints": None})
    chats = gw.new_key(endpoints=["chat/completions"])
    assert must(gw, chats, model="both")["allowed"]
    assert must(gw, chats, model="both", endpoint="messages")["code"] \
        == "endpoint_not_allowed"
    for name in ("messages/count_tokens", "chat"):
        refused(explain(gw, key, endpoint=name), "invalid_parameter",
                "endpoint")


def test_refusals(gw):
    key = gw.new_key()
    refused(explain(gw, key, model="nobody"), "not_found", "model")
    refused(explain(gw, "sk-gtw-" + "A" * 10), "not_found")
    refused(explain(gw, key, prompt_tokens=-1), "invalid_parameter",
            "prompt_tokens")
    refused(explain(gw, key, prompt=1), "invalid_parameter", "prompt")
    refused(gw.admin("POST", "/explain", {"key": "x", "model": "y"}),
            "missing_parameter", "prompt_tokens")
    refused(explain(gw, key, by=key), "permission_denied")


def test_a_team_s_admin_explains_its_own_keys_only(gw):
    gw.must("PUT", "/teams/one", {})
    chief = gw.new_key(team="one", scope="team")
    mine, theirs = gw.new_key(team="one"), gw.new_key()
    assert explain(gw, mine, by=chief).status == 200
    refused(explain(gw, theirs, by=chief), "not_found")
