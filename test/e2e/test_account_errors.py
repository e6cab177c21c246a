"""Errors about our account that do not come as 401, 402 or 403: the client
gets 502 and no word of them, the log an error, another upstream a try."""
import json

import pytest

from harness.shapes import EXACT, bill, chunk, error, plain, sse
from harness.upstream import answer, body, end, event, gate, head

PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}


@pytest.fixture
def gw(agw):
    return agw


VENDORS = ("none", "zhipu", "google", "anthropic", "openrouter", "minimax",
           "xai", "groq", "bailian", "openai")


@pytest.fixture(scope="module")
def routes(session_agw, session_upstream, module_second):
    session_agw.must("PUT", "/upstreams/other", {
        "base_url": module_second.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "sk-other"}]})
    for vendor in VENDORS:
        session_agw.must("PUT", f"/upstreams/at-{vendor}", dict({
            "base_url": session_upstream.url + "/v1", "dialect": "openai",
            "credentials": [{"secret": "sk-" + vendor}]},
            **({} if vendor == "none" else {"vendor": vendor})))
        for name, upstreams in {"only": [f"at-{vendor}"],
                                "both": [f"at-{vendor}", "other"]}.items():
            session_agw.must("PUT", f"/models/{name}-{vendor}", {
                "price": PRICE, "routes": [
                    {"upstream": u, "priority": i}
                    for i, u in enumerate(upstreams)]})


@pytest.fixture
def second(module_second, routes):
    module_second.clear()
    return module_second


def wrapped(inner, **more):
    return error("Provider returned error", None, 400, metadata=dict(
        raw=inner if isinstance(inner, str) else json.dumps(inner),
        provider_name="Somebody"), **more)


GEMINI = error("API key not valid. secret-words", None, 400,
               status="INVALID_ARGUMENT", details=[
                   {"@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "API_KEY_INVALID"}])
CREDIT = {"type": "error", "error": {
    "type": "invalid_request_error", "message": "Your credit balance is too "
    "low to access the Anthropic API. secret-words"}}

ACCOUNT = {
    "zhipu": ("zhipu", 429, error("secret-words", None, "1113")),
    "zhipu-unsaid": ("none", 429, error("secret-words", None, "1113")),
    "zhipu-locked": ("zhipu", 429, error("secret-words", None, "1112")),
    "zhipu-token": ("zhipu", 400, error("secret-words", None, "1002")),
    "gemini": ("google", 400, GEMINI),
    "gemini-array": ("google", 400, [GEMINI]),
    "gemini-unsaid": ("none", 400, [GEMINI]),
    "gemini-country": ("google", 400, [error(
        "User location is not supported for the API use. secret-words", None,
        400, status="FAILED_PRECONDITION")]),
    "anthropic": ("anthropic", 400, CREDIT),
    "anthropic-unsaid": ("none", 400, CREDIT),
    "openrouter": ("openrouter", 400, wrapped(error(
        "secret-words", code="insufficient_quota"))),
    "openrouter-429": ("openrouter", 429, wrapped(error(
        "secret-words", code="1113"))),
    "openrouter-words": ("openrouter", 400, wrapped(
        "Your credit balance is too low: secret-words")),
    "twice-wrapped": ("none", 400, wrapped(wrapped(CREDIT))),
    "litellm": ("none", 400, error(
        "litellm.BadRequestError: AnthropicException - "
        + json.dumps(CREDIT), None, "400")),
    "inner-401": ("none", 400, wrapped(error("secret-words", code=401))),
    "xai": ("xai", 400, {"code": "Client specified an invalid argument",
                         "error": "Incorrect API key provided: secret-words"}),
    "xai-credits": ("xai", 429, {
        "code": "Some resource has been exhausted", "error": "Your team has "
        "used all available credits: secret-words"}),
    "groq": ("groq", 400, error("secret-words", code="organization_restricted"
                                )),
    "openai-limit": ("openai", 400, error(
        "secret-words", code="billing_hard_limit_reached")),
    "in-500": ("none", 500, wrapped(CREDIT)),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", ACCOUNT)
def test_the_client_hears_nothing_of_our_account(gw, up, second, key, name,
                                                 stream):
    """Fault 3.2: it got the vendor's error about us as its own."""
    gw.expect_log("LG0080")
    vendor, status, what = ACCOUNT[name]
    up.script(answer(what, status))
    r = gw.chat(key, model="only-" + vendor, stream=stream)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    assert b"secret-words" not in r.body
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    assert gw.attempts(row) == [("at-" + vendor, status, "status")]
    line, = [x for x in gw.log().splitlines()
             if "LG0080" in x and r.headers["x-request-id"] in x]
    assert "a matter of the account" in line and "llmgw:error" in line


@pytest.mark.parametrize("name", ["zhipu-token", "gemini", "gemini-array",
                                  "anthropic", "openrouter", "litellm",
                                  "xai", "groq", "openai-limit"])
def test_another_upstream_is_tried(gw, up, second, key, name):
    """Fault 3.2: for a 400 that is no fault of the client's, too."""
    gw.expect_log("LG0080")
    vendor, status, what = ACCOUNT[name]
    up.script(answer(what, status))
    second.script(answer(plain()))
    r = gw.chat(key, model="both-" + vendor)
    assert r.status == 200 and r.json() == plain()
    row, = gw.settled(key)
    assert bill(row) == EXACT
    assert gw.attempts(row) == [("at-" + vendor, status, "status")]


@pytest.mark.parametrize("what", [
    CREDIT, GEMINI, error("secret-words", None, "1113"),
    wrapped(error("secret-words", code="Arrearage"))],
    ids=["anthropic", "gemini", "zhipu", "wrapped"])
def test_in_the_middle_of_a_stream(gw, up, second, key, what):
    """Fault 3.2: an event about our account passed with its words."""
    gw.expect_log("LG0070")
    up.script(head(), event(chunk("four")), gate("seen"),
              body(b"data: " + json.dumps(what).encode()[:20]), gate("half"),
              body(json.dumps(what).encode()[20:] + b"\n\n"), end())
    with gw.stream(key, model="only-none") as s:
        s.event()
        up.open("seen")
        up.wait_at("half")
        up.open("half")
        s.rest()
    assert s.body.startswith(sse(chunk("four"), done=False))
    assert b"upstream_unavailable" in s.body
    assert b"secret-words" not in s.body
    row, = gw.settled(key)
    assert bill(row) == ("estimated/estimated 155000000: input 58, output 1 "
                         "[cut, upstream_error]")


OTHERS = {
    "rate": ("zhipu", 429, error("slow down", None, "1302"), "rate"),
    "gemini-rate": ("google", 429, [error(
        "You exceeded your current quota, please check your plan", None, 429,
        status="RESOURCE_EXHAUSTED")], "rate"),
    "bailian-rate": ("bailian", 429, error(
        "You exceeded your current quota", "insufficient_quota",
        "insufficient_quota"), "rate"),
    "wrapped-client": ("openrouter", 400, wrapped(error(
        "too long", code="context_length_exceeded")), "client"),
    "echo": ("none", 400, error(
        "Invalid value: 'your credit balance is too low'",
        code="invalid_value"), "client"),
    "validator": ("none", 422, {"detail": [{
        "type": "missing", "msg": "Field required", "input": {
            "code": "1113", "message": "credit balance is too low"}}]},
        "client"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_our_account_passes(gw, up, second, key, name):
    vendor, status, what, matter = OTHERS[name]
    if matter == "rate":
        gw.expect_log("LG0080")
    up.script(answer(what, status))
    r = gw.chat(key, model="only-" + vendor)
    assert r.status == status and r.json() == what
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
