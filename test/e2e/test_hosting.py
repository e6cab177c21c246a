"""Two hosted customers, acme and bravo, with a virtual host, a team, and a
key of scope `team` each: neither sees, uses or spends anything of the
other's, whatever either writes.  (What code of theirs may read that runs as
httpd's own user: docs/operating.md.)"""
import contextlib

import pytest

from harness.checks import refused, wait_quiet
from harness.raw import Raw
from harness.shapes import plain
from harness.upstream import answer

CHAT = "/v1/chat/completions"
ADMIN = "/llmgw/admin/v1"
HELLO = {"model": "free-model", "messages": [{"role": "user",
                                              "content": "x"}]}
SITE = """
<VirtualHost 127.0.0.1:{port}>
ServerName {name}.example
ServerAlias www.{name}.example
DocumentRoot ${{SRVROOT}}/htdocs/{name}
<Directory ${{SRVROOT}}/htdocs/{name}>
AllowOverride All
Options All
Require all granted
</Directory>
{lines}
</VirtualHost>
"""
BOUND = """LLMGateway On
LLMGatewayTeam {name}
<Location "/llmgw/admin">
LLMGateway On
Require all granted
</Location>
"""


class Customer:
    def __init__(self, gw, name):
        self.name = name
        gw.must("PUT", f"/teams/{name}", {"name": f"{name} Ltd"})
        self.boss = gw.new_key(team=name, scope="team", name=f"{name}-boss")
        self.key = gw.new_key(team=name, name=f"{name}-key")
        self.host = f"{name}.example"
        self.ids = (self.boss[7:17], self.key[7:17])


@pytest.fixture(scope="module")
def hosting(module_gw):
    """The server's own virtual host, acme's, bravo's, and that of a customer
    who has no gateway."""
    from harness.httpd import free_port
    port = free_port()
    gw = module_gw(
        port=port,
        modules=("rewrite", "alias", "dir", "headers", "setenvif", "env",
                 "actions", "mime", "include", "negotiation", "authz_user",
                 "auth_basic", "authn_file", "info"),
        models={"free-model": {"free": True}},
        files={"mime.types": "text/plain txt\ntext/html html\n"} | {
            f"htdocs/{n}/{p}": f"{n}'s own" for n in
               ("acme", "bravo", "plain")
               for p in ("page.txt", "a.html", "deep/page.txt")},
        conf="ServerName host.example\nRewriteEngine On\n</VirtualHost>\n"
        + "".join(SITE.format(port=port, name=n,
                              lines=BOUND.format(name=n))
                  for n in ("acme", "bravo"))
        + SITE.format(port=port, name="plain", lines="")
        + f"<VirtualHost 127.0.0.1:{port}>\nServerName last.example\n")
    gw.acme, gw.bravo = Customer(gw, "acme"), Customer(gw, "bravo")
    gw.bravo_request = ask(gw, "bravo", "POST", CHAT, HELLO, gw.bravo.key
                           ).headers["x-request-id"]
    gw.settled(gw.bravo.key)
    return gw


def ask(gw, host, method, path, body=None, key=None, **headers):
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    return gw.request(method, path, body, key,
                      {"Host": f"{host}.example", **headers})


def books(gw, who):
    """All that a customer has: keys, team, rows, sums, audit."""
    team, = gw.query("SELECT id FROM team WHERE name = ?", who.name)
    return [[tuple(r) for r in gw.query(sql, team["id"])] for sql in (
        "SELECT * FROM key WHERE team_id = ? ORDER BY id",
        "SELECT * FROM team WHERE id = ?",
        "SELECT * FROM ledger WHERE team_id = ? ORDER BY id",
        "SELECT * FROM rollup_day WHERE team_id = ? ORDER BY 1, 2, 3")]


@contextlib.contextmanager
def keeps(gw, who):
    """Nothing that belongs to who changes."""
    wait_quiet(gw)
    before = books(gw, who)
    yield
    wait_quiet(gw)
    assert books(gw, who) == before


def shows_nothing(gw, r):
    """No answer to acme says anything of bravo."""
    text = r.body + str(r.headers).encode()
    for secret in (*gw.bravo.ids, gw.bravo_request, "bravo Ltd",
                   "bravo-boss", "bravo-key", "sk-upstream-secret",
                   gw.admin_key()[7:17]):
        assert secret.encode() not in text, r
    return r


