"""An upstream that refuses the stream_options that the gateway adds."""
import pytest

from harness.shapes import bill, chunk, error, sse, trip
from harness.upstream import answer, body, end, head

OPTIONS = {"include_usage": True}
REFUSALS = {
    "openai": (400, error("Unrecognized request argument supplied: "
                          "stream_options")),
    "nested": (400, error("Unknown parameter: "
                          "'stream_options.include_usage'.")),
    "pydantic": (422, {"detail": [{
        "type": "extra_forbidden", "loc": ["body", "stream_options"],
        "msg": "Extra inputs are not permitted"}]}),
    "text": (400, b"unknown field include_usage"),
}
ESTIMATED = "estimated/estimated 155000000: input 58, output 1"


@pytest.fixture
def gw(agw):
    return agw


def refusal(name):
    status, what = REFUSALS[name]
    return answer(what, status)


@pytest.mark.parametrize("name", REFUSALS)
def test_it_is_tried_without(gw, up, key, name):
    """Fault 3.10: the client got a 400 for a member that it never sent."""
    gw.expect_log("LG0074")
    sent = sse(chunk("four"), chunk(finish="stop"))
    up.script(refusal(name))
    up.script(head(), body(sent), end())
    with gw.stream(key) as s:
        assert s.rest() == sent and s.ended
    assert s.status == 200
    first, second = (r.json() for r in up.requests)
    assert first["stream_options"] == OPTIONS
    assert "stream_options" not in second
    row, = gw.settled(key)
    assert bill(row) == ESTIMATED and trip(row) == "200 reached 2"
    assert gw.attempts(row) == [("mock", REFUSALS[name][0], "status")]
    line, = [x for x in gw.log().splitlines() if "LG0074" in x
             and s.headers["x-request-id"] in x]
    assert "llmgw:warn" in line and "include_usage\":\"never" in line


def test_beside_options_of_the_client(gw, up, key):
    """Fault 3.10: only what is ours is left out."""
    gw.expect_log("LG0074")
    sent = sse(chunk("four"), chunk(finish="stop"))
    up.script(refusal("nested"))
    up.script(head(), body(sent), end())
    with gw.stream(key, stream_options={"include_obfuscation": False}) as s:
        assert s.rest() == sent
    assert [r.json()["stream_options"] for r in up.requests] == [
        dict(OPTIONS, include_obfuscation=False),
        {"include_obfuscation": False}]
    assert bill(gw.settled(key)[0]) == ESTIMATED


def test_once(gw, up, key):
    """Fault 3.10: a second refusal is the client's to see."""
    gw.expect_log("LG0074")
    up.script(refusal("openai"))
    up.script(refusal("openai"))
    r = gw.chat(key, stream=True)
    assert r.status == 400 and r.json() == REFUSALS["openai"][1]
    assert len(up.requests) == 2
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


@pytest.mark.parametrize("asked", [
    {"stream": True, "stream_options": OPTIONS}, {"stream": False},
    {"stream": True, "stream_options": {"x": 1}}],
    ids=["asked", "plain", "theirs"])
def test_what_the_client_sent_is_its_own(gw, up, key, asked):
    up.script(refusal("openai"))
    r = gw.chat(key, **asked)
    assert r.status == 400 and len(up.requests) == 1
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"


def test_another_400_is_not_tried_again(gw, up, key):
    up.script(answer(error("temperature is too high"), 400))
    r = gw.chat(key, stream=True)
    assert r.status == 400 and len(up.requests) == 1
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
