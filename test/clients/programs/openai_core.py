"""What programs do with OpenAI's SDK, in words that the version of 2024 knows
as well as today's.  Each returns what JSON can hold."""
import types

import openai as sdk
import openai._base_client as base

ASK = {"messages": [{"role": "user", "content": "Who are you?"}]}


def client(url, key, **more):
    return sdk.OpenAI(base_url=url, api_key=key, **more)


def version(**_):
    return sdk.__version__


def plain(url, key, **ask):
    with client(url, key) as c:
        got = c.chat.completions.create(**{**ASK, **ask})
        return dict(got.to_dict(), request=got._request_id)


def chunks(url, key, **ask):
    with client(url, key) as c:
        return [x.to_dict() for x in c.chat.completions.create(
            **{**ASK, **ask}, stream=True)]


def helper(url, key, **ask):
    """The helper for streams: what it puts together."""
    with client(url, key) as c:
        with c.beta.chat.completions.stream(**{**ASK, **ask}) as stream:
            stream.until_done()
            return stream.get_final_completion().to_dict()


def tools(url, key, results, **ask):
    """A conversation until the model calls no tool."""
    ask, said = {**ASK, **ask}, []
    with client(url, key) as c:
        while not said or said[-1]["finish_reason"] == "tool_calls":
            choice = c.chat.completions.create(**ask).choices[0]
            said.append(choice.to_dict())
            ask["messages"] = [*ask["messages"], choice.message, *(
                {"role": "tool", "tool_call_id": call.id,
                 "content": results[call.function.name]}
                for call in choice.message.tool_calls or [])]
    return said


def fails(url, key, stream=False, make=None, **ask):
    """The exception of a call, and the text that came before it."""
    text = ""
    with client(url, key, **make or {}) as c:
        try:
            got = c.chat.completions.create(**{**ASK, **ask}, stream=stream)
            for x in got if stream else ():
                text += x.choices[0].delta.content or ""
        except sdk.APIError as e:
            response = getattr(e, "response", None)
            return {"classes": [k.__name__ for k in type(e).__mro__],
                    "status": getattr(e, "status_code", None),
                    "text": str(e), "body": e.body, "code": e.code,
                    "param": e.param, "type": e.type, "before": text,
                    "headers": dict(response.headers) if response else {}}
    return None


def tries(url, key, **ask):
    """A call that is tried again: how often, after which sleeps."""
    slept = []
    was, base.time = base.time, types.SimpleNamespace(
        **{**vars(base.time), "sleep": slept.append})
    try:
        with client(url, key) as c:
            raw = c.chat.completions.with_raw_response.create(
                **{**ASK, **ask})
    finally:
        base.time = was
    return {"retries": raw.retries_taken, "slept": slept,
            "text": raw.parse().choices[0].message.content}


def leaves(url, key, **ask):
    """A reader that has enough after the first text."""
    with client(url, key) as c:
        with c.chat.completions.create(**{**ASK, **ask},
                                       stream=True) as stream:
            for x in stream:
                if x.choices[0].delta.content:
                    return x.choices[0].delta.content
    return None


def embed(url, key, **ask):
    with client(url, key) as c:
        got = c.embeddings.create(**ask)
        return {"vectors": [x.embedding for x in got.data],
                "usage": got.usage.to_dict()}


def complete(url, key, **ask):
    with client(url, key) as c:
        return c.completions.create(**ask).to_dict()


def completes(url, key, **ask):
    """A streamed completion, as its chunks."""
    with client(url, key) as c:
        return [x.to_dict() for x in c.completions.create(**ask,
                                                          stream=True)]


def refused(url, key, what, **ask):
    """The exception of embeddings or completions."""
    with client(url, key, max_retries=0) as c:
        try:
            getattr(c, what).create(**ask)
        except sdk.APIError as e:
            return {"class": type(e).__name__, "code": e.code,
                    "param": e.param, "status": getattr(
                        e, "status_code", None), "text": str(e)}
    return None
