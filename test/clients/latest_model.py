"""A model that does the task of a client, whoever asks, however it asks:

    chat    the prompt has a word; the model says it
    tool    a file has it; the model calls the tool that reads files or runs
            commands, then says what came back
    edit    the model gives the new text of a file
    patch   the model calls the tool that takes patches
"""
import json
import re

from harness.upstream import answer

import scripted_responses
import sides

PROMPT, COMPLETION = 100, 10            # what each answer counts
READS = re.compile("read(_file)?|exec(_command)?", re.I)
PATCHES = re.compile("apply_patch")


class Model:
    def __init__(self, side, task, word, path):
        self.side, self.task, self.word, self.path = side, task, word, path

    def __call__(self, request):
        """What the scripted upstream does, see Upstream.default."""
        if request.path.endswith("/count_tokens"):
            return answer({"input_tokens": PROMPT})
        body = request.json()
        script = next(x for end, x in SCRIPTS if end in request.path)
        counts = script.usage(PROMPT, COMPLETION)
        tool = self.reader(body)
        history = body.get("messages") or body["input"]
        if self.word in json.dumps(history) or not (
                tool or self.task == "edit"):
            return self.says(script, body, counts, f"It is {self.word}.")
        if self.task == "edit":
            return self.says(script, body, counts,
                             f"{self.path.name}\n```\n{self.word}\n```\n")
        return self.calls(script, body, counts, tool)

    def says(self, script, body, counts, text):
        return script.streams([text[:3], text[3:]], counts) \
            if body.get("stream") else script.says(text, counts)

    def calls(self, script, body, counts, tool):
        name, schema = tool
        command = f"cat {self.path}"
        text = self.patch() if self.task == "patch" else program(command)
        if schema is None:                  # a custom tool, in Responses
            return script.whole(script.events([script.custom(
                "call_1", name, text)], counts))
        given = {"cmd": command, "input": text, **{
            member: str(self.path) for member in schema["properties"]
            if "path" in member.lower()}}
        given = {k: v for k, v in given.items() if k in schema["properties"]}
        if not body.get("stream"):
            return script.tool_calls([("call_1", name, given)], counts)
        text = json.dumps(given)
        return script.streams_calls([("call_1", name, [text[:5], text[5:]])],
                                    counts)

    def patch(self):
        return (f"*** Begin Patch\n*** Update File: {self.path}\n@@\n-empty\n"
                f"+{self.word}\n*** End Patch\n")

    def reader(self, body):
        """The name of the tool for the task, and its schema: None of one that
        takes a text."""
        names = PATCHES if self.task == "patch" else READS
        tools = list(body.get("tools") or ())
        items = body.get("input")
        for item in items if isinstance(items, list) else ():
            tools += item.get("tools") or ()
        for tool in tools:
            tools += tool.get("tools") or ()
            tool = tool.get("function", tool)
            if names.fullmatch(tool.get("name", "")):
                return tool["name"], tool.get("parameters", tool.get(
                    "input_schema"))
        return None


def program(command):
    """What Codex's tool `exec` takes of models that it knows."""
    return ("const r = await tools.exec_command({cmd: "
            + json.dumps(command) + "}); text(r.output);")


SCRIPTS = [("/messages", sides.CLAUDE.script), ("/chat", sides.CHAT.script),
           ("/responses", scripted_responses)]
