"""CORS: off unless said, never credentials, never on the admin API."""
import pytest

from harness.checks import costs_nothing, refused, request_id

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
APP, OTHER = "https://app.example.com", "https://evil.example.com"
EXPOSED = {"x-request-id", "request-id", "retry-after",
           *(f"anthropic-ratelimit-{b}-{a}"
             for a in ("limit", "remaining", "reset")
             for b in ("requests", "tokens")),
           *(f"x-ratelimit-{a}-{b}" for a in ("limit", "remaining", "reset")
             for b in ("requests", "tokens"))}
ASK = {"Access-Control-Request-Method": "POST",
       "Access-Control-Request-Headers": "authorization,x-stainless-os, X-Y"}


@pytest.fixture(scope="module")
def cgw(module_gw):
    return module_gw(conf="""
LLMGatewayCORS https://app.example.com https://two.example.com
<Location "/any">
LLMGateway On
LLMGatewayCORS *
</Location>
<Location "/off">
LLMGateway On
LLMGatewayCORS off
</Location>
""")


def cors(r):
    return {k.lower(): v for k, v in r.headers.items()
            if k.lower().startswith("access-control-")}


def exposes(r):
    got = cors(r)
    assert {h.strip() for h in got["access-control-expose-headers"].split(
        ",")} >= EXPOSED
    assert "access-control-allow-credentials" not in got
    return got["access-control-allow-origin"]


def test_off_is_the_default(gw, up, key):
    r = gw.request("POST", CHAT, HELLO, key, {"Origin": APP})
    assert r.status == 200 and not cors(r) and "Vary" not in r.headers
    gw.settled(key)
    up.clear()
    with costs_nothing(gw, up):
        for path in (CHAT, "/v1/models", "/v1/nothing",
                     "/llmgw/admin/v1/keys"):
            r = gw.request("OPTIONS", path, headers=dict(ASK, Origin=APP))
            assert r.status == 204 and r.body == b"" and not cors(r)
            request_id(r)


@pytest.mark.parametrize("path, methods", [
    (CHAT, "POST, OPTIONS"), ("/v1/messages", "POST, OPTIONS"),
    ("/api/v1/chat/completions", "POST, OPTIONS"),
    ("/v1/models", "GET, HEAD, OPTIONS"),
    ("/v1/models/qwen3-max", "GET, HEAD, OPTIONS")])
def test_a_preflight_needs_no_key_and_costs_nothing(cgw, up, path, methods):
    with costs_nothing(cgw, up):
        for prefix, origin, want in (("", APP, APP), ("/any", OTHER, "*")):
            r = cgw.request("OPTIONS", prefix + path,
                            headers=dict(ASK, Origin=origin))
            assert r.status == 204 and r.body == b""
            assert r.headers["Allow"] == methods
            got = cors(r)
            assert exposes(r) == want
            assert got["access-control-allow-methods"] == methods
            assert got["access-control-allow-headers"] \
                == ASK["Access-Control-Request-Headers"]
            assert int(got["access-control-max-age"]) > 0
            request_id(r)


def test_other_origins_get_nothing(cgw, up):
    key = cgw.new_key()
    for path in (CHAT, "/off" + CHAT):
        for origin in (OTHER, "null", APP + ".evil", "http://app.example.com"):
            r = cgw.request("OPTIONS", path, headers=dict(ASK, Origin=origin))
            assert r.status == 204 and not cors(r)
            r = cgw.request("POST", path, HELLO, key, {"Origin": origin})
            assert r.status == 200 and not cors(r)
            assert (r.headers.get("Vary") == "Origin") == (path == CHAT)
    r = cgw.request("POST", "/off" + CHAT, HELLO, key, {"Origin": APP})
    assert not cors(r)
    cgw.settled(key, 9)


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_may_be_read_by_its_origin(cgw, up, stream):
    key = cgw.new_key()
    r = cgw.chat(key, stream=stream, headers={"Origin": APP})
    assert r.status == 200 and exposes(r) == APP
    assert r.headers.get_all("Vary") == ["Origin"]
    r = cgw.request("POST", "/any" + CHAT, dict(HELLO, stream=stream), key,
                    {"Origin": OTHER})
    assert exposes(r) == "*" and "Vary" not in r.headers
    # without an Origin nobody asks, but caches must know
    r = cgw.chat(key, stream=stream)
    assert not cors(r) and r.headers["Vary"] == "Origin"
    cgw.settled(key, 3)


def test_errors_may_be_read_too(cgw, up):
    key = cgw.new_key()
    origin = {"Origin": APP}
    with costs_nothing(cgw, up):
        for r, code in (
                (cgw.request("POST", CHAT, HELLO, headers=origin),
                 "missing_api_key"),
                (cgw.request("POST", CHAT, b"{", key, origin),
                 "invalid_json"),
                (cgw.request("GET", CHAT, headers=origin),
                 "method_not_allowed"),
                (cgw.request("POST", "/v1/x", headers=origin),
                 "unknown_url")):
            refused(r, code)
            assert exposes(r) == APP


def test_the_admin_api_has_no_cors(cgw):
    for prefix in ("", "/any"):
        path = prefix + "/llmgw/admin/v1/keys"
        for method, k in (("OPTIONS", None), ("GET", cgw.admin_key()),
                          ("GET", None), ("POST", None)):
            r = cgw.request(method, path, key=k,
                            headers=dict(ASK, Origin=APP))
            assert not cors(r) and "Vary" not in r.headers
            request_id(r)
