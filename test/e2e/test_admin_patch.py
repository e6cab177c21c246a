"""Upstreams and models are patched and disabled."""
import concurrent.futures
import json

from harness.checks import refused
from harness.shapes import plain
from harness.upstream import answer, gate
from test_admin_body import nothing_changes

TIERS = [{"input": "1", "output": "2"}]
CNY = {"currency": "CNY", "tiers": TIERS}
ANSWER = {"choices": [{"index": 0, "finish_reason": "stop", "message": {
    "role": "assistant", "content": "x"}}], "usage": {
        "prompt_tokens": 1000, "completion_tokens": 10,
        "total_tokens": 1010}}


def audit(gw, name):
    return [(r["action"], json.loads(r["detail"])) for r in gw.query(
        "SELECT * FROM audit WHERE object_id = ? ORDER BY id", name)]


def new_upstream(gw, up, name, **more):
    return gw.must("PUT", "/upstreams/" + name, dict({
        "base_url": f"{up.url}/{name}", "dialect": "openai",
        "credentials": [{"secret": "sk-of-" + name}]}, **more))


# ---- upstreams ----

def test_an_upstream_is_patched(gw, up, key):
    was = new_upstream(gw, up, "pat", vendor="other", headers={
        "X-A": "1", "X-B": "2"}, deadlines={"idle": 60, "total": 600})
    gw.must("PUT", "/models/pat", {"free": True,
                                   "routes": [{"upstream": "pat"}]})
    assert gw.chat(key, model="pat").status == 200
    now = gw.must("PATCH", "/upstreams/pat", {
        "base_url": up.url + "/moved", "vendor": None,
        "headers": {"X-A": None, "X-C": "3"}, "deadlines": None})
    want = dict(was, base_url=up.url + "/moved", version=2,
                headers={"X-B": "2", "X-C": "3"})
    del want["vendor"], want["deadlines"]
    assert now == want
    assert gw.chat(key, model="pat").status == 200
    seen = up.requests[-1]
    assert seen.path == "/moved/chat/completions"
    assert (seen.header("X-A"), seen.header("X-C")) == (None, "3")
    # the secret was not sent, and is kept
    assert seen.header("Authorization") == "Bearer sk-of-pat"
    action, detail = audit(gw, "pat")[-1]
    assert action == "patch" and set(detail["after"]) == {"base_url",
                                                          "headers"}
    gw.settled(key, 2)


def test_secrets_are_written_and_never_read(gw, up, key):
    new_upstream(gw, up, "sec")
    gw.must("PUT", "/models/sec", {"free": True,
                                   "routes": [{"upstream": "sec"}]})
    answers = []
    for patch, want in (
            ({"vendor": "v"}, "Bearer sk-of-sec"),
            ({"credentials": [{"secret": "sk-next"}]}, "Bearer sk-next"),
            ({"credentials": None}, None),
            ({"credentials": [{"secret": "sk-back"}]}, "Bearer sk-back"),
            ({"credentials": []}, None)):
        r = gw.admin("PATCH", "/upstreams/sec", patch)
        answers.append(r.body)
        assert r.json()["credential_count"] == (want is not None)
        assert gw.chat(key, model="sec").status == 200
        assert up.requests[-1].header("Authorization") == want
    shown = repr(answers) + repr([tuple(r) for r in gw.query(
        "SELECT * FROM audit")]) + gw.log()
    for secret in ("sk-of-sec", "sk-next", "sk-back"):
        assert secret not in shown
    trail = [d["after"].get("credentials") for _, d in audit(gw, "sec")
             if "base_url" not in d["after"]]
    assert [t for t in trail if t] == ["replaced"] * 4
    gw.settled(key, 5)


def test_a_disabled_upstream_is_on_no_way(gw, up, key):
    for name in ("first", "second"):
        new_upstream(gw, up, name)
    gw.must("PUT", "/models/two-ways", {"free": True, "routes": [
        {"upstream": "first"}, {"upstream": "second", "priority": 1}]})
    gw.must("PUT", "/models/one-way", {"free": True, "routes": [
        {"upstream": "first"}]})

    def path(model):
        assert gw.chat(key, model=model).status == 200
        return up.requests[-1].path.split("/")[1]

    assert path("two-ways") == path("one-way") == "first"
    gone = gw.must("DELETE", "/upstreams/first")
    assert gone["disabled"] and gone["disabled_at"]
    assert gw.must("GET", "/upstreams/first") == gone
    assert path("two-ways") == "second"
    refused(gw.chat(key, model="one-way"), "upstream_unavailable",
            message="Model 'one-way' has no upstream now")
    # a model may name it all the same
    assert gw.admin("PUT", "/models/one-way", {
        "free": True, "routes": [{"upstream": "first"}]}).status == 200
    # what is patched there stays off, until somebody says so
    assert gw.must("PATCH", "/upstreams/first", {"vendor": "x"})["disabled"]
    refused(gw.chat(key, model="one-way"), "upstream_unavailable")
    assert not gw.must("PATCH", "/upstreams/first",
                       {"disabled": None})["disabled"]
    assert path("one-way") == "first"
    assert up.requests[-1].header("Authorization") == "Bearer sk-of-first"
    assert [a for a, _ in audit(gw, "first")] == ["put", "disable", "patch",
                                                  "patch"]
    gw.settled(key, 4)


