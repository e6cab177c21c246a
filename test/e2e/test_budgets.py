"""Budgets: reserved before, settled after, never overrun; in their window."""
import concurrent.futures
import datetime
import functools

import pytest

from harness.checks import refused, wait_quiet
from harness.shapes import pico, plain, text_of, used
from harness.upstream import answer, done, event, gate, head
from harness.wait import until

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user",
                                             "content": "hello"}]}
QUOTA = "You exceeded your current quota, please check your plan and billing"
OPEN = {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
# 200 bytes + 512 + 16 for a message, at 2.5; 1000 at 10 CNY a million
PROMPT = 200 + 512 + 16
RESERVE = PROMPT * 2_500_000 + 1000 * 10_000_000


@pytest.fixture
def gw(fresh):
    return fresh


def cny(amount, window="total", **more):
    return dict({"amount": amount, "currency": "CNY", "window": window},
                **more)


def state(gw, key, i=0, whose=None):
    """The budget as its key's owner sees it: pico-units."""
    o = gw.request("GET", "/v1/key", key=key).json()
    b = (o if whose is None else o["team_policy"])["budgets"][i]
    return tuple(pico(b[n]) for n in ("spent", "reserved", "available"))


def quota(r):
    assert r.status == 429 and r.headers["x-should-retry"] == "false", r
    assert "Retry-After" not in r.headers
    error = r.json()["error"]
    assert error["code"] == error["type"] == "insufficient_quota", r
    assert error["message"].startswith(QUOTA), r
    return error["message"]


def test_reserve_then_charge(gw, up):
    """BILLING's worked case 11 in small: what was not used comes back."""
    key = gw.new_key(budgets=[cny("1")])
    up.script(head(), event(OPEN), gate("go"), event(TEXT), event(STOP),
              event({"choices": [], "usage": used(812, 240)}), done())
    with gw.stream(key, max_tokens=1000) as s:
        s.head()
        assert state(gw, key) == (0, RESERVE, 10**12 - RESERVE)
        up.open("go")
        s.rest()
    assert state(gw, key) == (4430000000, 0, 10**12 - 4430000000)
    wait_quiet(gw)
    assert state(gw, key) == (4430000000, 0, 10**12 - 4430000000)
    assert gw.settled(key)[0]["amount"] == 4430000000


def test_the_last_that_fits(gw, up):
    key = gw.new_key(budgets=[cny(text_of(RESERVE))])
    message = quota(gw.chat(key, max_tokens=1001))
    assert f"this API key has a budget of {text_of(RESERVE)} CNY (total), " \
        "0 of it is spent and 0 reserved" in message
    assert "at most 1000." in message
    assert gw.chat(key, max_tokens=1000).status == 200
    gw.settled(key)
    # spent, what is left is no longer enough: a smaller one is
    spent = state(gw, key)[0]
    fits = (RESERVE - spent - PROMPT * 2_500_000) // 10_000_000
    assert f"at most {fits}." in quota(gw.chat(key, max_tokens=1000))
    assert gw.chat(key, max_tokens=fits).status == 200


def test_without_max_tokens_the_model_s_limit_is_reserved(gw):
    key = gw.new_key(budgets=[cny("0.65")])     # 65536 x 10 is more
    assert "may cost up to 0.657" in quota(gw.chat(key))


@pytest.mark.parametrize("path, shape", [
    ("/v1/chat/completions", None), ("/api/v1/chat/completions", "envelope")])
def test_shapes(gw, path, shape):
    key = gw.new_key(budgets=[cny("0.000001")])
    r = gw.request("POST", path, HELLO, key)
    assert r.status == 429
    error = r.json() if shape is None else r.json()["data"]
    assert error["error"]["code"] == "insufficient_quota"


def test_a_currency_without_a_budget(gw):
    key = gw.new_key(budgets=[cny("1")])
    message = quota(gw.chat(key, model="org/with/slashes"))
    assert "model 'org/with/slashes' is priced in USD, and this API key has " \
        "no budget in USD" in message
    both = gw.new_key(budgets=[cny("1"), dict(cny("1"), currency="USD")])
    r = gw.chat(both, model="org/with/slashes")
    refused_unbounded(r)        # its limits are not known ...
    assert gw.chat(both, model="org/with/slashes", max_tokens=5).status == 200
    gw.settled(both)            # ... but these are enough


def refused_unbounded(r):
    assert r.status == 403, r
    assert r.json()["error"]["code"] == "unbounded_cost"
    assert "org/with/slashes" in r.json()["error"]["message"]


def test_a_free_model_needs_no_budget(gw):
    key = gw.new_key(budgets=[cny("0.000001")])
    assert gw.chat(key, model="free-model").status == 200
    assert state(gw, key)[:2] == (0, 0)
    gw.settled(key)


def test_what_is_worth_nothing_is_given_back(gw, up):
    key = gw.new_key(budgets=[cny("1")])
    up.script(*answer({"error": {"message": "no", "type": "x"}}, status=400))
    assert gw.chat(key, max_tokens=1000).status == 400
    assert state(gw, key) == (0, 0, 10**12)
    gw.settled(key)


def test_more_than_reserved_is_charged_logged_and_widens(make_gw, up):
    gw = make_gw()
    key = gw.new_key(budgets=[cny("1")])
    gw.expect_log("LG0050")
    up.script(*answer(plain(usage=used(10_000, 1000))))
    assert gw.chat(key, max_tokens=1000).status == 200
    row = gw.settled(key)[0]
    assert row["amount"] == 10_000 * 2_500_000 + 1000 * 10_000_000
    assert row["flags"] & 0x20
    up.script(head(), event(OPEN), gate("go"), event(STOP), event(
        {"choices": [], "usage": used(10_000, 10)}), done())
    with gw.stream(key, max_tokens=1000) as s:
        s.head()
        reserved = state(gw, key)[1]
        assert reserved == RESERVE + (10_000 - PROMPT) * 2_500_000
        up.open("go")
        s.rest()
    assert not gw.settled(key, 2)[1]["flags"] & 0x20


# ---- never overrun ----

def test_a_hundred_streams_against_a_budget_for_ten(gw, up):
    """They all ask before any is settled: ten are let in, and the sum never
    passes the limit at any sample."""
    limit = 10 * RESERVE
    key = gw.new_key(budgets=[cny(text_of(limit))])
    up.default = lambda request: [head(), event(OPEN), gate("go"),
                                  event(TEXT), event(STOP), event(
        {"choices": [], "usage": used(PROMPT, 1000)}), done()]

    def one(_):
        with gw.stream(key, max_tokens=1000) as s:
            s.head()
            s.rest()
            return s.status

    samples = []
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        jobs = [pool.submit(one, i) for i in range(100)]
        until(lambda: samples.append(state(gw, key))
              or sum(j.done() for j in jobs) >= 90)
        assert state(gw, key) == (0, limit, 0)
        up.open("go")
        until(lambda: samples.append(state(gw, key))
              or all(j.done() for j in jobs))
    statuses = sorted(j.result() for j in jobs)
    assert statuses == [200] * 10 + [429] * 90
    assert all(spent + held <= limit for spent, held, _ in samples)
    assert state(gw, key) == (limit, 0, 0)
    assert sum(r["amount"] for r in gw.settled(key, 10)) == limit


def test_key_and_team_must_both_admit(gw, up):
    gw.must("PUT", "/teams/poor", {"budgets": [cny(text_of(2 * RESERVE))]})
    rich = gw.new_key(team="poor", budgets=[cny("5")])
    poor = gw.new_key(team="poor", budgets=[cny("0.001")])
    up.default = lambda request: answer(plain(usage=used(PROMPT, 1000)))
    assert "this API key has" in quota(gw.chat(poor, max_tokens=1000))
    assert gw.chat(rich, max_tokens=1000).status == 200
    assert gw.chat(rich, max_tokens=1000).status == 200
    message = quota(gw.chat(rich, max_tokens=1000))
    assert "this team has" in message
    assert state(gw, rich, whose="team") == (2 * RESERVE, 0, 0)
    assert state(gw, rich)[0] == 2 * RESERVE
    assert state(gw, poor)[:2] == (0, 0)    # the refusals took nothing
    gw.settled(rich, 2)


# ---- windows ----

@pytest.fixture
def timed(make_gw):
    """A gateway whose wall clock can be set forth."""
    return functools.partial(make_gw, clock="runs")


def left_of(window, hours):
    """Seconds from now to the next window in a zone of so many hours."""
    zone = datetime.timezone(datetime.timedelta(hours=hours))
    now = datetime.datetime.now(zone)
    start = now.replace(minute=0, second=0, microsecond=0)
    if window == "hour":
        start += datetime.timedelta(hours=1)
    elif window == "day":
        start = start.replace(hour=0) + datetime.timedelta(days=1)
    else:
        start = (start.replace(day=1, hour=0) + datetime.timedelta(days=32)
                 ).replace(day=1)
    return (start - now).total_seconds()


@pytest.mark.parametrize("window", ["hour", "day", "month"])
def test_a_new_window_is_a_new_budget(timed, up, window):
    gw = timed(server="LLMGatewayClockStep off")
    key = gw.new_key(budgets=[cny(text_of(RESERVE), window, zone="+08:00")])
    up.default = lambda request: answer(plain(usage=used(PROMPT, 1000)))
    assert gw.chat(key, max_tokens=1000).status == 200
    quota(gw.chat(key, max_tokens=1))
    gw.clock.wall(left_of(window, 8) - 5)
    quota(gw.chat(key, max_tokens=1))
    gw.clock.wall(6)
    assert gw.chat(key, max_tokens=1000).status == 200
    quota(gw.chat(key, max_tokens=1))
    gw.settled(key, 2)


def test_total_never_ends(timed, up):
    gw = timed(server="LLMGatewayClockStep off")
    key = gw.new_key(budgets=[cny(text_of(RESERVE))])
    up.default = lambda request: answer(plain(usage=used(PROMPT, 1000)))
    assert gw.chat(key, max_tokens=1000).status == 200
    gw.clock.wall(400 * 86400)
    quota(gw.chat(key, max_tokens=1))
    gw.settled(key)


def test_a_request_belongs_to_the_window_of_its_admission(timed, up):
    """Reserve and charge, though it ends in the next one."""
    gw = timed()
    key = gw.new_key(budgets=[cny("1", "hour")])
    up.script(head(), event(OPEN), gate("go"), event(STOP), event(
        {"choices": [], "usage": used(PROMPT, 1000)}), done())
    with gw.stream(key, max_tokens=1000) as s:
        s.head()
        assert state(gw, key)[:2] == (0, RESERVE)
        gw.clock.wall(left_of("hour", 0) + 1)
        up.script(*answer(plain(usage=used(10, 1))))
        assert gw.chat(key, max_tokens=1000).status == 200
        assert state(gw, key)[:2] == (35_000_000, 0)
        up.open("go")
        s.rest()
    assert state(gw, key)[:2] == (35_000_000, 0)
    gw.settled(key, 2)


def test_the_server_s_zone(timed, up):
    gw = timed(server="LLMGatewayZone +05:45")
    key = gw.new_key(budgets=[cny(text_of(RESERVE), "day")])
    up.default = lambda request: answer(plain(usage=used(PROMPT, 1000)))
    assert gw.chat(key, max_tokens=1000).status == 200
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    assert b["zone"] == "+05:45" and b["to"].endswith("T18:15:00Z"), b
    gw.server = "LLMGatewayZone -03:30"
    gw.graceful()
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    assert b["to"].endswith("T03:30:00Z"), b
    gw.clock.wall(left_of("day", -3.5) + 1)
    assert gw.chat(key, max_tokens=1000).status == 200
    gw.settled(key, 2)


# ---- kept, changed, said ----

def test_spent_outlives_everything(make_gw, up):
    gw = make_gw()
    up.default = lambda request: answer(plain(usage=used(812, 240)))
    key = gw.new_key(budgets=[cny("0.6", "month")])
    want = 0
    for what in ("nothing", "graceful", "stop", "kill"):
        if what == "graceful":
            gw.graceful()
        elif what == "stop":
            gw.stop()
            gw.start()
        elif what == "kill":
            gw.expect_log("AH00098")
            gw.kill_tree()
            gw.start()
        assert gw.chat(key).status == 429       # 0.65 does not fit in time
        assert gw.chat(key, max_tokens=500).status == 200
        want += 4430000000
        assert state(gw, key)[0] == want
    gw.settled(key, 4)
    gw.check_books()


def test_a_budget_given_later_counts_what_was_spent(gw, up):
    key = gw.new_key()
    up.default = lambda request: answer(plain(usage=used(812, 240)))
    for _ in range(3):
        assert gw.chat(key, max_tokens=500).status == 200
    up.script(head(), event(OPEN), gate("go"), event(STOP), event(
        {"choices": [], "usage": used(812, 240)}), done())
    with gw.stream(key, max_tokens=1000) as s:
        s.head()
        gw.must("PATCH", "/keys/" + key[7:17], {"budgets": [cny("1")]})
        assert state(gw, key)[:2] == (3 * 4430000000, RESERVE)
        up.open("go")
        s.rest()
    assert state(gw, key)[:2] == (4 * 4430000000, 0)
    gw.must("PATCH", "/keys/" + key[7:17], {"budgets": [cny("0.001")]})
    quota(gw.chat(key, max_tokens=1))
    gw.must("PATCH", "/keys/" + key[7:17], {"budgets": None})
    assert gw.chat(key).status == 200
    gw.settled(key, 5)


def test_a_soft_threshold_is_said_once(gw, up):
    key = gw.new_key(budgets=[cny("1", "month", soft="0.006")])
    up.default = lambda request: answer(plain(usage=used(812, 240)))
    gw.chat(key, max_tokens=10)
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    assert b["soft"] == "0.006" and b["soft_passed"] is False
    gw.expect_log("LG0050", "LG0051")
    for _ in range(3):
        gw.chat(key, max_tokens=10)
    b = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    assert b["soft_passed"] is True
    gw.settled(key, 4)
    gw.wait_log("LG0051")
    assert sum("LG0051" in line and key[7:17] in line
               for line in gw.log().splitlines()) == 1


def test_a_stream_that_is_left_is_charged_within_its_reserve(gw, up):
    key = gw.new_key(budgets=[cny("1")])
    up.script(head(), event(OPEN), event(TEXT), gate("never"))
    with gw.stream(key, max_tokens=1000) as s:
        s.event(), s.event()
    row = gw.settled(key)[0]
    assert state(gw, key)[:2] == (row["amount"], 0)


def test_reads_of_v1_key_need_no_rights(gw):
    refused(gw.request("GET", "/v1/key"), "missing_api_key")
