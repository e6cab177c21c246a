"""No key, no upstream credential, no prompt is to be found where it must not
be: everything that httpd and the gateway write or show is searched, at
LogLevel trace8 (but for two settings, which
test_what_httpd_writes_before_us has), for each secret as it is, in base64, percent-encoded and in
hexadecimal."""
import base64
import re
import shutil
import stat
import urllib.parse

import pytest

from conftest import MODELS
from h2client import H2
from harness.checks import refused, wait_quiet
from harness.client import Stream
from harness.httpd import free_port, reachable_dir
from harness.keys import make
from harness.raw import Raw
from harness.tls import Authority, section
from harness.upstream import Upstream, answer

CHAT = "/v1/chat/completions"
KEY_HEADERS = ("Authorization", "x-api-key", "api-key")
FIELDS = " ".join(f"%{{{f}}}^LG" for f in (
    "request", "key", "model", "upstream", "state"))
COMBINED = r'\"%r\" %U %q %u %>s \"%{Referer}i\" ' + FIELDS


# ---- searching ----

def forms(secret):
    """A secret in every shape that something might have given it."""
    raw = secret if isinstance(secret, bytes) else secret.encode()
    yield raw
    for pad in range(3):        # base64 of any text that it stands in
        text = base64.b64encode(b"\0" * pad + raw).rstrip(b"=")
        yield text[4 if pad else 0:-1]
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for style in ("%{:02x}", "%{:02X}"):
        yield "".join(style.format(b) for b in raw).encode()
    yield urllib.parse.quote(raw, safe="").encode()
    yield raw[::-1]


def places(gw, *urls):
    """Everything the gateway wrote or shows, by name."""
    found = {str(p.relative_to(gw.root)): p.read_bytes()
             for p in gw.root.rglob("*") if p.is_file()
             and p.name not in ("admin.key", "secret", "mod_llmgw.so")}
    for url in ("/server-status", "/server-status?auto", "/server-info",
                *urls):
        r = gw.request("GET", url)
        assert r.status == 200, (url, r)
        found[url] = r.body
    for url in ("/keys", "/upstreams", "/upstreams/mock", "/models", "/teams",
                "/models/qwen3-max", "/audit"):
        r = gw.admin("GET", url)
        found["admin " + url] = r.body
    for pid in (gw.process.pid, gw.helper_pid(), *gw.children()):
        for name in ("environ", "cmdline"):
            with open(f"/proc/{pid}/{name}", "rb") as f:
                found[f"/proc/{pid}/{name}"] = f.read()
    return found


def search(found, hidden):
    """Nothing of what is hidden is found."""
    for what, secret in hidden.items():
        for form in forms(secret):
            for place, text in found.items():
                assert form not in text, f"{what} is in {place}: " \
                    f"{text[max(0, text.index(form) - 200):][:300]!r}"


def the_secret(key):
    """What of a key nobody may see: all behind its public id."""
    return key[17:]


# ---- the gateway of these tests ----

@pytest.fixture(scope="module")
def authority():
    directory = reachable_dir()
    yield Authority(directory)
    shutil.rmtree(directory)


@pytest.fixture
def upstream(authority):
    up = Upstream(tls=authority.server())
    up.default = lambda r: answer({"choices": [{"index": 0, "message": {
        "role": "assistant", "content": "the-answer-of-it"},
        "finish_reason": "stop"}], "usage": {
            "prompt_tokens": 5, "completion_tokens": 5}})
    yield up
    up.stop()


@pytest.fixture
def talkative(make_gw, authority, upstream):
    """talkative(level): TLS in front and behind, HTTP/2, mod_info, and logs
    at that level."""
    def build(level):
        cert, key = authority.certificate()
        tls = free_port()
        gw = make_gw(
            set_up=False, log_level=level,
            modules=("info", "ssl", "http2", "alias", "socache_shmcb"),
            server=f"""
SSLSessionCache shmcb:${{SRVROOT}}/run/ssl(512000)
{section(authority.file)}
Listen 127.0.0.1:{tls}
<VirtualHost 127.0.0.1:{tls}>
ServerName localhost
LLMGateway On
SSLEngine on
SSLCertificateFile {cert}
SSLCertificateKeyFile {key}
</VirtualHost>
""", conf=f"""
Protocols h2c http/1.1
CustomLog ${{SRVROOT}}/logs/all.log "{COMBINED}"
<Location "/server-info">
SetHandler server-info
</Location>
<Location "/protected">
AuthType llmgw
Require llmgw-key
</Location>
""", files={"htdocs/protected/page.txt": "page"})
        gw.tls = tls
        gw.must("PUT", "/upstreams/mock", {
            "base_url": f"https://localhost:{upstream.port}/v1",
            "dialect": "openai",
            "credentials": [{"secret": CREDENTIAL}]})
        for name in ("qwen3-max", "free-model"):
            gw.must("PUT", "/models/" + name,
                    dict(MODELS[name], routes=[{"upstream": "mock"}]))
        return gw
    return build