def test_a_running_request_outlives_its_upstream(gw, up, key):
    new_upstream(gw, up, "leaving")
    gw.must("PUT", "/models/leaving", {"free": True, "routes": [
        {"upstream": "leaving"}]})
    up.script(gate("go"), *answer(plain()))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(gw.chat, key, "leaving")
        up.wait_requests(1)
        gw.must("DELETE", "/upstreams/leaving")
        gw.must("DELETE", "/models/leaving")
        refused(gw.chat(key, model="leaving"), "model_not_found", "model")
        up.open("go")
        assert first.result().status == 200
    gw.settled(key)


UPSTREAM_ERRORS = [
    ("base_url", {"base_url": "ftp://x"}), ("dialect", {"dialect": "x"}),
    ("credentials", {"credentials": {}}),
    ("credentials[0].secret", {"credentials": [{"secret": ""}]}),
    ("headers.Cookie", {"headers": {"Cookie": "x"}}),
    ("metadata", {"metadata": "x"}), ("disabled", {"disabled": "no"}),
    ("usage.cash", {"usage": {"cash": None}}), ("url", {"url": None}),
    ("credentials", {"credentials": True})]


def test_a_patch_of_an_upstream_that_cannot_be(gw, up):
    new_upstream(gw, up, "stays")
    with nothing_changes(gw):
        for param, patch in UPSTREAM_ERRORS:
            refused(gw.admin("PATCH", "/upstreams/stays", patch),
                    "invalid_parameter", param, f"'{param}'")
        for name in ("base_url", "dialect"):
            refused(gw.admin("PATCH", "/upstreams/stays", {name: None}),
                    "missing_parameter", name)
        for method, body in (("PATCH", {}), ("DELETE", None)):
            refused(gw.admin(method, "/upstreams/none", body), "not_found",
                    message="no upstream 'none'")


# ---- models ----

def new_model(gw, model, **more):
    return gw.must("PUT", "/models/" + model, dict({
        "routes": [{"upstream": "mock"}], "price": CNY}, **more))


def test_a_model_is_patched(gw, key):
    was = new_model(gw, "patched", aliases=["pa-1", "pa-2"], name="Old",
                    limit={"context": 1000, "output": 100},
                    metadata={"source": "somewhere"})
    now = gw.must("PATCH", "/models/patched", {
        "aliases": ["pa-2", "pa-3"], "name": None,
        "limit": {"output": None, "thinking": 5}})
    want = dict(was, aliases=["pa-2", "pa-3"], version=2,
                limit={"context": 1000, "thinking": 5})
    del want["name"]
    assert now == want
    assert [gw.chat(key, model=m).status for m in (
        "patched", "pa-1", "pa-2", "pa-3")] == [200, 404, 200, 200]
    assert audit(gw, "patched")[-1] == ("patch", {
        "before": {"aliases": ["pa-1", "pa-2"], "name": "Old",
                   "limit": {"context": 1000, "output": 100}},
        "after": {"aliases": ["pa-2", "pa-3"],
                  "limit": {"context": 1000, "thinking": 5}}})
    gw.settled(key, 3)


