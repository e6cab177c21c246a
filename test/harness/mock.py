"""The bundled upstream of `run` and `demo`: an OpenAI-like chat server that
answers from the prompt, streamed or not, with honest counts."""
import json
import time

from .upstream import answer, body, done, event, head, pause


def words(text):
    return text.split(" ")


def prompt_text(messages):
    parts = []
    for m in messages:
        c = m.get("content")
        if isinstance(c, str):
            parts.append(c)
        elif isinstance(c, list):
            parts += [p.get("text", "") for p in c if isinstance(p, dict)]
    return " ".join(parts)


def reply_text(messages):
    last = prompt_text(messages[-1:]) or "nothing"
    return f"You said: {last} This answer comes from the bundled mock upstream."


def count(text):
    return max(1, len(words(text)))


def chat(request, delay=0.02):
    """Steps for a chat request."""
    req = request.json()
    messages = req.get("messages", [])
    text = reply_text(messages)
    usage = {"prompt_tokens": count(prompt_text(messages)) + 4,
             "completion_tokens": count(text)}
    usage["total_tokens"] = sum(usage.values())
    base = {"id": f"chatcmpl-mock-{time.time_ns():x}",
            "created": int(time.time()), "model": req.get("model", "mock")}
    if not req.get("stream"):
        return answer(dict(base, object="chat.completion", usage=usage,
                           choices=[{"index": 0, "finish_reason": "stop",
                                     "message": {"role": "assistant",
                                                 "content": text}}]))
    base["object"] = "chat.completion.chunk"
    want = (req.get("stream_options") or {}).get("include_usage")

    def chunk(delta, finish=None):
        c = dict(base, choices=[{"index": 0, "delta": delta,
                                 "finish_reason": finish}])
        if want:
            c["usage"] = None
        return event(c)

    steps = [head(), chunk({"role": "assistant", "content": ""})]
    for i, word in enumerate(words(text)):
        steps += [pause(delay), chunk({"content": ("" if i == 0 else " ")
                                       + word})]
    steps.append(chunk({}, "stop"))
    if want:
        steps.append(event(dict(base, choices=[], usage=usage)))
    steps.append(done())
    return steps
