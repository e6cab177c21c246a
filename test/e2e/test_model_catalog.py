"""/v1/model-catalog: what a key may use, what it can do, what it costs; and
/v1/key: what a key is."""
import datetime

import pytest

from harness.checks import refused
from harness.keys import make

RICH = {
    "name": "Rich Model", "owned_by": "vendor", "created": 1700000000,
    "aliases": ["rich", "catalog/alias"],
    "modalities": {"input": ["text", "image", "audio"], "output": ["text"]},
    "endpoints": ["chat/completions", "messages"],
    "limit": {"context": 262144, "output": 65536, "thinking": 81920,
              "image_tokens": 1280, "pdf_tokens": 9000},
    "thinking": {"can": True, "default": False},
    "caching": {"implicit": True, "explicit": True, "min_tokens": 1024},
    "parameters": [
        {"name": "temperature", "min": 0, "max": 2.5}, {"name": "tools"},
        {"name": "response_format"}, {"name": "enable_search",
                                      "supported": False},
        {"name": "enable_thinking", "only": "stream"}],
    "price": {"currency": "CNY", "from": "2026-01-02T03:04:05Z", "tiers": [
        {"up_to": 32000, "input": "2.50", "output": "10",
         "output_thinking": "30", "cache_read": "0.5",
         "cache_read_explicit": "0.25", "cache_write_5m": "3.125"},
        {"input": "4", "output": "16", "cache_read_explicit": "0.4",
         "cache_write_5m": "5", "per_request": "0.000001"}]}}


def put(gw, name, spec):
    return gw.must("PUT", "/models/" + name.replace("/", "%2F"),
                   dict(spec, routes=[{"upstream": "mock",
                                       "thinking": "enable_thinking"}]))


def get(gw, key, path="", **more):
    return gw.request("GET", "/v1/model-catalog" + path, key=key, **more)


def ids(r):
    assert r.status == 200, r
    return [m["id"] for m in r.json()["data"]]


def test_everything_about_a_model(gw, key):
    price = put(gw, "catalog/rich", RICH)["prices"][0]
    try:
        for name in ("catalog/rich", "catalog%2Frich", "rich",
                     "catalog%2Falias", "catalog/rich/"):
            assert get(gw, key, "/" + name).json() == {
                "id": "catalog/rich", "object": "model",
                "display_name": "Rich Model", "owned_by": "vendor",
                "created": 1700000000, "aliases": RICH["aliases"],
                # of them, those served
                "endpoints": ["chat/completions", "messages"],
                "translated": ["messages"],
                "capabilities": ["vision", "audio_input", "tools",
                                 "structured_output", "thinking", "caching"],
                "modalities": RICH["modalities"],
                "limit": dict(RICH["limit"], audio_tokens=None,
                              video_tokens=None),
                "thinking": {"supported": True, "switch": True,
                             "default": False, "max_tokens": 81920},
                "caching": RICH["caching"],
                "parameters": RICH["parameters"],
                "price": {
                    "id": price["id"], "currency": "CNY", "free": False,
                    "unit": "1000000 tokens", "from": "2026-01-02T03:04:05Z",
                    "tiers": [
                        {"up_to": 32000, "input": "2.5", "output": "10",
                         "cache_read": "0.5", "cache_read_explicit": "0.25",
                         "cache_write_5m": "3.125", "output_thinking": "30"},
                        {"up_to": None, "input": "4", "output": "16",
                         "cache_read_explicit": "0.4", "cache_write_5m": "5",
                         "per_request": "0.000001"}]},
                "upcoming_price": None}
        # what stands there is what is billed
        row, = gw.query("SELECT p.tiers FROM price p WHERE id = ?",
                        price["id"])
        assert '"2.50"' in row["tiers"]
    finally:
        put(gw, "catalog/rich", {"free": True})


