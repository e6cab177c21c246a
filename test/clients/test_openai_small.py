"""openai for Python of 2024 and of today, client.completions and
client.embeddings."""
import pytest
from harness.keys import mistyped
from harness.upstream import close

import scripted_small as small
import sides
from scripted import fails

MODEL = "qwen-plus"
IN, OUT = sides.CHAT.input, sides.CHAT.output
EMBEDDER, EMBEDS = sides.EMBEDDER, sides.EMBEDS
VECTORS = [[0.5, -0.25, 0.125], [1.0, 0.0, -2.0]]
TOKENS = [108386, 103924, 35946]


@pytest.fixture(params=["2024", "2026"])
def ask(request, workers, base_url, key, embedder):
    """A function of programs/openai_core.py with the SDK of that year."""
    def run(do, **arguments):
        return workers(request.param).run("openai_core", do, **{
            "url": base_url, "key": key, **arguments})

    run.year = request.param
    return run


# ---- embeddings ----

@pytest.mark.parametrize("given", ["hello", ["hello", "\u4f60\u597d"], TOKENS,
                                   [TOKENS, [1]]],
                         ids=["text", "texts", "tokens", "lists"])
def test_embeddings(ask, up, bill, key, given):
    """The SDK of today asks for base64 of itself, and unpacks it; that of
    2024 does so where there is numpy."""
    packed = {"encoding_format": "base64"} if ask.year == "2026" else {}
    up.script(small.embeds(VECTORS, 12, base64=bool(packed)))
    got = ask("embed", model=EMBEDDER, input=given)
    assert got["vectors"] == VECTORS
    assert got["usage"] == {"prompt_tokens": 12, "total_tokens": 12}
    assert up.requests[0].path == "/v1/embeddings"
    assert up.requests[0].json() == {"model": EMBEDDER, "input": given,
                                     **packed}
    bill(key, 12 * EMBEDS)


def test_embeddings_as_numbers(ask, up, bill, key):
    up.script(small.embeds(VECTORS, 12))
    got = ask("embed", model=EMBEDDER, input=["a", "b"], dimensions=3,
              encoding_format="float")
    assert got["vectors"] == VECTORS
    assert up.requests[0].json()["dimensions"] == 3
    bill(key, 12 * EMBEDS)


# ---- completions ----

@pytest.mark.parametrize("prompt", ["Once", ["Once", "\u4ece\u524d"], TOKENS,
                                    [TOKENS, [1]]],
                         ids=["text", "texts", "tokens", "lists"])
def test_a_completion(ask, up, bill, key, prompt):
    many = isinstance(prompt[0], list) or prompt == ["Once", "\u4ece\u524d"]
    up.script(small.completes([" upon", " \u6709"][:1 + many],
                              small.usage(4, 5)))
    got = ask("complete", model=MODEL, prompt=prompt, max_tokens=16,
              suffix=".", best_of=1, logprobs=2)
    assert [c["text"] for c in got["choices"]] == [
        " upon", " \u6709"][:1 + many]
    assert got["object"] == "text_completion"
    assert got["usage"]["total_tokens"] == 9
    sent = up.requests[0]
    assert sent.path == "/v1/completions"
    assert sent.json() == {"model": MODEL, "prompt": prompt, "suffix": ".",
                           "max_tokens": 16, "best_of": 1, "logprobs": 2}
    bill(key, 4 * IN + 5 * OUT)


@pytest.mark.parametrize("wants", [False, True], ids=["quiet", "usage"])
def test_a_streamed_completion(ask, up, bill, key, wants):
    up.script(small.streams([" upon", " a time"], small.usage(4, 5)))
    more = {"stream_options": {"include_usage": True}} if wants else {}
    got = ask("completes", model=MODEL, prompt="Once", max_tokens=16, **more)
    assert "".join(c["choices"][0]["text"] for c in got
                   if c["choices"]) == " upon a time"
    if wants:
        assert got[-1]["choices"] == []
        assert got[-1]["usage"]["completion_tokens"] == 5
    else:
        assert all(c["choices"] and not c.get("usage") for c in got)
    assert up.requests[0].json()["stream_options"] == {"include_usage": True}
    bill(key, 4 * IN + 5 * OUT)


# ---- errors ----

@pytest.mark.parametrize("what, given", [
    ("embeddings", {"input": "a"}), ("completions", {"prompt": "a"})])
def test_refusals(ask, up, bill, key, what, given):
    model = EMBEDDER if what == "embeddings" else MODEL
    got = ask("refused", what=what, model=model, key=mistyped(key), **given)
    assert (got["class"], got["code"]) == ("AuthenticationError",
                                           "invalid_api_key")
    got = ask("refused", what=what, model="none", **given)
    assert (got["class"], got["code"], got["param"]) == (
        "NotFoundError", "model_not_found", "model")
    assert up.requests == []
    up.script(fails(400, "Too long.", "too_long", param="input"))
    got = ask("refused", what=what, model=model, **given)
    assert (got["class"], got["status"], got["code"]) == (
        "BadRequestError", 400, "too_long")
    bill(key, 0, state=None)


@pytest.mark.parametrize("what, bad, param", [
    ("embeddings", {"input": None}, "input"),
    ("embeddings", {"input": [1, "a"]}, "input"),
    ("completions", {"prompt": {"a": 1}}, "prompt")])
def test_an_input_that_is_none(ask, up, bill, key, what, bad, param):
    model = EMBEDDER if what == "embeddings" else MODEL
    got = ask("refused", what=what, model=model, **bad)
    assert got["class"] == "BadRequestError"
    assert got["param"].startswith(param)
    assert up.requests == []
    bill(key)


def test_a_cut_completion(ask, gw, up, key):
    gw.expect_log("AH01110", "LG0073")
    up.script(*small.streams([" upon"], small.usage(4, 5))[:2], close())
    with pytest.raises(AssertionError, match="APIError"):
        ask("completes", model=MODEL, prompt="Once", max_tokens=16)
    row, = gw.settled(key, 1)
    assert row["state"] == 2 and row["amount"] > 0
