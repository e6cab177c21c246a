"""Money in currencies of large numbers - KRW, VND, IDR, JPY: prices of seven
digits, budgets of 10^12 units, sums beyond what 64 bits of pico-units hold."""
import concurrent.futures
import decimal
import pathlib
import re
import shutil
import subprocess

import pytest

from harness import ledger
from harness.checks import refused
from harness.shapes import pico, plain, text_of, usage_chunk, used
from harness.upstream import answer, done, event, gate, head
from harness.wait import until

FIRST = (pathlib.Path(__file__).resolve().parents[2]
         / "sql/migrations/001_initial.sql").read_text()

PICO = 10**12
UNITS = 9_223_372               # what an int64 of pico-units holds
# currency: prices of a million tokens, input and output
PRICES = {
    "KRW": ("20700", "103500.5"),
    "VND": ("390000.123456", "1950000"),
    "IDR": ("9999999.999999", "9999999.999999"),
    "JPY": ("2300.000001", "11500"),
}
LIMIT = {"context": 400_000, "output": 60_000}
OPEN = {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"},
                     "finish_reason": "stop"}]}


def micro(price):
    return int(decimal.Decimal(price) * 10**6)


def charge(currency, prompt, output):
    a, b = PRICES[currency]
    return prompt * micro(a) + output * micro(b)


def price_of(currency, **more):
    a, b = PRICES[currency]
    return {"currency": currency,
            "tiers": [dict({"input": a, "output": b}, **more)]}


def model(gw, name, spec):
    return gw.admin("PUT", "/models/" + name, dict(
        {"routes": [{"upstream": "mock"}], "estimates": "fixed"}, **spec))


def dear_model(gw, currency):
    name = "dear-" + currency.lower()
    r = model(gw, name, {"limit": LIMIT, "price": price_of(currency)})
    assert r.status in (200, 201), r
    return name


def budget(currency, amount="1000000000000", window="total"):
    return {"currency": currency, "amount": amount, "window": window}


def status_of(gw, key):
    return gw.must("GET", "/keys/" + key[7:17])["budget_status"][0]


@pytest.mark.parametrize("currency", PRICES)
def test_a_bill_and_its_budget(gw, up, currency):
    """Fault 4.7: prices and budgets of such currencies can be said, and a
    bill is exact to the last pico-unit."""
    name = dear_model(gw, currency)
    most = "1000000000000" if currency != "JPY" \
        else "999999999999.999999999999"
    key = gw.new_key(budgets=[budget(currency, most)])
    up.script(*answer(plain(usage=used(457, 43_210))))
    assert gw.chat(key, name, max_tokens=60_000).status == 200
    amount = charge(currency, 457, 43_210)
    row, = gw.settled(key)
    assert (row["amount"], row["currency"]) == (amount, currency)
    state = status_of(gw, key)
    assert (state["amount"], state["spent"]) == (most, text_of(amount))
    assert pico(state["available"]) == pico(most) - amount


def test_spent_reserved_and_sums_have_no_end(gw, up):
    """Fault 4.7: several requests come to more than 64 bits of pico-units;
    what is spent, reserved and left is exact, also read anew."""
    name = dear_model(gw, "IDR")
    team = {"budgets": [budget("IDR", "20000000.5", "month")]}
    gw.must("PUT", "/teams/jakarta", team)
    key = gw.new_key(team="jakarta", budgets=[budget("IDR")])
    usage = used(400, 59_999)
    one = charge("IDR", 400, 59_999)
    up.default = lambda request: [
        head(), event(OPEN), gate("go"), event(TEXT),
        event(usage_chunk(usage)), done()]

    def stream(_):
        with gw.stream(key, model=name, max_tokens=60_000) as s:
            s.head()
            s.rest()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(stream, i) for i in range(16)]
        up.wait_requests(16)
        held = status_of(gw, key)["reserved"]
        assert pico(held) > UNITS * PICO and pico(held) % 16 == 0
        up.open("go")
        [j.result() for j in jobs]
    gw.settled(key, 16)
    spent = 16 * one
    assert spent > UNITS * PICO
    state = status_of(gw, key)
    assert (state["spent"], state["reserved"]) == (text_of(spent), "0")
    own = gw.request("GET", "/v1/key", key=key).json()
    assert own["budgets"][0]["spent"] == text_of(spent)
    of_team = gw.must("GET", "/teams/jakarta")["budget_status"][0]
    assert of_team["spent"] == text_of(spent)
    assert of_team["available"] == text_of(pico("20000000.5") - spent)
    sums = gw.must("GET", "/usage?key=" + key[7:17])["data"]
    assert [s["amount"] for s in sums] == [text_of(spent)]
    # the team's budget stops the rest, in such numbers
    up.default = lambda request: answer(plain(usage=usage))
    more = [gw.chat(key, name, max_tokens=60_000) for _ in range(20)]
    error = more[-1].json()["error"]
    assert error["code"] == "insufficient_quota"
    assert "a budget of 20000000.5 IDR (month)" in error["message"]
    admitted = sum(r.status == 200 for r in more)
    assert status_of(gw, key)["spent"] == text_of(spent + admitted * one)
    why = gw.must("POST", "/explain", {
        "key": key[7:17], "model": name, "prompt_tokens": 400_000,
        "max_tokens": 60_000})
    short, = [b["short_by"] for b in why["budgets"] if "short_by" in b]
    left = pico("20000000.5") - spent - admitted * one
    assert pico(short) == pico(why["reserve"]) - left


