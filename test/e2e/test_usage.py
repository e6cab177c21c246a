"""Usage by key, team, model, day and hour: every sum is that of the rows."""
import csv
import io
import itertools
import random
from decimal import Decimal

import pytest

from harness import bulk
from harness.checks import refused, wait_quiet
from harness.keys import make

GROUPS = ("day", "hour", "team", "key", "model")
COUNTS = ("requests", "failed", "estimated", "prompt_tokens",
          "cached_tokens", "completion_tokens")
ALL = "from=2020-01-01&to=2030-01-01"

SUMS = """
SELECT strftime('%Y-%m-%d', (l.id >> 8) / 1000000, 'unixepoch') AS day,
    strftime('%Y-%m-%dT%H:00:00Z', (l.id >> 8) / 1000000, 'unixepoch')
        AS hour, t.name AS team, k.public_id AS key, m.name AS model,
    c.code AS currency, l.kind = 0 AS requests, l.state = 4 AS failed,
    l.state = 2 AS estimated,
    l.input + l.input_audio + l.input_image + l.input_video + l.cache_read
        + l.cache_read_explicit + l.cache_write_5m + l.cache_write_1h
        AS prompt_tokens,
    l.cache_read + l.cache_read_explicit AS cached_tokens,
    l.output + l.output_audio AS completion_tokens, l.amount
FROM ledger l LEFT JOIN team t ON t.id = l.team_id
    LEFT JOIN key k ON k.id = l.key_id LEFT JOIN model m ON m.id = l.model_id
    LEFT JOIN currency c ON c.id = l.currency_id"""


@pytest.fixture(scope="module")
def past(module_gw):
    """A gateway with a year of 3000 rows: two teams and more, six keys, four
    models, two currencies, adjustments."""
    gw = module_gw()
    for team in ("blue", "odd,%20team"):
        gw.must("PUT", "/teams/" + team, {})
    gw.keys = {}
    for i, team in enumerate(("default", "blue", "blue", "odd, team",
                              "blue", "default")):
        gw.keys[f"k{i}"] = gw.must("POST", "/keys", {
            "name": f'key "{i}", é', "team": team,
            "scope": "team" if i == 2 else "none"})
    ids, prices = bulk.names(gw), bulk.prices(gw)
    dice = random.Random(7)
    rows = []
    for _ in range(3000):
        key = gw.keys[f"k{dice.choice([0, 0, 1, 1, 2, 3, 4])}"]
        model = dice.choice(["qwen3-max", "qwen-plus", "org/with/slashes",
                             "free-model"])
        adjusts = dice.random() < 0.02
        row = {
            "id": bulk.ledger_id("2025-01-15", dice.randrange(
                86400 * 10**6 * 400)),
            "kind": int(adjusts), "state": dice.choice([1, 1, 1, 2, 3, 4]),
            "team_id": ids["team", key["team"]],
            "key_id": 0 if adjusts and dice.random() < 0.5
            else ids["key", key["id"]],
            "model_id": None if adjusts else ids["model", model],
            "currency_id": ids["currency", "USD" if "/" in model else "CNY"],
            "amount": dice.randrange(-10**12, 10**12)}
        if not adjusts:
            row.update(input=dice.randrange(10**5), cache_write_1h=3,
                       cache_read=dice.randrange(99), output_audio=1,
                       cache_read_explicit=dice.randrange(9),
                       output=dice.randrange(10**4))
            if model == "free-model":
                row["state"] = 3
            row = bulk.bill(row, prices)
        rows.append(row)
    bulk.fill(gw.database, rows)
    for k in ("k0", "k1", "k5"):
        for model in ("qwen3-max", "org/with/slashes"):
            assert gw.chat(gw.keys[k]["key"], model=model).status == 200
    gw.settled(gw.keys["k5"]["key"], 2)
    wait_quiet(gw)
    gw.check_books()
    gw.ledger = [dict(r) for r in gw.query(SUMS)]
    return gw


def oracle(gw, by, **match):
    """What the ledger's rows come to, grouped by these."""
    groups = {}
    for row in gw.ledger:
        if any(row[k] != v for k, v in match.items() if not callable(v)) \
                or not all(v(row) for v in match.values() if callable(v)):
            continue
        at = tuple(row[g] for g in (*GROUPS, "currency")
                   if g in by or g == "currency")
        sums = groups.setdefault(at, [0] * 7)
        for i, name in enumerate((*COUNTS, "amount")):
            sums[i] += row[name]
    return groups


