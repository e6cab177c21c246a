"""Error answers of the upstream: the client's own trouble passes unchanged,
what concerns our account there does not."""
import gzip
import json

import pytest

from harness.shapes import bill, error, trip
from harness.upstream import answer, body, close, end, gate, head, raw

FAILED = "failed/none 0 [upstream_error]"


@pytest.fixture
def gw(agw):
    return agw


@pytest.fixture(scope="module")
def bailian(session_agw, session_upstream):
    session_agw.must("PUT", "/upstreams/bailian", {
        "base_url": session_upstream.url + "/v1", "dialect": "openai",
        "vendor": "bailian", "credentials": [{"secret": "sk-b"}]})
    session_agw.must("PUT", "/models/at-bailian", {
        "routes": [{"upstream": "bailian"}], "price": {
            "currency": "CNY", "tiers": [{"input": "1", "output": "2"}]}})
    return "at-bailian"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("status,reason", [
    (400, "Bad Request"), (404, "Not Found"), (408, "Request Timeout"),
    (413, "Too Large"), (422, "Whatever They Say"), (429, "Slow Down"),
    (500, "Internal"), (503, "Busy"), (529, "Site Overloaded")])
def test_status_and_body_pass_unchanged(gw, up, key, status, reason, stream):
    if status == 429 or status == 408 or status >= 500:
        gw.expect_log("LG0080")         # not the client's fault
    data = json.dumps(error("no, é"), indent=2).encode() + b"\n"
    up.script(answer(data, status, reason=reason,
                     headers=[("Retry-After", "Fri, 20 Nov 2026 10:00:00 GMT"),
                              ("x-should-retry", "true")]))
    r = gw.chat(key, stream=stream)
    assert r.status == status and r.body == data
    assert r.headers["retry-after"] == "Fri, 20 Nov 2026 10:00:00 GMT"
    assert r.headers["content-type"] == "application/json"
    assert r.headers["x-should-retry"] is None      # ours to say
    row, = gw.settled(key)
    assert bill(row) == FAILED and trip(row) == f"{status} reached 1"
    assert row["bytes"] == len(data)
    assert gw.attempts(row) == [("mock", status, "status")]


# status, error, vendor: what is our account's trouble, and what is not
ACCOUNT = {
    "401": (401, error("Incorrect API key: sk-upstream", code="bad"), None),
    "402": (402, error("Insufficient Balance"), None),
    "403": (403, error("not in your country"), None),
    "403-html": (403, b"<html>blocked by a proxy: secret-words</html>", None),
    "401-empty": (401, b"", None),
    "arrearage": (400, error("Access denied, good standing", "Arrearage",
                             "Arrearage"), "bailian"),
    "native": (400, {"code": "Arrearage", "message": "secret-words",
                     "request_id": "x"}, "bailian"),
    "array": (400, [error("secret-words", "x", "AccessDenied")], None),
    "unpurchased": (404, error("x", "y", "AccessDenied.Unpurchased"), None),
    "overdue": (429, error("x", "y", "PostpaidBillOverdue"), "bailian"),
    "not-purchased": (429, error("x", "y", "CommodityNotPurchased"),
                      "bailian"),
    "quota": (429, error("You exceeded", "insufficient_quota",
                         "insufficient_quota"), None),
    "moonshot": (429, error("x", "exceeded_current_quota_error"), None),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", ACCOUNT)
def test_our_account_is_502_and_in_the_log(gw, up, key, bailian, name,
                                           stream):
    gw.expect_log("LG0080")
    status, what, vendor = ACCOUNT[name]
    data = what if isinstance(what, bytes) else json.dumps(what).encode()
    up.script(answer(data, status, headers=[
        ("x-request-id", "theirs-7"), ("WWW-Authenticate", "Bearer x"),
        ("Set-Cookie", "a=b"), ("X-Theirs", "1")]))
    r = gw.chat(key, model=bailian if vendor else "qwen3-max", stream=stream)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    assert r.json()["error"]["type"] == "server_error"
    for name, value in r.headers.items():
        assert name.lower() not in ("www-authenticate", "set-cookie",
                                    "x-theirs") and "theirs" not in value
    assert b"secret-words" not in r.body and b"sk-upstream" not in r.body
    row, = gw.settled(key)
    assert bill(row) == FAILED and trip(row) == "502 reached 1"
    assert row["upstream_request"] == "theirs-7"
    assert gw.attempts(row) == [("bailian" if vendor else "mock", status,
                                 "status")]
    assert "a matter of the account" in gw.log()


def test_bailians_insufficient_quota_is_a_rate_limit(gw, up, key, bailian):
    gw.expect_log("LG0080")
    what = error("Allocated quota exceeded", "insufficient_quota",
                 "insufficient_quota")
    up.script(answer(what, 429))
    r = gw.chat(key, model=bailian)
    assert r.status == 429 and r.json() == what
    row, = gw.settled(key)
    assert bill(row) == FAILED


def test_a_content_filter_passes(gw, up, key, bailian):
    what = error("Input data may contain inappropriate content.",
                 "data_inspection_failed", "data_inspection_failed")
    up.script(answer(what, 400))
    r = gw.chat(key, model=bailian)
    assert r.status == 400 and r.json() == what
    row, = gw.settled(key)
    assert bill(row) == FAILED


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_for_clients(gw, up, key, status):
    gw.expect_log("LG0080")
    up.script(answer(b"<a href=x>moved</a>" * 10000, status,
                     headers=[("Location", "http://127.0.0.1:1/secret")]))
    r = gw.chat(key)
    assert r.status == 502 and "location" not in r.headers
    assert b"moved" not in r.body
    row, = gw.settled(key)
    assert bill(row) == FAILED and trip(row) == "502 reached 1"


@pytest.mark.parametrize("length", [65535, 65536, 65537, 1000000])
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "length"])
def test_long_bodies_of_errors_pass_whole(gw, up, key, length, chunked):
    data = b'{"error":{"message":"' + b"x" * (length - 24) + b'"}}'
    assert len(data) == length
    parts = [data[i:i + 7000] for i in range(0, length, 7000)]
    up.script(head(400, content_type="application/json",
                   length=None if chunked else length),
              [body(p) for p in parts], end())
    r = gw.chat(key)
    assert r.status == 400 and r.body == data
    row, = gw.settled(key)
    assert bill(row) == FAILED and row["bytes"] == length


