"""Adjustments: amounts that belong to no request, in the ledger, its sums
and the audit trail at once, or nowhere."""
import concurrent.futures
import json
import time

import pytest

from harness import bulk, ledger
from harness.checks import refused
from harness.keys import make

DAY = "from=2020-01-01&to=2030-01-01"


@pytest.fixture
def mine(gw):
    """A key of its own, as the API shows it."""
    return gw.must("POST", "/keys", {"name": "adjusted"})


def post(gw, body, key=None):
    return gw.admin("POST", "/adjustments", body, key)


def credit(mine, **more):
    return dict({"key": mine["id"], "amount": "-1.25", "currency": "CNY",
                 "reason": "goodwill"}, **more)


def counts(gw):
    return [gw.query(f"SELECT count(*) AS n FROM {t}")[0]["n"]
            for t in ("ledger", "adjustment", "audit", "rollup_hour",
                      "rollup_day")]


def sums(gw, query):
    return {r["currency"]: (r["requests"], r["amount"])
            for r in gw.must("GET", f"/usage?{DAY}&{query}")["data"]}


# ---- what is written ----

def test_a_row_its_sums_and_its_audit_row(gw, mine):
    before, began = counts(gw), time.time()
    r = post(gw, credit(mine))
    ended = time.time()
    assert r.status == 201
    made = r.json()
    row, = gw.rows(mine["key"])
    assert made == {
        "object": "request", "id": bulk.id_text(row["id"]),
        "kind": "adjustment", "state": "settled", "source": "none",
        "flags": [], "key": mine["id"], "team": "default",
        "started_at": made["started_at"], "reason": "goodwill",
        "reference": None, "request": None, "amount": "-1.25",
        "currency": "CNY"}
    assert (row["kind"], row["amount"], row["state"], row["source"],
            row["model_id"], row["status"]) == (1, -1250000000000, 1, 0,
                                                None, 0)
    # a row's time may be one of the latest row's, and the last 1/256 µs is cut
    assert began - 1 < (row["id"] >> 8) / 1e6 < ended + 1
    after = counts(gw)
    assert [b - a for a, b in zip(before, after)] == [1] * 5
    for table in ("rollup_hour", "rollup_day"):
        rollup, = gw.query(f"SELECT * FROM {table} WHERE key_id = ?",
                           row["key_id"])
        assert (rollup["model_id"], rollup["requests"], rollup["failed"],
                rollup["micro"] * 10**6 + rollup["pico"]) \
            == (0, 0, 0, row["amount"])
    audit = gw.query("SELECT * FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert (audit["actor"], audit["action"], audit["object"],
            audit["object_id"]) == (gw.admin_key()[7:17], "create",
                                    "adjustment", made["id"])
    assert json.loads(audit["detail"]) == credit(mine)
    extra, = gw.query("SELECT a.*, k.public_id FROM adjustment a JOIN key k"
                      " ON k.id = a.actor_id WHERE ledger_id = ?", row["id"])
    assert (extra["public_id"], extra["reason"]) == (gw.admin_key()[7:17],
                                                     "goodwill")
    # where rows are shown
    assert gw.must("GET", "/requests/" + made["id"]) == made
    listed = gw.must("GET", f"/requests?kind=adjustment&key={mine['id']}")
    assert listed["data"] == [made]
    receipt = gw.request("GET", "/v1/receipts/" + made["id"],
                         key=mine["key"]).json()
    assert receipt == dict(made, object="receipt")
    assert sums(gw, "key=" + mine["id"]) == {"CNY": (0, "-1.25")}


def test_it_counts_with_the_requests(gw, up, mine):
    gw.chat(mine["key"])
    row, = gw.settled(mine["key"])
    post(gw, credit(mine, amount="0.5"))
    post(gw, credit(mine, amount="-0.000000000001"))
    post(gw, credit(mine, amount="3", currency="USD"))
    got = sums(gw, f"key={mine['id']}&group_by=key")
    assert got["USD"] == (0, "3")
    want = row["amount"] + 5 * 10**11 - 1
    rows = gw.must("GET", f"/usage?{DAY}&key={mine['id']}&group_by=model")
    by_model = {(r["model"], r["currency"]): r["amount"]
                for r in rows["data"]}
    assert by_model[None, "CNY"] == "0.499999999999"
    assert by_model[None, "USD"] == "3" and len(by_model) == 3
    cny, = [r for r in gw.must("GET", f"/usage?{DAY}&key={mine['id']}")[
        "data"] if r["currency"] == "CNY"]
    assert cny["requests"] == 1
    assert cny["amount"] == f"{want / 10**12:.12f}".rstrip("0")


