"""Plain answers that do not leave as they came: LLMGatewayAnswer tidy and the
envelope.  Not a byte more is changed, and the bill is the same."""
import gzip
import json

import pytest
from conftest import ANSWER_MODELS
from harness.shapes import EXACT, bill, chunk, error, plain, sse, trip, \
    usage_chunk
from harness.upstream import (answer, body, close, end, event, gate, head,
                              raw, reset)

CONF = """
<Location /tidy>
    LLMGateway On
    LLMGatewayAnswer tidy
</Location>
<Location /wrapped>
    LLMGateway On
    LLMGatewayEnvelope On
</Location>
<Location /both>
    LLMGateway On
    LLMGatewayEnvelope On
    LLMGatewayAnswer tidy
</Location>
"""
CHAT = "/v1/chat/completions"
TIDY, WRAPPED, BOTH, API = "/tidy", "/wrapped", "/both", "/api"
MOST = 8 << 20                  # of a document that is edited

# one of everything that goes, and of what looks like it and stays
USAGE = '"usage":{"prompt_tokens":1000,"completion_tokens":50}'
LONG = ('{ "id":"x","choices": [{"index":0,"message":{"reasoning_content":'
        '"hm \\"hm\\"", "content":"\\u00e9 reasoning_content: é","tool_calls"'
        ':[ ],"role":"assistant","reasoning":{"a":[1]},"function_call":null}'
        ',"finish_reason":"stop","reasoning":1}],' + USAGE + '}\n').encode()
SHORT = ('{ "id":"x","choices": [{"index":0,"message":{"content":"\\u00e9 '
         'reasoning_content: é","role":"assistant"},"finish_reason":"stop",'
         '"reasoning":1}],' + USAGE + '}\n').encode()


def wrapped(data, code=200):
    return (b'{"success":true,"code":"%d","message":"successful","data":'
            % code + data + b"}")


def failed(data, code, message):
    return (b'{"success":false,"code":"%d","message":%s,"data":'
            % (code, json.dumps(message).encode()) + data + b"}")


def edited(place):
    return {"": LONG, TIDY: SHORT, WRAPPED: wrapped(LONG),
            BOTH: wrapped(SHORT), API: wrapped(LONG)}[place]


@pytest.fixture(scope="module")
def edit_gw(module_gw):
    """No deadline passes: the clock stands still."""
    gateway = module_gw(ANSWER_MODELS, conf=CONF, clock="still")
    gateway.must("PATCH", "/upstreams/mock", {"pass_headers": ["ETag"]})
    return gateway


@pytest.fixture
def gw(edit_gw, up):
    edit_gw.new_log_lines()
    yield edit_gw
    edit_gw.check_log()
    edit_gw.check_books()


def chat(gw, key, place, **more):
    return gw.stream(key, path=place + CHAT, stream=False, **more)


@pytest.mark.parametrize("place", ["", TIDY, WRAPPED, BOTH, API])
@pytest.mark.parametrize("length", [True, False], ids=["length", "chunked"])
def test_an_edited_answer(gw, up, key, place, length):
    up.script(head(content_type="application/json", length=len(LONG)
                   if length else None, headers=[("ETag", '"x"')]),
              body(LONG), end())
    with chat(gw, key, place) as s:
        assert s.rest() == edited(place) and s.ended
    if place or length:
        assert s.headers["content-length"] == str(len(s.body))
    assert s.headers["content-type"] == "application/json"
    assert ("etag" in s.headers) == (place == "")
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [thinking]"
    assert trip(row) == "200 reached 1" and row["bytes"] == len(s.body)


@pytest.mark.parametrize("place", [TIDY, BOTH])
def test_in_two_pieces_at_every_place(gw, up, key, place):
    for cut in range(1, len(LONG)):
        up.script(head(content_type="application/json"), body(LONG[:cut]),
                  body(LONG[cut:]), end())
        r = gw.request("POST", place + CHAT, {
            "model": "qwen3-max", "messages": [
                {"role": "user", "content": "x"}]}, key)
        assert r.body == edited(place), cut
    assert {bill(r) for r in gw.settled(key, len(LONG) - 1)} == {
        EXACT + " [thinking]"}


