"""Prices: what cannot be one, versions, and which one a request has."""
import concurrent.futures
import datetime
import time

import pytest

from harness.checks import refused, request_id
from harness.upstream import answer, done, event, gate, head

USAGE = {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010}
ANSWER = {"choices": [{"index": 0, "finish_reason": "stop", "message": {
    "role": "assistant", "content": "x"}}], "usage": USAGE}


def tiers(*rows):
    """(up_to, output_up_to) of each; None: not written."""
    out = []
    for up_to, output in rows:
        t = {"input": "1", "output": "2"}
        if up_to is not None:
            t["up_to"] = up_to if up_to != "null" else None
        if output is not None:
            t["output_up_to"] = output
        out.append(t)
    return out


def put(gw, name, price=None, **more):
    body = dict({"routes": [{"upstream": "mock"}]}, **more)
    if price is not None:
        body["price"] = price
    return gw.admin("PUT", "/models/" + name, body)


def cny(*rows, **more):
    return dict({"currency": "CNY", "tiers": list(rows)}, **more)


def flat(price, **more):
    return cny({"input": price, "output": "0"}, **more)


def versions(gw, name):
    return gw.must("GET", "/models/" + name)["prices"]


# ---- what cannot be a price ----

NOT_PRICES = ["2.1234567", "12345678", "-1", "+1", "1e3", "01", "1.", ".5", "",
              " 1", "1 ", "1,5", "0x1", "NaN", "1.0.0", "１"]


def test_a_price_is_a_short_decimal_string(gw):
    for member in ("input", "output", "cache_read", "per_request",
                   "output_thinking", "input_image"):
        for text in NOT_PRICES:
            r = put(gw, "no-price", cny({"input": "1", "output": "2",
                                         member: text}))
            refused(r, "invalid_parameter", f"price.tiers[0].{member}",
                    "at most 7 digits and 6 decimals")
        for number in (2.5, 0, 1e3, 2):
            r = put(gw, "no-price", cny({"input": "1", "output": "2",
                                         member: number}))
            refused(r, "invalid_parameter", f"price.tiers[0].{member}",
                    "write it as a string")
        for other in (None, True, [], {}):
            r = put(gw, "no-price", cny({"input": "1", "output": "2",
                                         member: other}))
            refused(r, "invalid_parameter", f"price.tiers[0].{member}")
    refused(gw.admin("GET", "/models/no-price"), "not_found")


@pytest.mark.parametrize("text, micro", [
    ("0", 0), ("0.000001", 1), ("9999.999999", 9999999999), ("1.5", 1500000),
    ("0.10", 100000)])
def test_the_price_of_one_token_is_exact(gw, up, key, text, micro):
    assert put(gw, "one-token", flat(text)).status == 200
    up.script(answer(ANSWER))
    gw.chat(key, model="one-token")
    row, = gw.settled(key)
    assert row["amount"] == 1000 * micro and row["state"] == 1


BAD_TIERS = [       # tiers, which one is blamed
    ([], 0),
    (tiers(("null", None), (1000, None)), 0),
    (tiers((None, None), (1000, None)), 0),
    (tiers((2000, None), (1000, None)), 1),
    (tiers((1000, None), (1000, None)), 1),
    (tiers((1000, 200), (1000, 100)), 1),
    (tiers((1000, 200), (1000, 200)), 1),
    (tiers((1000, 200), (2000, None)), 0),
    (tiers((1000, None), (1000, 200)), 1),
    (tiers((1000, 200)), 0),
    (tiers((1000, 100), (1000, 200), (1000, 300)), 2),
    (tiers((None, None), (None, None)), 1),
]


def test_tiers_that_overlap_or_leave_a_gap(gw):
    for rows, blamed in BAD_TIERS:
        r = put(gw, "bad-tiers", cny(*rows))
        param = r.json()["error"]["param"]
        refused(r, "invalid_parameter", param)
        assert param.startswith("price.tiers"), (rows, param)
        if rows and len(rows) > 1:
            assert param in (f"price.tiers[{blamed}]",
                             f"price.tiers[{blamed + 1}]"), (rows, param)
    refused(gw.admin("GET", "/models/bad-tiers"), "not_found")


