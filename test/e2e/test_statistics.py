"""What is learnt and counted beside the ledger, and shown to administrators:
calibrations of models, refusals, budgets as they stand."""
import datetime
import os
import shutil
import time

from harness import bulk, ledger
from harness.checks import refused, wait_quiet
from harness.httpd import TOP, run_user
from harness.shapes import plain
from harness.upstream import answer
from harness.wait import until

PRICE = {"currency": "CNY", "tiers": [{"input": "2.5", "output": "10"}]}


def usage(prompt, output):
    return {"prompt_tokens": prompt, "completion_tokens": output,
            "total_tokens": prompt + output}


def test_estimates_are_calibrated_by_settled_rows(make_gw, up):
    """400 bytes were 128 tokens and the answers 100 in 40 bytes: after fifty
    rows that is what is expected."""
    gw = make_gw(models={"m": {"price": PRICE, "estimates": "calibrated",
                               "limit": {"context": 10**6, "output": 10**5}}})
    gw.size = 400
    key = gw.new_key(limits={"tokens_per_day": 10**9})
    up.default = lambda request: answer(plain("x" * 40, usage(128, 100)))

    def ask():
        r = gw.chat(key, model="m", max_tokens=100)
        assert r.status == 200
        wait_quiet(gw)
        return int(r.headers["x-ratelimit-remaining-tokens"])

    def shown():
        return gw.must("GET", "/models/m")["calibration"]

    assert shown() == {"rows": 0, "prompt_tokens_per_1000_bytes": 250,
                       "output_tokens_per_1000_bytes": 250,
                       "mean_output_tokens": 512,
                       "prompt_error_permille": None,
                       "reserve_widened_by_tokens": 0}
    assert ask() == 10**9 - (100 + 8) - 100
    for _ in range(49):
        ask()
    # 120 of 400 bytes, since 8 are for the message; 20 of 120 were missed
    assert shown() == {"rows": 50, "prompt_tokens_per_1000_bytes": 300,
                       "output_tokens_per_1000_bytes": 2000,
                       "mean_output_tokens": 100,
                       "prompt_error_permille": 166,
                       "reserve_widened_by_tokens": 0}
    assert ask() == 10**9 - (120 + 8) - 100
    # a new httpd goes on with it, even after a reboot
    gw.stop()
    (gw.root / "run" / "llmgw.segment").unlink()
    gw.start()
    assert shown()["rows"] == 51
    up.script(*answer(plain("x" * 40, None)))       # nobody counted
    ask()
    row = gw.settled(key, 52)[-1]
    assert (row["state"], row["input"], row["output"]) == (2, 128, 80)
    gw.must("PATCH", "/models/m", {"estimates": "fixed"})
    up.script(*answer(plain("x" * 40, None)))
    ask()
    row = gw.settled(key, 53)[-1]
    assert (row["input"], row["output"]) == (108, 10)


def test_what_an_older_database_had_learnt(make_gw):
    """It had one calibration for a model, and did not count aborts."""
    gw = make_gw(start=False)
    path = gw.state / "llmgw.db"
    ledger.run(path, (TOP / "sql/migrations/001_initial.sql").read_text())
    ledger.run(path, """
        PRAGMA user_version = 1;
        INSERT INTO model (id, name, spec, created_ms) VALUES
            (7, 'm', '{"routes": []}', 1);
        INSERT INTO calibration VALUES
            (7, 60, 6000, 60, 24000, 7200, 1200, 60, 2400, 6000, 99, 9);
        INSERT INTO key (id, public_id, team_id, scope, name, spec,
            created_ms) VALUES (9, 'AAAAAAAAAA', 1, 0, 'x', '{}', 1);
        INSERT INTO currency VALUES (1, 'CNY');""")
    if os.geteuid() == 0:
        shutil.chown(path, run_user(), run_user())
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()[:19]
    bulk.fill(path, [{"id": bulk.ledger_id(now, n), "key_id": 9, "team_id": 1,
                      "model_id": 7, "currency_id": 1, "state": 4,
                      "source": 0, "price_id": None, "tier": None,
                      "flags": 4 * (n < 2)} for n in range(3)])
    gw.books = False            # rows without a price are not ours
    gw.start()
    c = gw.must("GET", "/models/m")["calibration"]
    assert (c["rows"], c["prompt_tokens_per_1000_bytes"]) == (60, 300)
    assert c["reserve_widened_by_tokens"] == 0
    assert gw.must("GET", "/keys/AAAAAAAAAA")["aborted_requests"][
        "days_30"] == 2


def test_refusals_are_listed(gw, up):
    gw.must("PUT", "/teams/refused", {})
    chief = gw.new_key(team="refused", scope="team")
    key = gw.new_key(team="refused", models=["qwen3-max"])
    other = gw.new_key(models=["qwen3-max"])
    for k, n in ((key, 3), (other, 2)):
        for _ in range(n):
            refused(gw.chat(k, model="qwen-plus"), "model_not_found", "model")
    refused(gw.request("POST", "/v1/chat/completions", b"{", key),
            "invalid_json")
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()

    def counts(path, by=None):
        r = gw.admin("GET", path, key=by)
        assert r.status == 200, r
        return {(o["key"], o["day"], o["code"]): o["count"]
                for o in r.json()["data"]}

    mine = {(key[7:17], today, "model_not_found"): 3,
            (key[7:17], today, "invalid_json"): 1}
    until(lambda: sum(counts(f"/refusals?key={key[7:17]}").values()) == 4
          and counts(f"/refusals?key={other[7:17]}"),
          "refusals are not written")
    assert counts(f"/refusals?key={key[7:17]}") == mine
    assert counts("/refusals", chief) == mine
    everything = counts("/refusals")
    assert everything[other[7:17], today, "model_not_found"] == 2
    assert mine.items() <= everything.items()
    assert counts("/refusals?to=2020-01-01&from=2019-01-01") == {}
    refused(gw.admin("GET", f"/refusals?key={other[7:17]}", key=chief),
            "not_found")
    refused(gw.admin("GET", "/refusals?day=1"), "invalid_parameter", "day")
    refused(gw.admin("GET", "/refusals", key=key), "permission_denied")


def test_administrators_see_what_is_left_of_a_budget(gw, up):
    budget = {"amount": "1", "currency": "CNY", "window": "total"}
    gw.must("PUT", "/teams/shown", {"budgets": [budget]})
    key = gw.new_key(team="shown", budgets=[budget])
    up.default = lambda request: answer(plain(usage=usage(812, 240)))
    assert gw.chat(key, max_tokens=500).status == 200
    gw.settled(key)
    for path in ("/keys/" + key[7:17], "/teams/shown"):
        o = gw.must("GET", path)
        assert o["budgets"] == [budget]
        assert o["budget_status"] == [dict(
            budget, zone="+00:00", spent="0.00443", reserved="0",
            available="0.99557", soft_passed=False)]
    # ... and may give it back as it is
    o = gw.must("GET", "/teams/shown")
    assert gw.must("PUT", "/teams/shown", o)["budgets"] == [budget]
    assert "budget_status" not in gw.must("GET", "/teams/default")