CALLS = '"tool_calls":[{"id":"1","type":"function","function":{"name":"f"}}]'


def calls(content):
    return ('{"choices":[{"message":{"content":%s,%s}},{"message":{"content":'
            '""}}],%s}' % (content, CALLS, USAGE)).encode()


@pytest.mark.parametrize("place", ["", TIDY, WRAPPED, BOTH])
def test_an_answer_that_is_nothing_but_calls(gw, up, key, place):
    """Seed 004: its content is null.  It grows by that."""
    up.script(answer(calls('""'), headers=[("ETag", '"x"')]))
    want = calls("null" if place in (TIDY, BOTH) else '""')
    with chat(gw, key, place) as s:
        assert s.rest() == (wrapped(want) if place in (WRAPPED, BOTH)
                            else want)
    assert s.headers["content-length"] == str(len(s.body))
    assert ("etag" in s.headers) == (place == "")
    row, = gw.settled(key)
    assert bill(row) == EXACT and row["bytes"] == len(s.body)


def test_another_text_of_the_same_length(gw, up, key):
    """What is put in may be as long as what goes."""
    one = '{"message":{"content":"",%s}}' % CALLS
    sent = ('{"choices":[{"message":{"reasoning":"r",%s}}%s],%s}'
            % (CALLS, ("," + one) * 8, USAGE)).encode()
    want = sent.replace(b'"reasoning":"r",', b"").replace(b'""', b"null")
    assert len(want) == len(sent)
    up.script(answer(sent, headers=[("ETag", '"x"')]))
    with chat(gw, key, TIDY) as s:
        assert s.rest() == want and "etag" not in s.headers


@pytest.mark.parametrize("place", [TIDY, WRAPPED])
def test_nothing_leaves_before_the_end(gw, up, key, place):
    """It is settled by its length; httpd may not know the end yet."""
    up.script(head(content_type="application/json", length=len(LONG)),
              raw(LONG[:20]), gate("first"), raw(LONG[20:]), gate("never"))
    with chat(gw, key, place) as s:
        up.wait_requests(1)
        assert gw.rows(key) == []
        up.open("first")
        assert s.rest() == edited(place) and s.ended
        row, = gw.settled(key)
        assert bill(row) == EXACT + " [thinking]"
    up.open("never")


def test_what_has_nothing_to_cut_stays_as_it_is(gw, up, key):
    data = json.dumps(plain()).encode()
    up.script(answer(data, headers=[("ETag", '"x"')]))
    with chat(gw, key, TIDY) as s:
        assert s.rest() == data and s.headers["etag"] == '"x"'
    row, = gw.settled(key)
    assert bill(row) == EXACT


# ---- long ones ----

def document(size):
    """A document of this many bytes, with something to cut at its end."""
    start = b'{"choices":[{"index":0,"finish_reason":"stop","message":{' \
        b'"content":"'
    rest = b'","reasoning":"r"}}],' + USAGE.encode() + b"}"
    return start + b"x" * (size - len(start) - len(rest)) + rest


@pytest.mark.parametrize("place", [TIDY, WRAPPED, BOTH])
@pytest.mark.parametrize("size", [MOST, MOST + 1])
@pytest.mark.parametrize("length", [True, False], ids=["length", "chunked"])
def test_a_long_document(gw, up, key, place, size, length):
    """Up to 8 MiB it is edited; a longer one is not tidied, but it is in the
    envelope."""
    data = document(size)
    up.script(head(content_type="application/json",
                   length=size if length else None),
              [body(data[i:i + 65536]) for i in range(0, size, 65536)], end())
    want = data
    if place != WRAPPED and size == MOST:
        want = data.replace(b',"reasoning":"r"', b"")
    if place != TIDY:
        want = wrapped(want)
    with chat(gw, key, place) as s:
        assert s.rest() == want and s.ended
    # of one that flows httpd knows it where the end came with the last bytes
    known = s.headers.get("content-length")
    assert known == str(len(want)) \
        or (known is None and not length and size > MOST)
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [thinking]" and row["bytes"] == len(want)


