"""Conversations of all kinds, in either client's shape, for tests that hold
whatever is sent."""
import base64
import json

ALPHABET = "abc de\u4f60\u597d\u00e9\"\\\n\t/<\u2028\x7f\U0001f30a"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 3000).decode()
PAPER = base64.b64encode(b"%PDF-1.7\n" + b"y" * 4500).decode()
URL = "https://pictures.example/a.png"
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
ODD = ["60", 40.0, -1, 1.5e3, [], True]     # counts that few can read
MARK = {"cache_control": {"type": "ephemeral"}}
SCHEMA = {"type": "object", "description": "lorem ipsum " * 100,
          "properties": {"a": {"type": "string", "enum": ["x", "y"] * 40}}}


def text(rng, most=900):
    return "w" + "".join(rng.choice(ALPHABET)
                         for _ in range(rng.randrange(most)))


def call_id(rng):
    return "call_" + "".join(rng.choice("abcXYZ019_-") for _ in range(
        rng.choice([6, 30, 250]))) + str(rng.randrange(10**9))


def marked(rng, block):
    return dict(block, **rng.choice([{}, {}, {}, MARK]))


class Messages:
    """As Anthropic's clients write them."""
    picture = {"type": "image", "source": {
        "type": "base64", "media_type": "image/png", "data": PICTURE}}
    paper = {"type": "document", "title": "x", "source": {
        "type": "base64", "media_type": "application/pdf", "data": PAPER}}

    def said(self, rng):
        return rng.choice([
            {"type": "text", "text": text(rng)}, self.picture, self.paper,
            {"type": "image", "source": {"type": "url", "url": URL}},
            {"type": "document", "source": {
                "type": "text", "media_type": "text/plain",
                "data": text(rng)}},
            {"type": "document", "source": {"type": "content", "content": [
                self.picture, {"type": "text", "text": text(rng)}]}}])

    def turn(self, rng):
        ids = [call_id(rng) for _ in range(rng.choice([0, 0, 1, 3]))]
        more = [{"type": "thinking", "thinking": text(rng),
                 "signature": "sig"}] * (rng.random() < 0.3)
        answer = more + [{"type": "text", "text": text(rng, 99)}] + [
            {"type": "tool_use", "id": i, "name": "tool_0",
             "input": {"x": [text(rng), 1.0]}} for i in ids]
        results = [marked(rng, {
            "type": "tool_result", "tool_use_id": i, "content": rng.choice([
                text(rng), [{"type": "text", "text": text(rng)},
                            self.picture]])}) for i in ids]
        return [{"role": "assistant", "content": answer}, {
            "role": "user", "content": results + [
                marked(rng, self.said(rng)) for _ in range(
                    rng.randrange(1, 3))]}]

    def body(self, rng):
        body = {"max_tokens": rng.choice([1, 300, 700, 10**6]), "messages": [
            {"role": "user", "content": rng.choice([
                text(rng), [self.said(rng), {"type": "text", "text": "x"}]])}]}
        for _ in range(rng.choice([0, 1, 2, 12])):
            body["messages"] += self.turn(rng)
        body["tools"] = [{"name": f"tool_{i}", "description": text(rng, 99),
                          "input_schema": SCHEMA}
                         for i in range(rng.choice([1, 2, 9]))]
        for more in ({"system": text(rng)}, {"system": [
                marked(rng, {"type": "text", "text": text(rng)})] * 3},
                {"thinking": {"type": "enabled", "budget_tokens": 1024},
                 "max_tokens": 1500}, {"thinking": {"type": "disabled"}},
                {"output_config": {"effort": "high"}},
                {"llmgw_thinking": True},
                {"enable_context_caching": True}, MARK,
                {"tool_choice": {"type": "any"}},
                {"metadata": {"user_id": text(rng)}},
                {"stop_sequences": [text(rng, 9)]},
                {"output_config": {"format": {"type": "json_schema",
                                              "schema": SCHEMA}}}):
            if rng.random() < 0.2:
                body.update(more)
        if rng.random() < 0.1:
            body["tools"].append(SEARCH)
        if rng.random() < 0.1:
            body["max_tokens"] = rng.choice(ODD)
        return body


