"""Reserves see all that the model sees: whatever stands in a body, however
its bounds are spelled, spent and reserved never pass the budget."""
import base64
import concurrent.futures
import json
import random

import pytest

from harness.shapes import pico, plain, text_of, usage_chunk
from harness.upstream import answer, done, event, gate, head
from harness.wait import until

CHAT = "/v1/chat/completions"
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
CONTEXT, OUTPUT, IMAGE = 20_000, 2_000, 1_000
INPUT_RATE, OUTPUT_RATE = 2_500_000, 10_000_000
LONG = "lorem ipsum " * 250                     # 3000 bytes
PICTURE = base64.b64encode(b"\x89PNG" + b"x" * 3000).decode()
IMAGE_PART = {"type": "image_url", "image_url": {
    "url": "data:image/png;base64," + PICTURE}}
MODEL = {"routes": [{"upstream": "mock"}], "estimates": "fixed",
         "limit": {"context": CONTEXT, "output": OUTPUT,
                   "image_tokens": IMAGE},
         "price": {"currency": "CNY", "tiers": [{"input": "2.5",
                                                 "output": "10"}]}}


def budget(amount):
    return {"amount": amount, "currency": "CNY", "window": "total"}


def state(gw, key):
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    return pico(b["spent"]), pico(b["reserved"])


# ---- an upstream that takes all that it may ----

def loosely(value):
    """A count as the most lenient server reads it; None: it is none."""
    try:
        n = int(float(value))
    except (TypeError, ValueError):
        return None
    return n if n > 0 else None


def takes(request):
    """All bytes are prompt but those of pictures; all choices are as long as
    they may be."""
    body = request.json()
    pictures = request.body.count(PICTURE.encode())
    prompt = len(request.body) + pictures * (IMAGE - len(PICTURE))
    bounds = [loosely(body.get(name)) for name in ("max_tokens",
                                                   "max_completion_tokens")]
    most = min(max([b for b in bounds if b] or [OUTPUT]), OUTPUT)
    return {"prompt_tokens": min(prompt, CONTEXT),
            "completion_tokens": most * (loosely(body.get("n")) or 1)}


def greedy(request):
    """Answers once the test lets it, so that all reserves meet."""
    used = takes(request)
    if request.json().get("stream"):
        return [gate("go"), head(), event(TEXT), event(STOP),
                event(usage_chunk(used)), done()]
    return [gate("go")] + answer(plain(usage=used))


@pytest.fixture
def gw(gw, up):
    gw.must("PUT", "/models/greedy", MODEL)
    up.default = greedy
    return gw


