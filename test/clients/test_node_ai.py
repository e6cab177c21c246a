"""Vercel's `ai` with its providers for compatible endpoints and for
Anthropic, each over both kinds of upstream: which one answers is no matter
to a program."""
import pytest
from harness.upstream import close, end, silence

import sides

PNG = "iVBORw0KGgo="
OUT_THINKING = 8_000_000        # of qwen-plus
ESTIMATED, FAILED = 2, 4        # states of a row
WEATHER = {"tools": True, "messages": [
    {"role": "user", "content": "Weather in Bonn and K\u00f6ln?"}]}


@pytest.fixture(params=["compatible", "anthropic"])
def ai(request, node):
    """ai("generate", model, ...): an act of node/ai.mjs with a provider."""
    def run(act, model, ask=None, options=None, **settings):
        return node("ai", provider=request.param, act=act, model=model,
                    ask=ask or {}, options=options or {}, settings=settings)

    run.provider = request.param
    return run


def thinking(ai):
    """How thinking is asked for with this provider."""
    if ai.provider == "anthropic":
        return {"anthropic": {"thinking": {"type": "enabled",
                                           "budgetTokens": 1024}}}
    return {"gateway": {"enable_thinking": True, "thinking_budget": 1024}}


# ---- all goes well ----

def test_generate_text(ai, side, up, bill, key):
    up.script(side.script.says("I am a model.", side.usage(22, 18)))
    got = ai("generate", side.model, maxOutputTokens=300, temperature=0.5)
    assert got["text"] == "I am a model." and got["finish"] == "stop"
    assert got["usage"]["inputTokens"] == 22
    assert got["usage"]["outputTokens"] == 18
    sent = up.requests[0]
    assert sent.path == side.path
    assert (sent.json()["max_tokens"], sent.json()["temperature"]) \
        == (300, 0.5)
    bill(key, side.amount(22, 18))


def test_stream_text(ai, side, up, bill, key):
    up.script(side.script.streams(["I am", " a model."], side.usage(22, 18)))
    got = ai("stream", side.model)
    assert got["text"] == "I am a model." and got["finish"] == "stop"
    assert got["kinds"] == ["start", "start-step", "text-start", "text-delta",
                            "text-end", "finish-step", "finish"]
    assert got["usage"]["inputTokens"] == 22
    assert got["usage"]["outputTokens"] == 18
    bill(key, side.amount(22, 18))


@pytest.mark.parametrize("act", ["generate", "stream"])
def test_tools_in_steps(ai, side, up, bill, key, act):
    """Two calls at once, their results, and the answer."""
    if act == "stream":
        up.script(side.script.streams_calls([
            ("toolu_1", "get_weather", ['{"city": ', '"Bonn"}']),
            ("toolu_2", "get_weather", ['{"city": "K\u00f6ln"}'])],
            side.usage(150, 40), ["Let me"]))
        up.script(side.script.streams(["It rains."], side.usage(230, 9)))
    else:
        up.script(side.script.tool_calls([
            ("toolu_1", "get_weather", {"city": "Bonn"}),
            ("toolu_2", "get_weather", {"city": "K\u00f6ln"})],
            side.usage(150, 40), "Let me"))
        up.script(side.script.says("It rains.", side.usage(230, 9)))
    got = ai(act, side.model, WEATHER)
    assert got["text"] == "It rains."
    assert got["calls"] == [
        [["toolu_1", "get_weather", {"city": "Bonn"}],
         ["toolu_2", "get_weather", {"city": "K\u00f6ln"}]], []]
    assert got["total"]["inputTokens"] == 380
    first, second = (r.json() for r in up.requests)
    if side.name == "claude":
        assert first["tools"][0]["input_schema"]["required"] == ["city"]
        assert [b["tool_use_id"] for b in second["messages"][2]["content"]] \
            == ["toolu_1", "toolu_2"]
    else:
        assert first["tools"][0]["function"]["parameters"]["required"] \
            == ["city"]
        assert [x["tool_call_id"] for x in second["messages"][2:]] \
            == ["toolu_1", "toolu_2"]
    bill(key, side.amount(150, 40), side.amount(230, 9))


