"""On every route, translated or not, and from one to the next: spent and
reserved never pass the budget, at an upstream that takes all that it may of
the body that it got."""
import concurrent.futures
import json
import random
import re

import pytest

from harness import bodies, routes
from harness import messages as m
from harness.shapes import chunk, pico, plain, sse, text_of, usage_chunk
from harness.upstream import answer, body, end, gate, head
from harness.wait import until

CONTEXT, OUTPUT, THINKING = 120_000, 2_000, 1_500
IMAGE, PDF = 1_000, 3_000
TEMPLATE = 400                  # of the 512 that templates may add
MODEL = {
    "estimates": "fixed", "caching": {"explicit": True},
    "thinking": {"can": True},
    "limit": {"context": CONTEXT, "output": OUTPUT, "thinking": THINKING,
              "image_tokens": IMAGE, "pdf_tokens": PDF},
    "parameters": [{"name": "reasoning_effort"}],
    "price": {"currency": "CNY", "tiers": [
        {"up_to": 9_000, "input": "2", "output": "8", "output_thinking": "20",
         "cache_read_explicit": "0.2", "cache_write_5m": "2.5",
         "cache_write_1h": "4", "input_image": "3"},
        {"up_to": CONTEXT, "input": "4", "output": "16",
         "output_thinking": "40", "cache_read_explicit": "0.4",
         "cache_write_5m": "5", "cache_write_1h": "8",
         "input_image": "6"}]}}
# (client, upstreams in their order)
WAYS = {"chat": ("chat", ["openai"]), "messages": ("messages", ["anthropic"]),
        "chat-translated": ("chat", ["anthropic"]),
        "messages-translated": ("messages", ["openai"]),
        "chat-twice": ("chat", ["openai", "anthropic"]),
        "messages-twice": ("messages", ["anthropic", "openai"])}
PATHS = {"chat": "/v1/chat/completions", "messages": "/v1/messages"}
AT = {"openai": PATHS["chat"], "anthropic": PATHS["messages"]}


@pytest.fixture(scope="module")
def prepared(session_gw, session_upstream):
    for dialect, vendor in (("openai", "bailian"),
                            ("anthropic", "anthropic")):
        session_gw.must("PUT", "/upstreams/greedy-" + dialect, {
            "base_url": session_upstream.url + "/v1", "dialect": dialect,
            "vendor": vendor, "credentials": [{"secret": "sk-x"}]})
    for name, (_, order) in WAYS.items():
        session_gw.must("PUT", "/models/" + name, dict(MODEL, routes=[
            {"upstream": "greedy-" + d, "model": "claude", "priority": i,
             "thinking": "enable_thinking" if d == "openai" else "object"}
            for i, d in enumerate(order)]))
    return session_gw


@pytest.fixture
def gw(prepared, gw):
    return gw


# ---- an upstream that takes all that it may ----

def loosely(value):
    """A count as the most lenient server reads it; 0: it is none."""
    try:
        return max(0, int(float(value)))
    except (TypeError, ValueError):
        return 0


def prompt_of(request):
    o, data = request.json(), request.body
    media = [(bodies.PICTURE, IMAGE), (bodies.PAPER, PDF), (bodies.URL, IMAGE)]
    if bodies.SEARCH in o.get("tools", []) or o.get("enable_search"):
        return CONTEXT
    return min(CONTEXT, len(data) + TEMPLATE + 16 * (
        len(o["messages"]) + len(o.get("tools", []))) + sum(
        data.count(text.encode()) * (tokens - len(text))
        for text, tokens in media))


def chat_usage(request):
    """Thinking comes beside the bound, and is counted with the rest."""
    o = request.json()
    output = min(max(loosely(o.get("max_tokens")), loosely(
        o.get("max_completion_tokens"))) or OUTPUT, OUTPUT)
    thinks = o.get("enable_thinking") or o.get("thinking_budget") \
        or o.get("reasoning_effort", "none") != "none" \
        or (o.get("thinking") or {}).get("type", "disabled") != "disabled"
    if thinks:
        output += o.get("thinking_budget", THINKING)
    output *= loosely(o.get("n")) or 1
    prompt = prompt_of(request)
    usage = {"prompt_tokens": prompt, "completion_tokens": output}
    if thinks:
        usage["completion_tokens_details"] = {"reasoning_tokens": output}
    if b"cache_control" in request.body:
        usage["prompt_tokens_details"] = {
            "cache_type": "ephemeral", "cache_creation": {
                "ephemeral_5m_input_tokens": prompt},
            "cache_creation_input_tokens": prompt}
    return usage, thinks


def messages_usage(request):
    o = request.json()
    output = min(loosely(o["max_tokens"]) or OUTPUT, OUTPUT)
    thinks = o.get("thinking", {}).get("type", "disabled") != "disabled"
    prompt = prompt_of(request)
    usage = {"input_tokens": prompt, "output_tokens": output}
    if b"cache_control" in request.body:
        usage.update({"input_tokens": 0, "cache_creation_input_tokens": prompt,
                      "cache_creation": {"ephemeral_1h_input_tokens": prompt,
                                         "ephemeral_5m_input_tokens": 0}})
    return usage, thinks


