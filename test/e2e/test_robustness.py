"""What upstreams do: oddities of streams, answers and connections, on each
kind of route.  Where it is passed on, not a byte is changed; a client that is
translated for gets a whole answer of its own API; the bill is the same."""
import json
import re

import pytest

from harness import messages as m
from harness.client import Stream
from harness.shapes import EXACT, bill, chunk, plain, sse, usage_chunk
from harness.upstream import (answer, body, close, end, gate, head, pieces,
                              raw, reset)

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
# path, model; models are named for what their upstream speaks
ROUTES = {"chat": (CHAT, "openai"), "messages": (MESSAGES, "anthropic"),
          "messages over chat": (MESSAGES, "openai"),
          "chat over messages": (CHAT, "anthropic")}
PASSED = ("chat", "messages")
PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}
TEXT = "H\u4f60\u00e9\U0001f600lo"


@pytest.fixture(scope="module")
def odd(module_gw, session_upstream):
    gw = module_gw()
    for name in ("openai", "anthropic"):
        gw.must("PUT", "/upstreams/" + name, {
            "base_url": session_upstream.url + "/v1", "dialect": name,
            "credentials": [{"secret": "sk-" + name}]})
        gw.must("PUT", "/models/" + name, {
            "routes": [{"upstream": name}], "price": PRICE,
            "limit": {"context": 200000, "output": 8000},
            "estimates": "fixed"})
    return gw


@pytest.fixture
def gw(odd, up):
    odd.new_log_lines()
    yield odd
    odd.finish(up)
    odd.check_log()


@pytest.fixture
def key(gw):
    return gw.new_key()


@pytest.fixture(params=ROUTES)
def route(request):
    return request.param


def speaks(route):
    return ROUTES[route][1]


def ask(gw, key, route, stream=True, **more):
    path, model = ROUTES[route]
    data = dict({"model": model, "max_tokens": 4000, "messages": [
        {"role": "user", "content": "hello"}]}, **more)
    if stream:
        data["stream"] = True
        if path == CHAT:
            data["stream_options"] = {"include_usage": True}
    return gw.request("POST", path, data, key)


# ---- streams ----

def unescaped(*objects):
    return [f"data: {text}\n\n".encode() for text in (
        o if isinstance(o, str) else json.dumps(o, ensure_ascii=False)
        for o in objects)]


def events_of(kind):
    """A whole answer of two pieces of text, event by event."""
    if kind == "anthropic":
        return m.stream(TEXT[:2], TEXT[2:])
    return unescaped(chunk(""), chunk(TEXT[:2]), chunk(TEXT[2:]),
                     chunk(finish="stop"), usage_chunk(), "[DONE]")


def objects_of(data):
    """The objects of a stream's data lines, whatever its line ends are."""
    lines = re.split(rb"\r\n|\r|\n", data.removeprefix(b"\xef\xbb\xbf"))
    found = []
    for line in lines:
        text = line.removeprefix(b"data:").strip()
        if line.startswith(b"data:") and text != b"[DONE]":
            found.append(json.loads(text.decode("utf-8", "replace")))
    return found


def text_of(objects, path):
    if path == CHAT:
        return "".join(c["delta"].get("content") or "" for o in objects
                       for c in o.get("choices") or [])
    return "".join(o["delta"].get("text", "") for o in objects
                   if o["type"] == "content_block_delta")


def is_whole(data, path):
    """A translated client sees one end, and no other."""
    objects = objects_of(data)
    if path == CHAT:
        reasons = [c["finish_reason"] for o in objects for c in o["choices"]
                   if c["finish_reason"]]
        return (reasons == ["stop"] and data.count(b"[DONE]") == 1
                and data.endswith(b"data: [DONE]\n\n"))
    names = [o["type"] for o in objects]
    return (names.count("message_delta") == names.count("message_stop") == 1
            and names.count("message_start") == 1
            and names.count("content_block_start")
            == names.count("content_block_stop")
            and names[-1] == "message_stop")


def joined(*events):
    return [head(), body(b"".join(events)), end()]


def behind(kind, *more):
    """Events behind the last one."""
    return joined(*events_of(kind), *more)


