"""Whom a credential is sent to is the gateway's own matter: no word of
another server, virtual host or section has a say in it."""
import contextlib
import shutil
import socket
import threading

import pytest

from conftest import ANSWER_MODELS, BAD_LINE
from harness.httpd import Httpd, free_port, reachable_dir
from harness.shapes import plain
from harness.tls import Authority, section
from harness.upstream import Upstream, answer

CHAT = "/v1/chat/completions"
SECRET = "sk-upstream-secret-of-this-test"
# a refused handshake, mod_ssl without a cache, and what the directives say
NOISE = ("LG0080", "LG0082", "AH01084", "AH00898", "AH01097", "AH01873",
         "AH02206", "AH01101", "AH02252", "AH02270", "AH01114")
PLACES = ("main", "ours", "other")


@pytest.fixture(scope="module")
def world():
    """Upstreams by name: the right one, and those that must never see a
    credential."""
    directory = reachable_dir()
    ours, foreign = Authority(directory), Authority(directory, "foreign")
    ups = {"right": Upstream(tls=ours.server()),
           "name": Upstream(tls=ours.server("other.example")),
           "subject": Upstream(tls=ours.server("other.example",
                                               subject="localhost")),
           "no-san": Upstream(tls=ours.server("", subject="localhost")),
           "expired": Upstream(tls=ours.server(days=-1)),
           "authority": Upstream(tls=foreign.server())}
    yield type("World", (), {"ours": ours, "foreign": foreign, "ups": ups})
    for up in ups.values():
        up.stop()
    shutil.rmtree(directory)


def publish(gw, name, base_url):
    gw.must("PUT", "/upstreams/" + name, {
        "base_url": base_url, "dialect": "openai",
        "credentials": [{"secret": SECRET}]})
    gw.must("PUT", "/models/" + name, dict(
        ANSWER_MODELS["qwen3-max"], routes=[{"upstream": name}]))


@pytest.fixture
def build(make_gw, world):
    """build(place, words): a gateway with these words in that place, and
    the right upstream as model `right`."""
    def start(place, words, on="LLMGateway On"):
        other = free_port()
        gw = make_gw(
            modules=("ssl",), set_up=False, on=on,
            server=section(world.ours.file)
            + (words if place == "main" else "")
            + f"\nListen 127.0.0.1:{other}\n<VirtualHost 127.0.0.1:{other}>\n"
            + "ServerName other\n" + (words if place == "other" else "")
            + "\n</VirtualHost>\n",
            conf=words if place == "ours" else "")
        for name, up in world.ups.items():
            up.clear()
            publish(gw, name, f"https://localhost:{up.port}/v1")
        return gw
    return start


def quiet(gw):
    """Nothing but refused handshakes is complained about."""
    odd = [line for line in gw.new_log_lines() if BAD_LINE.search(line)
           and not any(tag in line for tag in NOISE)]
    assert not odd, "\n".join(odd)


def only_the_right_one(gw, world, *wrong):
    """The wrong ones get nothing, and the right one still answers."""
    key = gw.new_key()
    for name in wrong:
        for host in ("localhost", "other.example"):
            up = world.ups[name]
            up.script(answer(plain()))
            r = gw.chat(key, model=name, headers={"Host": host})
            assert (r.status, up.requests) == (502, []), (name, host)
            up.clear()
    up = world.ups["right"]
    up.script(answer(plain()))
    assert gw.chat(key, model="right",
                   headers={"Host": "other.example"}).status == 200
    request = up.requests[-1]
    assert request.header("Authorization") == f"Bearer {SECRET}"
    assert request.header("Host") == f"localhost:{up.port}"
    assert not [k for k, _ in request.headers
                if k.lower() in ("via", "forwarded")
                or k.lower().startswith("x-forwarded")]
    quiet(gw)


@pytest.mark.parametrize("name", ["subject", "no-san"])
def test_the_alternative_name_decides(build, world, name):
    """Fault 1.5: a certificate whose subject alone names the host."""
    only_the_right_one(build("main", ""), world, name)


@pytest.mark.parametrize("place", PLACES[:2])
def test_preserved_host(build, world, place):
    """Fault 1.3: the client's Host does not choose the certificate."""
    only_the_right_one(build(place, "ProxyPreserveHost On\n"), world, "name")


def trust(world, how):
    """Words that add the foreign authority, or ask for odd ciphers."""
    return {
        "directory": f"SSLProxyCACertificatePath {world.foreign.directory()}",
        # mod_ssl trusts what is in that file without a key
        "client": f"SSLProxyMachineCertificateFile {world.foreign.file}",
        "ciphers": "SSLProxyEngine On\n"
                   "SSLProxyCipherSuite TLSv1.3 TLS_AES_128_CCM_8_SHA256",
    }[how] + "\n"


@pytest.mark.parametrize("how", ["directory", "client", "ciphers"])
def test_words_that_the_section_leaves_to_others(build, world, how):
    """Fault 1.3: authorities and ciphers of the main server are not ours."""
    only_the_right_one(build("main", trust(world, how)), world, "authority")


@pytest.mark.parametrize("place", PLACES[1:])
@pytest.mark.parametrize("how", ["directory", "client", "ciphers"])
def test_words_of_other_places(build, world, place, how):
    only_the_right_one(build(place, trust(world, how)), world, "authority")


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("pattern", ["*", "https://localhost:*",
                                     "https://localhost"])
