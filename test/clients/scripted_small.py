"""What models of /v1/completions and /v1/embeddings say, as the steps of the
scripted upstream."""
import base64
import struct

from harness.upstream import answer, done, event, head

from scripted import usage

BASE = {"id": "cmpl-s1", "object": "text_completion", "created": 1716430652,
        "model": "qwen-plus"}


def choice(text, index=0, finish="stop", **more):
    return {"index": index, "text": text, "logprobs": None,
            "finish_reason": finish, **more}


def completes(texts, counts, finish="stop"):
    return answer({**BASE, "usage": counts, "choices": [
        choice(t, i, finish) for i, t in enumerate(texts)]})


def chunk(text, finish=None, index=0):
    return event({**BASE, "choices": [choice(text, index, finish)],
                  "usage": None})


def counted(counts):
    return event({**BASE, "choices": [], "usage": counts})


def streams(pieces, counts, finish="stop"):
    """As it comes if usage was asked for."""
    return [head(), *(chunk(p) for p in pieces), chunk("", finish),
            counted(counts), done()]


def packed(vector):
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def embeds(vectors, prompt, base64=False):
    return answer({"object": "list", "model": "embedder", "data": [
        {"object": "embedding", "index": i,
         "embedding": packed(v) if base64 else v}
        for i, v in enumerate(vectors)],
        "usage": {"prompt_tokens": prompt, "total_tokens": prompt}})


__all__ = ["completes", "counted", "chunk", "embeds", "packed", "streams",
           "usage"]
