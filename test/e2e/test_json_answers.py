"""Every JSON that the gateway writes is UTF-8, whatever bytes came in, and
has no escapes of HTML."""
import json

import pytest

from harness.checks import refused
from harness.raw import Raw
from harness.upstream import answer, body, end, head

GOOD = {"id": "chatcmpl-1", "object": "chat.completion", "choices": [
    {"index": 0, "finish_reason": "stop",
     "message": {"role": "assistant", "content": "hi"}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1}}


def strict(data):
    """The bytes as JSON, if they are UTF-8."""
    return json.loads(data.decode("utf-8", "strict"))


@pytest.mark.parametrize("header", ["x-request-id", "request-id",
                                    "x-dashscope-request-id"])
@pytest.mark.parametrize("sent, shown", [
    ("a\xffb", "a\ufffdb"), ("\xc3", "\ufffd"),
    ("<ok>\xe4\xbd", "<ok>\ufffd\ufffd")])
def test_an_upstreams_request_id(gw, up, key, header, sent, shown):
    """Fault 4.11: an id of any bytes does not break the pages it is on."""
    up.default = lambda r: answer(GOOD, headers=[(header, sent)])
    r = gw.chat(key)
    assert r.status == 200
    gw.settled(key)
    for path in ("/requests/" + r.headers["x-request-id"],
                 "/requests?key=" + key[7:17]):
        page = strict(gw.admin("GET", path).body)
        row = page["data"][0] if "data" in page else page
        assert row["upstream_request"] == shown


def test_an_id_is_cut_between_characters(gw, up, key):
    """Fault 4.11: what is too long is not cut within a character."""
    seen = set()
    for i in range(4):
        up.default = lambda r, i=i: answer(GOOD, headers=[
            ("x-request-id", "x" * i + ("中" * 100).encode().decode(
                "latin-1"))])
        r = gw.chat(key)
        gw.settled(key, i + 1)
        got = strict(gw.admin("GET", "/requests/"
                              + r.headers["x-request-id"]).body)
        text = got["upstream_request"]
        assert text.lstrip("x") == "中" * len(text.lstrip("x"))
        seen.add(len(text.encode()) % 3)
    assert len(seen) > 1


def raw(gw, line, *headers):
    with Raw(gw.port) as c:
        c.send(b"%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sConnection: close\r\n\r\n"
               % (line, b"".join(h + b"\r\n" for h in headers)))
        return c.everything().partition(b"\r\n\r\n")


@pytest.mark.parametrize("path", [
    b"/v1/\xff\xfe", b"/v1/a\xc3/b", b"/api/v1/\xe4\xbd", b"/v1/messages/\x80",
    b"/llmgw/admin/v1/\xff", b"/v1/models/\xff\xc3"])
def test_a_raw_url(gw, key, path):
    """Fault 4.11: a URL of any bytes is repeated as UTF-8."""
    auth = b"Authorization: Bearer " + (gw.admin_key() if b"admin" in path
                                        else key).encode()
    top, _, text = raw(gw, b"GET " + path, auth)
    assert b"application/json" in top and b" 404 " in top, top
    assert "\ufffd" in json.dumps(strict(text), ensure_ascii=False)


@pytest.mark.parametrize("n, character", [
    (127, "é"), (127, "中"), (126, "中"), (127, "😀"), (126, "😀"),
    (125, "😀")])
def test_a_cut_name_of_a_model(gw, key, n, character):
    """Fault 4.11: neither is a model's name in an error."""
    r = gw.chat(key, model="m" * n + character * 40)
    text = strict(r.body)["error"]["message"]
    assert r.status == 404 and "\ufffd" not in text
    name = text.split("'")[1]
    assert name.rstrip(character) == "m" * n and len(name.encode()) <= 128


@pytest.mark.parametrize("method, path", [
    ("GET", "/v1/a&b"), ("GET", "/v1/<b>"), ("GET", "/v1/'x'&"),
    ("PUT", "/v1/models/a&b"), ("POST", "/llmgw/admin/v1/a&b"),
    ("GET", "/api/v1/a&b"), ("GET", "/v1/messages/a&b")])
def test_no_escapes_of_html(gw, method, path):
    """Fault 4.11: what is repeated of a URL is as it came."""
    r = gw.request(method, path, {} if method != "GET" else None,
                   gw.admin_key())
    assert path in r.json().get("message", "") \
        + json.dumps(r.json()["error"]["message"] if "error" in r.json()
                     else ""), r
    for escape in (b"&amp;", b"&lt;", b"&gt;", b"&#", b"&quot;", b"\\/"):
        assert escape not in r.body


def test_no_escapes_that_an_upstream_chose(gw, up, key):
    """Fault 4.11: the message of an upstream's error is written anew in the
    envelope; its own document stays as it is."""
    theirs = b'{"error":{"message":"see http:\\/\\/x \\u0026 \\u00e9\\"","code":1}}'
    up.script(head(400, content_type="application/json"), body(theirs), end())
    r = gw.request("POST", "/api/v1/chat/completions", {
        "model": "qwen3-max", "messages": [{"role": "user",
                                            "content": "x"}]}, key)
    assert r.status == 400 and r.body.endswith(b',"data":' + theirs + b"}")
    assert '"message":"see http://x & é\\"","data":'.encode() in r.body
    gw.settled(key)


def test_no_escaped_slashes(gw, up, key):
    made = gw.must("POST", "/keys", {"name": "a/b", "metadata": {"x": "/</"}})
    for path in ("/keys/" + made["id"], "/audit?limit=1", "/models",
                 "/models/org%2Fwith%2Fslashes", "/catalog"):
        r = gw.admin("GET", path)
        assert r.status == 200 and b"\\/" not in r.body
    refused(gw.request("GET", "/v1/models/a/b", key=key), "model_not_found",
            "model", "'a/b'")


def test_strings_are_what_they_were(gw):
    told = {"metadata": {"a\"\\\x7f/é😀\u2028": ["\x01\t\n\r\"\\", -1, 1.5,
                                                  1e100, True, None, {}]}}
    made = gw.must("POST", "/keys", dict(told, name="x"))
    assert made["metadata"] == told["metadata"]
    again = gw.admin("GET", "/keys/" + made["id"])
    assert strict(again.body)["metadata"] == told["metadata"]
    row = gw.must("GET", "/audit?limit=1")["data"][0]
    assert row["detail"]["after"]["metadata"] == told["metadata"]