def test_a_whole_team(make_gw):
    gw = make_gw()
    gw.must("PUT", "/teams/blue", {})
    gw.must("PUT", "/teams/red", {})
    blue = gw.must("POST", "/keys", {"name": "b", "team": "blue",
                                     "scope": "team"})
    made = post(gw, {"team": "blue", "amount": "10", "currency": "CNY",
                     "reason": "setup fee"}).json()
    post(gw, {"team": "red", "amount": "7", "currency": "CNY", "reason": "x"})
    assert (made["key"], made["team"]) == (None, "blue")
    assert sums(gw, "team=blue") == {"CNY": (0, "10")}
    assert sums(gw, "team=red") == {"CNY": (0, "7")}
    own = gw.admin("GET", "/requests", key=blue["key"]).json()["data"]
    assert own == [made]
    assert gw.admin("GET", f"/usage?{DAY}&group_by=team,key",
                    key=blue["key"]).json()["data"][0]["amount"] == "10"
    refused(gw.request("GET", "/v1/receipts/" + made["id"], key=blue["key"]),
            "receipt_not_found")
    gw.check_books()


def test_what_a_request_was_billed_wrongly(gw, up, mine):
    rid = gw.chat(mine["key"]).headers["x-request-id"]
    gw.settled(mine["key"])
    made = post(gw, credit(mine, request=rid)).json()
    assert made["request"] == rid
    other = gw.must("POST", "/keys", {"name": "other"})
    for body, why in (
            (credit(mine, request="req_0000000000000"), "there is no"),
            (credit(mine, request="x"), "there is no"),
            (credit(other, request=rid), "another key"),
            (credit(mine, request=rid, currency="USD"), "billed in CNY")):
        refused(post(gw, body), "invalid_parameter", "request", why)
    assert len(gw.rows(other["key"])) == 0


# ---- budgets ----

def spent(gw, key):
    """What the key's first budget says."""
    own = gw.request("GET", "/v1/key", key=key).json()
    return own["budgets"][0]["spent"]


def test_budgets_see_it_at_once(gw, up):
    """In every child, whether they had met the key's budget before or not."""
    mine = gw.must("POST", "/keys", {"name": "b", "budgets": [
        {"amount": "10", "currency": "CNY", "window": "month"}]})
    assert gw.chat(mine["key"], max_tokens=10).status == 200
    row, = gw.settled(mine["key"])
    before = row["amount"]
    post(gw, credit(mine, amount="9.99"))
    post(gw, credit(mine, amount="5", currency="USD"))
    assert spent(gw, mine["key"]) == f"{before / 1e12 + 9.99:.12f}".rstrip(
        "0")
    for _ in range(8):
        refused(gw.chat(mine["key"], max_tokens=5000), "insufficient_quota")
    post(gw, credit(mine, amount="-9.99"))
    for _ in range(8):
        assert gw.chat(mine["key"], max_tokens=10).status == 200
    gw.settled(mine["key"], 12)


def test_a_teams_budget_sees_its_adjustments(gw, up):
    name = "budget-" + make()[7:17]
    gw.must("PUT", "/teams/" + name, {"budgets": [
        {"amount": "1", "currency": "CNY", "window": "total"}]})
    mine = gw.must("POST", "/keys", {"name": "b", "team": name})
    assert gw.chat(mine["key"], max_tokens=10).status == 200
    whole = {"amount": "1", "currency": "CNY", "reason": "x", "team": name}
    assert post(gw, whole).status == 201
    refused(gw.chat(mine["key"], max_tokens=10), "insufficient_quota")
    assert post(gw, credit(mine, amount="-1")).status == 201
    assert gw.chat(mine["key"], max_tokens=10).status == 200
    gw.settled(mine["key"], 3)


# ---- once ----

def test_a_reference_makes_it_safe_to_repeat(gw, up, mine):
    rid = gw.chat(mine["key"]).headers["x-request-id"]
    gw.settled(mine["key"])
    reference = "invoice-7/" + mine["id"]
    body = credit(mine, reference=reference)
    first = post(gw, body)
    assert first.status == 201
    before = counts(gw)
    again = post(gw, body)
    assert again.status == 200 and again.json() == first.json()
    for change in ({"amount": "-1.26"}, {"currency": "USD"},
                   {"reason": "other"}, {"request": rid}, {"key": gw.new_key()[7:17]}):
        r = post(gw, dict(body, **change))
        refused(r, "conflict", "reference", "another adjustment")
        assert r.headers["x-should-retry"] == "false"
    after = counts(gw)
    assert after[:2] == before[:2] and after[3:] == before[3:]
    assert after[2] == before[2] + 1        # the key that was made


