"""Sessions of Claude Code from fixtures/claude_code.json, as bodies.

    session("qwen").bodies()        the bodies of its turns, in order

Texts that are not kept come as filler of the same length, some of it no
ASCII, so that a body is as long as it was.
"""
import copy
import json
import pathlib

FILE = pathlib.Path(__file__).parent / "fixtures" / "claude_code.json"
WORDS = "the file says 说明 that a \"test\" is due\n\tand < 5 & so on; "


def filler(n):
    """n bytes of text, without half a character at its end."""
    text = (WORDS.encode() * (n // len(WORDS.encode()) + 1))[:n]
    text = text.decode(errors="ignore")
    return text + "." * (n - len(text.encode()))


def full(value):
    """A value of the file with its texts filled in."""
    if isinstance(value, list):
        return [full(v) for v in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["~"]:
        return filler(value["~"])
    return {k: full(v) for k, v in value.items()}


class Session:
    def __init__(self, data):
        self.path = data["path"]
        self.headers = {k: v for k, v in data["headers"]
                        if k.lower() != "content-type"}
        self.base = full(data["body"])
        self.messages = full(data["messages"])
        self.turns = data["turns"]

    def bodies(self, **change):
        for turn in self.turns:
            body = copy.deepcopy(self.base)
            body.update(full(turn.get("change", {})))
            body["messages"] = [self.messages[i] for i in turn["messages"]]
            body.update(change)
            yield body

    def answers(self):
        """What the model said in each turn but the last: the assistant
        message that the next turn has behind this one's."""
        bodies = list(self.bodies())
        for now, after in zip(bodies, bodies[1:]):
            said = [m for m in after["messages"] if m["role"] == "assistant"]
            yield said[sum(m["role"] == "assistant"
                           for m in now["messages"])]


def session(name):
    return Session(json.loads(FILE.read_text())["sessions"][name])
