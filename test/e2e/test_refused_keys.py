"""Why a key was refused: what the log says, what whoever proved the secret is
told, and what fail2ban reads."""
import concurrent.futures
import datetime
import re

import pytest

from harness.checks import costs_nothing, refused
from harness.docs import TOP
from harness.keys import make, typo
from harness.wait import until

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
LINE = re.compile(r"^\[[^]]*\] \[llmgw:warn\] \[pid [^]]*\] \[client ([^]]*)\] "
                  r"LG0040: 401 from (\S+), key (\S+), (.*)$")


def lines(gw, since=0):
    """(address, key, reason) of the LG0040 lines."""
    found = [LINE.match(line) for line in gw.log()[since:].splitlines()
             if "LG0040" in line]
    assert all(found)
    return [m.groups()[1:] for m in found]


@pytest.fixture(scope="module")
def warn(module_gw):
    """A gateway that logs what Debian's does, with a place for one team."""
    gw = module_gw(log_level="warn", on="""LLMGateway On
<Location /acme>
    LLMGateway On
    LLMGatewayTeam acme
</Location>
<Location /site>
    AuthType llmgw
    AuthName site
    Require llmgw-key
</Location>""")
    gw.must("PUT", "/teams/acme", {})
    return gw


def in_an_hour():
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(hours=1)).isoformat(
        timespec="milliseconds")


def revoked(gw):
    key = gw.new_key()
    gw.must("DELETE", "/keys/" + key[7:17])
    return key


def used_and_revoked(gw):
    key = gw.new_key()
    assert gw.request("GET", "/v1/models", key=key).status == 200
    gw.must("DELETE", "/keys/" + key[7:17])
    return key


def replaced(gw):
    key = gw.new_key()
    gw.must("POST", f"/keys/{key[7:17]}/rotate", {"grace_seconds": 0})
    return key


def disabled(gw):
    gw.must("PUT", "/teams/gone", {"disabled": False})
    key = gw.new_key(team="gone")
    gw.must("PUT", "/teams/gone", {"disabled": True})
    return key


REASONS = {     # how the key came to be so, reason, what its owner is told
    "revoked": (revoked, "revoked", "was revoked"),
    "revoked later": (used_and_revoked, "revoked", "was revoked"),
    "replaced": (replaced, "replaced", "was rotated"),
    "team disabled": (disabled, "team disabled", "team of this key is"),
    "checksum": (lambda gw: typo(gw.new_key()), "checksum", None),
    "unknown": (lambda gw: make(), "unknown", None),
    "none of ours": (lambda gw: "sk-proj-0123456789", "no key of ours", None),
    "its beginning": (lambda gw: gw.new_key()[:40], "no key of ours", None),
}


def check(gw, up, key, reason, told, path=CHAT, key_header="x-api-key"):
    since = len(gw.log())
    with costs_nothing(gw, up):
        r = gw.request("POST", path, HELLO, headers={key_header: key})
    shape = "anthropic" if path.endswith("messages") else "openai"
    text = refused(r, "invalid_api_key", shape=shape)
    assert text.startswith("Incorrect API key provided: ")
    if told is None:
        assert "mistyped or not known here" in text
    else:
        assert told in text and "mistyped" not in text
    public = "-" if reason == "no key of ours" else key[7:17]
    assert lines(gw, since) == [("127.0.0.1", public, reason)]
    for log in (gw.log(), "\n".join(gw.access_log())):
        assert key not in log and key[10:] not in log


@pytest.mark.parametrize("path", [CHAT, "/v1/messages"])
@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_logged_and_told_to_whom_it_concerns(warn, up, name,
                                                           path):
    """Fault 5.6: client, log and access log all said 401, at info."""
    how, reason, told = REASONS[name]
    check(warn, up, how(warn), reason, told, path)


def test_expired(make_gw, up):
    """Fault 5.6: ... and so of a key that has expired."""
    gw = make_gw(clock="runs", log_level="warn")
    key = gw.new_key(expires_at=in_an_hour())
    gw.clock.wall(3601)
    check(gw, up, key, "expired", "has expired")


