"""fsck of some days only, by call and by command."""
import subprocess

import pytest

from harness.checks import refused, wait_quiet
from harness.ledger import change

DAY_US = 86400 * 10**6


@pytest.fixture
def ledger(make_gw):
    """A gateway with a row on each of three days, a week apart, and where
    they begin; nothing is checked at the end."""
    gw = make_gw(clock="runs")
    gw.books = False
    key = gw.new_key()
    for count in (1, 2, 3):
        assert gw.chat(key).status == 200
        gw.settled(key, count)
        gw.clock.steady(7 * 86400)
        gw.clock.wall(7 * 86400)
    wait_quiet(gw)
    gw.starts = [(r["id"] >> 8) // DAY_US for r in gw.rows()]
    return gw


def day_of(gw, days):
    return gw.query("SELECT strftime('%Y-%m-%d', ?, 'unixepoch') AS t",
                    days * 86400)[0]["t"]


def fsck(gw, start=None, end=None):
    """Of days."""
    query = "&".join(f"{name}={day_of(gw, d)}T00:00:00Z" for name, d in
                     (("from", start), ("to", end)) if d is not None)
    r = gw.admin("GET", "/fsck?" + query)
    assert r.status == 200, r
    return r.json()


def command(gw, *defines):
    p = subprocess.run(gw.command("-t", "-D", "LLMGW_FSCK", *(
        x for d in defines for x in ("-D", d))), text=True,
        capture_output=True, env=gw.environment())
    return p.returncode, p.stdout


def test_rows_of_the_days(ledger):
    """Fault 4.5: only they are read."""
    a, b, c = ledger.starts
    assert fsck(ledger)["rows"] == 3
    for start, end, rows in ((a, a + 1, 1), (a, b, 1), (a, b + 1, 2),
                             (b, None, 2), (None, b, 1), (c + 1, None, 0),
                             (None, c + 1, 3), (a + 1, b, 0)):
        o = fsck(ledger, start, end)
        assert (o["rows"], o["repriced"], o["ok"]) == (rows, rows, True), o
        assert o.get("from") == (None if start is None else
                                 day_of(ledger, start) + "T00:00:00Z")


def test_a_part_of_a_day_is_the_day(ledger):
    """Fault 4.5: sums are of whole days; the answer says which."""
    b = day_of(ledger, ledger.starts[1])
    r = ledger.admin("GET", f"/fsck?from={b}T11:00:00Z&to={b}T11:00:01Z")
    o = r.json()
    assert (o["rows"], o["ok"]) == (1, True)
    assert o["from"] == b + "T00:00:00Z"
    assert o["to"] == day_of(ledger, ledger.starts[1] + 1) + "T00:00:00Z"
    refused(ledger.admin("GET", f"/fsck?from={b}T11:00:00Z&to={b}T11:00:00Z"),
            "invalid_parameter", "from")
    refused(ledger.admin("GET", "/fsck?from=yesterday"), "invalid_parameter",
            "from")


@pytest.mark.parametrize("check, sql, unit", [
    ("price", "UPDATE ledger SET amount = amount + 1 WHERE"
     " (id >> 8) / 86400000000 = ?", 1),
    ("hours", "UPDATE rollup_hour SET output = output + 1"
     " WHERE hour / 24 = ?", 1),
    ("days", "UPDATE rollup_day SET pico = pico + 1 WHERE day = ?", 1),
    ("spend", "UPDATE spend SET micro = micro + 1 WHERE quarter / 96 = ?", 1),
    ("attempts", "INSERT INTO attempt VALUES ((? * 86400000000 + 5) << 8, 1,"
     " 1, 500, 1, 1)", 1)])
def test_what_is_wrong_is_found_in_its_days(ledger, check, sql, unit):
    """Fault 4.5: and only there."""
    a, b, c = ledger.starts
    change(ledger, sql, b)
    for start, end in ((a, b), (b + 1, None), (None, b), (c, c + 1)):
        o = fsck(ledger, start, end)
        assert [x for x in o["findings"] if x["check"] != "budgets"] == [], o
    found = fsck(ledger, b, b + 1)
    assert check in [x["check"] for x in found["findings"]], found
    assert fsck(ledger)["wrong"] >= found["wrong"]


def test_the_command(ledger):
    """Fault 4.5: for a server that is stopped, or a copy."""
    a, b, c = (day_of(ledger, d) for d in ledger.starts)
    change(ledger, "UPDATE rollup_day SET output = output + 1 WHERE day = ?",
           ledger.starts[1])
    code, said = command(ledger, f"LLMGW_FSCK_TO={b}")
    assert (code, " 1 rows, 1 priced again, 0 findings" in said) == (0, True)
    code, said = command(ledger, f"LLMGW_FSCK_FROM={b}", f"LLMGW_FSCK_TO={c}")
    assert code == 1 and " 1 rows, 1 priced again, 1 findings" in said
    code, said = command(ledger)
    assert code == 1 and " 3 rows" in said
    for bad in ("LLMGW_FSCK_FROM=x", "LLMGW_FSCK_TO=2026-13-01",
                "LLMGW_FSCK_TO=2026-11-01T00:00:00Z", "LLMGW_FSCK_FROM="):
        code, said = command(ledger, bad)
        assert code == 1 and "must be a day as" in said