def as_groups(by, data):
    """The same from an answer; each group once."""
    out = {}
    for row in data:
        at = tuple(row[g] for g in (*GROUPS, "currency")
                   if g in by or g == "currency")
        assert at not in out
        amount = Decimal(row["amount"])
        assert "e" not in row["amount"].lower()
        out[at] = [*(int(row[c]) for c in COUNTS), int(amount.scaleb(12))]
        assert Decimal(out[at][-1]).scaleb(-12) == amount
    return out


def usage(gw, query, key=None, path="/llmgw/admin/v1/usage"):
    r = gw.request("GET", f"{path}?{query}", key=key or gw.admin_key())
    assert r.status == 200, r
    return r.json()


# ---- sums ----

@pytest.mark.parametrize("by", [
    c for n in range(6) for c in itertools.combinations(GROUPS, n)],
    ids=lambda by: "+".join(by) or "nothing")
def test_every_sum_is_that_of_its_rows(past, by):
    query = f"{ALL}&group_by=" + ",".join(by) if by else ALL
    answer = usage(past, query)
    assert (answer["object"], answer["has_more"], answer["next"]) \
        == ("list", False, None)
    assert (answer["from"], answer["to"], answer["zone"]) \
        == ("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "UTC")
    assert as_groups(by, answer["data"]) == oracle(past, by)
    row = answer["data"][0]
    assert list(row) == ["object"] + [
        c for g in GROUPS if g in by
        for c in ([g, "key_name"] if g == "key" else [g])] \
        + ["currency", *COUNTS, "amount"]
    names = {k["id"]: k["name"] for k in past.keys.values()}
    if "key" in by:
        assert all(r["key_name"] == names.get(r["key"])
                   for r in answer["data"])
    times = [r.get("hour") or r.get("day") or "" for r in answer["data"]]
    assert times == sorted(times)


FILTERS = [
    ("team=blue", {"team": "blue"}),
    ("team=odd%2C+team", {"team": "odd, team"}),
    ("model=qwen-plus", {"model": "qwen-plus"}),
    ("model=org%2Fwith%2Fslashes&team=blue",
     {"model": "org/with/slashes", "team": "blue"}),
    ("currency=USD", {"currency": "USD"}),
    ("from=2025-03-01&to=2025-04-01",
     {"t": lambda r: "2025-03-01" <= r["day"] < "2025-04-01"}),
    ("team=blue&from=2025-03-01T05:00:00Z&to=2025-06-01T17:00:00%2B08:00",
     {"team": "blue", "t": lambda r: "2025-03-01T05" <= r["hour"]
      < "2025-06-01T09"}),
    ("from=2025-03-01&to=2025-03-08T12:00:00Z",
     {"t": lambda r: "2025-03-01" <= r["hour"] < "2025-03-08T12"}),
    ("from=2025-03-01T12:00:00Z&to=2025-03-08",
     {"t": lambda r: "2025-03-01T12" <= r["hour"] < "2025-03-08"}),
    ("from=2025-12-31T23:00:00Z&to=2026-01-01T01:00:00Z",
     {"t": lambda r: "2025-12-31T23" <= r["hour"] < "2026-01-01T01"}),
    ("from=1970-01-01&to=9999-12-31&team=blue&currency=CNY",
     {"team": "blue", "currency": "CNY"}),
]


@pytest.mark.parametrize("query, match", FILTERS)
def test_filters(past, query, match):
    if "from" not in query:
        query += "&" + ALL
    for by in ((), ("key", "model"), ("hour", "team"), ("day",)):
        more = "&group_by=" + ",".join(by) if by else ""
        got = usage(past, query + more)["data"]
        assert as_groups(by, got) == oracle(past, by, **match)


def test_one_key(past):
    for name, key in past.keys.items():
        for more in ("", "&team=" + key["team"].replace(" ", "+")):
            query = f"{ALL}&key={key['id']}&group_by=day,model{more}"
            want = oracle(past, ("day", "model"), key=key["id"])
            assert as_groups(("day", "model"),
                             usage(past, query)["data"]) == want, name
    assert want         # k5 has rows of today only
    # a key of another team has no rows in this one
    assert usage(past, f"{ALL}&key={past.keys['k0']['id']}&team=blue")[
        "data"] == []


def test_today_by_default(past):
    want = oracle(past, ("day",), t=lambda r: r["day"] > "2026-06-01")
    assert want
    assert as_groups(("day",), usage(past, "group_by=day")["data"]) == want
    answer = usage(past, "to=2025-03-01")
    assert answer["from"] == "2025-01-29T00:00:00Z"
    assert as_groups((), answer["data"]) == oracle(
        past, (), t=lambda r: "2025-01-29" <= r["day"] < "2025-03-01")


# ---- CSV ----

def test_csv_is_the_same(past):
    for by in ((), ("day", "team"), GROUPS):
        query = f"{ALL}&group_by=" + ",".join(by) if by else ALL
        r = past.admin("GET", f"/usage?{query}&format=csv")
        assert r.headers["Content-Type"] \
            == "text/csv; charset=utf-8; header=present"
        assert r.headers["Cache-Control"] == "no-store"
        text = r.body.decode()
        lines = text.split("\r\n")
        assert lines[-1] == "" and "\n" not in text.replace("\r\n", "")
        rows = list(csv.DictReader(io.StringIO(text, newline=""),
                                   strict=True))
        data = usage(past, query)["data"]
        assert rows == [{k: "" if v is None else str(v)
                         for k, v in row.items() if k != "object"}
                        for row in data]
        assert lines[0] == ",".join(k for k in data[0] if k != "object")
    if by:
        assert '"odd, team"' in text and '"key ""0"", é"' in text
    asked = past.request("GET", f"/llmgw/admin/v1/usage?{query}",
                         key=past.admin_key(), headers={"Accept": "text/csv"})
    assert asked.body == r.body
    both = past.request("GET", f"/llmgw/admin/v1/usage?{query}&format=json",
                        key=past.admin_key(), headers={"Accept": "text/csv"})
    assert both.json()["data"] == data
    empty = past.admin("GET", "/usage?from=2001-01-01&to=2001-01-02"
                              "&format=csv&group_by=key")
    assert empty.body.decode() == "key,key_name,currency," \
        + ",".join(COUNTS) + ",amount\r\n"


# ---- who ----

def test_a_team_sees_its_own(past):
    blue = past.keys["k2"]["key"]
    for by in ((), ("team", "key"), ("hour", "model")):
        query = f"{ALL}&group_by=" + ",".join(by) if by else ALL
        want = oracle(past, by, team="blue")
        assert as_groups(by, usage(past, query, blue)["data"]) == want
        assert as_groups(by, usage(past, query + "&team=blue", blue)[
            "data"]) == want
    own, other = past.keys["k4"]["id"], past.keys["k0"]["id"]
    assert as_groups((), usage(past, f"{ALL}&key={own}", blue)["data"]) \
        == oracle(past, (), key=own)
    for query, param in ((f"key={other}", "key"), ("key=none", "key"),
                         ("team=default", "team"), ("team=none", "team")):
        r = past.admin("GET", f"/usage?{ALL}&{query}", key=blue)
        text = refused(r, "invalid_parameter", param)
        # another team's is as if it were not there
        assert text == f"'{param}' names no {param}: there is no " \
            f"'{query.split('=')[1]}'."
    # nor does it learn which models there are
    for model in ("none", "free-model"):
        got = usage(past, f"from=2001-01-01&to=2001-02-01&model={model}",
                    blue)
        assert got["data"] == []


def test_a_keys_own_usage(past):
    for name in ("k0", "k1", "k5"):
        key = past.keys[name]
        for by in ((), ("day",), ("hour", "model")):
            query = f"{ALL}&group_by=" + ",".join(by) if by else ALL
            got = usage(past, query, key["key"], "/v1/usage")
            assert as_groups(by, got["data"]) == oracle(past, by,
                                                        key=key["id"])
    got = usage(past, ALL + "&model=qwen3-max&currency=CNY", key["key"],
                "/v1/usage")
    assert as_groups((), got["data"]) == oracle(
        past, (), key=key["id"], model="qwen3-max")
    r = past.request("GET", f"/v1/usage?{ALL}&group_by=model&format=csv",
                     key=key["key"])
    assert r.body.startswith(b"model,currency,requests,")
    for query, param in (("key=x", "key"), ("team=blue", "team"),
                         ("group_by=key", "group_by"),
                         ("group_by=team", "group_by"), ("limit=5", "limit")):
        refused(past.request("GET", "/v1/usage?" + query, key=key["key"]),
                "invalid_parameter", param)
    refused(past.request("GET", "/v1/usage"), "missing_api_key")
    refused(past.request("GET", "/v1/usage", key=make()), "invalid_api_key")
    head = past.request("HEAD", "/v1/usage", key=key["key"])
    assert head.status == 200 and head.body == b""
    refused(past.request("POST", "/v1/usage", {}, key["key"]),
            "method_not_allowed")


@pytest.mark.parametrize("query, param", [
    ("group_by=", "group_by"), ("group_by=week", "group_by"),
    ("group_by=day,day", "group_by"), ("group_by=day,", "group_by"),
    ("group_by=day&group_by=key", "group_by"), ("from=yesterday", "from"),
    ("from=2025-13-01", "from"), ("from=2025-02-30", "from"),
    ("from=", "from"), ("to=2025-1-1", "to"),
    ("from=2025-01-01T00:30:00Z", "from"),
    ("from=2025-01-01&to=2025-01-01T00:00:00.001Z", "to"),
    ("from=2025-02-01&to=2025-01-01", "from"),
    ("from=2025-02-01&to=2025-02-01", "from"),
    ("from=2100-01-01", "from"), ("from=1969-12-31", "from"),
    ("from=2025-01-01T00:00:00%2B00:30", "from"),
    ("key=none", "key"), ("team=none", "team"), ("model=none", "model"),
    ("currency=EUR", "currency"), ("currency=", "currency"),
    ("currency=CNYX", "currency"), ("key=%FF", "key"),
    ("format=xml", "format"), ("limit=10", "limit"), ("after=x", "after"),
    ("Team=blue", "Team"), ("%20=1", "query"), ("from", "from")])
def test_what_cannot_be_asked(past, query, param):
    refused(past.admin("GET", "/usage?" + query), "invalid_parameter", param)


def test_who_may_ask(past):
    refused(past.admin("GET", "/usage", key=past.keys["k0"]["key"]),
            "permission_denied", message="lacks the scope 'team'")
    refused(past.request("GET", "/llmgw/admin/v1/usage"), "missing_api_key")
    r = past.admin("POST", "/usage", {})
    refused(r, "method_not_allowed")
    assert r.headers["Allow"] == "GET, HEAD, OPTIONS"
    head = past.request("HEAD", "/llmgw/admin/v1/usage?" + ALL,
                        key=past.admin_key())
    assert head.status == 200 and head.body == b""


# ---- large ----

def test_sums_beyond_64_bits(make_gw):
    gw = make_gw()
    key = gw.must("POST", "/keys", {"name": "rich"})
    ids = bulk.names(gw)
    most = 2**63 - 1
    bulk.fill(gw.database, [
        {"id": bulk.ledger_id("2025-01-15", i), "amount": most, "kind": 1,
         "team_id": 1, "key_id": ids["key", key["id"]],
         "currency_id": ids["currency", "CNY"]} for i in range(40)])
    gw.check_books()
    row, = usage(gw, ALL)["data"]
    assert row["amount"] == "368934881.47419103228"
    assert Decimal(row["amount"]).scaleb(12) == 40 * most


def test_too_much_for_one_answer_is_no_half_answer(make_gw):
    gw = make_gw()
    ids = bulk.names(gw)
    bulk.fill(gw.database, [
        {"id": bulk.ledger_id("2024-01-01", i * 3600 * 10**6), "amount": i,
         "team_id": 1, "kind": 1,
         "currency_id": ids["currency", "CNY"]} for i in range(10001)])
    refused(gw.admin("GET", f"/usage?{ALL}&group_by=hour"),
            "invalid_parameter", "group_by", "more than 10000 sums")
    r = gw.admin("GET", f"/usage?{ALL}&group_by=hour&format=csv")
    rows = list(csv.DictReader(io.StringIO(r.body.decode())))
    assert len(rows) == 10001
    assert sum(Decimal(x["amount"]) for x in rows) \
        == Decimal(10001 * 10000 // 2).scaleb(-12)
    got = usage(gw, "from=2024-01-01T01:00:00Z&to=2026-01-01&group_by=hour")
    assert len(got["data"]) == 10000
