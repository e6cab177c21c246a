"""What Codex is told where no answer comes: it acts on the code of an error,
as an answer or in the event response.failed."""
import json
import re

import pytest
from harness.upstream import close

import codex_sides
import scripted
import scripted_messages
import scripted_responses as r
from codex import compact, session
from harness.client import Stream

TRANSLATED = "qwen", "deepseek", "claude"
TOO_LONG = {
    "claude": lambda: scripted_messages.fails(
        400, "invalid_request_error",
        "prompt is too long: 208310 tokens > 200000 maximum"),
    "chat": lambda: scripted.fails(
        400, "This model's maximum context length is 65536 tokens. However, "
        "you requested 70000 tokens (69000 in the messages, 1000 in the "
        "completion)."),
}


@pytest.fixture(params=TRANSLATED)
def translated(request, codex_models):
    return codex_sides.SIDES[request.param]


def send(gw, key, side):
    """A first turn: (status, headers, text)."""
    s = session("unknown")
    data = compact(next(s.bodies(model=side.model)))
    with Stream(gw.port, s.path, None, key, list(s.headers.items()),
                raw_body=data) as got:
        text = got.rest().decode()
        assert got.ended
    return got.status, got.headers, text


def refused(gw, key, side, status):
    """The error of an answer that is one, and its headers."""
    found, headers, text = send(gw, key, side)
    assert found == status, text
    return json.loads(text)["error"], headers


def failed(gw, key, side):
    """The events of a turn that fails, and the error it ends with."""
    status, headers, text = send(gw, key, side)
    assert status == 200, text
    assert headers["content-type"].startswith("text/event-stream")
    events = [json.loads(x.split("\ndata: ")[1])
              for x in text.split("\n\n")[:-1]]
    assert events[-1]["type"] == "response.failed"
    assert events[-1]["response"]["status"] == "failed"
    return events, events[-1]["response"]["error"]


def test_a_context_that_is_too_short(gw, translated, up, bill, key):
    """It says so, and does not send the same again.  What is translated tells
    it by an event."""
    up.script(TOO_LONG["claude" if translated.model == "codex-claude"
                       else "chat"]())
    _, error = failed(gw, key, translated)
    assert error["code"] == "context_length_exceeded"
    bill(key, 0, state=4)


def test_a_budget_that_is_spent(gw, codex_side, up, bill):
    """It stops at once."""
    key = gw.new_key(budgets=[{"amount": "0.000000000001", "currency": "USD",
                               "window": "month"}])
    error, _ = refused(gw, key, codex_side, 429)
    assert error["code"] == "insufficient_quota"
    assert up.requests == []
    bill(key)


def test_a_rate_limit(gw, codex_side, up, bill):
    """It waits as long as the header says, and asks again."""
    key = gw.new_key(limits={"requests_per_minute": 1})
    up.script(*codex_side.steps([r.message("hi")], 900, 2, 0))
    assert send(gw, key, codex_side)[0] == 200
    error, headers = refused(gw, key, codex_side, 429)
    assert error["code"] == "rate_limit_exceeded"
    wait, = re.findall(r"try again in ([0-9.]+)s", error["message"])
    assert 0 < float(wait) <= 60 and headers["retry-after"] == wait
    bill(key, codex_side.amount(900, 2, 0))


def test_a_cut_stream(gw, codex_side, up, bill, key):
    """It asks again: what came is no answer."""
    gw.expect_log("AH01110", "LG0073")
    steps = codex_side.steps([r.message("1234567" * 8)], 900, 2, 0)
    up.script(*steps[:7], close())
    events, error = failed(gw, key, codex_side)
    assert error["code"] == "upstream_unavailable"
    assert [e["sequence_number"] for e in events] == list(range(len(events)))
    row, = gw.settled(key, 1)
    assert row["state"] == 2 and row["amount"] > 0