def test_repeated_at_the_same_time_it_is_one(gw, mine):
    body = credit(mine, reference="at once " + mine["id"])
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(gw, body), range(16)))
    assert sorted(r.status for r in answers) == [200] * 15 + [201]
    assert len({r.json()["id"] for r in answers}) == 1
    assert len(gw.rows(mine["key"])) == 1


def test_many_at_once_beside_requests(gw, up, mine):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = [pool.submit(post, gw, credit(mine, amount=f"0.{i:03}1"))
                for i in range(40)]
        chats = [pool.submit(gw.chat, mine["key"]) for _ in range(40)]
        assert {m.result().status for m in made} == {201}
        assert {c.result().status for c in chats} == {200}
    rows = gw.settled(mine["key"], 80)
    assert len({r["id"] for r in rows}) == 80
    assert sum(r["amount"] for r in rows if r["kind"] == 1) == sum(
        10**9 * i + 10**8 for i in range(40))


def test_while_the_database_is_locked_nothing_is_written(gw, mine):
    gw.expect_log("LG0200")
    before = counts(gw)
    with ledger.held(gw):
        r = post(gw, credit(mine))
        refused(r, "overloaded", message="nothing was changed")
        assert r.headers["Retry-After"] == "1"
    assert counts(gw) == before
    assert post(gw, credit(mine)).status == 201


# ---- refusals ----

BAD = [
    ({"amount": 1}, "amount"), ({"amount": "0"}, "amount"),
    ({"amount": "-0.000"}, "amount"), ({"amount": ""}, "amount"),
    ({"amount": "+1"}, "amount"), ({"amount": "--1"}, "amount"),
    ({"amount": "1e3"}, "amount"), ({"amount": "01"}, "amount"),
    ({"amount": ".5"}, "amount"), ({"amount": "1."}, "amount"),
    ({"amount": "0.0000000000001"}, "amount"), ({"amount": "1 "}, "amount"),
    ({"amount": "1000000000001"}, "amount"), ({"amount": None}, "amount"),
    ({"amount": "-1000000000000.000000000001"}, "amount"),
    ({"amount": "12345678901234"}, "amount"),
    ({"currency": "EUR"}, "currency"), ({"currency": "XXX"}, "currency"),
    ({"currency": "cny"}, "currency"), ({"currency": "C"}, "currency"),
    ({"currency": 1}, "currency"), ({"reason": ""}, "reason"),
    ({"reason": "x" * 501}, "reason"), ({"reason": "a\nb"}, "reason"),
    ({"reason": []}, "reason"), ({"reference": ""}, "reference"),
    ({"reference": "x" * 201}, "reference"), ({"key": "none"}, "key"),
    ({"key": 5}, "key"), ({"request": 5}, "request"),
    ({"team": "default"}, "team"), ({"model": "qwen3-max"}, "model"),
    ({"id": "x"}, "id"), ({"request": ""}, "request"),
]


def test_what_cannot_be_an_adjustment(gw, mine):
    before = counts(gw)
    for change, param in BAD:
        r = post(gw, credit(mine, **change))
        refused(r, "invalid_parameter", param)
    body = credit(mine)
    for name in ("amount", "currency", "reason", "key"):
        refused(post(gw, {k: v for k, v in body.items() if k != name}),
                "missing_parameter", name)
    refused(post(gw, dict(credit(mine, team="none"), key=None)),
            "invalid_parameter", "key")
    team = {k: v for k, v in body.items() if k != "key"}
    refused(post(gw, dict(team, team="none")), "invalid_parameter", "team")
    for raw in (b"", b"[]", b"x", b'{"amount":"1","amount":"1"}'):
        refused(post(gw, raw), "invalid_json")
    refused(gw.admin("POST", "/adjustments?x=1", body), "invalid_parameter",
            "x")
    assert counts(gw) == before
    for amount in ("9223371.999999999999", "-9223371.999999999999",
                   "0.000000000001"):
        made = post(gw, credit(mine, amount=amount))
        assert made.status == 201 and made.json()["amount"] == amount


def test_who_may(gw, mine):
    before = counts(gw)
    team = gw.new_key(scope="team")
    for key in (mine["key"], team):
        refused(post(gw, credit(mine), key), "permission_denied",
                message="lacks the scope 'admin'")
    url = "/llmgw/admin/v1/adjustments"
    refused(gw.request("POST", url, credit(mine)), "missing_api_key")
    refused(gw.request("POST", url, credit(mine), make()), "invalid_api_key")
    r = gw.admin("GET", "/adjustments")
    refused(r, "method_not_allowed")
    assert r.headers["Allow"] == "POST, OPTIONS"
    refused(gw.admin("POST", "/adjustments/x", credit(mine)), "unknown_url")
    after = counts(gw)
    assert after[:2] == before[:2] and after[2] == before[2] + 1
