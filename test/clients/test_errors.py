"""openai for Python, where something is wrong: the exception that a program
catches, what it can read from it, and what the SDK tries again."""
import time
import types

import httpcore2
import openai as sdk
import pytest
from harness.checks import wait_quiet
from harness.httpd import free_port
from harness.keys import mistyped
from harness.upstream import (close, done, end, event, gate, head, reset,
                              silence)

from scripted import chunk, counted, fails, says, streams, usage

ASK = {"model": "qwen-plus", "messages": [
    {"role": "user", "content": "Who are you?"}]}
BILL = 9 * 800_000 + 2 * 2_000_000
PRICE = {"currency": "CNY", "tiers": [{"input": "0.8", "output": "2"}]}
ESTIMATED, FAILED = 2, 4        # states of a row
# Without usage: 12 bytes of prompt are 3 tokens and a message is 8 more; 8
# bytes of answer are 2.
DELIVERED = 31 * 800_000 + 2 * 2_000_000


def fail(client, **more):
    """The exception of a chat."""
    with pytest.raises(sdk.APIStatusError) as caught:
        client.chat.completions.create(**{**ASK, **more})
    e = caught.value
    assert e.request_id == e.response.headers["x-request-id"]
    assert e.request_id.startswith("req_")
    return e


@pytest.fixture
def while_it_sleeps(monkeypatch):
    """while_it_sleeps(action): that is what the SDK does in place of a sleep
    before it tries again; returns the list of its seconds."""
    def use(action):
        slept = []

        def sleep(seconds):
            slept.append(seconds)
            action()

        monkeypatch.setattr("openai._base_client.time", types.SimpleNamespace(
            **{**vars(time), "sleep": sleep}))
        return slept
    return use


# ---- refused by the gateway ----

def test_unknown_key(openai, gw, bill, key):
    other = gw.new_key()
    gw.must("DELETE", "/keys/" + other[7:17])
    for bad in ("sk-nothing", other, mistyped(key)):
        e = fail(openai(api_key=bad))
        assert type(e) is sdk.AuthenticationError and e.status_code == 401
        assert e.code == "invalid_api_key" and e.param is None
        assert "Incorrect API key provided" in e.message
        assert bad not in e.message
    bill(key)


@pytest.mark.parametrize("more, param", [
    ({"model": "gpt-none"}, "model"), ({"model": "qwen-plus "}, "model")])
def test_unknown_model(openai, bill, key, more, param):
    e = fail(openai(), **more)
    assert type(e) is sdk.NotFoundError and e.code == "model_not_found"
    assert e.type == "invalid_request_error" and e.param == param
    bill(key)


def test_model_of_others(openai, gw, bill):
    key = gw.new_key(models=["qwen3*"])
    e = fail(openai(api_key=key))
    assert type(e) is sdk.NotFoundError and e.code == "model_not_found"
    with pytest.raises(sdk.NotFoundError):
        openai(api_key=key).models.retrieve("qwen-plus")
    assert [m.id for m in openai(api_key=key).models.list()] == ["qwen3-max"]
    bill(key)


@pytest.mark.parametrize("more, code, param", [
    ({"model": ""}, "invalid_parameter", "model"),
    ({"extra_body": {"stream": "yes"}}, "invalid_parameter", "stream"),
    ({"extra_body": {"background": True}}, "unsupported_parameter",
     "background"),
    ({"extra_body": {"previous_response_id": "r"}}, "unsupported_parameter",
     "previous_response_id"),
    ({"service_tier": "priority"}, "unsupported_parameter", "service_tier"),
    ({"extra_body": {"enable_thinking": 1}}, "invalid_parameter",
     "enable_thinking"),
])
def test_bad_request_names_the_parameter(openai, bill, key, more, code,
                                         param):
    e = fail(openai(), **more)
    assert type(e) is sdk.BadRequestError and e.code == code
    assert e.param == param and e.type == "invalid_request_error"
    bill(key)


