"""Alibaba's Bailian behind the gateway: every field of its own passes byte for
byte, on both of its protocols, and both of its caches are billed as they are
counted."""
import json

import pytest

from harness.shapes import bill, sse
from harness.upstream import answer, body, end, head

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
# the price list's ratios: an implicit read is 20 %, an explicit one 10 %, what
# is written 125 % of the input
TIERS = [
    {"up_to": 32000, "input": "2.5", "output": "10", "cache_read": "0.5",
     "cache_read_explicit": "0.25", "cache_write_5m": "3.125"},
    {"up_to": 128000, "input": "4", "output": "16", "cache_read": "0.8",
     "cache_read_explicit": "0.4", "cache_write_5m": "5"},
    {"up_to": 252000, "input": "7", "output": "28", "cache_read": "1.4",
     "cache_read_explicit": "0.7", "cache_write_5m": "8.75"}]
ROUTES = [{"upstream": "bailian"}, {"upstream": "bailian-anthropic"}]
MODEL = {"routes": ROUTES, "limit": {"context": 262144, "output": 65536,
                                     "thinking": 81920, "image_tokens": 1280},
         "modalities": {"input": ["text", "image", "audio", "video"],
                        "output": ["text", "audio"]},
         "caching": {"implicit": True, "explicit": True, "min_tokens": 1024},
         "price": {"currency": "CNY", "tiers": TIERS}}
IMPLICIT_ONLY = dict(MODEL, caching={"implicit": True})


@pytest.fixture(scope="module")
def bailian(module_gw, session_upstream):
    gw = module_gw()
    base = session_upstream.url
    for name, dialect, path in (
            ("bailian", "openai", "/compatible-mode/v1"),
            ("bailian-anthropic", "anthropic", "/apps/anthropic/v1")):
        gw.must("PUT", "/upstreams/" + name, {
            "base_url": base + path, "dialect": dialect, "vendor": "bailian",
            "credentials": [{"secret": "sk-of-" + name}]})
    for name, spec in (("qwen3-max", MODEL), ("qwen-plain", IMPLICIT_ONLY),
                       ("glm-5.1", MODEL)):
        gw.must("PUT", "/models/" + name, spec)
    return gw


@pytest.fixture
def gw(bailian, up):
    return bailian


@pytest.fixture
def key(gw):
    return gw.new_key()


def post(gw, key, data, path=CHAT, headers=()):
    return gw.request("POST", path, data, key, dict(headers))


def usage(prompt, output, details=None, **more):
    o = dict({"prompt_tokens": prompt, "completion_tokens": output,
              "total_tokens": prompt + output}, **more)
    if details is not None:
        o["prompt_tokens_details"] = details
    return o


def document(counted):
    """A plain answer, its members as Bailian has them in a row."""
    return json.dumps({"choices": [{"message": {
        "role": "assistant", "content": "4", "reasoning_content": ""},
        "finish_reason": "stop", "index": 0, "logprobs": None}],
        "object": "chat.completion", "usage": counted, "created": 1763600000,
        "system_fingerprint": None, "model": "qwen3-max",
        "id": "chatcmpl-b1"}).encode()


def stream(counted):
    """A thinking stream: null where nothing is said, and `usage` in every
    chunk."""
    def chunk(delta, finish=None):
        return {"choices": [{"delta": delta, "finish_reason": finish,
                             "index": 0, "logprobs": None}],
                "object": "chat.completion.chunk", "usage": None,
                "created": 1763600000, "system_fingerprint": None,
                "model": "qwen3-max", "id": "chatcmpl-b2"}
    last = dict(chunk({}), choices=[], usage=counted)
    return sse(chunk({"content": None, "role": "assistant",
                      "reasoning_content": ""}),
               chunk({"content": None, "reasoning_content": "2+2"}),
               chunk({"content": "4", "reasoning_content": None}),
               chunk({"content": "", "reasoning_content": None}, "stop"),
               last)


# ---- byte for byte ----

