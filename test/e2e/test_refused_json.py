"""Bodies that are not the JSON we take: each refused by name, for nothing."""
import json
import os
import pathlib

import pytest

from harness.checks import costs_nothing, refused

CHAT = "/v1/chat/completions"
GOOD = b'{"model":"qwen3-max","messages":[{"role":"user","content":"x"}]}'
SHAPES = [(CHAT, "openai"), ("/api/v1/chat/completions", "envelope")]


def nested(depth):
    """A good body whose deepest container is at this depth."""
    inner = b"[" * (depth - 1) + b"]" * (depth - 1)
    return GOOD[:-1] + b',"x":' + inner + b"}"


def number(characters):
    return GOOD[:-1] + b',"seed":' + b"1" * characters + b"}"


BAD = {     # body, what the message says, the param
    "empty": (b"", "has no body"),
    "space": (b" \n ", "ends before the JSON value is complete"),
    "word": (b"hello", "is not valid JSON"),
    "cut": (GOOD[:-1], "ends before the JSON value is complete"),
    "cut-in-a-string": (GOOD[:-20], "ends before the JSON value is complete"),
    "trailing": (GOOD + b"{}", "after the JSON value"),
    "trailing-nul": (GOOD + b"\0", "after the JSON value"),
    "array": (b"[" + GOOD + b"]", "must be a JSON object"),
    "string": (b'"hello"', "must be a JSON object"),
    "number": (b"12", "must be a JSON object"),
    "null": (b"null", "must be a JSON object"),
    "two-commas": (GOOD.replace(b",", b",,", 1), "is not valid JSON"),
    "comma-at-the-end": (GOOD[:-1] + b",}", "is not valid JSON"),
    "single-quotes": (GOOD.replace(b'"', b"'"), "is not valid JSON"),
    "NaN": (GOOD[:-1] + b',"x":NaN}', "is not valid JSON"),
    "leading-zero": (GOOD[:-1] + b',"x":01}', "is not valid JSON"),
    "bare-plus": (GOOD[:-1] + b',"x":+1}', "is not valid JSON"),
    "byte-order-mark": (b"\xef\xbb\xbf" + GOOD, "is not valid JSON"),
    "utf-16": (GOOD.decode().encode("utf-16"), "is not valid JSON"),
    "65-levels": (nested(65), "deeper than 64 levels"),
    "number-of-65": (number(65), "longer than 64 characters"),
    "model-cut-by-nul": (GOOD.replace(b'"model"', b'"model\\u0000x":1,'
                                      b'"model"', 1), "NUL"),
    "name-with-nul": (GOOD[:-1] + b',"a\\u0000":1}', "NUL"),
    "model-twice": (GOOD[:-1] + b',"model":"qwen-plus"}', "twice", "model"),
    "model-twice-escaped": (GOOD[:-1] + b',"\\u006dodel":"qwen-plus"}',
                            "twice", "model"),
    "stream-twice-escaped": (GOOD[:-1] + b',"stream":false,'
                             b'"\\u0073tream":true}', "twice", "stream"),
    "Model-beside-model": (GOOD[:-1] + b',"Model":"qwen-plus"}',
                           "letter case", "model"),
    "MESSAGES-alone": (b'{"model":"qwen3-max","MESSAGES":[]}',
                       "letter case", "messages"),
    "content-twice": (GOOD.replace(b'"content"', b'"content":"y","content"'),
                      "twice", "content"),
    "overlong-utf8": (GOOD.replace(b'"x"', b'"\xc0\xaf"'), "UTF-8"),
    "surrogate-utf8": (GOOD.replace(b'"x"', b'"\xed\xa0\x80"'), "UTF-8"),
    "above-unicode": (GOOD.replace(b'"x"', b'"\xf4\x90\x80\x80"'), "UTF-8"),
    "latin-1": (GOOD.replace(b'"x"', b'"\xe4"'), "UTF-8"),
    "raw-nul": (GOOD.replace(b'"x"', b'"\0"'), "control byte"),
    "raw-newline": (GOOD.replace(b'"x"', b'"a\nb"'), "control byte"),
    "bad-escape": (GOOD.replace(b'"x"', b'"\\x41"'), "is not valid JSON"),
    "million-values": (GOOD[:-1] + b',"x":[' + b"1," * 1000001 + b"1]}",
                       "more than 1000000 values"),
}


@pytest.mark.parametrize("path, shape", SHAPES)
def test_what_is_not_json_is_refused(gw, up, key, path, shape):
    with costs_nothing(gw, up):
        for name, (body, message, *param) in BAD.items():
            r = gw.request("POST", path, body, key)
            try:
                refused(r, "invalid_json", *param, shape=shape,
                        message=message)
            except AssertionError as e:
                raise AssertionError(f"{name}: {e}") from None


@pytest.mark.parametrize("body", [
    nested(64), number(64), GOOD.replace(b'"model"', b'"\\u006dodel"'),
    GOOD[:-1] + b',"\\u0073tream":false}', GOOD[:-1] + b',"modeL2":1}',
    GOOD[:-1] + b',"x":{"model":1,"Model":2,"model":3}}',
    b" \t\r\n" + GOOD + b" \r\n", GOOD.replace(b'"x"', b'"\\ud800\\u0000"'),
    GOOD.replace(b'"x"', '"\U0010ffff é\x7f"'.encode()),
], ids=["64-levels", "number-of-64", "escaped-name", "escaped-stream",
        "other-name", "inner-names", "space-around", "escaped-nul-in-text",
        "high-unicode"])
def test_what_is_just_json_passes_as_it_is(gw, up, key, body):
    r = gw.request("POST", CHAT, body, key)
    assert r.status == 200, r
    assert up.requests[0].body == body
    gw.settled(key)


def test_an_escaped_stream_streams(gw, up, key):
    body = GOOD[:-1] + b',"\\u0073tream":true}'
    r = gw.request("POST", CHAT, body, key)
    assert r.status == 200 and r.body.endswith(b"data: [DONE]\n\n")
    assert up.requests[0].json()["stream_options"] == {"include_usage": True}
    row, = gw.settled(key)
    assert row["stream"] == 1


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


@pytest.mark.skipif(os.environ.get("LLMGW_FLAVOUR") == "asan",
                    reason="ASan's own memory is in the way")
def test_a_body_of_many_small_values_takes_no_more_than_itself(make_gw, up):
    """8 MiB of [{},{},...]: a tree of it would be 2 GB."""
    gw = make_gw(mpm_conf="StartServers 1\nServerLimit 1\nThreadsPerChild 4\n"
                          "MinSpareThreads 1\nMaxSpareThreads 4\n"
                          "MaxRequestWorkers 4\nMaxMemFree 1024\n")
    key = gw.new_key()
    pid, = gw.children()
    few = GOOD[:-1] + b',"x":[' + b",".join([b"{}"] * 900000) + b"]}"
    many = GOOD[:-1] + b',"x":[' + b",".join([b"{}"] * 2796202) + b"]}"
    assert len(many) > 8 << 20
    before = resident(pid)
    with costs_nothing(gw, up):
        for _ in range(4):
            refused(gw.request("POST", CHAT, many, key), "invalid_json",
                    message="values")
    # the body itself, twice while it grows, and what malloc keeps
    assert resident(pid) - before < 4 * len(many)
    up.clear()
    r = gw.request("POST", CHAT, few, key)
    assert r.status == 200 and up.requests[0].body == few
    assert json.loads(few)["x"] == [{}] * 900000
    gw.settled(key)