@pytest.mark.parametrize("how", [close, reset])
def test_a_long_document_that_is_cut_looks_cut(gw, up, key, how):
    gw.expect_log("AH01110", "LG0073")
    data = document(MOST + 1000)
    up.script(head(content_type="application/json", length=len(data)),
              raw(data[:-10]), gate("seen"), how())
    with chat(gw, key, WRAPPED) as s:
        s.more_body(len(data) - 10)
        up.open("seen")
        assert s.rest() == wrapped(data)[:-11]
        assert s.cut and not s.ended
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0" and trip(row) == "200 reached 1"


def test_leaving_in_a_long_document(gw, up, key):
    gw.must("PUT", "/models/no-limit", dict(
        ANSWER_MODELS["canceller"], limit={}, routes=[{"upstream": "mock"}]))
    data = document(MOST + 100000)
    up.script(head(content_type="application/json", length=len(data)),
              raw(data[:MOST + 50000]), gate("never"))
    with chat(gw, key, WRAPPED, model="no-limit") as s:
        s.more_body(MOST + 50000)
        request = up.requests[0]
    up.wait_closed(request)
    row, = gw.settled(key)
    text = (MOST + 50000 - data.index(b"xx") + 3) // 4
    assert bill(row) == (f"estimated/estimated {145000000 + text * 10**7}: "
                         f"input 58, output {text} [client_left]")


# ---- that do not come to their end ----

@pytest.mark.parametrize("place", [TIDY, WRAPPED])
@pytest.mark.parametrize("how", [close, reset])
@pytest.mark.parametrize("length", [True, False], ids=["length", "chunked"])
def test_what_is_cut_before_it_leaves_is_no_answer(gw, up, key, place, how,
                                                   length):
    gw.expect_log("AH01110", "LG0080")
    up.script(head(content_type="application/json",
                   length=len(LONG) if length else None), body(LONG[:-10]),
              how())
    with chat(gw, key, place) as s:
        s.rest()
    assert s.status == 502 and s.ended
    e = json.loads(s.body)
    assert (e["data"] if place == WRAPPED else e)["error"]["code"] == \
        "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")
    assert trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("mock", 200, "broke")]


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_one_that_ends_with_its_connection(gw, up, key, whole):
    if not whole:
        gw.expect_log("LG0080")
    up.script(head(content_type="application/json", chunked=False),
              body(LONG if whole else LONG[:-10]), close())
    with chat(gw, key, BOTH) as s:
        s.rest()
    assert s.ended and s.status == (200 if whole else 502)
    assert (s.body == edited(BOTH)) is whole
    row, = gw.settled(key)
    assert bill(row).startswith(EXACT if whole else "failed/none 0")


def test_another_attempt_follows_one_that_was_cut(gw, up, key):
    gw.expect_log("AH01110", "LG0080")
    gw.must("PUT", "/models/two", dict(
        ANSWER_MODELS["qwen3-max"], routes=[{"upstream": "mock"},
                                            {"upstream": "mock"}]))
    up.script(head(content_type="application/json"), body(b"[" * 3000),
              close())
    up.script(answer(LONG))
    with chat(gw, key, BOTH, model="two") as s:
        assert s.rest() == edited(BOTH)
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [thinking]"
    assert trip(row) == "200 reached 2"