def ask(gw, key, body):
    """What is sent goes to the byte."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return gw.request("POST", CHAT, text, key)


def reserve_of(text, output, messages=1, tools=0, images=0):
    prompt = min(len(text) + 512 + 16 * (messages + tools)
                 + images * (IMAGE - len(PICTURE)), CONTEXT)
    return prompt * INPUT_RATE + output * OUTPUT_RATE


def check_reserve(gw, up, body, want):
    """Is exactly this much reserved while it runs?  And enough?"""
    key = gw.new_key(budgets=[budget("100")])
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        job = pool.submit(ask, gw, key, body)
        until(lambda: state(gw, key)[1] > 0 or job.done())
        reserved = state(gw, key)[1]
        up.open("go")
        r = job.result()
    assert r.status == 200, r
    row, = gw.settled(key)
    assert (reserved, row["flags"] & 0x20) == (want, 0)
    assert row["amount"] <= want


# ---- one member at a time ----

USER = {"role": "user", "content": "hello"}
MEMBERS = {
    "response_format": {"response_format": {
        "type": "json_schema", "json_schema": {"name": "x", "schema": {
            "description": LONG}}}},
    "prediction": {"prediction": {"type": "content", "content": LONG}},
    "tool_choice": {"tool_choice": {"type": "function", "function": {
        "name": LONG}}},
    "chat_template": {"chat_template": LONG},
    "documents": {"documents": [{"title": "x", "text": LONG}]},
    "guided_json": {"guided_json": {"properties": {"a": LONG}}},
    "extra_body": {"extra_body": {"x": LONG}},
    "logit_bias": {"logit_bias": {str(n): -100 for n in range(300)}},
    "stop": {"stop": [LONG[:100]] * 4},
    "unknown": {"whatever": {"deep": [[{"er": LONG}]]}},
    "names": {"whatever": {LONG: 1}},
    "numbers": {"whatever": list(range(1000))},
    "message-name": {"messages": [dict(USER, name=LONG)]},
    "message-id": {"messages": [{"role": "tool", "tool_call_id": LONG,
                                 "content": "x"}]},
    "message-unknown": {"messages": [dict(USER, whatever=[{"x": LONG}])]},
    "part-unknown": {"messages": [{"role": "user", "content": [
        {"type": "text", "text": "x", "note": LONG}]}]},
    "part-of-another-type": {"messages": [{"role": "user", "content": [
        {"type": "brand_new", "brand_new": {"x": LONG}}]}]},
    "part-string": {"messages": [{"role": "user", "content": [LONG]}]},
    "of-a-picture": {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {
            "url": IMAGE_PART["image_url"]["url"], "note": LONG}}]}]},
    "not-a-picture": {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {
            "url": "data:image/png;base64," + LONG}}]}]},
}


@pytest.mark.parametrize("name", MEMBERS)
def test_every_member_is_reserved(gw, up, name):
    """Fault 2.1: what the body says outside of texts was free."""
    body = dict({"model": "greedy", "max_tokens": 10, "messages": [USER]},
                **MEMBERS[name])
    text = json.dumps(body).encode()
    images = name in ("of-a-picture", "not-a-picture")
    want = reserve_of(text, 10) + images * IMAGE * INPUT_RATE
    if name == "of-a-picture":
        want -= len(PICTURE) * INPUT_RATE
    check_reserve(gw, up, body, want)


def test_blanks_and_escapes_are_bytes(gw, up):
    """Fault 2.1: the reserve goes by what is sent, not by what it says."""
    body = {"model": "greedy", "max_tokens": 10, "messages": [
        {"role": "user", "content": "\u4f60\u597d" * 100}]}
    text = json.dumps(body, indent=8).encode()
    check_reserve(gw, up, text, reserve_of(text, 10))


def test_media_in_place_count_by_their_kind(gw, up):
    """Fault 2.1: a picture is limit.image_tokens, its bytes are nothing, and
    all beside them is text."""
    body = {"model": "greedy", "max_tokens": 10, "messages": [
        {"role": "user", "content": [IMAGE_PART, {"type": "text", "text": "x",
                                                  "x": LONG}, IMAGE_PART]}]}
    text = json.dumps(body).encode()
    check_reserve(gw, up, body, reserve_of(text, 10, images=2))


@pytest.mark.parametrize("part", [
    {"type": "audio_url", "audio_url": {"url": "https://x/a.wav"}},
    {"type": "input_image", "image_url": "data:application/pdf;base64,AAAA"},
    {"type": "brand_new", "source": "https://x/a.tiff"}])
def test_what_is_only_pointed_at_is_a_context(gw, up, part):
    """Fault 2.1: media that nobody can size stood for the bytes of their
    URLs."""
    body = {"model": "greedy", "max_tokens": 10, "messages": [
        {"role": "user", "content": [part]}]}
    check_reserve(gw, up, body,
                  CONTEXT * INPUT_RATE + 10 * OUTPUT_RATE)


@pytest.mark.parametrize("kind, part", [
    ("audio", {"type": "input_audio", "input_audio": {"data": PICTURE}}),
    ("video", {"type": "video_url", "video_url": {
        "url": "data:video/mp4;base64," + PICTURE}}),
    ("pdf", {"type": "file", "file": {
        "file_data": "data:application/pdf;base64," + PICTURE}})])
def test_other_media_have_limits_too(gw, up, kind, part):
    """Fault 2.1: audio, video and files always reserved a whole context."""
    gw.must("PUT", "/models/greedy-media", dict(
        MODEL, limit=dict(MODEL["limit"], **{kind + "_tokens": 4000})))
    body = {"model": "greedy-media", "max_tokens": 10, "messages": [
        {"role": "user", "content": [part]}]}
    text = json.dumps(body).encode()
    up.default = lambda request: [gate("go")] + answer(plain(usage={
        "prompt_tokens": 4000, "completion_tokens": 10}))
    check_reserve(gw, up, body,
                  reserve_of(text, 10) + (4000 - len(PICTURE)) * INPUT_RATE)


def test_the_prompt_limit_sees_all_of_it(gw, up):
    """Fault 2.1: max_prompt_tokens and token windows let pass what stood in
    other members."""
    small = {"model": "greedy", "max_tokens": 10, "messages": [USER]}
    key = gw.new_key(limits={"max_prompt_tokens": 500})
    up.open("go")
    assert ask(gw, key, small).status == 200
    r = ask(gw, key, dict(small, **MEMBERS["response_format"]))
    assert r.status == 400 and "max_prompt_tokens is 500" in \
        r.json()["error"]["message"], r
    key = gw.new_key(limits={"tokens_per_day": 500})
    r = ask(gw, key, dict(small, whatever=LONG))
    assert r.status == 429 and "tokens_per_day is 500" in \
        r.json()["error"]["message"], r


# ---- thinking ----

THINKER = {
    "routes": [{"upstream": "beside"}], "estimates": "fixed",
    "limit": {"context": CONTEXT, "output": OUTPUT, "thinking": 5000},
    "price": {"currency": "CNY", "tiers": [{
        "input": "2.5", "output": "10", "output_thinking": "40"}]}}


@pytest.mark.parametrize("says, model, beside, rate", [
    ({}, {"can": True, "default": False}, 0, 10),
    ({}, {}, 0, 10),
    ({}, None, 0, 10),
    ({"enable_thinking": True}, {"can": False}, 0, 10),
    ({"thinking_budget": 0}, None, 0, 10),
])
def test_thinking_is_reserved_only_where_it_may_be(gw, up, says, model,
                                                   beside, rate):
    """Fault 2.1: "not off" was taken for thinking."""
    check_thinking(gw, up, says, model, beside, rate)


@pytest.mark.parametrize("says, model, beside, rate", [
    ({}, {"can": True, "default": True}, 5000, 40),
    ({"enable_thinking": True}, None, 5000, 40),
    ({"llmgw_thinking": True, "thinking_budget": 300}, None, 300, 40),
    ({"thinking_budget": 300}, {"can": True}, 300, 40),
    ({"enable_thinking": True}, {"default": False}, 5000, 40),
    ({"reasoning_effort": "high"}, {"can": True}, 5000, 40),
    ({"chat_template_kwargs": {"enable_thinking": True}}, None, 5000, 40),
    ({"enable_thinking": False}, {"can": True, "default": True}, 0, 10),
])
def test_thinking_that_may_be_is_reserved(gw, up, says, model, beside, rate):
    check_thinking(gw, up, says, model, beside, rate)


def check_thinking(gw, up, says, model, beside, rate):
    gw.must("PUT", "/upstreams/beside", {
        "base_url": up.url + "/v1", "dialect": "openai", "vendor": "bailian",
        "credentials": [{"secret": "sk-x"}]})
    gw.must("PUT", "/models/thinker", dict(
        THINKER, **({} if model is None else {"thinking": model})))
    body = dict({"model": "thinker", "max_tokens": 10, "messages": [USER]},
                **says)
    text = json.dumps(body).encode()
    prompt = len(text) + 512 + 16
    check_reserve(gw, up, body, prompt * INPUT_RATE
                  + (10 + beside) * rate * 1_000_000)


# ---- all at once ----

BOUNDS = [{}, {}, {"max_tokens": 0}, {"max_tokens": None},
          {"max_completion_tokens": 0}, {"max_tokens": 300},
          {"max_completion_tokens": 200}, {"max_tokens": 10**6},
          {"max_tokens": 0, "max_completion_tokens": 50},
          {"max_tokens": None, "max_completion_tokens": 0},
          {"max_tokens": 5, "max_completion_tokens": 700},
          {"max_tokens": 40.0}, {"max_tokens": "60"}, {"max_tokens": -1},
          {"max_tokens": 1.5e3}, {"max_completion_tokens": []}]
CHOICES = [{}, {}, {"n": None}, {"n": 0}, {"n": 2}, {"n": "2"}, {"n": 2.0},
           {"n": 1.5}]


def some_message(rng):
    text = "".join(rng.choice("abc \u4f60\u597d\"\\\n") for _ in
                   range(rng.randrange(1500)))
    content = rng.choice([text, [{"type": "text", "text": text}],
                          [IMAGE_PART, {"type": "text", "text": text}],
                          [{"type": "x", "y": text}, text], None])
    return dict({"role": rng.choice(["system", "user", "assistant"]),
                 "content": content}, **rng.choice([
                     {}, {"name": text}, {"tool_calls": [{
                         "id": text, "type": "function", "function": {
                             "name": "f", "arguments": text}}]},
                     {"whatever": {"x": [text]}}]))


def some_body(rng):
    body = {"model": "greedy", "messages": [
        some_message(rng) for _ in range(rng.randrange(1, 4))]}
    for more in rng.sample(sorted(MEMBERS), rng.randrange(3)):
        body.update({k: v for k, v in MEMBERS[more].items()
                     if k != "messages"})
    if rng.random() < 0.3:
        body["tools"] = [{"type": "function", "function": {
            "name": "f", "parameters": {"description": LONG}}}] * 2
    for more in (rng.choice(BOUNDS), rng.choice(CHOICES),
                 rng.choice([{}, {"stream": True}])):
        body.update(more)
    return json.dumps(body, ensure_ascii=rng.random() < 0.5,
                      indent=rng.choice([None, None, 1])).encode()


@pytest.mark.parametrize("seed", range(3))
def test_the_budget_holds_whatever_is_sent(gw, up, seed):
    """Fault 2.1, 2.2: 64 at once to an upstream that counts all bytes and
    writes all that it may."""
    rng = random.Random(seed)
    bodies = [some_body(rng) for _ in range(64)]
    limit = 600_000_000_000             # about a third of them
    key = gw.new_key(budgets=[budget(text_of(limit))])
    samples = []
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        jobs = [pool.submit(ask, gw, key, body) for body in bodies]
        until(lambda: samples.append(sum(state(gw, key)))
              or sum(j.done() for j in jobs) + len(up.requests) >= 64)
        up.open("go")
        until(lambda: samples.append(sum(state(gw, key)))
              or all(j.done() for j in jobs))
    statuses = [j.result().status for j in jobs]
    rows = gw.settled(key, statuses.count(200))
    assert set(statuses) == {200, 429} and len(rows) > 5
    assert max(samples) <= limit and sum(state(gw, key)) <= limit
    assert sum(r["amount"] for r in rows) <= limit
    assert not [r for r in rows if r["flags"] & 0x20]