def chat_answer(request):
    usage, _ = chat_usage(request)
    if request.json().get("stream"):
        return [head(), body(sse(chunk("hi"), chunk(finish="stop"),
                                 usage_chunk(usage))), end()]
    return answer(plain("hi", usage))


def messages_answer(request):
    usage, thinks = messages_usage(request)
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    if request.json().get("stream"):
        events = [m.start(dict(usage, output_tokens=1))]
        if thinks:
            events += [m.block(type="thinking", thinking=""),
                       m.delta("hm", 0, "thinking"), m.stop()]
        events += [m.block(1), m.delta("hi", 1), m.stop(1), m.last(usage),
                   m.end()]
        return [head(), *(body(e) for e in events), end()]
    return answer(m.document(usage, content=[thought] * thinks + [
        {"type": "text", "text": "hi"}]))


ANSWERS = {AT["openai"]: chat_answer, AT["anthropic"]: messages_answer}


def greedy(order):
    """Answers once the test lets it; but for the last one the upstreams fail
    at once."""
    def steps(request):
        if request.path != AT[order[-1]]:
            return answer({"error": {"message": "Busy."}}, 503)
        return [gate("go"), *ANSWERS[request.path](request)]
    return steps


# ---- all at once ----

def in_all(amount):
    return {"amount": text_of(amount), "currency": "CNY", "window": "total"}


def state(gw, key):
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    return pico(b["spent"]) + pico(b["reserved"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(2))
def test_the_budget_holds_whatever_is_sent(gw, up, seed, way):
    client, order = WAYS[way]
    rng = random.Random(f"{way} {seed}")
    sent = [bodies.some(rng, client, model=way) for _ in range(48)]
    limit = 2_000_000_000_000
    key = gw.new_key(budgets=[in_all(limit)])
    up.default = greedy(order)
    if len(order) > 1:
        gw.expect_log("LG0080")
    samples = []
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        jobs = [pool.submit(gw.request, "POST", PATHS[client], data, key)
                for data in sent]
        until(lambda: samples.append(state(gw, key)) or sum(
            j.done() for j in jobs) + sum(
            r.path == AT[order[-1]] for r in list(up.requests)) >= 48)
        up.open("go")
        until(lambda: samples.append(state(gw, key))
              or all(j.done() for j in jobs))
    results = [j.result() for j in jobs]
    statuses = [r.status for r in results]
    rows = gw.settled(key, sum(s in (200, 503) for s in statuses))
    what = {s: (statuses.count(s), next(
        r.body for r in results if r.status == s)) for s in set(statuses)}
    short = [r for r in rows if r["flags"] & 0x20]
    assert not short, what
    assert statuses.count(200) > 5, what
    assert max(samples) <= limit and state(gw, key) <= limit
    assert sum(r["amount"] for r in rows) <= limit


# ---- bounds that nobody knows ----

def test_no_bound_at_all(gw, up):
    """The Messages API has to be told one: it is 8192 where the catalogue
    knows none, but what may be told elsewhere is not known."""
    spec = dict(MODEL, limit={"context": CONTEXT})
    gw.must("PUT", "/models/boundless", dict(spec, routes=[
        {"upstream": "greedy-anthropic", "model": "claude"}]))
    text = {"model": "boundless", "messages": [
        {"role": "user", "content": "hello"}]}
    key = gw.new_key(budgets=[in_all(100 * 10**12)])
    r = gw.request("POST", PATHS["chat"], text, key)
    assert r.status == 403 and r.json()["error"]["code"] == "unbounded_cost"
    assert up.requests == [] and gw.rows(key) == []
    up.default = lambda request: messages_answer(request)
    assert gw.request("POST", PATHS["chat"], dict(text, max_tokens=9), key) \
        .status == 200
    free = gw.new_key()
    assert gw.request("POST", PATHS["chat"], text, free).status == 200
    assert [r.json()["max_tokens"] for r in up.requests] == [9, 8192]
    gw.settled(key), gw.settled(free)


# ---- what would fit ----

COST = re.compile(rb"may cost up to ([0-9.]*[0-9])")
FITS = re.compile(rb"It fits with a (max_[a-z_]*) of at most (\d+)")


@pytest.mark.parametrize("way", [w for w in WAYS if "twice" not in w])
def test_what_is_said_to_fit_does(gw, up, way):
    """A refusal names the largest bound that would pass."""
    client, _ = WAYS[way]
    rng = random.Random(way)
    up.default = lambda request: ANSWERS[request.path](request)
    poor = gw.new_key(budgets=[in_all(10**6)])
    met = 0
    for _ in range(25):
        text = json.loads(bodies.some(rng, client, model=way))
        most = COST.search(gw.request("POST", PATHS[client], text, poor).body)
        if most is None:                # it is refused for other reasons
            continue
        key = gw.new_key(budgets=[in_all(
            pico(most[1].decode()) * 998 // 1000)])
        found = FITS.search(gw.request("POST", PATHS[client], text, key).body)
        if found is None:
            continue
        met += 1
        for name in ("max_tokens", "max_completion_tokens"):
            text.pop(name, None)
        text[found[1].decode()] = int(found[2])
        r = gw.request("POST", PATHS[client], text, key)
        assert r.status == 200, (r.body, found[0])
        row, = gw.settled(key)
        assert not row["flags"] & 0x20
    assert met > 5