@pytest.mark.parametrize("model", ["canceller", "drainer"])
@pytest.mark.parametrize("place", [TIDY, WRAPPED])
def test_leaving_in_the_middle(gw, up, key, model, place):
    """Nothing was passed: without usage the prompt is paid for."""
    up.script(head(content_type="application/json", length=len(LONG)),
              raw(LONG[:-30]), gate("gone"), raw(LONG[-30:]))
    s = chat(gw, key, place, model=model)
    request = up.wait_requests(1)[0]
    s.close()
    if model == "drainer":
        gw.wait_drain()
        up.open("gone")
        want = "settled/drained 3000000000: input 1000, output 50"
    else:
        up.wait_closed(request)
        want = "estimated/estimated 145000000: input 58"
    row, = gw.settled(key)
    assert bill(row) in (want + " [client_left]",
                         want + " [thinking, client_left]")
    assert trip(row) == "0 reached 1" and row["bytes"] == 0


# ---- the end of a stream ----

HI, STOP = chunk("Hi"), chunk(finish="stop")
STREAMS = {
    # sent, and what is added where it is tidied
    "whole": (sse(HI, STOP, done=False), b"data: [DONE]\n\n"),
    "done": (sse(HI, STOP), b""),
    "two": (sse(HI, chunk("Ho", index=1), STOP, chunk(finish="stop", index=1),
                done=False), b"data: [DONE]\n\n"),
    "no-blank-line": (sse(HI, STOP, done=False)[:-1],
                      b"\n\ndata: [DONE]\n\n"),
    "no-line-end": (sse(HI, STOP, done=False)[:-2],
                    b"\n\ndata: [DONE]\n\n"),
    "done-without-one": (sse(HI, STOP)[:-2], b""),
    "comment-last": (sse(HI, STOP, done=False) + b": bye\n\n",
                     b"data: [DONE]\n\n"),
    # usage came, but no finish_reason: likely whole, not known to be
    "no-finish": (sse(HI, usage_chunk(), done=False), b""),
}


@pytest.mark.parametrize("place", ["", TIDY, WRAPPED, BOTH])
@pytest.mark.parametrize("name", STREAMS)
def test_done_is_added_to_a_whole_stream(gw, up, key, place, name):
    """Seed 004: the last frame is data: [DONE].  Relayed, it is as it was."""
    sent, more = STREAMS[name]
    up.script(head(), body(sent), gate("sent"), end())
    with gw.stream(key, path=place + CHAT,
                   stream_options={"include_usage": True}) as s:
        up.wait_at("sent")
        up.open("sent")
        assert s.rest() == sent + (more if place in (TIDY, BOTH) else b"")
        assert s.ended
    row, = gw.settled(key)
    assert row["bytes"] == len(s.body) and "[cut]" not in bill(row)


@pytest.mark.parametrize("name", ["open", "unfinished"])
def test_nothing_is_added_to_a_stream_that_is_cut(gw, up, key, name):
    gw.expect_log("LG0071")
    sent = sse(HI, *([chunk("Ho", index=1), STOP] if name == "open" else []),
               done=False)
    up.script(head(), body(sent), end())
    with gw.stream(key, path=TIDY + CHAT) as s:
        s.rest()
    assert s.body.startswith(sent) and b"upstream_unavailable" in s.body
    assert b"[DONE]" not in s.body
    row, = gw.settled(key)
    assert bill(row).endswith("[cut]")


@pytest.mark.parametrize("how", [close, reset])
def test_nothing_is_added_where_the_body_breaks_off(gw, up, key, how):
    """The answer is whole, but who knows what was to come."""
    gw.expect_log("AH01110")
    sent = sse(HI, STOP, done=False)
    up.script(head(), body(sent), gate("sent"), how())
    with gw.stream(key, path=TIDY + CHAT) as s:
        s.event(), s.event()
        up.open("sent")
        s.rest()
    assert s.body == sent
    row, = gw.settled(key)
    assert bill(row).startswith("estimated/estimated")


def test_settled_before_the_added_end_is_seen(gw, up, key):
    up.script(head(), body(sse(HI, STOP, done=False)), gate("sent"), end())
    with gw.stream(key, path=TIDY + CHAT) as s:
        s.event(), s.event()
        up.open("sent")
        assert s.data() == "[DONE]"
        row, = gw.settled(key)
        assert bill(row).startswith("estimated/estimated")