@pytest.fixture
def htaccess(hosting):
    written = []

    def write(text, site="acme"):
        path = hosting.root / f"htdocs/{site}/.htaccess"
        path.write_text(text + "\n")
        written.append(path)

    yield write
    for path in set(written):
        path.unlink()


# ---- what each has ----

def test_each_works_in_its_own_place(hosting, up):
    for who in (hosting.acme, hosting.bravo):
        other = hosting.bravo if who is hosting.acme else hosting.acme
        with keeps(hosting, other):
            r = ask(hosting, who.name, "POST", CHAT, HELLO, who.key)
            assert r.status == 200
            r = ask(hosting, who.name, "GET", ADMIN + "/keys", key=who.boss)
            assert {k["id"] for k in r.json()["data"]} == set(who.ids)
    # the server's own place takes all keys
    for key in (hosting.acme.key, hosting.bravo.key):
        assert ask(hosting, "host", "POST", CHAT, HELLO, key).status == 200


# ---- keys in the other's place: hosts and headers ----

HOSTS = ("bravo.example", "BRAVO.example", "bravo.example.",
         "www.bravo.example", "bravo.example:80", "acme.example,bravo.example")


@pytest.mark.parametrize("host", HOSTS)
def test_the_others_host(hosting, up, host):
    gw = hosting
    with keeps(gw, gw.bravo), keeps(gw, gw.acme):
        for key in (gw.acme.key, gw.acme.boss):
            for method, path in (("POST", CHAT), ("GET", "/v1/models"),
                                 ("GET", f"/v1/receipts/{gw.bravo_request}"),
                                 ("GET", ADMIN + "/keys"),
                                 ("POST", ADMIN + "/keys")):
                with Raw(gw.port) as c:
                    body = b"{}" if method == "POST" else b""
                    c.send(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n"
                           f"Authorization: Bearer {key}\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n"
                           .encode() + body)
                    r = shows_nothing(gw, c.response(method))
                if host.startswith("acme"):
                    # no such host: the first virtual host, httpd says, and
                    # there the keys of all are taken, each for its own
                    assert r.status in (400, 404, 200)
                else:
                    refused(r, "invalid_api_key")


def test_an_absolute_request_line(hosting, up):
    gw = hosting
    with keeps(gw, gw.bravo), Raw(gw.port) as c:
        c.send(f"GET http://bravo.example{ADMIN}/keys HTTP/1.1\r\n"
               f"Host: acme.example\r\nx-api-key: {gw.acme.boss}\r\n\r\n")
        refused(shows_nothing(gw, c.response("GET")), "invalid_api_key")


@pytest.mark.parametrize("headers", [
    {"X-Forwarded-Host": "bravo.example", "X-Forwarded-For": "127.0.0.1"},
    {"Forwarded": "host=bravo.example;for=127.0.0.1"},
    {"X-Original-URL": "/llmgw/admin/v1/teams"},
    {"X-Rewrite-URL": "/llmgw/admin/v1/teams"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"OpenAI-Organization": "bravo", "OpenAI-Project": "bravo"},
    {"X-LLMGW-Team": "bravo", "LLMGatewayTeam": "bravo"},
    {"REMOTE_USER": "bravo", "X-Remote-User": "bravo"},
    {"Cookie": "team=bravo"}])
def test_headers_change_nothing(hosting, up, headers):
    gw = hosting
    with keeps(gw, gw.bravo):
        r = gw.request("GET", ADMIN + "/keys", key=gw.acme.boss,
                       headers={"Host": "acme.example", **headers})
        assert {k["id"] for k in r.json()["data"]} == set(gw.acme.ids)
        shows_nothing(gw, r)
        r = gw.request("POST", CHAT, HELLO, gw.acme.key,
                       headers={"Host": "acme.example", **headers})
        assert r.status == 200
        r = gw.request("POST", CHAT, HELLO, gw.acme.key,
                       headers={"Host": "bravo.example", **headers})
        refused(r, "invalid_api_key")


