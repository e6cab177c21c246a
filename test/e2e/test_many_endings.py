"""Every kind of ending at once, from many clients: each request has one row,
and its own bill."""
import concurrent.futures
import json
import random
import threading

import pytest

from harness.shapes import EXACT, USAGE, bill, chunk, error, plain, usage_chunk
from harness.upstream import (answer, body, close, end, event, head, reset,
                              silence)
from harness.wait import PATIENCE

ESTIMATE = "estimated/estimated 155000000: input 58, output 1"
PROMPT = "estimated/estimated 145000000: input 58"
FINISH = chunk(finish="stop")

# name: (stream, steps, events to read before leaving (None: all), bill)
KINDS = {
    "stream": (True, [head(), event(chunk("Hi")), event(FINISH),
                      event(usage_chunk()), event("[DONE]"), end()], None,
               EXACT),
    "pieces": (True, [head()] + [body(bytes([b])) for b in
                                 f"data: {json.dumps(chunk('Hi'))}\r\n\r\n"
                                 .encode()]
               + [event(chunk(finish="stop", usage=USAGE)), event("[DONE]"),
                  end()], None, EXACT),
    "long": (True, [head(), event(chunk("x" * 100000)),
                    event(chunk(finish="stop", usage=USAGE)),
                    event("[DONE]"), end()], None, EXACT),
    "plain": (False, answer(plain()), None, EXACT),
    "no-usage": (False, answer(plain("four", usage=None)), None, ESTIMATE),
    "bad": (False, answer(error("x"), 404), None,
            "failed/none 0 [upstream_error]"),
    "dies": (False, [close()], None, "failed/none 0"),
    "resets": (True, [reset()], None, "failed/none 0"),
    "broken": (True, [head(), event(chunk("four")), body(b"data: ha"),
                      close()], None, ESTIMATE + " [cut]"),
    "cut": (False, [head(content_type="application/json", length=50),
                    body(b'{"choices":[]'), close()], None, "failed/none 0"),
    "left": (True, [head(), event(chunk("four")), silence()], 1,
             ESTIMATE + " [client_left]"),
    "left-early": (True, [silence()], 0, PROMPT + " [client_left]"),
    "left-at-done": (True, [head(), event(chunk("Hi")), event(FINISH),
                            event(usage_chunk()), event("[DONE]"), end()], 3,
                     EXACT),
}
EACH = 40


@pytest.fixture
def gw(agw):
    return agw


def one(gw, up, kind, key):
    stream, _, events, _ = KINDS[kind]
    with gw.stream(key, stream=stream, messages=[
            {"role": "user", "content": kind.ljust(5, "x")[:5]}],
            metadata={"kind": kind}) as s:
        if events is None:
            s.rest()
        for _ in range(events or 0):
            s.event()
        if events == 0:
            up.seen[kind].acquire(timeout=PATIENCE)


def test_all_at_once(gw, up):
    up.seen = {kind: threading.Semaphore(0) for kind in KINDS}

    def steps(request):
        kind = request.json()["metadata"]["kind"]
        up.seen[kind].release()
        return KINDS[kind][1]

    up.default = steps
    gw.expect_log("LG0080", "AH01110", "LG0073", "AH01102", "AH00898")
    keys = {kind: gw.new_key(name=kind) for kind in KINDS}
    jobs = [k for k in KINDS for _ in range(EACH)]
    random.Random(7).shuffle(jobs)
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        list(pool.map(lambda k: one(gw, up, k, keys[k]), jobs))
    for kind, key in keys.items():
        bills = {bill(r) for r in gw.settled(key, EACH)}
        assert bills == {KINDS[kind][3]}, kind
    # and the gateway is as before
    up.default = None
    up.script(answer(plain()))
    assert gw.chat(keys["plain"]).status == 200
    gw.settled(keys["plain"], EACH + 1)
