"""Bounds of the output: 0 is none, and where a client sends none the gateway
puts one."""
import concurrent.futures
import json

import pytest

from harness.checks import refused, wait_quiet
from harness.shapes import padded, plain
from harness.upstream import answer, gate
from harness.wait import until

CHAT = "/v1/chat/completions"
USER = {"role": "user", "content": "hello"}
OUTPUT = 8000
LIMIT = {"context": 100_000, "output": OUTPUT}
PRICE = {"currency": "CNY", "tiers": [{"input": "1", "output": "1"}]}
NOTHING = [{}, {"max_tokens": 0}, {"max_tokens": None},
           {"max_completion_tokens": 0}, {"max_completion_tokens": None},
           {"max_tokens": 0, "max_completion_tokens": None}]


@pytest.fixture
def gw(gw, up):
    gw.must("PUT", "/models/bounded", {
        "routes": [{"upstream": "mock"}], "estimates": "fixed",
        "limit": LIMIT, "price": PRICE})
    up.default = used(10, 10)
    return gw


def used(prompt, output, wait=None):
    return lambda request: ([gate(wait)] if wait else []) + answer(plain(
        usage={"prompt_tokens": prompt, "completion_tokens": output,
               "total_tokens": prompt + output}))


def ask(gw, key, model="bounded", path=CHAT, **more):
    """A body of 200 bytes: its prompt comes to 58 tokens by estimate."""
    return gw.request("POST", path, padded(dict(
        {"model": model, "messages": [USER]}, **more), 200), key)


def sent(up):
    """What the upstream is told of the output's bound."""
    body = up.requests[-1].json()
    return {k: v for k, v in body.items() if k.startswith("max_")}


# ---- 0 is none ----

@pytest.mark.parametrize("more", NOTHING[1:2] + NOTHING[3:4] + NOTHING[5:])
def test_zero_reserves_the_model_s_limit(gw, up, more):
    """Fault 2.2: a bound of 0, which many a client's JSON leaves out again,
    reserved nothing."""
    key = gw.new_key(budgets=[{"amount": "0.005", "currency": "CNY",
                               "window": "total"}])
    r = ask(gw, key, **more)
    assert r.status == 429, r
    # (200 + 512 + 16) + 8000 tokens at 1 CNY a million
    assert "may cost up to 0.008728" in r.json()["error"]["message"], r


def test_zero_asks_for_nothing_in_explain(gw, up):
    """Fault 2.2: explain took 0 for 0."""
    key = gw.new_key()
    o = gw.must("POST", "/explain", {
        "key": key[7:17], "model": "bounded", "prompt_tokens": 1000,
        "max_tokens": 0})
    assert o["reserve"] == "0.009"


def test_the_other_member_counts_beside_zero(gw, up):
    """Fault 2.2: a refusal named the member that says nothing."""
    key = gw.new_key(limits={"max_output_tokens": 100})
    refused(ask(gw, key, max_tokens=101, max_completion_tokens=0),
            "max_tokens_exceeded", "max_tokens", "at most 100")
    refused(ask(gw, key, max_tokens=0, max_completion_tokens=101),
            "max_tokens_exceeded", "max_completion_tokens", "at most 100")
    assert ask(gw, key, max_tokens=0, max_completion_tokens=100).status == 200
    assert sent(up) == {"max_tokens": 0, "max_completion_tokens": 100}
    gw.settled(key)


# ---- the bound of key, team and place ----

@pytest.mark.parametrize("more, want", [
    ({}, {"max_tokens": 100}),
    ({"max_tokens": 0}, {"max_tokens": 100}),
    ({"max_tokens": None}, {"max_tokens": 100}),
    ({"max_completion_tokens": None}, {"max_completion_tokens": 100}),
    ({"max_completion_tokens": 0}, {"max_completion_tokens": 100}),
    ({"stream": True}, {"max_tokens": 100}),
])
@pytest.mark.parametrize("whose", ["key", "team"])
def test_max_output_tokens_binds_who_asks_for_nothing(gw, up, more, want,
                                                      whose):
    """Fault 2.3: it bound only who sent max_tokens."""
    limits = {"max_output_tokens": 100}
    gw.must("PUT", "/teams/bounded",
            {"limits": limits if whose == "team" else {}})
    key = gw.new_key(team="bounded", limits=limits if whose == "key" else {},
                     budgets=[{"amount": "0.000828", "currency": "CNY",
                               "window": "total"}])
    assert ask(gw, key, **more).status == 200   # 728 + 100, and no more
    assert sent(up) == want
    gw.settled(key)


