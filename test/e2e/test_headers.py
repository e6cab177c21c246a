"""Headers to the upstream and back: only those of the contract."""
import pytest

from harness.checks import request_id
from harness.raw import Raw
from harness.upstream import answer, done, event, head

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
GOOD = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1,
                                 "total_tokens": 2}}

RELAYED = {"Content-Type": "application/json; charset=utf-8",
           "Accept": "text/event-stream", "User-Agent": "my-client/1.0",
           "anthropic-version": "2023-06-01", "anthropic-beta": "a,b",
           "openai-beta": "assistants=v2",
           "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-"
                          "00f067aa0ba902b7-01", "tracestate": "a=b"}
DROPPED = {"Cookie": "a=b", "Origin": "https://a.example",
           "Referer": "https://a.example/x", "Via": "1.1 proxy",
           "Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.1",
           "X-Forwarded-Host": "h", "X-Forwarded-Proto": "https",
           "X-Forwarded-Server": "s", "X-Real-IP": "192.0.2.1",
           "Idempotency-Key": "k", "OpenAI-Organization": "o",
           "OpenAI-Project": "p", "x-stainless-lang": "python",
           "x-stainless-retry-count": "0", "Accept-Encoding": "gzip, br",
           "Accept-Language": "de", "Cache-Control": "no-cache",
           "If-None-Match": '"x"', "Range": "bytes=0-1", "TE": "trailers",
           "Upgrade-Insecure-Requests": "1", "X-DashScope-SSE": "enable",
           "X-DashScope-Async": "enable", "Max-Forwards": "0", "X-Odd": "1",
           "Proxy-Authorization": "Basic eA==", "Sec-Fetch-Mode": "cors",
           "Keep-Alive": "300", "Pragma": "no-cache", "Priority": "u=1",
           "x-request-id": "mine", "X-Client-Request-Id": "mine"}
HOP = {"host", "connection", "content-length"}


@pytest.fixture(scope="module")
def hgw(module_gw):
    return module_gw(modules=("headers",), conf="""
ProxyAddHeaders On
ProxyVia On
RequestHeader set X-Added-By-Admin 1
""")


def put(gw, up, name="mock", **more):
    gw.must("PUT", "/upstreams/" + name, dict({
        "base_url": up.url + "/v1", "dialect": "openai",
        "credentials": [{"secret": "sk-upstream-secret"}]}, **more))


def names(request):
    return {k.lower() for k, _ in request.headers}


def test_only_the_headers_of_the_contract_go_upstream(hgw, up):
    key = hgw.new_key()
    put(hgw, up)
    for where in ("Authorization", "x-api-key", "api-key"):
        value = "Bearer " + key if where == "Authorization" else key
        r = hgw.request("POST", CHAT, HELLO, headers=dict(
            RELAYED, **DROPPED, **{where: value}))
        assert r.status == 200, r
        got = up.requests[-1]
        assert names(got) == HOP | {"authorization"} \
            | {h.lower() for h in RELAYED}
        for name, value in RELAYED.items():
            assert [v for k, v in got.headers if k.lower() == name.lower()] \
                == [value]
        assert got.header("Authorization") == "Bearer sk-upstream-secret"
        assert got.header("Host") == f"127.0.0.1:{up.port}"
        assert (got.header("Connection") or "").lower() != "close"
    hgw.settled(key, 3)


def test_a_client_that_sends_little(hgw, up):
    key = hgw.new_key()
    put(hgw, up)
    with Raw(hgw.port) as c:
        c.post(CHAT, b'{"model":"qwen3-max","messages":[{}]}', key=key)
        assert c.response().status == 200
    assert names(up.requests[0]) == HOP | {"authorization", "content-type"}
    assert up.requests[0].header("Content-Type") == "application/json"
    hgw.settled(key)


def test_repeated_headers_are_one_list(hgw, up):
    """RFC 9110 5.2: several anthropic-beta lines are one with commas."""
    key = hgw.new_key()
    put(hgw, up)
    with Raw(hgw.port) as c:
        c.post(CHAT, b'{"model":"qwen3-max","messages":[{}]}',
               "anthropic-beta: a", "anthropic-beta: b,c", key=key)
        assert c.response().status == 200
    got = up.requests[0].header("anthropic-beta")
    assert [p.strip() for p in got.split(",")] == ["a", "b", "c"]
    hgw.settled(key)


@pytest.mark.parametrize("name, value", [
    ("Range", "bytes=0-1"), ("Range", "bytes=9999-"), ("If-Match", '"x"'),
    ("If-None-Match", "*"), ("If-Unmodified-Since",
                             "Sat, 01 Jan 2000 00:00:00 GMT"),
    ("Max-Forwards", "0"), ("TE", "trailers, deflate")])
