"""Ids and names: what looks like another one, or means something elsewhere,
is refused with the reason; and strings with a NUL, which end there for C."""
from urllib.parse import quote

import pytest

from harness import ledger
from harness.checks import refused

UPSTREAM = {"base_url": "http://127.0.0.1:1", "dialect": "openai"}
MODEL = {"routes": [{"upstream": "mock"}], "free": True}
IDS = {"models": MODEL, "upstreams": UPSTREAM, "teams": {}}

# text, and a word of the reason
UNSEEN = [("a\u202eb", "invisible"), ("\ufeffa", "invisible"),
          ("a\u200bb", "invisible"), ("a\u2066b", "invisible"),
          ("a\u200d", "invisible"), ("a\u00adb", "invisible"),
          ("a\u2028b", "invisible"), ("a\U000e0041", "invisible"),
          ("a\ufe0f", "invisible"), ("a\u3164", "invisible"),
          ("a\x7fb", "control"), ("a\x85b", "control"), ("a\tb", "control"),
          ("a\u00a0b", "blanks"), ("a\u3000b", "blanks"), (" a", "blank"),
          ("a ", "blank"), ("a\ufffe", "no characters"),
          ("a\ufdd0", "no characters"), ("a\ue000", "no characters"),
          ("a\U0001ffff", "no characters"), ("a\ufffd", "no characters")]
OF_IDS = [("openai/*", "must not hold any of"), ("50%", "must not hold any of"),
          ("a?b", "must not hold any of"), ("a#b", "must not hold any of"),
          ("a//b", "slash"), ("a/../b", "slash"), ("a/./b", "slash")]
FAIL_BEFORE = [c for c in UNSEEN + OF_IDS if c[0] not in ("a\tb",)]


@pytest.mark.parametrize("name, why", FAIL_BEFORE,
                         ids=[ascii(n) for n, _ in FAIL_BEFORE])
def test_an_id_nobody_could_tell(gw, name, why):
    """Fault 1.8: ids of models, teams and upstreams with characters that are
    not seen, or that mean something else, are refused with the reason."""
    for kind, body in IDS.items():
        at = f"/{kind}/{quote(name, safe='')}"
        refused(gw.admin("PUT", at, body), "invalid_parameter", "id", why)
        assert gw.admin("GET", at).status == 404
    r = gw.admin("PUT", "/models/aliased", dict(MODEL, aliases=["x", name]))
    refused(r, "invalid_parameter", "aliases[1]", why)
    r = gw.admin("PUT", "/catalog", {"models": [dict(MODEL, id=name)]})
    refused(r, "invalid_parameter", "models[0].id", why)


@pytest.mark.parametrize("name, why", [c for c in UNSEEN if c[0] != "a\tb"],
                         ids=[ascii(n) for n, _ in UNSEEN if n != "a\tb"])
def test_a_name_nobody_could_tell(gw, name, why):
    """Fault 1.8: so are names for people, where they are shown."""
    made = gw.must("POST", "/keys", {"name": "plain"})["id"]
    for method, path, body, param in (
            ("POST", "/keys", {"name": name}, "name"),
            ("PATCH", f"/keys/{made}", {"name": name}, "name"),
            ("POST", "/keys", {"name": "x", "models": ["a", name]},
             "models[1]"),
            ("PUT", "/teams/named", {"name": name}, "name"),
            ("PUT", "/upstreams/named", dict(UPSTREAM, vendor=name),
             "vendor"),
            ("PUT", "/models/named", dict(MODEL, name=name), "name"),
            ("PUT", "/models/named", dict(MODEL, owned_by=name),
             "owned_by"),
            ("PUT", "/models/named", dict(MODEL, routes=[
                {"upstream": "mock", "model": name}]), "routes[0].model")):
        refused(gw.admin(method, path, body), "invalid_parameter", param, why)


def test_names_that_may_be(gw):
    for name in ("qwen3-max-2", "org/a:b", "@cf/meta/llama-3", "a b", "café",
                 "中文-模型", "a.b..c", "😀", "x=1+2", "(a)", "a'b<c>"):
        for kind, body in IDS.items():
            at = f"/{kind}/{quote(name, safe='')}"
            assert gw.must("PUT", at, body)["id"] == name
            assert gw.admin("DELETE", at).status == 200
        gw.must("POST", "/keys", {"name": name + ' 100% "*"'})


OLD = "old\u202e*%"


@pytest.fixture
def old(make_gw):
    """Rows of a day when more was taken."""
    gw = make_gw()
    gw.must("PUT", "/models/good", dict(MODEL, aliases=["other"]))
    key = gw.must("POST", "/keys", {"name": "key"})["id"]
    with ledger.writing(gw) as db:
        for table in ("team", "upstream", "model"):
            spec = {"team": "{}", "upstream": '{"base_url":"http://x",'
                    '"dialect":"openai"}',
                    "model": '{"routes":[{"upstream":"mock"}]}'}[table]
            db.execute(f"INSERT INTO {table} (name, spec, created_ms)"
                       " VALUES (?, ?, 1)", (OLD, spec))
        db.execute("UPDATE key SET name = ?", (OLD,))
        db.execute("UPDATE model SET spec = replace(spec, 'other', ?)"
                   " WHERE name = 'good'", (OLD + "2",))
        db.execute("UPDATE alias SET name = ?", (OLD + "2",))
    return gw, key


