"""What an administrator is told: the member, what is wrong with it, what is
known, and what to do."""
import pytest

from harness.checks import refused

PRICE = {"currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}
MODEL = {"routes": [{"upstream": "mock"}], "price": PRICE}
UPSTREAM = {"base_url": "http://x", "dialect": "openai"}
BUDGET = {"amount": "1", "currency": "CNY", "window": "day"}
OWED = {"team": "default", "amount": "1", "reason": "x"}
EXCLUSIVE = "'from' must be earlier than 'to', which is exclusive"

# method, path, body, code, param, message
ROWS = [
    ("GET", "/audit?from=2026-01-02&to=2026-01-02", None,
     "invalid_parameter", "from", EXCLUSIVE + "."),
    ("GET", "/requests?from=2026-01-02&to=2026-01-01", None,
     "invalid_parameter", "from", EXCLUSIVE + "."),
    ("GET", "/fsck?from=2026-01-02&to=2026-01-01", None,
     "invalid_parameter", "from", EXCLUSIVE + "."),
    ("GET", "/usage?from=2999-01-01", None, "invalid_parameter", "from",
     EXCLUSIVE + " and by default the end of today."),
    ("GET", "/audit?limit=1&limit=2", None, "invalid_parameter", "limit",
     "'limit' is given twice."),
    ("GET", "/audit?actor=%zz", None, "invalid_parameter", "actor",
     "'actor' has a malformed percent-encoding: write %XX."),
    ("GET", "/keys?after=x", None, "invalid_parameter", "after",
     "'after' is not a cursor of this list: use the 'next' of the previous "
     "page."),
    ("GET", "/keys?team=none", None, "invalid_parameter", "team",
     "'team' names no team: there is no 'none'."),
    ("GET", "/usage?group_by=day,day", None, "invalid_parameter", "group_by",
     "'group_by' must be a list, with commas, of some of these, none twice: "
     "day, hour, team, key, model."),
    ("PUT", "/teams/said", b'{"name":"a","name":"b"}', "invalid_json", None,
     "The body has an object in which a member is given twice."),
    ("PUT", "/teams/said", {"budgets": [BUDGET, BUDGET]},
     "invalid_parameter", "budgets[1]",
     "'budgets[1]' has the same currency, window and zone as another budget: "
     "merge the two."),
    ("PUT", "/teams/said", {"metadata": {"x": "x" * 16384}},
     "invalid_parameter", "metadata",
     "'metadata' must have at most 16384 bytes as JSON."),
    ("PUT", "/upstreams/said", dict(UPSTREAM, base_url="http://x/a b"),
     "invalid_parameter", "base_url",
     "'base_url' must be a URL of at most 2048 bytes with a port from 1 to "
     "65535; write spaces and characters beyond ASCII as %XX."),
    ("PUT", "/upstreams/said", dict(UPSTREAM, query="a b"),
     "invalid_parameter", "query",
     "'query' must be a query without '#'; write spaces and characters beyond "
     "ASCII as %XX."),
    ("PUT", "/models/said", dict(MODEL, routes=[{"upstream": "none"}]),
     "invalid_parameter", "routes[0].upstream",
     "'routes[0].upstream' names the upstream 'none', which does not exist: "
     "create it first."),
    ("PUT", "/models/said", dict(MODEL, aliases=["a", "a"]),
     "invalid_parameter", "aliases",
     "'aliases' holds 'a', which is given twice or is the name or alias of "
     "another model."),
    ("PUT", "/models/said", dict(MODEL, free=True),
     "invalid_parameter", "price",
     "'price' cannot be given together with \"free\": true."),
    ("PUT", "/models/said", dict(MODEL, price=dict(PRICE, currency="cny")),
     "invalid_parameter", "price.currency",
     "'price.currency' must be three capital letters (ISO 4217), such as "
     "CNY."),
    ("PUT", "/catalog", {"upstreams": [dict(UPSTREAM, id="said")] * 2},
     "invalid_parameter", "upstreams[1].id",
     "'upstreams[1].id' is given twice: another object in this document has "
     "the same id."),
    ("POST", "/keys", {"name": "x", "expires_at": "2000-01-01T00:00:00Z"},
     "invalid_parameter", "expires_at",
     "'expires_at' is in the past: to revoke a key, DELETE it."),
    ("POST", "/adjustments", dict(OWED, currency="XAU"),
     "invalid_parameter", "currency",
     "'currency' is 'XAU', in which no model has been priced: use the "
     "currency of a model's price."),
    ("POST", "/adjustments", dict(OWED, currency="CNY", key="sk-gtw-x"),
     "invalid_parameter", "team",
     "'team' cannot be given together with 'key', which belongs to a team."),
]


@pytest.mark.parametrize("method, path, body, code, param, message", ROWS,
                         ids=[f"{r[0]} {r[1]} {r[4]}" for r in ROWS])
def test_what_is_said(gw, method, path, body, code, param, message):
    r = gw.admin(method, path, body)
    refused(r, code, param)
    assert r.json()["error"]["message"] == message


def test_a_team_is_told_what_it_may_use(gw):
    gw.must("PUT", "/teams/told", {"models": ["qwen*", "org/*"],
                                   "limits": {"concurrency": 2}})
    key = gw.new_key(team="told", scope="team")
    for spec, param, message in [
            ({"models": ["gpt*"]}, "models[0]",
             "'models[0]' is 'gpt*', which is more than the team may use: "
             '["qwen*","org/*"].'),
            ({"limits": {"concurrency": 3}}, "limits.concurrency",
             "'limits.concurrency' is above the team's limit of 2.")]:
        r = gw.admin("POST", "/keys", dict(spec, name="x"), key)
        refused(r, "invalid_parameter", param)
        assert r.json()["error"]["message"] == message
