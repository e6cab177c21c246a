"""Budgets hold for Responses, whatever is sent, at an upstream that takes all
that it may: it counts every byte and medium, and writes as much as it is asked
for."""
import concurrent.futures
import json
import random
import re

import pytest

from harness import bodies
from harness import responses as r9
from harness.checks import costs_nothing, refused
from harness.shapes import bill, pico, text_of
from harness.upstream import answer, body, end, gate, head
from harness.wait import until

CONTEXT, OUTPUT = 120_000, 2_000
IMAGE, PDF = 1_000, 3_000
TEMPLATE = 400                  # of the 512 that templates may add
MODEL = {
    "estimates": "fixed", "thinking": {"can": True, "default": True},
    "limit": {"context": CONTEXT, "output": OUTPUT, "image_tokens": IMAGE,
              "pdf_tokens": PDF},
    "price": {"currency": "USD", "tiers": [
        {"up_to": 9_000, "input": "2", "output": "8", "output_thinking": "20",
         "cache_read": "0.2", "input_image": "3"},
        {"up_to": CONTEXT, "input": "4", "output": "16",
         "output_thinking": "40", "cache_read": "0.4",
         "input_image": "6"}]}}
BOUNDS = [None, 300]            # of a key: one is put where there is none


@pytest.fixture(scope="module")
def openai(session_gw, session_upstream):
    r9.set_up(session_gw, session_upstream, {"greedy": MODEL, "closed": {
        k: v for k, v in MODEL.items() if k != "limit"}})
    return session_gw


@pytest.fixture
def gw(openai, gw):
    return gw


def loosely(value):
    """A count as the most lenient server reads it; 0: it is none."""
    try:
        return max(0, int(float(value)))
    except (TypeError, ValueError):
        return 0


def prompt_of(request):
    o, data = request.json(), request.body
    if bodies.HOSTED in o.get("tools", []):
        return CONTEXT
    media = [(bodies.PICTURE, IMAGE), (bodies.PAPER, PDF), (bodies.URL, IMAGE)]
    items = len(o["input"]) if isinstance(o["input"], list) else 1
    return min(CONTEXT, len(data) + TEMPLATE + 16 * (
        items + len(o.get("tools", []))) + sum(
        data.count(text.encode()) * (tokens - len(text))
        for text, tokens in media))


def takes(request):
    """Reasoning is inside the output; it reasons unless it is told not to."""
    o = request.json()
    thinks = "effort" in o.get("reasoning", {}) \
        or o.get("enable_thinking") is not False
    assert o["store"] is False
    output = min(loosely(o.get("max_output_tokens")) or OUTPUT, OUTPUT)
    return r9.counts(prompt_of(request), output, 0, output * thinks)


def greedy(request):
    usage = takes(request)
    if request.json().get("stream"):
        return [gate("go"), head(), body(b"".join(r9.stream(usage=usage))),
                end()]
    return [gate("go"), answer(r9.document(usage=usage))]


def in_all(amount):
    return {"amount": text_of(amount), "currency": "USD", "window": "total"}


def state(gw, key):
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    return pico(b["spent"]) + pico(b["reserved"])


@pytest.mark.parametrize("most", BOUNDS)
@pytest.mark.parametrize("seed", range(3))
def test_the_budget_holds_whatever_is_sent(gw, up, seed, most):
    rng = random.Random(f"responses {seed} {most}")
    sent = [bodies.some(rng, "responses", model="greedy") for _ in range(48)]
    limit = 2_000_000_000_000
    key = gw.new_key(budgets=[in_all(limit)], limits={
        "max_output_tokens": most} if most else {})
    up.default = greedy
    samples = []
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        jobs = [pool.submit(gw.request, "POST", r9.PATH, data, key)
                for data in sent]
        until(lambda: samples.append(state(gw, key))
              or sum(j.done() for j in jobs) + len(up.requests) >= 48)
        up.open("go")
        until(lambda: samples.append(state(gw, key))
              or all(j.done() for j in jobs))
    statuses = [j.result().status for j in jobs]
    rows = gw.settled(key, statuses.count(200))
    what = {s: (statuses.count(s), next(
        j.result().body for j in jobs if j.result().status == s))
        for s in set(statuses)}
    assert set(statuses) <= {200, 400, 429}, what
    assert statuses.count(200) > 5 and len(set(statuses)) > 1, what
    assert max(samples) <= limit and state(gw, key) <= limit
    assert not [r for r in rows if r["flags"] & 0x20], what
    if most:
        assert max(r["output"] for r in rows) <= most


