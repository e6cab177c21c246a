"""What a model says, as the steps of the scripted upstream."""
from harness.upstream import answer, done, event, head

BASE = {"id": "chatcmpl-s1", "created": 1716430652, "model": "qwen-plus"}


def usage(prompt, completion, **more):
    return {"prompt_tokens": prompt, "completion_tokens": completion,
            "total_tokens": prompt + completion, **more}


def says(text, counts, **more):
    """A plain answer."""
    message = {"role": "assistant", "content": text, "function_call": None,
               "tool_calls": None}
    return completion([message], counts, **more)


def calls(name, arguments, counts, id="call_1"):
    """A plain answer that calls a tool."""
    return completion([{"role": "assistant", "content": None, "tool_calls": [
        {"id": id, "type": "function", "index": 0,
         "function": {"name": name, "arguments": arguments}}]}], counts,
        finish="tool_calls")


def completion(messages, counts, finish="stop", headers=(), **more):
    body = {**BASE, "object": "chat.completion", "system_fingerprint": None,
            "choices": [{"index": i, "finish_reason": finish,
                         "logprobs": None, "message": m}
                        for i, m in enumerate(messages)],
            "usage": counts, **more}
    return answer(body, headers=headers)


def chunk(delta, finish=None, **more):
    return event({**BASE, "object": "chat.completion.chunk",
                  "system_fingerprint": None, "usage": None, "choices": [
                      {"index": 0, "delta": delta, "logprobs": None,
                       "finish_reason": finish}], **more})


def counted(counts):
    """The last chunk, which holds the usage and no choice."""
    return event({**BASE, "object": "chat.completion.chunk",
                  "system_fingerprint": None, "choices": [],
                  "usage": counts})


def streams(pieces, counts, finish="stop"):
    """A streamed answer, as it comes if usage was asked for, which the
    gateway always does."""
    deltas = [p if isinstance(p, dict) else {"content": p} for p in pieces]
    return [head(), chunk({"role": "assistant", "content": ""}),
            *[chunk(d) for d in deltas], chunk({"content": ""}, finish),
            counted(counts), done()]


def fails(status, message, code=None, type="invalid_request_error",
          param=None, headers=()):
    """The upstream's own error answer."""
    return answer({"error": {"message": message, "type": type, "param": param,
                             "code": code}}, status, headers, reason="Error")
