"""The upstreams and models resources: put, read back, put again."""
import concurrent.futures
import json

import pytest

from harness import ledger
from harness.checks import refused
from harness.shapes import plain
from harness.upstream import answer

UPSTREAM = {
    "base_url": "https://api.example.com:8443/compatible-mode/v1",
    "dialect": "anthropic", "vendor": "bailian", "auth": "api-key",
    "headers": {"X-Title": "a title", "HTTP-Referer": "https://x"},
    "query": "api-version=1&a=%20", "paths": {
        "chat/completions": "http://other.example/chat",
        "messages/count_tokens": "https://[::1]:8443/x"},
    "usage": {"cache": "outside", "output": "total"},
    "include_usage": "never",
    "deadlines": {"connect": 5, "first_byte": 300, "idle": 60, "total": 3600}}
MODEL = {
    "routes": [{"upstream": "mock", "model": "up/name", "priority": 2,
                "weight": 5, "thinking": "object"},
               {"upstream": "mock", "priority": 0}],
    "aliases": ["full-alias", "org/full:latest"], "name": "A Model é",
    "owned_by": "somebody", "created": 1700000000,
    "modalities": {"input": ["text", "image", "audio", "video", "pdf"],
                   "output": ["text", "image", "audio"]},
    "endpoints": ["chat/completions", "responses"],
    "limit": {"context": 262144, "output": 65536, "thinking": 0,
              "image_tokens": 1000},
    "caching": {"implicit": True, "explicit": False, "min_tokens": 1024},
    "parameters": ["temperature", "top_p"],
    "abort": {"stream": "drain", "plain": "cancel"},
    "deadlines": {"first_byte": 600}}


def put(gw, path, body, key=None):
    return gw.admin("PUT", path, body, key)


# ---- upstreams ----

def test_an_upstream_is_given_back_as_it_was_put(gw):
    secrets = [{"secret": "sk-one"}, {"secret": "sk-two"}]
    r = put(gw, "/upstreams/full", dict(UPSTREAM, credentials=secrets))
    assert r.status == 200
    made = r.json()
    assert made == dict(UPSTREAM, object="upstream", id="full", version=1,
                        credential_count=2, created_at=made["created_at"],
                        serves=True, disabled=False, disabled_at=None)
    assert gw.must("GET", "/upstreams/full") == made
    assert b"sk-" not in r.body