OTHER_ERRORS = [
    ("price", []), ("price", "1"), ("price", None), ("price.tier", {
        "currency": "CNY", "tiers": tiers((None, None)), "tier": 1}),
    ("price.currency", cny(*tiers((None, None)), currency="cny")),
    ("price.currency", cny(*tiers((None, None)), currency="RMBY")),
    ("price.currency", cny(*tiers((None, None)), currency="C1Y")),
    ("price.currency", cny(*tiers((None, None)), currency=None)),
    ("price.from", cny(*tiers((None, None)), **{"from": "now"})),
    ("price.from", cny(*tiers((None, None)), **{"from": None})),
    ("price.tiers", {"currency": "CNY", "tiers": {}}),
    ("price.tiers[0]", cny("1")),
    ("price.tiers[0].up_to", cny(*tiers((0, None)))),
    ("price.tiers[0].up_to", cny(*tiers(("32000", None)))),
    ("price.tiers[0].up_to", cny(*tiers((10**8 + 1, None)))),
    ("price.tiers[1].output_up_to", cny(*tiers((1, None), (2, 1.5)))),
    ("price.tiers[0].reasoning", cny({"input": "1", "output": "1",
                                      "reasoning": "1"})),
]


def test_other_things_that_are_no_price(gw):
    for param, price in OTHER_ERRORS:
        r = gw.admin("PUT", "/models/bad-price", {
            "routes": [{"upstream": "mock"}], "price": price})
        refused(r, "invalid_parameter", param)
    for param, price in (("price.currency", {"tiers": []}),
                         ("price.tiers", {"currency": "CNY"}),
                         ("price.tiers[0].input", cny({"output": "1"})),
                         ("price.tiers[0].output", cny({"input": "1"}))):
        refused(put(gw, "bad-price", price), "missing_parameter", param)
    refused(gw.admin("GET", "/models/bad-price"), "not_found")


def test_explicit_caching_has_to_be_priced(gw):
    both = {"cache_read_explicit": "0.1", "cache_write_5m": "1.25"}
    plain = {"input": "1", "output": "2"}
    explicit = {"caching": {"explicit": True}}
    for rows, blamed in (([plain], 0), ([dict(plain, cache_write_5m="1")], 0),
                         ([dict(plain, **both, up_to=1000), plain], 1)):
        refused(put(gw, "explicit", cny(*rows), **explicit),
                "invalid_parameter", f"price.tiers[{blamed}]",
                "cache_read_explicit and cache_write_5m")
    assert put(gw, "explicit", cny(dict(plain, **both)),
               **explicit).status == 200
    assert put(gw, "implicit", cny(plain),
               caching={"implicit": True}).status == 200


def test_free_or_a_price(gw, up, key):
    refused(put(gw, "both", flat("1"), free=True), "invalid_parameter",
            "price")
    assert put(gw, "both", free=True).status == 200
    refused(put(gw, "both", free=False), "missing_parameter", "price",
            "free so far")
    assert put(gw, "both").status == 200        # it stays what it was
    up.script(answer(ANSWER))
    gw.chat(key, model="both")
    assert put(gw, "both", flat("1"), free=False).status == 200
    assert put(gw, "both", free=False).status == 200
    up.script(answer(ANSWER))
    gw.chat(key, model="both")
    assert put(gw, "both", free=True).status == 200
    up.script(answer(ANSWER))
    gw.chat(key, model="both")
    rows = gw.settled(key, 3)
    assert [(r["state"], r["amount"]) for r in rows] == [
        (3, 0), (1, 1000 * 10**6), (3, 0)]
    assert [v["free"] for v in versions(gw, "both")] == [True, False, True]


# ---- versions ----

def test_the_same_price_makes_no_new_version(gw):
    price = cny({"up_to": 32000, "input": "2.5", "output": "10"},
                {"up_to": None, "input": "4", "output": "16",
                 "cache_read": "0.8"})
    first = put(gw, "versions", price).json()["prices"]
    assert len(first) == 1 and first[0]["currency"] == "CNY"
    assert first[0]["tiers"] == price["tiers"] and not first[0]["free"]
    for again in (price, None):
        now = put(gw, "versions", again, owned_by="other").json()
        assert now["prices"] == first and now["owned_by"] == "other"
    changed = dict(price, currency="USD")
    second = put(gw, "versions", changed).json()["prices"]
    assert [v["currency"] for v in second][-1] == "USD"
    assert put(gw, "versions", changed).json()["prices"] == second
    # back to the first is a change again
    third = put(gw, "versions", price).json()["prices"]
    assert len(third) == len(second) + 1
    assert len({v["id"] for v in third}) == len(third)