def test_an_image(ai, side, up, gw, bill, key):
    gw.must("PATCH", "/models/" + side.model, {
        "modalities": {"input": ["text", "image", "pdf"],
                       "output": ["text"]}})
    up.script(side.script.says("A dot.", side.usage(90, 3)))
    got = ai("generate", side.model, {"messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image", "base64": PNG, "mediaType": "image/png"}]}]})
    assert got["text"] == "A dot."
    part = up.requests[0].json()["messages"][0]["content"][1]
    if side.name == "claude":
        assert part["source"] == {"type": "base64", "data": PNG,
                                  "media_type": "image/png"}
    else:
        assert part["image_url"]["url"] == "data:image/png;base64," + PNG
    bill(key, side.amount(90, 3))


@pytest.mark.parametrize("act", ["generate", "stream"])
def test_reasoning(ai, side, up, bill, key, act):
    counts = side.usage(22, 18)
    up.script(side.script.thinks("Hm.", "Done.", counts)
              if act == "generate"
              else side.script.streams_thought(["Hm", "."], ["Do", "ne."],
                                               counts))
    got = ai(act, side.model, maxOutputTokens=2000,
             providerOptions=thinking(ai))
    assert (got["reasoning"], got["text"]) == ("Hm.", "Done.")
    sent = up.requests[0].json()
    if side.name == "claude":
        assert sent["thinking"]["budget_tokens"] == 1024
        bill(key, side.amount(22, 18))
    else:
        assert sent["enable_thinking"] is True
        bill(key, 22 * side.input + 18 * OUT_THINKING)


@pytest.mark.parametrize("act", ["object", "objects"])
def test_an_object(ai, side, up, gw, bill, key, act):
    """Anthropic's provider asks by a tool that has to be called, the other by
    response_format."""
    said = '{"city": "Berlin", "people": 3897145}'
    if ai.provider == "anthropic":
        call = ("toolu_1", "json", {"city": "Berlin", "people": 3897145})
        up.script(side.script.tool_calls([call], side.usage(60, 11))
                  if act == "object" else side.script.streams_calls(
                      [("toolu_1", "json", [said[:9], said[9:]])],
                      side.usage(60, 11)))
    else:
        up.script(side.script.says(said, side.usage(60, 11))
                  if act == "object" else side.script.streams(
                      [said[:9], said[9:]], side.usage(60, 11)))
    got = ai(act, side.model, options={"supportsStructuredOutputs": True})
    assert got["object"] == {"city": "Berlin", "people": 3897145}
    assert got["usage"]["outputTokens"] == 11
    sent = up.requests[0].json()
    if ai.provider == "anthropic":
        assert sent["tool_choice"] in (
            {"type": "tool", "name": "json",
             "disable_parallel_tool_use": True},
            {"type": "function", "function": {"name": "json"}})
    elif side.name == "claude":
        schema = sent["output_config"]["format"]["schema"]
        assert schema["required"] == ["city", "people"]
    else:
        assert sent["response_format"]["type"] == "json_schema"
    bill(key, side.amount(60, 11))


def test_what_was_cached_is_told(ai, side, up, gw, bill, key):
    """Explicit caching is priced for sonnet alone; qwen-plus has no price of
    its own for what is read."""
    if side.name == "claude":
        counts = side.script.usage(1000, 50, read=400)
        amount = 600 * 3_000_000 + 400 * 300_000 + 50 * 15_000_000
    else:
        counts = side.script.usage(1000, 50, prompt_tokens_details={
            "cached_tokens": 400})
        amount = 1000 * side.input + 50 * side.output
    up.script(side.script.says("a", counts))
    mark = {"type": "ephemeral"}
    content = {"type": "text", "text": "a" * 99, "providerOptions": {
        "anthropic": {"cacheControl": mark},
        "openaiCompatible": {"cache_control": mark}}}
    got = ai("generate", side.model, {"messages": [
        {"role": "user", "content": [
            content, {"type": "text", "text": "b"}]}]})
    assert got["usage"]["cachedInputTokens"] == 400
    bill(key, amount)