def test_two_keys_at_once(hosting, up):
    """Authorization counts, then x-api-key, then api-key; twice is none."""
    gw = hosting
    acme, bravo = gw.acme.key, gw.bravo.key
    rows = len(gw.rows(bravo))
    for lines, want in (
            ((f"Authorization: Bearer {acme}", f"x-api-key: {bravo}"), 401),
            ((f"x-api-key: {acme}", f"api-key: {bravo}"), 401),
            ((f"Authorization: Bearer {acme}",
              f"Authorization: Bearer {bravo}"), 401),
            ((f"Authorization: Bearer {acme}, Bearer {bravo}",), 401),
            ((f"Authorization: Bearer {acme} {bravo}",), 401),
            ((f"x-api-key: {acme}", f"x-api-key: {bravo}"), 401),
            ((f"Authorization: Bearer {bravo}", f"x-api-key: {acme}"), 200)):
        with Raw(gw.port) as c:
            c.send("GET /v1/models HTTP/1.1\r\nHost: bravo.example\r\n"
                   + "\r\n".join(lines) + "\r\n\r\n")
            assert c.response("GET").status == want, lines
    assert len(gw.rows(bravo)) == rows


# ---- paths ----

PATHS = ("//v1/models", "/v1//models", "/./v1/models", "/x/../v1/models",
         "/%76%31/models", "/v1/%6dodels", "/V1/models", "/v1/Models",
         "/v1%2Fmodels", "/v1/models/", "/v1/models;x", "/v1/models%00",
         "/v1/models%3F", "/v1\\models", "/v1/models/..%2fmodels",
         "/api/v1/models", "/v1/models/%2e%2e/models", "/%2fv1/models",
         "/page.txt/../v1/models", "/v1/./models", "/v1/models#x",
         "/llmgw/admin/v1/keys", "/llmgw/admin//v1/keys",
         "/llmgw/../llmgw/admin/v1/keys", "/LLMGW/admin/v1/keys",
         "/llmgw%2fadmin/v1/keys", "/v1/../llmgw/admin/v1/keys",
         "/llmgw/admin/v1/keys/", "/llmgw/admin/v1/keys%2f{id}",
         "/llmgw/admin/v1/keys/{id}", "/llmgw/admin/v1/keys/x%2f..%2f{id}",
         "/v1/receipts/{request}", "/v1/receipts/x%2F..%2F{request}")


@pytest.mark.parametrize("path", PATHS)
def test_paths(hosting, up, path):
    """With acme's keys, in bravo's place nothing; in acme's own nothing of
    bravo's."""
    gw = hosting
    path = path.format(id=gw.bravo.ids[1], request=gw.bravo_request)
    with keeps(gw, gw.bravo):
        for host, method in (("bravo", "GET"), ("bravo", "POST"),
                             ("acme", "GET"), ("acme", "DELETE")):
            for key in (gw.acme.key, gw.acme.boss):
                with Raw(gw.port) as c:
                    c.send(f"{method} {path} HTTP/1.1\r\nHost: "
                           f"{host}.example\r\nConnection: close\r\n"
                           f"x-api-key: {key}\r\nContent-Length: 0\r\n\r\n")
                    r = c.response(method)
                if host == "bravo":
                    assert r.status in (400, 401, 404, 405), r
                text = r.body.replace(path.encode(), b"")
                for word in (gw.bravo.ids[0], "bravo-", "bravo Ltd"):
                    assert word.encode() not in text, r
                if host == "acme" and r.status == 200:
                    assert gw.bravo.ids[1].encode() not in r.body


# ---- the admin API ----

def admin(gw, method, path, body=None, host="acme"):
    return ask(gw, host, method, ADMIN + path, body, gw.acme.boss)


def test_objects_of_the_other_are_not_there(hosting):
    gw = hosting
    with keeps(gw, gw.bravo):
        for public_id in (*gw.bravo.ids, gw.admin_key()[7:17]):
            nobody = refused(admin(gw, "GET", "/keys/0123456789"),
                             "not_found")
            for method, more, body in (
                    ("GET", "", None), ("DELETE", "", None),
                    ("PATCH", "", {"name": "mine"}),
                    ("PATCH", "", {"team": "acme"}),
                    ("POST", "/rotate", {"grace_seconds": 0})):
                r = admin(gw, method, f"/keys/{public_id}{more}", body)
                said = refused(r, "not_found")
                assert said == nobody.replace("0123456789", public_id)


