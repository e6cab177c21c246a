"""The keys resource: made, read, listed, revoked; and who may do so."""
import datetime
import hashlib
import json
import re

import pytest

from harness import ledger
from harness.checks import refused
from harness.keys import make
from harness.raw import Raw

CHAT = "/v1/chat/completions"
TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z\Z")
FULL = {"name": "ci é", "team": "default", "scope": "none",
        "models": ["qwen*", "org/*"], "deny_models": ["*-plus"],
        "endpoints": ["chat/completions", "messages"],
        "addresses": ["127.0.0.0/8", "::1"],
        "limits": {"requests_per_minute": 60, "concurrency": 8},
        "expires_at": "2099-01-01T00:00:00Z",
        "metadata": {"a": [1, {"b": None}], "t": "x"}}


def audit(gw):
    return [dict(r) for r in gw.query("SELECT * FROM audit ORDER BY id")]


# ---- making ----

def test_a_key_is_shown_once_and_never_stored(gw):
    r = gw.admin("POST", "/keys", FULL)
    assert r.status == 201
    made = r.json()
    key = made.pop("key")
    assert re.match(r"sk-gtw-[0-9A-Za-z]{59}\Z", key)
    assert make(key[7:17])[:17] == key[:17]     # the form of harness.keys
    assert made == dict(FULL, object="key", id=key[7:17], revoked_at=None,
                        created_at=made["created_at"])
    assert TIME.match(made["created_at"])
    assert gw.must("GET", "/keys/" + made["id"]) == made
    row, = gw.query("SELECT s.hash FROM secret s JOIN key k ON k.id ="
                    " s.key_id WHERE k.public_id = ?", made["id"])
    assert row["hash"] == hashlib.sha256(key.encode()).digest()


def test_what_a_key_need_not_say(gw):
    made = gw.must("POST", "/keys", {"name": "x"})
    del made["key"]
    assert made == {"object": "key", "id": made["id"], "name": "x",
                    "team": "default", "scope": "none", "revoked_at": None,
                    "expires_at": None, "created_at": made["created_at"]}
    nulls = gw.must("POST", "/keys", {"name": "x", "expires_at": None})
    assert nulls["expires_at"] is None
    assert nulls["id"] != made["id"]        # names need not differ


@pytest.mark.parametrize("text, want", [
    ("2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z"),
    ("2099-12-31t23:59:59.5z", "2099-12-31T23:59:59.500Z"),
    ("2099-12-31T23:59:59.123456789Z", "2099-12-31T23:59:59.123Z"),
    ("2100-01-01T07:59:59+08:00", "2099-12-31T23:59:59Z"),
    ("2099-12-31T16:29:59-07:30", "2099-12-31T23:59:59Z"),
    ("2096-02-29T00:00:00Z", "2096-02-29T00:00:00Z")])
def test_times_in_any_zone(gw, text, want):
    made = gw.must("POST", "/keys", {"name": "x", "expires_at": text})
    assert made["expires_at"] == want


# ---- revoking ----

def test_revoking_is_once_and_stays(gw):
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    first = gw.must("DELETE", "/keys/" + key[7:17])
    assert TIME.match(first["revoked_at"]) and "key" not in first
    again = gw.must("DELETE", "/keys/" + key[7:17])
    assert again == first == gw.must("GET", "/keys/" + key[7:17])
    refused(gw.chat(key), "invalid_api_key")
    assert len(gw.rows(key)) == 1       # its row stays too


@pytest.mark.parametrize("name", ["none", "x" * 10, "../nowhere", "%2F",
                                  "a%20b", "1"])
def test_a_key_that_is_not_there(gw, name):
    for method in ("GET", "DELETE"):
        r = gw.admin(method, "/keys/" + name)
        code = r.json()["error"]["code"]
        refused(r, code if code == "unknown_url" else "not_found")
        assert name in ("../nowhere", "%2F") or code == "not_found"


# ---- the list ----