CREDENTIAL = "upstream-Very+secret/credential-1"
STATIC = "static-header-Very-secret-2"
PROMPT = "a-prompt-of-mine-that-is-private"


def hello(**more):
    return dict({"model": "qwen3-max", "messages": [
        {"role": "user", "content": PROMPT}]}, **more)


def hidden_of(gw, key, *more):
    master = (gw.state / "secret").read_text().strip()
    return {"the client's key": the_secret(key),
            "the admin key": the_secret(gw.admin_key()),
            "the credential": CREDENTIAL, "the prompt": PROMPT,
            "the answer": "the-answer-of-it",
            "the master key": master, "its bytes": bytes.fromhex(master),
            **{f"key {i}": the_secret(k) for i, k in enumerate(more)}}


# ---- tests ----

def test_every_secret_in_its_place(talkative, upstream, authority):
    """All that a key, a credential and a prompt pass through, at trace8."""
    gw = talkative("trace8 http2:trace1")
    key, revoked, nobodys = gw.new_key(), gw.new_key(), make()
    answers = {}

    def keep(r):
        answers[f"answer {len(answers)}"] = str(r.headers).encode() + r.body
        return r

    for header in KEY_HEADERS:
        value = "Bearer " + key if header == "Authorization" else key
        for url in ("/protected/page.txt", "/v1/models"):
            assert keep(gw.request("GET", url, headers={
                header: value})).status == 200
        assert gw.request("POST", CHAT, hello(),
                          headers={header: value}).status == 200
        with Stream(gw.tls, CHAT, hello(), headers=[(header, value)],
                    tls=authority.client()) as s:
            s.rest()
            assert s.status == 200
    with H2(gw.port) as h2:
        s = h2.post(CHAT, hello(), key)
        s.rest()
    upstream.script(answer({"error": {"message": "bad key", "code": "x"}},
                           401))
    keep(gw.request("POST", CHAT, hello(), key))
    gw.expect_log("LG0080")
    gw.must("DELETE", "/keys/" + revoked[7:17])
    for k in (revoked, nobodys, key[:-1] + "-", "Bearer " + key, key + "x"):
        for header in KEY_HEADERS:
            refused(keep(gw.request("POST", CHAT, hello(), headers={
                header: "Bearer " + k if header == "Authorization" else k})),
                "invalid_api_key")
        keep(gw.request("GET", "/protected/page.txt", k))
    # keys where none belong: another scheme, twice, other headers
    for headers in ({"Authorization": key}, {"Authorization": "Basic " + key},
                    {"Cookie": "key=" + key}, {"X-Key": key},
                    {"Referer": "https://a.example/?" + key},
                    {"Proxy-Authorization": "Bearer " + key}):
        keep(gw.request("GET", "/v1/models", headers=headers))
        if "Referer" not in headers:
            keep(gw.request("GET", "/not/ours", headers=headers))
    with Raw(gw.port) as c:
        c.send(f"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
               f"{key}\r\nAuthorization: Bearer {nobodys}\r\n\r\n")
        refused(keep(c.response("GET")), "invalid_api_key")
    assert upstream.requests[0].header("Authorization") \
        == "Bearer " + CREDENTIAL
    gw.settled(key, 8)
    wait_quiet(gw)
    found = dict(places(gw), **answers)
    assert b"trace8]" in found["logs/error.log"]
    assert b"Headers received from client" in found["logs/error.log"]
    assert key[7:17].encode() in found["admin /keys"]
    search(found, hidden_of(gw, key, revoked, nobodys))
    assert b'"https://a.example/?sk-gtw-' in found["logs/all.log"]
    for name in ("secret", "admin.key"):
        assert stat.S_IMODE((gw.state / name).stat().st_mode) == 0o600


def wrong_urls(key):
    """(method, path) with a key in it, of ours."""
    coded = "".join(f"%{ord(c):02x}" for c in key)
    for k in (key, coded, key.replace("-", "%2D"), coded.replace("%", "%25")):
        yield "POST", CHAT + "?key=" + k
        yield "POST", CHAT + "?a=1&api_key=" + k + "&b=2"
        yield "GET", "/v1/models/" + k
        yield "GET", "/v1/models?key=" + k
        yield "GET", "/v1/" + k + "/models"
        yield "GET", "/v1/receipts/" + k
        yield "GET", "/v1/nothing/" + k
        yield "GET", "/llmgw/admin/v1/keys/" + k
        yield "DELETE", "/llmgw/admin/v1/keys/" + k
        yield "GET", "/llmgw/admin/v1/keys?after=" + k