def before_end(kind, *more, last=1):
    """Events before the last ones: [DONE], or message_stop."""
    events = events_of(kind)
    return joined(*events[:-last], *more, *events[-last:])


def with_head(first):
    return lambda kind: [raw(first.encode()),
                         raw(b"".join(events_of(kind))), close()]


def odd_chunk(**more):
    return unescaped(dict(chunk(), **more))


STREAMS = {
    "data without a blank": lambda kind: joined(
        *(e.replace(b"data: ", b"data:") for e in events_of(kind))),
    "CRLF": lambda kind: joined(
        *(e.replace(b"\n", b"\r\n") for e in events_of(kind))),
    "lone CR": lambda kind: joined(
        *(e.replace(b"\n", b"\r") for e in events_of(kind))),
    "a byte order mark": lambda kind: joined(b"\xef\xbb\xbf",
                                             *events_of(kind)),
    "comments": lambda kind: joined(
        *(b": keep-alive\n\n" + e for e in events_of(kind))),
    "retry and id": lambda kind: joined(
        *(e.replace(b"data: ", b"id: 7\nretry: 10\ndata: ", 1)
          for e in events_of(kind))),
    "blank lines": lambda kind: joined(
        b"\n\n", *(e + b"\n\n" for e in events_of(kind))),
    "one segment": lambda kind: joined(*events_of(kind)),
    "byte by byte, characters cut": lambda kind: [
        head(), *pieces(b"".join(events_of(kind)), 1), end()],
    "HTTP/1.0, ended by the connection": with_head(
        "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"),
    "HTTP/1.1, ended by the connection": with_head(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        "Connection: close\r\n\r\n"),
    "a length": lambda kind: [
        head(length=len(b"".join(events_of(kind)))),
        raw(b"".join(events_of(kind)))],
    "text/plain": lambda kind: [
        head(content_type="text/plain"), body(b"".join(events_of(kind))),
        end()],
    "no type": lambda kind: [
        head(content_type=None), body(b"".join(events_of(kind))), end()],
    "a type without a blank": lambda kind: [
        head(content_type="text/event-stream;charset=UTF-8"),
        body(b"".join(events_of(kind))), end()],
    "interim answers": lambda kind: [
        raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            b"HTTP/1.1 102 Processing\r\n\r\n"), *joined(*events_of(kind))],
    "the end twice": lambda kind: behind(kind, events_of(kind)[-1]),
    "garbage behind the end": lambda kind: behind(kind, b"<html>\n\nx"),
    "a comment behind the end": lambda kind: behind(kind, b": bye\n\n"),
    "NUL in a string": lambda kind: before_end(
        kind, b'data: {"type":"x","choices":[],"note":"a\\u0000b"}\n\n'),
    "bytes that are no UTF-8": lambda kind: before_end(
        kind, b'data: {"type":"x","choices":[],"note":"a\xff\xc3"}\n\n'),
    "members twice": lambda kind: joined(
        *(e.replace(b'"created": 1', b'"created": 2, "created": 1').replace(
            b'"index":0', b'"index":0,"index":0') for e in events_of(kind))),
    "an unknown event": lambda kind: before_end(
        kind, b'event: x\ndata: {"type":"x","choices":[]}\n\n'),
    "a name without data": lambda kind: before_end(kind, b"event: ping\n\n"),
}
# of chat completions only
CHATS = {
    "no [DONE]": joined(*events_of("openai")[:-1]),
    "usage behind [DONE]": joined(*events_of("openai")[:-2],
                                  *reversed(events_of("openai")[-2:])),
    "data behind [DONE]": behind("openai", *odd_chunk(choices=[])),
    "choices empty": before_end("openai", *odd_chunk(choices=[])),
    "choices null": before_end("openai", *odd_chunk(choices=None)),
    "no choices": before_end("openai", b'data: {"id":"x"}\n\n'),
    "usage null": before_end("openai", *odd_chunk(choices=[], usage=None)),
    "finish_reason twice": before_end(
        "openai", *unescaped(chunk(finish="stop")), last=3),
    "usage in each chunk": joined(*unescaped(*(
        dict(c, usage={"prompt_tokens": 1000, "completion_tokens": n,
                       "total_tokens": 1000 + n})
        for n, c in ((0, chunk("")), (20, chunk(TEXT[:2])),
                     (40, chunk(TEXT[2:])), (50, chunk(finish="stop")))),
        "[DONE]")),
}
def judge(gw, up, key, route, steps):
    path = ROUTES[route][0]
    up.script(*steps)
    r = ask(gw, key, route)
    assert r.status == 200, r
    if route in PASSED:
        assert r.body == body_of(steps)
    else:
        assert is_whole(r.body, path), r.body
        assert text_of(objects_of(r.body), path) == TEXT
    row, = gw.settled(key)
    assert bill(row) == EXACT


