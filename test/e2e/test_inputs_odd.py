"""Completions, embeddings and ranks that end otherwise than they should, and
paths and methods that are none of theirs."""
import pytest

from harness import inputs as i9
from harness.checks import costs_nothing
from harness.shapes import bill
from harness.upstream import (answer, body, close, done, end, event, gate,
                              head)


@pytest.fixture(scope="module")
def served(session_gw, session_upstream):
    i9.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(served, gw):
    return gw


ASKED = {
    i9.COMPLETIONS: {"model": "davinci", "prompt": "hello", "max_tokens": 9},
    i9.EMBEDDINGS: {"model": "embedder", "input": "hello"},
    i9.RERANK: {"model": "ranker", "query": "what?", "documents": ["this"]}}

FAILED = {
    "an error": {"error": {"message": "No.", "type": "server_error",
                           "param": None, "code": None}},
    "no success": {"success": False, "code": "500", "message": "No.",
                   "data": None}}


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("how", FAILED)
def test_an_error_that_says_200(gw, up, key, path, how):
    """It costs nothing, the price of the request neither."""
    up.script(answer(FAILED[how]))
    gw.expect_log("LG0080")
    gw.request("POST", path, ASKED[path], key)
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")


def test_a_large_answer_that_breaks_off(gw, up, key):
    """It costs nothing, as any document that is cut short."""
    gw.expect_log("LG0073", "AH01110")
    many = i9.text(i9.embeddings(*[i9.vector(3072)] * 640,
                                 usage=i9.counts(600)))
    assert len(many) > 10_000_000
    up.script(head(content_type="application/json", length=len(many)),
              body(many[:len(many) // 2]), close())
    with gw.stream(key, dict(ASKED[i9.EMBEDDINGS], input=["a"] * 640),
                   i9.EMBEDDINGS) as s:
        s.rest()
        assert many.startswith(s.body)
    row, = gw.settled(key)
    assert bill(row).startswith("failed/none 0")


def test_who_leaves_a_large_answer_pays_for_it(gw, up, key):
    many = i9.text(i9.embeddings(*[i9.vector(3072)] * 640,
                                 usage=i9.counts(600)))
    left = f"left-{key[-6:]}"
    up.script(head(content_type="application/json", length=len(many)),
              body(many[:99999]), gate(left), body(many[99999:]), end())
    with gw.stream(key, dict(ASKED[i9.EMBEDDINGS], input=["a"] * 640),
                   i9.EMBEDDINGS) as s:
        s.more_body(99999)
    gw.wait_drain()
    up.open(left)
    row, = gw.settled(key)
    assert bill(row).startswith("settled/drained 12000000: input 600")


def test_embeddings_as_a_stream(gw, up, key):
    """An upstream that streams what nobody wants to be streamed is billed by
    what it counts."""
    up.script(head(), event(i9.embeddings(i9.vector(), usage=i9.counts(10))),
              done(), end())
    gw.request("POST", i9.EMBEDDINGS, ASKED[i9.EMBEDDINGS], key)
    row, = gw.settled(key)
    assert bill(row) == "settled/reported 200000: input 10"


@pytest.mark.parametrize("path", ASKED)
def test_not_below_the_envelope(gw, up, key, path):
    with costs_nothing(gw, up):
        r = gw.request("POST", "/api" + path, ASKED[path], key)
    assert r.status == 404 and b"hello" not in r.body


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_no_other_method(gw, up, key, path, method):
    with costs_nothing(gw, up):
        r = gw.request(method, path, None, key)
    assert r.status == 405 and r.headers["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("path, members, param", [
    (i9.EMBEDDINGS, {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "https://a.example/b"}}]}]},
     "messages"),
    (i9.EMBEDDINGS, {"images": ["https://a.example/b.png"]}, "images"),
    (i9.COMPLETIONS, {"messages": [{"role": "user", "content": "a"}]},
     "messages"),
    (i9.RERANK, {"texts": ["a", "b"]}, "texts")])
def test_prompts_beside_those_that_count(gw, up, key, path, members, param):
    with costs_nothing(gw, up):
        r = gw.request("POST", path, dict(ASKED[path], **members), key)
    assert r.status == 400 and r.json()["error"]["param"] == param
    assert r.json()["error"]["code"] == "unsupported_parameter"
