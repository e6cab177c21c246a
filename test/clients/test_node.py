"""openai for Node: the programs are in node/, what they print is judged
here."""
import pytest
from harness.upstream import end, event, gate, head, silence

from scripted import calls, chunk, fails, says, streams, usage

IN, OUT = 800_000, 2_000_000
BILL = 22 * IN + 18 * OUT
ESTIMATED, FAILED = 2, 4        # states of a row


def test_chat_streams_and_models(node, up, gw, bill, key):
    up.script(says("I am a model.", usage(22, 18)))
    up.script(streams(["I am", " a model."], usage(22, 18)))
    up.script(streams(["I am", " a model."], usage(22, 18)))
    got = node("chat")
    assert got["plain"]["choices"][0]["message"]["content"] \
        == "I am a model."
    assert got["plain"]["usage"]["total_tokens"] == 40
    assert [c["choices"][0]["delta"]["content"]
            for c in got["chunks"][:-1]] == ["", "I am", " a model.", ""]
    assert got["chunks"][-1]["choices"] == []
    assert got["chunks"][-1]["usage"]["completion_tokens"] == 18
    assert len(got["quiet"]) == 4 and all(c["choices"] for c in got["quiet"])
    assert set(got["models"]) >= {"qwen-plus", "org/with/slashes"}
    assert got["slashes"]["id"] == "org/with/slashes"
    assert got["requestId"] == got["header"]
    receipt = gw.request("GET", "/v1/receipts/" + got["header"],
                         key=key).json()
    assert receipt["amount"] == "0.0000536"
    assert not [n for n, _ in up.requests[0].headers
                if n.lower().startswith("x-stainless")]
    bill(key, BILL, BILL, BILL)


def test_tools_and_the_sdks_runner(node, up, bill, key):
    up.script(calls("get_current_time", "{}", usage(150, 12)))
    up.script(calls("get_current_weather", '{"location":"Singapore"}',
                    usage(190, 20), id="call_2"))
    up.script(says("It rains.", usage(240, 9)))
    # the runner streams
    up.script(streams([{"tool_calls": [
        {"index": 0, "id": "call_3", "type": "function", "function": {
            "name": "get_current_weather",
            "arguments": '{"location":"Bonn"}'}}]}], usage(100, 11),
        finish="tool_calls"))
    up.script(streams(["It rains in Bonn."], usage(130, 7)))
    got = node("tools", question="Time and weather?")
    assert got["rounds"] == 2 and got["answer"] == "It rains."
    assert got["roles"] == ["user", "assistant", "tool", "assistant", "tool",
                            "assistant"]
    assert got["final"] == "It rains in Bonn."
    assert up.requests[4].json()["messages"][2] == {
        "role": "tool", "tool_call_id": "call_3",
        "content": "It is rainy in Bonn today."}
    bill(key, *[p * IN + o * OUT for p, o in (
        (150, 12), (190, 20), (240, 9), (100, 11), (130, 7))])


@pytest.mark.parametrize("arguments, name, status, code, param", [
    ({"options": {"apiKey": "sk-nothing"}}, "AuthenticationError", 401,
     "invalid_api_key", None),
    ({"body": {"model": "gpt-none"}}, "NotFoundError", 404,
     "model_not_found", "model"),
    ({"body": {"background": True}}, "BadRequestError", 400,
     "unsupported_parameter", "background")])
def test_refusals(node, bill, key, arguments, name, status, code, param):
    got = node("errors", **arguments)
    assert (got["name"], got["status"]) == (name, status)
    assert (got["code"], got["param"]) == (code, param)
    assert got["type"] == "invalid_request_error"
    assert got["requestID"].startswith("req_")
    bill(key)


def test_rate_limit(node, gw, up, bill):
    key = gw.new_key(limits={"requests_per_minute": 1})
    up.script(says("hi", usage(22, 18)))
    options = {"apiKey": key, "maxRetries": 0}
    assert node("errors", options=options)["text"] == "hi"
    got = node("errors", options=options)
    assert (got["name"], got["status"]) == ("RateLimitError", 429)
    assert 1 <= int(got["retryAfter"]) <= 60
    bill(key, BILL)


def test_it_tries_again_after_500(node, gw, up, bill, key):
    gw.expect_log("LG0080")
    up.script(fails(500, "Oh.", "server_error", "server_error"))
    up.script(says("hi", usage(22, 18)))
    assert node("errors")["text"] == "hi"
    bill(key, 0, BILL, state=None)


def test_it_does_not_after_504(node, gw, up, bill, key):
    gw.must("PUT", "/models/slow", {
        "routes": [{"upstream": "mock"}], "deadlines": {"first_byte": 1},
        "price": {"currency": "CNY",
                  "tiers": [{"input": "0.8", "output": "2"}]}})
    gw.expect_log("LG0060")
    up.script(silence())
    got = node("errors", body={"model": "slow"})
    assert (got["name"], got["status"]) == ("InternalServerError", 504)
    assert got["shouldRetry"] == "false" and len(up.requests) == 1
    bill(key, 0, state=FAILED)


# 12 bytes of prompt are 3 tokens and a message is 8 more; 8 bytes of answer
# are 2
DELIVERED = 31 * IN + 2 * OUT


def test_error_inside_a_stream(node, up, bill, key):
    up.script(head(), chunk({"content": "12345678"}),
              event({"error": {"message": "Overheated.", "code": "hot",
                               "type": "server_error", "param": None}}),
              end())
    got = node("errors", body={"stream": True})
    assert got["api"] and got["text"] == "12345678"
    assert "Overheated." in got["message"]
    bill(key, DELIVERED, state=ESTIMATED)


def test_cut_stream(node, gw, up, bill, key):
    gw.expect_log("LG0071")
    up.script(head(), chunk({"content": "12345678"}), end())
    got = node("errors", body={"stream": True})
    assert got["api"] and got["text"] == "12345678"
    bill(key, DELIVERED, state=ESTIMATED)


def test_client_breaks_off(node, up, bill, key, cancels):
    """A break in `for await` closes the connection."""
    up.script(head(), chunk({"content": "12345678"}), gate("never"))
    assert node("errors", body={"stream": True}, leave=True) \
        == {"text": "12345678"}
    up.wait_closed(up.requests[0])
    bill(key, DELIVERED, state=ESTIMATED)
