"""The routes that a conversation may take: asked in one of two shapes, served
by an upstream that speaks one of two dialects.  A test that holds for all of
them takes each of ROUTES in turn, and asks it how things are spelled there.

    route.body(stream=True)         what a client sends
    route.stream("four", " more")   what the upstream answers, event by event
    route.client.text(data)         what the client has read then
"""
import json

from . import messages
from .shapes import chunk, error, plain, sse, usage_chunk, used

SIZE = 200              # bytes of a body: by estimate 58 tokens with its message
PROMPT, OUTPUT = 1000, 50
PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}
EXACT = "settled/reported 3000000000: input 1000, output 50"


def parts(data):
    """(name, data) of each event; comments are left out."""
    found = []
    for part in data.decode().replace("\r\n", "\n").split("\n\n"):
        lines = [line.partition(":") for line in part.split("\n")
                 if line and not line.startswith(":")]
        said = {name: value.removeprefix(" ") for name, _, value in lines}
        if said:
            found.append((said.get("event"), said.get("data", "")))
    return found


class ChatClient:
    """What an OpenAI SDK sends and reads."""
    name, path = "chat", "/v1/chat/completions"

    def events(self, data):
        return [json.loads(text) for _, text in parts(data)
                if text != "[DONE]"]

    def choices(self, data):
        return [c for o in self.events(data) for c in o.get("choices", [])]

    def text(self, data):
        return "".join(c["delta"].get("content") or ""
                       for c in self.choices(data))

    def finishes(self, data):
        return [c["finish_reason"] for c in self.choices(data)
                if c.get("finish_reason")]

    def whole(self, data):
        return data.count(b"data: [DONE]") == 1

    def error(self, data):
        """The code of the last event, if that is an error."""
        last = self.events(data)[-1:]
        return last[0]["error"]["code"] if last and "error" in last[0] \
            else None

    def usage(self, data):
        """Output tokens that the client was told last; None: of none."""
        told = [o["usage"] for o in self.events(data) if o.get("usage")]
        return told[-1]["completion_tokens"] if told else None

    def words(self, response):
        """The text of a document."""
        return response.json()["choices"][0]["message"]["content"]


class MessagesClient:
    """What Anthropic's SDK sends and reads."""
    name, path = "messages", "/v1/messages"

    def events(self, data):
        found = []
        for name, text in parts(data):
            found.append(json.loads(text))
            assert found[-1]["type"] == name
        return found

    def text(self, data):
        return "".join(o["delta"].get("text", "") for o in self.events(data)
                       if o["type"] == "content_block_delta")

    def finishes(self, data):
        return [o["delta"]["stop_reason"] for o in self.events(data)
                if o["type"] == "message_delta"
                and o["delta"].get("stop_reason")]

    def whole(self, data):
        kinds = [o["type"] for o in self.events(data)]
        return kinds.count("message_stop") == 1 and kinds[-1] == "message_stop"

    def error(self, data):
        last = self.events(data)[-1:]
        return last[0]["error"]["type"] if last and last[0]["type"] == "error" \
            else None

    def usage(self, data):
        told = [o["usage"] for o in self.events(data)
                if o["type"] == "message_delta" and "usage" in o]
        return told[-1].get("output_tokens") if told else None

    def words(self, response):
        return "".join(b.get("text", "") for b in response.json()["content"])


class ChatUpstream:
    """What a server of chat completions says.  The events of a stream have a
    kind: opening, delta, finish, usage, end."""
    dialect, path = "openai", "/v1/chat/completions"
    begins = [sse(chunk(""), done=False)]

    def delta(self, text):
        return sse(chunk(text), done=False)

    def counts(self, output=OUTPUT, prompt=PROMPT):
        return sse(usage_chunk(used(prompt, output)), done=False)

    def stream(self, *texts):
        return [*(("opening", e) for e in self.begins),
                *(("delta", self.delta(t)) for t in texts),
                ("finish", sse(chunk(finish="stop"), done=False)),
                ("usage", self.counts()), ("end", b"data: [DONE]\n\n")]

    def document(self, text):
        return plain(text, used(PROMPT, OUTPUT))

    def error(self):
        return error("Busy.", "server_error", code=503)

    def error_event(self):
        return sse(self.error(), done=False)


class MessagesUpstream:
    """What Anthropic says.  Its end of a message bears the counts."""
    dialect, path = "anthropic", "/v1/messages"
    first = dict(messages.FIRST, input_tokens=PROMPT)
    begins = [messages.start(first)]

    def delta(self, text):
        return messages.delta(text)

    def counts(self, output=OUTPUT, prompt=PROMPT):
        return messages.last(dict(messages.LAST, input_tokens=prompt,
                                  output_tokens=output))

    def stream(self, *texts):
        return [*(("opening", e) for e in self.begins),
                ("block", messages.block()), ("block", messages.PING),
                *(("delta", self.delta(t)) for t in texts),
                ("stop", messages.stop()), ("usage", self.counts()),
                ("end", messages.end())]

    def document(self, text):
        return messages.document(
            dict(messages.LAST, input_tokens=PROMPT, output_tokens=OUTPUT),
            content=[{"type": "text", "text": text}])

    def error(self):
        return messages.error()

    def error_event(self):
        return messages.event(self.error())


CHAT, MESSAGES = ChatUpstream(), MessagesUpstream()


class Route:
    def __init__(self, client, upstream):
        self.client, self.upstream = client, upstream
        self.translates = client.path != upstream.path
        self.name = client.name if not self.translates \
            else client.name + "-over-" + upstream.dialect
        self.path = client.path
        self.model = "on-" + upstream.dialect

    def __repr__(self):
        return self.name

    def body(self, **more):
        o = dict({"model": self.model, "max_tokens": 1000, "messages": [
            {"role": "user", "content": "hello"}]}, **more)
        o["metadata"] = {"user_id": ""}
        o["metadata"]["user_id"] = "x" * max(0, SIZE - len(json.dumps(o)))
        return o

    def stream(self, *texts):
        """(kind, bytes) of each event of an answer."""
        return self.upstream.stream(*texts or ("four", " more"))


ROUTES = [Route(c, u) for c in (ChatClient(), MessagesClient())
          for u in (CHAT, MESSAGES)]
TRANSLATED = [r for r in ROUTES if r.translates]


def set_up(gw, up, **more):
    """An upstream of each dialect at up, and models: on-openai, on-anthropic,
    and `both`, which tries one after the other; more: of the models."""
    for u in (CHAT, MESSAGES):
        gw.must("PUT", "/upstreams/" + u.dialect, {
            "base_url": up.url + "/v1", "dialect": u.dialect,
            "credentials": [{"secret": "sk-of-the-upstream"}]})
    both = [u.dialect for u in (CHAT, MESSAGES)]
    for name, routes in [("on-" + d, [d]) for d in both] + [("both", both)]:
        gw.must("PUT", "/models/" + name, dict({
            "estimates": "fixed", "price": PRICE, "routes": [
                {"upstream": u, "priority": i}
                for i, u in enumerate(routes)]}, **more))