@pytest.mark.parametrize("status", [401, 400])
def test_long_bodies_about_our_account_do_not_pass(gw, up, key, status):
    gw.expect_log("LG0080")
    data = json.dumps(error("secret-words" * 20000, "x")).encode()
    data = data.replace(b'"code": null', b'"code": "Arrearage"')
    if status == 400:               # the code has to stand before the words
        data = b'{"error":{"code":"Arrearage",' + data[11:]
    up.script(head(status, content_type="application/json"),
              [body(data[i:i + 7000]) for i in range(0, len(data), 7000)],
              end())
    r = gw.chat(key)
    assert r.status == 502 and b"secret-words" not in r.body
    row, = gw.settled(key)
    assert bill(row) == FAILED


def test_an_html_page_of_a_proxy_passes(gw, up, key):
    gw.expect_log("LG0080")
    page = b"<html><head><title>502 Bad Gateway</title></head></html>"
    up.script(head(502, content_type="text/html", length=len(page),
                   reason="Bad Gateway"), raw(page))
    r = gw.chat(key, stream=True)
    assert r.status == 502 and r.body == page
    assert r.headers["content-type"] == "text/html"
    row, = gw.settled(key)
    assert bill(row) == FAILED and trip(row) == "502 reached 1"


def test_an_error_that_is_a_stream(gw, up, key):
    """Some servers keep the content type of what was asked for."""
    data = b'data: {"error":{"message":"bad","code":"x"}}\n\ndata: [DONE]\n\n'
    up.script(head(400), body(data), end())
    r = gw.chat(key, stream=True)
    assert r.status == 400 and r.body == data
    row, = gw.settled(key)
    assert bill(row) == FAILED


def test_a_compressed_error_passes_unchanged(gw, up, key):
    data = gzip.compress(json.dumps(error("x")).encode(), mtime=0)
    up.script(answer(data, 400, headers=[("Content-Encoding", "gzip")]))
    r = gw.chat(key)
    assert r.status == 400 and r.body == data
    assert r.headers["content-encoding"] == "gzip"
    row, = gw.settled(key)
    assert bill(row) == FAILED


def test_an_error_without_a_body(gw, up, key):
    gw.expect_log("LG0080")
    up.script(head(500, content_type=None, length=0))
    r = gw.chat(key)
    assert r.status == 500 and r.body == b""
    row, = gw.settled(key)
    assert bill(row) == FAILED and trip(row) == "500 reached 1"


def test_a_short_error_is_not_waited_for_by_a_pool(gw, up, key):
    """The connection serves the next request."""
    gw.expect_log("LG0080")
    before = up.connections
    for _ in range(3):
        up.script(answer(error("x"), 500))
        gw.wait_ended(gw.chat(key).headers["x-request-id"])
    assert up.connections <= before + 1
    assert [bill(r) for r in gw.settled(key, 3)] == [FAILED] * 3


def test_an_error_body_that_breaks_off(gw, up, key):
    gw.expect_log("LG0080", "AH01110")
    up.script(head(400, content_type="application/json", length=100),
              raw(b'{"error":'), gate("go"), close())
    up.open("go")
    r = gw.chat(key)
    assert r.status == 502
    assert r.json()["error"]["code"] == "upstream_unavailable"
    row, = gw.settled(key)
    assert bill(row) == FAILED and trip(row) == "502 reached 1"
    assert gw.attempts(row) == [("mock", 400, "broke")]


@pytest.mark.parametrize("status", [400, 500])
def test_headers_of_errors(gw, up, key, status):
    """Dropped as in any answer; one x-request-id, and it is ours."""
    if status == 500:
        gw.expect_log("LG0080")
    up.script(answer(error("x"), status, headers=[
        ("Set-Cookie", "a=b"), ("Alt-Svc", "h3=\":443\""), ("X-Odd", "1"),
        ("Content-Language", "de"),
        ("X-Request-Id", "theirs"), ("x-request-id", "theirs-too"),
        ("Server", "theirs"), ("openai-organization", "org")]))
    with gw.stream(key, stream=False) as s:
        s.rest()
        head_text = s.raw_head.lower()
    assert head_text.count(b"x-request-id:") == 1
    assert s.headers["x-request-id"].startswith("req_")
    assert s.headers["content-language"] == "de"
    for name in ("set-cookie", "alt-svc", "openai-organization", "x-odd"):
        assert name not in s.headers
    assert s.headers["server"].startswith("Apache")
    row, = gw.settled(key)
    assert bill(row) == FAILED and row["upstream_request"] == "theirs"
