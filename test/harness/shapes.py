"""Answers as an OpenAI-like upstream writes them, and rows of the ledger as
one line of text, so that a test can compare all of a bill at once."""
import json

STATES = ("open", "settled", "estimated", "free", "failed")
SOURCES = ("none", "reported", "drained", "estimated")
FLAGS = ("thinking", "inconsistent", "client_left", "cut", "killed",
         "reserve_short", "upstream_error", "several_calls")
BUCKETS = ("input", "input_audio", "input_image", "input_video", "cache_read",
           "cache_read_explicit", "cache_write_5m", "cache_write_1h",
           "output", "output_audio")
REASONS = ("none", "status", "connect", "pooled", "broke", "timeout",
           "error_event", "no_answer")

USAGE = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
# ... at qwen3-max's first tier: 1000 x 2 500 000 + 50 x 10 000 000
EXACT = "settled/reported 3000000000: input 1000, output 50"


# ---- amounts ----

def pico(text):
    """Pico-units of an amount as the API writes it."""
    whole, _, part = text.partition(".")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 10**12 + int((part + "0" * 12)[:12]))


def text_of(pico):
    """The amount as the API writes it."""
    whole, part = divmod(abs(pico), 10**12)
    text = f"{whole}.{part:012d}".rstrip("0").rstrip(".")
    return "-" + text if pico < 0 else text


# ---- answers ----

def used(prompt, output=10):
    """The usage of so many tokens."""
    return {"prompt_tokens": prompt, "completion_tokens": output,
            "total_tokens": prompt + output}


def chunk(content=None, finish=None, index=0, **more):
    """One chat.completion.chunk; the role comes with content ""."""
    delta = {} if content is None else {"content": content}
    if content == "":
        delta["role"] = "assistant"
    return dict({"id": "chatcmpl-1", "object": "chat.completion.chunk",
                 "created": 1, "model": "m", "choices": [
                     {"index": index, "delta": delta,
                      "finish_reason": finish}]}, **more)


def usage_chunk(usage=None, **more):
    """The chunk that only bears usage."""
    return dict(chunk(), choices=[], usage=usage or USAGE, **more)


def plain(content="Hi there", usage=USAGE, **more):
    """A chat.completion."""
    o = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1,
         "model": "m", "choices": [
             {"index": 0, "finish_reason": "stop", "message": {
                 "role": "assistant", "content": content}}]}
    if usage is not None:
        o["usage"] = usage
    return dict(o, **more)


def error(message="no", type_="invalid_request_error", code=None, **more):
    return {"error": dict(message=message, type=type_, param=None, code=code,
                          **more)}


def sse(*events, end="\n", done=True):
    """Events (objects, or the text of a data line) as bytes of a stream."""
    lines = [e if isinstance(e, str) else json.dumps(e) for e in events]
    if done:
        lines.append("[DONE]")
    return "".join(f"data: {line}{end}{end}" for line in lines).encode()


# ---- rows ----

def bill(row):
    """State, source, amount, the counts that are not 0, the flags."""
    text = f"{STATES[row['state']]}/{SOURCES[row['source']]} {row['amount']}"
    used = [f"{b} {row[b]}" for b in (*BUCKETS, "search_units") if row[b]]
    if used:
        text += ": " + ", ".join(used)
    flags = [f for i, f in enumerate(FLAGS) if row["flags"] & 1 << i]
    return text + (f" [{', '.join(flags)}]" if flags else "")


def trip(row):
    """Status to the client, whether the upstream was reached, attempts."""
    return (f"{row['status']} {'reached' if row['reached'] else 'unreached'} "
            f"{row['attempts']}")


def padded(body, size):
    """The body with a member that makes it so many bytes of JSON."""
    if size == 0:
        return body
    name = "safety_identifier" if "user" in body else "user"
    body = dict(body, **{name: ""})
    body[name] = "x" * (size - len(json.dumps(body)))
    return body
