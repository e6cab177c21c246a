"""AuthType llmgw and Require llmgw-key, llmgw-scope, llmgw-team: the same keys
for any URL of httpd."""

import pytest

from harness import ledger
from harness.checks import costs_nothing, refused, request_id
from harness.keys import make
from harness.upstream import answer

CHAT = "/v1/chat/completions"
HELLO = {"model": "free-model", "messages": [{"role": "user",
                                              "content": "x"}]}
PUBLIC = "0123456789"       # of no key

ENV_CGI = """#!/bin/sh
echo "Content-Type: text/plain"
echo
env
"""

CONF = """
<Directory "${SRVROOT}/htdocs">
Require all granted
AllowOverride All
</Directory>
ScriptAlias /cgi/ ${SRVROOT}/cgi/
<Directory ${SRVROOT}/cgi>
CGIPassAuth On
</Directory>
ProxyPass "/through" "%(up)s/through"
Alias /v1/static ${SRVROOT}/htdocs
%(places)s
"""


def place(path, *lines, realm='AuthName "the keys"'):
    return "\n".join([f'<Location "{path}">', "AuthType llmgw", realm,
                      *lines, "</Location>\n"])


PLACES = "".join([
    place("/any", "Require llmgw-key"),
    place("/valid", "Require valid-user"),
    place("/nobody", f"Require llmgw-key {PUBLIC}"),
    place("/admins", "Require llmgw-scope admin"),
    place("/teams", "Require llmgw-scope team"),
    place("/default", "Require llmgw-team other default"),
    place("/other", "Require llmgw-team other"),
    place("/bound", "Require llmgw-key", "LLMGatewayTeam other"),
    place("/unnamed", "Require llmgw-key", realm=""),
    place("/cgi", "Require llmgw-key"),
    place("/through", "Require llmgw-key"),
    place("/forbids", "Require llmgw-scope admin",
          "AuthzSendForbiddenOnFailure On"),
    place("/not", "<RequireAll>", "Require llmgw-key",
          "<RequireNone>", "Require llmgw-scope admin", "</RequireNone>",
          "</RequireAll>"),
    place("/all", "<RequireAll>", "Require llmgw-key", "Require ip 192.0.2.1",
          "</RequireAll>"),
    place("/either", "<RequireAny>", "Require llmgw-key",
          "Require ip 192.0.2.1", "</RequireAny>"),
    place("/here", "<RequireAny>", "Require llmgw-key", "Require local",
          "</RequireAny>"),
    place("/satisfy/any", "Require llmgw-key", "Order deny,allow",
          "Deny from all", "Allow from 127.0.0.1", "Satisfy Any"),
    place("/satisfy/all", "Require llmgw-key", "Order deny,allow",
          "Deny from all", "Allow from 192.0.2.1", "Satisfy All"),
    place("/v1", "Require llmgw-scope admin"),
    place("/v1/receipts", "Require llmgw-key"),
    '<Location "/basic">\nAuthType Basic\nAuthName x\n'
    "AuthBasicProvider file\nAuthUserFile ${SRVROOT}/passwords\n"
    "Require llmgw-key\n</Location>\n"
    '<Location "/mount">\nLLMGateway On\n</Location>\n',
    place("/mount/v1", "Require llmgw-key"),
])


@pytest.fixture(scope="module")
def site(module_gw, session_upstream):
    files = {f"htdocs/{name}/page.txt": f"page of {name}" for name in (
        "any", "valid", "nobody", "admins", "teams", "default", "other",
        "bound", "unnamed", "forbids", "not", "all", "either", "here",
        "satisfy/any", "satisfy/all", "basic", "v1", "tenant")}
    files["cgi/env"] = ENV_CGI
    # "x" with the password "y"
    files["passwords"] = "x:{SHA}lcsL/Sl3x2EpjZYk5LTUxyo5l0o=\n"
    gw = module_gw(modules=("cgid", "alias", "access_compat", "rewrite",
                            "auth_basic", "authn_file", "authz_user", "dir",
                            "info"),
                   files=files, models={"free-model": {"free": True}},
                   server="ScriptSock ${SRVROOT}/run/cgisock",
                   conf=CONF % {"up": session_upstream.url,
                                "places": PLACES})
    (gw.root / "cgi/env").chmod(0o755)
    gw.keys = {"none": gw.new_key(), "admin": gw.admin_key(),
               "team": gw.new_key(scope="team")}
    return gw


def get(gw, path, key=None, **more):
    return gw.request("GET", path, key=key, **more)


