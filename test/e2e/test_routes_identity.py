"""Where nothing is translated, bodies and answers pass byte for byte, however
they are spelled."""
import json

import pytest

from harness import routes
from harness.client import Stream
from harness.shapes import bill
from harness.upstream import end, head, pieces, raw

COUNT = "/v1/messages/count_tokens"
PATHS = {"chat": "/v1/chat/completions", "messages": "/v1/messages",
         "count": COUNT, "query": "/v1/messages?beta=true&x=%2F"}
MODELS = {"chat": "on-openai", "messages": "on-anthropic",
          "count": "on-anthropic", "query": "on-anthropic"}

# a body, with %s for the model's name
BODIES = {
    "plain": '{"model":"%s","max_tokens":99,"messages":[{"role":"user",'
             '"content":"x"}]}',
    "blanks": ' {\t"model"\r\n:  "%s" ,\n"max_tokens" :99 , "messages" : [ {'
              ' "role" :\t"user" ,"content": "x" } ] }\r\n\n ',
    "order": '{"messages":[{"content":"x","role":"user"}],"max_tokens":99,'
             '"model":"%s"}',
    "escapes": '{"mod\\u0065l":"%s","max_tokens":99,"messages":[{"role":'
               '"u\\u0073er","content":"\\u00e9\\ud83c\\udf0a\\/\\n\\u0000"}]'
               ',"a\\"b":1}',
    "utf-8": '{"model":"%s","max_tokens":99,"messages":[{"role":"user",'
             '"content":"\u4f60\u597d \U0001f30a \u2028\x7f"}],"\u00fc":1}',
    "numbers": '{"model":"%s","max_tokens":99,"temperature":1.0,"top_p":1e0,'
               '"seed":-0,"a":[1E+2,0.10000000000000000000000000001,'
               '123456789012345678901234567890,-1.50e-7],"messages":'
               '[{"role":"user","content":"x"}]}',
    "unknown": '{"model":"%s","max_tokens":99,"":null,"x":{"y":[{},[],"",'
               '{"z":[[[[true]]]]}]},"messages":[{"role":"user","content":"x",'
               '"x":{"a":1}}],"x-y":1}',
    "twice": '{"model":"%s","max_tokens":99,"messages":[{"role":"user",'
             '"content":"x"}],"own":{"a":1,"a":2}}',
    "parts": '{"model":"%s","max_tokens":99,"messages":[{"role":"user",'
             '"content":[{"text":"a","type":"text","cache_control": {"type":'
             '"ephemeral" }}, {"type":"text","text":"b"}]}]}',
    "tools": '{"model":"%s","max_tokens":99,"tools":[{"type":"function",'
             '"name":"f","function":{"name":"f","parameters":{"type":'
             '"object","properties":{"b":{},"a":{"minimum":1.0}}}},'
             '"input_schema":{"b":1e1,"a":2}}],"messages":[{"role":"user",'
             '"content":"x"}]}',
    "roles": '{"model":"%s","max_tokens":99,"messages":[{"role":"user",'
             '"content":"x"},{"role":"system","content":"y"},{"role":'
             '"assistant","content":"z"}]}',
    "null": '{"model":"%s","max_tokens":99,"stop":null,"stream":null,"user":'
            'null,"messages":[{"role":"user","content":"x"}]}',
}
# an answer that has just what is billed, oddly spelled
ANSWERS = {
    "chat": ' {"x":{"y":[1.0,1e2]},\r\n"choices" :[{"message":{"content":'
            '"\\u00e9\u4f60","role":"assistant","z":null},"index":0,'
            '"finish_reason":"stop"}],"usage":{"completion_tokens" : 50,'
            '"prompt_tokens":100 , "total_tokens":150,"q":-0}}\n',
    "messages": '{ "usage":{"output_tokens": 50,"input_tokens" :100},\t'
                '"x":1e2,"content":[{"text":"\\u00e9\u4f60","type":"text",'
                '"citations":null}],"type":"message","role":"assistant",'
                '"stop_reason":"end_turn"} \r\n',
    "count": '{ "input_tokens" : 12,"x":1.0 }\n',
}
ANSWERS["query"] = ANSWERS["messages"]
STREAMS = {
    "chat": [": hi", 'id: 1\nretry: 5\ndata:{"choices":[{"delta":{"role":'
             '"assistant","content":""},"index":0}],"x":1.0}',
             'event: x\ndata: {"choices":[{"index":0,\ndata:  "delta":'
             '{"content":"\\u00e9\u4f60"}}]}', ": again",
             'data: { "choices" : [{"index":0,"delta":{},"finish_reason":'
             '"stop"}] }', 'data: {"choices":[],"usage":{"completion_tokens":'
             '50,"prompt_tokens":100,"total_tokens":150}}', "data: [DONE]"],
    "messages": [": hi", 'event: message_start\ndata: { "type":'
                 '"message_start","x":1e2,"message":{"usage":{"input_tokens":'
                 '100,"output_tokens":1}}}', 'event: ping\ndata: {"type": '
                 '"ping"}', 'event: content_block_delta\nid: 7\ndata:{"type":'
                 '"content_block_delta","index":0,\ndata: "delta":{"type":'
                 '"text_delta","text":"\\u00e9\u4f60"}}', "event: brand_new\n"
                 'data: {"type":"brand_new"}', 'event: message_delta\ndata: '
                 '{"usage":{"output_tokens":50},"delta":{"stop_reason":'
                 '"end_turn"},"type":"message_delta"}',
                 'event: message_stop\ndata: {"type":"message_stop"   }'],
}
STREAMS["query"] = STREAMS["messages"]
EXACT = "settled/reported 750000000: input 100, output 50"


@pytest.fixture(scope="module")
def prepared(session_agw, session_upstream):
    routes.set_up(session_agw, session_upstream)
    return session_agw


@pytest.fixture
def gw(prepared, agw):
    return agw


def spelled(where, name):
    return (BODIES[name] % MODELS[where]).encode()


@pytest.mark.parametrize("where", PATHS)
def test_documents(gw, up, where):
    for name in BODIES:
        key = gw.new_key()
        sent, want = spelled(where, name), ANSWERS[where].encode()
        up.script(head(content_type="application/json", length=len(want)),
                  raw(want))
        r = gw.request("POST", PATHS[where], sent, key)
        assert (r.status, r.body) == (200, want), (name, r)
        assert up.requests[-1].body == sent, name
        assert up.requests[-1].path == PATHS[where], name
        assert "x-llmgw-dropped" not in r.headers
        if where != "count":
            row, = gw.settled(key)
            assert bill(row) == EXACT, name
        else:
            assert gw.rows(key) == []


@pytest.mark.parametrize("where", STREAMS)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_streams(gw, up, where, ends):
    """The client asks for usage by itself: nothing is added, or hidden."""
    want = "".join(e.replace("\n", ends) + 2 * ends
                   for e in STREAMS[where]).encode()
    for n, name in enumerate(BODIES):
        if '"stream"' in BODIES[name]:
            continue
        key = gw.new_key()
        sent = spelled(where, name)
        at = sent.index(b"{") + 1
        sent = sent[:at] + b'"stream":true, ' + (
            b'"stream_options" : {"x":1, "include_usage" :true},'
            if where == "chat" else b"") + sent[at:]
        json.loads(sent)
        up.script(head(), *pieces(want, n * 7 + 1), end())
        with Stream(gw.port, PATHS[where], None, key, raw_body=sent) as s:
            assert s.rest() == want and s.ended, name
        assert up.requests[-1].body == sent, name
        row, = gw.settled(key)
        assert bill(row) == EXACT, name