def body_of(steps):
    """The bytes of the body that steps send."""
    class Recorder:
        def __init__(self):
            self.data, self.chunked, self.ended = b"", True, True
            self.keep = True

        def body(self, data):
            self.data += data

        def send(self, data):
            if data.startswith(b"HTTP/"):
                self.data = b""
            elif data != b"0\r\n\r\n":
                self.data += data

    c = Recorder()
    for step in steps:
        if step.__qualname__.startswith("close"):
            break
        step(c)
    return c.data


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream(gw, up, key, route, name):
    judge(gw, up, key, route, STREAMS[name](speaks(route)))


@pytest.mark.parametrize("route", ["chat", "messages over chat"])
@pytest.mark.parametrize("name", CHATS)
def test_a_stream_of_chat_completions(gw, up, key, route, name):
    judge(gw, up, key, route, CHATS[name])


def test_what_is_no_json(gw, up, key, route):
    """It passes; who is translated for is told, and nothing is made up."""
    path, kind = ROUTES[route]
    if route not in PASSED:
        gw.expect_log("LG0076")
    steps = before_end(kind, b"data: {oops\n\n")
    up.script(*steps)
    r = ask(gw, key, route)
    row, = gw.settled(key)
    if route in PASSED:
        assert r.body == body_of(steps)
        assert bill(row) == EXACT
    else:
        told = objects_of(r.body)[-1]
        assert "error" in told and b"[DONE]" not in r.body
        assert b"message_stop" not in r.body
        assert bill(row) == EXACT + " [cut, upstream_error]"


USAGES = {
    "strings": '{"prompt_tokens":"1000","completion_tokens":"50"}',
    "floats": '{"prompt_tokens":1000.5,"completion_tokens":50.5}',
    "negative": '{"prompt_tokens":-1000,"completion_tokens":-50}',
    "huge": '{"prompt_tokens":%s,"completion_tokens":%s}' % ("9" * 40,
                                                             "9" * 40),
    "null": '{"prompt_tokens":null,"completion_tokens":null}',
    "an array": '[1000,50]', "a word": '"much"', "null itself": "null",
}


@pytest.mark.parametrize("name", USAGES)
@pytest.mark.parametrize("stream", [True, False])
def test_counts_that_are_none(gw, up, key, route, name, stream):
    """They pass, and the bill is an estimate."""
    path, kind = ROUTES[route]
    odd = USAGES[name].replace("prompt_", "input_").replace(
        "completion_", "output_") if kind == "anthropic" else USAGES[name]
    mark = {"n": "MARK"}
    if not stream:
        there = json.dumps(m.document(usage=mark) if kind == "anthropic"
                           else plain("Hello", usage=mark))
    elif kind == "anthropic":
        there = b"".join(m.stream(first=mark, final=mark)).decode()
    else:
        there = b"".join([*events_of(kind)[:-2], *unescaped(
            usage_chunk(mark), "[DONE]")]).decode()
    there = re.sub(r'\{"n": ?"MARK"\}', lambda _: odd, there).encode()
    up.script(*([head(), body(there), end()] if stream
                else [answer(there)]))
    r = ask(gw, key, route, stream)
    assert r.status == 200
    row, = gw.settled(key)
    assert bill(row).startswith("estimated/estimated ")
    if route in PASSED:
        assert r.body == there
    elif stream:
        assert is_whole(r.body, path)
    else:
        assert not {1000, 50, 1000.5, -1000} & set(
            (r.json().get("usage") or {}).values())


# ---- documents ----

