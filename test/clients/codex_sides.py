"""The upstreams that a session of Codex is replayed on: how each is set up,
what a model says there, and what it may have been sent."""
import json

from harness import messages as m
from harness.upstream import body

import codex
import scripted
import scripted_messages
import scripted_responses

GRAMMAR = 40        # bytes of a grammar that a description has to show


# ---- what a body says, in words of no protocol ----

def declarations(sent):
    """{the name that another protocol knows it by: the tool}"""
    tools = list(sent.get("tools", ()))
    for item in sent["input"]:
        tools += item.get("tools", ())
    found = {}
    for tool in tools:
        inner = tool.get("tools", [tool])
        space = tool["name"] if "tools" in tool else None
        for t in inner:
            if t["type"] in ("function", "custom"):
                found[flat(t["name"], space)] = t
            elif t["type"] == "tool_search":
                found["tool_search"] = t
    return found


def flat(name, space=None):
    return name if space in (None, "functions") else f"{space}__{name}"


def spoken(item):
    """(name, arguments as a value) of a call."""
    if item["type"] == "custom_tool_call":
        return (flat(item["name"], item.get("namespace")),
                {"input": item["input"]})
    if item["type"] == "tool_search_call":
        return "tool_search", item["arguments"]
    return (flat(item["name"], item.get("namespace")),
            json.loads(item["arguments"]))


def texts(content):
    if isinstance(content, str):
        return [content]
    return [p["text"] for p in content if "text" in p]


def images(content):
    return [] if isinstance(content, str) else [
        p["image_url"] for p in content if p["type"] == "input_image"]


def conversation(sent):
    """The system texts, and the turns: ("user", texts, images) and
    ("assistant", text, [(id, name, arguments)], [(id, texts, images)])."""
    system, turns = [], []
    for item in sent["input"]:
        kind = item["type"]
        if codex.is_said(item):
            if turns[-1][0] == "user" or turns[-1][3]:
                turns.append(("assistant", [], [], []))
            if kind == "message":
                turns[-1][1].extend(texts(item["content"]))
            elif kind != "reasoning":
                turns[-1][2].append((item["call_id"], *spoken(item)))
        elif kind in codex.OUTPUTS:
            given = item.get("output", "")
            turns[-1][3].append((item["call_id"], texts(given),
                                 images(given)))
        elif kind == "message" and item["role"] == "developer":
            assert not turns
            system += texts(item["content"])
        elif kind == "message":
            turns.append(("user", texts(item["content"]),
                          images(item["content"])))
    return system, turns


# ---- chat completions ----

def chat_steps(items, counts):
    """In the way of Bailian: thinking, then text, then calls side by side."""
    deltas, calls = [], []
    for item in items:
        if item["type"] == "reasoning":
            deltas += [{"content": None, "reasoning_content": p}
                       for s in item["summary"] for p in cut(s["text"])]
        elif item["type"] == "message":
            deltas += [{"content": p} for t in texts(item["content"])
                       for p in cut(t)]
        else:
            calls.append((item["call_id"], *spoken(item)))
    deltas += [{"tool_calls": [{"index": i, "id": id, "type": "function",
                                "function": {"name": name, "arguments": ""}}]}
               for i, (id, name, _) in enumerate(calls)]
    deltas += [{"tool_calls": [{"index": i, "id": "", "type": "function",
                                "function": {"arguments": p}}]}
               for i, (_, _, value) in enumerate(calls)
               for p in cut(json.dumps(value, ensure_ascii=False), 11)]
    return scripted.streams(deltas, counts,
                            "tool_calls" if calls else "stop")


def cut(text, size=7):
    return [text[i:i + size] for i in range(0, len(text), size)]


def check_chat(got, sent, thinks):
    """What an upstream of chat completions may be sent.  thinks: it wants
    thoughts back in each message that calls."""
    system, turns = conversation(sent)
    assert set(got) <= {
        "model", "stream", "stream_options", "messages", "tools",
        "tool_choice", "parallel_tool_calls", "enable_thinking",
        "reasoning_effort", "thinking", "max_tokens", "verbosity"}
    assert got["stream_options"]["include_usage"] is True
    assert got.get("tools") != []
    check_chat_tools(got.get("tools", []), declarations(sent))
    messages = list(got["messages"])
    head = messages.pop(0)
    assert head["role"] == "system"
    at = 0
    for text in system:
        at = said(head["content"]).index(text, at) + len(text)
    assert all(x["role"] != "system" for x in messages)
    shown, wanted = 0, 0
    for turn in turns:
        if turn[0] == "user":
            wanted += len(turn[2])
            continue
        shown += before_assistant(messages)
        wanted += check_chat_turn(messages, turn, thinks)
    shown += before_assistant(messages)
    assert shown == wanted and not messages
    assert user_texts(got["messages"]) == [
        t for turn in turns if turn[0] == "user" for t in turn[1]]


