"""The Responses API over an upstream that serves it: the bytes both ways, the
headers, and what is refused."""
import json

import pytest

from harness import responses as r9
from harness.checks import costs_nothing, refused, request_id
from harness.shapes import bill
from harness.upstream import answer, body, end, head, pieces, raw


@pytest.fixture(scope="module")
def openai(session_gw, session_upstream):
    r9.set_up(session_gw, session_upstream)
    return session_gw


@pytest.fixture
def gw(openai, gw):
    return gw


def post(gw, key, text, path=r9.PATH, headers=None):
    return gw.request("POST", path, text, key, headers)


# ---- the path ----

def test_a_plain_answer_is_billed_exactly(gw, up, key):
    document = json.dumps(r9.document()).encode()
    up.script(answer(document))
    r = post(gw, key, r9.body())
    assert r.status == 200 and r.body == document
    rid = request_id(r)
    sent = up.requests[0]
    assert sent.path == r9.PATH and sent.json() == r9.body()
    assert sent.header("authorization") == "Bearer sk-of-the-upstream"
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT and row["stream"] == 0
    told = gw.must("GET", "/requests/" + rid)
    assert told["endpoint"] == "responses"


def test_a_stream_is_billed_exactly(gw, up, key):
    events = b"".join(r9.stream())
    up.script(head(), body(events), end())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        assert s.rest() == events and s.ended
        assert s.headers["x-accel-buffering"] == "no"
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT and row["stream"] == 1


def test_a_key_of_one_endpoint(gw, up):
    key = gw.new_key(endpoints=["responses"])
    up.script(answer(r9.document()))
    assert post(gw, key, r9.body()).status == 200
    refused(gw.chat(key, model="gpt"), "endpoint_not_allowed")
    gw.settled(key)
    other = gw.new_key(endpoints=["chat/completions"])
    refused(post(gw, other, r9.body()), "endpoint_not_allowed")


# ---- bytes ----

SCHEMA = {"type": "object", "properties": {
    "file_id": {"type": "string"}, "z": {"type": "number"},
    "a": {"default": 1.0}}, "required": ["z"]}
# As Codex sends one, with everything that must not be touched.
AGENT = {
    "model": "gpt", "instructions": None,
    "input": [
        {"type": "message", "role": "developer", "content": [
            {"type": "input_text", "text": "<permissions>\u4f60\u597d"}]},
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "list the files"},
            {"type": "input_image", "image_url":
                "data:image/png;base64,iVBORw0KGgo="}]},
        {"type": "reasoning", "summary": [
            {"type": "summary_text", "text": "So."}], "content": None,
         "encrypted_content": "gAAAAABo"},
        {"type": "function_call", "name": "exec", "call_id": "call_1",
         "arguments": "{\"cmd\": [\"ls\"], \"z\": 1.50}"},
        {"type": "function_call_output", "call_id": "call_1",
         "output": "a.c\nhttps://b.example/"},
        {"type": "custom_tool_call", "name": "apply_patch", "call_id": "c2",
         "input": "*** Begin Patch\n+\"\u00e9\"\n*** End Patch"},
        {"type": "custom_tool_call_output", "call_id": "c2", "output": [
            {"type": "input_text", "text": "Done."}]}],
    "tools": [
        *({"type": "function", "name": f"tool_{i}", "strict": False,
           "description": "Does \u00e4 thing. " * 30, "parameters": SCHEMA}
          for i in range(12)),
        {"type": "custom", "name": "apply_patch", "description": "d",
         "format": {"type": "grammar", "syntax": "lark",
                    "definition": "start: \"x\""}},
        {"type": "namespace", "name": "mcp__x", "description": "d", "tools": [
            {"type": "function", "name": "y", "parameters": SCHEMA}]},
        {"type": "tool_search", "execution": "client", "description": "d",
         "parameters": SCHEMA}],
    "tool_choice": "auto", "parallel_tool_calls": False,
    "reasoning": {"effort": "medium", "summary": "auto"}, "store": False,
    "stream": True, "include": ["reasoning.encrypted_content"],
    "prompt_cache_key": "0199a213-81c0-7800-8aa1-bbab2a035a53",
    "text": {"verbosity": "low", "format": {
        "type": "json_schema", "name": "n", "schema": SCHEMA}},
    "client_metadata": {"x-codex-installation-id": "i", "file_id": "j"},
    "max_output_tokens": 32000, "temperature": 1.0, "truncation": "auto",
    "own": {"a": [1e2, 12345678901234567890, None], "a\"": "\u2028"}}
