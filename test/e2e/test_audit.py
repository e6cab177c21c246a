"""The audit trail, as administrators read it."""
import json
import re

import pytest

from harness import ledger
from harness.checks import refused
from harness.keys import make

WORK = 20000        # rows that one page looks at


def stored(gw):
    return [dict(r) for r in gw.query(
        "SELECT * FROM audit ORDER BY at_ms DESC, id DESC")]


def walk(gw, query="", limit=1000):
    rows, pages, after = [], 0, ""
    while True:
        page = gw.must("GET", f"/audit?limit={limit}&{query}{after}")
        assert list(page) == ["object", "data", "has_more", "next"]
        assert len(page["data"]) <= limit
        assert page["has_more"] == (page["next"] is not None)
        rows += page["data"]
        pages += 1
        if not page["has_more"]:
            return rows, pages
        after = "&after=" + page["next"]


def ids(rows):
    return [r["id"] for r in rows]


@pytest.fixture(scope="module")
def past(module_gw):
    """A gateway with 2500 audit rows of three actors, some of one and the
    same millisecond, one pair out of order: the clock was set back."""
    gw = module_gw()
    columns = "at_ms, actor, action, object, object_id, detail"
    ledger.add(gw, "audit", columns, [
        (1740787200000 + i // 3 * 60000 - (i % 500 == 7) * 3600000,
         f"actor{i % 3}", ("create", "put", "revoke", "update")[i % 4],
         ("key", "model", "team")[i % 7 % 3], f"object/{i % 11}",
         json.dumps({"n": i}) if i % 5 else None) for i in range(2500)])
    return gw


def test_every_row_newest_first(past):
    want = stored(past)
    rows, pages = walk(past)
    assert len(want) > 2500 and pages == 3
    assert [(r["id"], r["actor"], r["action"], r["object_type"],
             r["object_id"], r["detail"]) for r in rows] == [
        (w["id"], w["actor"], w["action"], w["object"], w["object_id"],
         w["detail"] and json.loads(w["detail"])) for w in want]
    assert {r["object"] for r in rows} == {"audit"}
    assert all(re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$",
                        r["at"]) for r in rows)
    for limit in (1, 99):
        page = past.must("GET", f"/audit?limit={limit}")
        assert page["data"] == rows[:limit]
    assert past.must("GET", "/audit")["data"] == rows[:100]
    rows, _ = walk(past, "to=2025-03-02", 7)
    assert ids(rows) == [w["id"] for w in want if w["at_ms"] < 1740873600000]


@pytest.mark.parametrize("query, match", [
    ("actor=actor1", {"actor": "actor1"}),
    ("action=revoke", {"action": "revoke"}),
    ("object=model", {"object": "model"}),
    ("object_id=object%2F7", {"object_id": "object/7"}),
    ("object=key&object_id=object/7&actor=actor2&action=put",
     {"object": "key", "object_id": "object/7", "actor": "actor2",
      "action": "put"}),
    ("actor=actor1&object=team", {"actor": "actor1", "object": "team"}),
    ("actor=nobody", {"actor": "nobody"}),
    ("object_id=o%27%20OR%201", {"object_id": "o' OR 1"})])
def test_filters(past, query, match):
    want = [w["id"] for w in stored(past)
            if all(w[k] == v for k, v in match.items())]
    for limit in (1000, 97):
        rows, _ = walk(past, query, limit)
        assert ids(rows) == want
    half = "&from=2025-03-01T02:00:00Z&to=2025-03-01T08:00:00%2B02:00"
    rows, _ = walk(past, query + half)
    assert ids(rows) == [w["id"] for w in stored(past)
                         if all(w[k] == v for k, v in match.items())
                         and 1740794400000 <= w["at_ms"] < 1740808800000]


def test_a_write_is_at_the_top(gw):
    made = gw.must("POST", "/keys", {"name": "audited"})
    row = gw.must("GET", "/audit?limit=1")["data"][0]
    want = stored(gw)[0]
    assert row == {"object": "audit", "id": want["id"], "at": row["at"],
                   "actor": gw.admin_key()[7:17], "action": "create",
                   "object_type": "key", "object_id": made["id"],
                   "detail": json.loads(want["detail"])}
    assert made["key"] not in json.dumps(row)


def test_a_page_looks_at_so_many_rows(make_gw):
    gw = make_gw()
    ledger.add(gw, "audit", "at_ms, actor, action, object, object_id", [
        (1740787200000 + i, "a", "rare" if i in (3, 26000) else "often",
         "key", "x") for i in range(45000)])
    page = gw.must("GET", "/audit?action=rare")
    assert len(page["data"]) == 1 and page["has_more"]
    rows, pages = walk(gw, "action=rare")
    assert len(rows) == 2 and pages == 3
    assert walk(gw, "action=never") == ([], 3)


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("after=x", "after"),
    ("after=0", "after"), ("after=-1", "after"), ("after=+1", "after"),
    ("after=1x", "after"), ("after=999999999", "after"),
    ("after=99999999999999999999", "after"), ("after=", "after"),
    ("actor=", "actor"), ("object=%01", "object"), ("from=x", "from"),
    ("to=2025", "to"), ("from=2025-02-02&to=2025-02-02", "from"),
    ("key=x", "key"), ("actor=a&actor=b", "actor"), ("action", "action")])
def test_what_cannot_be_asked(past, query, param):
    refused(past.admin("GET", "/audit?" + query), "invalid_parameter", param)


def test_who_may_ask(past):
    team = past.must("POST", "/keys", {"name": "t", "scope": "team"})["key"]
    for key in (team, past.new_key()):
        refused(past.admin("GET", "/audit", key=key), "permission_denied",
                message="lacks the scope 'admin'")
    refused(past.request("GET", "/llmgw/admin/v1/audit"), "missing_api_key")
    refused(past.request("GET", "/llmgw/admin/v1/audit", key=make()),
            "invalid_api_key")
    r = past.admin("POST", "/audit", {})
    refused(r, "method_not_allowed")
    assert r.headers["Allow"] == "GET, HEAD, OPTIONS"
    refused(past.admin("GET", "/audit/1"), "unknown_url")
    head = past.request("HEAD", "/llmgw/admin/v1/audit",
                        key=past.admin_key())
    assert head.status == 200 and head.body == b""