@pytest.mark.parametrize("method, path, body", [
    ("GET", "/teams", None), ("GET", "/teams/bravo", None),
    ("GET", "/teams/acme", None), ("PUT", "/teams/bravo", {}),
    ("PUT", "/teams/acme", {"models": ["*"]}),
    ("PATCH", "/teams/acme", {"limits": {}}), ("DELETE", "/teams/bravo", None),
    ("GET", "/upstreams", None), ("GET", "/upstreams/mock", None),
    ("PUT", "/upstreams/mock", {"base_url": "http://127.0.0.1:1/v1"}),
    ("GET", "/models", None), ("PUT", "/models/free-model", {"free": True}),
    ("DELETE", "/models/free-model", None), ("GET", "/catalog", None),
    ("PUT", "/catalog", {})])
def test_what_is_the_servers_is_not_for_teams(hosting, method, path, body):
    gw = hosting
    before = gw.query("SELECT count(*) FROM audit")[0][0]
    with keeps(gw, gw.bravo), keeps(gw, gw.acme):
        r = shows_nothing(gw, admin(gw, method, path, body))
        assert r.status == 403, r
    assert gw.query("SELECT count(*) FROM audit")[0][0] == before


@pytest.mark.parametrize("path", [
    "/usage", "/usage?team=bravo", "/usage?group_by=key,team",
    "/requests", "/requests?team=bravo", "/requests/{request}",
    "/requests?key={id}", "/usage?key={id}", "/audit", "/audit?actor={id}",
    "/keys?team=bravo", "/keys?after={id}", "/adjustments"])
def test_lists_hold_the_own_only(hosting, path):
    gw = hosting
    path = path.format(id=gw.bravo.ids[1], request=gw.bravo_request)
    with keeps(gw, gw.bravo):
        r = admin(gw, "GET", path)
        text = r.body.decode()
        if r.status >= 400:     # what was asked for may be repeated
            text = text.replace(gw.bravo.ids[1], "") \
                .replace(gw.bravo_request, "")
        for word in (*gw.bravo.ids, gw.bravo_request, "bravo Ltd",
                     "bravo-key", '"bravo"'):
            assert word not in text, r


def test_bodies(hosting):
    """No key for another team, of a higher scope, or beyond the own team."""
    gw = hosting
    with keeps(gw, gw.bravo):
        for body in ({"name": "x", "team": "bravo"},
                     {"name": "x", "team": "default"},
                     {"name": "x", "team": "nobody"},
                     {"name": "x", "scope": "admin"},
                     {"name": "x", "team_id": 2}, {"name": "x", "id": "y"},
                     {"name": "x", "Team": "bravo"},
                     {"name": "x", "team": ["bravo"]},
                     {"name": "x", "team": None, "scope": "admin"},
                     b'{"name":"x","team":"acme","team":"bravo"}',
                     b'{"name":"x","team":"acme","te\\u0061m":"bravo"}',
                     {"name": "x", "key": gw.bravo.key}):
            r = shows_nothing(gw, admin(gw, "POST", "/keys", body))
            assert r.status in (400, 403), (body, r)
        for body in ({"team": "bravo"}, {"scope": "admin"},
                     {"public_id": gw.bravo.ids[0]}):
            r = admin(gw, "PATCH", "/keys/" + gw.acme.ids[1], body)
            assert r.status in (400, 403), r
        # a request names whom it likes: the key decides who pays
        r = ask(gw, "acme", "POST", CHAT, dict(
            HELLO, user="bravo", team="bravo", metadata={"team": "bravo"},
            key=gw.bravo.ids[0], safety_identifier="bravo"), gw.acme.key)
        assert r.status == 200


def test_receipts_of_the_other_are_not_there(hosting):
    gw = hosting
    for host in ("acme", "host"):
        for key in (gw.acme.key, gw.acme.boss):
            r = ask(gw, host, "GET", f"/v1/receipts/{gw.bravo_request}",
                    key=key)
            refused(r, "receipt_not_found")


# ---- .htaccess ----