def test_what_is_there_can_be_read_and_taken_away(old):
    gw, key = old
    for kind in ("teams", "upstreams", "models"):
        at = f"/{kind}/{quote(OLD, safe='')}"
        assert OLD in [o["id"] for o in gw.must("GET", f"/{kind}")["data"]]
        assert gw.must("GET", at)["id"] == OLD
        assert gw.must("PATCH", at, {"metadata": {"a": 1}})["metadata"]
        assert gw.must("DELETE", at)["disabled"] is True
        assert gw.must("PATCH", at, {"disabled": False})["id"] == OLD
    assert gw.must("PATCH", f"/keys/{key}", {"metadata": {}})["name"] == OLD
    assert gw.must("DELETE", f"/keys/{key}")["revoked_at"]
    assert gw.must("PATCH", "/models/good", {"owned_by": "me"})["aliases"] \
        == [OLD + "2"]
    assert gw.must("DELETE", "/models/good")["disabled"] is True


# ---- NUL ----

NUL = [("POST", "/keys", {"name": "x", "expires_at":
                          "2099-01-01T00:00:00Z\0"}, "expires_at"),
       ("POST", "/keys", {"name": "x", "scope": "none\0admin"}, "scope"),
       ("POST", "/keys", {"name": "x", "addresses": ["192.0.2.1\0x"]},
        "addresses[0]"),
       ("POST", "/keys", {"name": "x", "endpoints": ["embeddings\0"]},
        "endpoints[0]"),
       ("POST", "/keys", {"name": "x", "budgets": [
           {"amount": "10\0e9", "currency": "CNY", "window": "day"}]},
        "budgets[0].amount"),
       ("POST", "/keys", {"name": "x", "budgets": [
           {"amount": "10", "currency": "CNY\0", "window": "day"}]},
        "budgets[0].currency"),
       ("POST", "/keys", {"name": "x", "budgets": [
           {"amount": "10", "currency": "CNY", "window": "day\0"}]},
        "budgets[0].window"),
       ("POST", "/keys", {"name": "x", "metadata": {"a": [{"b": "c\0"}]}},
        "metadata.a[0].b"),
       ("PUT", "/upstreams/nul", dict(UPSTREAM, base_url="http://x\0y"),
        "base_url"),
       ("PUT", "/upstreams/nul", dict(UPSTREAM, dialect="openai\0"),
        "dialect"),
       ("PUT", "/upstreams/nul", dict(UPSTREAM, paths={
           "messages": "http://x/\0"}), "paths.messages"),
       ("PUT", "/models/nul", dict(MODEL, modalities={"input": ["text\0"]}),
        "modalities.input[0]")]


@pytest.mark.parametrize("method, path, body, param", NUL,
                         ids=[n[3] for n in NUL])
def test_a_nul_ends_no_judging(gw, method, path, body, param):
    """Fault 4.10: what stands behind a NUL is seen, in every kind of value."""
    refused(gw.admin(method, path, body), "invalid_parameter", param,
            "must not hold a NUL character")
    if method == "PUT":
        assert gw.admin("GET", path).status == 404


@pytest.mark.parametrize("body", [
    '{"name": "x", "limits": {"concurrency\\u0000x": 5}}',
    '{"name": "x", "scope\\u0000y" : "admin"}',
    '{"name": "x", "\\u0000": 1}',
    '{"name": "x", "metadata": {"a\\\\\\u0000": 1}}'])
def test_a_nul_in_a_members_name(gw, body):
    refused(gw.admin("POST", "/keys", body.encode()), "invalid_json",
            message="has a member name with a NUL character")


def test_what_only_looks_like_a_nul(gw):
    made = gw.admin("POST", "/keys", b'{"name": "x\\\\u0000", "metadata":'
                    b' {"\\\\u0000": "\\\\u0000", "u0000": "u0000"}}')
    assert made.status == 201 and made.json()["name"] == "x\\u0000"


# ---- what is known ----

@pytest.mark.parametrize("method, path, body, param, known", [
    ("POST", "/keys", {"name": "x", "limit": {}}, "limit",
     ("name", "team", "expires_at", "limits", "budgets", "metadata")),
    ("POST", "/keys", {"name": "x", "limits": {"requests_per_min": 1}},
     "limits.requests_per_min", ("requests_per_minute", "concurrency")),
    ("POST", "/keys", {"name": "x", "budgets": [{"limit": 1}]},
     "budgets[0].limit", ("amount", "currency", "window", "zone", "soft")),
    ("PATCH", "/teams/default", {"bugdets": None}, "bugdets", ("budgets",)),
    ("PUT", "/upstreams/x", dict(UPSTREAM, url="x"), "url", ("base_url",)),
    ("PUT", "/upstreams/x", dict(UPSTREAM, credentials=[{"key": "x"}]),
     "credentials[0].key", ("secret",)),
    ("PUT", "/models/x", dict(MODEL, limit={"contxt": 1}), "limit.contxt",
     ("context", "output")),
    ("PUT", "/catalog", {"model": []}, "model", ("models", "upstreams",
                                                  "thinking"))])
def test_what_is_known_is_listed(gw, method, path, body, param, known):
    """Fault 5.10: beside what is not known stands what is."""
    text = refused(gw.admin(method, path, body), "invalid_parameter", param,
                   "is not known here. Known are: ")
    listed = text.rpartition(": ")[2].rstrip(".").split(", ")
    assert set(known) <= set(listed)
    assert not {"object", "created_at", "disabled_at"} & set(listed)
