"""From a route to the next one, where what is sent may cost more: its reserve
grows in the budgets that hold that, and where one does not the route is left
out."""
import json

import pytest

from harness import messages as m
from harness.shapes import pico, plain, text_of
from harness.upstream import answer, gate

INPUT, OUTPUT = 2_500_000, 10_000_000       # pico-units a token
MODEL = {
    "estimates": "fixed", "limit": {"context": 100_000, "output": 300},
    "price": {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}}
PATHS = {"openai": "/v1/chat/completions", "anthropic": m.PATH}
NAMES = {"openai": "grows-chat", "anthropic": "grows-messages"}
BUSY = {"error": {"message": "Busy."}}
AMPLE = 10**12
TOOL = {"name": "f", "input_schema": {"type": "object", "properties": {
    "a": {"type": "string"}}}}
# what becomes longer by its translation, by the dialect that it is of
SENT = {
    "openai": {"stop": ["x"], "messages": [
        {"role": "user", "content": "hello"}]},
    "anthropic": {"max_tokens": 300, "tools": [TOOL], "messages": [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "t1", "name": "f",
             "input": {"a": "\"\"\"\""}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": "b"}]}]}}


@pytest.fixture(scope="module")
def prepared(session_gw, session_upstream):
    for dialect in PATHS:
        session_gw.must("PUT", "/upstreams/grows-" + dialect, {
            "base_url": session_upstream.url + "/v1", "dialect": dialect,
            "credentials": [{"secret": "sk-x"}]})
    for first, name in NAMES.items():
        session_gw.must("PUT", "/models/" + name, dict(MODEL, routes=[
            {"upstream": "grows-" + d, "model": "claude",
             "priority": int(d != first)} for d in PATHS]))
    return session_gw


@pytest.fixture
def gw(prepared, gw):
    gw.expect_log("LG0080")     # the first upstream fails
    return gw


@pytest.fixture(params=PATHS)
def first(request):
    return request.param


def answer_of(path, prompt, output):
    if path == m.PATH:
        return answer(m.document({"input_tokens": prompt,
                                  "output_tokens": output}))
    return answer(plain("Hello", {"prompt_tokens": prompt,
                                  "completion_tokens": output,
                                  "total_tokens": prompt + output}))


def ask(gw, key, first):
    return gw.request("POST", PATHS[first], dict(
        SENT[first], model=NAMES[first]), key)


def in_all(amount):
    return [{"amount": text_of(amount), "currency": "CNY", "window": "total"}]


@pytest.fixture
def reserves(gw, up, first):
    """What is held while the first upstream has it, and the second."""
    key, held = gw.new_key(budgets=in_all(AMPLE)), []

    def hold(_):
        b, = gw.request("GET", "/v1/key", key=key).json()["budgets"]
        held.append(pico(b["reserved"]))

    up.script(hold, answer(BUSY, 503))
    other, = (d for d in PATHS if d != first)
    up.script(hold, answer_of(PATHS[other], 100, 10))
    assert ask(gw, key, first).status == 200
    assert [r.path for r in up.requests] == [PATHS[first], PATHS[other]]
    row, = gw.settled(key)
    assert row["amount"] == 100 * INPUT + 10 * OUTPUT
    up.clear()
    assert held[0] == (len(json.dumps(dict(
        SENT[first], model=NAMES[first])).encode()) + 512 + 16 * (
            len(SENT[first]["messages"]) + len(SENT[first].get("tools", [])))
        ) * INPUT + 300 * OUTPUT
    assert held[1] > held[0]
    return held


def key_of(gw, whose, amount):
    """One whose own budget, or its team's, is this; None: there is none."""
    if amount is None:
        return gw.new_key()
    if whose == "key":
        return gw.new_key(budgets=in_all(amount))
    gw.must("PUT", f"/teams/t{amount}", {"budgets": in_all(amount)})
    return gw.new_key(team=f"t{amount}", budgets=in_all(AMPLE))


def all_of(reserve):
    """The prompt with which an answer costs so much."""
    return (reserve - 300 * OUTPUT) // INPUT


@pytest.mark.parametrize("whose", ["key", "team", "nobody"])
def test_a_budget_that_just_holds_it(gw, up, first, reserves, whose):
    """The upstream counts all that it may of what it was sent."""
    key = key_of(gw, whose, None if whose == "nobody" else reserves[1])
    other, = (d for d in PATHS if d != first)
    up.script(answer(BUSY, 503))
    up.script(answer_of(PATHS[other], all_of(reserves[1]), 300))
    assert ask(gw, key, first).status == 200
    row, = gw.settled(key)
    assert row["amount"] == reserves[1] and row["attempts"] == 2
    assert not row["flags"] & 0x20          # reserve_short
    if whose != "nobody":
        # nothing is left
        assert ask(gw, key, first).status == (402 if first == "anthropic"
                                              else 429)


@pytest.mark.parametrize("whose", ["key", "team"])
def test_a_budget_that_just_does_not(gw, up, first, reserves, whose):
    key = key_of(gw, whose, reserves[1] - 1)
    up.script(answer(BUSY, 503))
    r = ask(gw, key, first)
    assert r.status == 503 and len(up.requests) == 1, r
    row, = gw.settled(key)
    assert (row["attempts"], row["amount"]) == (1, 0)
    up.script(answer_of(PATHS[first], all_of(reserves[0]), 300))
    assert ask(gw, key, first).status == 200        # nothing is held
    assert gw.settled(key, 2)[1]["amount"] == reserves[0]


def test_a_budget_that_others_hold(gw, up, first, reserves):
    """Two at once: there is room for one of them to grow."""
    key = key_of(gw, "key", reserves[0] + reserves[1])
    other, = (d for d in PATHS if d != first)
    up.script(gate("one"), answer_of(PATHS[first], all_of(reserves[0]), 300))
    up.script(answer(BUSY, 503))
    up.script(answer_of(PATHS[other], all_of(reserves[1]), 300))
    with gw.stream(key, dict(SENT[first], model=NAMES[first]),
                   PATHS[first]) as s:
        up.wait_at("one")
        assert ask(gw, key, first).status == 200
        up.open("one")
        s.rest()
        assert s.status == 200
    assert sum(r["amount"] for r in gw.settled(key, 2)) \
        == reserves[0] + reserves[1]


def test_more_than_that_widens_by_the_difference(gw, up, first, reserves):
    """What counts is what was sent last."""
    gw.expect_log("LG0050")
    key = gw.new_key()
    other, = (d for d in PATHS if d != first)
    up.script(answer(BUSY, 503))
    up.script(answer_of(PATHS[other], all_of(reserves[1]) + 7, 300))
    assert ask(gw, key, first).status == 200
    row, = gw.settled(key)
    assert row["flags"] & 0x20
    wider = gw.admin("GET", "/keys/" + key[7:17]).json()["widened"]
    assert [(w["prompt_tokens"], w["output_tokens"]) for w in wider] \
        == [(7, 0)], wider
