"""What Claude says, as the steps of the scripted upstream: scripted.py for
the Messages API, with functions of the same names."""
from harness import messages as m
from harness.upstream import answer, body, end, head


def usage(prompt, completion, write=0, hour=0, read=0):
    """prompt: all of it; write, hour and read are parts of it."""
    counts = {"input_tokens": prompt - write - hour - read,
              "output_tokens": completion,
              "cache_creation_input_tokens": write + hour,
              "cache_read_input_tokens": read}
    if write or hour:
        counts["cache_creation"] = {"ephemeral_5m_input_tokens": write,
                                    "ephemeral_1h_input_tokens": hour}
    return counts


def text(text):
    return {"type": "text", "text": text}


def tool(id, name, arguments):
    """arguments: a value; Claude writes no text of JSON."""
    return {"type": "tool_use", "id": id, "name": name, "input": arguments}


def thought(thinking, signature="c2lnbmVk"):
    return {"type": "thinking", "thinking": thinking, "signature": signature}


def completion(blocks, counts, finish="end_turn", headers=(), **more):
    return answer(m.document(counts, content=blocks, stop_reason=finish,
                             **more), headers=headers)


def says(said, counts, **more):
    """A plain answer."""
    return completion([text(said)], counts, **more)


def tool_calls(tools, counts, said=None):
    """A plain answer that calls tools: (id, name, arguments)..."""
    return completion([*([text(said)] if said else []),
                       *(tool(*t) for t in tools)], counts, "tool_use")


def thinks(thinking, said, counts):
    return completion([thought(thinking), text(said)], counts)


def events(blocks, counts, finish="end_turn"):
    """blocks: (what content_block_start holds, its deltas)..."""
    out = [m.start(dict(counts, output_tokens=1))]
    for i, (first, deltas) in enumerate(blocks):
        out += [m.block(i, **first), *([m.PING] if i == 0 else []),
                *(m.event({"type": "content_block_delta", "index": i,
                           "delta": d}) for d in deltas), m.stop(i)]
    final = {k: v for k, v in counts.items() if k != "cache_creation"}
    return [*out, m.last(final, finish), m.end()]


def whole(events):
    """The steps of an answer of these events, each in a write of its own."""
    return [head(), *(body(e) for e in events), end()]


def text_block(pieces):
    return text(""), [{"type": "text_delta", "text": p} for p in pieces]


def tool_block(id, name, pieces):
    """pieces: the text of the arguments, as it comes."""
    return tool(id, name, {}), [
        {"type": "input_json_delta", "partial_json": p} for p in pieces]


def thought_block(pieces, signature="c2lnbmVk"):
    return thought("", ""), [
        *({"type": "thinking_delta", "thinking": p} for p in pieces),
        {"type": "signature_delta", "signature": signature}]


def streams(pieces, counts, finish="end_turn"):
    return whole(events([text_block(pieces)], counts, finish))


def streams_calls(tools, counts, said=()):
    """tools: (id, name, pieces of its arguments)..."""
    return whole(events([*([text_block(said)] if said else []),
                         *(tool_block(*t) for t in tools)], counts,
                        "tool_use"))


def streams_thought(thinking, pieces, counts):
    return whole(events([thought_block(thinking), text_block(pieces)],
                        counts))


def fails(status, kind, message, headers=()):
    """The upstream's own error answer."""
    return answer(m.error(kind, message), status, headers, reason="Error")
