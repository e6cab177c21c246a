"""Lists of keys, teams, upstreams and models, page by page; and how they stay
quick."""
import json
import pathlib
import re
from urllib.parse import quote

import pytest

from harness import ledger
from harness.checks import refused

KINDS = {"teams": {}, "models": {"routes": []},
         "upstreams": {"base_url": "http://x", "dialect": "openai"}}
NAMES = sorted(["a", "b", "B", "a b", "a/b", "é", "z" * 60, "10", "9", "_",
                "x:1", "~"], key=lambda n: n.encode())


def quoted(name):
    return quote(name, safe="")


@pytest.fixture(scope="module")
def lgw(module_gw):
    gw = module_gw()
    for kind, body in KINDS.items():
        for name in NAMES:
            gw.must("PUT", f"/{kind}/{quoted(name)}", body)
    return gw


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_page_by_page(lgw, kind):
    whole = lgw.must("GET", f"/{kind}?limit=1000")
    ids = [o["id"] for o in whole["data"]]
    assert set(NAMES) <= set(ids)
    assert ids == sorted(ids, key=lambda n: n.encode())
    assert not whole["has_more"] and whole["next"] is None
    for o in whole["data"]:
        one = lgw.must("GET", f"/{kind}/{quoted(o['id'])}")
        for name in ("prices", "calibration", "widened", "in_segment"):
            one.pop(name, None)         # these are in the one alone
        assert o == one
    for limit in (1, 5, len(ids) - 1, len(ids)):
        got, after = [], ""
        while True:
            page = lgw.must("GET", f"/{kind}?limit={limit}{after}")
            assert list(page) == ["object", "data", "has_more", "next"]
            assert page["object"] == "list"
            got += [o["id"] for o in page["data"]]
            if not page["has_more"]:
                break
            assert page["next"] == got[-1] and len(page["data"]) == limit
            after = "&after=" + quoted(page["next"])
        assert got == ids and page["next"] is None
    page = lgw.must("GET", f"/{kind}?after={quoted(ids[-1])}")
    assert page == {"object": "list", "data": [], "has_more": False,
                    "next": None}
    # one that is disabled between two pages is still a place in the list
    name = next(i for i in ids if i not in ("default", "mock"))
    lgw.must("DELETE", f"/{kind}/{quoted(name)}")
    page = lgw.must("GET", f"/{kind}?limit=1&after={quoted(name)}")
    assert page["data"][0]["id"] == ids[ids.index(name) + 1]
    listed = lgw.must("GET", f"/{kind}?limit=1000")["data"]
    assert [o["id"] for o in listed] == ids
    assert [o["id"] for o in listed if o["disabled"]] == [name]


def test_a_page_has_a_hundred(make_gw):
    gw = make_gw()
    ledger.add(gw, "team", "name, spec, created_ms",
               [(f"t{i:03}", "{}", 0) for i in range(150)])
    page = gw.must("GET", "/teams")
    assert len(page["data"]) == 100 and page["has_more"]
    rest = gw.must("GET", "/teams?after=" + page["next"])
    assert len(rest["data"]) == 51 and not rest["has_more"]


@pytest.mark.parametrize("kind", [*KINDS, "keys"])
@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
    ("limit=-1", "limit"), ("limit=", "limit"), ("after=no-such", "after"),
    ("after=", "after"), ("after=%00", "after"), ("after=%FF", "after"),
    ("page=2", "page"), ("limit=1&limit=1", "limit"), ("after", "after")])
def test_a_page_that_cannot_be(gw, kind, query, param):
    refused(gw.admin("GET", f"/{kind}?{query}"), "invalid_parameter", param)


def test_an_upstream_in_a_list_has_no_secret(gw):
    gw.must("PUT", "/upstreams/secretive", {
        "base_url": "http://x", "dialect": "openai",
        "credentials": [{"secret": "sk-not-shown"}]})
    r = gw.admin("GET", "/upstreams")
    assert b"not-shown" not in r.body
    one = next(u for u in r.json()["data"] if u["id"] == "secretive")
    assert one["credential_count"] == 1 and "credentials" not in one


def test_a_model_in_a_list_has_the_price_in_force(gw):
    tiers = [{"input": "1", "output": "2"}]
    for body in ({"price": {"currency": "CNY", "tiers": tiers}},
                 {"price": {"currency": "CNY", "from": "2099-01-01T00:00:00Z",
                            "tiers": [{"input": "9", "output": "9"}]}}):
        gw.must("PUT", "/models/two-prices", dict(body, routes=[]))
    listed = gw.must("GET", "/models?limit=1000")["data"]
    one = next(m for m in listed if m["id"] == "two-prices")
    assert one["price"] == {"currency": "CNY", "tiers": tiers,
                            "from": one["price"]["from"]}
    whole = gw.must("GET", "/models/two-prices")
    assert [p["tiers"][0]["input"] for p in whole["prices"]] == ["1", "9"]
    free = next(m for m in listed if m["id"] == "free-model")
    assert free["free"] is True and "price" not in free


# ---- no list reads more than its page ----

def statements():
    top = pathlib.Path(__file__).resolve().parents[2] / "sql"
    text = "\n".join((top / f).read_text() for f in ("keys.sql",
                                                     "catalog.sql"))
    return dict(re.findall(r"^-- name: (\w+)\n(.*?;)$", text, re.M | re.S))


PLANS = [       # what is searched by an index, and never scanned
    "key_list", "key_list_team", "team_list", "upstream_list", "model_list",
    "key_live_admin", "key_by_hash", "key_by_public_id", "key_by_id",
    "price_of_model", "credential_of", "alias_owner", "alias_delete",
    "secret_delete_graced"]


@pytest.mark.parametrize("name", PLANS)
def test_lists_are_read_by_an_index(gw, name):
    sql = statements()[name]
    n = max(int(p) for p in re.findall(r"\?(\d)", sql))
    plan = [r["detail"] for r in gw.query("EXPLAIN QUERY PLAN " + sql,
                                          *[1] * n)]
    assert plan
    for step in plan:
        assert "USE TEMP B-TREE" not in step, json.dumps(plan)
        assert not step.startswith("SCAN") or step in (
            "SCAN CONSTANT ROW", "SCAN k USING INDEX key_admin"), plan
