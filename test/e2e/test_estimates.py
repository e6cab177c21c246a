"""Estimates: all that was delivered counts, and a row whose estimate is held
to its reserve gives its amount again."""
import pytest

from harness.shapes import bill, chunk, plain
from harness.upstream import answer, done, event, head, silence

LEFT = " [client_left]"
PROMPT = 58 * 2_500_000         # what a body of 200 bytes comes to


def delta(**more):
    return {"choices": [{"index": 0, "delta": more, "finish_reason": None}]}


def counts(prompt, completion, **details):
    return {"prompt_tokens": prompt, "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": details}


# ---- held to the reserve ----

USAGES = {      # running usage when the client leaves
    "cached": counts(50_000, 1, cached_tokens=50_000),
    "some cached": counts(50_000, 1, cached_tokens=30_000),
    "written": counts(50_000, 1, cache_write_tokens=50_000),
    "explicit": counts(50_000, 900, cached_tokens=20_000,
                       cache_creation_input_tokens=20_000),
    "pictures": counts(50_000, 1, image_tokens=50_000),
    "speech": counts(50_000, 1, audio_tokens=40_000, video_tokens=10_000),
    "all": counts(90_000, 5000, audio_tokens=9000, image_tokens=20_000,
                  video_tokens=9000, cached_tokens=30_000,
                  cache_creation={"ephemeral_1h_input_tokens": 9000}),
}
RATES = {"input": "2.5", "output": "10", "cache_read": "1.5",
         "cache_read_explicit": "1", "cache_write_5m": "3",
         "cache_write_1h": "5", "input_audio": "4", "input_image": "3.5"}
PER_REQUEST = dict(RATES, per_request="0.0001")


@pytest.mark.parametrize("rates", [RATES, PER_REQUEST],
                         ids=["plain", "per-request"])
@pytest.mark.parametrize("name", USAGES)
def test_usage_comes_down_with_the_amount(gw, up, name, rates):
    """Fault 2.8: the amount became the reserve and the usage stayed, so that
    `repriced` differed and fsck was red for ever."""
    gw.must("PUT", "/models/held", {
        "routes": [{"upstream": "mock"}], "estimates": "fixed",
        "limit": {"context": 100_000, "output": 5000},
        "abort": {"stream": "cancel"},
        "price": {"currency": "CNY", "tiers": [rates]}})
    key = gw.new_key(budgets=[{"amount": "1", "currency": "CNY",
                               "window": "total"}])
    up.script(head(), event(chunk("hello", usage=USAGES[name])), silence())
    with gw.stream(key, model="held", max_tokens=10) as s:
        s.event()
    row, = gw.settled(key)
    # (200 + 512 + 16) x 2.5 + 10 x 10 CNY a million, and what each costs
    reserve = 728 * 2_500_000 + 10 * 10_000_000 \
        + 100_000_000 * (rates is PER_REQUEST)
    assert row["state"] == 2 and 0 < row["amount"] <= reserve
    assert reserve - row["amount"] < 10_000_000     # no more than needed
    o = gw.must("GET", "/requests/" + s.headers["x-request-id"])
    assert o["repriced"]["equal"] is True, o
    fsck = gw.must("GET", "/fsck")
    assert fsck["ok"] and fsck["wrong"] == 0, fsck


# ---- what was delivered ----

