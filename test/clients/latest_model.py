"""A model that does the task of a client, whoever asks, however it asks:

    chat    the prompt has a word; the model says it
    tool    a file has it; the model calls the tool that reads files, then
            says what came back
    edit    the model gives the new text of a file
"""
import json
import re

from harness.upstream import answer

import sides

PROMPT, COMPLETION = 100, 10            # what each answer counts
READS = re.compile("read(_file)?", re.I)


class Model:
    def __init__(self, side, task, word, path):
        self.side, self.task, self.word, self.path = side, task, word, path

    def __call__(self, request):
        """What the scripted upstream does, see Upstream.default."""
        if request.path.endswith("/count_tokens"):
            return answer({"input_tokens": PROMPT})
        body = request.json()
        script = sides.CLAUDE.script if "/messages" in request.path \
            else sides.CHAT.script
        counts = script.usage(PROMPT, COMPLETION)
        tool = self.reader(body)
        if self.word in json.dumps(body["messages"]) or not (
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
        given = {member: str(self.path) for member in schema["properties"]
                 if "path" in member.lower()}
        if not body.get("stream"):
            return script.tool_calls([("call_1", name, given)], counts)
        text = json.dumps(given)
        return script.streams_calls([("call_1", name, [text[:5], text[5:]])],
                                    counts)

    def reader(self, body):
        """The name and schema of the tool that reads files."""
        for tool in body.get("tools") or ():
            tool = tool.get("function", tool)
            if READS.fullmatch(tool.get("name", "")):
                return tool["name"], tool.get(
                    "parameters", tool.get("input_schema"))
        return None