def said(content):
    return content if isinstance(content, str) else "\n\n".join(
        p["text"] for p in content if p["type"] == "text")


def user_texts(messages):
    """The texts of the user's own messages: those with images, behind the
    results of tools, are none."""
    out, after = [], None
    for x in messages:
        parts = [{"type": "text", "text": x["content"]}] \
            if isinstance(x["content"], str) else x["content"]
        images = any(p["type"] == "image_url" for p in parts or ())
        if x["role"] == "user" and not (images and after == "tool"):
            out += [p["text"] for p in parts if p["type"] == "text"]
        after = x["role"]
    return out


def before_assistant(messages):
    """Takes the user's messages away; how many images they have."""
    count = 0
    while messages and messages[0]["role"] == "user":
        content = messages.pop(0)["content"]
        for part in content if isinstance(content, list) else ():
            assert part["type"] in ("text", "image_url")
            if part["type"] == "image_url":
                count += 1
                assert part["image_url"]["url"].startswith("data:image/png")
                assert part["image_url"].get("detail", "auto") in (
                    "auto", "low", "high")
    return count


def check_chat_turn(messages, turn, thinks):
    """One assistant's message and the results of its calls; returns how many
    images these have, which come behind."""
    _, text, calls, results = turn
    message = messages.pop(0)
    assert message["role"] == "assistant"
    assert (message["content"] or "") == "".join(text)
    assert [(c["id"], c["function"]["name"],
             json.loads(c["function"]["arguments"]))
            for c in message.get("tool_calls") or []] == calls
    if thinks and calls:
        assert isinstance(message["reasoning_content"], str)
    pictures = 0
    for id, words, seen in results:
        result = messages.pop(0)
        assert (result["role"], result["tool_call_id"]) == ("tool", id)
        assert all(w in said(result["content"]) for w in words)
        pictures += len(seen)
    return pictures


def check_chat_tools(tools, declared):
    assert [t["type"] for t in tools] == ["function"] * len(declared)
    functions = {t["function"]["name"]: t["function"] for t in tools}
    assert set(functions) == set(declared)
    for name, tool in declared.items():
        check_schema(functions[name]["parameters"],
                     functions[name].get("description", ""), tool)


def check_schema(schema, description, tool):
    if tool["type"] != "custom":
        assert schema == tool["parameters"]
        return
    assert schema["required"] == ["input"]
    assert schema["properties"]["input"]["type"] == "string"
    assert tool["format"]["definition"][:GRAMMAR] in description


# ---- Messages ----

def claude_steps(items, counts):
    blocks = []
    for item in items:
        if item["type"] == "reasoning":
            blocks.append(scripted_messages.thought_block(
                cut("".join(s["text"] for s in item["summary"]))))
        elif item["type"] == "message":
            blocks += [scripted_messages.text_block(cut(t))
                       for t in texts(item["content"])]
        else:
            name, value = spoken(item)
            blocks.append(scripted_messages.tool_block(
                item["call_id"], name, cut(json.dumps(value), 11)))
    called = any(first["type"] == "tool_use" for first, _ in blocks)
    return scripted_messages.whole(scripted_messages.events(
        blocks, counts, "tool_use" if called else "end_turn"))


def check_claude(got, sent):
    """What the Messages API may be sent."""
    system, turns = conversation(sent)
    tools = {t["name"]: t for t in got.get("tools", ())}
    declared = declarations(sent)
    assert len(tools) == len(got.get("tools", ()))
    assert set(tools) == set(declared)
    for name, tool in declared.items():
        check_schema(tools[name]["input_schema"],
                     tools[name].get("description", ""), tool)
    whole = said(got["system"])
    assert all(text in whole for text in system)
    roles = [x["role"] for x in got["messages"]]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    answers = [blocks(x) for x in got["messages"] if x["role"] != "user"]
    asked = [blocks(x) for x in got["messages"] if x["role"] == "user"]
    said_turns = [t for t in turns if t[0] == "assistant"]
    assert len(answers) == len(said_turns)
    for answer, back, turn in zip(answers, asked[1:], said_turns):
        check_claude_turn(answer, back, turn)


