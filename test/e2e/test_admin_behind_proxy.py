"""The admin API where only the default lets it through: this machine, and not
whoever a reverse proxy on this machine asks for."""
import pytest

from harness.checks import refused
from harness.httpd import free_port

KEYS = "/llmgw/admin/v1/keys"

SAID = [("X-Forwarded-For", "203.0.113.9"), ("x-forwarded-for", ""),
        ("Forwarded", "for=203.0.113.9;proto=https"),
        ("X-Real-IP", "127.0.0.1"), ("Via", "1.1 front"),
        ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "llm.example"),
        ("X-Client-IP", "::1"), ("True-Client-IP", "203.0.113.9"),
        ("CF-Connecting-IP", "203.0.113.9")]


@pytest.mark.parametrize("header, value", SAID)
def test_a_header_of_a_proxy(gw, header, value):
    """Fault 1.6: a header of a proxy closes the admin API, whatever its key,
    method and path, and the answer says why and what opens it."""
    for method, path in (("GET", KEYS), ("POST", KEYS), ("GET", KEYS + "/x"),
                         ("GET", "/llmgw/admin/v1/nothing")):
        r = gw.request(method, path, {} if method == "POST" else None,
                       gw.admin_key(), {header: value})
        text = refused(r, "address_not_allowed", header,
                       f"the header '{header}' says that a proxy")
        assert "<Location /llmgw/admin>" in text and "mod_remoteip" in text


def test_no_key_is_looked_at(gw):
    """Fault 1.6: a stranger behind the proxy learns nothing about keys."""
    for key in (None, "sk-gtw-nonsense", gw.admin_key()):
        r = gw.request("GET", KEYS, key=key,
                       headers={"X-Forwarded-For": "203.0.113.9"})
        refused(r, "address_not_allowed", "X-Forwarded-For")


@pytest.fixture
def front(make_gw):
    """front(...): a gateway, and how to ask it through a reverse proxy on
    the same machine."""
    def make(**more):
        back, port = free_port(), free_port()
        gw = make_gw(port=back, server=f"""
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
    ProxyPass / http://127.0.0.1:{back}/
</VirtualHost>
""", **more)

        def ask(path, key):
            gw.port = port
            try:
                return gw.request("GET", path, key=key)
            finally:
                gw.port = back

        return gw, ask
    return make


def test_through_a_real_proxy(front):
    """Fault 1.6: through mod_proxy on the same machine the admin API is
    closed, and the data plane is not."""
    gw, ask = front()
    refused(ask(KEYS, gw.admin_key()), "address_not_allowed",
            "X-Forwarded-For")
    assert ask("/v1/models", gw.new_key()).status == 200
    assert gw.admin("GET", "/keys").status == 200


def test_a_location_with_require_lines_decides(front):
    gw, ask = front(conf="""
        <Location /llmgw/admin>
            LLMGateway On
            Require ip 127.0.0.1
        </Location>""")
    assert ask(KEYS, gw.admin_key()).status == 200
    for header, value in SAID:
        r = gw.request("GET", KEYS, key=gw.admin_key(),
                       headers={header: value})
        assert r.status == 200, (header, r)


def test_mod_remoteip_is_believed(make_gw):
    gw = make_gw(modules=("remoteip",), conf="""
        RemoteIPHeader X-Forwarded-For
        RemoteIPInternalProxy 127.0.0.1""")
    for value, status in (("127.0.0.1", 200), ("203.0.113.9", 403),
                          ("127.0.0.1, 203.0.113.9", 403)):
        r = gw.request("GET", KEYS, key=gw.admin_key(),
                       headers={"X-Forwarded-For": value, "Via": "1.1 a"})
        assert r.status == status, (value, r)


def test_mod_remoteip_that_said_nothing(make_gw):
    """Fault 1.6: mod_remoteip that reads another header than the one sent
    has told nothing."""
    gw = make_gw(modules=("remoteip",), conf="""
        RemoteIPHeader X-Real-IP
        RemoteIPInternalProxy 127.0.0.1""")
    r = gw.request("GET", KEYS, key=gw.admin_key(),
                   headers={"X-Forwarded-For": "203.0.113.9"})
    refused(r, "address_not_allowed", "X-Forwarded-For")
    assert gw.admin("GET", "/keys").status == 200