def test_a_section_for_the_same_url(build, world, place, pattern):
    """Fault 1.3: sections of other proxies are for other proxies."""
    gw = build(place, f'<Proxy "{pattern}">\nSSLProxyEngine On\n'
               "SSLProxyVerify none\nSSLProxyCheckPeerName off\n"
               "SSLProxyCheckPeerCN off\nSSLProxyCheckPeerExpire off\n"
               "ProxyPreserveHost On\n</Proxy>\n")
    only_the_right_one(gw, world, "name", "expired", "authority")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("words", [
    "SSLProxyCheckPeerName off\nSSLProxyCheckPeerCN off\n",
    "SSLProxyCheckPeerExpire off\n", "SSLProxyVerify none\n",
    "<Location /v1>\nProxyPreserveHost On\n</Location>\n",
    "SSLProxyVerify optional_no_ca\n", "SSLProxyVerifyDepth 0\n",
    "SSLProxyProtocol TLSv1\n", "SSLProxyEngine Off\n",
    "SSLProxyEngine On\nSSLProxyCipherSuite AES128-SHA256\n",
    "ProxyAddHeaders On\nProxyVia Full\nProxyPassInterpolateEnv On\n"
    "ProxyMaxForwards 1\nProxyTimeout 1\nProxyDomain .example\n",
    "ProxyRequests On\nProxyBadHeader Ignore\nProxyPassInherit On\n"
    "Proxy100Continue On\nProxyStatus Full\n"])
def test_words_of_the_section_and_harmless_ones(build, world, place, words):
    only_the_right_one(build(place, words), world, "name", "expired",
                       "authority")


# ---- ProxyRemote ----

@contextlib.contextmanager
def between():
    """A proxy that opens tunnels, and what it was told in clear."""
    listen = socket.create_server(("127.0.0.1", 0))
    told = []

    def pump(a, b):
        with contextlib.suppress(OSError):
            while data := a.recv(65536):
                b.sendall(data)
        for s in (a, b):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)

    def serve(s):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            data = s.recv(1)
            if not data:
                return
            head += data
        told.append(head)
        if not head.startswith(b"CONNECT "):
            s.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            return
        host, _, port = head.split()[1].decode().rpartition(":")
        to = socket.create_connection((host, int(port)))
        s.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=pump, args=(to, s), daemon=True).start()
        pump(s, to)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listen.accept()[0],),
                                 daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listen.getsockname()[1], told
    finally:
        listen.close()


@pytest.mark.parametrize("place", PLACES[:2])
def test_no_credential_in_clear_to_a_proxy(build, up, place):
    """Fault 1.3: an upstream without TLS is reached without ProxyRemote."""
    with between() as (port, told):
        gw = build(place, f"ProxyRemote * http://127.0.0.1:{port}\n")
        publish(gw, "plain", up.url + "/v1")
        up.clear()
        up.script(answer(plain()))
        assert gw.chat(gw.new_key(), model="plain").status == 200
        assert up.requests and not told
        quiet(gw)


@pytest.mark.parametrize("place", PLACES)
def test_a_tunnel_through_a_proxy(build, world, place):
    """ProxyRemote is what gets one out of a closed network: what speaks TLS
    is reached through it, and is who it says."""
    with between() as (port, told):
        gw = build(place, f"ProxyRemote * http://127.0.0.1:{port}\n")
        only_the_right_one(gw, world, "name", "authority")
        assert all(h.startswith(b"CONNECT localhost:") for h in told)
        assert bool(told) == (place != "other")
        assert SECRET.encode() not in b"".join(told)


# ---- what the section leaves out ----

@pytest.fixture
def httpd_test():
    """httpd_test(...): what `httpd -t` says."""
    h = Httpd(modules=("ssl",))

    def check(server="", conf=""):
        h.server, h.conf = server, conf
        return h.test()

    yield check
    h.remove()


@pytest.mark.parametrize("word", [
    "SSLProxyEngine", "SSLProxyVerify", "SSLProxyVerifyDepth",
    "SSLProxyCACertificateFile", "SSLProxyCARevocationCheck",
    "SSLProxyCheckPeerName", "SSLProxyCheckPeerCN", "SSLProxyCheckPeerExpire",
    "SSLProxyProtocol", "SSLProxyCipherSuite"])
@pytest.mark.parametrize("place", ["main", "ours"])
def test_a_section_that_leaves_a_word_out(httpd_test, world, word, place):
    """Fault 1.3: `httpd -t` and a start name the word."""
    text = section(world.ours.file, **{word: None})
    code, said = httpd_test(**{"server" if place == "main" else "conf": text})
    assert code != 0 and "LG0012" in said
    assert f"leaves out {word}:" in said


def test_a_section_that_says_all(httpd_test, world):
    assert httpd_test(server=section(world.ours.file))[0] == 0
    inner = section(world.ours.file).replace(
        "    SSLProxyVerify ", "<IfModule ssl_module>\n    SSLProxyVerify ")
    inner = inner.replace("</Proxy>", "</IfModule>\n</Proxy>")
    assert httpd_test(server=inner)[0] == 0
