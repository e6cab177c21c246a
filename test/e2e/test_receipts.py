"""Receipts: a key's own rows, as a list, by our id and by the answer's."""
import os
import signal

import pytest

from harness import bulk, ledger, shapes
from harness.checks import refused, wait_quiet
from harness.keys import make
from harness.upstream import answer, done, event, head


def get(gw, key, rest=""):
    return gw.request("GET", "/v1/receipts" + rest, key=key)


def ids(r):
    assert r.status == 200, r
    return [x["id"] for x in r.json()["data"]]


# ---- the list ----

@pytest.fixture(scope="module")
def past(module_gw):
    gw = module_gw()
    gw.own = [gw.must("POST", "/keys", {"name": f"k{i}"}) for i in range(2)]
    names = bulk.names(gw)
    bulk.fill(gw.database, [
        {"id": bulk.ledger_id("2025-01-15", i * 10**7), "team_id": 1,
         "key_id": names["key", gw.own[i % 3 == 0]["id"]], "price_id": 1,
         "model_id": names["model", "qwen-plus" if i % 4 else "qwen3-max"],
         "currency_id": names["currency", "CNY"], "state": 1 + i % 4}
        for i in range(600)])
    gw.ledger = [dict(r) for r in gw.query(
        "SELECT l.*, k.public_id AS key, m.name AS model FROM ledger l JOIN"
        " key k ON k.id = l.key_id JOIN model m ON m.id = l.model_id"
        " ORDER BY l.id DESC")]
    return gw


def wanted(gw, n, **match):
    return [bulk.id_text(r["id"]) for r in gw.ledger
            if r["key"] == gw.own[n]["id"]
            and all(r[k] == v for k, v in match.items())]


def test_own_receipts_page_by_page(past):
    for n in (0, 1):
        key, want = past.own[n]["key"], wanted(past, n)
        assert ids(get(past, key)) == want[:100]
        for limit in (7, 199, 1000):
            got, after = [], ""
            while True:
                page = get(past, key, f"?limit={limit}{after}").json()
                assert list(page) == ["object", "data", "has_more", "next"]
                got += [r["id"] for r in page["data"]]
                assert page["has_more"] == (got != want)
                if not page["has_more"]:
                    break
                after = "&after=" + page["next"]
            assert got == want
        assert ids(get(past, key, "?limit=1000&state=failed")) == wanted(
            past, n, state=4)
        assert ids(get(past, key, "?limit=1000&model=qwen3-max&state=free"
                       "&currency=CNY")) == wanted(past, n, state=3,
                                                   model="qwen3-max")
        assert ids(get(past, key, "?from=2025-01-15T00:10:00Z"
                       "&to=2025-01-15T00:20:00Z")) == [
            i for i in want if bulk.id_text(bulk.ledger_id(
                "2025-01-15T00:10:00")) <= i < bulk.id_text(
                bulk.ledger_id("2025-01-15T00:20:00"))]
        assert ids(get(past, key, "?model=none")) == []
    one = get(past, key, "?limit=1").json()["data"][0]
    assert one == get(past, key, "/" + one["id"]).json()
    assert "upstream" not in one and one["object"] == "receipt"
    assert ids(get(past, past.new_key())) == []
    refused(get(past, past.own[0]["key"], "/" + want[0]), "receipt_not_found")


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("after=x", "after"), ("after=", "after"),
    ("key=x", "key"), ("team=default", "team"), ("state=open", "state"),
    ("from=1", "from"), ("from=2025-01-02&to=2025-01-01", "from"),
    ("upstream=mock", "upstream"), ("limit=5&limit=5", "limit")])
def test_what_cannot_be_asked(past, query, param):
    key = past.own[0]["key"]
    refused(get(past, key, "?" + query), "invalid_parameter", param)


def test_who_may_ask(past):
    refused(get(past, None), "missing_api_key")
    refused(get(past, make()), "invalid_api_key")
    key = past.own[0]["key"]
    refused(past.request("POST", "/v1/receipts", {}, key),
            "method_not_allowed")
    head_ = past.request("HEAD", "/v1/receipts", key=key)
    assert head_.status == 200 and head_.body == b""
    refused(get(past, key, "/" + wanted(past, 0)[0] + "?x=1"),
            "invalid_parameter", "x")


# ---- by the answer's own id ----

@pytest.fixture(scope="module")
def asking(module_gw):
    """A gateway whose team `asks` wants receipts by the answer's id."""
    gw = module_gw()
    gw.must("PUT", "/teams/asks", {"answer_ids": True})
    return gw


@pytest.fixture
def asks(asking, up):
    asking.new_log_lines()
    yield asking
    asking.check_log()
    asking.check_books()


def chat(gw, up, key, name, **more):
    up.script(answer(shapes.plain(id=name)))
    r = gw.chat(key, **more)
    assert r.status == 200
    return r.headers["x-request-id"]


