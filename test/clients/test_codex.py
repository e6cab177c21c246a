"""Codex, replayed: the bodies that it sent in sessions of twelve turns and
more, over upstreams of Responses, of chat completions and of Messages.

An answer is read as Codex reads it, and has to be the items that the recorded
session goes on with."""
import json

import pytest

import codex_sides
import scripted_responses as r
from codex import compact, session
from harness.client import Stream


# ---- what Codex makes of an answer ----

def read(data):
    """(items, usage): whole items, as they are done, and what was counted.
    What Codex would stumble over fails."""
    items, added, over, number = [], [], None, 0
    for part in data.decode().split("\n\n")[:-1]:
        name, text = part.split("\n")
        event = json.loads(text.removeprefix("data: "))
        assert name == "event: " + event["type"] and over is None
        assert event["sequence_number"] == number
        number += 1
        if event["type"] == "response.output_item.added":
            assert event["output_index"] == len(added) == len(items)
            added.append(event["item"])
        elif event["type"] == "response.output_item.done":
            item, first = event["item"], added[-1]
            assert len(items) == len(added) - 1
            assert (item["type"], item["id"]) == (first["type"], first["id"])
            items.append(item)
        elif event["type"] == "response.completed":
            over = event["response"]
    assert over and over["status"] == "completed" and over["output"] == items
    return items, over["usage"]


def meant(item):
    """An item without what Codex does not act on."""
    kept = {k: item[k] for k in ("type", "call_id", "name", "input",
                                 "execution") if k in item}
    if item.get("namespace", "functions") != "functions":
        kept["namespace"] = item["namespace"]
    if item["type"] == "message":
        kept["text"] = [p["text"] for p in item["content"]]
    elif item["type"] == "function_call":
        kept["arguments"] = json.loads(item["arguments"])
    elif item["type"] == "tool_search_call":
        kept["arguments"] = item["arguments"]
    return kept


def spoken(items):
    return [meant(x) for x in items if x["type"] != "reasoning"]


def send(gw, key, s, data):
    with Stream(gw.port, s.path, None, key, list(s.headers.items()),
                raw_body=data) as got:
        text = got.rest()
        assert got.status == 200, text
        assert got.ended
    return text


# ---- the sessions ----

@pytest.mark.parametrize("name, turns", [
    ("known", 14), ("unknown", 13), ("lite", 13)])
def test_a_session(gw, codex_side, up, bill, key, name, turns):
    s, amounts = session(name), []
    answers = [*s.answers(), [r.message("Done: 完成。")]]
    for turn, (sent, said) in enumerate(zip(s.bodies(model=codex_side.model),
                                            answers)):
        counts = 20_000 + 100 * turn, 30 + turn, 5000
        up.script(*codex_side.steps(said, *counts))
        data = compact(sent)
        items, usage = read(send(gw, key, s, data))
        assert spoken(items) == spoken(said)
        assert usage["input_tokens"] == counts[0]
        assert usage["output_tokens"] == counts[1]
        assert usage["total_tokens"] == counts[0] + counts[1]
        assert usage["input_tokens_details"]["cached_tokens"] == 5000
        got = up.requests[-1]
        assert got.path == codex_side.path
        codex_side.check(got, data, sent)
        amounts.append(codex_side.amount(*counts))
    assert len(amounts) == turns
    bill(key, *amounts)


def test_a_session_that_is_compacted(gw, codex_side, up, bill, key):
    """Without tools, but with calls in its history; then with neither."""
    said, counts = [r.message("What was done so far, 简要。")], (9000, 40, 0)
    s = session("compact")
    for sent in s.bodies(model=codex_side.model):
        up.script(*codex_side.steps(said, *counts))
        data = compact(sent)
        items, _ = read(send(gw, key, s, data))
        assert spoken(items) == spoken(said)
        codex_side.check(up.requests[-1], data, sent)
    bill(key, *[codex_side.amount(*counts)] * 3)


@pytest.mark.parametrize("name", ["qwen", "deepseek"])
def test_thoughts_come_back(gw, codex_models, up, bill, key, name):
    """What a chat thought is in the item that Codex sends back, and goes to
    it again."""
    s, side = session("unknown"), codex_sides.SIDES[name]
    first = next(s.bodies(model=side.model))
    said = [r.thought("Das Ergebnis ist \"falsch\": 错."),
            r.call("call_1", "exec_command", '{"cmd": "ls"}')]
    up.script(*side.steps(said, 900, 40, 0))
    items, _ = read(send(gw, key, s, compact(first)))
    assert [x["type"] for x in items] == ["reasoning", "function_call"]
    second = dict(first, input=[*first["input"], *items, {
        "type": "function_call_output", "call_id": "call_1",
        "output": "sum.py"}])
    up.script(*side.steps([r.message("So.")], 1000, 2, 0))
    read(send(gw, key, s, compact(second)))
    again, = [x for x in up.requests[-1].json()["messages"]
              if x["role"] == "assistant"]
    assert again["reasoning_content"] == said[0]["summary"][0]["text"]
    assert again["tool_calls"][0]["id"] == "call_1"
    bill(key, side.amount(900, 40, 0), side.amount(1000, 2, 0))