def test_a_model_of_which_nothing_was_said(gw, key):
    m = get(gw, key, "/org%2Fwith%2Fslashes").json()
    assert m["modalities"] == {"input": ["text"], "output": ["text"]}
    assert m["limit"] == {"context": None, "output": None, "thinking": None,
                          "image_tokens": None, "audio_tokens": None,
                          "video_tokens": None, "pdf_tokens": None}
    assert m["caching"] == {"implicit": False, "explicit": False,
                            "min_tokens": None}
    assert m["capabilities"] == [] and m["parameters"] is None
    assert m["thinking"] == {"supported": False, "switch": False,
                             "default": False, "max_tokens": None}
    assert m["endpoints"] == [
        "chat/completions", "completions", "embeddings", "responses",
        "messages", "rerank"]
    assert m["owned_by"] == "llmgw"
    assert m["display_name"] == m["id"] and m["price"]["currency"] == "USD"
    free = get(gw, key, "/free-model").json()["price"]
    assert (free["free"], free["currency"], free["tiers"]) == (True, None, [])
    thinking = get(gw, key, "/qwen-plus").json()["thinking"]
    assert thinking == {"supported": True, "switch": True,
                        "default": False, "max_tokens": 81920}


def test_a_price_that_lies_ahead(gw, key):
    when = (datetime.datetime.now(datetime.timezone.utc)
            + datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    flat = {"currency": "USD", "tiers": [{"input": "1", "output": "2"}]}
    put(gw, "catalog-ahead", {"price": dict(flat, **{"from": when})})
    refused(get(gw, key, "/catalog-ahead"), "model_not_found", "model")
    assert "catalog-ahead" not in ids(get(gw, key, "?limit=1000"))
    made = put(gw, "catalog-ahead", {"price": flat})
    put(gw, "catalog-ahead", {"price": {
        "currency": "CNY", "from": when, "tiers": [
            {"input": "0.7", "output": "2"}]}})
    m = get(gw, key, "/catalog-ahead").json()
    assert m["price"]["tiers"] == [{"up_to": None, "input": "1",
                                    "output": "2"}]
    assert m["price"]["id"] in [p["id"] for p in made["prices"]]
    ahead = m["upcoming_price"]
    assert ahead["from"] == when and ahead["currency"] in ("USD", "CNY")


def test_only_what_the_key_may_use(gw):
    gw.must("PUT", "/models/catalog-unpriced",
            {"routes": [{"upstream": "mock"}]})
    narrow = gw.new_key(models=["qwen*", "catalog-*"], deny_models=["*-plus"])
    listed = gw.request("GET", "/v1/models", key=narrow).json()["data"]
    got = ids(get(gw, narrow, "?limit=1000"))
    assert got == [m["id"] for m in listed]
    assert "qwen3-max" in got and "qwen-plus" not in got
    assert not {"free-model", "catalog-unpriced"} & set(got)
    for name in ("qwen-plus", "free-model", "catalog-unpriced", "none",
                 "org/with/slashes", "%00x", "x" * 300):
        r = get(gw, narrow, "/" + name)
        code = r.json()["error"]["code"]
        refused(r, code, None if code == "unknown_url" else "model")
        assert name == "%00x" or code == "model_not_found"


def test_the_endpoints_of_key_and_model(gw):
    """What of the model's endpoints this key may use."""
    put(gw, "catalog-messages", {"endpoints": ["messages"], "free": True})
    for endpoints in (["messages"], ["chat/completions"],
                      ["chat/completions", "messages"]):
        key = gw.new_key(endpoints=endpoints)
        m = get(gw, key, "/qwen-plus").json()
        assert m["endpoints"] == endpoints
        assert m["translated"] == [e for e in endpoints if e == "messages"]
        m = get(gw, key, "/catalog-messages").json()
        assert m["endpoints"] == [e for e in endpoints if e == "messages"]


def test_the_catalogue_page_by_page(gw, key):
    everything = ids(get(gw, key, "?limit=1000"))
    assert len(everything) >= 4
    for limit in (1, 2, 3, len(everything)):
        got, after = [], ""
        while True:
            page = get(gw, key, f"?limit={limit}{after}").json()
            assert list(page) == ["object", "data", "has_more", "next"]
            assert page["object"] == "list"
            got += [m["id"] for m in page["data"]]
            assert page["has_more"] == (got != everything)
            if not page["has_more"]:
                assert page["next"] is None
                break
            assert page["next"] == got[-1] and len(page["data"]) == limit
            after = "&after=" + page["next"].replace("/", "%2F")
        assert got == everything
    # a model that went away is still a place in the list
    rest = ids(get(gw, key, "?after=qwen-plusx"))
    assert rest == [i for i in everything if i > "qwen-plusx"]


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
    ("limit=", "limit"), ("limit=%2B5", "limit"), ("limit=-1", "limit"),
    ("limit=99999999999999999999", "limit"), ("limit=1&limit=1", "limit"),
    ("after=%FF%FE", "after"), ("after=", "after"), ("after=%0A", "after"),
    ("after=%E0%80%80", "after"), ("after=%zz", "after"), ("model=x", "model"),
    ("x=1", "x"), ("limit", "limit"), ("after=%00", "after")])
