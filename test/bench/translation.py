"""What translation costs, in instructions of the child that serves: of a
request, of a kB of its body and of an event of a stream, for each route, and
how that compares with the route that passes everything on.

    make -f apxs.mk bench BENCH=translation
"""
import json

from harness.upstream import answer, head, raw
from instructions import (ANSWER, CHINESE, CODE, LONG, TEXT, each, plain,
                          stream)

EVENTS = 440, 40


def messages_body(text, **more):
    return json.dumps(dict({"model": "bench", "max_tokens": 500, "messages": [
        {"role": "user", "content": text}]}, **more), ensure_ascii=False)


def messages_long():
    """The same content as LONG's."""
    chat = json.loads(LONG)
    function = chat["tools"][0]["function"]
    system, *rest = chat["messages"]
    return messages_body("", system=system["content"], messages=rest, tools=[
        {"name": function["name"], "description": function["description"],
         "input_schema": function["parameters"]}])


def event(data):
    return (f"event: {data['type']}\n"
            f"data: {json.dumps(data, ensure_ascii=False)}\n\n")


def delta(i):
    said = (TEXT.split(), CHINESE, CODE.splitlines())[i % 3]
    return event({"type": "content_block_delta", "index": 0, "delta": {
        "type": "text_delta", "text": said[i % len(said)] + " "}})


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
    passed = {}
    for route in ROUTES:
        path, upstream = route
        got = measure(route)
        native = passed.setdefault(path, got)
        ratios = ", ".join(f"{a / b:.2f}" for a, b in zip(got, native))
        print(f"translation  {path} at {upstream}: {got[0]:.0f} a request, "
              f"{got[1]:.0f} a kB of its body, {got[2]:.0f} an event; of "
              f"what {path} costs where it is passed on: {ratios}",
              flush=True)
