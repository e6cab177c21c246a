"""Every write: one audit row when it is done, none when it is refused or
repeated by a dry run; and no secret anywhere, whichever way it came in."""
import json

import pytest

from harness import ledger
from harness.checks import refused, wait_quiet
from test_admin_body import nothing_changes
from test_secrets import (authority, hidden_of, places,  # noqa: F401
                          search, talkative, the_secret, upstream)

UPSTREAM = {"base_url": "http://x", "dialect": "openai"}
TIERS = [{"input": "1", "output": "2"}]
IMPORT = {"upstreams": [dict(UPSTREAM, id="wi")],
          "models": [{"id": "wi-m", "routes": [{"upstream": "wi"}],
                      "price": {"currency": "CNY", "tiers": TIERS}}]}

# method, path, body; a body that is refused, or None: a path that is;
# action, object, id; members of the audit's `after`.  K: a key's id
WRITES = [
    ("POST", "/keys", {"name": "w"}, {"name": ""},
     "create", "key", None, {"name", "team", "scope"}),
    ("PATCH", "/keys/K", {"name": "w2"}, {"name": 1},
     "patch", "key", "K", {"name"}),
    ("POST", "/keys/K/rotate", {"grace_seconds": 5}, {"grace_seconds": -1},
     "rotate", "key", "K", None),
    ("DELETE", "/keys/K", None, None, "revoke", "key", "K", None),
    ("PUT", "/teams/w", {"name": "w"}, {"nam": "w"},
     "put", "team", "w", {"name"}),
    ("PATCH", "/teams/w", {"answer_ids": True}, {"answer_ids": 1},
     "patch", "team", "w", {"answer_ids"}),
    ("DELETE", "/teams/w", None, None, "disable", "team", "w", {"disabled"}),
    ("PUT", "/upstreams/w", UPSTREAM, {"dialect": "openai"},
     "put", "upstream", "w", {"base_url", "dialect", "credential_count"}),
    ("PATCH", "/upstreams/w", {"vendor": "v", "credentials": [
        {"secret": "sk-w"}]}, {"auth": "x"}, "patch", "upstream", "w",
     {"vendor", "credential_count", "credentials"}),
    ("DELETE", "/upstreams/w", None, None,
     "disable", "upstream", "w", {"disabled"}),
    ("PUT", "/models/w%2Fm", {"routes": [{"upstream": "w"}], "free": True},
     {"routes": [{"upstream": "none"}]}, "put", "model", "w/m",
     {"routes", "free"}),
    ("PATCH", "/models/w%2Fm", {"price": {"currency": "USD",
                                          "tiers": TIERS}},
     {"price": {"currency": "USD", "tiers": []}}, "patch", "model", "w/m",
     {"price"}),
    ("DELETE", "/models/w%2Fm", None, None,
     "disable", "model", "w/m", {"disabled"}),
    ("PUT", "/catalog", IMPORT, {"models": [{"id": "x"}]},
     "import", "catalog", "catalog", None),
]


def trail(gw):
    return gw.query("SELECT * FROM audit ORDER BY id")


def test_each_write_leaves_one_row(gw):
    key = gw.new_key()[7:17]
    for method, path, body, bad, action, kind, name, after in WRITES:
        path = path.replace("K", key)
        if bad is None:
            refused = gw.admin(method, path + "-none")
            assert refused.status == 404
        else:
            with nothing_changes(gw):
                assert gw.admin(method, path, bad).status == 400, path
        before = len(trail(gw))
        r = gw.admin(method, path, body)
        assert r.status in (200, 201), (path, r)
        row, = trail(gw)[before:]
        assert (row["actor"], row["action"], row["object"]) == (
            gw.admin_key()[7:17], action, kind)
        assert row["object_id"] == (
            r.json()["id"] if name is None else name.replace("K", key))
        detail = json.loads(row["detail"] or "null")
        if after is not None:
            assert set(detail["after"]) == after, (path, detail)
        assert "sk-w" not in repr(tuple(row))
    with nothing_changes(gw):
        assert gw.admin("PUT", "/catalog?dry_run=true", IMPORT).status == 200