HEADERS = {"accept": "text/event-stream", "originator": "codex_exec",
           "session-id": "s", "thread-id": "t", "x-client-request-id": "t",
           "x-codex-beta-features": "b", "x-codex-turn-metadata": "{}",
           "User-Agent": "codex_exec/0.169", "OpenAI-Beta": "responses=v1",
           "OpenAI-Organization": "org", "Cookie": "a=b"}


def spelled(text):
    """The same JSON in several spellings."""
    compact = json.dumps(text, separators=(",", ":"), ensure_ascii=False)
    return [compact.encode(), json.dumps(text).encode(),
            json.dumps(text, indent="\t", ensure_ascii=False).encode(),
            b"\n " + compact.replace('"stream":true', '"str\\u0065am" : true')
            .encode() + b"\r\n"]


@pytest.mark.parametrize("text", spelled(AGENT), ids=range(4))
def test_a_body_goes_as_it_came(gw, up, key, text):
    events = b"".join(r9.stream())
    up.script(head(), body(events), end())
    r = post(gw, key, text, r9.PATH + "?x=%2F", HEADERS)
    assert r.status == 200 and r.body == events
    sent = up.requests[0]
    assert sent.body == text and sent.path == r9.PATH + "?x=%2F"
    assert sent.header("openai-beta") == "responses=v1"
    assert sent.header("user-agent") == "codex_exec/0.169"
    assert sent.header("accept") == "text/event-stream"
    names = {n.lower() for n, _ in sent.headers}
    assert not names & {"originator", "session-id", "thread-id", "cookie",
                        "openai-organization", "x-codex-turn-metadata"}
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT


