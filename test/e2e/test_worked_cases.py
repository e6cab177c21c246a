"""The worked bills of the billing rules, each on the starter catalogue as it
is written: conf/catalog.json is imported, only addresses and credentials are
added."""
import concurrent.futures
import datetime
import itertools
import json
import pathlib

import pytest

from harness.shapes import chunk, pico, plain
from harness.upstream import answer, event, gate, head
from harness.wait import until

STARTER = pathlib.Path(__file__).resolve().parents[2] / "conf/catalog.json"
DOC = json.loads(STARTER.read_text())

GATES = itertools.count(1)


def bring_in(gw, up):
    r = gw.request("PUT", "/llmgw/admin/v1/catalog", STARTER.read_bytes(),
                   gw.admin_key())
    assert r.status == 200 and r.json()["errors"] == [], r
    for u in DOC["upstreams"]:
        gw.must("PATCH", "/upstreams/" + u["id"], {
            "base_url": f"{up.url}/{u['id']}",
            "credentials": [{"secret": "sk-of-" + u["id"]}]})


@pytest.fixture(scope="module")
def module_starter(module_gw, session_upstream):
    gw = module_gw(models={"of-ours": {"free": True}})
    bring_in(gw, session_upstream)
    return gw


@pytest.fixture
def gw(module_starter, up):
    return module_starter


def usage(prompt, completion, total=None, inside=None, outside=None):
    o = {"prompt_tokens": prompt, "completion_tokens": completion,
         "total_tokens": prompt + completion if total is None else total}
    if inside:
        o["prompt_tokens_details"] = inside
    if outside:
        o["completion_tokens_details"] = outside
    return o


def receipt(gw, key, request):
    def settled():
        r = gw.request("GET", "/v1/receipts/" + request, key=key)
        return r.json() if r.json()["state"] != "open" else None
    return until(settled, "the receipt stays open")


# ---- bills of what was counted ----

CACHE = {"cached_tokens": 40000}
SONNET = {"cached_tokens": 150000, "cache_creation": {
    "ephemeral_5m_input_tokens": 40000, "ephemeral_1h_input_tokens": 20000}}
COUNTED = {     # case: model, more of the body, usage, amount
    "1": ("qwen3-max", {}, usage(50000, 2000), "0.232"),
    "1n": ("qwen3-max", {"n": 4}, usage(50000, 2000), "0.232"),
    "2": ("qwen3-max", {}, usage(50000, 2000, inside=CACHE), "0.104"),
    "3": ("claude-sonnet-4-5", {}, usage(213000, 500, inside=SONNET),
          "0.65925"),
    "4": ("qwen-plus", {"enable_thinking": True},
          usage(1000, 500, outside={"reasoning_tokens": 300}), "0.0048"),
    "4n": ("qwen-plus", {"enable_thinking": True}, usage(1000, 500),
           "0.0018"),
    "5": ("glm-4.7", {}, usage(10000, 199), "0.021592"),
    "5up": ("glm-4.7", {}, usage(10000, 200), "0.0328"),
    "6": ("gemini-2.5-flash", {},
          usage(5000, 400, inside={"audio_tokens": 3000}), "0.0046"),
    "8": ("qwen3-max", {}, usage(56322, 500, total=56822, inside={
        "cached_tokens": 72960}), "0.510398"),
}
LEFT_OUT = {    # by a catalogue that does not say how the vendor counts
    "7": ("grok-4.3", {},
          usage(12, 2, 354, outside={"reasoning_tokens": 340}), "0.00087"),
    "7 without its details": ("grok-4.3", {}, usage(12, 2, 354), "0.00087"),
    # what Gemini thought is in the total alone: 10 at 0.3, 996 at 2.5
    "Gemini": ("gemini-2.5-flash", {}, usage(10, 424, 1006), "0.002493"),
    "Gemini Pro": ("gemini-2.5-pro", {}, usage(10, 424, 1006), "0.0099725"),
}


def check_bill(gw, up, model, more, counts, amount):
    key = gw.new_key()
    up.script(answer(plain(usage=counts)))
    r = gw.chat(key, model=model, **more)
    assert r.status == 200, r
    o = receipt(gw, key, r.headers["x-request-id"])
    assert (o["state"], o["amount"]) == ("settled", amount), o
    return o