@pytest.mark.parametrize("vendor, more, want", [
    ("openai", {}, {"max_completion_tokens": 100}),
    ("openai", {"max_tokens": 0}, {"max_completion_tokens": 100}),
    ("openai", {"max_completion_tokens": None},
     {"max_completion_tokens": 100}),
    ("bailian", {}, {"max_tokens": 100}),
    ("openai", {"max_tokens": 50}, {"max_completion_tokens": 50}),
    ("openai", {"max_completion_tokens": 50}, {"max_completion_tokens": 50}),
    ("openai", {"max_tokens": 60, "max_completion_tokens": 50},
     {"max_completion_tokens": 50}),
    ("bailian", {"max_tokens": 60, "max_completion_tokens": 50},
     {"max_tokens": 60, "max_completion_tokens": 50}),
    ("vllm", {"max_completion_tokens": 50}, {"max_completion_tokens": 50}),
    ("deepseek", {"max_completion_tokens": 0}, {"max_tokens": 100}),
    ("deepseek", {"max_completion_tokens": 50}, {"max_tokens": 50}),
    ("mistral", {"max_tokens": None, "max_completion_tokens": 50},
     {"max_tokens": 50}),
    ("siliconflow", {"max_tokens": 60, "max_completion_tokens": 50},
     {"max_tokens": 60}),
    ("zhipu", {"max_tokens": 50}, {"max_tokens": 50})])
def test_each_vendor_gets_the_member_it_knows(gw, up, vendor, more, want):
    """Fault 2.3: OpenAI's newer models refuse max_tokens.  Seed 002: what a
    client sends goes under the name that is known, too."""
    gw.must("PUT", "/upstreams/" + vendor, {
        "base_url": up.url + "/v1", "dialect": "openai", "vendor": vendor,
        "credentials": [{"secret": "sk-x"}]})
    gw.must("PUT", "/models/o3", {
        "routes": [{"upstream": vendor}], "limit": LIMIT, "price": PRICE})
    key = gw.new_key(limits={"max_output_tokens": 100})
    assert ask(gw, key, model="o3", **more).status == 200
    assert sent(up) == want
    gw.settled(key)


def test_a_place_binds_who_asks_for_nothing(make_gw, up):
    """Fault 2.3: LLMGatewayMaxTokens, too; the least of all counts."""
    gw = make_gw(conf="LLMGatewayMaxTokens 70\n")
    key = gw.new_key(limits={"max_output_tokens": 100})
    less = gw.new_key(limits={"max_output_tokens": 30})
    for k, most in ((key, 70), (less, 30)):
        up.script(*used(10, 10)(None))
        assert ask(gw, k, model="qwen3-max").status == 200
        assert sent(up) == {"max_tokens": most}
        gw.settled(k)


def test_the_rest_of_the_body_stays_as_it_was(gw, up):
    """Fault 2.3: to the byte, and a bound of the client's stays its own."""
    key = gw.new_key(limits={"max_output_tokens": 100})
    for text, want in (
            (b'{ "model" : "bounded",\n "messages":[{"role":"user"}] }',
             b'{"max_tokens":100, "model" : "bounded",\n '
             b'"messages":[{"role":"user"}] }'),
            (b'{"model":"bounded","max_tokens" : 0 ,"x":1e7,'
             b'"messages":[{"role":"user"}]}',
             b'{"model":"bounded","max_tokens" : 100 ,"x":1e7,'
             b'"messages":[{"role":"user"}]}'),
            (b'{"model":"bounded","max_tokens":99,"messages":[{}]}',) * 2):
        assert gw.request("POST", CHAT, text, key).status == 200
        assert up.requests[-1].body == want
    gw.settled(key, 3)


def test_without_a_limit_nothing_is_put(gw, up, key):
    for more in NOTHING:
        assert ask(gw, key, **more).status == 200
        assert sent(up) == more
    gw.settled(key, len(NOTHING))


# ---- token windows ----

def left(r):
    return int(r.headers["x-ratelimit-remaining-tokens"])


def fills(request):
    """An answer that is as long as it may be."""
    body = request.json()
    most = body.get("max_tokens") or body.get("max_completion_tokens")
    return used(58, most or OUTPUT, "go")(request)


