"""fsck finds what somebody else changed in the ledger, by call and command."""
import functools
import subprocess

import pytest

from harness import ledger as books
from harness.checks import wait_quiet


@pytest.fixture
def ledger(make_gw):
    """A gateway with four rows, and write(sql) into its database."""
    gw = make_gw()
    key = gw.new_key()
    for stream in (False, True, False, True):
        assert gw.chat(key, stream=stream).status == 200
    gw.settled(key, 4)
    wait_quiet(gw)
    gw.write = functools.partial(books.change, gw)
    return gw


def command(gw):
    p = subprocess.run(gw.command("-t", "-D", "LLMGW_FSCK"), text=True,
                       capture_output=True, env=gw.environment())
    return p.returncode, p.stdout


def test_all_is_well(ledger):
    r = ledger.admin("GET", "/fsck").json()
    assert r == {"object": "fsck", "ok": True, "rows": 4, "repriced": 4,
                 "wrong": 0, "findings": []}
    code, said = command(ledger)
    assert code == 0
    assert said.endswith("4 rows, 4 priced again, 0 findings\n"), said


@pytest.mark.parametrize("check, change, back", [
    ("price", "UPDATE ledger SET amount = amount + 1 WHERE id = "
     "(SELECT min(id) FROM ledger)",
     "UPDATE ledger SET amount = amount - 1 WHERE id = "
     "(SELECT min(id) FROM ledger)"),
    ("price", "UPDATE ledger SET tier = tier + 1 WHERE id = "
     "(SELECT max(id) FROM ledger)",
     "UPDATE ledger SET tier = tier - 1 WHERE id = "
     "(SELECT max(id) FROM ledger)"),
    ("hours", "UPDATE rollup_hour SET output = output - 1",
     "UPDATE rollup_hour SET output = output + 1"),
    ("hours", "UPDATE rollup_hour SET pico = pico + 7",
     "UPDATE rollup_hour SET pico = pico - 7"),
    ("days", "UPDATE rollup_day SET requests = requests + 1",
     "UPDATE rollup_day SET requests = requests - 1"),
    ("spend", "UPDATE spend SET micro = micro + 1 WHERE team = 1",
     "UPDATE spend SET micro = micro - 1 WHERE team = 1"),
    ("spend", "UPDATE spend SET quarter = quarter - 1 WHERE team = 0",
     "UPDATE spend SET quarter = quarter + 1 WHERE team = 0"),
    ("attempts", "INSERT INTO attempt VALUES (1, 1, 1, 500, 1, 5)",
     "DELETE FROM attempt"),
], ids=lambda v: v if len(v) < 10 else "")
def test_what_was_changed_is_found(ledger, check, change, back):
    ledger.write(change)
    r = ledger.admin("GET", "/fsck").json()
    assert not r["ok"] and r["wrong"] == len(r["findings"]) > 0
    assert check in {f["check"] for f in r["findings"]}, r
    code, said = command(ledger)
    assert code == 1 and f"\n{check}: " in "\n" + said, said
    ledger.write(back)
    assert ledger.admin("GET", "/fsck").json()["ok"]
    assert command(ledger)[0] == 0


@pytest.mark.parametrize("column", ["amount", "output", "tier"])
def test_a_damaged_value_hides_no_other(ledger, column):
    """It is a finding of its own; what stands behind it is looked at."""
    row, last = ledger.query("SELECT min(id), max(id) FROM ledger")[0]
    was, = ledger.query(f"SELECT {column} FROM ledger WHERE id = {row}")[0]
    ledger.write(f"UPDATE ledger SET {column} = 'abc' WHERE id = {row}")
    ledger.write(f"UPDATE ledger SET amount = amount + 1 WHERE id = {last}")
    r = ledger.admin("GET", "/fsck").json()
    details = [f["detail"] for f in r["findings"] if f["check"] == "price"]
    assert r["rows"] == 4 and len(details) == 2, r
    assert any("a value of it is no integer" in d for d in details)
    code, said = command(ledger)
    assert code == 1 and "a value of it is no integer" in said
    ledger.write(f"UPDATE ledger SET {column} = {was} WHERE id = {row}")
    ledger.write(f"UPDATE ledger SET amount = amount - 1 WHERE id = {last}")
    assert ledger.admin("GET", "/fsck").json()["ok"]


def test_budgets_are_compared_with_the_ledger(ledger):
    """What a budget counts as spent is the sum of its rows; a change behind
    its back is found, and read by the next start."""
    key = ledger.new_key(budgets=[{"amount": "100", "currency": "CNY",
                                   "window": "total"}])
    assert ledger.chat(key).status == 200
    ledger.settled(key)
    wait_quiet(ledger)
    me = "owner_id = (SELECT max(id) FROM key)"
    ledger.write(f"UPDATE spend SET micro = micro + 5 WHERE NOT team AND {me}")
    r = ledger.admin("GET", "/fsck").json()
    assert {f["check"] for f in r["findings"]} == {"spend", "budgets"}, r
    ledger.write(f"UPDATE spend SET micro = micro - 5 WHERE NOT team AND {me}")
    assert ledger.admin("GET", "/fsck").json()["ok"]


def test_only_admins(ledger):
    key = ledger.new_key()
    assert ledger.admin("GET", "/fsck", key=key).status == 403
    assert ledger.admin("GET", "/fsck?x=1").status == 400


def test_a_large_ledger_while_it_is_written(gw, up, key):
    """Requests go on, and no row that is half way is a finding."""
    import concurrent.futures
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(gw.chat, key, stream=bool(i % 2))
                for i in range(80)]
        for _ in range(20):
            r = gw.admin("GET", "/fsck").json()
            assert r["ok"], r
        assert {j.result().status for j in jobs} == {200}
    gw.settled(key, 80)
