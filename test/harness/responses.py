"""The Responses API: bodies as clients write them, and answers as OpenAI sends
them, to the byte."""
import json

PATH = "/v1/responses"

# GPT-5 as OpenAI priced it, in USD
GPT = {
    "limit": {"context": 400000, "output": 128000, "image_tokens": 1600,
              "pdf_tokens": 3000},
    "modalities": {"input": ["text", "image", "pdf"], "output": ["text"]},
    "caching": {"implicit": True}, "thinking": {"can": True},
    "price": {"currency": "USD", "tiers": [
        {"input": "1.25", "output": "10", "cache_read": "0.125"}]}}


def counts(prompt=1000, output=50, cached=0, reasoning=0):
    return {"input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": prompt + output}


# 1000 x 1 250 000 + 50 x 10 000 000
EXACT = "settled/reported 1750000000: input 1000, output 50"


def body(**more):
    return dict({"model": "gpt", "input": "hello", "store": False,
                 "max_output_tokens": 1000}, **more)


def message(text, item="msg_01", status="completed"):
    """A message of the assistant's, as an item."""
    return {"id": item, "type": "message", "status": status,
            "content": [spoken(text)], "role": "assistant"}


def spoken(text):
    return {"type": "output_text", "annotations": [], "logprobs": [],
            "text": text}


def response(status="completed", output=(), usage=None, **more):
    """A document; and what the events that frame a stream repeat."""
    return dict({
        "id": "resp_01", "object": "response", "created_at": 1,
        "status": status, "background": False, "error": None,
        "incomplete_details": None, "instructions": None,
        "max_output_tokens": None, "model": "gpt-5",
        "output": list(output), "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default", "store": False, "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto", "tools": [], "top_logprobs": 0, "top_p": 1.0,
        "truncation": "disabled", "usage": usage, "user": None,
        "metadata": {}}, **more)


def document(text="Hello", usage=None, **more):
    return response(**dict({"output": [message(text)],
                            "usage": usage or counts()}, **more))


def event(kind, number=0, **data):
    """One event, as compact as OpenAI writes it."""
    text = json.dumps(dict({"type": kind, "sequence_number": number}, **data),
                      separators=(",", ":"), ensure_ascii=False)
    return f"event: {kind}\ndata: {text}\n\n".encode()


def framed(kind, number=0, **more):
    """One of the events that have the response itself: created, in_progress,
    completed, incomplete, failed."""
    return event("response." + kind, number, response=response(**dict(
        {"status": "in_progress" if kind == "created" else kind}, **more)))


def failed(code="server_error", message="x", **more):
    return framed("failed", error={"code": code, "message": message}, **more)


def delta(text, number=0, kind="output_text"):
    return event(f"response.{kind}.delta", number, item_id="msg_01",
                 output_index=0, content_index=0, delta=text, logprobs=[])


def said(*texts):
    """The events of one message, in order."""
    whole = "".join(texts)
    at = {"item_id": "msg_01", "output_index": 0, "content_index": 0}
    return [
        event("response.output_item.added", 2, output_index=0, item=dict(
            message("", status="in_progress"), content=[])),
        event("response.content_part.added", 3, part=spoken(""), **at),
        *(delta(t, 4 + i) for i, t in enumerate(texts)),
        event("response.output_text.done", 90, text=whole, logprobs=[],
              **at),
        event("response.content_part.done", 91, part=spoken(whole), **at),
        event("response.output_item.done", 92, output_index=0,
              item=message(whole))]


def begin():
    return [framed("created"), framed("in_progress", 1)]


def stream(*texts, usage=None, end="completed"):
    """A whole answer, as a list of events."""
    texts = texts or ("Hel", "lo")
    return [*begin(), *said(*texts), framed(
        end, 93, output=[message("".join(texts))], usage=usage or counts())]


def error(message="Busy.", code="server_error"):
    """What an upstream says with a status."""
    return {"error": {"message": message, "type": code, "param": None,
                      "code": code}}


def set_up(gw, up, models=None, **more):
    """The upstream `openai` at up, and models routed to it."""
    gw.must("PUT", "/upstreams/openai", dict({
        "base_url": up.url + "/v1", "dialect": "openai", "vendor": "openai",
        "credentials": [{"secret": "sk-of-the-upstream"}]}, **more))
    for name, spec in (models or {"gpt": GPT}).items():
        gw.must("PUT", "/models/" + name, dict(
            {"estimates": "fixed", "routes": [
                {"upstream": "openai", "model": name}]}, **spec))
