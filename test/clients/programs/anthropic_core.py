"""What programs do with Anthropic's SDK, in words that the version of 2024
knows as well as today's.  Each returns what JSON can hold."""
import types

import anthropic as sdk
import anthropic._base_client as base

ASK = {"max_tokens": 1000,
       "messages": [{"role": "user", "content": "Who are you?"}]}


def client(url, key, **more):
    return sdk.Anthropic(**{"base_url": url, "api_key": key, **more})


def version(**_):
    return sdk.__version__


def plain(url, key, make=None, **ask):
    with client(url, key, **make or {}) as c:
        message = c.messages.create(**{**ASK, **ask})
        return dict(message.to_dict(), request=message._request_id)


def events(url, key, **ask):
    """The events as they come."""
    with client(url, key) as c:
        with c.messages.create(**{**ASK, **ask}, stream=True) as stream:
            return [e.to_dict() for e in stream]


def helper(url, key, **ask):
    """The helper for streams: its texts, its kinds of events, its message."""
    with client(url, key) as c:
        with c.messages.stream(**{**ASK, **ask}) as stream:
            kinds = [e.type for e in stream]
            final = stream.get_final_message().to_dict()
    return {"kinds": kinds, "final": final}


def texts(url, key, **ask):
    with client(url, key) as c:
        with c.messages.stream(**{**ASK, **ask}) as stream:
            return list(stream.text_stream)


def beta(url, key, **ask):
    """A call of what is new: its message."""
    with client(url, key) as c:
        return c.beta.messages.create(**{**ASK, **ask}).to_dict()


def answers(message, results):
    """The turn that answers the calls of a message."""
    return {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": b["id"],
         "content": results[b["name"]]}
        for b in message["content"] if b["type"] == "tool_use"]}


def tools(url, key, results, stream, **ask):
    """A conversation until the model calls no tool; every message of it."""
    ask, said = {**ASK, **ask}, []
    with client(url, key) as c:
        while not said or said[-1]["stop_reason"] == "tool_use":
            if stream:
                with c.messages.stream(**ask) as s:
                    message = s.get_final_message()
            else:
                message = c.messages.create(**ask)
            said.append(message.to_dict())
            ask["messages"] = [
                *ask["messages"],
                {"role": "assistant", "content": message.content},
                answers(said[-1], results)]
    return said


def count(url, key, **ask):
    ask = {**ASK, **ask}
    del ask["max_tokens"]
    with client(url, key) as c:
        return c.messages.count_tokens(**ask).input_tokens


# ---- where something is wrong ----

def told(e):
    """What a program can read of an exception."""
    response = getattr(e, "response", None)
    return {"classes": [c.__name__ for c in type(e).__mro__],
            "status": getattr(e, "status_code", None), "text": str(e),
            "body": e.body,
            "headers": dict(response.headers) if response else {}}


def fails(url, key, stream=False, make=None, **ask):
    """The exception of a call, and the text that came before it."""
    text = ""
    with client(url, key, **make or {}) as c:
        try:
            if not stream:
                c.messages.create(**{**ASK, **ask})
            else:
                with c.messages.stream(**{**ASK, **ask}) as s:
                    for part in s.text_stream:
                        text += part
        except sdk.APIError as e:
            return dict(told(e), before=text)
    return None


def tries(url, key, **ask):
    """A call that is tried again: how often, after which sleeps."""
    slept = []
    was, base.time = base.time, types.SimpleNamespace(
        **{**vars(base.time), "sleep": slept.append})
    try:
        with client(url, key) as c:
            raw = c.messages.with_raw_response.create(**{**ASK, **ask})
    finally:
        base.time = was
    return {"retries": raw.retries_taken, "slept": slept,
            "text": raw.parse().content[0].text}


def leaves(url, key, **ask):
    """A reader that has enough after the first text."""
    with client(url, key) as c:
        with c.messages.stream(**{**ASK, **ask}) as stream:
            return next(iter(stream.text_stream))
