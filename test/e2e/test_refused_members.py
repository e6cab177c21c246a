"""Members of the body that are ours and wrong: refused with their path."""
import json

import pytest

from harness.checks import costs_nothing, refused

CHAT = "/v1/chat/completions"
HELLO = [{"role": "user", "content": "x"}]
GOOD = {"model": "qwen3-max", "messages": HELLO}
SHAPES = [(CHAT, "openai"), ("/api/v1/chat/completions", "envelope")]


def without(name):
    return {k: v for k, v in GOOD.items() if k != name}


MISSING = [("model", without("model")), ("messages", without("messages")),
           ("model", {})]

WRONG = [       # param, what is sent with a good body
    ("model", {"model": None}), ("model", {"model": 1}),
    ("model", {"model": ""}), ("model", {"model": ["qwen3-max"]}),
    ("model", {"model": "qwen3-max\0"}),
    ("messages", {"messages": []}), ("messages", {"messages": "x"}),
    ("messages", {"messages": {"role": "user"}}),
    ("messages", {"messages": None}),
    ("stream", {"stream": "true"}), ("stream", {"stream": 1}),
    ("stream", {"stream": []}),
    ("stream_options", {"stream": True, "stream_options": []}),
    ("stream_options", {"stream": True, "stream_options": "x"}),
    ("stream_options", {"stream": True, "stream_options": True}),
    ("stream_options.include_usage",
     {"stream": True, "stream_options": {"include_usage": 1}}),
    ("stream_options.include_usage",
     {"stream": True, "stream_options": {"include_usage": "true"}}),
    ("llmgw_thinking", {"llmgw_thinking": "true"}),
    ("llmgw_thinking", {"llmgw_thinking": None}),
    ("enable_thinking", {"enable_thinking": 1}),
    ("enable_thinking", {"llmgw_thinking": True, "enable_thinking": {}}),
    ("enable_context_caching", {"enable_context_caching": "yes"}),
    ("enable_context_caching", {"enable_context_caching": None}),
]

UNSUPPORTED = [
    ("background", {"background": True}), ("background", {"background": 1}),
    ("previous_response_id", {"previous_response_id": "resp_1"}),
    ("conversation", {"conversation": "conv_1"}),
    ("conversation", {"conversation": {"id": "conv_1"}}),
    ("prompt", {"prompt": {"id": "pmpt_1"}}),
    ("service_tier", {"service_tier": "flex"}),
    ("service_tier", {"service_tier": "priority"}),
    ("service_tier", {"service_tier": 1}),
]

RELAYED = [     # not ours to judge, or said to be nothing
    {"stream": None}, {"stream": False}, {"stream_options": []},
    {"stream_options": {"include_usage": 1}},
    {"background": False}, {"background": None},
    {"previous_response_id": None}, {"conversation": None}, {"prompt": None},
    {"service_tier": "auto"}, {"service_tier": "default"},
    {"service_tier": "standard_only"}, {"service_tier": None},
    {"temperature": "hot"}, {"top_p": 7}, {"n": 0}, {"seed": 1.5},
    {"max_tokens": -1}, {"max_tokens": "many"}, {"tools": "none"},
    {"stop": [1, 2]}, {"unknown": {"a": [None]}},
    {"messages": [{"role": "assistant", "content": None}]},
    {"messages": [1, "x", None]},
]


@pytest.mark.parametrize("path, shape", SHAPES)
def test_members_that_are_missing_or_wrong(gw, up, key, path, shape):
    with costs_nothing(gw, up):
        for param, body in MISSING:
            refused(gw.request("POST", path, body, key), "missing_parameter",
                    param, f"'{param}' is missing", shape)
        for param, more in WRONG:
            r = gw.request("POST", path, dict(GOOD, **more), key)
            refused(r, "invalid_parameter", param, f"'{param}'", shape)


@pytest.mark.parametrize("path, shape", SHAPES)
def test_members_that_would_pass_unpriced(gw, up, key, path, shape):
    with costs_nothing(gw, up):
        for param, more in UNSUPPORTED:
            r = gw.request("POST", path, dict(GOOD, **more), key)
            refused(r, "unsupported_parameter", param, shape=shape)


def test_what_is_not_ours_is_not_judged(gw, up, key):
    for more in RELAYED:
        body = json.dumps(dict(GOOD, **more)).encode()
        up.script(*answer_ok())
        r = gw.request("POST", CHAT, body, key)
        assert r.status == 200, (more, r)
        assert up.requests[-1].body == body
    gw.settled(key, len(RELAYED))


