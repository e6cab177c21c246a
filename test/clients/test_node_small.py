"""OpenAI's SDKs for Node, of 2024 and of 2026: completions and embeddings."""
import pytest
from harness.keys import mistyped

import scripted_small as small
import sides

SDKS = {"2024": "openai-2024", "2026": "openai"}
MODEL = "qwen-plus"
IN, OUT = sides.CHAT.input, sides.CHAT.output
EMBEDDER, EMBEDS = sides.EMBEDDER, sides.EMBEDS
VECTORS = [[0.5, -0.25, 0.125], [1.0, 0.0, -2.0]]
TOKENS = [108386, 103924, 35946]


@pytest.fixture(params=SDKS)
def client(request, node, embedder):
    """client("embed", model=...): an act of node/small.mjs."""
    def run(act, options=None, **body):
        return node("small", sdk=SDKS[request.param], act=act, body=body,
                    options=options or {})

    run.year = request.param
    return run


@pytest.mark.parametrize("given", ["hello", ["hello", "\u4f60\u597d"], TOKENS,
                                   [TOKENS, [1]]],
                         ids=["text", "texts", "tokens", "lists"])
def test_embeddings(client, up, bill, key, given):
    """The SDK of today asks for base64 of itself, and unpacks it."""
    packed = client.year != "2024"
    up.script(small.embeds(VECTORS, 12, base64=packed))
    got = client("embed", model=EMBEDDER, input=given)["answer"]
    assert [x["embedding"] for x in got["data"]] == VECTORS
    assert got["usage"] == {"prompt_tokens": 12, "total_tokens": 12}
    sent = up.requests[0]
    assert sent.path == "/v1/embeddings" and sent.json()["input"] == given
    assert sent.json().get("encoding_format") == (
        "base64" if packed else None)
    bill(key, 12 * EMBEDS)


def test_embeddings_in_base64(client, up, bill, key):
    """Where it is asked for, it stays."""
    up.script(small.embeds(VECTORS, 12, base64=True))
    got = client("embed", model=EMBEDDER, input="a",
                 encoding_format="base64")["answer"]
    assert [x["embedding"] for x in got["data"]] \
        == [small.packed(v) for v in VECTORS]
    bill(key, 12 * EMBEDS)


@pytest.mark.parametrize("prompt, count", [
    ("Once", 1), (["Once", "\u4ece\u524d"], 2), (TOKENS, 1),
    ([TOKENS, [1]], 2)], ids=["text", "texts", "tokens", "lists"])
def test_a_completion(client, up, bill, key, prompt, count):
    said = [" upon", " \u6709"][:count]
    up.script(small.completes(said, small.usage(4, 5)))
    got = client("complete", model=MODEL, prompt=prompt,
                 max_tokens=16)["answer"]
    assert [c["text"] for c in got["choices"]] == said
    assert got["usage"]["total_tokens"] == 9
    assert up.requests[0].json() == {"model": MODEL, "prompt": prompt,
                                     "max_tokens": 16}
    bill(key, 4 * IN + 5 * OUT)


@pytest.mark.parametrize("wants", [False, True], ids=["quiet", "usage"])
def test_a_streamed_completion(client, up, bill, key, wants):
    up.script(small.streams([" upon", " a time"], small.usage(4, 5)))
    more = {"stream_options": {"include_usage": True}} if wants else {}
    got = client("stream", model=MODEL, prompt="Once", **more)["chunks"]
    assert "".join(c["choices"][0]["text"] for c in got
                   if c["choices"]) == " upon a time"
    assert [c["usage"]["total_tokens"] for c in got if c.get("usage")] \
        == ([9] if wants else [])
    bill(key, 4 * IN + 5 * OUT)


@pytest.mark.parametrize("act, more", [
    ("embed", {"input": "a"}), ("complete", {"prompt": "a"})])
def test_refusals(client, up, bill, key, act, more):
    model = EMBEDDER if act == "embed" else MODEL
    got = client(act, {"apiKey": mistyped(key)}, model=model, **more)
    assert (got["name"], got["code"]) == ("AuthenticationError",
                                          "invalid_api_key")
    got = client(act, model="none", **more)
    assert (got["name"], got["code"], got["param"]) == (
        "NotFoundError", "model_not_found", "model")
    assert up.requests == []
    bill(key)
