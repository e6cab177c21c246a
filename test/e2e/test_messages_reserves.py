"""Budgets hold for Messages, whatever is sent, at an upstream that takes all
that it may: it counts every byte, writes it all into a cache for an hour where
there is a marker, and writes as much as it is asked for."""
import base64
import concurrent.futures
import json
import random

import pytest

from harness import messages as m
from harness.shapes import pico, text_of
from harness.upstream import answer, gate
from harness.wait import until

CONTEXT, OUTPUT, IMAGE = 200000, 4000, 1600
PICTURE = base64.b64encode(b"\x89PNG" + b"x" * 3000).decode()
IMAGE_BLOCK = {"type": "image", "source": {
    "type": "base64", "media_type": "image/png", "data": PICTURE}}
LATE_TYPE = {"source": {"data": PICTURE, "media_type": "image/png",
                        "type": "base64"}, "type": "image"}
MARK = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
TEXT = "word " * 200


@pytest.fixture(scope="module")
def claude(session_gw, session_upstream):
    m.set_up(session_gw, session_upstream, {"greedy": dict(
        m.SONNET, limit={"context": CONTEXT, "output": OUTPUT,
                         "image_tokens": IMAGE, "pdf_tokens": 3000})})
    return session_gw


@pytest.fixture
def gw(claude, gw):
    return gw


def count(value):
    """As the most lenient server reads it; None: it is none."""
    try:
        n = int(float(value))
    except (TypeError, ValueError):
        return None
    return n if n > 0 else None


def takes(request):
    body, bytes_ = request.json(), request.body
    pictures = bytes_.count(PICTURE.encode())
    prompt = min(len(bytes_) + pictures * (IMAGE - len(PICTURE)), CONTEXT)
    output = min(count(body["max_tokens"]) or OUTPUT, OUTPUT)
    if b"cache_control" not in bytes_:
        return {"input_tokens": prompt, "output_tokens": output}
    return {"input_tokens": 0, "output_tokens": output,
            "cache_creation_input_tokens": prompt,
            "cache_creation": {"ephemeral_5m_input_tokens": 0,
                               "ephemeral_1h_input_tokens": prompt}}


def some_block(rng):
    text = "".join(rng.choice("abc \u4f60\u597d\"\\\n") for _ in
                   range(rng.randrange(1500)))
    said = {"type": "text", "text": text}
    return dict(rng.choice([
        said, said, IMAGE_BLOCK, LATE_TYPE,
        {"type": "tool_use", "id": text, "name": "f", "input": {"x": [text]}},
        {"type": "tool_result", "tool_use_id": "a",
         "content": [said, IMAGE_BLOCK]},
        {"type": "tool_result", "tool_use_id": "a", "content": text},
        {"type": "document", "source": {"type": "text", "data": text,
                                        "media_type": "text/plain"}},
        {"type": "document", "source": {"type": "content",
                                        "content": [IMAGE_BLOCK, said]}},
        {"type": "thinking", "thinking": text, "signature": text},
        {"type": "unheard", "of": {"by": [text]}}]),
        **rng.choice([{}, {}, {}, MARK]))


def some_body(rng):
    body = {"model": "greedy", "max_tokens": rng.choice(
        [1, 300, 10**6, 0, -1, "60", 40.0, 1.5e3, []]), "messages": [
        {"role": rng.choice(["user", "assistant", "system"]),
         "content": rng.choice([TEXT, [some_block(rng) for _ in range(
             rng.randrange(1, 4))]])} for _ in range(rng.randrange(1, 4))]}
    for more in ({"system": TEXT}, {"system": [{"type": "text", "text": TEXT,
                                                **MARK}]}, MARK,
                 {"tools": [{"name": "f", "input_schema": {
                     "description": TEXT}}] * 3},
                 {"thinking": {"type": "enabled", "budget_tokens": 1024}},
                 {"metadata": {"user_id": TEXT}}, {"whatever": [TEXT]}):
        if rng.random() < 0.25:
            body.update(more)
    return json.dumps(body, ensure_ascii=rng.random() < 0.5,
                      indent=rng.choice([None, None, 1])).encode()


def spent(gw, key):
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    return pico(b["spent"]) + pico(b["reserved"])


@pytest.mark.parametrize("seed", range(3))
def test_the_budget_holds_whatever_is_sent(gw, up, seed):
    rng = random.Random(seed)
    bodies = [some_body(rng) for _ in range(48)]
    limit = 1_000_000_000_000
    key = gw.new_key(budgets=[{"amount": text_of(limit), "currency": "USD",
                               "window": "total"}])
    up.default = lambda request: [gate("go"),
                                  answer(m.document(takes(request)))]
    samples = []
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        jobs = [pool.submit(gw.request, "POST", m.PATH, body, key)
                for body in bodies]
        until(lambda: samples.append(spent(gw, key))
              or sum(j.done() for j in jobs) + len(up.requests) >= 48)
        up.open("go")
        until(lambda: samples.append(spent(gw, key))
              or all(j.done() for j in jobs))
    statuses = [j.result().status for j in jobs]
    rows = gw.settled(key, statuses.count(200))
    assert set(statuses) <= {200, 402, 429} and len(rows) > 5
    assert len(set(statuses)) > 1
    assert max(samples) <= limit and spent(gw, key) <= limit
    assert not [r for r in rows if r["flags"] & 0x20]