def test_no_header_makes_httpd_answer_otherwise(hgw, up, name, value):
    """Neither half an answer nor none."""
    put(hgw, up)
    for stream in (False, True):
        key = hgw.new_key()
        want = hgw.chat(key, stream=stream)
        r = hgw.chat(key, stream=stream, headers={name: value})
        assert r.status == want.status == 200
        assert len(r.body) == len(want.body)
        hgw.settled(key, 2)
    r = hgw.request("GET", "/v1/models", key=key, headers={name: value})
    assert r.status == 200 and r.json()["object"] == "list"


@pytest.mark.parametrize("auth, name, value", [
    ("bearer", "Authorization", "Bearer sk-x"), ("x-api-key", "x-api-key",
                                                 "sk-x"),
    ("api-key", "api-key", "sk-x")])
def test_the_upstreams_own_credential(hgw, up, auth, name, value):
    key = hgw.new_key()
    put(hgw, up, auth=auth, credentials=[{"secret": "sk-x"}])
    for where in ("Authorization", "x-api-key", "api-key"):
        sent = "Bearer " + key if where == "Authorization" else key
        assert hgw.request("POST", CHAT, HELLO,
                           headers={where: sent}).status == 200
        got = up.requests[-1]
        assert got.header(name) == value
        assert len(names(got) & {"authorization", "x-api-key", "api-key"}) \
            == 1
    hgw.settled(key, 3)


def test_an_upstream_without_a_credential_gets_none(hgw, up):
    key = hgw.new_key()
    put(hgw, up, credentials=[])
    assert hgw.chat(key).status == 200
    assert not names(up.requests[0]) & {"authorization", "x-api-key",
                                        "api-key"}
    hgw.settled(key)


def test_static_headers_and_query(hgw, up):
    key = hgw.new_key()
    put(hgw, up, headers={"X-Title": "mine", "user-agent": "gateway/1"},
        query="api-version=1&x")
    for tail, want in (("", "?api-version=1&x"),
                       ("?beta=true", "?api-version=1&x&beta=true"),
                       ("?", "?api-version=1&x"),
                       ("?a=%2F%20b&&c", "?api-version=1&x&a=%2F%20b&&c")):
        r = hgw.request("POST", CHAT + tail, HELLO, key,
                        {"User-Agent": "client", "X-Title": "yours"})
        assert r.status == 200
        got = up.requests[-1]
        assert got.path == "/v1/chat/completions" + want
        assert [v for k, v in got.headers if k.lower() == "user-agent"] \
            == ["gateway/1"]
        assert [v for k, v in got.headers if k.lower() == "x-title"] \
            == ["mine"]
    put(hgw, up)
    for tail in ("", "?beta=true"):
        assert hgw.request("POST", CHAT + tail, HELLO, key).status == 200
        assert up.requests[-1].path == CHAT + tail
    hgw.settled(key, 6)


@pytest.mark.parametrize("base, paths, want", [
    ("", {}, "/chat/completions"), ("/", {}, "/chat/completions"),
    ("/compatible-mode/v1/", {}, "/compatible-mode/v1/chat/completions"),
    ("/v1", {"chat/completions": "/other/chat?"}, None),
    ("/v1", {"chat/completions": "/other/chat"}, "/other/chat"),
    ("/v1", {"embeddings": "/other/e"}, "/v1/chat/completions")])
def test_base_url_and_paths(hgw, up, base, paths, want):
    spec = {"base_url": up.url + base, "dialect": "openai",
            "paths": {k: up.url + v for k, v in paths.items()}}
    r = hgw.admin("PUT", "/upstreams/mock", spec)
    if want is None:
        assert r.status == 400 and r.json()["error"]["param"] \
            == "paths.chat/completions"
        return
    key = hgw.new_key()
    assert hgw.chat(key).status == 200
    assert up.requests[0].path == want
    hgw.settled(key)


def test_dashscope_headers_go_to_bailian_only(hgw, up):
    key = hgw.new_key()
    extra = {"X-DashScope-SSE": "enable", "x-dashscope-plugin": "{}",
             "X-DashScopeX": "1"}
    put(hgw, up, vendor="bailian")
    hgw.request("POST", CHAT, HELLO, key, extra)
    got = names(up.requests[-1])
    assert {"x-dashscope-sse", "x-dashscope-plugin"} <= got
    assert "x-dashscopex" not in got
    for more in ({}, {"vendor": "openai"}, {"vendor": "Bailian2"}):
        put(hgw, up, **more)
        hgw.request("POST", CHAT, HELLO, key, extra)
        assert not [n for n in names(up.requests[-1]) if "dashscope" in n]
    hgw.settled(key, 4)


