"""Sessions of Codex from fixtures/codex.json, as bodies.

    session("known").bodies()       the bodies of its turns, in order

    known       a model that Codex knows: a custom tool, tools that it searches
    unknown     one that it does not know: functions and namespaces only
    lite        one of the newer ones: no `tools`, they stand in an item
    compact     a session whose history is made short

Texts that are not kept come as in claude_code.py.
"""
import copy
import json
import pathlib

from claude_code import full

FILE = pathlib.Path(__file__).parent / "fixtures" / "codex.json"
# the items that are what a model says
SAID = "reasoning", "function_call", "custom_tool_call", "tool_search_call"
OUTPUTS = ("function_call_output", "custom_tool_call_output",
           "tool_search_output")


def compact(body):
    """The bytes of a body, as Codex writes them."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def is_said(item):
    return item["type"] in SAID or item.get("role") == "assistant"


class Session:
    def __init__(self, data):
        self.path = data["path"]
        self.headers = {k: v for k, v in data["headers"]
                        if k != "content-type"}
        self.base = full(data["body"])
        self.input = full(data["input"])
        self.turns = data["turns"]

    def bodies(self, **change):
        for turn in self.turns:
            if isinstance(turn, int):
                turn = {"input": range(turn)}
            body = {"model": None, "stream": None, "input": [
                copy.deepcopy(self.input[i]) for i in turn["input"]]}
            body.update(copy.deepcopy(self.base))
            body.update(turn.get("change", {}))
            body.update(change)
            yield body

    def answers(self):
        """The items that the model said in each turn but the last; not of a
        session that is compacted."""
        for now, after in zip(self.turns, self.turns[1:]):
            yield [copy.deepcopy(x) for x in self.input[now:after]
                   if is_said(x)]


def session(name):
    return Session(json.loads(FILE.read_text())["sessions"][name])
