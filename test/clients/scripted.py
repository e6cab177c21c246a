"""What a model says, as the steps of the scripted upstream."""
import json

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


# ---- by the names of scripted_messages.py ----

def tool_calls(tools, counts, said=None):
    """A plain answer that calls tools: (id, name, arguments)..."""
    return completion([{"role": "assistant", "content": said, "tool_calls": [
        {"id": id, "type": "function", "index": i,
         "function": {"name": name, "arguments": json.dumps(arguments)}}
        for i, (id, name, arguments) in enumerate(tools)]}], counts,
        finish="tool_calls")


def thinks(thinking, said, counts):
    return completion([{"role": "assistant", "content": said,
                        "reasoning_content": thinking}], counts)


def streams_calls(tools, counts, said=()):
    """tools: (id, name, pieces of its arguments)..."""
    deltas = list(said)
    for i, (id, name, pieces) in enumerate(tools):
        deltas.append({"tool_calls": [
            {"index": i, "id": id, "type": "function",
             "function": {"name": name, "arguments": ""}}]})
        deltas += [{"tool_calls": [{"index": i, "function": {
            "arguments": p}}]} for p in pieces]
    return streams(deltas, counts, finish="tool_calls")


def streams_thought(thinking, pieces, counts):
    return streams([*({"reasoning_content": t, "content": None}
                      for t in thinking), *pieces], counts)
