"""Places and rate windows: exact, shared by all children, given back."""
import concurrent.futures
import json
import os
import re
import signal

import pytest

from harness import ledger
from harness.checks import costs_nothing, refused, wait_quiet
from harness.raw import Raw
from harness.shapes import plain
from harness.upstream import (answer, close, done, event, gate, head, raw,
                              reset, silence)

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
DATA = json.dumps(HELLO).encode()
OPEN = {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
SHAPES = [(CHAT, "openai"), ("/api/v1/chat/completions", "envelope")]
RESET = re.compile(r"(\d+ms|\d+s|\d+m\d+s|\d+h\d+m\d+s)\Z")


def at_once(gw, key, count):
    """This many requests at a time; their answers."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        jobs = [pool.submit(gw.request, "POST", CHAT, HELLO, key)
                for _ in range(count)]
        return [j.result() for j in jobs]


# ---- concurrency ----

@pytest.mark.parametrize("path, shape", SHAPES)
def test_one_too_many_at_a_time_is_429(gw, up, path, shape):
    key = gw.new_key(limits={"concurrency": 2})
    steps = [head(), event(OPEN), gate("go"), event(TEXT), done()]
    up.script(*steps)
    up.script(*steps)
    with gw.stream(key) as a, gw.stream(key) as b:
        a.head(), b.head()
        r = gw.request("POST", path, HELLO, key)
        refused(r, "rate_limit_exceeded", shape=shape, message="Rate limit "
                "reached for requests: this API key may have 2 requests at a "
                "time "
                "(concurrency)")
        assert r.headers["Retry-After"] == "1"
        assert len(up.requests) == 2
        up.open("go")
        a.rest(), b.rest()
    wait_quiet(gw)
    assert gw.chat(key).status == 200
    gw.settled(key, 3)


def test_the_place_is_taken_before_the_body(gw, up):
    key = gw.new_key(limits={"concurrency": 1})
    with Raw(gw.port) as c:
        c.post(CHAT, b"", "Expect: 100-continue", key=key, length=len(DATA))
        assert c.line().startswith(b"HTTP/1.1 100 ")
        with costs_nothing_but_held(gw):
            refused(gw.chat(key), "rate_limit_exceeded",
                    message="concurrency")
        c.send(DATA)
        assert c.response().status == 200
    gw.settled(key)


def costs_nothing_but_held(gw):
    import contextlib

    @contextlib.contextmanager
    def check():
        from harness.checks import status
        before = status(gw)
        yield
        after = status(gw)
        assert (before["Held"], before["Open"]) == (1, 0)
        assert (after["Held"], after["Open"]) == (1, 0)
    return check()


def refusals(gw, key):
    """A request of each kind that is refused after its place was taken."""
    for body in (b"", b"{", b"[]", DATA[:-1], b'{"model":"qwen3-max"}',
                 DATA.replace(b"qwen3-max", b"no-such-model"),
                 DATA[:-1] + b',"background":true}'):
        r = gw.request("POST", CHAT, body, key)
        assert r.status in (400, 404), r
    assert gw.request("POST", CHAT, DATA, key,
                      {"Content-Encoding": "br"}).status == 415
    with Raw(gw.port) as c:
        c.post(CHAT, b"", key=key, length=1 << 40)
        assert c.response().status == 413
    with Raw(gw.port) as c:
        c.post(CHAT, b"zz\r\n", "Transfer-Encoding: chunked", key=key,
               length=0)
        assert c.response().status == 400


def test_a_refusal_gives_the_place_back(gw, up):
    key = gw.new_key(limits={"concurrency": 1})
    with costs_nothing(gw, up):
        refusals(gw, key)
    assert gw.chat(key).status == 200
    gw.settled(key)


def leave(gw, key, up, started):
    """A client that goes away, before or after the first event."""
    s = gw.stream(key)
    if started:
        s.data()
    else:
        up.wait_requests(1)
    s.close()


ENDINGS = {     # what the upstream does; what the client does
    "complete": ([answer({"choices": [], "usage": {
        "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})],
        lambda gw, key, up: gw.chat(key)),
    "streamed": (None, lambda gw, key, up: gw.chat(key, stream=True)),
    "error": ([answer({"error": {"message": "x"}}, 500)],
              lambda gw, key, up: gw.chat(key)),
    "client-error": ([answer({"error": {"message": "x"}}, 400)],
                     lambda gw, key, up: gw.chat(key)),
    "no-answer": ([close()], lambda gw, key, up: gw.chat(key)),
    "reset": ([reset()], lambda gw, key, up: gw.chat(key)),
    "garbage": ([raw(b"hello\r\n\r\n"), close()],
                lambda gw, key, up: gw.chat(key)),
    "cut": ([head(), event(OPEN), event(TEXT), close()],
            lambda gw, key, up: gw.chat(key, stream=True)),
    "left-early": ([silence()], lambda gw, key, up: leave(gw, key, up, 0)),
    "left-late": ([head(), event(OPEN), event(TEXT), silence()],
                  lambda gw, key, up: leave(gw, key, up, 1)),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_every_ending_gives_the_place_back(gw, up, name):
    key = gw.new_key(limits={"concurrency": 1})
    steps, act = ENDINGS[name]
    if steps:
        up.script(*steps)
    act(gw, key, up)
    wait_quiet(gw)
    gw.expected.update({"LG0080", "proxy"} if name not in (
        "complete", "streamed", "left-late") else ())
    up.clear()
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    gw.new_log_lines()
    gw.expected.clear()


def test_a_killed_child_gives_its_places_back(make_gw, up):
    gw = make_gw()
    gw.expect_log("LG0112")
    key = gw.new_key(limits={"concurrency": 2})
    steps = [head(), event(OPEN), event(TEXT), silence()]
    up.script(*steps)
    with gw.stream(key) as s, Raw(gw.port) as c:
        s.data()
        c.post(CHAT, b"", "Expect: 100-continue", key=key, length=100)
        assert c.line().startswith(b"HTTP/1.1 100 ")
        refused(gw.chat(key), "rate_limit_exceeded")
        for pid in gw.children():
            os.kill(pid, signal.SIGKILL)
        s.rest()
    gw.settled(key)
    wait_quiet(gw)
    assert [gw.chat(key).status for _ in range(3)] == [200] * 3
    gw.settled(key, 4)


# ---- requests_per_minute ----

@pytest.mark.parametrize("mpm", ["event", "worker", "prefork"])
def test_exactly_so_many_requests_a_minute(make_gw, up, mpm):
    """Five a minute: the sixth would be admitted after twelve seconds."""
    gw = make_gw(mpm=mpm, clock="still")
    key = gw.new_key(limits={"requests_per_minute": 5})
    answers = at_once(gw, key, 24)
    good = [r for r in answers if r.status == 200]
    bad = [r for r in answers if r.status != 200]
    assert len(good) == 5
    for r in bad:
        refused(r, "rate_limit_exceeded", message="Rate limit reached for "
                "requests: this API key may make 5 requests per "
                "minute (requests_per_minute). "
                "Please try again in ")
        assert r.headers["Retry-After"] == "12"
        assert r.headers["x-ratelimit-remaining-requests"] == "0"
    gw.settled(key, 5)
    assert len(up.requests) == 5
    assert len({line.split()[-1] for line in gw.access_log()}) > 1


def test_the_window_is_shown_on_every_answer(make_gw, up):
    gw = make_gw(clock="still")
    key = gw.new_key(limits={"requests_per_minute": 3})
    up.script(answer({"error": {"message": "x", "code": "x"}}, 400))
    shown = []
    answers = [gw.chat(key), gw.chat(key, model="none"),
               gw.chat(key, stream=True), gw.chat(key), gw.chat(key)]
    for r in answers:
        assert r.headers.get_all("x-ratelimit-limit-requests") == ["3"]
        assert RESET.match(r.headers["x-ratelimit-reset-requests"])
        assert "x-ratelimit-limit-tokens" not in r.headers
        shown.append((r.status, r.headers["x-ratelimit-remaining-requests"]))
    assert shown == [(400, "2"), (404, "2"), (200, "1"), (200, "0"),
                     (429, "0")]
    gw.settled(key, 3)
    gw.new_log_lines()


def test_no_limit_no_headers(gw, up, key):
    up.script(answer(plain(), headers=[
        ("x-ratelimit-limit-requests", "99"), ("ratelimit-limit", "9"),
        ("anthropic-ratelimit-requests-limit", "9")]))
    r = gw.chat(key)
    assert not [h for h in r.headers if "ratelimit" in h.lower()]
    gw.settled(key)


def test_a_refused_request_costs_nothing_of_the_window(make_gw, up):
    gw = make_gw(clock="still")
    key = gw.new_key(limits={"requests_per_minute": 1, "concurrency": 1})
    with costs_nothing(gw, up):
        refusals(gw, key)
    assert gw.chat(key).status == 200
    with costs_nothing(gw, up):
        for path, shape in SHAPES:
            r = gw.request("POST", path, HELLO, key)
            refused(r, "rate_limit_exceeded", shape=shape)
            assert r.headers["Retry-After"] == "60"
    gw.settled(key)


def test_after_a_graceful_restart_the_counters_go_on(make_gw, up):
    gw = make_gw(clock="still")
    rate = gw.new_key(limits={"requests_per_minute": 4})
    wide = gw.new_key(limits={"concurrency": 1})
    assert [gw.chat(rate).status for _ in range(3)] == [200] * 3
    up.script(head(), event(OPEN), event(TEXT), gate("go"), event(TEXT), done())
    with gw.stream(wide) as s:
        s.data()
        gw.graceful()
        refused(gw.chat(wide), "rate_limit_exceeded", message="concurrency")
        assert [gw.chat(rate).status for _ in range(2)] == [200, 429]
        up.open("go")
        s.rest()
        assert s.ended
    wait_quiet(gw)
    assert gw.chat(wide).status == 200
    gw.settled(wide, 2)
    gw.settled(rate, 4)


def test_key_and_team_must_both_admit(make_gw, up):
    gw = make_gw(clock="still")
    ledger.change(gw, "UPDATE team SET version = version + 1, spec = ?",
                  json.dumps({"limits": {"requests_per_minute": 3},
                              "deny_models": ["qwen-plus"]}))
    a = gw.new_key(limits={"requests_per_minute": 2})
    b = gw.new_key()
    statuses = [gw.chat(k).status for k in (a, a, a, b, b)]
    assert statuses == [200, 200, 429, 200, 429]
    assert "this team may make 3 requests per minute" in gw.chat(b).json()["error"]["message"]
    refused(gw.chat(a, model="qwen-plus"), "rate_limit_exceeded")
    listed = gw.request("GET", "/v1/models", key=b).json()["data"]
    assert "qwen-plus" not in [m["id"] for m in listed]
    gw.settled(a, 2)
    gw.settled(b, 1)