def challenged(r, realm="the keys"):
    assert r.status == 401, r
    assert r.headers.get_all("WWW-Authenticate") \
        == [f'Bearer realm="{realm}"']


# ---- who is let in ----

@pytest.mark.parametrize("path, none, team, admin", [
    ("/any", 200, 200, 200), ("/valid", 200, 200, 200),
    ("/nobody", 401, 401, 401), ("/admins", 401, 401, 200),
    ("/teams", 401, 200, 200), ("/default", 200, 200, 200),
    ("/other", 401, 401, 401), ("/bound", 401, 401, 401),
    ("/unnamed", 200, 200, 200), ("/forbids", 403, 403, 200),
    ("/not", 200, 200, 401), ("/all", 403, 403, 403),
    ("/either", 200, 200, 200)])
def test_who_is_let_in(site, path, none, team, admin):
    for scope, want in (("none", none), ("team", team), ("admin", admin)):
        key = site.keys[scope]
        for headers in ({"Authorization": f"Bearer {key}"},
                        {"x-api-key": key}, {"api-key": key}):
            r = get(site, path + "/page.txt", headers=headers)
            assert r.status == want, (path, scope, r)
            if want == 401:
                challenged(r, "llmgw" if path == "/unnamed" else "the keys")
            if want == 200:
                assert r.body == f"page of {path[1:]}".encode()
                assert "WWW-Authenticate" not in r.headers
    realm = "llmgw" if path == "/unnamed" else "the keys"
    for key in (None, "sk-x", make(), site.keys["none"][:-1] + "-"):
        r = get(site, path + "/page.txt", key)
        if path == "/all":      # httpd sees that no key would help
            assert r.status == 403
            continue
        challenged(r, realm)
        assert b"<html>" in r.body and "x-request-id" not in r.headers
    site.expected.update(("AH01630", "AH01631"))


def test_a_key_named_by_its_public_id(make_gw):
    """As an administrator writes it who knows the id."""
    gw = make_gw(set_up=False, files={"htdocs/page.txt": "page"})
    one, two = gw.new_key(), gw.new_key()
    gw.conf = place("/page.txt", f"Require llmgw-key {PUBLIC} {one[7:17]}")
    gw.graceful()
    assert get(gw, "/page.txt", one).status == 200
    assert get(gw, "/page.txt", two).status == 401
    gw.must("DELETE", f"/keys/{one[7:17]}")
    challenged(get(gw, "/page.txt", one))
    gw.expect_log("AH01631")


def test_what_lets_in_without_a_key(site):
    """RequireAny and Satisfy Any, as for any other AuthType."""
    for path in ("/here", "/satisfy/any"):
        for key in (None, site.keys["none"], "sk-x"):
            assert get(site, path + "/page.txt", key).status == 200
    for key in (None, site.keys["none"], site.keys["admin"]):
        assert get(site, "/satisfy/all/page.txt", key).status == 403
    site.expected.add("AH01797")


def test_a_key_bound_to_an_address(site):
    there = site.new_key(addresses=["192.0.2.0/24"])
    here = site.new_key(addresses=["127.0.0.0/8"])
    assert get(site, "/any/page.txt", there).status == 403
    assert get(site, "/any/page.txt", here).status == 200


def test_another_kind_of_user_is_no_key(site):
    basic = {"Authorization": "Basic eDp5"}
    r = get(site, "/basic/page.txt", headers=basic)
    assert r.status == 401 and "Basic" in r.headers["WWW-Authenticate"]
    r = get(site, "/basic/page.txt", headers=dict(
        basic, **{"x-api-key": site.keys["none"]}))
    assert r.status == 401
    challenged(get(site, "/any/page.txt", headers=basic))
    site.expected.add("AH01631")


def test_options_needs_no_key(site):
    """A browser asks so before it sends one; files and ours alike."""
    for path in ("/any/page.txt", "/admins/page.txt", "/nobody/page.txt",
                 CHAT, "/mount" + CHAT):
        r = site.request("OPTIONS", path, headers={
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "POST"})
        assert r.status in (200, 204), (path, r)
        assert b"page of" not in r.body
    # a second condition counts all the same
    assert site.request("OPTIONS", "/all/page.txt").status == 403
    site.expected.update(("AH01630", "AH01631"))


# ---- what the served learns ----