def test_secrets_in_a_wrong_place(talkative, upstream):
    """A client that puts its key into the URL or the body is refused, and
    nobody else gets to know it: not the logs, not mod_status, not the
    upstream."""
    gw = talkative("trace8 core:trace4 http2:debug")
    key, admin = gw.new_key(), gw.admin_key()
    answers = {}

    def keep(r):
        answers[f"answer {len(answers)}"] = str(r.headers).encode() + r.body

    for method, path in wrong_urls(key):
        body = hello() if method == "POST" else None
        keep(gw.request(method, path, body))
        keep(gw.request(method, path, body, key))
        keep(gw.request(method, path, body, admin))
    for body in (hello(model=key), {**hello(), key: 1}, hello(stream=key),
                 hello(messages=key), hello(service_tier=key), {"a": key},
                 hello(max_tokens=key), hello(previous_response_id=key)):
        keep(gw.request("POST", CHAT, body, key))
        keep(gw.admin("PUT", "/models/x", body))
        keep(gw.admin("POST", "/keys", body))
        keep(gw.admin("PATCH", "/keys/" + key[7:17], {"models": 1, key: 2}))
    with H2(gw.port) as h2:
        s = h2.post(CHAT + "?key=" + key, hello(), key)
        s.rest()
    gw.request("GET", "/not/ours?key=" + key)
    gw.request("GET", "/llmgw/admin/v1/keys", key=admin)
    wait_quiet(gw)
    found = dict(places(gw), **answers)
    for i, request in enumerate(upstream.requests):
        found[f"upstream {i}"] = (request.path + str([
            h for h in request.headers if h[0] != "Authorization"])).encode()
    # a URL that is not ours belongs to its owner, and so does what is logged
    # of it beyond the request line
    log = found["logs/all.log"].splitlines()
    found["logs/all.log"] = b"\n".join(x for x in log if b"/not/ours" not in x)
    theirs = [x for x in log if b"/not/ours" in x]
    assert len(theirs) == 1 and theirs[0].count(key.encode()) == 1
    assert b'"GET /not/ours?key=sk-gtw-' in theirs[0] and b"***" in theirs[0]
    error = found["logs/error.log"].splitlines()
    found["logs/error.log"] = b"\n".join(
        x for x in error if b"/not/ours" not in x)
    hidden = hidden_of(gw, key)
    # bodies go upstream as they were written
    search(found, {k: v for k, v in hidden.items() if k != "the answer"})
    assert b"***" in found["logs/all.log"]


def test_what_httpd_writes_before_us(make_gw):
    """`core:trace5` logs the request line as soon as it was read, with a key
    in a URL; `http2:trace1` does so too, and `http2:trace2` logs every header
    as it comes.  No other line has a key."""
    gw = make_gw(log_level="trace8", modules=("http2",),
                 conf="Protocols h2c http/1.1")
    key = gw.new_key()
    gw.request("GET", "/v1/models?key=" + key, key=key)
    with H2(gw.port) as h2:
        s = h2.post(CHAT + "?key=" + key, hello(), key)
        s.rest()
    gw.settled(key)
    lines = [x for x in gw.log().splitlines() if the_secret(key) in x]
    others = [x for x in lines if not re.search(
        r"\[core:trace5\]|\[http2:trace\d\]", x)]
    assert not others
    assert any("core:trace5" in x for x in lines)
    assert any("http2:trace1" in x and "?key=" in x for x in lines)
    assert any("http2:trace2" in x and "uthorization" in x for x in lines)


def test_headers_are_only_hidden_from_the_log(make_gw, up):
    """What is hidden while httpd logs is there again for whoever serves."""
    gw = make_gw(log_level="http:trace4", modules=("headers",),
                 conf=f'ProxyPass "/through" "{up.url}/through"\n'
                      'RequestHeader setifempty X-Late late\n'
                      'RequestHeader set X-Early early early\n')
    key = gw.new_key()
    up.default = lambda r: answer({"ok": True})
    sent = {"Authorization": f"Bearer {key}", "x-api-key": key,
            "X-Twice": f"{key} and {key}", "X-Other": "stays"}
    assert gw.request("GET", "/through/x", headers=sent).status == 200
    got = up.requests[-1]
    for name, value in dict(sent, **{"X-Late": "late",
                                     "X-Early": "early"}).items():
        assert got.header(name) == value
    shown = re.findall(r"  (X-Twice|Authorization): (.*)$", gw.log(), re.M)
    hidden = f"sk-gtw-{key[7:17]}***"
    assert dict(shown) == {"X-Twice": f"{hidden} and {hidden}",
                           "Authorization": f"Bearer {hidden}"}


def test_static_headers_are_settings_and_not_logged(make_gw, up):
    """They are shown to administrators, as docs/operating.md says, and are in
    no log."""
    gw = make_gw(log_level="trace8", modules=("info",),
                 conf='<Location "/server-info">\nSetHandler server-info\n'
                      '</Location>')
    gw.must("PUT", "/upstreams/mock", {
        "base_url": up.url + "/v1", "dialect": "openai",
        "headers": {"X-Static": STATIC},
        "credentials": [{"secret": CREDENTIAL}]})
    key = gw.new_key()
    assert gw.request("POST", CHAT, hello(), key).status == 200
    assert up.requests[-1].header("X-Static") == STATIC
    gw.settled(key)
    found = {k: v for k, v in places(gw).items()
             if not k.startswith(("state/llmgw.db", "admin /upstreams",
                                  "admin /audit", "audit"))}
    search(found, {"the static header": STATIC, "the credential": CREDENTIAL})