def answer_ok():
    from harness.upstream import answer
    return answer({"id": "1", "object": "chat.completion", "choices": [],
                   "usage": {"prompt_tokens": 1, "completion_tokens": 1,
                             "total_tokens": 2}})


# ---- models ----

@pytest.mark.parametrize("path, shape", SHAPES)
def test_unknown_and_denied_models_are_the_same_404(gw, up, path, shape):
    denied = gw.new_key(models=["qwen*", "free-model"],
                        deny_models=["qwen3-*"])
    texts = set()
    with costs_nothing(gw, up):
        for model in ("no-such-model", "qwen3-max", "org/with/slashes",
                      "QWEN3-MAX", "qwen3-max ", "org/with", "\ud800"):
            body = json.dumps(dict(GOOD, model=model))
            r = gw.request("POST", path, body, denied)
            text = refused(r, "model_not_found", "model", shape=shape)
            shown = model if model != "\ud800" else "\ufffd"
            assert text.startswith(f"The model '{shown}' does not exist or "
                                   "you do not have access to it.")
            texts.add(text.replace(shown, "*"))
        long = gw.request("POST", path, dict(GOOD, model="m" * 100000),
                          denied)
        assert len(refused(long, "model_not_found", "model",
                           shape=shape)) < 400
    assert len(texts) == 1


def test_a_model_id_with_slashes(gw, up, key):
    body = dict(GOOD, model="org/with/slashes")
    assert gw.request("POST", CHAT, body, key).status == 200
    escaped = json.dumps(body).replace("/", "\\/").encode()
    assert gw.request("POST", CHAT, escaped, key).status == 200
    assert up.requests[1].body == escaped
    rows = gw.settled(key, 2)
    assert {r["model"] for r in rows} == {"org/with/slashes"}


def test_a_model_for_other_endpoints_only(gw, up, key):
    gw.must("PUT", "/models/only-embeddings", {
        "routes": [{"upstream": "mock"}], "free": True,
        "endpoints": ["embeddings"]})
    with costs_nothing(gw, up):
        r = gw.request("POST", CHAT, dict(GOOD, model="only-embeddings"), key)
        refused(r, "model_not_found", "model")


def test_a_model_without_a_price_is_invisible(gw, up, key):
    gw.must("PUT", "/models/unpriced", {"routes": [{"upstream": "mock"}]})
    with costs_nothing(gw, up):
        r = gw.request("POST", CHAT, dict(GOOD, model="unpriced"), key)
        refused(r, "model_not_found", "model")
        refused(gw.request("GET", "/v1/models/unpriced", key=key),
                "model_not_found", "model")


def test_a_model_without_a_route_is_502(gw, up, key):
    gw.must("PUT", "/models/no-routes", {"routes": [], "free": True})
    with costs_nothing(gw, up):
        r = gw.request("POST", CHAT, dict(GOOD, model="no-routes"), key)
        refused(r, "upstream_unavailable", message="no-routes")


# ---- modalities ----

PARTS = [("image", {"type": "image_url", "image_url": {"url": "http://x"}}),
         ("audio", {"type": "input_audio", "input_audio": {"data": "AAAA"}}),
         ("video", {"type": "video_url", "video_url": {"url": "http://x"}}),
         ("video", {"type": "video", "video": ["http://x"]}),
         ("pdf", {"type": "file", "file": {"file_data": "AAAA"}}),
         ("image", {"image_url": "http://x"})]
TEXT = {"type": "text", "text": "hello"}


def test_modalities_are_judged_where_the_model_declares_them(gw, up, key):
    gw.must("PUT", "/models/text-only", {
        "routes": [{"upstream": "mock"}], "free": True,
        "modalities": {"input": ["text"], "output": ["text"]}})
    gw.must("PUT", "/models/sees", {
        "routes": [{"upstream": "mock"}], "free": True,
        "modalities": {"input": ["text", "image"]}})
    passed = 0
    for what, part in PARTS:
        body = {"model": "text-only", "messages": [
            {"role": "system", "content": "x"},
            {"role": "user", "content": [TEXT, TEXT, part, part]}]}
        with costs_nothing(gw, up):
            r = gw.request("POST", CHAT, body, key)
            refused(r, "unsupported_modality", "messages[1].content[2]",
                    f"'text-only' does not take {what} input")
            if what != "image":
                r = gw.request("POST", CHAT, dict(body, model="sees"), key)
                refused(r, "unsupported_modality", "messages[1].content[2]")
        models = ["qwen3-max"] + ["sees"] * (what == "image")
        for model in models:        # qwen3-max declares none
            r = gw.request("POST", CHAT, dict(body, model=model), key)
            assert r.status == 200, r
            passed += 1
    gw.settled(key, passed)