def test_the_list_page_by_page(make_gw):
    gw = make_gw()
    ids = [gw.query("SELECT public_id FROM key")[0]["public_id"]]
    ids += [gw.new_key()[7:17] for _ in range(24)]
    for limit in (1, 7, 24, 25, 26, 1000):
        got, after = [], ""
        while True:
            page = gw.must("GET", f"/keys?limit={limit}{after}")
            assert list(page) == ["object", "data", "has_more", "next"]
            assert page["object"] == "list"
            got += [k["id"] for k in page["data"]]
            assert page["has_more"] == (len(got) < 25)
            assert (page["next"] is None) == (not page["has_more"])
            if not page["has_more"]:
                break
            assert page["next"] == got[-1] and len(page["data"]) == limit
            after = "&after=" + page["next"]
        assert got == ids
    page = gw.must("GET", "/keys")
    assert len(page["data"]) == 25 and not page["has_more"]
    page = gw.must("GET", f"/keys?after={ids[-1]}")
    assert page["data"] == [] and not page["has_more"]
    assert "key" not in json.dumps(page["data"])
    # one that is revoked between two pages is still a place in the list
    gw.must("DELETE", "/keys/" + ids[5])
    page = gw.must("GET", f"/keys?limit=2&after={ids[5]}")
    assert [k["id"] for k in page["data"]] == ids[6:8]


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=1001", "limit"),
    ("limit=abc", "limit"), ("limit=5x", "limit"), ("limit=", "limit"),
    ("limit=+5", "limit"), ("limit=99999999999999999999", "limit"),
    ("limit=%35%30%30%31", "limit"), ("after=garbage", "after"),
    ("after=", "after"), ("after=%00", "after"), ("after=%FF%FE", "after"),
    ("after=1%27%20OR%20%271", "after"), ("other=1", "other"),
    ("limit=5&limit=6", "limit"), ("limit", "limit"), ("limit=%zz", "limit"),
    ("a%20b=1", "query"), ("%zz=1", "query"), ("=1", "query")])
def test_a_page_that_cannot_be(gw, query, param):
    refused(gw.admin("GET", "/keys?" + query), "invalid_parameter", param)


def test_an_id_takes_no_query(gw):
    for path in ("/keys/x?limit=1", "/models/qwen3-max?limit=1"):
        refused(gw.admin("GET", path), "invalid_parameter", "limit",
                "takes no query")


# ---- the audit trail ----

def test_every_write_leaves_an_audit_row(make_gw, up):
    gw = make_gw()
    admin = gw.admin_key()[7:17]
    trail = audit(gw)
    # the first start's key, the upstream, the models
    assert (trail[0]["actor"], trail[0]["action"], trail[0]["object_id"]) \
        == ("httpd", "create", admin)
    seen = len(trail)
    made = gw.must("POST", "/keys", FULL)
    other = gw.must("POST", "/keys", {"name": "a2", "scope": "admin"})
    gw.admin("PUT", "/upstreams/u", {
        "base_url": up.url, "dialect": "openai",
        "credentials": [{"secret": "sk-very-secret"}]}, other["key"])
    gw.must("PUT", "/models/m/1", {"routes": [{"upstream": "u"}]})
    gw.must("DELETE", "/keys/" + made["id"])
    gw.must("DELETE", "/keys/" + made["id"])
    for method, path, body in (("POST", "/keys", {}), ("GET", "/keys", None),
                               ("PUT", "/models/m", {"routes": 1}),
                               ("DELETE", "/keys/none", None)):
        gw.admin(method, path, body)
    trail = audit(gw)[seen:]
    assert [(t["actor"], t["action"], t["object"], t["object_id"])
            for t in trail] == [
        (admin, "create", "key", made["id"]),
        (admin, "create", "key", other["id"]),
        (other["id"], "put", "upstream", "u"),
        (admin, "put", "model", "m/1"),
        (admin, "revoke", "key", made["id"]),
        (admin, "revoke", "key", made["id"])]
    now = datetime.datetime.now().timestamp() * 1000
    assert all(now - 20000 < t["at_ms"] <= now for t in trail)
    assert "very-secret" not in repr(trail)
    assert made["key"] not in repr(trail)
    detail = json.loads(trail[0]["detail"])
    assert detail == {"before": None, "after": FULL}
    detail = json.loads(trail[2]["detail"])
    assert detail["before"] is None
    assert detail["after"]["base_url"] == up.url


# ---- who may ----

UPSTREAM = {"base_url": "http://x", "dialect": "openai"}
PATHS = [       # method, path, body, the least scope
    ("POST", "/keys", {"name": "x"}, "team"), ("GET", "/keys", None, "team"),
    ("GET", "/keys/x", None, "team"), ("DELETE", "/keys/x", None, "team"),
    ("PATCH", "/keys/x", {}, "team"),
    ("POST", "/keys/x/rotate", {"grace_seconds": 0}, "team"),
    ("GET", "/teams", None, "admin"), ("PUT", "/teams/x", {}, "admin"),
    ("GET", "/teams/default", None, "admin"),
    ("PATCH", "/teams/default", {}, "admin"),
    ("DELETE", "/teams/x", None, "admin"),
    ("GET", "/upstreams", None, "admin"),
    ("PUT", "/upstreams/x", UPSTREAM, "admin"),
    ("GET", "/upstreams/mock", None, "admin"),
    ("PATCH", "/upstreams/mock", {}, "admin"),
    ("DELETE", "/upstreams/mock", None, "admin"),
    ("GET", "/models", None, "admin"), ("PUT", "/models/x", {}, "admin"),
    ("GET", "/models/qwen3-max", None, "admin"),
    ("PATCH", "/models/qwen3-max", {}, "admin"),
    ("DELETE", "/models/qwen3-max", None, "admin"),
    ("GET", "/catalog", None, "admin"), ("PUT", "/catalog", {}, "admin")]