def test_figures_outlive_a_restart(make_gw, up):
    """Fault 4.7: what the segment counts and what is read from the ledger
    are the same pair."""
    gw = make_gw()
    name = dear_model(gw, "VND")
    key = gw.new_key(budgets=[budget("VND", window="day")])
    for _ in range(3):
        r = gw.admin("POST", "/adjustments", {
            "key": key[7:17], "currency": "VND", "reason": "moved",
            "amount": "98765432.100000000001"})
        assert r.status == 201, r
    up.script(*answer(plain(usage=used(7, 3))))
    assert gw.chat(key, name, max_tokens=10).status == 200
    gw.settled(key, 4)
    want = text_of(3 * pico("98765432.100000000001") + charge("VND", 7, 3))
    assert status_of(gw, key)["spent"] == want
    gw.stop()
    (gw.root / "run" / "llmgw.segment").unlink(missing_ok=True)
    gw.start()
    assert status_of(gw, key)["spent"] == want
    up.script(*answer(plain(usage=used(0, 1))))
    assert gw.chat(key, name, max_tokens=10).status == 200
    gw.settled(key, 5)
    want = text_of(pico(want) + charge("VND", 0, 1))
    assert status_of(gw, key)["spent"] == want


# ---- a request has to fit ----

NOT_FITTING = [
    ({}, {}), ({"limit": {"context": 400_000}}, {}),
    ({"limit": {"output": 60_000}}, {}),
    ({"limit": {"context": 900_000, "output": 60_000}}, {}),
    ({"limit": LIMIT}, {"output_thinking": "9999999", "per_request":
                        "5000000"}),
]


@pytest.mark.parametrize("spec, more", NOT_FITTING)
def test_limits_must_make_a_request_fit(gw, spec, more):
    """Fault 4.7: where 10^8 tokens do not fit an amount the limits decide;
    the refusal says why and what helps."""
    r = model(gw, "does-not-fit", dict(
        spec, price=price_of("IDR", **more)))
    refused(r, "invalid_parameter", "limit")
    message = r.json()["error"]["message"]
    assert "9223372 IDR" in message and "'context' and 'output'" in message
    most = int(re.search(r"at most (\d+) tokens", message)[1])
    r = model(gw, "fits-just", dict(
        price=price_of("IDR", **more),
        limit={"context": most - 1000, "output": 1000}))
    assert r.status in (200, 201), r
    # a later write of the limits alone is judged by the prices that stand
    r = gw.admin("PATCH", "/models/fits-just", {"limit": {"output": None}})
    refused(r, "invalid_parameter", "limit")
    r = gw.admin("PATCH", "/models/fits-just",
                 {"limit": {"context": most, "output": most}})
    refused(r, "invalid_parameter", "limit")
    gw.must("DELETE", "/models/fits-just")


def test_a_price_that_no_limit_makes_fit(gw):
    """Fault 4.7: a request alone would pass the range."""
    refused(model(gw, "never", {"limit": LIMIT, "price": price_of(
        "KRW", per_request="9300000")}), "invalid_parameter", "price.tiers")