def document_of(kind):
    return json.dumps(m.document(content=[{"type": "text", "text": TEXT}])
                      if kind == "anthropic" else plain(TEXT),
                      ensure_ascii=False).encode()


def typed(type_, data, **more):
    return [head(content_type=type_, **more), body(data), end()]


JSON = "application/json"
DOCUMENTS = {
    "blank lines first": lambda d: typed(JSON, b"\n\n \n" + d),
    "a byte order mark": lambda d: typed(JSON, b"\xef\xbb\xbf" + d),
    "text/plain": lambda d: typed("text/plain", d),
    "no type": lambda d: typed(None, d),
    "byte by byte": lambda d: [head(content_type=JSON), *pieces(d, 1), end()],
    "HTTP/1.0": lambda d: [raw(b"HTTP/1.0 200 OK\r\nContent-Type: "
                               b"application/json\r\n\r\n"), raw(d), close()],
    "interim answers": lambda d: [
        raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        *answer(d)],
    "NUL in a string": lambda d: typed(
        JSON, b'{"note":"a\\u0000b",' + d[1:]),
    "bytes that are no UTF-8": lambda d: typed(
        JSON, b'{"note":"a\xff\xc3",' + d[1:]),
    "members twice": lambda d: typed(JSON, b'{"id":"0",' + d[1:]),
}