def test_a_script_learns_who_and_not_the_key(site):
    """Even where CGIPassAuth gives it everything."""
    key = site.keys["none"]
    for headers in ({"Authorization": f"Bearer {key}"},
                    {"x-api-key": key}, {"api-key": key},
                    {"Authorization": f"Bearer {key}", "x-api-key": key,
                     "api-key": key, "x-other": "stays"}):
        r = get(site, "/cgi/env", headers=headers)
        assert r.status == 200
        env = dict(line.split("=", 1) for line in
                   r.body.decode().splitlines() if "=" in line)
        assert env["REMOTE_USER"] == key[7:17]
        assert env["AUTH_TYPE"] == "llmgw"
        assert key[17:] not in r.body.decode()
        assert ("HTTP_X_OTHER" in env) == (len(headers) == 4)


def test_a_server_behind_gets_no_key(site, up):
    up.default = lambda r: answer({"ok": True})
    key = site.keys["none"]
    for header in ("Authorization", "x-api-key", "api-key"):
        value = f"Bearer {key}" if header == "Authorization" else key
        r = get(site, "/through/x", headers={header: value, "Cookie": "c=1"})
        assert r.status == 200 and r.json() == {"ok": True}
        got = up.requests[-1]
        assert got.header("Cookie") == "c=1"
        assert not any(key[17:] in v for _, v in got.headers)
    # where nobody asks for a key, none is taken away
    assert get(site, "/through/x", "sk-x").status == 401


def test_other_urls_keep_their_headers(site, up):
    """A key on its way to somebody else's server is none of our business."""
    up.default = lambda r: answer({"ok": True})
    key = site.keys["none"]
    site_conf = site.conf
    try:
        site.conf = f'ProxyPass "/free" "{up.url}/free"\n' + site_conf
        site.graceful()
        assert get(site, "/free/x", key).status == 200
        assert up.requests[-1].header("Authorization") == f"Bearer {key}"
    finally:
        site.conf = site_conf
        site.graceful()


def test_the_access_log_says_who(site):
    key = site.keys["none"]
    get(site, "/any/page.txt", key)
    site.graceful()
    assert any(line.split()[1] == key[7:17] and " 200 " in line
               for line in site.access_log())


def test_inner_requests_are_the_same_callers(site):
    """A directory's index, and an internal redirect to another protected
    place: the key was hidden by then."""
    htaccess = site.root / "htdocs/any/.htaccess"
    htaccess.write_text("DirectoryIndex page.txt\nRewriteEngine On\n"
                        "RewriteRule ^there$ /default/page.txt [L]\n"
                        "RewriteRule ^foreign$ /bound/page.txt [L]\n"
                        "RewriteRule ^ours$ /v1/receipts/req_0 [L]\n")
    try:
        key = site.keys["none"]
        assert get(site, "/any/", key).body == b"page of any"
        assert get(site, "/any/there", key).body == b"page of default"
        challenged(get(site, "/any/there"))
        # the other place is bound to another team
        assert get(site, "/any/foreign", key).status == 401
        # the gateway looks for itself, and the key was taken away
        refused(get(site, "/any/ours", key), "missing_api_key")
    finally:
        htaccess.unlink()


# ---- on the gateway's own URLs ----

def test_before_our_own_handler(site, up):
    """401 comes as JSON with the true reason; the handler looks again."""
    with costs_nothing(site, up):
        r = site.request("POST", CHAT, HELLO)
        refused(r, "missing_api_key")
        challenged(r)
        for key in ("sk-x", make(), site.keys["none"][:-1] + "-"):
            r = site.request("POST", CHAT, HELLO, key)
            refused(r, "invalid_api_key", message="mistyped or not known")
            challenged(r)
        r = site.request("POST", CHAT, HELLO, site.keys["none"])
        refused(r, "invalid_api_key", message="does not let it use this URL")
        request_id(r)
        refused(get(site, "/v1/receipts/req_0", site.keys["none"]),
                "receipt_not_found")
    for path, key in ((CHAT, site.keys["admin"]),
                      ("/mount" + CHAT, site.keys["team"])):
        assert site.request("POST", path, HELLO, key).status == 200
        site.settled(key)
    site.expected.add("AH01631")