# what the documents name, and pages after them; the spelling is a client's
# that nobody would guess: blanks, escapes, numbers that are no doubles
FIELDS = {
    "thinking": '"enable_thinking":true ,"thinking_budget": 4096,'
                '"preserve_thinking":true',
    "no thinking": '"enable_thinking" : false',
    "search": '"enable_search":true,"search_options":{"forced_search":true,'
              '"search_strategy":"turbo","enable_source":true,'
              '"enable_citation":true,"citation_format":"[ref_<number>]",'
              '"assigned_site_list":["a.example"]}',
    "code": '"enable_code_interpreter":true',
    "sampling": '"top_k":20.0,"repetition_penalty":1.05,"top_p":8E-1,'
                '"temperature":0.70,"presence_penalty":-0.0,'
                '"seed":2147483647',
    "logprobs": '"logprobs":true,"top_logprobs":5',
    "stop ids": '"stop":[151645,[108386,3837],"\\u505c"]',
    "several": '"n":4',
    "format": '"response_format":{"type":"json_schema","json_schema":'
              '{"name":"a","schema":{"b":1.0,"a":1e0}}}',
    "tools": '"tools":[{"type":"function","function":{"name":"f",'
             '"parameters":{"z":{},"a":[1.50]}}}],"tool_choice":"auto",'
             '"parallel_tool_calls":true',
    "translation": '"translation_options":{"source_lang":"auto",'
                   '"target_lang":"English","terms":[{"source":"\\u751f",'
                   '"target":"x"}],"tm_list":[],"domains":"IT"}',
    "speech": '"asr_options":{"language":"zh","enable_itn":false}',
    "omni": '"modalities":["text","audio"],"audio":{"voice":"Cherry",'
            '"format":"wav"}',
    "images": '"vl_high_resolution_images":true',
    "metadata": '"metadata":{"sessionId":"s","promptId":"p"}',
    "effort": '"reasoning_effort":"high"',
    "unheard of": '"a_field_of_tomorrow":{"x":[1e400,-0,"\\ud83d\\ude00"]}',
}
TALK = ('[{"role":"system","content":"s"},{"role":"user","content":['
        '{"type":"text","text":"\\u4e8c"},{"type":"image_url","image_url":'
        '{"url":"https://a.example/b.png"},"min_pixels":3136,'
        '"max_pixels":1003520}]},{"role":"assistant","content":"x",'
        '"partial":true}]')
# a prompt of which only the upstream knows how long it is: so that what is
# counted is within what was reserved
LONG = '"enable_search":true'
STREAMED = '"stream":true,"stream_options":{"include_usage":true}'


def written(more, model="qwen3-max", talk=TALK):
    return ('{"max_tokens":4000, "model":"%s",%s,\n"messages":%s\t}'
            % (model, more, talk)).encode()


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_passes_as_it_is_written(gw, up, key, name):
    """Plain and streamed; the answers, too."""
    counted = usage(1000, 50)
    for more, there in ((FIELDS[name], document(counted)),
                        (FIELDS[name] + "," + STREAMED, stream(counted))):
        data = written(more)
        up.script(*((answer(there),) if STREAMED not in more else
                    (head(), body(there), end())))
        r = post(gw, key, data)
        assert r.status == 200 and r.body == there
        sent = up.requests[-1]
        assert sent.body == data
        assert sent.path == "/compatible-mode/v1/chat/completions"
        assert sent.header("Authorization") == "Bearer sk-of-bailian"
    rows = [bill(r) for r in gw.settled(key, 2)]
    want = "settled/reported 3000000000: input 1000, output 50"
    assert rows == [want, want + " [thinking]"]


def test_all_fields_at_once(gw, up, key):
    """But for those that Bailian refuses beside each other."""
    taken = [FIELDS[n] for n in FIELDS if n not in ("no thinking", "effort")]
    data = written(",".join(taken + [STREAMED]))
    there = stream(usage(1000, 50, completion_tokens_details={
        "reasoning_tokens": 20}))
    up.script(head(), body(there), end())
    r = post(gw, key, data, headers={"X-DashScope-CacheControl": "enable",
                                     "X-DashScope-DataInspection":
                                     '{"input":"cip","output":"cip"}'})
    assert r.status == 200 and r.body == there
    sent = up.requests[0]
    assert sent.body == data
    assert sent.header("X-DashScope-CacheControl") == "enable"
    assert sent.header("X-DashScope-DataInspection") \
        == '{"input":"cip","output":"cip"}'
    row, = gw.settled(key)
    assert bill(row) == ("settled/reported 3000000000: input 1000, output 50 "
                         "[thinking]")


