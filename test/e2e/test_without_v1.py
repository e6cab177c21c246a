"""A base_url without its /v1, and parts of the vendors' APIs that are not
served: said in JSON, where there is nothing of the site's own."""
import pytest

from harness.checks import costs_nothing, refused
from harness.upstream import answer

CHAT = "/chat/completions"
FILES = {"htdocs/models": "a page about models",
         "htdocs/messages/index.html": "a guest book",
         "htdocs/error.html": "<h1>nothing here</h1>"}
LACKING = [("POST", CHAT, "/v1/chat/completions"),
           ("POST", CHAT + "/", "/v1/chat/completions"),
           ("POST", CHAT + "?a=b", "/v1/chat/completions"),
           ("POST", "/%63hat/completions", "/v1/chat/completions"),
           ("POST", "/completions", "/v1/completions"),
           ("POST", "/embeddings", "/v1/embeddings"),
           ("POST", "/responses", "/v1/responses"),
           ("POST", "/messages", "/v1/messages"),
           ("POST", "/messages/count_tokens", "/v1/messages/count_tokens"),
           ("POST", "/api/chat/completions", "/api/v1/chat/completions"),
           ("GET", "/models", "/v1/models"),
           ("GET", "/models/qwen3-max", "/v1/models")]


def says_so(gw, method, path, right, key):
    r = gw.request(method, path, {} if method == "POST" else None, key)
    assert r.status == 404, r
    assert r.headers["Content-Type"] == "application/json"
    o = r.json()
    if "/messages" in path:
        assert o["type"] == "error"
        assert o["error"]["type"] == "not_found_error"
    else:
        assert o["error"]["code"] == "unknown_url"
    assert "/v1 is missing" in o["error"]["message"]
    assert f"the path is {right}." in o["error"]["message"]


@pytest.mark.parametrize("method, path, right", LACKING)
def test_v1_is_missing(gw, up, key, method, path, right):
    """Fault 5.7: it was httpd's page in HTML."""
    with costs_nothing(gw, up):
        says_so(gw, method, path, right, key)
        says_so(gw, method, path, right, None)


def test_even_where_the_site_has_a_page_for_404(make_gw):
    """Fault 5.7: an ErrorDocument is for browsers."""
    gw = make_gw(set_up=False, files=FILES, on="LLMGateway On\n"
                 "ErrorDocument 404 /error.html")
    says_so(gw, "POST", CHAT, "/v1/chat/completions", None)
    r = gw.request("GET", "/nothing")
    assert (r.status, r.body) == (404, b"<h1>nothing here</h1>")


def test_what_a_site_has_stays(make_gw, up):
    """Only what would have been 404 is another answer, and only where the
    gateway is."""
    gw = make_gw(set_up=False, files=FILES, modules=("alias",), on=f"""
LLMGateway On
RedirectMatch 301 ^/responses$ /elsewhere
ProxyPass /embeddings {up.url}/theirs
<Location /completions>
Require all denied
</Location>
<Location /messages>
LLMGateway Off
</Location>""")
    assert gw.request("GET", "/models").body == b"a page about models"
    assert gw.request("HEAD", "/models").status == 200
    assert gw.request("POST", "/responses", {}).status == 301
    assert gw.request("POST", "/completions", {}).status == 403
    up.default = lambda r: answer({"mine": r.path}, status=404, reason="No")
    r = gw.request("POST", "/embeddings", {})
    assert (r.status, r.json()) == (404, {"mine": "/theirs"})
    for method, path in (("GET", CHAT), ("PUT", CHAT), ("POST", "/models/"),
                         ("POST", "/chat"), ("GET", "/modelsx"),
                         ("POST", "/messages/count_tokens")):
        r = gw.request(method, path, {} if method != "GET" else None)
        assert r.status in (404, 405), (method, path, r)
        assert b"/v1 is missing" not in r.body, (method, path)
    gw.expect_log("AH01630")


def test_a_vhost_that_is_no_gateway(make_gw):
    """... has httpd's own page."""
    gw = make_gw(set_up=False, on="")
    r = gw.request("POST", CHAT, {})
    assert r.status == 404 and b"<html>" in r.body.lower()


@pytest.mark.parametrize("path", [
    "/v1/images/generations", "/v1/audio/transcriptions", "/v1/audio/speech",
    "/v1/files", "/v1/files/file-abc", "/v1/batches", "/v1/moderations",
    "/v1/fine_tuning/jobs", "/v1/vector_stores", "/v1/uploads/",
    "/v1/assistants", "/v1/threads/x/runs", "/v1/realtime",
    "/v1/messages/batches"])
def test_what_is_not_served(gw, up, key, path):
    """Fault 5.7: "the nearest path is /v1/models" was no help."""
    shape = "anthropic" if "/messages" in path else "openai"
    with costs_nothing(gw, up):
        for method, body in (("POST", {"model": "x"}), ("GET", None)):
            text = refused(gw.request(method, path, body, key), "unknown_url",
                           shape=shape, message="is not served here")
            assert "nearest" not in text
            for word in ("/v1/chat/completions", "/v1/models", "/v1/usage"):
                assert word in text
