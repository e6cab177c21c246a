"""What translation costs, in instructions of the child that serves: of a
request, of a kB of its body and of an event of a stream, for each route, and
how that compares with passing the same on: the same body to an upstream that
serves its endpoint, the same events to a client that knows them.

    make -f apxs.mk bench BENCH=translation
"""
import json

from harness.upstream import answer, head, raw
from instructions import (CHINESE, LONG, TEXT, each, plain, said,
                          stream)

EVENTS = 440, 40


def messages_body(text, **more):
    return json.dumps(dict({"model": "bench", "max_tokens": 500, "messages": [
        {"role": "user", "content": text}]}, **more), ensure_ascii=False)


def messages_long():
    """The same content as LONG's."""
    chat = json.loads(LONG)
    chat["messages"][2]["content"] = "ESCAPED"
    function = chat["tools"][0]["function"]
    system, *rest = chat["messages"]
    text = messages_body("", system=system["content"], messages=rest, tools=[
        {"name": function["name"], "description": function["description"],
         "input_schema": function["parameters"]}])
    return text.replace("ESCAPED", json.dumps(CHINESE * 100)[1:-1])


def event(data, ascii=False):
    return (f"event: {data['type']}\n"
            f"data: {json.dumps(data, ensure_ascii=ascii)}\n\n")


def delta(i):
    """What instructions.chunk_text() says."""
    return event({"type": "content_block_delta", "index": 0, "delta": {
        "type": "text_delta", "text": said(i)}}, ascii=i % 2 == 0)


COUNTS = {"input_tokens": 200, "output_tokens": 160}
DOCUMENT = {"id": "msg_1", "type": "message", "role": "assistant",
            "model": "m", "content": [{"type": "text", "text": TEXT * 16}],
            "stop_reason": "end_turn", "stop_sequence": None,
            "usage": COUNTS}


def messages_plain(request):
    return answer(DOCUMENT)


def messages_stream(count):
    """An answer of so many deltas, in one write."""
    data = "".join([
        event({"type": "message_start", "message": dict(DOCUMENT, content=[])}),
        event({"type": "content_block_start", "index": 0,
               "content_block": {"type": "text", "text": ""}}),
        *map(delta, range(count)),
        event({"type": "content_block_stop", "index": 0}),
        event({"type": "message_delta", "usage": COUNTS, "delta": {
            "stop_reason": "end_turn", "stop_sequence": None}}),
        event({"type": "message_stop"})]).encode()
    return lambda request: [head(length=len(data)), raw(data)]


CHAT_BODY = json.dumps({"model": "bench", "max_tokens": 500, "messages": [
    {"role": "user", "content": TEXT}]})
ROUTES = {   # (path, upstream) -> short body, long body, document, stream
    ("/v1/chat/completions", "openai"): (CHAT_BODY, LONG, plain, stream),
    ("/v1/messages", "anthropic"): (
        messages_body(TEXT), messages_long(), messages_plain,
        messages_stream),
    ("/v1/messages", "openai"): (
        messages_body(TEXT), messages_long(), plain, stream),
    ("/v1/chat/completions", "anthropic"): (
        CHAT_BODY, LONG, messages_plain, messages_stream)}


def measure(route):
    """Instructions of (a request, a kB of its body, an event)."""
    body, long, document, events = ROUTES[route]
    one = each(100, 400, body, document, route)
    kilo = (each(20, 60, long, document, route) - one) / (
        (len(long.encode()) - len(body.encode())) / 1000)
    asked = json.dumps(dict(json.loads(body), stream=True))
    many, few = (each(20, 60, asked, events(n), route) for n in EVENTS)
    return one, kilo, (many - few) / (EVENTS[0] - EVENTS[1])


def main():
    got = {route: measure(route) for route in ROUTES}
    for (path, upstream), (one, kilo, event_) in got.items():
        body = next(got[r] for r in ROUTES if r[0] == path)
        events = next(got[r] for r in ROUTES if r[1] == upstream)
        print(f"translation  {path} at {upstream}: {one:.0f} a request, "
              f"{kilo:.0f} a kB of its body ({kilo / body[1]:.2f}), "
              f"{event_:.0f} an event ({event_ / events[2]:.2f})", flush=True)