def test_before_a_directory_that_serves(make_gw, up):
    """There the walk and Require come first, and both look at the key."""
    gw = make_gw(on="LLMGateway Off", admin="/dir/llmgw/admin", conf="""
<Directory "${SRVROOT}/htdocs/dir">
LLMGateway On
AuthType llmgw
Require llmgw-key
</Directory>
<Location "/dir/v1/models">
AuthType llmgw
Require llmgw-scope admin
</Location>
""", files={"htdocs/dir/x": ""}, models={"free-model": {"free": True}})
    key = gw.new_key()
    for header in ("Authorization", "x-api-key"):
        value = f"Bearer {key}" if header == "Authorization" else key
        r = gw.request("POST", "/dir" + CHAT, HELLO,
                       headers={header: value})
        assert r.status == 200
    gw.settled(key, 2)
    challenged(gw.request("POST", "/dir" + CHAT, HELLO), "llmgw")
    challenged(gw.request("POST", "/dir" + CHAT, HELLO, make()), "llmgw")
    assert get(gw, "/dir/v1/models", key).status == 401
    assert get(gw, "/dir/v1/models", gw.admin_key()).status == 200
    gw.expect_log("AH01631")


def test_a_tenants_htaccess_with_our_authtype(site):
    """It may ask for keys on its own site, and learns no more than their
    ids."""
    htaccess = site.root / "htdocs/tenant/.htaccess"
    try:
        htaccess.write_text("AuthType llmgw\nAuthName x\nRequire llmgw-key\n")
        challenged(get(site, "/tenant/page.txt"), "x")
        assert get(site, "/tenant/page.txt", site.keys["none"]).status == 200
        htaccess.write_text("AuthType llmgw\nAuthName x\n"
                            "Require llmgw-scope root\n")
        assert get(site, "/tenant/page.txt").status == 500
    finally:
        htaccess.unlink()
    site.expected.add("must be admin or team")


@pytest.mark.parametrize("line, words", [
    ("Require llmgw-key short", ("Require llmgw-key: ", "10 letters")),
    ("Require llmgw-key 0123-56789", ("Require llmgw-key: ",)),
    ("Require llmgw-scope", ("Require llmgw-scope", "admin or team")),
    ("Require llmgw-scope none", ("Require llmgw-scope none: must be",)),
    ("Require llmgw-scope admin team", ("Require llmgw-scope admin team",)),
    ("Require llmgw-team", ("Require llmgw-team: the names of teams are "
                            "missing",)),
    ("Require llmgw-model x", ("Unknown Authz provider: llmgw-model",))])
def test_what_httpd_refuses(make_gw, line, words):
    gw = make_gw(start=False, conf=place("/x", line))
    code, said = gw.test()
    assert code != 0
    for word in words:
        assert word in said, said


# ---- troubles ----

def test_trouble_of_ours_is_503(make_gw, up):
    """Never 401: nobody shall throw a good key away."""
    gw = make_gw(conf=place("/page.txt", "Require llmgw-key"),
                 files={"htdocs/page.txt": "page"})
    known, fresh = gw.new_key(), gw.new_key()
    assert get(gw, "/page.txt", known).status == 200
    gw.stop()
    gw.books = False
    ledger.run(gw, "ALTER TABLE secret RENAME TO away")
    gw.start()
    for path in ("/page.txt", "/v1/models"):
        r = get(gw, path, fresh)
        assert r.status == 503 and r.headers["Retry-After"] == "1", r
    assert get(gw, "/page.txt").status == 401
    gw.expect_log("LG0020")


def test_require_alone_makes_it_run(make_gw):
    """LLMGateway On stands nowhere: the keys are there all the same."""
    gw = make_gw(start=False, on="", files={"htdocs/page.txt": "page"},
                 conf=place("/page.txt", "Require llmgw-key"))
    gw.start()
    key = gw.admin_key()
    assert get(gw, "/page.txt", key).status == 200
    assert get(gw, "/page.txt").status == 401
    assert get(gw, "/v1/models", key).status == 404


def test_where_it_does_not_run(make_gw):
    gw = make_gw(start=False, on="", modules=("authz_user",),
                 files={"htdocs/page.txt": "page"},
                 conf=place("/page.txt", "Require valid-user"))
    gw.start()
    assert get(gw, "/page.txt", make()).status == 503
    assert get(gw, "/page.txt").status == 401
    assert not (gw.state / "admin.key").exists()
    gw.expect_log("LG0022")


def test_prefork(make_gw):
    gw = make_gw(mpm="prefork", set_up=False,
                 conf=place("/page.txt", "Require llmgw-scope admin"),
                 files={"htdocs/page.txt": "page"})
    assert get(gw, "/page.txt", gw.admin_key()).body == b"page"
    assert get(gw, "/page.txt", gw.new_key()).status == 401
    gw.expect_log("AH01631")
