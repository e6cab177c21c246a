"""The ledger's rows as administrators, teams and keys see them: filtered,
page by page, one by one."""
import datetime
import random
import re

import pytest

from harness import bulk, ledger, shapes
from harness.checks import refused, wait_quiet
from harness.httpd import TOP
from harness.keys import make
from harness.upstream import done, event, gate, head

STATES = ("open", "settled", "estimated", "free", "failed")
SOURCES = ("none", "reported", "drained", "estimated")
KINDS = ("request", "adjustment")
ROWS = """
SELECT l.*, t.name AS team, k.public_id AS key, m.name AS model,
    u.name AS upstream, c.code AS currency
FROM ledger l LEFT JOIN team t ON t.id = l.team_id
    LEFT JOIN key k ON k.id = l.key_id LEFT JOIN model m ON m.id = l.model_id
    LEFT JOIN upstream u ON u.id = l.upstream_id
    LEFT JOIN currency c ON c.id = l.currency_id ORDER BY l.id DESC"""
WORK = 20000        # rows that one page looks at


@pytest.fixture(scope="module")
def past(module_gw):
    """A gateway with 4000 rows of eight months: three teams, six keys."""
    gw = module_gw()
    gw.must("PUT", "/teams/blue", {})
    gw.must("PUT", "/teams/empty", {})
    gw.must("PUT", "/upstreams/other", {"base_url": "http://127.0.0.1:1",
                                        "dialect": "openai"})
    gw.keys = [gw.must("POST", "/keys", {
        "name": f"key {i}", "team": "blue" if i > 2 else "default",
        "scope": "team" if i == 3 else "none"}) for i in range(6)]
    ids, prices = bulk.names(gw), bulk.prices(gw)
    dice = random.Random(11)
    rows = []
    for _ in range(4000):
        key = dice.choice(gw.keys[:5])
        adjusts = dice.random() < 0.02
        model = dice.choice(["qwen3-max", "qwen-plus", "org/with/slashes"])
        row = {
            "id": bulk.ledger_id("2025-01-15", dice.randrange(
                86400 * 10**6 * 240)),
            "kind": int(adjusts), "state": dice.choice([1, 1, 1, 2, 3, 4]),
            "source": dice.randrange(4),
            "team_id": ids["team", key["team"]],
            "key_id": 0 if adjusts and dice.random() < 0.5
            else ids["key", key["id"]],
            "model_id": None if adjusts else ids["model", model],
            "upstream_id": None if adjusts else ids[
                "upstream", dice.choice(["mock", "other"])],
            "currency_id": ids["currency", "USD" if "/" in model else "CNY"],
            "amount": dice.choice([0, 1, 10**9, -dice.randrange(10**13)]),
            "input": 0 if adjusts else dice.randrange(10**5)}
        rows.append(row if adjusts else bulk.bill(row, prices))
    bulk.fill(gw.database, rows)
    assert gw.chat(gw.keys[5]["key"]).status == 200
    gw.settled(gw.keys[5]["key"])
    wait_quiet(gw)
    gw.ledger = [dict(r) for r in gw.query(ROWS)]
    return gw


def walk(gw, query, key=None, path="/llmgw/admin/v1/requests", limit=1000,
         after=None):
    """All pages: their rows, and how many pages."""
    rows, pages, after = [], 0, f"&after={after}" if after else ""
    while True:
        r = gw.request("GET", f"{path}?limit={limit}&{query}{after}",
                       key=key or gw.admin_key())
        assert r.status == 200, r
        page = r.json()
        assert list(page) == ["object", "data", "has_more", "next"]
        assert page["object"] == "list" and len(page["data"]) <= limit
        assert page["has_more"] == (page["next"] is not None)
        rows += page["data"]
        pages += 1
        if not page["has_more"]:
            return rows, pages
        assert re.fullmatch(r"req_[0-9a-z]{13}", page["next"])
        after = "&after=" + page["next"]


def wanted(gw, **match):
    out = []
    for row in gw.ledger:
        if all(v(row) if callable(v) else row[k] == v
               for k, v in match.items()):
            out.append(bulk.id_text(row["id"]))
    return out