def test_image_for_a_text_model(gw, openai, up, bill, key):
    gw.must("PUT", "/models/text-only", {
        "routes": [{"upstream": "mock"}], "free": True,
        "modalities": {"input": ["text"], "output": ["text"]}})
    e = fail(openai(), model="text-only", messages=[
        {"role": "system", "content": "x"},
        {"role": "user", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": "data:,"}}]}])
    assert type(e) is sdk.BadRequestError
    assert e.code == "unsupported_modality"
    assert e.param == "messages[1].content[1]"
    assert up.requests == []
    bill(key)


def test_unknown_url(openai, gw, bill, key):
    e = fail(openai(base_url=gw.base + "/v1/v1"))
    assert type(e) is sdk.NotFoundError and e.code == "unknown_url"
    assert "/v1 twice" in e.message
    with pytest.raises(sdk.NotFoundError) as caught:
        openai().images.generate(prompt="a dot")
    assert caught.value.code == "unknown_url"
    bill(key)


def test_endpoint_not_for_this_key(openai, gw, bill):
    key = gw.new_key(endpoints=["embeddings"])
    e = fail(openai(api_key=key))
    assert type(e) is sdk.PermissionDeniedError
    assert (e.status_code, e.code) == (403, "endpoint_not_allowed")
    assert e.type == "permission_error"
    bill(key)


# ---- rates ----

def test_rate_limit_says_how_long(openai, gw, up, bill):
    key = gw.new_key(limits={"requests_per_minute": 2})
    client = openai(api_key=key, max_retries=0)
    for left in (1, 0):
        up.script(says("hi", usage(9, 2)))
        raw = client.chat.completions.with_raw_response.create(**ASK)
        assert raw.headers["x-ratelimit-limit-requests"] == "2"
        assert raw.headers["x-ratelimit-remaining-requests"] == str(left)
    e = fail(client)
    assert type(e) is sdk.RateLimitError and e.status_code == 429
    assert e.code == "rate_limit_exceeded" and e.type == "requests"
    assert e.message.count("Rate limit reached for requests") == 1
    assert 1 <= int(e.response.headers["retry-after"]) <= 60
    assert e.response.headers["x-ratelimit-remaining-requests"] == "0"
    assert len(up.requests) == 2
    bill(key, BILL, BILL)


def test_sdk_waits_and_tries_again_after_429(openai, gw, up, bill,
                                             while_it_sleeps):
    """One request at a time: the second is refused once, then served.  While
    the SDK sleeps the first one ends."""
    key = gw.new_key(limits={"concurrency": 1})
    client = openai(api_key=key)
    up.script(head(), chunk({"content": "a"}), gate("held"),
              *streams(["b"], usage(9, 2))[1:])
    first = client.chat.completions.create(**ASK, stream=True)
    assert next(first).choices[0].delta.content == "a"
    up.script(says("second", usage(9, 2)))

    def meanwhile():
        up.open("held")
        wait_quiet(gw)

    slept = while_it_sleeps(meanwhile)
    second = client.chat.completions.with_raw_response.create(**ASK)
    assert second.parse().choices[0].message.content == "second"
    assert second.retries_taken == 1
    assert slept == [1]                     # Retry-After: 1
    assert [c.choices[0].delta.content for c in first] \
        == ["", "b", ""]
    bill(key, BILL, BILL)


# ---- trouble behind the gateway ----

def test_502_is_tried_again(openai, gw, bill, key):
    """Nobody listens there.  Each try is a row of its own that costs
    nothing."""
    gw.must("PUT", "/upstreams/nobody", {
        "base_url": f"http://127.0.0.1:{free_port()}/v1",
        "dialect": "openai"})
    gw.must("PUT", "/models/nobody", {"routes": [{"upstream": "nobody"}],
                                      "price": PRICE})
    gw.expect_log("LG0080", "AH00957", "AH01114")
    e = fail(openai(max_retries=1), model="nobody")
    assert type(e) is sdk.InternalServerError and e.status_code == 502
    assert (e.code, e.type) == ("upstream_unavailable", "server_error")
    rows = bill(key, 0, 0, state=FAILED)
    assert [r["status"] for r in rows] == [502, 502]


def test_504_is_not(openai, gw, up, bill, key):
    """A question that took too long once would take so again, and cost."""
    gw.must("PUT", "/models/slow", {"routes": [{"upstream": "mock"}],
                                    "deadlines": {"first_byte": 1},
                                    "price": PRICE})
    gw.expect_log("LG0060")
    up.script(silence())
    e = fail(openai(), model="slow")
    assert type(e) is sdk.InternalServerError and e.status_code == 504
    assert e.code == "upstream_timeout"
    assert e.response.headers["x-should-retry"] == "false"
    assert len(up.requests) == 1
    bill(key, 0, state=FAILED)


def test_503_is_tried_again(make_gw, shared_path, up, while_it_sleeps):
    """The database is out of reach for a moment: nobody is told that a key is
    wrong."""
    away = shared_path / "away"
    gw = make_gw(flavour="crash", env={"LLMGW_NO_DATABASE": str(away)})
    key = gw.new_key()
    away.write_text("")
    gw.expect_log("LG0020")
    slept = while_it_sleeps(away.unlink)
    up.script(says("hi", usage(9, 2)))
    with sdk.OpenAI(base_url=gw.base + "/v1", api_key=key) as client:
        raw = client.chat.completions.with_raw_response.create(**ASK)
    assert raw.parse().choices[0].message.content == "hi"
    assert raw.retries_taken == 1 and slept == [1]
    row, = gw.settled(key)
    assert row["amount"] == BILL
    # the helper misses it, too: what it says depends on what it was doing
    gw.expected.update(tag for tag in ("LG0110",) if tag in gw.log())


def test_the_upstreams_own_error_passes(openai, gw, up, bill, key):
    """Status, members and retry headers, once no other route is left."""
    for status, cls, code in ((400, sdk.BadRequestError, "bad_seed"),
                              (404, sdk.NotFoundError, None),
                              (422, sdk.UnprocessableEntityError, "odd"),
                              (413, sdk.APIStatusError, "too_large")):
        up.script(fails(status, "No.", code, param="seed",
                        headers=[("x-request-id", "theirs")]))
        e = fail(openai())
        assert type(e) is cls and e.status_code == status
        assert (e.code, e.param) == (code, "seed")
        assert e.body["message"] == "No." and e.body["param"] == "seed"
    rows = bill(key, 0, 0, 0, 0, state=FAILED)
    assert [r["status"] for r in rows] == [400, 404, 422, 413]


def test_the_upstreams_429_and_500_are_tried_again(openai, gw, up, bill,
                                                   key):
    gw.expect_log("LG0080")
    up.script(fails(429, "Slow down.", "rate_limit_exceeded", "requests",
                    headers=[("Retry-After", "1")]))
    up.script(fails(500, "Oh.", "server_error", "server_error"))
    up.script(says("hi", usage(9, 2)))
    raw = openai().chat.completions.with_raw_response.create(**ASK)
    assert raw.parse().choices[0].message.content == "hi"
    assert raw.retries_taken == 2
    bill(key, 0, 0, BILL, state=None)


@pytest.mark.parametrize("status, code", [
    (401, "invalid_api_key"), (403, "AccessDenied.Unpurchased"),
    (402, "insufficient_balance"), (400, "Arrearage"),
    (429, "insufficient_quota")])
def test_trouble_with_our_account_is_ours(openai, gw, up, bill, key, status,
                                          code):
    """A program must not be told that its own key is wrong or unpaid."""
    gw.expect_log("LG0080")
    up.script(fails(status, "Your account sk-123.", code))
    e = fail(openai(max_retries=0))
    assert type(e) is sdk.InternalServerError and e.status_code == 502
    assert e.code == "upstream_unavailable" and "sk-123" not in str(e)
    bill(key, 0, state=FAILED)


# ---- streams that do not end well ----

def test_error_inside_a_stream(openai, gw, up, bill, key):
    """The text so far, then an exception with the upstream's words."""
    up.script(head(), chunk({"role": "assistant", "content": ""}),
              chunk({"content": "12345678"}),
              event({"error": {"message": "Overheated.", "code": "hot",
                               "type": "server_error", "param": None}}),
              end())
    text = ""
    with pytest.raises(sdk.APIError) as caught:
        for c in openai().chat.completions.create(**ASK, stream=True):
            text += c.choices[0].delta.content or ""
    assert text == "12345678" and "Overheated." in str(caught.value)
    assert type(caught.value) is sdk.APIError and caught.value.code == "hot"
    bill(key, DELIVERED, state=ESTIMATED)


def test_error_before_the_first_word(openai, gw, up, bill, key):
    gw.expect_log("LG0080")
    up.script(head(), event({"error": {"message": "Overheated.", "code": None,
                                       "type": "server_error"}}), done())
    with pytest.raises(sdk.APIError, match="Overheated"):
        list(openai(max_retries=0).chat.completions.create(**ASK,
                                                           stream=True))
    bill(key, 0, state=FAILED)


@pytest.mark.parametrize("how, tags", [
    (reset(), ["AH01110", "LG0073"]), (close(), ["AH01110", "LG0073"]),
    (end(), ["LG0071"])], ids=["reset", "closed", "ended"])
def test_cut_stream_raises(openai, gw, up, bill, key, how, tags):
    """A stream without its end must not look whole."""
    gw.expect_log(*tags)
    up.script(head(), chunk({"role": "assistant", "content": ""}),
              chunk({"content": "12345678"}), gate("seen"), how)
    stream = openai().chat.completions.create(**ASK, stream=True)
    assert next(stream).choices[0].delta.content == ""
    assert next(stream).choices[0].delta.content == "12345678"
    up.open("seen")
    with pytest.raises(sdk.APIError) as caught:
        list(stream)
    assert caught.value.code == "upstream_unavailable"
    bill(key, DELIVERED, state=ESTIMATED)


def test_client_leaves_mid_stream(openai, up, bill, key, cancels):
    """The upstream is told at once, and what had come is paid."""
    up.script(head(), chunk({"role": "assistant", "content": ""}),
              chunk({"content": "12345678"}), silence())
    stream = openai().chat.completions.create(**ASK, stream=True)
    next(stream), next(stream)
    stream.close()
    up.wait_closed(up.requests[0])
    row, = bill(key, DELIVERED, state=ESTIMATED)
    assert row["reached"] == 1 and row["input"] == 31


def test_client_leaves_after_the_finish(openai, up, bill, key):
    """Programs that break at finish_reason: the usage still comes."""
    up.script(head(), chunk({"content": "hi"}), chunk({}, "stop"),
              gate("left"), counted(usage(9, 2)), done())
    with openai().chat.completions.create(**ASK, stream=True) as stream:
        for c in stream:
            if c.choices[0].finish_reason:
                break
    up.open("left")
    bill(key, BILL)


def test_a_timeout_of_the_client(openai, gw, up, bill, key, monkeypatch):
    """A plain answer is drained and paid although nobody waits for it.  The
    client begins to count when the upstream has the request."""
    stream = httpcore2._backends.sync.SyncStream
    read = stream.read

    def read_later(self, size, timeout=None):
        up.wait_requests(1)
        return read(self, size, timeout)

    monkeypatch.setattr(stream, "read", read_later)
    up.script(gate("late"), *says("hi", usage(9, 2)))
    with pytest.raises(sdk.APITimeoutError):
        openai(timeout=0.3, max_retries=0).chat.completions.create(**ASK)
    gw.wait_drain()             # before that it would be an answer like any
    up.open("late")
    row, = bill(key, BILL)
    assert row["source"] == 2   # drained