def test_a_price_is_patched(gw, up, key):
    new_model(gw, "priced")

    def bill(patch):
        """(number of versions, amount of a call)"""
        model = gw.must("PATCH", "/models/priced", patch)
        up.script(answer(ANSWER))
        assert gw.chat(key, model="priced").status == 200
        bill.calls += 1
        row = gw.settled(key, bill.calls)[-1]
        return len(model["prices"]), row["amount"] // 10**6, row["currency"]

    bill.calls = 0
    assert bill({"name": "x"}) == (1, 1020, "CNY")
    assert bill({"price": {}}) == (1, 1020, "CNY")          # nothing new
    assert bill({"price": {"tiers": [{"input": "1.0", "output": "2.00"}]}}) \
        == (1, 1020, "CNY")                                 # the same price
    assert bill({"price": {"currency": "USD"}}) == (2, 1020, "USD")
    assert bill({"price": {"tiers": [{"output": "2", "input": "3"}]}}) \
        == (3, 3020, "USD")
    assert bill({"price": {"from": "2099-01-01T00:00:00Z", "tiers": TIERS}}) \
        == (4, 3020, "USD")
    assert bill({"free": True})[:2] == (5, 0)
    assert bill({"name": "y"})[:2] == (5, 0)                # free it stays
    for free in (False, None):              # unless it has a price again
        refused(gw.admin("PATCH", "/models/priced", {"free": free}),
                "missing_parameter", "price", "free so far")
    assert bill({"price": CNY}) == (6, 1020, "CNY")
    assert "free" not in gw.must("GET", "/models/priced")
    last = audit(gw, "priced")[-1][1]
    assert last["before"] == {"free": True}
    assert last["after"]["price"]["tiers"] == TIERS


def test_explicit_caching_needs_its_price_in_a_patch_too(gw):
    new_model(gw, "explicit")
    with nothing_changes(gw):
        for body in ({"caching": {"explicit": True}},):
            for method, doc in (("PATCH", body), ("PUT", dict(
                    body, routes=[]))):
                refused(gw.admin(method, "/models/explicit", doc),
                        "invalid_parameter", "caching.explicit",
                        "cache_read_explicit")
    gw.must("PATCH", "/models/explicit", {
        "caching": {"explicit": True}, "price": {"tiers": [
            dict(TIERS[0], cache_read_explicit="0.1",
                 cache_write_5m="1.25")]}})
    assert gw.must("PATCH", "/models/explicit", {
        "caching": {"implicit": True}})["caching"] == {
            "explicit": True, "implicit": True}


def test_a_disabled_model_is_gone(gw, key):
    new_model(gw, "retired", aliases=["retired-alias"])
    assert gw.chat(key, model="retired").status == 200

    def listed():
        r = gw.request("GET", "/v1/models", key=key)
        return "retired" in [m["id"] for m in r.json()["data"]]

    assert listed()
    gone = gw.must("DELETE", "/models/retired")
    assert gone["disabled"] and gone["disabled_at"] and not listed()
    for name in ("retired", "retired-alias"):
        refused(gw.chat(key, model=name), "model_not_found", "model")
        refused(gw.request("GET", "/v1/models/" + name, key=key),
                "model_not_found", "model")
    # its names stay its own
    refused(gw.admin("PUT", "/models/other", {
        "routes": [], "aliases": ["retired-alias"]}), "invalid_parameter",
        "aliases")
    assert len(gone["prices"]) == 1     # no version is made by that
    assert gw.must("PATCH", "/models/retired", {"name": "x"})["disabled"]
    back = gw.must("PATCH", "/models/retired", {"disabled": False})
    assert not back["disabled"] and len(back["prices"]) == 1
    assert listed() and gw.chat(key, model="retired-alias").status == 200
    assert gw.must("PUT", "/models/retired", {
        "routes": [], "disabled": True})["disabled"]
    assert not listed()
    assert [a for a, _ in audit(gw, "retired")] == [
        "put", "disable", "patch", "patch", "put"]
    gw.settled(key, 2)


MODEL_ERRORS = [
    ("routes[0].upstream", {"routes": [{"upstream": "none"}]}),
    ("routes", {"routes": {}}), ("aliases", {"aliases": ["qwen3-max"]}),
    ("price.tiers[0].input", {"price": {"tiers": [{"input": 1,
                                                  "output": "1"}]}}),
    ("price.tiers[1]", {"price": {"tiers": TIERS * 2}}),
    ("price", {"price": None}), ("price", {"price": "1"}),
    ("price", {"price": CNY, "free": True}),
    ("limit.contxt", {"limit": {"contxt": None}}),
    ("disabled", {"disabled": 0}), ("metadata", {"metadata": 1}),
    ("prise", {"prise": None})]


def test_a_patch_of_a_model_that_cannot_be(gw):
    new_model(gw, "fixed", limit={"context": 1})
    with nothing_changes(gw):
        for param, patch in MODEL_ERRORS:
            refused(gw.admin("PATCH", "/models/fixed", patch),
                    "invalid_parameter", param, f"'{param}'")
        refused(gw.admin("PATCH", "/models/fixed", {"routes": None}),
                "missing_parameter", "routes")
        for method, body in (("PATCH", {}), ("DELETE", None)):
            refused(gw.admin(method, "/models/none", body), "not_found",
                    message="no model 'none'")