FILTERS = [
    ("", {}),
    ("team=blue", {"team": "blue"}),
    ("team=empty", {"team": "empty"}),
    ("model=qwen-plus", {"model": "qwen-plus"}),
    ("upstream=other", {"upstream": "other"}),
    ("state=settled", {"state": 1}), ("state=failed", {"state": 4}),
    ("state=free&team=blue", {"state": 3, "team": "blue"}),
    ("source=none", {"source": 0}), ("source=drained", {"source": 2}),
    ("kind=adjustment", {"kind": 1}),
    ("kind=adjustment&team=blue", {"kind": 1, "team": "blue"}),
    ("kind=request&currency=USD", {"kind": 0, "currency": "USD"}),
    ("min_amount=0.001", {"a": lambda r: r["amount"] >= 10**9}),
    ("min_amount=0", {"a": lambda r: r["amount"] >= 0}),
    ("min_amount=0.000000000001", {"a": lambda r: r["amount"] >= 1}),
    ("min_amount=999999999999.999999999999", {"a": lambda r: False}),
    ("from=2025-03-01&to=2025-04-01",
     {"t": lambda r: bulk.ledger_id("2025-03-01") <= r["id"]
      < bulk.ledger_id("2025-04-01")}),
    ("team=blue&from=2025-03-01T00:30:00.500Z&to=2025-03-03T23:59:59Z",
     {"team": "blue", "t": lambda r:
      bulk.ledger_id("2025-03-01T00:30:00.500") <= r["id"]
      < bulk.ledger_id("2025-03-03T23:59:59")}),
    ("from=2024-01-01&to=2025-01-01", {"t": lambda r: False}),
    ("from=9999-01-01", {"t": lambda r: False}),
    ("to=9999-01-01&team=blue&state=estimated&source=reported&currency=CNY"
     "&model=qwen3-max&upstream=mock&min_amount=0.000000000001",
     {"team": "blue", "state": 2, "source": 1, "currency": "CNY",
      "model": "qwen3-max", "upstream": "mock",
      "a": lambda r: r["amount"] >= 1}),
]


