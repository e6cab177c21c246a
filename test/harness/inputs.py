"""Completions, embeddings and ranks: bodies as clients write them, and answers
as servers send them, to the byte."""
import base64
import json
import struct

COMPLETIONS, EMBEDDINGS, RERANK = (
    "/v1/completions", "/v1/embeddings", "/v1/rerank")

MODELS = {
    "davinci": {
        "limit": {"context": 4000, "output": 1000},
        "price": {"currency": "USD", "tiers": [{"input": "1.5",
                                                "output": "2"}]}},
    "embedder": {
        "limit": {"context": 8000, "image_tokens": 1000},
        "price": {"currency": "USD", "tiers": [
            {"up_to": 2000, "input": "0.02", "output": "0"},
            {"input": "0.01", "output": "0"}]}},
    "ranker": {
        "limit": {"context": 4000},
        "price": {"currency": "USD", "tiers": [
            {"input": "0.5", "output": "0", "per_request": "0.002"}]}},
    "unit-ranker": {
        "limit": {"context": 4000},
        "price": {"currency": "USD", "tiers": [
            {"input": "0", "output": "0", "per_request": "0.002"}]}},
}


def set_up(gw, up):
    gw.must("PUT", "/upstreams/inputs", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "sk-of-the-upstream"}]})
    for name, spec in MODELS.items():
        gw.must("PUT", "/models/" + name, dict(
            spec, estimates="fixed", routes=[{"upstream": "inputs"}]))


# ---- completions ----

def completion(*texts, usage=None):
    return {"id": "cmpl-1", "object": "text_completion", "created": 1,
            "model": "m", "choices": [
                {"index": i, "text": text, "logprobs": None,
                 "finish_reason": "stop"} for i, text in enumerate(texts)],
            "usage": usage or counts(1000, 50)}


def counts(prompt, output=None):
    """Of an embedding there is no output."""
    return dict({"prompt_tokens": prompt,
                 "total_tokens": prompt + (output or 0)},
                **({} if output is None else {"completion_tokens": output}))


def piece(text=None, finish=None, index=0, usage=None):
    """A chunk of a stream; without text the one of usage."""
    return {"id": "cmpl-1", "object": "text_completion", "created": 1,
            "model": "m", "usage": usage, "choices": [] if text is None else [
                {"index": index, "text": text, "logprobs": None,
                 "finish_reason": finish}]}


# ---- embeddings ----

def vector(n=4):
    """As the SDK asks for one: floats in base64."""
    return base64.b64encode(struct.pack(f"<{n}f", *range(n))).decode()


def embeddings(*vectors, usage=None):
    return {"object": "list", "data": [
        {"object": "embedding", "index": i, "embedding": v}
        for i, v in enumerate(vectors)], "model": "m",
        **({} if usage is None else {"usage": usage})}


# ---- ranks ----

def ranks(*scores, **more):
    return dict({"id": "rank-1", "results": [
        {"index": i, "relevance_score": score}
        for i, score in enumerate(scores)]}, **more)


def text(o):
    """Bytes that no serialiser of ours would write."""
    return json.dumps(o, indent=1, ensure_ascii=False).encode()
