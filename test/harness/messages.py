"""The Messages API: bodies as clients write them, and answers as Anthropic
sends them, to the byte."""
import json

PATH = "/v1/messages"

# Sonnet 4.5 with its prices above 200 000 tokens, in USD (BILLING's case 3)
SONNET = {
    "limit": {"context": 1000000, "output": 64000, "image_tokens": 1600},
    "modalities": {"input": ["text", "image", "pdf"], "output": ["text"]},
    "caching": {"explicit": True},
    "price": {"currency": "USD", "tiers": [
        {"up_to": 200000, "input": "3", "output": "15",
         "cache_read_explicit": "0.3", "cache_write_5m": "3.75",
         "cache_write_1h": "6"},
        {"up_to": 1000000, "input": "6", "output": "22.5",
         "cache_read_explicit": "0.6", "cache_write_5m": "7.5",
         "cache_write_1h": "12"}]}}

# what is counted at the beginning, and at the end
FIRST = {"input_tokens": 1000, "output_tokens": 1,
         "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
         "cache_creation": {"ephemeral_5m_input_tokens": 0,
                            "ephemeral_1h_input_tokens": 0},
         "service_tier": "standard"}
LAST = {"input_tokens": 1000, "output_tokens": 50,
        "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
# ... at the first tier: 1000 x 3 000 000 + 50 x 15 000 000
EXACT = "settled/reported 3750000000: input 1000, output 50"


def body(**more):
    return dict({"model": "sonnet", "max_tokens": 1000, "messages": [
        {"role": "user", "content": "hello"}]}, **more)


def event(data, name=None, pad=0):
    """One event; pad: blanks before the last brace, as Anthropic has them."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    text = text[:-1] + " " * pad + "}"
    return f"event: {name or data['type']}\ndata: {text}\n\n".encode()


def start(usage=None, **more):
    return event({"type": "message_start", "message": dict({
        "id": "msg_01", "type": "message", "role": "assistant",
        "model": "claude-sonnet-4-5", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": usage or FIRST}, **more)})


def block(index=0, **content):
    return event({"type": "content_block_start", "index": index,
                  "content_block": content or {"type": "text", "text": ""}})


def delta(text, index=0, kind="text", member=None):
    return event({"type": "content_block_delta", "index": index, "delta": {
        "type": kind + "_delta", member or kind: text}})


def stop(index=0):
    return event({"type": "content_block_stop", "index": index}, pad=8)


def last(usage=None, reason="end_turn", **more):
    return event(dict({"type": "message_delta", "delta": {
        "stop_reason": reason, "stop_sequence": None},
        "usage": usage or LAST}, **more))


def end():
    return event({"type": "message_stop"}, pad=14)


PING = event({"type": "ping"})


def stream(*texts, first=None, final=None):
    """A whole answer, as a list of events."""
    return [start(first), block(), PING,
            *(delta(t) for t in texts or ("Hel", "lo")),
            stop(), last(final), end()]


def document(usage=None, **more):
    return dict({"id": "msg_01", "type": "message", "role": "assistant",
                 "model": "claude-sonnet-4-5", "content": [
                     {"type": "text", "text": "Hello"}],
                 "stop_reason": "end_turn", "stop_sequence": None,
                 "usage": usage or LAST}, **more)


def error(kind="overloaded_error", message="Overloaded"):
    return {"type": "error", "error": {"type": kind, "message": message}}


def set_up(gw, up, models=None, **more):
    """The upstream `claude` at up, and models routed to it."""
    gw.must("PUT", "/upstreams/claude", dict({
        "base_url": up.url + "/v1", "dialect": "anthropic",
        "vendor": "anthropic",
        "credentials": [{"secret": "sk-ant-upstream-secret"}]}, **more))
    for name, spec in (models or {"sonnet": SONNET}).items():
        gw.must("PUT", "/models/" + name, dict(
            {"estimates": "fixed", "routes": [
                {"upstream": "claude", "model": name}]}, **spec))