# ---- that are not to be edited ----

@pytest.mark.parametrize("place", [TIDY, WRAPPED, BOTH])
def test_streams_stay_plain(gw, up, key, place):
    sent = [chunk("Hi", reasoning="hm"), chunk(finish="stop")]
    up.script(head(), [event(e) for e in sent], event(usage_chunk()),
              event("[DONE]"), end())
    with gw.stream(key, path=place + CHAT) as s:
        assert s.rest() == sse(chunk("Hi", reasoning="hm"),
                               chunk(finish="stop"))
    row, = gw.settled(key)
    assert bill(row).startswith(EXACT)


@pytest.mark.parametrize("place", [TIDY, WRAPPED])
def test_a_document_for_a_stream_is_relayed(gw, up, key, place):
    up.script(answer(LONG))
    with gw.stream(key, path=place + CHAT) as s:
        assert s.rest() == LONG
    row, = gw.settled(key)
    assert bill(row) == EXACT + " [thinking]"


@pytest.mark.parametrize("place", [TIDY, BOTH])
def test_a_compressed_answer_is_relayed(gw, up, key, place):
    gw.expect_log("LG0072")
    data = gzip.compress(LONG, mtime=0)
    up.script(answer(data, headers=[("Content-Encoding", "gzip")]))
    with chat(gw, key, place) as s:
        assert s.rest() == data and s.headers["content-encoding"] == "gzip"
    row, = gw.settled(key)
    assert bill(row).startswith("estimated/estimated")


@pytest.mark.parametrize("place", [TIDY, BOTH])
def test_what_is_no_json_is_relayed(gw, up, key, place):
    text = b'{"choices":[{"message":{"reasoning":1}}]} trailing'
    up.script(answer(text))
    with chat(gw, key, place) as s:
        assert s.rest() == text
    row, = gw.settled(key)
    assert bill(row) == "estimated/estimated 275000000: input 58, output 13"


# ---- errors in the envelope ----

@pytest.mark.parametrize("place", [WRAPPED, API])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("sent,message", [
    (error("too \"hot\""), "too \"hot\""),
    ({"code": "X", "message": "native"}, "native"),
    ({"detail": 1}, "The upstream answered with status 422.")])
def test_an_upstreams_error(gw, up, key, place, stream, sent, message):
    data = json.dumps(sent).encode()
    up.script(answer(data, 422))
    with gw.stream(key, path=place + CHAT, stream=stream) as s:
        assert s.rest() == failed(data, 422, message) and s.ended
    assert s.status == 422
    assert s.headers["content-length"] == str(len(s.body))
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    assert row["bytes"] == len(s.body)


def test_an_upstreams_page(gw, up, key):
    up.script(answer(b"<html>no</html>", 422))
    with chat(gw, key, API) as s:
        assert s.rest() == b"<html>no</html>" and s.status == 422
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


def test_an_error_with_status_200(gw, up, key):
    data = json.dumps(error("no luck")).encode()
    up.script(answer(data))
    with chat(gw, key, API) as s:
        assert s.rest() == failed(data, 200, "no luck") and s.status == 200
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


def test_an_error_event_is_plain(gw, up, key):
    sent = sse(error("no luck"), done=False)
    up.script(head(), body(sent), end())
    with gw.stream(key, path=API + CHAT) as s:
        assert s.rest() == sent
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")


# ---- other answers in the envelope ----

def test_own_answers_are_in_the_envelope_too(gw, up, key):
    up.script(answer(plain()))
    request = gw.chat(key).headers["x-request-id"]
    gw.settled(key)
    for path in ("/v1/models", "/v1/models/qwen3-max",
                 "/v1/receipts/" + request):
        bare = gw.request("GET", path, key=key)
        r = gw.request("GET", WRAPPED + path, key=key)
        assert bare.status == r.status == 200
        assert r.body == wrapped(bare.body)
        assert r.headers["content-length"] == str(len(r.body))
        assert gw.request("GET", TIDY + path, key=key).body == bare.body