# ---- what has no bound ----

# 120 000 tokens at the dearest rate, and 2 000 of reasoning: as text, and as
# pictures where the kind is not known
WHOLE = [120_000 * 4 + 2_000 * 40, 120_000 * 6 + 2_000 * 40]
OPEN = {
    "search": {"tools": [{"type": "web_search"}]},
    "images": {"tools": [{"type": "image_generation"}]},
    "shell": {"tools": [{"type": "shell"}]},
    "tool-search": {"tools": [{"type": "tool_search"}]},
    "new-tool": {"tools": [{"type": "oracle"}]},
    "in-a-namespace": {"tools": [{"type": "namespace", "tools": [
        {"type": "web_search"}]}]},
    "new-item": {"input": [{"type": "hologram", "x": 1}]},
    "new-part": {"input": [{"role": "user", "content": [
        {"type": "input_smell", "x": 1}]}]},
    "named-thoughts": {"input": [{"type": "reasoning", "id": "rs_1"}]},
    "compaction": {"context_management": [{"type": "compaction"}]},
}
CLOSED = {
    "function": {"tools": [{"type": "function", "name": "f"}]},
    "custom": {"tools": [{"type": "custom", "name": "f"}]},
    "local-shell": {"tools": [{"type": "local_shell"}]},
    "shell-here": {"tools": [{"type": "shell", "environment": {
        "type": "local"}}]},
    "patch": {"tools": [{"type": "apply_patch"}]},
    "search-here": {"tools": [{"type": "tool_search",
                               "execution": "client"}]},
    "thoughts": {"input": [{"type": "reasoning", "encrypted_content": "gA"},
                           {"role": "user", "content": "x"}]},
}


def may_cost(gw, text):
    """The most that a request may cost, in micro-units; NULL: no bound."""
    key = gw.new_key(budgets=[in_all(1)])
    r = gw.request("POST", r9.PATH, text, key)
    found = re.search(r"may cost up to ([0-9.]*[0-9])", r.body.decode())
    return pico(found[1]) // 10**6 if found else r.json()["error"]["code"]


@pytest.mark.parametrize("name", OPEN)
def test_what_has_no_bound(gw, up, name):
    """The whole context is reserved; where that is not known, 403."""
    text = r9.body(**dict({"max_output_tokens": None}, **OPEN[name]))
    with costs_nothing(gw, up):
        assert may_cost(gw, dict(text, model="greedy")) in WHOLE
        key = gw.new_key(budgets=[in_all(10**14)])
        refused(gw.request("POST", r9.PATH, dict(
            text, model="closed", max_output_tokens=9), key),
            "unbounded_cost")


@pytest.mark.parametrize("name", CLOSED)
def test_what_the_client_runs_adds_nothing(gw, up, name):
    with costs_nothing(gw, up):
        text = r9.body(**CLOSED[name])
        assert may_cost(gw, dict(text, model="greedy")) < 60_000


def test_no_bound_at_all(gw, up):
    """Neither the model nor the body says one."""
    key = gw.new_key(budgets=[in_all(10**14)])
    text = {"model": "closed", "input": "a", "store": False}
    with costs_nothing(gw, up):
        r = gw.request("POST", r9.PATH, text, key)
        assert r.status == 403 and \
            r.json()["error"]["code"] == "unbounded_cost"
    up.script(answer(r9.document(usage=r9.counts(10, 5))))
    assert gw.request("POST", r9.PATH, dict(text, max_output_tokens=9),
                      key).status == 200
    row, = gw.settled(key)
    assert bill(row).endswith("input 10, output 5")


def test_what_is_said_to_fit_does(gw, up):
    """A refusal names the largest max_output_tokens that would pass."""
    rng = random.Random("fits")
    up.default = lambda request: greedy(request)[1:]
    met = 0
    for _ in range(25):
        text = json.loads(bodies.some(rng, "responses", model="greedy"))
        most = may_cost(gw, text)
        if isinstance(most, str):       # it is refused for other reasons
            continue
        key = gw.new_key(budgets=[in_all(most * 10**6 * 998 // 1000)])
        r = gw.request("POST", r9.PATH, text, key)
        found = re.search(rb"It fits with a max_output_tokens of at most "
                          rb"(\d+)", r.body)
        if found is None:
            continue
        met += 1
        r = gw.request("POST", r9.PATH,
                       dict(text, max_output_tokens=int(found[1])), key)
        assert r.status == 200, (r.body, found[0])
        row, = gw.settled(key)
        assert not row["flags"] & 0x20
    assert met > 5