def blocks(message):
    content = message["content"]
    return [{"type": "text", "text": content}] \
        if isinstance(content, str) else content


def check_claude_turn(answer, back, turn):
    _, text, calls, results = turn
    assert "".join(b["text"] for b in answer
                   if b["type"] == "text") == "".join(text)
    assert [(b["id"], b["name"], b["input"]) for b in answer
            if b["type"] == "tool_use"] == calls
    given = [b for b in back if b["type"] == "tool_result"]
    assert [b["tool_use_id"] for b in given] == [r[0] for r in results]
    assert back[:len(given)] == given
    for block, (_, words, _) in zip(given, results):
        assert all(w in said(block["content"]) for w in words)
    assert json.dumps(back).count('"type": "image"') == sum(
        len(r[2]) for r in results)


# ---- the sides ----

class CodexSide:
    """A model for Codex.  steps(items, prompt, output, cached) is its answer;
    check(got, data, sent) judges what its upstream got for the body `sent`,
    whose bytes were `data`; the amount of an answer is in 10^-12 units."""

    def __init__(self, model, path, usage, steps, check, input, cached,
                 output):
        self.model, self.path, self.check = model, path, check
        self.usage, self.say = usage, steps
        self.prices = input, cached, output

    def steps(self, items, prompt, output, cached):
        return self.say(items, self.usage(prompt, output, cached))

    def amount(self, prompt, output, cached):
        input, read, out = self.prices
        return (prompt - cached) * input + cached * read + output * out


def native_check(got, data, sent):
    assert got.body == data, "not byte for byte"


def chat_usage(prompt, output, cached):
    return scripted.usage(prompt, output, prompt_tokens_details={
        "cached_tokens": cached})


PRICE = {"currency": "USD", "tiers": [
    {"input": "2", "cache_read": "0.2", "output": "8"}]}
USD = 2_000_000, 200_000, 8_000_000
SIDES = {
    "native": CodexSide(
        "codex-native", "/v1/responses", scripted_responses.usage,
        lambda items, counts: scripted_responses.whole(
            scripted_responses.events(items, counts)), native_check, *USD),
    "qwen": CodexSide(
        "codex-qwen", "/v1/chat/completions", chat_usage, chat_steps,
        lambda got, _, sent: check_chat(got.json(), sent, False), *USD),
    "deepseek": CodexSide(
        "codex-deepseek", "/v1/chat/completions", chat_usage, chat_steps,
        lambda got, _, sent: check_chat(got.json(), sent, True), *USD),
    "claude": CodexSide(
        "codex-claude", "/v1/messages",
        lambda prompt, output, cached: scripted_messages.usage(
            prompt, output, read=cached),
        claude_steps, lambda got, _, sent: check_claude(got.json(), sent),
        *USD),
}
# what is known of a model goes by its upstream's name for it
SERVED = {"qwen": "qwen3-max", "deepseek": "deepseek-chat",
          "claude": "claude-sonnet-4-5"}
UPSTREAMS = {
    "native": {"endpoints": ["responses"]},
    "qwen": {"vendor": "bailian"},
    "deepseek": {"vendor": "deepseek"},
    "claude": {"vendor": "anthropic", "dialect": "anthropic",
               "endpoints": ["messages"]},
}


def set_up(gw, up):
    for name, more in UPSTREAMS.items():
        gw.must("PUT", "/upstreams/codex-" + name, {
            "base_url": up.url + "/v1", "dialect": "openai",
            "credentials": [{"secret": "sk-upstream-secret"}], **more})
        gw.must("PUT", "/models/codex-" + name, {
            "estimates": "fixed", "price": PRICE,
            "limit": {"context": 272000, "output": 64000},
            "modalities": {"input": ["text", "image"], "output": ["text"]},
            "thinking": {"can": True}, "caching": {"implicit": True},
            "routes": [{"upstream": "codex-" + name,
                        "model": SERVED.get(name, "codex-" + name)}]})
