"""What a model of /v1/responses says, as the steps of the scripted upstream:
scripted.py for Responses, with functions of the same names.

Here an answer is a list of items; events() streams any of them."""
import copy
import json

from harness.upstream import answer, body, end, head

BASE = {"object": "response", "created_at": 1716430652, "background": False,
        "error": None, "incomplete_details": None, "instructions": None,
        "max_output_tokens": None, "metadata": {}, "model": "gpt-5.5",
        "parallel_tool_calls": True, "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None}, "store": False,
        "temperature": 1.0, "text": {"format": {"type": "text"}},
        "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "truncation": "disabled", "user": None}
WRITES = 7                      # bytes, at most, of a delta


def usage(prompt, completion, cached=0, reasoning=0):
    return {"input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": completion,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": prompt + completion}


# ---- items ----

def message(text, id="msg_1", **more):
    return {"type": "message", "id": id, "status": "completed",
            "role": "assistant", "content": [
                {"type": "output_text", "text": text, "annotations": []}],
            **more}


def call(id, name, arguments, **more):
    """arguments: a text."""
    return {"type": "function_call", "id": "fc_" + id, "call_id": id,
            "status": "completed", "name": name, "arguments": arguments,
            **more}


def custom(id, name, text, **more):
    return {"type": "custom_tool_call", "id": "ctc_" + id, "call_id": id,
            "status": "completed", "name": name, "input": text, **more}


def thought(text, id="rs_1", **more):
    return {"type": "reasoning", "id": id, "summary": [
        {"type": "summary_text", "text": text}], **more}


# ---- plain answers ----

def response(items, counts, status="completed", **more):
    return {**BASE, "id": "resp_1", "status": status, "output": items,
            "usage": counts, **more}


def completion(items, counts, headers=(), **more):
    return answer(response(items, counts, **more), headers=headers)


def says(text, counts, headers=(), **more):
    return completion([message(text)], counts, headers, **more)


def tool_calls(tools, counts, said=None):
    """A plain answer that calls tools: (id, name, arguments)..."""
    return completion([*([message(said)] if said else []),
                       *(call(id, name, json.dumps(arguments))
                         for id, name, arguments in tools)], counts)


def thinks(thinking, said, counts):
    return completion([thought(thinking), message(said)], counts)


# ---- streams ----

def pieces(text):
    return [text[i:i + WRITES] for i in range(0, len(text), WRITES)]


def whole_text(kind, index, text, place, part=None):
    """The events of a text inside an item: deltas and its end, between those
    of its part where it has one.  `part` is what is added, with its text."""
    at = {"output_index": index, **place}
    member = {"custom_tool_call_input": "input",
              "function_call_arguments": "arguments"}.get(kind, "text")
    out = [{"type": f"response.{kind}.delta", **at, "delta": p}
           for p in pieces(text)]
    out.append({"type": f"response.{kind}.done", **at, member: text})
    if part is None:
        return out
    name = "reasoning_summary_part" if "summary_index" in place \
        else "content_part"
    empty = {**part, "text": ""}
    return [{"type": f"response.{name}.added", **at, "part": empty}, *out,
            {"type": f"response.{name}.done", **at, "part": part}]


def inside(index, item):
    """(the item as it is added, the events between that and its end)"""
    first, place = copy.deepcopy(item), {"item_id": item["id"]}
    first["status"] = "in_progress"
    kind, out = item["type"], []
    if kind == "message":
        first["content"] = []
        for k, part in enumerate(item["content"]):
            out += whole_text("output_text", index, part["text"],
                              {**place, "content_index": k}, part)
    elif kind == "reasoning":
        first["summary"] = []
        for k, part in enumerate(item["summary"]):
            out += whole_text("reasoning_summary_text", index, part["text"],
                              {**place, "summary_index": k}, part)
    elif kind == "function_call":
        first["arguments"] = ""
        out += whole_text("function_call_arguments", index,
                          item["arguments"], place)
    elif kind == "custom_tool_call":
        first["input"] = ""
        out += whole_text("custom_tool_call_input", index, item["input"],
                          place)
    return first, out


def encoded(events):
    """Events as they are sent, numbered."""
    out = []
    for number, event in enumerate(events):
        event = {"type": event["type"], "sequence_number": number, **event}
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        out.append(f"event: {event['type']}\ndata: {text}\n\n".encode())
    return out


def opening():
    begun = response([], None, "in_progress")
    return [{"type": "response.created", "response": begun},
            {"type": "response.in_progress", "response": begun}]


def events(items, counts, status="completed", **more):
    """Every event of an answer of these items, as values."""
    out = opening()
    for index, item in enumerate(items):
        first, between = inside(index, item)
        out += [{"type": "response.output_item.added", "output_index": index,
                 "item": first}, *between,
                {"type": "response.output_item.done", "output_index": index,
                 "item": item}]
    return [*out, {"type": "response." + status, "response": response(
        items, counts, status, **more)}]


def part(text):
    """The first events of an answer, up to a delta of this text."""
    first, between = inside(0, message(text))
    return [*opening(), {"type": "response.output_item.added",
                         "output_index": 0, "item": first}, between[0],
            {"type": "response.output_text.delta", "output_index": 0,
             "content_index": 0, "item_id": "msg_1", "delta": text}]


def whole(events):
    """The steps of a stream of these events, each in a write of its own."""
    return [head(), *(body(e) for e in encoded(events)), end()]


def streams(pieces, counts, **more):
    return whole(events([message("".join(pieces))], counts, **more))


def streams_calls(tools, counts, said=()):
    """tools: (id, name, pieces of its arguments)..."""
    return whole(events([*([message("".join(said))] if said else []),
                         *(call(id, name, "".join(text))
                           for id, name, text in tools)], counts))


def streams_thought(thinking, pieces, counts):
    return whole(events([thought("".join(thinking)),
                         message("".join(pieces))], counts))


def fails(status, message, code=None, type="invalid_request_error",
          param=None, headers=()):
    """The upstream's own error answer."""
    return answer({"error": {"message": message, "type": type, "param": param,
                             "code": code}}, status, headers, reason="Error")