@pytest.mark.parametrize("method, path, body, least", PATHS)
def test_a_scope_is_needed(gw, key, method, path, body, least):
    before = len(audit(gw))
    for scope in ("none", "team"):
        r = gw.admin(method, path, body, gw.new_key(scope=scope))
        if scope == least:
            assert r.status != 403, r
            before += path == "/keys" and method == "POST"
        else:
            refused(r, "permission_denied",
                    message=f"lacks the scope '{least}'")
    url = "/llmgw/admin/v1" + path
    refused(gw.request(method, url, body), "missing_api_key")
    refused(gw.request(method, url, body, make()), "invalid_api_key")
    revoked = gw.must("POST", "/keys", {"name": "x", "scope": "admin"})
    assert gw.admin("GET", "/keys", key=revoked["key"]).status == 200
    gw.must("DELETE", "/keys/" + revoked["id"])
    refused(gw.admin(method, path, body, revoked["key"]), "invalid_api_key")
    assert len(audit(gw)) == before + 4


def test_a_body_is_not_read_for_who_may_not(gw, key):
    for k, code in ((key, "permission_denied"), (None, "missing_api_key")):
        with Raw(gw.port) as c:
            c.post("/llmgw/admin/v1/keys", b"", "Expect: 100-continue", key=k,
                   length=1000)
            refused(c.response(), code)


def test_an_admin_key_may_use_models_too(gw):
    """Admin is more than none: it has all rights of a key."""
    admin = gw.must("POST", "/keys", {"name": "x", "scope": "admin"})["key"]
    assert gw.chat(admin).status == 200
    gw.settled(admin)


LOCAL = (None, "127.0.0.1", "127.8.9.10", "::1")
REMOTE = ("192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1",
          "128.0.0.1")


def test_the_admin_api_is_for_this_machine_unless_it_is_opened(make_gw):
    gw = make_gw(modules=("remoteip",), conf="""
RemoteIPHeader X-Client
RemoteIPInternalProxy 127.0.0.1
<Location "/llm">
LLMGateway On
</Location>
<Location "/open/llmgw/admin">
LLMGateway On
</Location>
<Location "/closed/llmgw/admin">
LLMGateway On
Require ip 192.0.2.0/24
</Location>
<Directory "${SRVROOT}/htdocs">
Require all granted
</Directory>
<Directory "${SRVROOT}/htdocs/dir">
LLMGateway On
</Directory>
""", files={"htdocs/dir/x": ""})
    admin = gw.admin_key()
    keys = "/llmgw/admin/v1/keys"

    def ask(path, client=None, key=admin):
        return gw.request("GET", path, key=key,
                          headers={"X-Client": client} if client else None)

    for prefix in ("", "/llm", "/dir"):
        for client in LOCAL:
            assert ask(prefix + keys, client).status == 200, client
        for client in REMOTE:
            r = ask(prefix + keys, client)
            refused(r, "address_not_allowed",
                    message="<Location /llmgw/admin>")
            # nobody learns there whether a key is good
            refused(ask(prefix + keys, client, key=None),
                    "address_not_allowed")
    for client in REMOTE:
        # the data plane is for all
        assert ask("/v1/models", client).status == 200
        assert ask("/llm/v1/models", client).status == 200
        # and where a Location is for the admin API, its Require lines decide
        assert ask("/open" + keys, client).status == 200
    assert ask("/closed" + keys, "192.0.2.1").status == 200
    assert ask("/closed" + keys).status == 403
    gw.expect_log("AH01630")
    limited = gw.must("POST", "/keys", {"name": "x", "scope": "admin",
                                        "addresses": ["192.0.2.0/24"]})["key"]
    for client, status in ((None, 403), ("192.0.2.9", 200)):
        assert ask("/open" + keys, client, limited).status == status


def test_a_cursor_is_not_garbage_because_the_database_is(gw):
    page = gw.must("GET", "/keys?limit=1")
    gw.expect_log("LG0200")
    with ledger.without(gw, "key"):
        # under a name that is in memory: the admin key itself
        r = gw.admin("GET", f"/keys?after={page['next']}")
        refused(r, "overloaded")
        assert r.headers["Retry-After"] == "1"
    assert gw.must("GET", f"/keys?after={page['next']}")["data"]