def answer_text(o):
    return o["choices"][0]["message"]["content"] if "choices" in o \
        else "".join(b["text"] for b in o["content"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document(gw, up, key, route, name):
    steps = DOCUMENTS[name](document_of(speaks(route)))
    up.script(*steps)
    r = ask(gw, key, route, stream=False)
    assert r.status == 200, r
    if route in PASSED:
        assert r.body == body_of(steps)
    else:
        assert answer_text(r.json()) == TEXT
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_garbage_behind_a_document(gw, up, key, route):
    """It passes; for who is translated for it is no answer, and free."""
    if route not in PASSED:
        gw.expect_log("LG0080")
    steps = typed(JSON, document_of(speaks(route)) + b"\n<!-- x -->")
    up.script(*steps)
    r = ask(gw, key, route, stream=False)
    row, = gw.settled(key)
    if route in PASSED:
        assert r.body == body_of(steps)
        assert bill(row) == EXACT
    else:
        assert r.status == 502 and row["amount"] == 0


def test_a_document_for_a_stream(gw, up, key, route):
    """Relayed as it is; who is translated for gets an answer, too."""
    there = document_of(speaks(route))
    up.script(answer(there))
    r = ask(gw, key, route)
    assert r.status == 200
    if route in PASSED:
        assert r.body == there
    assert TEXT in r.body.decode() or text_of(
        objects_of(r.body), ROUTES[route][0]) == TEXT
    row, = gw.settled(key)
    assert bill(row) == EXACT


def test_a_stream_for_a_document(gw, up, key, route):
    steps = joined(*events_of(speaks(route)))
    up.script(*steps)
    r = ask(gw, key, route, stream=False)
    assert r.status == 200
    if route in PASSED:
        assert r.body == body_of(steps)
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- what is no answer ----

def test_204_is_no_answer(gw, up, key, route):
    gw.expect_log("LG0080")
    up.script(raw(b"HTTP/1.1 204 No Content\r\n\r\n"))
    r = ask(gw, key, route)
    assert r.status == 502
    row, = gw.settled(key)
    assert row["amount"] == 0


def test_a_proxys_page(gw, up, key, route):
    gw.expect_log("LG0080")
    page = b"<html><h1>502 Bad Gateway</h1></html>"
    up.script(head(502, content_type="text/html", length=len(page),
                   reason="Bad Gateway"), raw(page))
    r = ask(gw, key, route)
    assert r.status == 502
    if route in PASSED:
        assert r.body == page
    else:
        assert r.json()["error"]["message"] and b"<html>" not in r.body
    row, = gw.settled(key)
    assert row["amount"] == 0


WHEN = "Fri, 27 Nov 2026 12:00:00 GMT"


def test_retry_after_may_be_a_date(gw, up, key, route):
    gw.expect_log("LG0080")
    error = m.error("rate_limit_error", "Slow down.")
    if speaks(route) == "openai":
        error = {"error": {"message": "Slow down.", "type": "requests",
                           "param": None, "code": "rate_limit_exceeded"}}
    up.script(answer(error, 429, [("Retry-After", WHEN)]))
    r = ask(gw, key, route)
    assert r.status == 429 and r.headers["Retry-After"] == WHEN
    assert "Slow down." in r.json()["error"]["message"]
    row, = gw.settled(key)
    assert row["amount"] == 0


@pytest.mark.parametrize("how", [close, reset])
def test_a_break_within_an_event(gw, up, key, route, how):
    """What was whole is delivered; then an error, and no end."""
    path, kind = ROUTES[route]
    gw.expect_log("LG0073", "AH01110")
    whole = events_of(kind)
    n = 3 if kind == "openai" else 5
    up.script(head(), *(body(e) for e in whole[:n]),
              body(whole[n][:len(whole[n]) // 2]), how())
    r = ask(gw, key, route)
    assert b"[DONE]" not in r.body and b"message_stop" not in r.body
    objects = objects_of(r.body)
    assert "error" in objects[-1]
    assert text_of(objects[:-1], path) == TEXT
    row, = gw.settled(key)
    assert "[" in bill(row) and "cut" in bill(row)


def test_an_event_of_10_mb(gw, up, key, route):
    """As an image in base64 is.  A translation has a bound: it says so, and
    nothing is made up."""
    kind = speaks(route)
    big = "A" * 10_000_000
    more = m.delta(big) if kind == "anthropic" else unescaped(chunk(big))[0]
    events = events_of(kind)
    n = 4 if kind == "anthropic" else 2     # some text is there before
    steps = joined(*events[:n], more, *events[n:])
    if route not in PASSED:
        gw.expect_log("LG0076")
    up.script(*steps)
    r = ask(gw, key, route)
    assert r.status == 200
    row, = gw.settled(key)
    if route in PASSED:
        assert r.body == body_of(steps)
        assert bill(row) == EXACT
    else:
        objects = objects_of(r.body)
        assert text_of(objects[:-1], ROUTES[route][0]) == TEXT[:2]
        assert "too long" in objects[-1]["error"]["message"]
        assert b"[DONE]" not in r.body and b"message_stop" not in r.body
        assert bill(row).endswith("[cut, upstream_error]")


# ---- what stands between, and must hold nothing back ----

NEIGHBOURS = {
    "deflate": ("deflate", "SetOutputFilter DEFLATE"),
    "ratelimit": ("ratelimit", "SetOutputFilter RATE_LIMIT\n"
                               "SetEnv rate-limit 4096"),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_no_module_holds_events_back(make_gw, up, name):
    """Each event is there before the upstream goes on, on each kind of
    route."""
    module, conf = NEIGHBOURS[name]
    gw = make_gw(modules=(module, "env"), conf=conf)
    for n in ("openai", "anthropic"):
        gw.must("PUT", "/upstreams/" + n, {
            "base_url": up.url + "/v1", "dialect": n,
            "credentials": [{"secret": "sk-x"}]})
        gw.must("PUT", "/models/" + n, {
            "routes": [{"upstream": n}], "free": True})
    key = gw.new_key()
    for path, model in ROUTES.values():
        events = events_of(model)
        n = 4 if model == "anthropic" else 2    # the first text is in these
        mark = path + model
        up.script(head(), body(b"".join(events[:n])), gate(mark),
                  body(b"".join(events[n:])), end())
        data = {"model": model, "max_tokens": 100, "stream": True,
                "messages": [{"role": "user", "content": "hello"}]}
        with Stream(gw.port, path, data, key,
                    headers=[("Accept-Encoding", "gzip")]) as s:
            seen = b""
            while TEXT[:2] not in text_of(objects_of(seen), path):
                seen += s.event()
            up.open(mark)
            s.rest()
            assert "content-encoding" not in s.headers
            assert s.headers["x-accel-buffering"] == "no"
            assert text_of(objects_of(s.body), path) == TEXT
    # free, and counted
    assert {(r["state"], r["input"], r["output"])
            for r in gw.settled(key, len(ROUTES))} == {(3, 1000, 50)}