def test_a_catalogue_is_judged_as_well(gw):
    """Fault 4.7: by PUT /catalog, prices ahead included."""
    item = {"id": "from-catalogue", "routes": [{"upstream": "mock"}],
            "prices": [
                dict(price_of("JPY"), **{"from": "2026-01-01T00:00:00Z"}),
                dict(price_of("IDR"), **{"from": "2096-01-01T00:00:00Z"})]}
    r = gw.admin("PUT", "/catalog", {"models": [item]})
    refused(r, "invalid_parameter", "models[0].limit")
    r = gw.admin("PUT", "/catalog", {"models": [dict(item, limit=LIMIT)]})
    assert r.status == 200, r


def narrow_model(gw):
    """Its limits lie below what a short prompt's reserve assumes."""
    r = model(gw, "dear-narrow", {"price": price_of("IDR"), "limit": {
        "context": 500, "output": 100}})
    assert r.status in (200, 201), r
    return "dear-narrow"


@pytest.mark.parametrize("prompt, output, fits", [
    (500, 100, True), (501, 100, False), (500, 101, False),
    (100_000_000, 5, False), (5, 100_000_000, False)])
def test_tokens_above_the_limits_count_as_absent(gw, up, prompt, output,
                                                 fits):
    """Fault 4.7: such an answer is billed by estimate, within its reserve."""
    name = narrow_model(gw)
    key = gw.new_key()
    up.script(*answer(plain(usage=used(prompt, output))))
    assert gw.chat(key, name).status == 200
    row, = gw.settled(key)
    if fits:
        assert (row["state"], row["amount"]) == \
            (1, charge("IDR", prompt, output))
    else:
        assert (row["state"], row["source"]) == (2, 3)
        assert 0 < row["amount"] <= charge("IDR", 500, 100)
    shown = gw.must("GET", "/requests/" + gw.request(
        "GET", "/v1/receipts", key=key).json()["data"][0]["id"])
    assert shown["repriced"]["equal"]


def test_n_answers_have_n_times_the_output(gw, up):
    """Fault 4.7: the limit of output is that of one choice."""
    name = narrow_model(gw)
    key = gw.new_key()
    for n, output in ((3, 300), (3, 301)):
        up.script(*answer(plain(usage=used(100, output))))
        assert gw.chat(key, name, n=n).status == 200
    rows = gw.settled(key, 2)
    assert [r["state"] for r in rows] == [1, 2]
    assert rows[0]["amount"] == charge("IDR", 100, 300)


# ---- what is judged ----

@pytest.mark.parametrize("price", [
    "10000000", "01", "1.0000001", "99999999", "1e6", "-1", "1 000"])
def test_prices_that_are_none(gw, price):
    r = model(gw, "odd-price", {"limit": LIMIT, "price": {
        "currency": "KRW", "tiers": [{"input": price, "output": "1"}]}})
    refused(r, "invalid_parameter", "price.tiers[0].input")
    assert "7 digits and 6 decimals" in r.json()["error"]["message"]


@pytest.mark.parametrize("amount", [
    "0", "1000000000000.000000000001", "1000000000001", "9999999999999",
    "10000000000000", "1.0000000000001", "-5"])
def test_budgets_that_are_none(gw, amount):
    """Fault 4.7: the end is at 10^12, and said."""
    r = gw.admin("POST", "/keys", {"name": "x", "budgets": [
        budget("KRW", amount)]})
    refused(r, "invalid_parameter", "budgets[0].amount")
    assert "1000000000000" in r.json()["error"]["message"]


# ---- adjustments ----

@pytest.mark.parametrize("amount", [
    "9223372.036854775808", "-9223372.036854775809", "12345678901.5",
    "-1000000000000", "999999999999.999999999999"])