def test_markers_of_the_client_pass(gw, up, key):
    talk = ('[{"role":"system","content":[{"type":"text","text":"s",'
            '"cache_control": {"type":"ephemeral"}}]},'
            '{"role":"user","content":"u"}]')
    data = written(LONG, talk=talk)
    up.script(answer(document(usage(2059, 201, {
        "cached_tokens": 0, "cache_creation_input_tokens": 2048,
        "cache_creation": {"ephemeral_5m_input_tokens": 2048},
        "cache_type": "ephemeral"}))))
    assert post(gw, key, data).status == 200
    assert up.requests[0].body == data
    row, = gw.settled(key)
    assert bill(row) == WRITTEN


# ---- the other protocol, by another upstream of the same model ----

def test_messages_pass_as_they_are_written(gw, up, key):
    """enable_context_caching is chat's: here it is relayed."""
    data = ('{"max_tokens":1.0e2,"model":"qwen3-max", "system":[{"type":'
            '"text","text":"\\u4e8c","cache_control":{"type":"ephemeral"}}],'
            '"top_k":20,"enable_context_caching":true,"thinking":{"type":'
            '"enabled","budget_tokens":1024},"a_field_of_tomorrow":[1e400],'
            '"messages":[{"role":"user","content":"u"}] }').encode()
    there = json.dumps({
        "id": "msg_1", "type": "message", "role": "assistant",
        "model": "qwen3-max", "content": [{"type": "text", "text": "4"}],
        "stop_reason": "end_turn", "stop_sequence": None, "usage": {
            "input_tokens": 11, "output_tokens": 201,
            "cache_creation_input_tokens": 1024,
            "cache_read_input_tokens": 2048}}).encode()
    up.script(answer(there))
    r = post(gw, key, data, MESSAGES, {"anthropic-version": "2023-06-01"})
    assert r.status == 200 and r.body == there
    sent = up.requests[0]
    assert sent.body == data
    assert sent.path == "/apps/anthropic/v1/messages"
    row, = gw.settled(key)
    # 11 x 2.5 + 2048 x 0.25 + 1024 x 3.125 + 201 x 10
    assert bill(row) == (
        "settled/reported 5749500000: input 11, cache_read_explicit 2048, "
        "cache_write_5m 1024, output 201")
    about = gw.request("GET", "/v1/model-catalog/qwen3-max", key=key).json()
    assert {"chat/completions", "messages"} <= set(about["endpoints"])
    assert about["translated"] == ["responses"]


# ---- enable_context_caching ----

EXPLICIT = {"cache_type": "ephemeral"}
# 11 x 2.5 + 2048 x 3.125 + 201 x 10
WRITTEN = ("settled/reported 8437500000: input 11, cache_write_5m 2048, "
           "output 201")
# 11 x 2.5 + 2048 x 0.25 + 201 x 10
READ = ("settled/reported 2549500000: input 11, cache_read_explicit 2048, "
        "output 201")
BILLS = {
    "nothing was cached": (usage(2059, 201), "settled/reported 7157500000: "
                           "input 2059, output 201"),
    "an implicit hit": (
        usage(50000, 2000, {"cached_tokens": 40000}),
        # 10000 x 4 + 40000 x 0.8 + 2000 x 16
        "settled/reported 104000000000: input 10000, cache_read 40000, "
        "output 2000"),
    "an explicit hit of as much": (
        usage(50000, 2000, dict(EXPLICIT, cached_tokens=40000)),
        # 10000 x 4 + 40000 x 0.4 + 2000 x 16
        "settled/reported 88000000000: input 10000, cache_read_explicit "
        "40000, output 2000"),
    "it is written": (
        usage(2059, 201, dict(EXPLICIT, cached_tokens=0,
                              cache_creation_input_tokens=2048,
                              cache_creation={
                                  "ephemeral_5m_input_tokens": 2048})),
        WRITTEN),
    "it is written, as a nested object says": (
        usage(2059, 201, {"cached_tokens": 0, "cache_creation": {
            "cache_creation_input_tokens": 2048,
            "cache_type": "ephemeral"}}), WRITTEN),
    "it is read": (
        usage(2059, 201, dict(EXPLICIT, cached_tokens=2048,
                              cache_creation_input_tokens=0)), READ),
    "part of it is read, the rest written": (
        usage(40000, 1000, dict(EXPLICIT, cached_tokens=20000,
                                cache_creation_input_tokens=10000)),
        # the tier of all 40000: 10000 x 4 + 20000 x 0.4 + 10000 x 5
        # + 1000 x 16
        "settled/reported 114000000000: input 10000, cache_read_explicit "
        "20000, cache_write_5m 10000, output 1000"),
    "what is cached counts for the tier": (
        usage(32001, 1, dict(EXPLICIT, cached_tokens=32000)),
        # 1 x 4 + 32000 x 0.4 + 1 x 16
        "settled/reported 12820000000: input 1, cache_read_explicit 32000, "
        "output 1"),
    "... and so does its last token": (
        usage(32000, 1, dict(EXPLICIT, cached_tokens=31999)),
        # 1 x 2.5 + 31999 x 0.25 + 1 x 10
        "settled/reported 8012250000: input 1, cache_read_explicit 31999, "
        "output 1"),
    "the last tier": (
        usage(200000, 10, dict(EXPLICIT, cached_tokens=100000,
                               cache_creation_input_tokens=99990)),
        # 10 x 7 + 100000 x 0.7 + 99990 x 8.75 + 10 x 28
        "settled/reported 945262500000: input 10, cache_read_explicit "
        "100000, cache_write_5m 99990, output 10"),
    "too short for a marker": (
        usage(900, 10, dict(EXPLICIT, cached_tokens=0,
                            cache_creation_input_tokens=0)),
        "settled/reported 2350000000: input 900, output 10"),
}
ASK = ('[{"role":"system","content":"s"},{"role":"user","content":"u"},'
       '{"role":"user","content":[{"type":"text","text":"v"}]}]')