def test_many_versions_of_one_price(gw, up, key):
    """Each is kept, in its order; the last one is billed."""
    for n in range(1, 20):
        put(gw, "many", flat(str(n), **{"from": f"2025-01-{n:02}T00:00:00Z"}))
        up.script(answer(ANSWER))
        assert gw.chat(key, model="many").status == 200
    assert [v["tiers"][0]["input"] for v in versions(gw, "many")] \
        == [str(n) for n in range(1, 20)]
    rows = gw.settled(key, 19)
    assert [r["amount"] for r in rows] == [n * 10**9 for n in range(1, 20)]
    assert len({r["price_id"] for r in rows}) == 19


def iso(seconds):
    t = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(seconds=seconds)
    return t.isoformat(timespec="milliseconds")


def test_a_price_may_lie_ahead(make_gw, up):
    gw = make_gw(clock="runs")
    key = gw.new_key()
    assert put(gw, "ahead", flat("1")).status == 200
    when = iso(7200)
    made = put(gw, "ahead", flat("3", **{"from": when})).json()["prices"]
    assert [v["tiers"][0]["input"] for v in made] == ["1", "3"]
    for _ in range(3):              # now, an hour before it, and then
        up.script(answer(ANSWER))
        assert gw.chat(key, model="ahead").status == 200
        gw.clock.wall(3600)
    assert [r["amount"] for r in gw.settled(key, 3)] == [
        10**9, 10**9, 3 * 10**9]


def test_a_first_price_ahead_keeps_the_model_hidden(gw, up, key):
    put(gw, "hidden", flat("1", **{"from": iso(3600)}))
    refused(gw.chat(key, model="hidden"), "model_not_found", "model")
    assert put(gw, "hidden", flat("1")).status == 200
    assert gw.chat(key, model="hidden").status == 200
    gw.settled(key)


def test_a_price_of_the_past_loses_against_a_later_one(gw, up, key):
    put(gw, "past", flat("2", **{"from": "2025-06-01T00:00:00Z"}))
    put(gw, "past", flat("1", **{"from": "2025-01-01T00:00:00Z"}))
    assert [v["tiers"][0]["input"] for v in versions(gw, "past")] \
        == ["1", "2"]
    up.script(answer(ANSWER))
    gw.chat(key, model="past")
    row, = gw.settled(key)
    assert row["amount"] == 2 * 10**9


# ---- the price of the admission ----

def test_a_running_request_keeps_its_price(gw, up, key):
    """Edited, made free, or in another currency, while it runs."""
    old = put(gw, "edited", flat("2")).json()["prices"][-1]["id"]
    up.script(head(), event({"choices": [{"index": 0, "delta": {
        "content": "x"}}]}), gate("go"), event({"choices": [
            {"index": 0, "delta": {}, "finish_reason": "stop"}]}),
        event({"choices": [], "usage": USAGE}), done())
    up.script(gate("plain"), *answer(ANSWER))
    with concurrent.futures.ThreadPoolExecutor(1) as pool, \
            gw.stream(key, model="edited") as s:
        s.data()
        plain = pool.submit(gw.chat, key, "edited")
        up.wait_requests(2)
        assert put(gw, "edited", flat("7")).status == 200
        assert put(gw, "edited", free=True).status == 200
        new = put(gw, "edited", dict(flat("5"), currency="USD")).json()
        up.open("go"), up.open("plain")
        s.rest()
        assert plain.result().status == 200
    up.script(answer(ANSWER))
    r = gw.chat(key, model="edited")
    rows = gw.settled(key, 3)
    assert [(x["price_id"], x["amount"], x["currency"]) for x in rows] == [
        (old, 2 * 10**9, "CNY"), (old, 2 * 10**9, "CNY"),
        (new["prices"][-1]["id"], 5 * 10**9, "USD")]
    receipt = gw.request("GET", "/v1/receipts/" + request_id(r),
                         key=key).json()
    assert (receipt["amount"], receipt["currency"], receipt["price"]) \
        == ("0.005", "USD", new["prices"][-1]["id"])