@pytest.mark.parametrize("case", COUNTED)
def test_what_was_counted(gw, up, case):
    check_bill(gw, up, *COUNTED[case])


@pytest.mark.parametrize("case", LEFT_OUT)
def test_output_that_is_in_the_total_alone(gw, up, case):
    """Fault 3.7: two vendors leave what a model thinks out of
    completion_tokens; their upstreams say so."""
    check_bill(gw, up, *LEFT_OUT[case])


def test_streamed_output_that_is_in_the_total_alone(gw, up):
    """Fault 3.7: ... and the last usage of a stream counts likewise."""
    key = gw.new_key()
    up.script(head(), event(chunk("")), event(chunk("x", finish="stop")),
              event(dict(chunk(), choices=[], usage=usage(10, 424, 1006))),
              event("[DONE]"))
    with gw.stream(key, model="gemini-2.5-flash") as s:
        s.head()
        s.rest()
    o = receipt(gw, key, s.headers["x-request-id"])
    assert o["amount"] == "0.002493"


# ---- bills of what was not ----

def body_of(size, messages, **more):
    """A body of `size` bytes with so many messages."""
    doc = dict(more, messages=[{"role": "user", "content": ""}
                               for _ in range(messages)])
    doc["messages"][0]["content"] = "x" * (size - len(json.dumps(doc)))
    text = json.dumps(doc).encode()
    assert len(text) == size
    return text


@pytest.fixture
def unlearnt(gw):
    """qwen3-max with the first k of estimates, whatever ran before."""
    gw.must("PATCH", "/models/qwen3-max", {"estimates": "fixed"})
    yield gw
    gw.must("PATCH", "/models/qwen3-max", {"estimates": None, "abort": None})


def test_case_9_no_usage(unlearnt, up):
    key = unlearnt.new_key()
    up.script(answer(plain(content="y" * 901, usage=None)))
    r = unlearnt.request("POST", "/v1/chat/completions", body_of(
        4000, 3, model="qwen3-max"), key)
    o = receipt(unlearnt, key, r.headers["x-request-id"])
    assert (o["state"], o["amount"]) == ("estimated", "0.00482")


@pytest.mark.parametrize("delivered, amount", [(400, "0.00356"),
                                               (0, "0.00256")])
def test_case_10_the_client_left(unlearnt, up, delivered, amount):
    gw = unlearnt
    gw.must("PATCH", "/models/qwen3-max", {"abort": {"stream": "cancel"}})
    key = gw.new_key()
    up.script(head(), event(chunk("")),
              event(chunk("y" * delivered)) if delivered else [],
              gate("never"))
    s = gw.stream(key, json.loads(body_of(4000, 3, model="qwen3-max",
                                          stream=True)))
    request, = up.wait_requests(1)
    s.head()
    for _ in range(2 if delivered else 1):
        assert s.event()
    s.close()
    up.wait_closed(request)
    o = receipt(gw, key, s.headers["x-request-id"])
    assert (o["state"], o["amount"]) == ("estimated", amount)


# ---- reserves ----

def reserved(gw, up, body, currency="CNY", counts=None):
    """What of a budget is reserved while a body's request is under way, and
    what is spent afterwards: pico-units."""
    key = gw.new_key(budgets=[{"amount": "1000", "currency": currency,
                               "window": "total"}])
    before = len(up.requests)

    def budget():
        o = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
        return pico(o["reserved"]), pico(o["spent"])

    name = f"seen-{next(GATES)}"
    up.script(gate(name), answer(plain(usage=counts or usage(1, 1))))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        call = pool.submit(gw.request, "POST", "/v1/chat/completions", body,
                           key)
        try:
            until(lambda: len(up.requests) > before, "it does not come")
            held = budget()
        finally:
            up.open(name)
        assert call.result().status == 200, call.result()
    gw.settled(key)
    assert held[1] == 0 and budget()[0] == 0
    return held[0], budget()[1]


def test_case_5_the_reserve(gw):
    key = gw.new_key()
    o = gw.must("POST", "/explain", {"key": key[7:17], "model": "glm-4.7",
                                     "prompt_tokens": 10000,
                                     "max_tokens": 4096})
    assert (o["reserve"], o["currency"]) == ("0.087344", "CNY")


