"""A gateway to Bailian, as its page tells it: the members of answers and of
chunks, whoever is asked for them, and both caches on both protocols.  Its
fields are in test_seed_bailian.py."""
import json

import pytest

from harness import messages as m
from harness.shapes import EXACT, bill, chunk, plain, sse, usage_chunk, used
from harness.upstream import answer, body, end, head

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
PRICE = {"currency": "CNY", "tiers": [{
    "input": "2.5", "output": "10", "cache_read": "0.5",
    "cache_read_explicit": "0.25", "cache_write_5m": "3.125"}]}
# base_url, dialect
UPSTREAMS = {"compatible": ("/compatible-mode/v1", "openai"),
             "anthropic": ("/apps/anthropic/v1", "anthropic")}


@pytest.fixture(scope="module")
def bailian(module_gw, session_upstream):
    gw = module_gw()
    for name, (path, dialect) in UPSTREAMS.items():
        gw.must("PUT", "/upstreams/" + name, {
            "base_url": session_upstream.url + path, "dialect": dialect,
            "vendor": "bailian", "credentials": [{"secret": "sk-x"}]})
        gw.must("PUT", "/models/" + name, {
            "routes": [{"upstream": name, "model": "qwen3-max"}],
            "limit": {"context": 262144, "output": 65536, "thinking": 81920},
            "caching": {"implicit": True, "explicit": True},
            "price": PRICE, "estimates": "fixed"})
    return gw


@pytest.fixture
def gw(bailian, up):
    return bailian


@pytest.fixture
def key(gw):
    return gw.new_key()


def ask(model, **more):
    return dict({"model": model, "max_tokens": 4000, "messages": [
        {"role": "user", "content": "hello"}]}, **more)


def dialect(model):
    return UPSTREAMS[model][1]


def script_plain(up, model):
    up.script(answer(m.document() if dialect(model) == "anthropic"
                     else plain("Hello")))


def script_stream(up, model):
    there = b"".join(m.stream()) if dialect(model) == "anthropic" else sse(
        chunk(""), chunk("Hel"), chunk("lo"), chunk(finish="stop"),
        usage_chunk())
    up.script(head(), body(there), end())


def no_thinking(row):
    return bill(row).removesuffix(" [thinking]")


@pytest.mark.parametrize("model", UPSTREAMS)
def test_a_plain_answer_has_its_members(gw, up, key, model):
    script_plain(up, model)
    r = gw.request("POST", CHAT, ask(model), key)
    assert r.headers["Content-Type"] == "application/json"
    o = r.json()
    assert o["object"] == "chat.completion"
    assert isinstance(o["id"], str) and isinstance(o["created"], int)
    assert isinstance(o["model"], str)
    choice, = o["choices"]
    assert choice["index"] == 0 and choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == "Hello"
    assert {k: o["usage"][k] for k in used(0, 0)} == used(1000, 50)
    row, = gw.settled(key)
    assert no_thinking(row) == EXACT


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("model", UPSTREAMS)
def test_a_stream_is_events_of_chunks_and_done(gw, up, key, model, asked):
    """One finish_reason that is not null, in the last chunk of the choice;
    all chunks have one id."""
    script_stream(up, model)
    more = {"stream_options": {"include_usage": True}} if asked else {}
    r = gw.request("POST", CHAT, ask(model, stream=True, **more), key)
    assert r.headers["Content-Type"].startswith("text/event-stream")
    assert r.headers["Cache-Control"] == "no-cache"
    *events, last, rest = r.body.decode().split("\n\n")
    assert last == "data: [DONE]" and rest == ""
    assert all(e.startswith("data: {") for e in events)
    chunks = [json.loads(e[6:]) for e in events]
    assert {c["object"] for c in chunks} == {"chat.completion.chunk"}
    for name in ("id", "model", "created"):
        assert len({c[name] for c in chunks}) == 1
    counted = [c for c in chunks if c.get("usage")]
    assert len(counted) == asked
    if asked:
        assert chunks.pop() == counted[0] and counted[0]["choices"] == []
        assert {k: counted[0]["usage"][k] for k in used(0, 0)} == \
            used(1000, 50)
    choices = [c["choices"][0] for c in chunks]
    assert {c["index"] for c in choices} == {0}
    reasons = [c.get("finish_reason") for c in choices]
    assert reasons == [None] * (len(reasons) - 1) + ["stop"]
    assert choices[0]["delta"]["role"] == "assistant"
    assert "".join(c["delta"].get("content") or "" for c in choices) == "Hello"
    row, = gw.settled(key)
    assert no_thinking(row) == EXACT


# what each protocol counts: hits that were not asked for, hits and writes
# that were
HITS = {
    "implicit": ({"cached_tokens": 400}, {"cache_read_input_tokens": 400},
                 False, "input 600, cache_read 400, output 50"),
    "explicit": ({"cached_tokens": 400, "cache_type": "ephemeral"},
                 {"cache_read_input_tokens": 400}, True,
                 "input 600, cache_read_explicit 400, output 50"),
    "written": ({"cached_tokens": 0, "cache_type": "ephemeral",
                 "cache_creation_input_tokens": 400},
                {"cache_creation_input_tokens": 400}, True,
                "input 600, cache_write_5m 400, output 50"),
}
AMOUNTS = {"implicit": 600 * 2500000 + 400 * 500000 + 50 * 10000000,
           "explicit": 600 * 2500000 + 400 * 250000 + 50 * 10000000,
           "written": 600 * 2500000 + 400 * 3125000 + 50 * 10000000}


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize("model", UPSTREAMS)
@pytest.mark.parametrize("name", HITS)
def test_each_cache_has_its_price_on_both_protocols(gw, up, key, path, model,
                                                    name):
    """Natively and translated: cache_control says explicit."""
    chat, messages, marked, want = HITS[name]
    if dialect(model) == "anthropic":
        up.script(answer(m.document(usage=dict(
            {"input_tokens": 600, "output_tokens": 50,
             "cache_creation_input_tokens": 0,
             "cache_read_input_tokens": 0}, **messages))))
    else:
        up.script(answer(plain(usage=dict(used(1000, 50),
                                          prompt_tokens_details=chat))))
    part = {"type": "text", "text": "hello"}
    if marked:
        part["cache_control"] = {"type": "ephemeral"}
    r = gw.request("POST", path, ask(model, messages=[
        {"role": "user", "content": [part]}]), key)
    assert r.status == 200
    assert (b"cache_control" in up.requests[0].body) == marked
    counts = r.json()["usage"]
    if path == CHAT:
        assert counts["prompt_tokens"] == 1000
        assert counts["prompt_tokens_details"]["cached_tokens"] == (
            0 if name == "written" else 400)
    else:
        assert counts["input_tokens"] == 600
        assert {k: counts[k] for k in messages} == messages
    row, = gw.settled(key)
    assert no_thinking(row) == f"settled/reported {AMOUNTS[name]}: {want}"