@pytest.mark.parametrize("query, match", FILTERS)
def test_filters(past, query, match):
    rows, pages = walk(past, query)
    want = wanted(past, **match)
    assert [r["id"] for r in rows] == want
    assert pages == max(1, (len(want) + 999) // 1000)


def test_page_by_page(past):
    for query, match in (("", {}), ("team=blue", {"team": "blue"}),
                         (f"key={past.keys[1]['id']}",
                          {"key": past.keys[1]["id"]}),
                         ("state=failed", {"state": 4})):
        want = wanted(past, **match)
        for limit in (97, len(want), len(want) - 1):
            rows, pages = walk(past, query, limit=min(limit, 1000))
            assert [r["id"] for r in rows] == want
            assert pages == -(-len(want) // min(limit, 1000))
    page = past.must("GET", "/requests")
    assert len(page["data"]) == 100 and page["has_more"]
    # a row that was in a page may be gone from a filter: still a place
    rows, _ = walk(past, "state=failed", after=page["data"][50]["id"])
    assert [r["id"] for r in rows] == [
        i for i in wanted(past, state=4) if i < page["data"][50]["id"]]


def test_one_key(past):
    for key in past.keys:
        rows, _ = walk(past, "key=" + key["id"])
        assert [r["id"] for r in rows] == wanted(past, key=key["id"])
        rows, _ = walk(past, f"key={key['id']}&team=blue")
        assert [r["id"] for r in rows] == wanted(past, key=key["id"],
                                                 team="blue")
    assert rows


def test_between_two_rows_of_an_hour(past):
    """Bounds of time and cursors hold inside an hour, too."""
    for match, query in (({"team": "blue"}, "team=blue"), ({}, ""),
                         ({"key": past.keys[0]["id"]},
                          "key=" + past.keys[0]["id"])):
        rows = [r for r in past.ledger
                if all(r[k] == v for k, v in match.items())]
        later, earlier = next(
            (a, b) for a, b in zip(rows, rows[1:])
            if (a["id"] >> 8) // (3600 * 10**6)
            == (b["id"] >> 8) // (3600 * 10**6)
            and (a["id"] >> 8) // 1000 > (b["id"] >> 8) // 1000)
        ms = (later["id"] >> 8) // 1000
        when = datetime.datetime.fromtimestamp(
            ms / 1000, datetime.timezone.utc).isoformat(
                timespec="milliseconds").replace("+00:00", "Z")
        got, _ = walk(past, f"{query}&from={when}")
        want = [bulk.id_text(r["id"]) for r in rows]
        at = want.index(bulk.id_text(later["id"]))
        assert [r["id"] for r in got] == want[:at + 1]
        got, _ = walk(past, f"{query}&to={when}")
        assert [r["id"] for r in got] == want[at + 1:]
        assert got[0]["id"] == bulk.id_text(earlier["id"])
        got, _ = walk(past, query, after=bulk.id_text(later["id"]))
        assert [r["id"] for r in got] == want[at + 1:]


def test_a_row_in_a_list(past):
    rows, _ = walk(past, "")
    for shown, row in zip(rows, past.ledger):
        assert (shown["object"], shown["kind"], shown["state"],
                shown["source"]) == ("request", KINDS[row["kind"]],
                                     STATES[row["state"]],
                                     SOURCES[row["source"]])
        assert (shown["key"], shown["team"], shown["currency"]) \
            == (row["key"], row["team"], row["currency"])
        assert amount(shown["amount"]) == row["amount"]
        if row["kind"] == 0:
            assert (shown["model"], shown["upstream"]) == (row["model"],
                                                           row["upstream"])
            assert shown["usage"]["prompt_tokens"] >= row["input"]
        else:
            assert "upstream" not in shown and "usage" not in shown


def amount(text):
    whole, _, part = text.lstrip("-").partition(".")
    number = int(whole) * 10**12 + int(part.ljust(12, "0") or 0)
    return -number if text.startswith("-") else number


# ---- work ----

def test_a_page_looks_at_so_many_rows(make_gw):
    """Few match: the page is short, and its cursor goes on."""
    gw = make_gw()
    ids = bulk.names(gw)
    key = gw.must("POST", "/keys", {"name": "x"})["id"]
    rows = [{"id": bulk.ledger_id("2025-01-15", i * 10**6), "team_id": 1,
             "key_id": ids["key", gw.admin_key()[7:17]],
             "model_id": ids["model", "qwen3-max"], "currency_id": 1,
             "state": 4 if i in (5, 30000) else 1} for i in range(45000)]
    rows += [{"id": bulk.ledger_id("2025-01-14", i), "team_id": 1,
              "key_id": bulk.names(gw)["key", key], "currency_id": 1}
             for i in range(3)]
    bulk.fill(gw.database, rows)
    want = [bulk.id_text(rows[i]["id"]) for i in (30000, 5)]
    for query in ("state=failed", "state=failed&team=default",
                  f"state=failed&key={gw.admin_key()[7:17]}"):
        page = gw.must("GET", "/requests?" + query)
        assert [r["id"] for r in page["data"]] == want[:1]
        assert page["has_more"]
        got, pages = walk(gw, query)
        assert [r["id"] for r in got] == want and pages == 3
    # what has no match at all comes to an end, too
    got, pages = walk(gw, "state=free&team=default")
    assert got == [] and pages == 3
    # the few rows of a key are not behind the many of others
    got, pages = walk(gw, "key=" + key)
    assert len(got) == 3 and pages == 1


# ---- one ----

def test_everything_about_one(gw, up):
    key = gw.must("POST", "/keys", {"name": "one"})
    gw.must("PUT", "/upstreams/dead", {"base_url": "http://127.0.0.1:1/v1",
                                       "dialect": "openai"})
    gw.must("PUT", "/models/two-routes", {
        "routes": [{"upstream": "dead", "model": "gone"},
                   {"upstream": "mock", "model": "real", "priority": 1}],
        "price": {"currency": "CNY", "tiers": [
            {"up_to": 10, "input": "1", "output": "2"},
            {"input": "3", "output": "4"}]}})
    gw.expect_log("LG0080", "AH00957", "AH01114")
    r = gw.chat(key["key"], model="two-routes")
    rid = r.headers["x-request-id"]
    row, = gw.settled(key["key"])
    one = gw.must("GET", "/requests/" + rid)
    usage = r.json()["usage"]
    assert one["id"] == rid and one["object"] == "request"
    assert (one["state"], one["source"], one["kind"], one["flags"]) \
        == ("settled", "reported", "request", [])
    assert (one["key"], one["team"], one["model"]) \
        == (key["id"], "default", "two-routes")
    assert (one["upstream"], one["upstream_model"], one["dialect"],
            one["reached"], one["attempts"], one["status"]) \
        == ("mock", "real", "openai", True, 2, 200)
    assert one["failed_attempts"] == [
        {"upstream": "dead", "status": None, "reason": "connect",
         "ms": one["failed_attempts"][0]["ms"]}]
    assert one["upstream_request"] == row["upstream_request"]
    assert one["usage"]["prompt_tokens"] == usage["prompt_tokens"]
    assert one["usage"]["completion_tokens"] == usage["completion_tokens"]
    assert one["tier"] == row["tier"] + 1
    assert one["price"] == row["price_id"]
    assert one["bytes"] == len(r.body) == row["bytes"]
    assert amount(one["amount"]) == row["amount"] > 0
    assert one["repriced"] == {"amount": one["amount"], "equal": True}
    listed = gw.must("GET", f"/requests?key={key['id']}")["data"]
    assert listed == [{k: v for k, v in one.items()
                       if k not in ("failed_attempts", "repriced")}]
    head = gw.request("HEAD", "/llmgw/admin/v1/requests/" + rid,
                      key=gw.admin_key())
    assert head.status == 200 and head.body == b""


def test_a_row_that_does_not_give_itself_is_seen(make_gw):
    gw = make_gw()
    gw.books = False
    key = gw.new_key()
    rid = gw.chat(key).headers["x-request-id"]
    gw.settled(key)
    ledger.change(gw, "UPDATE ledger SET amount = amount + 1")
    one = gw.must("GET", "/requests/" + rid)
    assert not one["repriced"]["equal"]
    assert amount(one["repriced"]["amount"]) == amount(one["amount"]) - 1


def open_one(gw, rid, key):
    """The request as an administrator and its key see it while it is open."""
    one = gw.must("GET", "/requests/" + rid)
    assert (one["id"], one["object"], one["state"], one["key"],
            one["team"]) == (rid, "request", "open", key[7:17], "default")
    assert (one["model"], one["upstream"], one["currency"]) \
        == ("qwen3-max", "mock", "CNY")
    assert "repriced" not in one
    receipt = gw.request("GET", "/v1/receipts/" + rid, key=key).json()
    assert (receipt["id"], receipt["state"], receipt["model"]) \
        == (rid, "open", "qwen3-max")
    return one


def test_a_request_is_open_while_it_runs_and_until_it_is_written(gw, up, key):
    up.script(head(), event(shapes.chunk("Hi")), gate("go"),
              event(shapes.chunk(finish="stop")),
              event(shapes.usage_chunk()), done())
    gw.must("PUT", "/teams/stranger", {})
    blue = gw.new_key(scope="team")
    with gw.stream(key) as s:
        s.data()
        rid = s.headers["x-request-id"]
        one = open_one(gw, rid, key)
        assert one["ended_at"] is None and one["amount"] == "0"
        assert gw.admin("GET", "/requests/" + rid, key=blue).status == 200
        other = gw.new_key(team="stranger", scope="team")
        refused(gw.admin("GET", "/requests/" + rid, key=other), "not_found")
        refused(gw.request("GET", "/v1/receipts/" + rid, key=blue),
                "receipt_not_found")
        with ledger.held(gw):
            up.open("go")
            s.rest()
            one = open_one(gw, rid, key)
            assert one["amount"] == "0.003" and one["ended_at"]
        # and it is in no list before it is written
    gw.settled(key)
    one = gw.must("GET", "/requests/" + rid)
    assert one["state"] == "settled" and one["amount"] == "0.003"
    assert [r["id"] for r in gw.must("GET", "/requests?key=" + key[7:17])[
        "data"]] == [rid]


@pytest.mark.parametrize("name", [
    "req_0000000000000", "req_7zzzzzzzzzzzz", "x", "req_", "req_UPPER00000000",
    "1", "%C3%A9", "req_0000000000000/x", "a%20b"])
def test_a_request_that_is_not_there(past, name):
    refused(past.admin("GET", "/requests/" + name), "not_found")


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
    ("after=x", "after"), ("after=", "after"), ("after=1", "after"),
    ("after=req_000000000000", "after"), ("after=req_000000000000l", "after"),
    ("after=%00", "after"), ("after=req_00000000000001", "after"),
    ("state=open", "state"), ("state=1", "state"), ("state=", "state"),
    ("source=x", "source"), ("kind=x", "kind"), ("key=none", "key"),
    ("team=none", "team"), ("model=none", "model"), ("upstream=no", "upstream"),
    ("currency=EUR", "currency"), ("currency=cny", "currency"),
    ("from=x", "from"), ("to=2025-02-30", "to"), ("from=1", "from"),
    ("from=2025-02-02&to=2025-02-02", "from"),
    ("from=2025-02-02&to=2025-02-01", "from"),
    ("min_amount=-1", "min_amount"), ("min_amount=1e3", "min_amount"),
    ("min_amount=", "min_amount"), ("min_amount=.5", "min_amount"),
    ("min_amount=0.0000000000001", "min_amount"), ("status=200", "status"),
    ("state=failed&state=free", "state"), ("group_by=day", "group_by")])
def test_what_cannot_be_asked(past, query, param):
    refused(past.admin("GET", "/requests?" + query), "invalid_parameter",
            param)


# ---- who ----

def test_a_team_sees_its_own(past):
    blue = past.keys[3]["key"]
    want = wanted(past, team="blue")
    rows, _ = walk(past, "", blue)
    assert [r["id"] for r in rows] == want
    rows, _ = walk(past, "team=blue&kind=request", blue)
    assert [r["id"] for r in rows] == wanted(past, team="blue", kind=0)
    # where it went is the administrator's
    for hidden in ("upstream", "upstream_model", "upstream_request",
                   "dialect"):
        assert not any(hidden in r for r in rows)
    own = past.admin("GET", "/requests/" + rows[0]["id"], key=blue).json()
    assert {k: own[k] for k in rows[0]} == rows[0]
    assert set(own) - set(rows[0]) == {"repriced"}
    other = wanted(past, team="default")[0]
    text = refused(past.admin("GET", "/requests/" + other, key=blue),
                   "not_found")
    nobody = refused(past.admin("GET", "/requests/req_0000000000000",
                                key=blue), "not_found")
    assert text.replace(other, "X") == nobody.replace("req_0000000000000",
                                                      "X")
    for query, param in (("team=default", "team"), ("team=no", "team"),
                         ("key=" + past.keys[0]["id"], "key"),
                         ("key=none", "key"), ("upstream=mock", "upstream"),
                         ("upstream=no", "upstream")):
        refused(past.admin("GET", "/requests?" + query, key=blue),
                "invalid_parameter", param)
    assert past.admin("GET", "/requests?model=none", key=blue).json()[
        "data"] == []
    # a cursor of others' is a place in time, and shows nothing of them
    rows, _ = walk(past, "", blue, after=other)
    assert [r["id"] for r in rows] == [i for i in want if i < other]


def test_who_may_ask(past):
    for path in ("/requests", "/requests/req_0000000000000"):
        refused(past.admin("GET", path, key=past.keys[0]["key"]),
                "permission_denied", message="lacks the scope 'team'")
        refused(past.request("GET", "/llmgw/admin/v1" + path),
                "missing_api_key")
        refused(past.request("GET", "/llmgw/admin/v1" + path, key=make()),
                "invalid_api_key")
        r = past.admin("DELETE", path)
        refused(r, "method_not_allowed")
        assert r.headers["Allow"] == "GET, HEAD, OPTIONS"


# ---- indexes ----

def statements(page):
    """name -> text of the queries of a page of sql/."""
    parts = re.split(r"^-- name: *(\S+)[^\n]*\n",
                     (TOP / "sql" / f"{page}.sql").read_text(), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.parametrize("page", ["report", "audit"])
def test_no_query_reads_a_whole_table(gw, page):
    """Rows, sums and audit rows are found by a key or an index; what is
    scanned are the few keys or periods that a query made itself."""
    for name, text in statements(page).items():
        numbers = len(set(re.findall(r"\?(\d+)", text)))
        plan = [r["detail"] for r in gw.query("EXPLAIN QUERY PLAN " + text,
                                              *[1] * numbers)]
        for line in plan:
            assert not re.match(r"SCAN (?!k$|p$|CONSTANT)", line), (name,
                                                                    plan)
        if name.startswith(("rows_of", "usage_")):
            assert any(line.startswith("SEARCH") for line in plan), name


# ---- trouble ----

@pytest.mark.parametrize("table, paths", [
    ("ledger", ["/llmgw/admin/v1/requests", "/v1/receipts",
                "/llmgw/admin/v1/requests/req_0000000000000",
                "/v1/receipts/req_0000000000000"]),
    ("rollup_day", ["/llmgw/admin/v1/usage", "/v1/usage",
                    "/llmgw/admin/v1/requests?team=default"]),
    ("rollup_hour", ["/llmgw/admin/v1/usage?group_by=hour"]),
    ("model", ["/llmgw/admin/v1/requests?model=x"]),
    ("audit", ["/llmgw/admin/v1/audit", "/llmgw/admin/v1/audit?after=1"])])
def test_what_cannot_be_read_is_503_and_not_empty(make_gw, table, paths):
    gw = make_gw()
    admin = gw.admin_key()
    for path in paths:
        assert gw.request("GET", path, key=admin).status < 500
    gw.expect_log("LG0200")
    with ledger.without(gw, table):
        for path in paths:
            r = gw.request("GET", path, key=admin)
            refused(r, "overloaded")
            assert r.headers["Retry-After"] == "1"
    for path in paths:
        assert gw.request("GET", path, key=admin).status < 500
