"""What translation costs, in instructions of the child that serves: of a
request, of a kB of its body and of an event of a stream, for each route, and
how that compares with passing the same on: the same body to an upstream that
serves its endpoint, the same events to a client that knows them.  Then of a kB
of bodies of one kind: long texts, an image, calls of tools, short messages.

What the C library copies counts as it does for short pieces: of a long one
valgrind counts each byte as an instruction (rep movsb).

    make -f apxs.mk bench BENCH=translation
"""
import base64
import json
import os
import random

from harness.upstream import answer, head, raw
from instructions import (CHINESE, CODE, LONG, TEXT, TOOL, each, plain, run,
                          said, stream)

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


# ---- bodies of one kind ----------------------------------------------------

PNG = base64.b64encode(random.Random(1).randbytes(75000)).decode()
ARGUMENTS = {"path": "a.c", "old": CODE * 5, "new": CODE * 5}


def turns(*each):
    return messages_body("", messages=list(each))


def texts(text):
    return (turns({"role": "user", "content": text}),) * 2


def image():
    chat = {"type": "image_url",
            "image_url": {"url": "data:image/png;base64," + PNG}}
    block = {"type": "image", "source": {
        "type": "base64", "media_type": "image/png", "data": PNG}}
    return [turns({"role": "user", "content": [part]})
            for part in (chat, block)]


def short_messages():
    return (turns(*({"role": ("user", "assistant")[i % 2],
                     "content": f"Hello there, {i}"} for i in range(601))),) * 2


def calls(count):
    function = TOOL["function"]
    chat, blocks = [[{"role": "user", "content": "x"}] for _ in range(2)]
    for i in range(count):
        result = f"ok {TEXT * 3}"
        chat += [{"role": "assistant", "content": None, "tool_calls": [
            {"id": f"call_{i}", "type": "function", "function": {
                "name": "edit_file", "arguments": json.dumps(ARGUMENTS)}}]},
            {"role": "tool", "tool_call_id": f"call_{i}", "content": result}]
        blocks += [{"role": "assistant", "content": [
            {"type": "tool_use", "id": f"call_{i}", "name": "edit_file",
             "input": ARGUMENTS}]}, {"role": "user", "content": [
                 {"type": "tool_result", "tool_use_id": f"call_{i}",
                  "content": result}]}]
    return (messages_body("", messages=chat, tools=[TOOL]),
            messages_body("", messages=blocks, tools=[
                {"name": function["name"],
                 "description": function["description"],
                 "input_schema": function["parameters"]}]))


KINDS = {   # of a chat, of Messages
    "text": texts(TEXT * 2200), "Chinese": texts(CHINESE * 1400),
    "code": texts(CODE * 1000), "an image": image(), "calls": calls(80),
    "short messages": short_messages()}
FEW = 10


def kind(name, short):
    """Instructions of a kB, for each route; short: those of short bodies."""
    got = {}
    for route in ROUTES:
        body, _, document, _ = ROUTES[route]
        long = KINDS[name][route[0] == "/v1/messages"]
        got[route] = (run(FEW, long, document, route) - short[route]) / FEW / (
            (len(long.encode()) - len(body.encode())) / 1000)
    return got


def print_kinds():
    short = {route: run(FEW, ROUTES[route][0], ROUTES[route][2], route)
             for route in ROUTES}
    for name in KINDS:
        got = kind(name, short)
        for route in list(ROUTES)[2:]:
            passed = next(got[r] for r in ROUTES if r[0] == route[0])
            print(f"translation  {route[0]} at {route[1]}, {name}: "
                  f"{got[route]:.0f} a kB ({got[route] / passed:.2f})",
                  flush=True)


# ---- mixed bodies, and events ----------------------------------------------

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
    os.environ.setdefault("GLIBC_TUNABLES",
                          "glibc.cpu.x86_rep_movsb_threshold=1000000000")
    got = {route: measure(route) for route in ROUTES}
    for (path, upstream), (one, kilo, event_) in got.items():
        body = next(got[r] for r in ROUTES if r[0] == path)
        events = next(got[r] for r in ROUTES if r[1] == upstream)
        print(f"translation  {path} at {upstream}: {one:.0f} a request, "
              f"{kilo:.0f} a kB of its body ({kilo / body[1]:.2f}), "
              f"{event_:.0f} an event ({event_ / events[2]:.2f})", flush=True)
    print_kinds()