DELTAS = {      # bytes that count, and whether it is thinking
    "parts of thinking": (8, True, delta(content=[
        {"type": "thinking", "thinking": [
            {"type": "text", "text": "t" * 8}]}])),
    "a part called so": (8, True, delta(content=[
        {"type": "thinking", "text": "t" * 8}])),
    "reasoning_details": (12, True, delta(content="", reasoning_details=[
        {"type": "reasoning.text", "text": "t" * 12, "index": 0,
         "format": "anthropic-claude-v1"}])),
    "a summary": (12, True, delta(reasoning_details=[
        {"type": "reasoning.summary", "summary": "t" * 12}])),
    "thinking_blocks": (9, True, delta(thinking_blocks=[
        {"type": "thinking", "thinking": "t" * 9}])),
    "reasoning as an object": (4, True, delta(reasoning={"text": "t" * 4})),
    "a transcript": (20, False, delta(audio={
        "id": "audio_1", "transcript": "t" * 20})),
    "images": (26, False, delta(images=[
        {"type": "image_url", "image_url": {
            "url": "data:image/png;base64,AAAA"}}])),
    "annotations": (22, False, delta(annotations=[
        {"type": "url_citation", "url_citation": {
            "url": "https://x.example", "title": "title"}}])),
    "an unknown member": (10, False, delta(whatever={"a": [["t" * 10]]})),
    "a string among parts": (7, False, delta(content=["t" * 7])),
    "arguments as an object": (12, False, delta(tool_calls=[
        {"index": 0, "id": "c", "type": "function", "function": {
            "name": "f" * 4, "arguments": {"city": "t" * 8}}}])),
}


def want(tokens, thinking, rest=""):
    rate = 30_000_000 if thinking else 10_000_000
    flags = [f for f, on in (("thinking", thinking),
                             ("client_left", rest)) if on]
    return f"estimated/estimated {PROMPT + tokens * rate}: input 58, " \
        f"output {tokens}" + (f" [{', '.join(flags)}]" if flags else "")


@pytest.fixture
def gw(gw):
    gw.must("PUT", "/models/estimated", {
        "routes": [{"upstream": "mock"}], "estimates": "fixed",
        "abort": {"stream": "cancel"}, "price": {"currency": "CNY", "tiers": [
            {"input": "2.5", "output": "10", "output_thinking": "30"}]}})
    return gw


@pytest.mark.parametrize("name", DELTAS)
def test_every_string_of_a_delta_counts(gw, up, key, name):
    """Fault 2.9: what stood under other names was free, and was no
    thinking."""
    size, thinking, one = DELTAS[name]
    up.script(head(), event(chunk("")), event(one), silence())
    with gw.stream(key, model="estimated") as s:
        s.event(), s.event()
    row, = gw.settled(key)
    assert bill(row) == want(-(-size // 4), thinking, LEFT)


@pytest.mark.parametrize("name", DELTAS)
def test_every_string_of_a_message_counts(gw, up, key, name):
    """Fault 2.9: in a plain answer, too."""
    size, thinking, one = DELTAS[name]
    o = plain("", None)
    o["choices"][0]["message"].update(one["choices"][0]["delta"])
    up.script(answer(o))
    assert gw.chat(key, model="estimated").status == 200
    row, = gw.settled(key)
    assert bill(row) == want(-(-size // 4), thinking)


@pytest.mark.parametrize("data", [
    "hello, this is no JSON", '{"choices":[{"delta":{"content":"abc"',
    '{"choices":[{"delta":{"content":"abc"}}]}}', "<p>text</p>"])
def test_an_event_that_cannot_be_read_counts_by_its_bytes(gw, up, key, data):
    """Fault 2.9: it counted nothing."""
    up.script(head(), event(chunk("")), event(data), silence())
    with gw.stream(key, model="estimated") as s:
        s.event(), s.event()
    row, = gw.settled(key)
    size = len(f"data: {data}\n\n")
    assert bill(row) == want(-(-size // 4), False, LEFT)


def test_many_alike_count_each(gw, up, key):
    """Fault 2.9: chunks that differ in such a string only are read as one
    form; what they say counts all the same."""
    up.script(head(), event(chunk("")),
              [event(delta(reasoning_details=[{
                  "type": "reasoning.text", "text": "t" * n}]))
               for n in range(1, 41)], done())
    with gw.stream(key, model="estimated") as s:
        s.rest()
    row, = gw.settled(key)
    assert bill(row) == want(820 // 4, True)


def test_the_words_around_it_are_no_text(gw, up, key):
    up.script(head(), event(chunk("")),
              event(delta(role="assistant", content="four", tool_calls=[{
                  "index": 0, "id": "call_0123456789", "type": "function",
                  "function": {"name": "", "arguments": ""}}])), silence())
    with gw.stream(key, model="estimated") as s:
        s.event(), s.event()
    row, = gw.settled(key)
    assert bill(row) == want(1, False, LEFT)
