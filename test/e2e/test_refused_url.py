"""Requests that are refused by their method or URL, before key and body."""
import pytest

from harness.checks import costs_nothing, refused, request_id

CHAT = "/v1/chat/completions"
BODY = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}

# a URL of each kind that takes POST only, and the shape of its errors
POSTS = [(CHAT, "openai"), ("/v1/completions", "openai"),
         ("/v1/embeddings", "openai"), ("/v1/responses", "openai"),
         ("/v1/messages", "anthropic"),
         ("/v1/messages/count_tokens", "anthropic"),
         ("/api/v1/chat/completions", "envelope")]


@pytest.mark.parametrize("path, shape", POSTS)
def test_an_endpoint_takes_post_only(gw, up, key, path, shape):
    with costs_nothing(gw, up):
        for method in ("GET", "PUT", "DELETE", "PATCH", "BREW"):
            r = gw.request(method, path, key=key)
            refused(r, "method_not_allowed", shape=shape,
                    message=f"{path} does not take {method}. Use POST.")
            assert r.headers.get_all("Allow") == ["POST, OPTIONS"]
        r = gw.request("HEAD", path, key=key)
        assert r.status == 405 and r.body == b""
        assert r.headers["Allow"] == "POST, OPTIONS"
        request_id(r)


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/qwen3-max",
                                  "/v1/receipts/req_0000000000000"])
def test_a_url_to_read_takes_get_and_head_only(gw, key, path):
    with costs_nothing(gw):
        for method in ("POST", "PUT", "DELETE"):
            r = gw.request(method, path, BODY, key)
            refused(r, "method_not_allowed", message="Use GET.")
            assert r.headers.get_all("Allow") == ["GET, HEAD, OPTIONS"]


@pytest.mark.parametrize("path, shape, hint", [
    ("/v1", "openai", "/v1/models"),
    ("/v1/", "openai", "/v1/models"),
    ("/v1/nothing", "openai", "/v1/models"),
    ("/v1/chat/completion", "openai", "/v1/chat/completions"),
    ("/v1/chat/completions/more", "openai", "/v1/chat/completions"),
    ("/v1/embedding", "openai", "/v1/embeddings"),
    ("/v1/response", "openai", "/v1/responses"),
    ("/v1/v1/chat/completions", "openai", "/v1 twice"),
    ("/v1/v1/messages", "anthropic",
     "base_url must not end in /v1 for Anthropic clients"),
    ("/v1/messages/nothing", "anthropic", "/v1/messages"),
    ("/v1/key/x", "openai", "/v1/"),
    ("/api/v1/chat", "envelope", "/v1/"),
    ("/api/v1/models", "envelope", "/v1/"),
    ("/api/v1/messages", "envelope", "/v1/messages"),
    ("/api/v1/embeddings", "envelope", "/v1/embeddings"),
    ("/llmgw/admin", "openai", "/v1/"),
    ("/llmgw/admin/v2/keys", "openai", "/v1/"),
])
def test_an_unknown_url_names_the_nearest(gw, up, key, path, shape, hint):
    with costs_nothing(gw, up):
        for method, body in (("POST", BODY), ("GET", None)):
            r = gw.request(method, path, body, key)
            refused(r, "unknown_url", shape=shape, message=hint)
        # what it is does not depend on a key
        refused(gw.request("POST", path, BODY), "unknown_url", shape=shape,
                message=path)


def test_an_unknown_admin_url_is_told_to_who_may(gw, key):
    admin = gw.admin_key()
    for path in ("/llmgw/admin/v1/nothing", "/llmgw/admin/v1/keys/a/nothing"):
        r = gw.request("GET", path, key=admin)
        refused(r, "unknown_url", message=path)
    r = gw.request("DELETE", "/llmgw/admin/v1/keys", key=admin)
    refused(r, "method_not_allowed", message="does not take DELETE")
    assert r.headers["Allow"] == "POST, GET, HEAD, OPTIONS"
    refused(gw.request("GET", "/llmgw/admin/v1/nothing"), "missing_api_key")


def test_a_refused_url_needs_no_body_to_be_read(gw, key):
    """The answer comes though the body never does."""
    from harness.raw import Raw
    with Raw(gw.port) as c:
        c.post("/v1/nothing", b"", "Expect: 100-continue", key=key,
               length=1000)
        refused(c.response(), "unknown_url")


@pytest.mark.parametrize("path", [
    "/v1/chat/completions/", "/v1/chat/completions?a=b&c",
    "//v1//chat/completions", "/v1/./chat/../chat/completions",
    "/v1/%63hat/completions"])
def test_spellings_of_one_url(gw, up, key, path):
    r = gw.request("POST", path, BODY, key)
    assert r.status == 200, r
    gw.settled(key)


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/",
                                  "/v1/models?limit=1"])
def test_head_is_get_without_a_body(gw, key, path):
    get = gw.request("GET", path, key=key)
    head = gw.request("HEAD", path, key=key)
    assert get.status == head.status == 200
    assert head.body == b"" and len(get.body) > 2
    assert head.headers["Content-Length"] == str(len(get.body))
    assert head.headers["Content-Type"] == "application/json"
    assert request_id(head) != request_id(get)


@pytest.mark.parametrize("path", [
    "/v1/models/org/with/slashes", "/v1/models/org%2Fwith%2Fslashes",
    "/v1/models/org%2fwith/slashes/", "/v1/models/%6frg/with/slashes"])
def test_a_model_id_may_hold_slashes(gw, key, path):
    r = gw.request("GET", path, key=key)
    assert r.status == 200 and r.json()["id"] == "org/with/slashes"


@pytest.mark.parametrize("path", [
    "/v1/models/org", "/v1/models/org%252Fwith%252Fslashes",
    "/v1/models/no-such", "/v1/models/a%20b"])
def test_a_model_that_is_not_there(gw, key, path):
    refused(gw.request("GET", path, key=key), "model_not_found", "model",
            "does not exist or you do not have access to it")


@pytest.mark.parametrize("path", ["/v1/models/a%00b", "/v1/models/a%2",
                                  "/v1/models/a%zz"])
def test_an_id_that_cannot_be_decoded(gw, key, path):
    r = gw.request("GET", path, key=key)
    # a bad escape is core's business, before the URL is anybody's
    if r.headers["Content-Type"].startswith("text/html"):
        assert r.status == 400
    else:
        refused(r, "unknown_url")
    gw.new_log_lines()