def test_case_11_the_reserve(gw, up):
    body = body_of(3000, 4, model="qwen3-max", max_tokens=1000)
    assert reserved(gw, up, body, counts=usage(812, 240)) \
        == (18_940_000_000, 4_430_000_000)


def test_case_12_the_reserve(gw, up):
    body = body_of(5000 - 512 - 16, 1, model="qwen-plus", max_tokens=1000,
                   enable_thinking=True, thinking_budget=4096, n=2)
    assert reserved(gw, up, body)[0] == 85_536_000_000


IMAGE = {"type": "image_url",
         "image_url": {"url": "data:image/png;base64,AAAA"}}
IMAGES = [m["id"] for m in DOC["models"]
          if "image" in m["modalities"]["input"] and not m.get("disabled")]


@pytest.mark.parametrize("model", IMAGES)
def test_an_image_reserves_what_it_can_count(gw, up, model):
    """Fault 2.1, 3.7: one picture reserved a whole context, since no model
    said what an image counts."""
    m, = [m for m in DOC["models"] if m["id"] == model]
    most = m["limit"]["image_tokens"]

    def reserve(parts):
        body = {"model": model, "max_tokens": 10, "enable_thinking": False,
                "messages": [{"role": "user", "content": parts}]}
        return reserved(gw, up, body, m["price"]["currency"])[0]

    dearest = max(pico(t.get("cache_write_5m") or t["input"])
                  for t in m["price"]["tiers"]) // 10**6
    text = {"type": "text", "text": "what is this?"}
    # the tier may be another, and 200 bytes are around the picture
    assert reserve([text, IMAGE]) - reserve([text]) \
        <= (most + 1000) * dearest
    assert most < m["limit"]["context"] / 2


@pytest.mark.parametrize("more, part", [
    ({"vl_high_resolution_images": True}, {}),
    ({}, {"max_pixels": 16384 * 32 * 32}),
])
def test_a_higher_resolution_reserves_more(gw, up, more, part):
    """Fault 2.1, 3.7: an image of Model Studio counts up to 16384 tokens
    where the body asks for it."""
    def reserve(more, part):
        return reserved(gw, up, dict(
            more, model="qwen3.6-plus", max_tokens=10, enable_thinking=False,
            messages=[{"role": "user", "content": [dict(part, **IMAGE)]}]))[0]

    more_than = reserve(more, part) - reserve({}, {})
    assert 0 <= more_than - (16384 - 1280) * 2_000_000 < 100 * 2_000_000


# ---- time ----

NOV_30 = datetime.datetime(2026, 11, 30, 16, 30,
                           tzinfo=datetime.timezone.utc).timestamp()


def test_case_13_the_window_and_the_price_of_the_admission(make_gw, up):
    gw = make_gw(start=False, clock="runs")
    now = datetime.datetime.now(datetime.timezone.utc).timestamp()
    shift = NOV_30 - now
    gw.clock.wall(shift)
    gw.start()
    bring_in(gw, up)
    month = {"amount": "5", "currency": "CNY", "window": "month"}
    key = gw.new_key(budgets=[dict(month, zone="+08:00"),
                              dict(month, zone="+00:00")])
    up.script(head(), event(chunk("")), event(chunk("x")), gate("edited"),
              event(chunk(finish="stop")),
              event(dict(chunk(), choices=[], usage=usage(50000, 2000))),
              event("[DONE]"))
    with gw.stream(key, model="qwen3-max") as s:
        s.head()
        assert s.event()
        gw.clock.wall(1)
        gw.must("PATCH", "/models/qwen3-max", {"price": {
            "currency": "CNY", "tiers": [{"input": "9", "output": "9",
                                          "cache_read_explicit": "9",
                                          "cache_write_5m": "9"}]}})
        gw.clock.wall(60)
        up.open("edited")
        s.rest()
    o = receipt(gw, key, s.headers["x-request-id"])
    assert (o["state"], o["amount"]) == ("settled", "0.232")

    def spent():
        return [b["spent"] for b in
                gw.request("GET", "/v1/key", key=key).json()["budgets"]]

    assert spent() == ["0.232", "0.232"]
    # half past midnight in London: its December has just begun
    gw.clock.wall(8 * 3600)
    assert spent() == ["0.232", "0"]
