"""Other modules beside the gateway: what docs/operating.md says of them."""
import http.client
import os
import re
import ssl
import subprocess
import zlib

import pytest

from harness.client import Stream
from harness.docs import TREE
from harness.httpd import MODULES, free_port
from harness.raw import Raw
from harness.shapes import chunk, usage_chunk
from harness.tls import Authority
from harness.upstream import done, event, gate, head

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
PAGE = (TREE / "docs/operating.md").read_text()


# ---- compression ----

@pytest.mark.parametrize("how", [
    "SetOutputFilter DEFLATE",
    "AddOutputFilterByType DEFLATE text/event-stream application/json"])
def test_deflate_compresses_no_stream(make_gw, up, how):
    no_stream_is_compressed(make_gw, up, "deflate", "gzip", how)


@pytest.mark.parametrize("how", [
    "SetOutputFilter BROTLI_COMPRESS",
    "AddOutputFilterByType BROTLI_COMPRESS text/event-stream",
    "AddOutputFilterByType DEFLATE;BROTLI_COMPRESS text/event-stream"])
def test_brotli_compresses_no_stream(make_gw, up, how):
    """Fault 5.8: brotli did, and held the events back."""
    no_stream_is_compressed(make_gw, up, "brotli", "br", how,
                            plain=how.startswith("Set"))


def no_stream_is_compressed(make_gw, up, module, word, how, plain=True):
    gw = make_gw(modules=(module, *({"deflate"} - {module}), "filter"),
                 conf=how)
    key = gw.new_key()
    accept = {"Accept-Encoding": word}
    if plain:
        r = gw.chat(key, headers=accept)
        assert r.headers["Content-Encoding"] == word
        if word == "gzip":
            assert b"chat.completion" in zlib.decompress(r.body, 31)
    else:
        gw.chat(key)
    up.script(head(), event(chunk("one")), gate("1"), event(chunk("two")),
              gate("2"), event(chunk(finish="stop")), event(usage_chunk()),
              done())
    with Stream(gw.port, CHAT, dict(HELLO, stream=True), key,
                headers=accept.items()) as s:
        for text, name in ((b'"one"', "1"), (b'"two"', "2")):
            assert text in s.event()    # before the upstream goes on
            up.open(name)
        assert s.rest().endswith(b"data: [DONE]\n\n")
        assert "content-encoding" not in s.headers
    assert all(r["state"] == 1 for r in gw.settled(key, 2))


# ---- mod_security ----

def security_block():
    block, = re.findall(r"^```apache\n(<IfModule security2_module>\n.*?)^```$",
                        PAGE, re.M | re.S)
    return block


def test_what_is_to_be_pasted_for_mod_security(make_gw):
    """Fault 5.8: it missed half of our URLs and was a syntax error."""
    inner = re.fullmatch(r"<IfModule security2_module>\n(.*)</IfModule>\n",
                         security_block(), re.S)[1]
    inner, n = re.subn(r"Sec\w+ Off\n", "", inner)
    assert n == 3 and "Sec" not in inner
    gw = make_gw(modules=("headers",), conf=inner.replace(
        "</LocationMatch>", "Header always set X-Left-Out yes\n"
        "</LocationMatch>"), files={"htdocs/v1x": "x", "htdocs/a": "x"})
    for path in (CHAT, "/v1", "/v1/models", "/api/v1/chat/completions",
                 "/llmgw/admin/v1/keys", "/v1/v1/nothing"):
        assert gw.request("GET", path).headers["X-Left-Out"] == "yes", path
    for path in ("/", "/v1x", "/a", "/a/v1/models", "/llmgwx"):
        assert "X-Left-Out" not in gw.request("GET", path).headers, path


@pytest.mark.skipif(not os.path.exists(f"{MODULES}/mod_security2.so"),
                    reason="mod_security is not installed")
def test_mod_security_itself_takes_it(make_gw):
    gw = make_gw(modules=("unique_id", "security2"), conf=security_block())
    assert gw.chat(gw.new_key()).status == 200


# ---- keys in clear ----