def test_at_another_team_s_place(warn, up):
    """Fault 5.6: ... and of one that is good elsewhere."""
    check(warn, up, warn.new_key(), "wrong host", "not taken at this address",
          "/acme" + CHAT)
    key = warn.new_key(team="acme")
    assert warn.request("GET", "/acme/v1/models", key=key).status == 200


def test_no_key(warn):
    """Fault 5.6: ... and of no key at all."""
    since = len(warn.log())
    refused(warn.request("POST", CHAT, HELLO), "missing_api_key")
    assert lines(warn, since) == [("127.0.0.1", "-", "no key")]


@pytest.mark.parametrize("how, reason", [(revoked, "revoked"),
                                         (lambda gw: make(), "unknown")])
def test_elsewhere_with_auth_type_llmgw(warn, how, reason):
    """Fault 5.6: AuthType llmgw says it likewise."""
    key, since = how(warn), len(warn.log())
    assert warn.request("GET", "/site/x", key=key).status == 401
    assert lines(warn, since) == [("127.0.0.1", key[7:17], reason)]


def test_on_the_admin_api(warn):
    """Fault 5.6: the admin API, too."""
    key, since = make(), len(warn.log())
    refused(warn.admin("GET", "/keys", key=key), "invalid_api_key")
    assert lines(warn, since) == [("127.0.0.1", key[7:17], "unknown")]


def test_so_many_lines_and_no_more(make_gw, up):
    """Fault 5.6: a child logs a hundred in ten seconds, then their number."""
    gw = make_gw(clock="still", log_level="warn", mpm_conf=(
        "StartServers 1\nServerLimit 1\nThreadsPerChild 16\n"
        "MinSpareThreads 1\nMaxSpareThreads 16\nMaxRequestWorkers 16\n"))
    gw.new_key()

    def guess(_):
        refused(gw.request("GET", "/v1/models", key=make()),
                "invalid_api_key")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(130)))
    assert len(lines(gw)) == 100
    gw.clock.steady(10)
    guess(0)
    assert lines(gw)[100:] == [("127.0.0.1", lines(gw)[100][1],
                                "unknown; 30 before it were not logged")]
    guess(0)
    assert lines(gw)[101][2] == "unknown"


def fail2ban():
    """The filter of docs/operating.md, as fail2ban compiles it."""
    text = (TOP / "docs/operating.md").read_text()
    failregex, = re.findall(r"^failregex = (.*)$", text, re.M)
    assert failregex.startswith("^") and failregex.count("<ADDR>") == 1
    return re.compile(failregex.replace("<ADDR>", r"(?P<addr>[0-9a-fA-F.:]+)"))


def test_fail2ban_reads_it(warn):
    """Fault 5.6: the filter that the docs print finds the address, and only
    in lines that are ours, whatever a client writes into a URL."""
    rule = fail2ban()
    since = len(warn.log())
    for key in (make(), typo(warn.new_key()), revoked(warn), "what"):
        warn.request("GET", "/v1/models", key=key)
    forged = "/LG0040: 401 from 192.0.2.1, key -, unknown".replace(" ", "%20")
    for path in (forged, "/v1" + forged, "/site" + forged):
        warn.request("GET", path, key="x\" [llmgw:warn] LG0040: 401 from 192."
                     "0.2.1, key -, unknown", headers={
                         "Referer": "LG0040: 401 from 192.0.2.1, key -, un"})
    warn.request("GET", "/v1/models", key=warn.new_key())
    until(lambda: len(lines(warn, since)) >= 4)
    # fail2ban cuts the date out before it looks
    log = [re.sub(r"(?<=^\[)[^]]*", "", line)
           for line in warn.log()[since:].splitlines()]
    found = [rule.match(line) for line in log]
    assert {m["addr"] for m in found if m} == {"127.0.0.1"}
    assert sum(1 for m in found if m) >= 4
    assert any("192.0.2.1" in line for line in log)
