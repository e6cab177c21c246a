"""What of an upstream's answer a client gets: the headers that are known to be
for clients, and nothing that holds the upstream's credential."""
import base64
import json
import urllib.parse

import pytest

from harness.raw import Raw
from harness.shapes import plain
from harness.upstream import answer, body, done, end, event, head, raw

CHAT = "/v1/chat/completions"
SECRET = "sk-Upstream/of+this-test_9Q"
OURS = {"date", "server", "content-type", "x-request-id"}
PASSED = [("Content-Language", "de"), ("Retry-After", "7"),
          ("openai-processing-ms", "12")]
# what gateways in front of models, clouds and browsers have been seen to use
ODD = ["X-Accel-Redirect", "X-Accel-Limit-Rate", "X-Sendfile",
       "Clear-Site-Data", "Refresh", "Location", "Content-Location", "Link",
       "Set-Cookie", "WWW-Authenticate", "Proxy-Authenticate",
       "x-litellm-key-spend", "x-litellm-model-api-base",
       "x-litellm-response-cost", "llm_provider-x-request-id", "cf-ray",
       "x-amzn-requestid", "ETag", "Last-Modified", "Expires", "Age",
       "Cache-Control", "Vary", "Server-Timing", "NEL", "Report-To", "P3P",
       "Content-Security-Policy", "Cross-Origin-Opener-Policy",
       "Content-Disposition", "Content-MD5", "Digest", "Accept-Ranges",
       "Allow", "X-Powered-By", "X-Odd", "Via", "Warning", "Trailer"]


@pytest.fixture(scope="module")
def rgw(module_gw):
    return module_gw()


