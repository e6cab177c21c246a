"""The main path: a key, a chat, an exact row."""
from harness.upstream import answer, done, event, gate, head

USAGE = {"prompt_tokens": 50000, "completion_tokens": 2000,
         "total_tokens": 52000}


def chunk(delta, finish=None, **more):
    return dict({"id": "chatcmpl-1", "object": "chat.completion.chunk",
                 "created": 1, "model": "qwen3-max", "choices": [
                     {"index": 0, "delta": delta, "finish_reason": finish}]},
                **more)


def plain(usage, content="hi"):
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1,
            "model": "qwen3-max", "choices": [
                {"index": 0, "finish_reason": "stop", "message": {
                    "role": "assistant", "content": content}}],
            "usage": usage}


def test_plain_chat_is_billed_exactly(gw, up, key):
    up.script(answer(plain(USAGE)))
    r = gw.chat(key)
    assert r.status == 200 and r.json() == plain(USAGE)
    row, = gw.settled(key)
    assert row["amount"] == 232_000_000_000 and row["tier"] == 1
    assert (row["state"], row["source"], row["currency"]) == (1, 1, "CNY")
    assert (row["input"], row["output"]) == (50000, 2000)


def test_streamed_chat_hides_the_usage_it_asked_for(gw, up, key):
    up.script(head(), event(chunk({"role": "assistant", "content": ""})),
              event(chunk({"content": "hi"})), gate("seen"),
              event(chunk({}, "stop")),
              event(dict(chunk({}), choices=[], usage=USAGE)), done())
    with gw.stream(key) as s:
        assert s.data()["choices"][0]["delta"]["role"] == "assistant"
        assert s.data()["choices"][0]["delta"]["content"] == "hi"
        up.open("seen")
        rest = s.rest()
        assert s.ended
    assert b'"usage"' not in rest and rest.endswith(b"data: [DONE]\n\n")
    assert up.requests[0].json()["stream_options"] == {"include_usage": True}
    row, = gw.settled(key)
    assert row["amount"] == 232_000_000_000 and row["stream"] == 1


def test_the_receipt_says_what_the_row_says(gw, up, key):
    up.script(answer(plain(USAGE)))
    r = gw.chat(key)
    gw.settled(key)
    receipt = gw.request("GET", "/v1/receipts/" + r.headers["x-request-id"],
                         key=key).json()
    assert receipt["amount"] == "0.232" and receipt["currency"] == "CNY"
    assert receipt["state"] == "settled" and receipt["tier"] == 2
    other = gw.new_key()
    r = gw.request("GET", "/v1/receipts/" + r.headers["x-request-id"],
                   key=other)
    assert r.status == 404 and r.json()["error"]["code"] == \
        "receipt_not_found"
