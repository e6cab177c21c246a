"""Rate and token windows admit exactly what they say, over all children and a
graceful restart, on a clock that stands still."""
import concurrent.futures
import json
import random

import pytest

from harness.checks import refused, wait_quiet
from harness.shapes import padded, plain
from harness.upstream import answer
from harness.wait import until

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "hello"}]}
# 200 bytes x 250 / 1000 + 8 tokens for a message
PROMPT = 58
EIGHT = ("StartServers 8\nServerLimit 16\nThreadsPerChild 32\n"
         "ThreadLimit 64\nMinSpareThreads 32\nMaxSpareThreads 512\n"
         "MaxRequestWorkers 256\n")


@pytest.fixture
def still(make_gw):
    """A gateway with eight children and a steady clock that stands still."""
    return make_gw(mpm_conf=EIGHT, clock="still")


def burst(gw, keys, count, clients=40, **more):
    """This many requests, so many at a time, each with the next of the keys;
    how many were admitted for each key."""
    keys = keys if isinstance(keys, list) else [keys]
    body = dict(HELLO, **more)
    admitted = dict.fromkeys(keys, 0)
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        jobs = [(k, pool.submit(gw.request, "POST", CHAT, body, k))
                for k in (keys * count)[:count * len(keys)]]
        for k, job in jobs:
            r = job.result()
            assert r.status in (200, 429), r
            admitted[k] += r.status == 200
    return admitted[keys[0]] if len(keys) == 1 else admitted


WINDOWS = [("requests_per_second", 4, 1), ("requests_per_minute", 30, 60),
           ("requests_per_hour", 20, 3600), ("requests_per_day", 24, 86400)]