def test_a_page_that_cannot_be(gw, key, query, param):
    refused(get(gw, key, "?" + query), "invalid_parameter", param)
    if query == "x=1":
        refused(get(gw, key, "/qwen-plus?" + query), "invalid_parameter",
                param)


def test_a_catalogue_needs_a_key_and_takes_get(gw, key):
    refused(get(gw, None), "missing_api_key")
    refused(get(gw, make()), "invalid_api_key")
    refused(get(gw, None, "/qwen-plus"), "missing_api_key")
    for path in ("/v1/model-catalog", "/v1/model-catalog/qwen-plus",
                 "/v1/key"):
        r = gw.request("POST", path, {}, key)
        refused(r, "method_not_allowed")
        assert r.headers["Allow"] == "GET, HEAD, OPTIONS"
        whole = gw.request("GET", path, key=key)
        head = gw.request("HEAD", path, key=key)
        assert head.status == 200 and head.body == b""
        assert head.headers["Content-Length"] == str(len(whole.body))
        assert whole.headers["Cache-Control"] == "no-store"


# ---- /v1/key ----

def test_what_a_key_is(gw):
    spec = {"name": "own é", "models": ["qwen*"], "deny_models": ["*-plus"],
            "endpoints": ["chat/completions"],
            "addresses": ["127.0.0.0/8", "::1"],
            "limits": {"requests_per_minute": 60, "concurrency": 8},
            "expires_at": "2099-01-01T00:00:00Z",
            "metadata": {"note": "not for its owner"}}
    made = gw.must("POST", "/keys", spec)
    own = gw.request("GET", "/v1/key", key=made["key"])
    assert own.status == 200
    want = dict(spec, object="key", id=made["id"], team="default",
                scope="none", created_at=made["created_at"], budgets=[])
    del want["metadata"]
    nothing = {"models": None, "deny_models": None, "endpoints": None,
               "addresses": None, "limits": None, "budgets": []}
    assert own.json() == dict(want, team_policy=nothing)
    assert made["key"][17:] not in own.body.decode()
    # a key that may use no endpoint but one may still ask what it is
    plain = gw.request("GET", "/v1/key", key=gw.new_key()).json()
    assert {k: plain[k] for k in nothing} == nothing
    assert plain["expires_at"] is None


def test_a_key_that_is_not_one(gw, key):
    refused(gw.request("GET", "/v1/key"), "missing_api_key")
    refused(gw.request("GET", "/v1/key", key=make()), "invalid_api_key")
    refused(gw.request("GET", "/v1/key?x=1", key=key), "invalid_parameter",
            "x")
    gw.must("DELETE", "/keys/" + key[7:17])
    refused(gw.request("GET", "/v1/key", key=key), "invalid_api_key")
    refused(gw.request("GET", "/v1/key/x", key=key), "unknown_url")