# ---- refused, and trouble ----

@pytest.mark.parametrize("act", ["generate", "stream"])
@pytest.mark.parametrize("case, status", [("key", 401), ("model", 404)])
def test_refusals(ai, side, up, bill, key, act, case, status):
    got = ai(act, "no-model" if case == "model" else side.model,
             options={"apiKey": "sk-nothing"} if case == "key" else {})
    assert got["api"] and got["status"] == status
    assert got["retryable"] is False and got["retried"] == 0
    assert {"key": "API key", "model": "no-model"}[case] in got["message"]
    assert up.requests == []
    bill(key)


def test_a_rate_limit_is_tried_again(ai, side, up, gw, bill):
    """Twice; with its waits, which are cut short here, it would be served."""
    key = gw.new_key(limits={"requests_per_minute": 1})
    up.script(side.script.says("hi", side.usage(9, 2)))
    options = {"apiKey": key}
    assert ai("generate", side.model, options=options)["text"] == "hi"
    got = ai("generate", side.model, options=options)
    assert got["status"] == 429 and got["retryable"]
    assert got["retried"] == 3
    bill(key, side.amount(9, 2))


@pytest.mark.parametrize("act", ["generate", "stream"])
@pytest.mark.parametrize("status", [429, 500])
def test_the_upstreams_429_and_500_are_tried_again(ai, side, up, gw, bill,
                                                   key, act, status):
    gw.expect_log("LG0080")
    kinds = {429: "rate_limit_error", 500: "api_error"}
    up.script(side.script.fails(status, kinds[status], "Oh.")
              if side.name == "claude"
              else side.script.fails(status, "Oh.", "oh", kinds[status]))
    up.script(side.script.says("hi", side.usage(9, 2)) if act == "generate"
              else side.script.streams(["hi"], side.usage(9, 2)))
    got = ai(act, side.model)
    assert got["text"] == "hi" and len(up.requests) == 2
    bill(key, 0, side.amount(9, 2), state=None)


def test_one_that_fails_for_good(ai, side, up, gw, bill, key):
    gw.expect_log("LG0080")
    for _ in range(3):
        up.script(side.script.fails(500, "api_error", "Oh.")
                  if side.name == "claude"
                  else side.script.fails(500, "Oh.", "oh", "api_error"))
    got = ai("generate", side.model)
    assert got["status"] == 500 and got["retried"] == 3
    bill(key, 0, 0, 0, state=FAILED)


def test_an_error_inside_a_stream(ai, side, up, bill, key):
    up.script(side.part("12345678"), side.trouble(), end())
    got = ai("stream", side.model)
    assert got["text"] == "12345678" and "error" in got["kinds"]
    assert "Overloaded" in got["message"]
    row, = bill(key, delivered(ai, side), state=ESTIMATED)
    assert row["status"] == 200


def test_a_cut_stream(ai, side, up, gw, bill, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(side.part("12345678"), close())
    got = ai("stream", side.model)
    assert got["text"] == "12345678" and "error" in got["kinds"]
    bill(key, delivered(ai, side), state=ESTIMATED)


def test_abort(ai, side, up, bill, key, cancels):
    """The upstream is told at once, and what had come is paid."""
    up.script(side.part("12345678"), silence())
    got = ai("abort", side.model)
    assert got["text"] == "12345678" and got["aborted"]
    up.wait_closed(up.requests[0])
    row, = bill(key, delivered(ai, side), state=ESTIMATED)
    assert row["reached"] == 1


def delivered(ai, side):
    """What side.part("12345678") comes to.  A chat upstream has not counted
    the prompt yet, so that is an estimate: of what the provider wrote."""
    if ai.provider == "anthropic":
        body = {"model": side.model, "max_tokens": 4096, "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "Who are you?"}]}], "stream": True}
    else:
        body = {"model": side.model, "messages": sides.WHO, "stream": True,
                "stream_options": {"include_usage": True}}
    return side.delivered(sides.estimate(**body))