@pytest.mark.parametrize("name, limit, period", WINDOWS)
def test_a_window_admits_its_limit_and_refills_steadily(still, name, limit,
                                                        period):
    key = still.new_key(limits={name: limit})
    assert burst(still, key, limit + 25) == limit
    r = still.chat(key)
    refused(r, "rate_limit_exceeded", message=f"may make {limit} "
            f"requests per {name.rpartition('_')[2]} ({name})")
    assert int(r.headers["Retry-After"]) == -(-period // limit)
    still.clock.steady(period / limit - 0.001)
    assert burst(still, key, 3) == 0
    still.clock.steady(0.001)
    assert burst(still, key, 3) == 1
    still.clock.steady(period * 3)          # it never holds more than all
    assert burst(still, key, limit + 10) == limit
    still.settled(key, 2 * limit + 1)


def test_sixty_seconds_of_two_hundred_clients(still):
    """200 clients under a key limit and a team limit, second by second, with
    a graceful restart between: exactly what the rule says."""
    rnd = random.Random(4)
    key = still.new_key(limits={"requests_per_minute": 90,
                                "requests_per_second": 7})
    # two meters of the same kind of bucket: level and what it gains a second
    minute, second, want = 90.0, 7.0, 0
    got = 0
    for tick in range(60):
        if tick == 30:
            still.graceful()
        clients = rnd.choice((0, 1, 3, 12, 40, 200))
        n = 0
        while n < clients and minute >= 1 and second >= 1:
            n, minute, second = n + 1, minute - 1, second - 1
        want += n
        if clients:
            got += burst(still, key, clients, 200)
        assert got == want, f"after {tick} seconds"
        still.clock.steady(1)
        minute, second = min(90, minute + 1.5), min(7, second + 7)
    got += burst(still, key, 200, 200)
    want += int(min(minute, second))
    assert got == want
    wait_quiet(still)
    still.settled(key, want)


def test_all_windows_admit_or_none_is_touched(still):
    still.must("PATCH", "/teams/default", {
        "limits": {"requests_per_hour": 12}})
    a = still.new_key(limits={"requests_per_day": 10})
    b = still.new_key(limits={"requests_per_day": 10})
    taken = burst(still, [a, b], 30)
    assert sum(taken.values()) == 12 and max(taken.values()) <= 10
    still.clock.steady(300)                 # the team gains one
    assert sum(burst(still, [a, b], 5).values()) == 1
    # a refusal by the team has taken nothing from the keys
    still.must("PATCH", "/teams/default", {"limits": None})
    assert sum(burst(still, [a, b], 15).values()) == 20 - 13


# ---- tokens ----

def use(gw, up, key, prompt, output, **more):
    up.script(*answer(plain(usage={
        "prompt_tokens": prompt, "completion_tokens": output,
        "total_tokens": prompt + output})))
    return gw.request("POST", CHAT, padded(dict(HELLO, **more), 200), key)


def left(r):
    return int(r.headers["x-ratelimit-remaining-tokens"])


def test_tokens_are_taken_and_corrected(still, up):
    key = still.new_key(limits={"tokens_per_minute": 6000})
    r = use(still, up, key, 1000, 500, max_tokens=2000)
    assert r.status == 200, r
    assert r.headers["x-ratelimit-limit-tokens"] == "6000"
    assert left(r) == 6000 - PROMPT - 2000
    wait_quiet(still)
    r = use(still, up, key, 10, 5, max_tokens=100)
    assert left(r) == 6000 - 1500 - PROMPT - 100    # what it really was
    wait_quiet(still)
    r = use(still, up, key, 10, 5, max_tokens=100, n=3)
    assert left(r) == 6000 - 1515 - PROMPT - 300


def test_debt_delays_the_next(still, up):
    still.expect_log("LG0050")      # ... than 10 tokens of output
    key = still.new_key(limits={"tokens_per_minute": 6000})
    assert use(still, up, key, 9000, 3000, max_tokens=10).status == 200
    wait_quiet(still)
    r = still.chat(key, max_tokens=10)
    assert r.status == 429 and r.json()["error"]["type"] == "tokens", r
    assert "tokens_per_minute" in r.json()["error"]["message"]
    # 12000 used of 6000: 60 s until it is even, and a bit for one token
    assert r.headers["Retry-After"] == "61"
    still.clock.steady(60 + (PROMPT + 10) / 100 - 0.001)
    assert still.chat(key, max_tokens=10).status == 429
    still.clock.steady(0.001)
    assert still.chat(key, max_tokens=10).status == 200


def test_a_failed_request_gives_its_tokens_back(still, up):
    key = still.new_key(limits={"tokens_per_minute": 1000})
    up.script(*answer({"error": {"message": "no", "type": "x"}}, status=400))
    assert still.chat(key, max_tokens=900).status == 400
    wait_quiet(still)
    assert left(use(still, up, key, 1, 1, max_tokens=900)) \
        == 1000 - PROMPT - 900


def test_more_than_a_window_ever_has_is_told_what_fits(still, up):
    key = still.new_key(limits={"tokens_per_minute": 1000})
    r = still.chat(key, max_tokens=5000)
    assert r.status == 429 and r.headers["x-should-retry"] == "false", r
    error = r.json()["error"]
    assert error["code"] == "rate_limit_exceeded"
    assert error["param"] == "max_tokens"
    assert f"at most {1000 - PROMPT}." in error["message"]
    assert still.chat(key, max_tokens=1000 - PROMPT).status == 200


def test_free_models_take_tokens_too(still, up):
    key = still.new_key(limits={"tokens_per_day": 1000})
    assert use(still, up, key, 700, 290, model="free-model",
               max_tokens=10).status == 200
    wait_quiet(still)
    assert still.chat(key, model="free-model", max_tokens=10).status == 429


# ---- one request ----

def test_the_largest_output_and_prompt(still):
    key = still.new_key(limits={"max_output_tokens": 100,
                                "max_prompt_tokens": 60})
    refused(still.chat(key, max_tokens=101), "max_tokens_exceeded",
            "max_tokens", "at most 100")
    for odd in (5_000_000_000, "100", 99.5, -1):    # whatever it is
        refused(still.chat(key, max_completion_tokens=odd),
                "max_tokens_exceeded", "max_completion_tokens", "at most 100")
    assert still.chat(key, max_tokens=100).status == 200
    assert still.chat(key).status == 200    # none sent: not judged
    long = [{"role": "user", "content": "x" * 200}]
    refused(still.chat(key, messages=long), "invalid_parameter", "messages",
            "max_prompt_tokens is 60")
    still.settled(key, 2)


# ---- counted ----

def test_refusals_are_counted_per_key_day_and_code(still):
    key = still.new_key(limits={"requests_per_day": 2,
                                "max_output_tokens": 10})
    assert burst(still, key, 12) == 2
    for _ in range(3):
        still.chat(key, model="nobody")
    still.chat(key, max_tokens=11)
    def written():
        return {r["code"]: r["count"] for r in still.query(
            "SELECT code, count FROM refusal f JOIN key k ON k.id = f.key_id "
            "WHERE k.public_id = ?", key[7:17])}

    with still.clock.ticking():             # the helper writes them now
        until(lambda: sum(written().values()) == 14)
    # who has no request left is told that first
    assert written() == {"rate_limit_exceeded": 14}


def test_a_clock_that_is_set_back_stops_nobody(still):
    """Rate windows go by the steady clock; ids go on from the latest."""
    key = still.new_key(limits={"requests_per_minute": 5})
    assert burst(still, key, 9) == 5
    still.clock.wall(-3600)
    still.expect_log("LG0114")
    still.clock.steady(12)
    still.wait_log("LG0114")
    assert burst(still, key, 5) == 1
    still.clock.wall(7200)
    still.clock.steady(12)
    assert burst(still, key, 5) == 1
    rows = still.settled(key, 7)
    assert all(0 <= r["end_ms"] < 60000 for r in rows)
    ids = [r["id"] for r in rows]
    assert ids == sorted(set(ids))


def test_json_of_limits(still):
    """What was accepted comes back, and PATCH changes it at once."""
    limits = {name: limit for name, limit, _ in WINDOWS}
    limits.update(tokens_per_minute=1, tokens_per_day=10**12, concurrency=3,
                  max_prompt_tokens=5, max_output_tokens=6)
    key = still.new_key(limits=limits)
    r = still.request("GET", "/v1/key", key=key)
    assert r.json()["limits"] == json.loads(json.dumps(limits))