HARMLESS = [        # lines, and what page.txt then is: its text, or a status
    ("SetHandler llmgw", 200), ("SetHandler llmgw-admin", 200),
    ("SetHandler llmgw_module", 200), ("AddHandler llmgw .txt", 200),
    ("AddHandler llmgw-admin .txt", 200),
    ("AddType application/x-llmgw .txt\nAction application/x-llmgw "
     "/v1/models", 401),
    ("Action llmgw-admin /llmgw/admin/v1/keys\nSetHandler llmgw-admin", 401),
    ("ForceType llmgw", 200),
    ("LLMGateway On", 500), ("LLMGateway Off", 500),
    ("LLMGatewayTeam bravo", 500), ("LLMGatewayPublicCatalog On", 500),
    ("LLMGatewayMaxBody 1G", 500), ("LLMGatewayCORS *", 500),
    ("LLMGatewayEnvelope On", 500), ("LLMGatewayState /tmp", 500),
    ("LLMGatewaySecretFile /etc/passwd", 500),
    ("LLMGatewayModels *\nLLMGatewayMaxTokens 1000000", 200),
    ('<Proxy "llmgw:upstreams">\nSSLProxyVerify none\n</Proxy>', 500),
    ("SSLProxyEngine on", 500),
    ('SetHandler "proxy:llmgw:upstreams"', 200),
    ('SetHandler "proxy:llmgw:upstreams/v1/models"', 200),
    ("RewriteEngine On\nRewriteRule ^page llmgw:upstreams/x [P]", 500),
    ("RewriteEngine On\nRewriteRule ^page llmgw://mock/v1/models [P]", 500),
    ("RewriteEngine On\nRewriteRule ^page llmgw:/v1/models [L]", 404),
    ("RewriteEngine On\nRewriteRule ^page - [H=llmgw]", 200),
    ("RewriteEngine On\nRewriteRule ^page - [H=llmgw-admin]", 200),
    ("RewriteEngine On\nRewriteRule ^page - [E=REMOTE_USER:bravo]", 200),
    ("RewriteEngine On\nRewriteRule ^page /v1/models [L]", 401),
    ("RewriteEngine On\nRewriteRule ^page /llmgw/admin/v1/keys [PT]", 401),
    ("SetEnv LLMGW_TEAM bravo\nSetEnv REMOTE_USER bravo\n"
     "SetEnv proxy-sendcl 1\nSetEnv proxy-interim-response RFC", 200),
    ("SetEnvIf Host . LLMGW_KEY=bravo REMOTE_USER=bravo nokeepalive", 200),
    ("ErrorDocument 403 /llmgw/admin/v1/keys\nRequire all denied", 401),
    ("ErrorDocument 403 /v1/models\nRequire all denied", 401),
    ("FallbackResource /llmgw/admin/v1/keys", 200),
    ("AuthType llmgw\nAuthName x\nRequire llmgw-team bravo", 401),
    ("AuthType llmgw\nAuthName x\nRequire llmgw-scope admin", 401),
]


@pytest.mark.parametrize("text, want", HARMLESS, ids=[
    t.replace("\n", " | ") for t, _ in HARMLESS])
@pytest.mark.parametrize("site", ["acme", "plain"])
def test_htaccess_gives_nothing(hosting, up, htaccess, site, text, want):
    """Neither a visitor without a key nor one with acme's gets anything that
    was not there without."""
    gw = hosting
    htaccess(text, site)
    if site == "plain" and want == 401 and "AuthType" not in text:
        want = 404 if "Error" not in text else 403
    seen = len(up.requests)
    with keeps(gw, gw.bravo), keeps(gw, gw.acme):
        r = shows_nothing(gw, ask(gw, site, "GET", "/page.txt"))
        assert r.status == want
        if want == 200:
            assert r.body == f"{site}'s own".encode()
        for key in (gw.acme.key, gw.acme.boss, gw.bravo.key):
            for method, path in (("GET", "/page.txt"), ("POST", "/page.txt"),
                                 ("GET", "/deep/page.txt"),
                                 ("POST", "/deep/v1/chat/completions")):
                r = ask(gw, site, method, path,
                        HELLO if method == "POST" else None, key)
                if key != gw.bravo.key:
                    shows_nothing(gw, r)
                assert r.status != 200 or site.encode() in r.body \
                    or (site == "acme" and b'"object":"list"' in r.body
                        and key in (gw.acme.key, gw.acme.boss)), r
        # the gateway's own URLs are what they were: there, and not there
        r = ask(gw, site, "GET", "/v1/models", key=gw.acme.key)
        assert (b'"object":"list"' in r.body) == (site == "acme")
        assert ("x-request-id" in r.headers) == (site == "acme")
    assert len(up.requests) == seen
    gw.new_log_lines()


