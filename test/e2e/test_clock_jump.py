"""A clock that jumps ahead is not believed, until it is set right or
confirmed; and what a jump that was believed has left is moved back."""
import datetime
import pathlib
import re
import time

import pytest

from harness import ledger
from harness.checks import refused, wait_quiet
from harness.shapes import plain
from harness.upstream import answer
from harness.wait import until

DAY = 86400
USAGE = {"prompt_tokens": 400, "completion_tokens": 10, "total_tokens": 410}
DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def budget(window="month"):
    return {"amount": "5", "currency": "CNY", "window": window}


def seconds(row):
    """The time that a row's id tells."""
    return (row["id"] >> 8) / 1e6


def refuses(gw, key):
    r = gw.chat(key)
    refused(r, "overloaded", message="the clock of the server has jumped")
    assert int(r.headers["Retry-After"]) >= 1


def clock(gw):
    return gw.must("GET", "/clock")


def reboot(gw):
    """What a reboot takes away."""
    (gw.root / "run" / "llmgw.segment").unlink(missing_ok=True)


@pytest.mark.parametrize("jump", [49 * 3600, 30 * DAY, 500 * DAY, 9000 * DAY])
def test_while_it_runs(make_gw, up, jump):
    """Fault 4.4: such a clock gets 503 and leaves nothing behind."""
    up.default = lambda request: answer(plain(usage=USAGE))
    gw = make_gw(clock="runs")
    ends = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(days=1)
    key = gw.new_key(budgets=[budget("day")],
                     expires_at=ends.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert gw.chat(key).status == 200
    gw.clock.wall(jump)
    for _ in range(3):
        refuses(gw, key)        # at once, and not 401 for a key of its time
    gw.expect_log("LG0116")
    gw.wait_log("LG0116")
    said = clock(gw)
    assert not said["believed"] and said["time"] > said["expected"]
    r = gw.admin("PUT", "/teams/late", {})
    refused(r, "overloaded", message='POST /llmgw/admin/v1/clock')
    assert "Retry-After" in r.headers
    assert gw.admin("GET", "/teams/default").status == 200
    assert gw.request("GET", "/v1/models", key=key).status == 200
    own = gw.request("GET", "/v1/key", key=key).json()["budgets"][0]
    assert own["spent"] == "0.0011"
    status = gw.request("GET", "/server-status?auto").body.decode()
    assert "LLMGatewayClockBelieved: 0" in status
    gw.clock.wall(-jump)
    assert gw.chat(key).status == 200
    gw.wait_log("LG0117")
    assert clock(gw)["believed"]
    rows = gw.settled(key, 2)
    assert all(abs(seconds(r) - time.time()) < 600 for r in rows)
    assert gw.request("GET", "/v1/key", key=key).json()["budgets"][0][
        "spent"] == "0.0022"
    gw.must("PUT", "/teams/late", {})


def test_the_bound_is_a_directive(make_gw, up):
    """Fault 4.4: and off believes everything."""
    gw = make_gw(clock="runs", server="LLMGatewayClockStep 1")
    key = gw.new_key()
    gw.clock.wall(3500)
    assert gw.chat(key).status == 200
    gw.clock.wall(3700)
    refuses(gw, key)
    gw.expect_log("LG0116")
    gw.wait_log("LG0116")
    gw.server = "LLMGatewayClockStep off"
    gw.graceful()
    until(lambda: gw.chat(key).status == 200)


def test_slow_steps_are_believed(make_gw):
    """What passes on the steady clock, too, is no jump."""
    gw = make_gw(clock="runs")
    key = gw.new_key()
    gw.clock.steady(100 * DAY)
    gw.clock.wall(100 * DAY)
    assert gw.chat(key).status == 200
    gw.clock.wall(40 * 3600)
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


def test_confirming_is_one_step(make_gw):
    """Fault 4.4: an administrator says that it is right."""
    gw = make_gw(clock="runs")
    key = gw.new_key(budgets=[budget()])
    gw.clock.wall(700 * DAY)
    refuses(gw, key)
    gw.expect_log("LG0116")
    gw.wait_log("LG0116")
    refused(gw.admin("POST", "/clock", {"confirm": False}),
            "invalid_parameter", "confirm")
    refused(gw.admin("POST", "/clock", {}), "missing_parameter", "confirm")
    refused(gw.admin("POST", "/clock", {"confirm": True}, key),
            "permission_denied")
    refuses(gw, key)
    said = gw.must("POST", "/clock", {"confirm": True})
    assert said["believed"] and said["time"] == said["expected"]
    assert gw.chat(key).status == 200
    gw.wait_log("LG0117")
    row, = gw.settled(key)
    assert seconds(row) - time.time() > 699 * DAY
    audit = gw.must("GET", "/audit?limit=1")["data"][0]
    assert (audit["action"], audit["object_type"]) == ("confirm", "clock")


@pytest.mark.parametrize("gone", [True, False])
def test_over_a_restart(make_gw, up, gone):
    """Fault 4.4: after a reboot by what the database knows, else by the
    steady clock, too."""
    gw = make_gw(clock="runs")
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    gw.stop()
    if gone:
        reboot(gw)
    gw.clock.wall(100 * DAY)
    gw.expect_log("LG0116")
    gw.start()
    refuses(gw, key)
    assert gw.log().count("LG0116") == 1
    gw.stop()
    if gone:
        reboot(gw)
    gw.start()                  # what it knew was not spoilt
    refuses(gw, key)
    gw.stop()
    if gone:
        reboot(gw)
    gw.clock.wall(-100 * DAY)
    gw.start()
    assert gw.chat(key).status == 200
    rows = gw.settled(key, 2)
    assert all(abs(seconds(r) - time.time()) < 600 for r in rows)


def wakes_late(gw, key):
    """Stopped, and started a hundred days later."""
    gw.stop()
    reboot(gw)
    gw.clock.wall(100 * DAY)
    gw.expect_log("LG0116")
    gw.start()
    refuses(gw, key)


def test_over_a_restart_without_any_request(make_gw):
    """Fault 4.4: a gateway that rests keeps the time, too."""
    gw = make_gw(clock="runs")
    key = gw.new_key()
    until(lambda: gw.query("SELECT seen_ms FROM clock"))
    wakes_late(gw, key)


def test_a_long_rest_is_confirmed_at_the_start(make_gw):
    """Fault 4.4: a machine that was off for months, without a word from the
    network about its clock."""
    gw = make_gw(clock="runs")
    key = gw.new_key()
    wakes_late(gw, key)
    gw.stop()
    gw.flags = ("-DLLMGW_CLOCK_CONFIRMED",)
    gw.start()
    assert gw.chat(key).status == 200
    gw.settled(key)
    gw.flags = ()
    gw.stop()
    reboot(gw)
    gw.clock.wall(2 * DAY - 3600)
    gw.start()                  # it is known from then on
    assert gw.chat(key).status == 200
    gw.settled(key, 2)


def test_httpd_was_stopped_while_the_machine_ran(make_gw):
    gw = make_gw(clock="runs")
    key = gw.new_key()
    gw.stop()
    gw.clock.wall(100 * DAY)
    gw.clock.steady(100 * DAY)
    gw.start()
    assert gw.chat(key).status == 200
    gw.settled(key)


def test_a_new_gateway_has_nothing_to_compare(make_gw, up):
    gw = make_gw(clock="runs", start=False)
    gw.clock.wall(3000 * DAY)
    gw.start()
    gw.set_up(up)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)


