"""Which version runs, where it serves, where the admin key is: the log, the
admin API and mod_status say so."""
import re

from harness.checks import refused
from harness.docs import TOP

VERSION = re.search(r"^VERSION +:= (\S+)$", (TOP / "apxs.mk").read_text(),
                    re.M)[1]


def said(gw):
    return re.findall(r"\[llmgw:notice\] .*LG0018: mod_llmgw (\S+) serves "
                      r"(.*); state and the first admin.key are in (\S+)$",
                      gw.log(), re.M)


def test_the_log_says_it_at_each_start_and_reload(make_gw):
    """Fault 5.9: no version anywhere, and nothing about what serves."""
    gw = make_gw(set_up=False, log_level="error", on="", server="""
<Location /for-all>
LLMGateway On
</Location>""", conf="""
LLMGateway On
<Location /acme>
LLMGateway On
</Location>
<Location /not>
LLMGateway Off
</Location>""")
    places = f"127.0.0.1/for-all, 127.0.0.1:{gw.port}, " \
        f"127.0.0.1:{gw.port}/acme"
    line = (VERSION, places, str(gw.state))
    assert said(gw) == [line]
    assert (gw.state / "admin.key").exists()
    gw.graceful()
    assert said(gw) == [line, line]


def test_many_places_are_counted(make_gw):
    """Fault 5.9: the line stays one."""
    gw = make_gw(set_up=False, on="LLMGateway On", conf="\n".join(
        f"<Location /team-{i}>\nLLMGateway On\n</Location>"
        for i in range(30)))
    (_, places, _), = said(gw)
    assert places.endswith("/team-8 and 21 more")


def test_nothing_is_said_where_nothing_is_on(make_gw):
    gw = make_gw(set_up=False, on="")
    assert "LG0018" not in gw.log()
    assert "llmgw" not in gw.request("GET", "/server-status?auto").body \
        .decode().lower()


def test_the_admin_api_says_it(gw, key):
    """Fault 5.9: GET of the API itself was 404."""
    for path in ("", "/"):
        o = gw.must("GET", path)
        assert (o["object"], o["version"]) == ("gateway", VERSION)
        assert o["server"].startswith("Apache/2.4.")
        assert "chat/completions" in o["endpoints"]
    chief = gw.new_key(team="default", scope="team")
    assert gw.admin("GET", "", key=chief).json()["version"] == VERSION
    refused(gw.admin("GET", "", key=key), "permission_denied")
    refused(gw.request("GET", "/llmgw/admin/v1"), "missing_api_key")
    r = gw.admin("POST", "", {})
    refused(r, "method_not_allowed")
    assert r.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_mod_status_says_it(gw):
    """Fault 5.9: ... and so did mod_status."""
    text = gw.request("GET", "/server-status?auto").body.decode()
    assert f"\nLLMGatewayVersion: {VERSION}\n" in text
    page = gw.request("GET", "/server-status").body.decode()
    assert f"<tr><th>version</th><td>{VERSION}</td></tr>" in page