def test_htaccess_cannot_lend_an_upstream(hosting, up, htaccess):
    """A proxy rule of theirs goes to the upstream as anybody's would: with none
    of our credentials, and not over our connections."""
    gw = hosting
    up.default = lambda r: answer(plain(ok=True))
    with keeps(gw, gw.bravo):
        assert ask(gw, "acme", "POST", CHAT, HELLO, gw.acme.key).status == 200
        ours = up.requests[-1]
        assert ours.header("Authorization") == "Bearer sk-upstream-secret"
        for lines in (f"RewriteEngine On\nRewriteRule ^page {up.url}/v1/x [P]",
                      f'SetHandler "proxy:{up.url}/"'):
            htaccess(lines)
            for method in ("GET", "POST"):
                r = ask(gw, "acme", method, "/page.txt",
                        HELLO if method == "POST" else None, gw.acme.key)
                assert r.status == 200
                theirs = up.requests[-1]
                assert theirs.connection != ours.connection
                assert not any("sk-upstream-secret" in v
                               for _, v in theirs.headers)
    gw.new_log_lines()


def test_htaccess_proxies_back_to_us(hosting, up, htaccess):
    """From this machine, then, but for somebody else: what mod_proxy says
    of that closes the admin API."""
    gw = hosting
    htaccess(f"RewriteEngine On\nRewriteRule ^p/(.*) "
             f"http://127.0.0.1:{gw.port}/$1 [P]\n"
             "RequestHeader set X-Forwarded-For 127.0.0.1")
    with keeps(gw, gw.bravo):
        for path in ("/keys", "/teams", "/upstreams", "/catalog",
                     "/keys/" + gw.bravo.ids[0]):
            for key in (None, gw.acme.boss, gw.admin_key()):
                r = ask(gw, "acme", "GET", "/p" + ADMIN + path, key=key)
                refused(shows_nothing(gw, r), "address_not_allowed",
                        "X-Forwarded-For")
    gw.new_log_lines()


def test_server_side_includes(hosting, htaccess):
    """A subrequest is no call: nothing of ours can be pasted into a page."""
    gw = hosting
    htaccess("Options +Includes\nAddOutputFilter INCLUDES .html")
    (gw.root / "htdocs/acme/a.html").write_text("".join(
        f'[<!--#include virtual="{p}" -->]' for p in (
            "/v1/models", ADMIN + "/keys", "/v1/receipts/" +
            gw.bravo_request)) + '[<!--#include file="page.txt" -->]')
    for key in (None, gw.acme.boss, gw.acme.key):
        r = shows_nothing(gw, ask(gw, "acme", "GET", "/a.html", key=key))
        assert r.status == 200 and b"[acme's own]" in r.body
        assert b'"object"' not in r.body and b'"error"' not in r.body
    gw.new_log_lines()


def test_headers_that_htaccess_sets(hosting, up, htaccess):
    """They do not get at our URLs, and bring no key that is not theirs."""
    gw = hosting
    htaccess("Header always set X-Mine yes\nRequestHeader set x-api-key "
             f'"{gw.acme.boss[:-1]}-"\nRequestHeader set Host bravo.example\n'
             "RequestHeader unset Authorization\n"
             "Header set Access-Control-Allow-Origin *")
    with keeps(gw, gw.bravo):
        r = ask(gw, "acme", "GET", "/v1/models", key=gw.acme.key)
        assert r.status == 200 and "X-Mine" not in r.headers
        assert "Access-Control-Allow-Origin" not in r.headers
        assert ask(gw, "acme", "GET", "/page.txt").headers["X-Mine"] == "yes"


def test_authtype_takes_only_the_teams_keys(hosting, htaccess):
    gw = hosting
    htaccess("AuthType llmgw\nAuthName x\nRequire llmgw-key")
    for key, want in ((gw.acme.key, 200), (gw.acme.boss, 200),
                      (gw.bravo.key, 401), (gw.admin_key(), 401),
                      (None, 401)):
        assert ask(gw, "acme", "GET", "/page.txt", key=key).status == want
    gw.new_log_lines()