def put(gw, up, name="mock", secret=SECRET, **more):
    gw.must("PUT", "/upstreams/" + name, dict({
        "base_url": up.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": secret}]}, **more))


def whole(gw, key, **body_):
    """All bytes of an answer, its status line and headers too."""
    text = json.dumps(dict({"model": "qwen3-max", "messages": [
        {"role": "user", "content": "x"}]}, **body_)).encode()
    with Raw(gw.port) as c:
        c.post(CHAT, text, "Connection: close", key=key)
        data = b""
        while more := c.sock.recv(65536):
            data += more
    return data


# ---- headers ----

@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("stream", [False, True])
def test_only_headers_for_clients(rgw, up, stream, status):
    """Fault 1.4: an allow list; the others tell what the operator pays, or
    browsers and proxies what to do."""
    put(rgw, up)
    key = rgw.new_key()
    odd = PASSED + [(name, "seen") for name in ODD]
    if stream and status == 200:
        up.script(head(headers=odd), event({"choices": [
            {"index": 0, "delta": {"content": "x"},
             "finish_reason": "stop"}]}), done())
    else:
        up.script(answer(plain() if status == 200 else
                         {"error": {"message": "no", "code": "c"}},
                         status, headers=odd))
    r = rgw.chat(key, stream=stream)
    assert r.status == status
    want = OURS | {n.lower() for n, _ in PASSED}
    got = {k.lower() for k in r.headers} - {"connection"}
    if stream and status == 200:    # what came at once has a length
        want |= {"cache-control", "x-accel-buffering",
                 *(got & {"transfer-encoding", "content-length"})}
    else:
        want |= {"content-length"}
    assert got == want
    assert "seen" not in str(r.headers.items())


def test_the_words_for_the_status_are_ours(rgw, up):
    """Fault 1.4: nothing of the upstream's first line but the number."""
    put(rgw, up)
    up.script(answer(plain(), reason=f"Fine {SECRET}"))
    data = whole(rgw, rgw.new_key())
    assert data.startswith(b"HTTP/1.1 200 OK\r\n")
    up.script(answer({"error": {"message": "m"}}, 418, reason=SECRET))
    data = whole(rgw, rgw.new_key())
    assert data.startswith(b"HTTP/1.1 418 ") and SECRET.encode() not in data


def test_an_upstream_names_what_else_passes(rgw, up):
    """Fault 1.4: pass_headers, by upstream."""
    key = rgw.new_key()
    put(rgw, up, pass_headers=["X-Trace", "cf-ray", "etag"])
    spec = rgw.must("GET", "/upstreams/mock")
    assert spec["pass_headers"] == ["X-Trace", "cf-ray", "etag"]
    given = [("x-trace", "1"), ("CF-Ray", "2"), ("ETag", '"3"'),
             ("X-Other", "4")]
    for script in (answer(plain(), headers=given),
                   [head(headers=given), event({"choices": [
                       {"index": 0, "delta": {"content": "x"},
                        "finish_reason": "stop"}]}), done()],
                   answer({"error": {"message": "no"}}, 400, headers=given)):
        up.script(script)
        r = rgw.chat(key)
        assert [r.headers[n] for n in ("x-trace", "cf-ray", "etag")] \
            == ["1", "2", '"3"']
        assert r.headers["x-other"] is None
    rgw.must("PATCH", "/upstreams/mock", {"pass_headers": None})
    up.script(answer(plain(), headers=given))
    r = rgw.chat(key)
    assert r.headers["x-trace"] is None


@pytest.mark.parametrize("name, word", [
    ("Connection", "connection"), ("keep-alive", "connection"),
    ("Transfer-Encoding", "connection"), ("Proxy-Authenticate", "connection"),
    ("Set-Cookie", "browsers"), ("set-cookie2", "browsers"),
    ("Access-Control-Allow-Origin", "browsers"),
    ("X-Accel-Redirect", "browsers"), ("Refresh", "browsers"),
    ("x-request-id", "own"), ("Request-Id", "own"),
    ("x-ratelimit-remaining-tokens", "own"), ("Server", "own"),
    ("a b", "name of a header"), ("a:", "name of a header"),
    ("ä", "name of a header"), ("", "1 to 64"), ("x" * 65, "1 to 64"),
    (5, "string"), (None, "string")])
def test_what_may_not_be_named(rgw, up, name, word):
    """Fault 1.4: refused with the reason."""
    r = rgw.admin("PUT", "/upstreams/refused", {
        "base_url": up.url, "dialect": "openai",
        "pass_headers": ["X-Fine", name]})
    assert r.status == 400
    error = r.json()["error"]
    assert error["param"] == "pass_headers[1]" and word in error["message"]


# ---- the credential ----

def escaped(text):
    return "".join(f"\\u{ord(c):04x}" for c in text)


FORMS = {
    "clear": SECRET,
    "slashes": SECRET.replace("/", "\\/"),
    "escaped": escaped(SECRET),
    "twice": SECRET.replace("/", "\\\\/").replace("+", "\\\\u002B"),
    "percent": urllib.parse.quote(SECRET, safe=""),
    "all-percent": "".join(f"%{ord(c):02x}" for c in SECRET),
    "percent-twice": urllib.parse.quote(
        urllib.parse.quote(SECRET, safe=""), safe=""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "basic": base64.b64encode(b"user:" + SECRET.encode() + b"!").decode(),
    "base64url": base64.urlsafe_b64encode(
        b"k=" + SECRET.encode()).decode().rstrip("="),
}


def hidden(gw, key, form, status=502, **more):
    """The credential is not in the answer, which has this status."""
    data = whole(gw, key, **more)
    assert data.startswith(b"HTTP/1.1 %d " % status), data
    assert form.encode() not in data and SECRET.encode() not in data
    gw.expect_log("LG0083")
    return data


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("status", [400, 404, 422, 429, 500])
def test_an_error_that_repeats_it(rgw, up, status, form):
    """Fault 1.4: in any form that servers write it in."""
    put(rgw, up)
    rgw.expect_log("LG0080")
    up.script(answer(('{"error":{"message":"bad: %s.","type":"t"}}'
                      % FORMS[form]).encode(), status))
    hidden(rgw, rgw.new_key(), FORMS[form])
    assert SECRET not in rgw.log()


def test_another_upstream_is_tried(make_gw, up):
    """Fault 1.4: it is that upstream's fault."""
    gw = make_gw()
    put(gw, up, "mock")
    put(gw, up, "second", "another-secret-0")
    gw.must("PATCH", "/models/qwen3-max", {"routes": [
        {"upstream": "mock", "priority": 0},
        {"upstream": "second", "priority": 1}]})
    gw.expect_log("LG0083", "LG0080")
    up.script(answer({"error": {"message": f"bad {SECRET}"}}, 400))
    up.script(answer(plain()))
    r = gw.chat(gw.new_key())
    assert r.status == 200 and len(up.requests) == 2
    assert up.requests[1].header("Authorization") == "Bearer another-secret-0"


@pytest.mark.parametrize("form", FORMS)
def test_a_long_error_that_repeats_it(rgw, up, form):
    """Fault 1.4: longer than what is kept of an error, at its end."""
    put(rgw, up)
    rgw.expect_log("LG0080")
    up.script(answer(('{"error":{"message":"%s%s"}}' % (
        "x" * 100_000, FORMS[form])).encode(), 400))
    hidden(rgw, rgw.new_key(), FORMS[form])


def test_a_long_error_passes(rgw, up):
    put(rgw, up)
    rgw.expect_log("LG0080")
    text = b'{"error":{"message":"%s"}}' % (b"x" * 3_000_000)
    up.script(answer(text, 400))
    data = whole(rgw, rgw.new_key())
    assert data.startswith(b"HTTP/1.1 400 ") and data.endswith(text)


@pytest.mark.parametrize("name", [
    "Retry-After", "openai-processing-ms", "Content-Language",
    "Content-Type", "X-Named"])
@pytest.mark.parametrize("form", ["clear", "all-percent", "basic"])
def test_a_header_that_repeats_it(rgw, up, name, form):
    """Fault 1.4: also one that would pass."""
    put(rgw, up, pass_headers=["X-Named"])
    value = f"a; b={FORMS[form]}"
    text = json.dumps(plain()).encode()
    up.script(head(200, [(name, value)],
                   None if name == "Content-Type" else "application/json",
                   length=len(text)), raw(text))
    data = hidden(rgw, rgw.new_key(), FORMS[form], 200)
    assert data.endswith(text)


def test_a_request_id_that_repeats_it(rgw, up):
    """Fault 1.4: nor is it in the ledger."""
    put(rgw, up)
    key = rgw.new_key()
    up.script(answer(plain(), headers=[("x-request-id", SECRET)]))
    hidden(rgw, key, SECRET, 200)
    row, = rgw.settled(key)
    assert row["upstream_request"] is None


def say(text):
    return dict(plain(), choices=[{"index": 0, "finish_reason": "stop",
                                   "message": {"role": "assistant",
                                               "content": text}}])


@pytest.mark.parametrize("cut", [None, 1, 10, len(SECRET) - 1])
def test_a_document_that_repeats_it(rgw, up, cut):
    """Fault 1.4: a 200, in one piece or in two."""
    put(rgw, up)
    rgw.expect_log("LG0080")
    text = json.dumps(say(f"your key is {SECRET}, is it?")).encode()
    at = len(text) if cut is None else text.index(SECRET.encode()) + cut
    up.script(head(content_type="application/json"), body(text[:at]),
              *([] if cut is None else [gate_of(up), body(text[at:])]), end())
    if cut is None:
        hidden(rgw, rgw.new_key(), SECRET)
        return
    with rgw.stream(rgw.new_key(), stream=False) as s:
        s.rest()
    assert s.status == 200      # what had passed has passed
    assert s.body == text[:text.index(SECRET.encode())] and not s.ended
    rgw.new_log_lines()
    rgw.expected.clear()


def gate_of(up):
    """A moment in which the gateway passes on what it has."""
    from harness.upstream import pause
    return pause(0.2)


def test_a_document_that_only_begins_with_it(rgw, up):
    """What waits at the end of a part comes with the next."""
    put(rgw, up)
    for n in (1, 5, len(SECRET) - 1):
        text = json.dumps(say(f"{SECRET[:n]}?{SECRET[:n]}")).encode()
        at = text.index(b"?")
        up.script(head(content_type="application/json"), body(text[:at]),
                  gate_of(up), body(text[at:at + 1]), gate_of(up),
                  body(text[at + 1:]), end())
        r = rgw.chat(rgw.new_key())
        assert (r.status, r.body) == (200, text)


@pytest.mark.parametrize("form", FORMS)
def test_a_collected_document_that_repeats_it(make_gw, up, form):
    """Fault 1.4: one that is edited is searched in all forms."""
    gw = make_gw(conf="LLMGatewayAnswer tidy")
    put(gw, up)
    gw.expect_log("LG0080")
    up.script(answer(json.dumps(say("@")).replace("@", FORMS[form])
                     .encode()))
    hidden(gw, gw.new_key(), FORMS[form])


@pytest.mark.parametrize("form", FORMS)
def test_an_error_event_that_repeats_it(rgw, up, form):
    """Fault 1.4: the first event, and a later one."""
    put(rgw, up)
    rgw.expect_log("LG0080")
    error = '{"error":{"message":"bad %s","code":"x"}}' % FORMS[form]
    hello = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
    up.script(head(), event(error), end())
    hidden(rgw, rgw.new_key(), FORMS[form], stream=True)
    up.script(head(), event(hello), event(error), end())
    data = hidden(rgw, rgw.new_key(), FORMS[form], 200, stream=True)
    assert b"hello" in data and b"upstream_unavailable" in data


@pytest.mark.parametrize("cut", [None, 10])
def test_an_event_that_repeats_it(rgw, up, cut):
    """Fault 1.4: an event among others, in one piece or in two."""
    put(rgw, up)
    hello = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
    bad = json.dumps({"choices": [{"index": 0, "delta": {
        "content": f"your key is {SECRET}"}}]})
    text = f"data: {bad}\n\n".encode()
    at = len(text) if cut is None else text.index(SECRET.encode()) + cut
    up.script(head(), event(hello), body(text[:at]), gate_of(up),
              body(text[at:]), event("[DONE]"), end())
    data = hidden(rgw, rgw.new_key(), SECRET, 200, stream=True)
    assert b"hello" in data and b"your key is" not in data
    assert b"upstream_unavailable" in data


def test_a_first_event_that_repeats_it(rgw, up):
    """Fault 1.4: an event of an answer, not of an error."""
    put(rgw, up)
    rgw.expect_log("LG0080")
    up.script(head(), event(dict(say("hello"), id=f"of {SECRET}")),
              event("[DONE]"), end())
    hidden(rgw, rgw.new_key(), SECRET, stream=True)


@pytest.mark.parametrize("text", [b"{}", b'{"choices":', b"[1]", b"hello"])
def test_a_request_id_that_repeats_it_beside_no_answer(rgw, up, text):
    """Fault 1.4: what the head says is known before the body is."""
    put(rgw, up)
    rgw.expect_log("LG0080")
    up.script(answer(text, headers=[("x-request-id", SECRET)]))
    hidden(rgw, rgw.new_key(), SECRET)


def test_a_document_that_repeats_it_before_it_is_an_answer(make_gw, up):
    """Fault 1.4: in what is kept until it shows what it is; the rest of it
    goes nowhere, and another upstream is tried."""
    gw = make_gw()
    put(gw, up)
    put(gw, up, "second", "another-secret-0")
    gw.must("PATCH", "/models/qwen3-max", {"routes": [
        {"upstream": "mock", "priority": 0},
        {"upstream": "second", "priority": 1}]})
    gw.expect_log("LG0083", "LG0080")
    text = json.dumps(dict({"note": f"of {SECRET}"}, **say("hello"))).encode()
    at = text.index(b'"choices"')
    up.script(head(content_type="application/json"), body(text[:at]),
              gate_of(up), body(text[at:]), end())
    up.script(answer(plain()))
    key = gw.new_key()
    assert gw.chat(key).json() == plain()
    assert len(up.requests) == 2
    gw.settled(key)


def test_what_only_looks_like_it(rgw, up):
    """A short credential is not searched, and a part of one passes."""
    key = rgw.new_key()
    put(rgw, up)
    rgw.expect_log("LG0080")
    near = {"error": {"message": f"Incorrect key: {SECRET[:9]}***"}}
    up.script(answer(near, 400))
    assert rgw.chat(key).json() == near
    put(rgw, up, secret="chat")
    up.script(answer(plain()))
    assert rgw.chat(key).status == 200
