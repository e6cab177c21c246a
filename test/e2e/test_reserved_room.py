"""A budget that has room but for the reserves of others: come again, it is
not spent."""
import concurrent.futures

import pytest

from harness.checks import refused
from harness.shapes import padded, plain
from harness.upstream import answer, gate
from harness.wait import until

USER = {"role": "user", "content": "hello"}
# (200 + 512 + 16) x 1 + 1000 x 1 CNY a million
RESERVE, CNY = 1728, 10**6
PRICE = {"currency": "CNY", "tiers": [{"input": "1", "output": "1"}]}


@pytest.fixture
def gw(gw, up):
    gw.must("PUT", "/models/roomy", {
        "routes": [{"upstream": "mock"}], "estimates": "fixed",
        "limit": {"context": 9000, "output": 5000}, "price": PRICE})
    up.default = lambda request: [gate("go")] + answer(plain(usage={
        "prompt_tokens": 20, "completion_tokens": 8, "total_tokens": 28}))
    return gw


def budget(micro):
    return {"amount": f"0.{micro:06d}", "currency": "CNY", "window": "total"}


def ask(gw, key, **more):
    return gw.request("POST", "/v1/chat/completions", padded(dict(
        {"model": "roomy", "max_tokens": 1000, "messages": [USER]}, **more),
        200), key)


def held(gw, up, key, count):
    """So many requests that wait for their answers; their results."""
    pool = concurrent.futures.ThreadPoolExecutor(count)
    jobs = [pool.submit(ask, gw, key) for _ in range(count)]
    pool.shutdown(wait=False)
    up.wait_requests(count)
    return jobs


def test_come_again(gw, up):
    """Fault 2.6: 40 at once on a budget for all of them: 32 were told that
    it is spent, and not to come again."""
    key = gw.new_key(budgets=[budget(5 * RESERVE)])
    jobs = held(gw, up, key, 5)
    for _ in range(3):
        r = ask(gw, key)
        text = refused(r, "rate_limit_exceeded", message="Rate limit reached "
                       "for requests: this API key has a budget of 0.00864 "
                       "CNY (total), 0 of it is spent, and requests under way "
                       "hold 0.00864 until they end; this one may cost up to "
                       "0.001728. Please try again in 1s.")
        assert "max_tokens" not in text
        assert r.headers["Retry-After"] == "1"
        assert "x-should-retry" not in r.headers
    up.open("go")
    assert [j.result().status for j in jobs] == [200] * 5
    assert ask(gw, key).status == 200       # and so it was
    gw.settled(key, 6)


def test_forty_that_all_fit_in_the_end(gw, up):
    """Fault 2.6: each that is refused comes again until all are through."""
    key = gw.new_key(budgets=[budget(8 * RESERVE)])
    told = []

    def one(_):
        while (r := ask(gw, key)).status != 200:
            refused(r, "rate_limit_exceeded")       # else it ends here
            told.append(r)

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        jobs = [pool.submit(one, i) for i in range(40)]
        try:
            until(lambda: len(told) >= 40)
        finally:
            up.open("go")
        for job in jobs:
            job.result()
    assert {r.json()["error"]["code"] for r in told} \
        == {"rate_limit_exceeded"}
    gw.settled(key, 40)


def test_what_would_fit_beside_them(gw, up):
    """Fault 2.6: the message has the max_tokens that fits now."""
    key = gw.new_key(budgets=[budget(2 * RESERVE)])
    jobs = held(gw, up, key, 1)
    r = ask(gw, key, max_tokens=1500)
    assert "at most 1000." in refused(r, "rate_limit_exceeded")
    up.open("go")
    assert jobs[0].result().status == 200
    gw.settled(key)


def test_spent_is_spent(gw, up):
    """What does not fit without the others' reserves is refused for good,
    whoever else refuses it for now."""
    up.open("go")
    gw.must("PUT", "/teams/roomy", {"budgets": [budget(3 * RESERVE)]})
    rich = gw.new_key(team="roomy", budgets=[budget(9 * RESERVE)])
    poor = gw.new_key(team="roomy", budgets=[budget(RESERVE)])
    assert ask(gw, poor).status == 200
    gw.settled(poor)
    up.clear()
    jobs = held(gw, up, rich, 2)
    r = ask(gw, poor)                   # the team's is reserved, too
    refused(r, "insufficient_quota", message="this API key has a budget")
    assert r.headers["x-should-retry"] == "false"
    r = ask(gw, rich)                   # 3 of 3 without the 28 spent
    refused(r, "rate_limit_exceeded", message="this team has a budget")
    up.open("go")
    for job in jobs:
        assert job.result().status == 200
    gw.settled(rich, 2)


def test_explain_says_so(gw, up):
    """Fault 2.6: explain, too."""
    key = gw.new_key(budgets=[budget(2 * RESERVE)])
    jobs = held(gw, up, key, 1)
    o = gw.must("POST", "/explain", {
        "key": key[7:17], "model": "roomy", "prompt_tokens": 1000,
        "max_tokens": 1000})
    assert not o["allowed"] and o["code"] == "rate_limit_exceeded", o
    assert o["binding"]["short_by"] == "0.000272"
    o = gw.must("POST", "/explain", {
        "key": key[7:17], "model": "roomy", "prompt_tokens": 1000,
        "max_tokens": 3000})
    assert o["code"] == "insufficient_quota"
    up.open("go")
    assert jobs[0].result().status == 200
    gw.settled(key)