FROM_UPSTREAM = [
    ("Set-Cookie", "a=b"), ("Set-Cookie", "c=d"), ("Alt-Svc", "h3"),
    ("Server", "upstream"), ("Strict-Transport-Security", "max-age=1"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Credentials", "true"),
    ("openai-organization", "org"), ("openai-project", "p"),
    ("x-ratelimit-limit-requests", "1"), ("x-request-id", "theirs"),
    ("anthropic-ratelimit-tokens-limit", "1"), ("request-id", "theirs"),
    ("X-Kept", "1"), ("openai-processing-ms", "12"), ("Connection", "X-Hop"),
    ("X-Hop", "1"), ("Vary", "Accept")]


@pytest.mark.parametrize("stream", [False, True])
def test_headers_back_to_the_client(hgw, up, stream):
    key = hgw.new_key()
    put(hgw, up)
    if stream:
        up.script(head(headers=FROM_UPSTREAM),
                  event({"choices": [{"index": 0, "delta": {"content": "x"},
                                      "finish_reason": "stop"}]}), done())
    else:
        up.script(answer(GOOD, headers=FROM_UPSTREAM))
    r = hgw.chat(key, stream=stream)
    assert r.status == 200 and request_id(r) != "theirs"
    got = {k.lower() for k in r.headers}
    want = {"date", "server", "openai-processing-ms", "content-type",
            "x-request-id"}
    if stream:                  # what came at once has a length
        want |= {"cache-control", "x-accel-buffering",
                 *(got & {"transfer-encoding", "content-length"})}
    else:
        want |= {"content-length"}
    assert got == want
    assert r.headers["Server"].startswith("Apache")
    if stream:
        assert r.headers["Cache-Control"] == "no-cache"
        assert r.headers["X-Accel-Buffering"] == "no"
    hgw.settled(key)


def encoded(key):
    return "".join(f"%{ord(c):02X}" for c in key)


@pytest.mark.parametrize("name", [
    "Content-Type", "Accept", "User-Agent", "anthropic-version",
    "anthropic-beta", "openai-beta", "traceparent", "tracestate",
    "X-DashScope-Plugin", "x-dashscope-datainspection"])
def test_no_key_in_a_header_goes_upstream(hgw, up, name):
    """Fault 1.7: neither the caller's nor another one's, however it is
    written; its public part is left, as in URLs."""
    put(hgw, up, vendor="bailian")
    key, other = hgw.new_key(), hgw.new_key()
    for found in (key, other):
        shown = found[:17] + "***"
        for value, want in (
                (found, shown), (f"Bearer {found}", f"Bearer {shown}"),
                (f"a=b,{found};c={found}", f"a=b,{shown};c={shown}"),
                (encoded(found), shown),
                (found[:3] + encoded(found[3:30]) + found[30:], shown),
                (found + "x", shown), (found[:-1], shown)):
            r = hgw.request("POST", CHAT, HELLO, key, {name: value})
            assert r.status == 200
            assert up.requests[-1].header(name) == want
            sent = str(up.requests[-1].headers)
            assert found[17:40] not in sent
            assert up.requests[-1].header("Authorization") \
                == "Bearer sk-upstream-secret"
    hgw.settled(key, 14)


def test_no_key_in_a_headers_name_goes_upstream(hgw, up):
    """Fault 1.7: where any name of a kind is relayed."""
    put(hgw, up, vendor="bailian")
    key = hgw.new_key()
    for name in (f"X-DashScope-{key}", f"X-DashScope-A-{encoded(key)}"):
        r = hgw.request("POST", CHAT, HELLO, key,
                        {name: "1", "X-DashScope-B": "2"})
        assert r.status == 200
        assert not [k for k, _ in up.requests[-1].headers
                    if "sk-gtw" in k or "%73" in k]
        assert up.requests[-1].header("X-DashScope-B") == "2"
    hgw.settled(key, 2)


def test_the_row_keeps_the_upstreams_request_id(hgw, up):
    put(hgw, up)
    long = "x" * 200
    for name, value, want in (
            ("x-request-id", "abc-1", "abc-1"),
            ("request-id", "req_011C", "req_011C"),
            ("X-Request-Id", long, long[:63]), ("X-Other", "1", None)):
        key = hgw.new_key()
        up.script(answer(GOOD, headers=[(name, value)]))
        hgw.chat(key)
        row, = hgw.settled(key)
        assert row["upstream_request"] == want