def test_no_secret_that_was_written_is_to_be_read(
        talkative):  # noqa: F811
    gw = talkative("trace8 http2:trace1")
    key = gw.new_key()
    hidden = {}
    answers = {}

    def send(method, path, body, status=200):
        r = gw.admin(method, path, body)
        assert r.status == status, r
        answers[f"answer {len(answers)}"] = r.body
        return r

    def secret(name):
        hidden[name] = f"written-Very/secret-{name}-{len(hidden)}"
        return {"credentials": [{"secret": hidden[name]}]}

    send("PUT", "/upstreams/s", dict(UPSTREAM, **secret("put")))
    send("PATCH", "/upstreams/s", secret("patch"))
    send("PATCH", "/upstreams/s", dict(secret("refused"), auth="x"), 400)
    send("PUT", "/upstreams/s", dict(UPSTREAM, credential=secret("typo")[
        "credentials"]), 400)
    doc = dict(UPSTREAM, id="si")
    for query, name in (("", "import"), ("?dry_run=true", "dry")):
        send("PUT", "/catalog" + query,
             {"upstreams": [dict(doc, **secret(name))]})
    send("PUT", "/catalog", {"upstreams": [dict(doc, **secret("half"))],
                             "models": [{"id": "x"}]}, 400)
    send("GET", "/catalog", None)
    r = gw.admin("POST", f"/keys/{key[7:17]}/rotate", {"grace_seconds": 60})
    new = r.json()["key"]
    hidden["the new secret"] = the_secret(new)
    for k in (key, new):
        assert gw.request("GET", "/v1/models", key=k).status == 200
    wait_quiet(gw)
    found = dict(places(gw), **answers)
    search(found, dict(hidden_of(gw, key), **hidden))


ODD = (b'{"n":-0,"big":1e400,"huge":18446744073709551615,"small":0.10,'
       b'"text":"\\u00e9\\ud83d\\ude00\\u0001\\/","deep":[{"a":null},[]]}')
PRICE = b'{"currency":"CNY","tiers":[{"input":"1.50","output":"2"}]}'


@pytest.mark.parametrize("kind, body", [
    ("teams", b'{"name":"x","limits":{"concurrency":3}'),
    ("upstreams", b'{"base_url":"http://127.0.0.1:9/v1","dialect":"openai",'
                  b'"auth":"none","credentials":[{"secret":"aaaaaaaa"}]'),
    ("models", b'{"routes":[{"upstream":"mock"}],"aliases":["as-stored-x"],'
               b'"price":' + PRICE)])
def test_the_answer_is_what_is_stored(gw, kind, body):
    """It is made from what was judged and written, not read again."""
    path = f"/{kind}/as-stored"
    for method, text in [
            ("PUT", body + b',"metadata":' + ODD + b"}"),
            ("PATCH", b'{"metadata":{"n":null,"more":' + ODD + b"}}"),
            ("DELETE", None)]:
        answer = gw.admin(method, path, text)
        assert answer.status == 200, answer
        said = gw.admin("GET", path)
        assert answer.body == said.body
        newest = gw.must("GET", f"/audit?object={kind[:-1]}&limit=1")
        after = newest["data"][0]["detail"]["after"]
        shown = said.json()
        for name in after:
            assert after[name] in (shown.get(name), "replaced"), name


def test_a_write_that_cannot_be_shown_was_made_all_the_same(make_gw):
    """What the answer has to read after the commit fails: the caller must not
    take that for a write that can just be repeated."""
    gw = make_gw()
    gw.expect_log("LG0200")
    budget = {"amount": "1", "currency": "CNY", "window": "day"}
    with ledger.without(gw, "spend"):
        r = gw.admin("PUT", "/teams/unshown", {"budgets": [budget]})
        refused(r, "internal_error", message="The change was made")
        assert "Retry-After" not in r.headers
    assert gw.must("GET", "/teams/unshown")["budgets"] == [budget]
    row, = gw.must("GET", "/audit?object_id=unshown")["data"]
    assert row["action"] == "put"