def test_an_adjustment_of_any_size(gw, amount):
    """Fault 4.7: credits and corrections of such currencies."""
    dear_model(gw, "KRW")
    key = gw.must("POST", "/keys", {"name": "credited", "budgets": [
        budget("KRW")]})
    body = {"key": key["id"], "currency": "KRW", "amount": amount,
            "reason": "top-up", "reference": "large " + amount}
    r = gw.admin("POST", "/adjustments", body)
    assert (r.status, r.json()["amount"]) == (201, amount)
    again = gw.admin("POST", "/adjustments", body)
    assert (again.status, again.json()) == (200, r.json())
    other = gw.admin("POST", "/adjustments", dict(body, amount="1"))
    assert other.status == 409
    state = gw.must("GET", "/keys/" + key["id"])["budget_status"][0]
    assert state["spent"] == amount
    assert state["available"] == text_of(10**24 - pico(amount))
    sums = gw.must("GET", "/usage?key=" + key["id"])["data"]
    assert [s["amount"] for s in sums] == [amount]
    found = gw.must("GET", f"/requests?key={key['id']}&min_amount=9223372")
    assert [o["amount"] for o in found["data"]] == \
        [amount] * (not amount.startswith("-"))
    # and back to nothing
    back = text_of(-pico(amount))
    r = gw.admin("POST", "/adjustments", {
        "key": key["id"], "currency": "KRW", "amount": back, "reason": "no"})
    assert r.status == 201
    state = gw.must("GET", "/keys/" + key["id"])["budget_status"][0]
    assert state["spent"] == "0"


def test_sums_that_no_number_holds_are_refused(make_gw):
    """Fault 4.7: SQLite would go on with floating point."""
    gw = make_gw()
    dear_model(gw, "KRW")
    key = gw.must("POST", "/keys", {"name": "beyond"})["id"]
    body = {"key": key, "currency": "KRW", "amount": "1000000000000",
            "reason": "much"}
    answers = [gw.admin("POST", "/adjustments", body) for _ in range(11)]
    good = [r for r in answers if r.status == 201]
    assert len(good) == 9
    refused(answers[-1], "invalid_parameter", "amount")
    kinds = gw.query("SELECT DISTINCT typeof(micro) AS t FROM rollup_day"
                     " UNION SELECT DISTINCT typeof(micro) FROM spend")
    assert [r["t"] for r in kinds] == ["integer"]
    sums = gw.must("GET", "/usage?key=" + key)["data"]
    assert [s["amount"] for s in sums] == ["9000000000000"]


# ---- the database of before ----

def test_a_database_of_before_is_taken_over(make_gw, up):
    """Fault 4.7: its rows, sums and budgets are the same afterwards."""
    gw = make_gw()
    name = dear_model(gw, "JPY")
    key = gw.new_key(budgets=[budget("JPY", "5000000")])
    for amount in ("-3.000000000001", "9000000.25"):
        gw.must("POST", "/adjustments", {"key": key[7:17], "currency": "JPY",
                                         "amount": amount, "reason": "old"})
    up.script(*answer(plain(usage=used(1000, 10))))
    gw.chat(gw.new_key(), name)
    before = gw.must("GET", "/keys/" + key[7:17])["budget_status"]
    until(lambda: len(gw.rows()) == 3)
    gw.stop()
    assert gw.query("PRAGMA user_version")[0][0] >= 2
    ledger.run(gw, "ALTER TABLE ledger DROP COLUMN micro;"
               " ALTER TABLE ledger DROP COLUMN search_units; DROP TABLE clock;"
               " DROP TABLE widening; DROP TABLE aborted;"
               " DROP TABLE calibration;"
               + re.search(r"CREATE TABLE calibration \(.*?;", FIRST, re.S)[0]
               + "PRAGMA user_version=1")
    (gw.root / "run" / "llmgw.segment").unlink(missing_ok=True)
    gw.start()
    assert [(r["micro"], r["search_units"]) for r in gw.rows()] == [(0, 0)] * 3
    assert gw.must("GET", "/keys/" + key[7:17])["budget_status"] == before


# ---- 32 bit ----

def test_no_128_bit_arithmetic_in_the_module(gw):
    """Fault 4.14: no compiler for a 32-bit machine has __int128; what the
    module calls of libgcc shows whether it uses it."""
    nm = shutil.which("nm")
    assert nm, "binutils are missing"
    names = subprocess.run([nm, str(gw.so)], capture_output=True, text=True,
                           check=True).stdout
    assert "gw_quota_take" in names, "the module was stripped"
    assert not re.findall(r"__\w+ti[34]\b", names)