@pytest.mark.parametrize("more", NOTHING)
def test_a_window_holds_for_who_asks_for_nothing(gw, up, more):
    """Fault 2.4: 512 tokens were taken for an answer of thousands: 155 800
    passed a window of 10 000."""
    key = gw.new_key(limits={"tokens_per_day": 10_000})
    up.default = fills
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(ask, gw, key, **more) for _ in range(20)]
        until(lambda: sum(j.done() for j in jobs) + len(up.requests) >= 20)
        up.open("go")
        statuses = sorted(j.result().status for j in jobs)
    assert statuses == [200] + [429] * 19
    row, = gw.settled(key)
    assert row["output"] == OUTPUT      # of 10 000 - 58, the model's limit
    wait_quiet(gw)


@pytest.mark.parametrize("limits, n, want", [
    ({"tokens_per_minute": 5000}, 1, 5000 - 58),
    ({"tokens_per_minute": 5000}, 4, (5000 - 58) // 4),
    ({"tokens_per_minute": 5000, "tokens_per_day": 2000}, 1, 2000 - 58),
    ({"tokens_per_minute": 5000, "max_output_tokens": 77}, 1, 77),
    ({"tokens_per_minute": 10**9}, 1, OUTPUT),
    ({"tokens_per_minute": 58}, 1, 1),
])
def test_what_the_window_has_room_for_is_put(gw, up, limits, n, want):
    """Fault 2.4: the bound and what is taken are one figure."""
    key = gw.new_key(limits=limits)
    r = ask(gw, key, **({} if n == 1 else {"n": n}))
    assert r.status == 200, r
    assert sent(up) == {"max_tokens": want}
    gw.settled(key)


def test_only_a_prompt_that_is_larger_is_refused(gw, up):
    """Fault 2.4: ... for good: what asks for nothing is made to fit."""
    key = gw.new_key(limits={"tokens_per_day": 500})
    assert ask(gw, key).status == 200       # 58 + 512 would not
    assert sent(up) == {"max_tokens": 442}
    gw.settled(key)
    small = gw.new_key(limits={"tokens_per_day": 57})
    r = ask(gw, small)
    assert r.status == 429 and r.headers["x-should-retry"] == "false", r
    assert "tokens_per_day is 57" in r.json()["error"]["message"]


@pytest.mark.parametrize("odd", [800.0, "800", -1, 8e3, [1]])
def test_what_nobody_can_read_takes_the_model_s_limit(gw, up, odd):
    """Fault 2.4: 512 was taken, though the upstream may read more."""
    key = gw.new_key(limits={"tokens_per_day": 10_000})
    r = ask(gw, key, max_tokens=odd)
    assert r.status == 200 and left(r) == 10_000 - 58 - OUTPUT
    assert sent(up) == {"max_tokens": odd}      # it is the client's
    gw.settled(key)


def test_explain_says_what_would_be_put(gw, up):
    """Fault 2.3, 2.4: and goes by it."""
    key = gw.new_key(limits={"tokens_per_day": 10_000,
                             "max_output_tokens": 900})
    other = gw.new_key(limits={"tokens_per_day": 5_000})
    for k, put, tokens, reserve in ((key, 900, 1900, "0.0019"),
                                    (other, 4000, 5000, "0.005")):
        o = gw.must("POST", "/explain", {
            "key": k[7:17], "model": "bounded", "prompt_tokens": 1000})
        assert (o["max_tokens_put"], o["tokens"], o["reserve"]) \
            == (put, tokens, reserve) and o["allowed"], o
    o = gw.must("POST", "/explain", {
        "key": key[7:17], "model": "bounded", "prompt_tokens": 1000,
        "max_tokens": 5})
    assert o["max_tokens_put"] is None and o["tokens"] == 1005


def test_json_stays_json(gw, up):
    """Fault 2.3: with all other edits of a body in one place."""
    gw.must("PUT", "/models/edited", {
        "routes": [{"upstream": "mock", "model": "up/\"m", "thinking":
                    "object"}], "limit": LIMIT, "price": PRICE})
    key = gw.new_key(limits={"max_output_tokens": 100})
    for text in (b'{"model":"edited","llmgw_thinking":true,"max_tokens":0,'
                 b'"store":true,"stream":true,"messages":[{}]}',
                 b'{"max_completion_tokens":null,"store":1,'
                 b'"enable_thinking":false,"messages":[{}],"stream":true,'
                 b'"model":"edited"}'):
        gw.request("POST", CHAT, text, key)
        body = json.loads(up.requests[-1].body)
        assert body.pop("model") == "up/\"m"
        assert 100 in (body.get("max_tokens"),
                       body.get("max_completion_tokens"))
        assert body["store"] is False and body["stream_options"]
        assert body["thinking"]["type"] in ("enabled", "disabled")
        assert not {"llmgw_thinking", "enable_thinking"} & set(body)
    gw.settled(key, 2)
