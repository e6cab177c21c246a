"""Graceful restarts under load: nothing is lost, nothing doubled, and limits
and budgets go on counting over both generations."""
import collections
import concurrent.futures
import itertools
import threading

from harness.checks import wait_quiet
from harness.shapes import plain
from harness.upstream import answer, done, event, head

USAGE = {"prompt_tokens": 812, "completion_tokens": 240, "total_tokens": 1052}
CHARGE = 4430000000
TEXT = {"choices": [{"index": 0, "delta": {"content": "hello"}}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
RESTARTS = 6


def test_nothing_is_lost_and_counters_go_on(make_gw, up):
    gw = make_gw(clock="still")     # windows do not refill meanwhile
    limit = 600
    key = gw.new_key(limits={"requests_per_day": limit},
                     budgets=[{"amount": "9000", "currency": "CNY",
                               "window": "month"}])
    seen = collections.Counter()

    def steps(request):
        body = request.json()
        seen[body["seed"]] += 1
        if body.get("stream"):
            return [head(), event(TEXT), event(STOP),
                    event({"choices": [], "usage": USAGE}), done()]
        return answer(plain(usage=USAGE))

    up.default = steps
    numbers, stop = itertools.count(), threading.Event()
    statuses = collections.Counter()

    def client():
        while not stop.is_set():
            n = next(numbers)
            try:
                r = gw.chat(key, stream=bool(n % 2), seed=n,
                            max_tokens=500)
            except (OSError, EOFError):     # an idle connection was closed
                statuses["closed"] += 1
                continue
            statuses[r.status] += 1

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        jobs = [pool.submit(client) for _ in range(12)]
        try:
            for _ in range(RESTARTS):
                before = sum(statuses.values())
                gw.graceful()
                while sum(statuses.values()) < before + 40:
                    stop.wait(0.001)
            while statuses[429] < 50:
                stop.wait(0.001)
        finally:
            stop.set()
        for job in jobs:
            job.result()
    assert set(statuses) <= {200, 429, "closed"}, statuses
    assert statuses["closed"] == 0, statuses
    wait_quiet(gw)
    rows = gw.settled(key, limit)
    assert statuses[200] == limit           # exactly, over all generations
    assert sum(seen.values()) == limit and set(seen.values()) == {1}
    assert {(r["state"], r["amount"]) for r in rows} == {(1, CHARGE)}
    b, = gw.request("GET", "/v1/key", key=key).json()["budgets"]
    assert (b["spent"], b["reserved"]) == ("2.658", "0")
    gw.check_books()