@pytest.fixture
def elsewhere():
    """An address of this machine that is not a loopback one: httpd, asked
    at 127.0.0.1 from there, sees another machine."""
    said = subprocess.run(["ip", "-4", "-o", "addr"], capture_output=True,
                          text=True).stdout
    found = [a for a in re.findall(r"inet ([\d.]+)", said)
             if not a.startswith("127.")]
    if found:
        yield found[0]
        return
    made = "192.0.2.78"
    p = subprocess.run(["ip", "addr", "add", made + "/32", "dev", "lo"],
                       capture_output=True, text=True)
    if p.returncode != 0:
        pytest.skip("no address but loopback ones: " + p.stderr)
    yield made
    subprocess.run(["ip", "addr", "del", made + "/32", "dev", "lo"],
                   check=True)


ONE = ("StartServers 1\nServerLimit 1\nThreadsPerChild 16\n"
       "MinSpareThreads 1\nMaxSpareThreads 16\nMaxRequestWorkers 16\n")


def send(gw, key, source=None, header="Authorization: Bearer ", path="/v1/key",
         port=None):
    with Raw(port or gw.port, source=source) as c:
        c.send(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
               f"Connection: close\r\n{header}{key}\r\n\r\n")
        return c.response().status


def clear(gw, since=0):
    return re.findall(r"LG0017: the key (\w+) came in clear from (\S+) to port"
                      r" (\d+) \(and (\d+) more such requests before\)",
                      gw.log()[since:])


def test_a_key_in_clear_is_said_once_an_hour(make_gw, elsewhere):
    """Fault 5.8: nothing told that keys came over the network in clear."""
    gw = make_gw(set_up=False, clock="still", mpm_conf=ONE, log_level="warn")
    key = gw.new_key()
    # from this machine, without a key, with somebody else's
    assert send(gw, key) == 200
    assert send(gw, "", elsewhere, "X-Nothing: ") == 401
    assert send(gw, "sk-proj-" + "x" * 40, elsewhere) == 401
    assert clear(gw) == []
    assert send(gw, key, elsewhere, "x-api-key: ") == 200
    port = str(gw.port)
    assert clear(gw) == [(key[7:17], elsewhere, port, "0")]
    assert send(gw, key, elsewhere) == 200
    assert send(gw, key, elsewhere) == 200
    gw.clock.steady(3599)
    assert len(clear(gw)) == 1
    gw.clock.steady(3601)
    other = gw.new_key()
    assert send(gw, other, elsewhere) == 200
    assert clear(gw)[1:] == [(other[7:17], elsewhere, port, "2")]
    assert key[17:] not in gw.log()
    gw.expect_log("LG0017")


def test_also_in_a_virtual_host_that_only_redirects(make_gw, elsewhere):
    """Fault 5.8: ... as one on port 80 does, which is no gateway."""
    plain = free_port()
    gw = make_gw(set_up=False, modules=("alias",), log_level="warn", server=f"""
Listen 127.0.0.1:{plain}
<VirtualHost 127.0.0.1:{plain}>
    Redirect permanent / https://llm.example.com/
</VirtualHost>""")
    key = gw.new_key()
    assert send(gw, key, elsewhere, path=CHAT, port=plain) == 301
    assert clear(gw) == [(key[7:17], elsewhere, str(plain), "0")]
    gw.expect_log("LG0017")


def test_not_with_tls(make_gw, elsewhere, tmp_path):
    """A key that came by TLS is no matter for the log."""
    authority = Authority(tmp_path)
    certificate, secret = authority.certificate()
    gw = make_gw(set_up=False, modules=("ssl", "socache_shmcb"),
                 log_level="warn", conf=f"SSLEngine on\nSSLCertificateFile "
                 f"{certificate}\nSSLCertificateKeyFile {secret}")
    gw.books = False            # it does not answer in clear
    gw.expect_log("AH01909", "AH01873")     # of mod_ssl, at the start
    context = ssl.create_default_context(cafile=authority.file)
    c = http.client.HTTPSConnection(
        "localhost", gw.port, context=context, source_address=(elsewhere, 0))
    c.request("GET", "/v1/key", headers={
        "Authorization": "Bearer sk-gtw-" + "a" * 59})
    assert c.getresponse().status == 401
    c.close()
    assert clear(gw) == []