def test_a_receipt_by_the_answers_id(asks, up):
    key, other = asks.new_key(team="asks"), asks.new_key(team="asks")
    rid = chat(asks, up, key, "chatcmpl-é/7")
    up.script(head(), event(shapes.chunk("", id="stream-1")),
              event(shapes.chunk("Hi", id="stream-1")),
              event(shapes.chunk(finish="stop", id="stream-1")),
              event(shapes.usage_chunk(id="stream-1")), done())
    with asks.stream(key) as s:
        s.rest()
        streamed = s.headers["x-request-id"]
    rows = asks.settled(key, 2)
    for name, want in (("chatcmpl-%C3%A9%2F7", rid),
                       ("chatcmpl-%C3%A9/7", rid), ("stream-1", streamed)):
        got = get(asks, key, "/" + name)
        assert got.status == 200 and got.json()["id"] == want
        refused(get(asks, other, "/" + name), "receipt_not_found")
    assert get(asks, key, "/" + rid).json()["amount"] == "0.003"
    kept = asks.query("SELECT ledger_id FROM answer ORDER BY ledger_id")
    assert {r["ledger_id"] for r in kept} >= {r["id"] for r in rows}
    # the id itself is nowhere
    assert b"stream-1" not in asks.database.read_bytes()


def test_the_newest_of_two_answers_of_one_id(asks, up):
    key = asks.new_key(team="asks")
    chat(asks, up, key, "same")
    last = chat(asks, up, key, "same")
    asks.settled(key, 2)
    assert get(asks, key, "/same").json()["id"] == last


def test_before_the_row_is_written(asks, up):
    key = asks.new_key(team="asks")
    helper = asks.helper_pid()
    os.kill(helper, signal.SIGSTOP)
    try:
        rid = chat(asks, up, key, "unwritten")
        other = asks.new_key(team="asks")
        chat(asks, up, other, "unwritten")      # another's, of the same id
        assert asks.rows(key) == []
        got = get(asks, key, "/unwritten").json()
        assert (got["id"], got["state"]) == (rid, "open")
        refused(get(asks, asks.new_key(team="asks"), "/unwritten"),
                "receipt_not_found")
    finally:
        os.kill(helper, signal.SIGCONT)
    asks.settled(key)
    asks.settled(other)
    assert get(asks, key, "/unwritten").json()["state"] == "settled"


def test_a_team_that_does_not_ask(asks, up):
    key = asks.new_key()
    chat(asks, up, key, "not-kept")
    row, = asks.settled(key)
    refused(get(asks, key, "/not-kept"), "receipt_not_found")
    assert not asks.query("SELECT 1 FROM answer WHERE ledger_id = ?",
                          row["id"])


def test_for_a_day(asks, up):
    """An older one is not found, and the next rows push it out."""
    key = asks.new_key(team="asks")
    young, old = chat(asks, up, key, "young"), chat(asks, up, key, "old")
    rows = asks.settled(key, 2)
    wait_quiet(asks)
    hour = 3600 * 10**6 << 8
    with ledger.writing(asks) as db:
        for row, hours in zip(rows, (23, 25)):
            for table, column in (("ledger", "id"), ("answer", "ledger_id")):
                db.execute(f"UPDATE {table} SET {column} = {column} - ? WHERE"
                           f" {column} = ?", (hours * hour, row["id"]))
    assert get(asks, key, "/young").status == 200
    refused(get(asks, key, "/old"), "receipt_not_found")
    assert {young, old}.isdisjoint(ids(get(asks, key)))
    left = [r["id"] for r in asks.rows(key)]
    assert len(asks.query("SELECT 1 FROM answer WHERE ledger_id IN (?, ?)",
                          *left)) == 2
    chat(asks, up, key, "another")
    asks.settled(key, 3)
    wait_quiet(asks)
    kept = asks.query("SELECT ledger_id FROM answer WHERE ledger_id IN"
                      " (?, ?)", *left)
    # rows come oldest first: the one of 25 hours ago is gone
    assert [r["ledger_id"] for r in kept] == left[1:]
    assert get(asks, key, "/young").status == 200
    fix(asks, rows, hour)


def fix(gw, rows, hour):
    """Back to where the rollups have them."""
    with ledger.writing(gw) as db:
        for row, hours in zip(rows, (23, 25)):
            db.execute("UPDATE ledger SET id = ? WHERE id = ?",
                       (row["id"], row["id"] - hours * hour))


@pytest.mark.parametrize("name", ["x" * 2000, "req_x", "%01", "chatcmpl-1"])
def test_an_answer_that_is_not_there(asks, name):
    for team in ("asks", "default"):
        refused(get(asks, asks.new_key(team=team), "/" + name),
                "receipt_not_found")