# ---- repair ----

def the_recipe():
    page = (DOCS / "operating.md").read_text()
    return re.search(r"^```sql\n(.*?)^```", page, re.M | re.S)[1]


def run_recipe(gw):
    ledger.run(gw, the_recipe())
    reboot(gw)


def test_the_recipe_moves_rows_back(make_gw, up):
    """Fault 4.4: rows, windows and the last time come out of the future."""
    up.default = lambda request: answer(plain(usage=USAGE))
    gw = make_gw(clock="runs", server="LLMGatewayClockStep off")
    key = gw.new_key(budgets=[dict(budget(), amount="1000000000")])
    other = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    gw.clock.wall(600 * DAY)
    up.script(*answer({"error": {"message": "no"}}, status=503))
    for k in (key, other, key):
        assert gw.chat(k).status in (200, 503)
    gw.expect_log("LG0080")
    gw.settled(key, 3)
    request = gw.must("GET", "/requests?limit=1")["data"][0]
    for amount in ("-0.000000000001", "10000000"):
        gw.must("POST", "/adjustments", {
            "key": key[7:17], "currency": "CNY", "amount": amount,
            "reason": "in the future"})
    gw.must("POST", "/adjustments", {
        "team": "default", "currency": "CNY", "amount": "1.5",
        "reason": "a request", "request": request["id"]})
    gw.must("PATCH", "/models/qwen3-max", {"price": {"tiers": [
        {"input": "5", "output": "10"}]}})
    wait_quiet(gw)
    gw.clock.wall(-600 * DAY)
    gw.expect_log("LG0114")
    gw.wait_log("LG0114")
    assert gw.chat(key).status == 200       # still in the future
    before = gw.settled(key, 6)
    assert [seconds(r) - time.time() > 500 * DAY for r in before] \
        == [False] + [True] * 5
    spent = gw.must("GET", "/usage?from=2020-01-01&to=2040-01-01"
                    "&group_by=key")["data"]
    assert gw.chat(key, model="none").status == 404
    gw.stop()
    day = int(time.time()) // DAY + 500
    ledger.change(gw, "INSERT INTO aborted VALUES (2, ?, 7)", day)
    ledger.change(gw, "INSERT INTO widening VALUES (2, 1, 1, ?, 9, 9)",
                  day * DAY * 10**6)
    assert gw.query("SELECT max(day) FROM refusal")[0][0] > day
    run_recipe(gw)
    today = int(time.time()) // DAY
    for table in ("refusal", "aborted"):
        assert (gw.query(f"SELECT max(day) FROM {table}")[0][0] or 0) <= today
    assert gw.query("SELECT seen_us FROM widening")[0][0] \
        <= time.time() * 10**6
    gw.start()
    rows = gw.rows()
    ages = [time.time() - seconds(r) for r in rows]
    assert all(-5 < age < 600 for age in ages), ages
    after = gw.rows(key)
    same = ("kind", "state", "amount", "micro", "price_id", "input", "status")
    assert [[r[n] for n in same] for r in after] \
        == [[r[n] for n in same] for r in before]
    steps = [b["id"] - a["id"] for a, b in zip(before[1:], before[2:])]
    assert steps == [b["id"] - a["id"] for a, b in zip(after[1:], after[2:])]
    gw.check_books()
    assert gw.must("GET", "/usage?from=2020-01-01&to=2040-01-01"
                   "&group_by=key")["data"] == spent
    window = gw.must("GET", "/keys/" + key[7:17])["budget_status"][0]
    mine, = [s["amount"] for s in spent if s["key"] == key[7:17]]
    assert window["spent"] == mine
    corrected, = gw.query("SELECT request_id FROM adjustment"
                          " WHERE request_id IS NOT NULL")
    assert corrected["request_id"] in [r["id"] for r in rows]
    assert not gw.query("SELECT 1 FROM attempt WHERE ledger_id NOT IN"
                        " (SELECT id FROM ledger)")
    assert not gw.query("SELECT 1 FROM price WHERE from_ms > ?",
                        time.time() * 1000 + 5000)
    # from here on all is as if it had never been
    fresh = gw.new_key()
    assert gw.chat(fresh).status == 200
    row, = gw.settled(fresh)
    assert abs(seconds(row) - time.time()) < 600
    assert "LG0114" not in gw.log().rpartition("resuming normal")[2]


def test_the_recipe_changes_nothing_that_is_right(make_gw):
    """Fault 4.4: it may be run twice, or for nothing."""
    gw = make_gw()
    key = gw.new_key()
    gw.chat(key)
    gw.settled(key)
    gw.stop()
    tables = ("ledger", "rollup_day", "rollup_hour", "spend", "price",
              "audit", "adjustment", "attempt")
    before = [[tuple(r) for r in gw.query(f"SELECT * FROM {t}")]
              for t in tables]
    run_recipe(gw)
    assert before == [[tuple(r) for r in gw.query(f"SELECT * FROM {t}")]
                      for t in tables]
    gw.start()
    gw.check_books()