MARKER = '"cache_control":{"type":"ephemeral"}'
S_MARKED = '[{"type":"text","text":"s",' + MARKER + "}]"
V_MARKED = '[{"type":"text","text":"v",' + MARKER + "}]"


@pytest.mark.parametrize("name", BILLS)
def test_what_was_cached_is_billed_as_it_is_counted(gw, up, key, name):
    counted, want = BILLS[name]
    on = '"enable_context_caching":true,' + LONG
    for more, there, marks in (
            (on, answer(document(counted)), {'"s"': S_MARKED}),
            (on + "," + STREAMED, None,
             {'"s"': S_MARKED, '[{"type":"text","text":"v"}]': V_MARKED})):
        talk = ASK
        for was, now in marks.items():
            talk = talk.replace('"content":' + was, '"content":' + now)
        up.script(*((there,) if there else
                    (head(), body(stream(counted)), end())))
        r = post(gw, key, written(more, talk=ASK))
        assert r.status == 200
        # nothing else is touched
        assert up.requests[-1].body == written(
            more.replace('"enable_context_caching":true,', ""), talk=talk)
    plain, streamed = [bill(r) for r in gw.settled(key, 2)]
    assert plain == want and streamed == want + " [thinking]"


@pytest.mark.parametrize("model, more", [
    ("qwen-plain", '"enable_context_caching":true,'),
    ("qwen3-max", '"enable_context_caching":false,'),
    # array content without tools is lost there
    ("glm-5.1", '"enable_context_caching":true,')])
def test_where_no_marker_is_put(gw, up, key, model, more):
    """The member goes, and an implicit hit is billed as one."""
    up.script(answer(document(usage(50000, 2000, {"cached_tokens": 40000}))))
    assert post(gw, key, written(more + LONG, model, ASK)).status == 200
    assert up.requests[0].body == written(LONG, model, ASK)
    row, = gw.settled(key)
    assert bill(row) == BILLS["an implicit hit"][1]


def test_glm_is_marked_where_it_has_tools(gw, up, key):
    tools = LONG + ',"tools":[{"type":"function","function":{"name":"f"}}]'
    up.script(answer(document(BILLS["it is read"][0])))
    assert post(gw, key, written('"enable_context_caching":true,' + tools,
                                 "glm-5.1", ASK)).status == 200
    assert up.requests[0].body == written(
        tools, "glm-5.1", ASK.replace('"s"', S_MARKED))
    row, = gw.settled(key)
    assert bill(row) == READ


def test_the_example_of_the_tiers(gw, up, key):
    """50K of input and 2K of output: CNY 4 and 16 a million, 0.232."""
    up.script(answer(document(usage(50000, 2000))))
    r = post(gw, key, written(LONG))
    row, = gw.settled(key)
    assert bill(row) == ("settled/reported 232000000000: input 50000, "
                         "output 2000")
    receipt = gw.request("GET", "/v1/receipts/" + r.headers["x-request-id"],
                         key=key).json()
    assert (receipt["amount"], receipt["currency"]) == ("0.232", "CNY")
