"""How a stream of /v1/responses ends that fails, where an upstream serves it by
itself: an event that agents act on, numbered on from the upstream's."""
import json

import pytest

from harness import responses as r9
from harness.shapes import bill
from harness.upstream import answer, body, close, end, head, reset


@pytest.fixture(scope="module")
def openai(session_gw, session_upstream):
    r9.set_up(session_gw, session_upstream)
    session_gw.must("PUT", "/models/twice", dict(r9.GPT, routes=[
        {"upstream": "openai", "model": "a"},
        {"upstream": "openai", "model": "b"}]))
    return session_gw


@pytest.fixture
def gw(openai, gw):
    return gw


def begun(number=7):
    """What came before the break: a response that says something."""
    return b"".join([*r9.begin(), r9.delta("four", number)])


def last_event(data, before=b""):
    """The one event behind what passed: its data."""
    assert data.startswith(before)
    name, line, blank = data[len(before):].split(b"\n", 2)
    assert name == b"event: response.failed" and blank == b"\n"
    assert line.startswith(b"data: ")
    return json.loads(line[len(b"data: "):])


def error_of(event):
    response = event["response"]
    assert response["object"] == "response"
    assert response["status"] == "failed" and response["output"] == []
    assert response["usage"] is None
    return response["error"]["code"]


@pytest.mark.parametrize("how", [close, reset, end])
def test_a_break_goes_on_where_the_upstream_was(gw, up, key, how):
    gw.expect_log(*(["LG0071"] if how is end else ["AH01110", "LG0073"]))
    up.script(head(), body(begun()), how())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        event = last_event(s.rest(), begun())
        assert s.ended
    assert error_of(event) == "upstream_unavailable"
    assert event["sequence_number"] == 8
    assert event["response"]["id"] == "resp_01"
    assert event["response"]["model"] == "gpt"
    row, = gw.settled(key)
    assert "[cut]" in bill(row)


def test_half_an_event_has_no_number(gw, up, key):
    gw.expect_log("AH01110", "LG0073")
    half = r9.delta("lost", 8)[:-20]
    up.script(head(), body(begun()), body(half), close())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        event = last_event(s.rest(), begun())
    assert event["sequence_number"] == 8
    gw.settled(key)


def test_our_account_there_is_told_by_an_event_of_ours(gw, up, key):
    said = r9.failed("insufficient_quota", "You exceeded your current quota.",
                     number=8)
    up.script(head(), body(begun()), body(said), end())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        event = last_event(s.rest(), begun())
    assert error_of(event) == "upstream_unavailable"
    assert event["sequence_number"] == 8    # in its place
    assert "quota" not in json.dumps(event)
    gw.settled(key)
    gw.expect_log("LG0070")


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "server_error",
                                  "context_length_exceeded"])
def test_another_failure_is_the_upstreams_bytes(gw, up, key, code):
    said = r9.failed(code, "Please try again in 1.5s.", number=8)
    up.script(head(), body(begun()), body(said), end())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        assert s.rest() == begun() + said
    gw.settled(key)


def test_an_error_document_behind_comments_becomes_an_event(gw, up, key):
    """The stream was opened by the first upstream's comments."""
    up.script(head(), body(b": wait\n\n"), end())
    up.script(answer(r9.error("Too long.", "context_length_exceeded"), 400))
    with gw.stream(key, r9.body(model="twice", stream=True), r9.PATH) as s:
        event = last_event(s.rest(), b": wait\n\n")
    assert error_of(event) == "context_length_exceeded"
    assert event["sequence_number"] == 0
    assert event["response"]["error"]["message"] == "Too long."
    gw.settled(key)
    gw.expect_log("LG0080")


def test_no_upstream_behind_comments_is_an_event(gw, up, key):
    for _ in range(2):
        up.script(head(), body(b": wait\n\n"), end())
    with gw.stream(key, r9.body(model="twice", stream=True), r9.PATH) as s:
        event = last_event(s.rest().replace(b": wait\n\n", b""))
    assert error_of(event) == "upstream_unavailable"
    gw.settled(key)
    gw.expect_log("LG0080")


def test_an_error_before_anything_else_keeps_its_status(gw, up, key):
    """Nothing is translated: a context that is too short is the upstream's own
    answer."""
    said = r9.error("Too long.", "context_length_exceeded")
    up.script(answer(said, 400))
    r = gw.request("POST", r9.PATH, r9.body(stream=True), key)
    assert r.status == 400 and r.json() == said
    gw.settled(key)