# as the upstream sends it, oddly spelled
STREAM = [
    ": hi", 'id: 1\nretry: 5\ndata:{"response":{"id":"r","usage":null},"x":'
    '1.0,\ndata: "type" : "response.created"}',
    'event: response.output_text.delta\ndata: {"type":'
    '"response.output_text.delta","delta":"\\u00e9\u4f60"}', ": again",
    'event: response.brand_new\ndata: {"type":"response.brand_new"}',
    'data: {"type":"keepalive"}',
    'event: response.completed\ndata: { "response" : {"usage":{"output_tokens"'
    ':50,"input_tokens" : 1000,"total_tokens":1050}},"type":'
    '"response.completed"}', "data: [DONE]"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("size", [1, 7, 4000])
def test_events_in_any_cut(gw, up, key, ends, size):
    data = "".join(e.replace("\n", ends) + 2 * ends for e in STREAM).encode()
    up.script(head(), *pieces(data, size), end())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        assert s.rest() == data and s.ended
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT


def test_every_place_where_a_stream_can_be_cut_in_two(gw, up, key):
    data = "".join(e + "\n\n" for e in STREAM).encode()
    for at in range(1, len(data)):
        up.script(head(), body(data[:at]), body(data[at:]), end())
        with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
            assert s.rest() == data and s.ended
    rows = gw.settled(key, len(data) - 1)
    assert {bill(r) for r in rows} == {r9.EXACT}


DOCUMENT = (' {"x":{"y":[1.0,1e2]},\r\n"id" :"r","status":"completed","error"'
            ':null,"output":[{"type":"message","content":[{"text":"\\u00e9'
            '\u4f60","type":"output_text"}]}],"usage":{"output_tokens" : 50,'
            '"input_tokens":1000 , "total_tokens":1050,"q":-0}}\n').encode()


def test_every_place_where_a_document_can_be_cut_in_two(gw, up, key):
    for at in range(1, len(DOCUMENT)):
        up.script(head(content_type="application/json", length=len(DOCUMENT)),
                  raw(DOCUMENT[:at]), raw(DOCUMENT[at:]))
        r = post(gw, key, r9.body())
        assert r.status == 200 and r.body == DOCUMENT
    rows = gw.settled(key, len(DOCUMENT) - 1)
    assert {bill(r) for r in rows} == {r9.EXACT}


def test_events_of_any_length(gw, up, key):
    """Each event that frames a stream repeats the instructions and tools: what
    is relayed has no bound."""
    large = {"instructions": "x" * 3_000_000, "tools": [
        {"type": "function", "name": f"t{i}", "description": "y" * 9000}
        for i in range(40)]}
    events = [r9.framed("created", **large), *r9.said("Hel", "lo"),
              r9.framed("completed", output=[r9.message("Hello" * 100_000)],
                        usage=r9.counts(), **large)]
    data = b"".join(events)
    up.script(head(), *pieces(data, 100_000), end())
    with gw.stream(key, r9.body(stream=True), r9.PATH) as s:
        assert s.rest() == data and s.ended
    document = json.dumps(r9.document(**large)).encode()
    assert document.index(b'"output"') > 3_000_000
    up.script(head(content_type="application/json", length=len(document)),
              *pieces(document, 100_000))
    assert post(gw, key, r9.body()).body == document
    assert {bill(r) for r in gw.settled(key, 2)} == {r9.EXACT}


# ---- what the gateway puts ----

def test_a_model_of_another_name_is_the_one_edit(gw, up, key):
    gw.must("PUT", "/models/other", dict(
        r9.GPT, routes=[{"upstream": "openai", "model": "gpt-5.1"}]))
    text = spelled(dict(AGENT, model="other"))[2]
    up.script(head(), body(b"".join(r9.stream())), end())
    assert post(gw, key, text).status == 200
    assert up.requests[0].body == text.replace(b'"other"', b'"gpt-5.1"')
    gw.settled(key)


@pytest.mark.parametrize("said", [None, b"true", b"null", b"false", b'"x"'])
def test_nothing_is_kept_at_the_vendor(gw, up, key, said):
    """Absent means true there: it is put in."""
    up.script(answer(r9.document()))
    text = b'{"model":"gpt","input":"a"%s}' % (
        b"" if said is None else b',"store": ' + said)
    assert post(gw, key, text).status == 200
    want = b'{"store":false,"model":"gpt","input":"a"}' if said is None \
        else b'{"model":"gpt","input":"a","store": false}'
    assert up.requests[0].body == want
    gw.settled(key)


def test_a_bound_is_put_where_there_is_none(gw, up):
    """As the key demands one; the larger one is refused."""
    key = gw.new_key(limits={"max_output_tokens": 300})
    up.script(answer(r9.document()))
    text = {"model": "gpt", "input": "a", "store": False}
    assert post(gw, key, text).status == 200
    assert up.requests[0].json() == dict(text, max_output_tokens=300)
    refused(post(gw, key, dict(text, max_output_tokens=301)),
            "max_tokens_exceeded", "max_output_tokens", "'max_output_tokens' "
            "must be a whole number, at most 300 ")
    refused(post(gw, key, dict(text, max_tokens=9)), "max_tokens_exceeded",
            "max_output_tokens")
    gw.settled(key)


def test_our_own_members_go(gw, up, key):
    gw.must("PUT", "/models/gpt-x", dict(r9.GPT,
                                         routes=[{"upstream": "openai"}]))
    up.script(answer(r9.document()))
    text = (b'{"llmgw_thinking":true, "model":"gpt-x","store":false,'
            b'"enable_context_caching":true,"enable_thinking":false,'
            b'"input":"a"}')
    assert post(gw, key, text).status == 200
    assert up.requests[0].body == \
        b'{"model":"gpt-x","store":false,"input":"a"}'
    gw.settled(key)


def test_what_another_model_thought(gw, up, key):
    """Items that a translation left would be refused by OpenAI."""
    text = (b'{"model":"gpt","store":false,"input":[%s{"type":"reasoning",'
            b'"summary":[],"encrypted_content":"gAAA"}, {"role":"user",'
            b'"content":"a"}]}')
    other = (b'{"type":"reasoning","summary":[],"encrypted_content":'
             b'"llmgw1:SG0="}, ')
    up.script(answer(r9.document()))
    assert post(gw, key, text % other).status == 200
    assert up.requests[0].body == text % b""
    gw.settled(key)


# ---- what is refused ----

def part(**more):
    return {"input": [{"role": "user", "content": [more]}]}


REFUSED = {
    "background": ({"background": True}, "background"),
    "before": ({"previous_response_id": "resp_1"}, "previous_response_id"),
    "before-no-input": ({"previous_response_id": "resp_1", "input": None},
                        "input"),
    "conversation": ({"conversation": "conv_1"}, "conversation"),
    "prompt": ({"prompt": {"id": "pmpt_1"}}, "prompt"),
    "tier": ({"service_tier": "priority"}, "service_tier"),
    "reference": ({"input": [{"type": "item_reference", "id": "msg_1"}]},
                  "input[0].type"),
    "file": (part(type="input_file", file_id="file-1"),
             "input[0].content[0].file_id"),
    "image": (part(type="input_image", file_id="file-1"),
              "input[0].content[0].file_id"),
    "output": ({"input": [{"type": "function_call_output", "call_id": "a",
                           "output": [{"type": "input_image",
                                       "file_id": "f"}]}]},
               "input[0].output[0].file_id"),
    "screen": ({"input": [{"type": "computer_call_output", "call_id": "a",
                           "output": {"type": "computer_screenshot",
                                      "file_id": "f"}}]},
               "input[0].output.file_id"),
    "vectors": ({"tools": [{"type": "file_search",
                            "vector_store_ids": ["vs_1"]}]},
                "tools[0].vector_store_ids"),
    "container": ({"tools": [{"type": "code_interpreter",
                              "container": {"type": "auto"}}]},
                  "tools[0].container"),
    "mcp": ({"tools": [{"type": "mcp", "server_url": "https://x"}]},
            "tools[0].type"),
    "mcp-inside": ({"tools": [{"type": "namespace", "tools": [
        {"type": "mcp", "server_url": "https://x"}]}]},
        "tools[0].tools[0].type"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(gw, up, key, name):
    more, path = REFUSED[name]
    code = "invalid_parameter" if path == "input" else "unsupported_parameter"
    with costs_nothing(gw, up):
        refused(post(gw, key, r9.body(**more)), code, path)


BAD = {
    "null": {"input": None}, "number": {"input": 5}, "object": {"input": {}},
    "empty": {"input": []}, "bool": {"input": False}}


@pytest.mark.parametrize("name", BAD)
def test_input_that_is_none(gw, up, key, name):
    with costs_nothing(gw, up):
        refused(post(gw, key, r9.body(**BAD[name])), "invalid_parameter",
                "input", "'input' must be a string, or an array with at "
                "least one item.")


def test_no_input(gw, up, key):
    text = r9.body()
    del text["input"]
    with costs_nothing(gw, up):
        refused(post(gw, key, text), "missing_parameter", "input",
                "'input' is missing: give a string, or an array")


@pytest.mark.parametrize("items", [
    [{"type": "brand_new", "x": {"y": "z"}}], ["a"], [{}],
    [{"type": "function_call_output", "output": "x"}]],
    ids=["unknown", "a-string", "empty", "no-call_id"])
def test_items_that_the_gateway_does_not_judge(gw, up, key, items):
    """They are the upstream's to refuse."""
    up.script(answer(r9.error("Missing required parameter."), 400))
    r = post(gw, key, r9.body(input=items))
    assert r.status == 400 and up.requests[0].json()["input"] == items
    gw.settled(key)


def test_media_that_a_model_does_not_take(gw, up, key):
    gw.must("PUT", "/models/reader", dict(
        r9.GPT, modalities={"input": ["text"], "output": ["text"]},
        routes=[{"upstream": "openai"}]))
    with costs_nothing(gw, up):
        refused(post(gw, key, dict(AGENT, model="reader")),
                "unsupported_modality", "input[1].content[1]",
                "does not take image input")


def test_what_one_team_has_stored(gw, up, key):
    r9.set_up(gw, up, {"mine": r9.GPT}, stored_ids="allow")
    try:
        texts = [{"model": "mine", "previous_response_id": "resp_1"},
                 {"model": "mine", "input": "a", "store": True},
                 {"model": "mine", "input": "a"},
                 {"model": "mine", "prompt": {"id": "p"}},
                 dict(part(type="input_file", file_id="f"), model="mine")]
        for text in texts:
            up.script(answer(r9.document()))
            assert post(gw, key, text).status == 200
            assert up.requests[-1].json() == text
        gw.settled(key, len(texts))
        with costs_nothing(gw, up):
            refused(post(gw, key, {"model": "mine", "input": "a",
                                   "background": True}),
                    "unsupported_parameter", "background")
    finally:
        r9.set_up(gw, up)


# ---- errors ----

def test_an_error_passes_with_its_status(gw, up, key):
    said = json.dumps(r9.error(), indent=1).encode()
    up.script(answer(said, 503, reason="Busy"))
    r = post(gw, key, r9.body())
    assert r.status == 503 and r.body == said
    row, = gw.settled(key)
    assert bill(row) == "failed/none 0 [upstream_error]"
    gw.expect_log("LG0080")


def test_an_account_that_is_spent(gw, up, key):
    up.script(answer(r9.error("You exceeded your current quota.",
                              "insufficient_quota"), 429))
    refused(post(gw, key, r9.body()), "upstream_unavailable")
    gw.settled(key)
    gw.expect_log("LG0080")


def test_another_route(gw, up, key):
    """Where an upstream fails before it says anything, another one is asked:
    in its own spelling of the model."""
    gw.must("PUT", "/models/twice", dict(r9.GPT, routes=[
        {"upstream": "openai", "model": "a"},
        {"upstream": "openai", "model": "b"}]))
    up.script(head(), body(r9.failed()), end())
    up.script(head(), body(b"".join(r9.stream())), end())
    with gw.stream(key, r9.body(model="twice", stream=True), r9.PATH) as s:
        assert s.rest() == b"".join(r9.stream())
    row, = gw.settled(key)
    assert bill(row) == r9.EXACT and row["attempts"] == 2
    assert [r.json()["model"] for r in up.requests] == ["a", "b"]
    gw.expect_log("LG0080")