def test_what_get_gives_put_takes(gw):
    """Read, change a member, write: nothing else is lost or refused."""
    put(gw, "/upstreams/again", dict(UPSTREAM, credentials=[
        {"secret": "sk-kept"}]))
    was = gw.must("GET", "/upstreams/again")
    now = put(gw, "/upstreams/again", dict(was, vendor="other")).json()
    assert now == dict(was, vendor="other", version=was["version"] + 1)
    put(gw, "/models/again", dict(MODEL, aliases=["again-1"], price={
        "currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}))
    was = gw.must("GET", "/models/again")
    now = put(gw, "/models/again", dict(was, name="Other")).json()
    assert now == dict(was, name="Other", version=was["version"] + 1)


def test_credentials_stay_unless_the_body_has_them(gw, up, key):
    base = {"base_url": up.url + "/v1", "dialect": "openai"}
    gw.must("PUT", "/upstreams/cred", dict(base, credentials=[
        {"secret": "sk-first"}]))
    gw.must("PUT", "/models/cred", {"free": True,
                                    "routes": [{"upstream": "cred"}]})
    for body, want in ((base, "Bearer sk-first"),
                       (dict(base, vendor="x"), "Bearer sk-first"),
                       (dict(base, credentials=[{"secret": "sk-second"}]),
                        "Bearer sk-second"),
                       (dict(base, credentials=[]), None)):
        gw.must("PUT", "/upstreams/cred", body)
        assert gw.chat(key, model="cred").status == 200
        assert up.requests[-1].header("Authorization") == want
    gw.settled(key, 4)
    left = gw.query("SELECT count(*) AS n FROM credential c JOIN upstream u"
                    " ON u.id = c.upstream_id WHERE u.name = 'cred'")
    assert left[0]["n"] == 0


def test_a_sealed_credential_opens_only_where_it_belongs(make_gw, up):
    """One that was moved to another upstream's row is not sent anywhere."""
    gw = make_gw()
    base = {"base_url": up.url + "/v1", "dialect": "openai"}
    gw.must("PUT", "/upstreams/a", dict(base, credentials=[
        {"secret": "sk-of-a"}]))
    gw.must("PUT", "/upstreams/b", base)
    ledger.change(gw, "UPDATE credential SET upstream_id = (SELECT id FROM"
                  " upstream WHERE name = 'b') WHERE upstream_id ="
                  " (SELECT id FROM upstream WHERE name = 'a')")
    gw.must("PUT", "/models/b", {"free": True,
                                 "routes": [{"upstream": "b"}]})
    gw.expect_log("LG0011", "LG0204")
    key = gw.new_key()
    assert gw.chat(key, model="b").status == 502 and not up.requests


@pytest.mark.parametrize("path, name", [
    ("a%2Fb", "a/b"), ("a/b", "a/b"), ("x%20y", "x y"), ("caf%C3%A9", "café"),
    ("a:b", "a:b"), ("%7E", "~"), ("a%2B+", "a++"), ("keys", "keys")])
def test_ids_raw_and_encoded(gw, path, name):
    for kind, body in (("upstreams", {"base_url": "http://x",
                                      "dialect": "openai"}),
                       ("models", {"routes": [{"upstream": "mock"}]})):
        made = gw.must("PUT", f"/{kind}/{path}", body)
        assert made["id"] == name
        assert gw.must("GET", f"/{kind}/{path}/") == made


def test_what_is_not_there(gw):
    for kind in ("upstreams", "models"):
        r = gw.admin("GET", f"/{kind}/no-such")
        refused(r, "not_found", message="'no-such'")
        r = gw.admin("POST", f"/{kind}/no-such")
        refused(r, "method_not_allowed")
        assert r.headers["Allow"] \
            == "PUT, GET, HEAD, PATCH, DELETE, OPTIONS"
    head = gw.request("HEAD", "/llmgw/admin/v1/upstreams/mock",
                      key=gw.admin_key())
    assert head.status == 200 and head.body == b""


# ---- models ----

def test_a_model_is_given_back_as_it_was_put(gw, key):
    r = put(gw, "/models/full", MODEL)
    assert r.status == 200
    made = r.json()
    assert made == dict(MODEL, object="model", id="full", version=1,
                        prices=[], created_at=made["created_at"],
                        calibration=made["calibration"], widened=[], serves=False,
                        why="has no price: give it 'price', or \"free\": "
                            "true", disabled=False, disabled_at=None)
    assert gw.must("GET", "/models/full") == made
    put(gw, "/models/full", dict(MODEL, free=True))
    listed = gw.request("GET", "/v1/models/full", key=key).json()
    assert listed == {
        "id": "full", "object": "model", "created": 1700000000,
        "owned_by": "somebody", "type": "model", "display_name": "A Model é",
        "created_at": "2023-11-14T22:13:20Z", "context_length": 262144,
        "max_model_len": 262144, "max_output_tokens": 65536,
        "modalities": MODEL["modalities"]}
    assert gw.request("GET", "/v1/models/org/full:latest",
                      key=key).json() == listed


def test_the_list_serves_both_sdks(gw):
    key = gw.new_key(models=["qwen*", "free-model"])
    body = gw.request("GET", "/v1/models", key=key).json()
    ids = [m["id"] for m in body["data"]]
    assert ids == sorted(ids) and {"qwen3-max", "qwen-plus"} <= set(ids)
    assert body == {"object": "list", "data": body["data"],
                    "has_more": False, "first_id": ids[0], "last_id": ids[-1]}
    none = gw.request("GET", "/v1/models", key=gw.new_key(models=["-"]))
    assert none.json() == {"object": "list", "data": [], "has_more": False,
                           "first_id": None, "last_id": None}


KNOWN = [
    ({}, {}),
    ({"limit": {"context": 1000}},
     {"context_length": 1000, "max_model_len": 1000}),
    ({"limit": {"output": 500, "thinking": 7}}, {"max_output_tokens": 500}),
    ({"modalities": {"input": ["pdf", "text"]}},
     {"modalities": {"input": ["pdf", "text"]}}),
    ({"modalities": {"output": ["image"]}},
     {"modalities": {"output": ["image"]}}),
    ({"modalities": {}}, {}),
]


@pytest.mark.parametrize("said, shown", KNOWN, ids=[str(k) for k, _ in KNOWN])
def test_the_list_tells_what_the_catalogue_knows(gw, key, said, shown):
    """Clients size their prompts by it; what nobody said is not there."""
    always = {"id", "object", "created", "owned_by", "type", "display_name",
              "created_at"}
    gw.must("PUT", "/models/known", dict(
        routes=[{"upstream": "mock", "model": "m"}], free=True, **said))
    one = gw.request("GET", "/v1/models/known", key=key).json()
    assert {k: v for k, v in one.items() if k not in always} == shown
    assert always <= set(one)
    # Claude Code asks so; Anthropic's SDK for the page behind one
    for query in ("", "?limit=1000", "?limit=1&after_id=known"):
        body = gw.request("GET", "/v1/models" + query, key=key).json()
        assert [m for m in body["data"] if m["id"] == "known"] == [one]
        assert body["has_more"] is False
    gw.must("DELETE", "/models/known")


def test_aliases_are_replaced_and_never_taken_away(gw, key):
    def model(name, *aliases):
        return put(gw, "/models/" + name, {
            "routes": [{"upstream": "mock", "model": name}], "free": True,
            "aliases": list(aliases)})

    def answers(name):
        r = gw.chat(key, model=name)
        return r.json()["model"] if r.status == 200 else None

    assert model("one", "x", "y").status == 200
    assert [answers(n) for n in ("one", "x", "y", "z")] == ["one"] * 3 + [
        None]
    assert model("one", "y", "z").status == 200
    assert [answers(n) for n in ("x", "y", "z")] == [None, "one", "one"]
    assert model("two", "x").status == 200
    before = gw.must("GET", "/models/two")
    for aliases, taken in ((["z"], "z"), (["one"], "one"), (["x", "y"], "y")):
        refused(model("two", *aliases), "invalid_parameter", "aliases",
                f"'aliases' holds '{taken}', which is given twice or is the "
                "name or alias of another model")
    assert gw.must("GET", "/models/two") == before
    # a model of a name that leads elsewhere would never be found
    refused(model("x"), "invalid_parameter", "id",
            "is an alias of another model")
    refused(gw.admin("GET", "/models/x"), "not_found")
    assert [answers(n) for n in ("x", "y", "z")] == ["two", "one", "one"]
    assert model("two").status == 200 and model("x").status == 200
    assert answers("x") == "x"
    gw.settled(key, 9)


def test_routes_by_priority_then_as_written(gw, up, key):
    for name in ("p1", "p2"):
        gw.must("PUT", "/upstreams/" + name, {
            "base_url": f"{up.url}/{name}", "dialect": "openai"})
    for routes, want in (
            ([("p1", 0), ("p2", 0)], "/p1"), ([("p2", 0), ("p1", 0)], "/p2"),
            ([("p1", 5), ("p2", 0)], "/p2"), ([("p1", 1), ("p2", 2)], "/p1")):
        gw.must("PUT", "/models/prio", {"free": True, "routes": [
            {"upstream": u, "priority": p} for u, p in routes]})
        assert gw.chat(key, model="prio").status == 200
        assert up.requests[-1].path == want + "/chat/completions"
    rows = gw.settled(key, 4)
    assert [r["upstream"] for r in rows] == ["p1", "p2", "p2", "p1"]


def test_writers_at_the_same_time_all_get_their_turn(gw):
    def write(n):
        return put(gw, "/models/contended", {
            "routes": [{"upstream": "mock"}], "name": f"writer {n}"})

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(write, range(36)))
    assert {r.status for r in answers} == {200}
    assert gw.must("GET", "/models/contended")["version"] == 36
    trail = gw.query("SELECT detail FROM audit WHERE object_id = 'contended'")
    assert len({json.loads(t["detail"])["after"]["name"]
                for t in trail}) == 36


def test_a_change_under_a_running_request_does_not_touch_it(gw, up, key):
    """The route it was given stays with it; the next gets the new one."""
    from harness.upstream import gate
    gw.must("PUT", "/models/moving", {"free": True, "routes": [
        {"upstream": "mock", "model": "old"}]})
    up.script(gate("go"), *answer(plain(model="old")))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(gw.chat, key, "moving")
        up.wait_requests(1)
        gw.must("PUT", "/models/moving", {"free": True, "routes": [
            {"upstream": "mock", "model": "new"}]})
        assert gw.chat(key, model="moving").json()["model"] == "new"
        up.open("go")
        assert first.result().json()["model"] == "old"
    gw.settled(key, 2)
