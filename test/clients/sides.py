"""The kinds of upstream that a model may have, for tests that a client must
see no difference in: a model, its price of a token in 10^-12 units, and the
script of what it says."""
import json

from harness import messages as m
from harness.upstream import body, event, head

import scripted
import scripted_messages
import scripted_responses

WHO = [{"role": "user", "content": "Who are you?"}]


class Side:
    def __init__(self, name, model, path, script, input, output):
        self.name, self.model, self.path = name, model, path
        self.script, self.input, self.output = script, input, output

    def usage(self, prompt, completion):
        return self.script.usage(prompt, completion)

    def amount(self, prompt, completion):
        return prompt * self.input + completion * self.output

    def part(self, text):
        """The steps of a stream that stops after this text."""
        if self.script is scripted_messages:
            return [head(), *map(body, (m.start(), m.block(),
                                        m.delta(text)))]
        if self.script is scripted_responses:
            return [head(), *map(body, scripted_responses.encoded(
                scripted_responses.part(text)))]
        return [head(), scripted.chunk({"role": "assistant", "content": ""}),
                scripted.chunk({"content": text})]

    def trouble(self):
        """An error that stands in a stream."""
        if self.script is scripted_messages:
            return body(m.event(m.error()))
        return event({"error": {"message": "Overloaded", "param": None,
                                "code": "overloaded",
                                "type": "server_error"}})

    def delivered(self, prompt):
        """What `part` of 8 bytes, which are two tokens, comes to.  Claude
        counted the prompt when it began; a chat does so when it ends, and of
        that prompt there is an estimate."""
        if self.script is scripted_messages:
            return self.amount(m.FIRST["input_tokens"], 2)
        return self.amount(prompt, 2)


# qwen-plus of test/e2e/conftest.py, first tier, CNY
CHAT = Side("chat", "qwen-plus", "/v1/chat/completions", scripted,
            800_000, 2_000_000)
# sonnet of test/harness/messages.py, first tier, USD
CLAUDE = Side("claude", "sonnet", "/v1/messages", scripted_messages,
              3_000_000, 15_000_000)
# those that /v1/responses can be put to; set_up_responses() makes them
PRICE = {"currency": "USD", "tiers": [{"input": "1.25", "cache_read": "0.125",
                                       "output": "10"}]}
RESPONSES = Side("responses", "replies", "/v1/responses", scripted_responses,
                 1_250_000, 10_000_000)
CHATS_ONLY = Side("chat", "chats", "/v1/chat/completions", scripted,
                  1_250_000, 10_000_000)

WAYS = {"responses": RESPONSES, "chat": CHATS_ONLY, "claude": CLAUDE}
# a model of embeddings, which price input only: 10^-12 CNY a token
EMBEDDER, EMBEDS = "embedder", 700_000


def set_up_embedder(gw):
    gw.must("PUT", "/models/" + EMBEDDER, {
        "estimates": "fixed", "endpoints": ["embeddings"],
        "limit": {"context": 8192}, "routes": [{"upstream": "mock"}],
        "price": {"currency": "CNY", "tiers": [
            {"input": "0.7", "output": "0"}]}})


def set_up_responses(gw, up):
    """A model on an upstream that has Responses only, and one on an upstream
    that has chat completions only."""
    for model, endpoint in (("replies", "responses"),
                            ("chats", "chat/completions")):
        gw.must("PUT", "/upstreams/" + model, {
            "base_url": up.url + "/v1", "dialect": "openai",
            "endpoints": [endpoint],
            "credentials": [{"secret": "sk-upstream-secret"}]})
        gw.must("PUT", "/models/" + model, {
            "estimates": "fixed", "price": PRICE,
            "limit": {"context": 400000, "output": 128000},
            "modalities": {"input": ["text", "image"], "output": ["text"]},
            "thinking": {"can": True}, "caching": {"implicit": True},
            "routes": [{"upstream": model}]})


def estimate(**body):
    """The tokens of a prompt that nobody counted: its body, as SDKs write it,
    by four bytes a token, and 8 for each message."""
    size = len(json.dumps(body, separators=(",", ":")))
    return -(-size // 4) + 8 * len(body["messages"])


def estimate_input(**body):
    """The same of a body of Responses whose input is a text."""
    size = len(json.dumps(body, separators=(",", ":")))
    return -(-size // 4) + 8