class Chat:
    """As OpenAI's clients write them."""
    picture = {"type": "image_url", "image_url": {
        "url": "data:image/png;base64," + PICTURE}}
    paper = {"type": "file", "file": {
        "filename": "x.pdf",
        "file_data": "data:application/pdf;base64," + PAPER}}

    def said(self, rng):
        return rng.choice([{"type": "text", "text": text(rng)},
                           self.picture, self.paper,
                           {"type": "image_url", "image_url": {"url": URL}}])

    def turn(self, rng):
        ids = [call_id(rng) for _ in range(rng.choice([0, 0, 1, 3]))]
        answer = {"role": "assistant", "content": text(rng, 99)}
        if ids:
            answer["tool_calls"] = [{
                "id": i, "type": "function", "function": {
                    "name": "tool_0", "arguments": json.dumps(
                        {"x": [text(rng), 1.0]}, ensure_ascii=False)}}
                for i in ids]
        if rng.random() < 0.3:
            answer["reasoning_content"] = text(rng)
        return [answer, *({"role": "tool", "tool_call_id": i,
                           "content": text(rng)} for i in ids),
                {"role": "user", "content": rng.choice([text(rng), [
                    marked(rng, self.said(rng)) for _ in range(
                        rng.randrange(1, 3))]])}]

    def body(self, rng):
        body = {"messages": [{"role": "user", "content": text(rng)}]}
        if rng.random() < 0.5:
            body["messages"].insert(0, {"role": "system",
                                        "content": text(rng)})
        for _ in range(rng.choice([0, 1, 2, 12])):
            body["messages"] += self.turn(rng)
        body["tools"] = [{"type": "function", "function": {
            "name": f"tool_{i}", "description": text(rng, 99),
            "parameters": SCHEMA}} for i in range(rng.choice([1, 2, 9]))]
        body.update(rng.choice([
            {}, {}, {"max_tokens": 300}, {"max_completion_tokens": 700},
            {"max_tokens": 10**6}, {"max_tokens": 0}, {"max_tokens": None},
            {"max_tokens": 5, "max_completion_tokens": 600}]))
        for more in ({"enable_thinking": True}, {"llmgw_thinking": True},
                     {"enable_thinking": False}, {"thinking_budget": 900,
                                                  "enable_thinking": True},
                     {"reasoning_effort": "high"},
                     {"enable_context_caching": True},
                     {"tool_choice": "required"}, {"user": text(rng)},
                     {"stop": [text(rng, 9)]}, {"seed": 7},
                     {"response_format": {"type": "json_object"}},
                     {"response_format": {"type": "json_schema",
                                          "json_schema": {
                                              "name": "x",
                                              "schema": SCHEMA}}}):
            if rng.random() < 0.2:
                body.update(more)
        for name, values in (("max_tokens", ODD), ("n", [2, "2", 2.0, 1.5])):
            if rng.random() < 0.1:
                body[name] = rng.choice(values)
        if rng.random() < 0.05:
            body["enable_search"] = True
        return body


HOSTED = {"type": "web_search"}         # SEARCH, as Responses has it


class Responses:
    """As Codex and OpenAI's newer clients write them."""
    picture = {"type": "input_image", "detail": "auto",
               "image_url": "data:image/png;base64," + PICTURE}
    paper = {"type": "input_file", "filename": "x.pdf",
             "file_data": "data:application/pdf;base64," + PAPER}

    def said(self, rng):
        return rng.choice([
            {"type": "input_text", "text": text(rng)}, self.picture,
            self.paper, {"type": "input_image", "image_url": URL}])

    def call(self, rng, i):
        if rng.random() < 0.3:
            return {"type": "custom_tool_call", "call_id": i,
                    "name": "patch", "input": text(rng)}
        return {"type": "function_call", "call_id": i, "name": "tool_0",
                "arguments": json.dumps({"x": [text(rng), 1.0]},
                                        ensure_ascii=False)}

    def result(self, rng, call):
        return {"type": call["type"] + "_output", "call_id": call["call_id"],
                "output": rng.choice([text(rng), [
                    {"type": "input_text", "text": text(rng)},
                    self.picture]])}

    def turn(self, rng):
        calls = [self.call(rng, call_id(rng)[:64])
                 for _ in range(rng.choice([0, 0, 1, 3]))]
        thought = {"type": "reasoning", "id": "rs_1", "summary": [
            {"type": "summary_text", "text": text(rng, 99)}],
            "encrypted_content": "gAAAA" + PICTURE[:400]}
        return [*([thought] * (rng.random() < 0.5)),
                {"type": "message", "role": "assistant", "content": [
                    {"type": "output_text", "text": text(rng, 99)}]},
                *calls, *(self.result(rng, c) for c in calls),
                {"role": "user", "content": rng.choice([text(rng), [
                    self.said(rng) for _ in range(rng.randrange(1, 3))]])}]

    def body(self, rng):
        body = {"input": rng.choice([text(rng), [
            {"role": "developer", "content": text(rng)},
            {"role": "user", "content": [self.said(rng)]}]])}
        if isinstance(body["input"], list):
            for _ in range(rng.choice([0, 1, 2, 12])):
                body["input"] += self.turn(rng)
        function = {"type": "function", "name": "tool_0",
                    "description": text(rng, 99), "parameters": SCHEMA}
        body["tools"] = [
            *(dict(function, name=f"tool_{i}") for i in range(
                rng.choice([1, 2, 9]))),
            {"type": "custom", "name": "patch", "description": text(rng, 99)},
            {"type": "namespace", "name": "n", "description": text(rng, 99),
             "tools": [function]}]
        body.update(rng.choice([
            {}, {}, {"max_output_tokens": 300}, {"max_output_tokens": 10**6},
            {"max_output_tokens": 0}, {"max_output_tokens": None}]))
        for more in ({"instructions": text(rng)},
                     {"reasoning": {"effort": "high", "summary": "auto"}},
                     {"reasoning": {"summary": "auto"}},
                     {"llmgw_thinking": True}, {"enable_thinking": False},
                     {"tool_choice": "required"}, {"user": text(rng)},
                     {"store": True}, {"client_metadata": {"x": text(rng)}},
                     {"include": ["reasoning.encrypted_content"]},
                     {"text": {"format": {"type": "json_schema", "name": "x",
                                          "schema": SCHEMA}}}):
            if rng.random() < 0.2:
                body.update(more)
        if rng.random() < 0.1:
            body["tools"].append(HOSTED)
        if rng.random() < 0.1:
            body["max_output_tokens"] = rng.choice(ODD)
        return body


SHAPES = {"chat": Chat(), "messages": Messages(), "responses": Responses()}


def some(rng, shape, **more):
    """The bytes of a body, spelled one way or another."""
    body = dict(SHAPES[shape].body(rng), **more)
    if rng.random() < 0.4:
        body["stream"] = True
    return json.dumps(body, ensure_ascii=rng.random() < 0.5,
                      indent=rng.choice([None, None, 1])).encode()
