"""Which URLs are ours, and that all others answer as before."""
import pytest

from harness.checks import costs_nothing, refused, request_id
from harness.httpd import free_port

CHAT = "/v1/chat/completions"
HELLO = {"model": "qwen3-max", "messages": [{"role": "user", "content": "x"}]}
# as those of web applications that want every URL for themselves
HTACCESS = """RewriteEngine On
RewriteRule ^wp$ site.txt [L]
RewriteRule ^(v1|api|llmgw)/ site.txt [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_URI} !^/server-status
RewriteRule . site.txt [L]
Header set X-Htaccess yes
"""


def write(gw, name, text):
    (gw.root / "htdocs" / name).write_text(text)


def get(gw, path, port=None, **more):
    if port is None:
        return gw.request("GET", path, **more)
    kept, gw.port = gw.port, port
    try:
        return gw.request("GET", path, **more)
    finally:
        gw.port = kept


@pytest.fixture(scope="module")
def site(module_gw):
    """A vhost with the gateway and a site of its own beside another vhost
    without it; the site's owner may write .htaccess."""
    other = free_port()
    files = {"htdocs/" + name: "site " + name for name in (
        "site.txt", "v1.txt", "v10/models", "llmgw/x", "api/v2",
        "tenant/page.txt", "V1/models")}
    files["mime.types"] = "text/plain txt\n"
    files["htdocs/.htaccess"] = HTACCESS
    files["second/v1/models"] = "second vhost"
    files["elsewhere/models"] = "elsewhere"
    gw = module_gw(modules=("rewrite", "alias", "dir", "mime", "headers",
                            "auth_basic", "authn_file", "authz_user",
                            "negotiation"),
                   server=f"Listen 127.0.0.1:{other}", files=files, conf="""
<Directory "${SRVROOT}/htdocs">
AllowOverride All
Require all granted
</Directory>
Alias "/v1" "${SRVROOT}/elsewhere"
Redirect "/api/v1" "https://redirected.example/"
Redirect "/moved" "https://redirected.example/"
AddEncoding x-gzip .gz
AddLanguage de .de
Options +MultiViews +FollowSymLinks
FallbackResource /site.txt
RewriteEngine On
RewriteRule "^/v1/(.*)$" "/rewritten/$1"
RewriteRule "^/alt$" "/site.txt"
<Location "/v1/models">
Header set X-Section yes
</Location>
<Location "/v1/embeddings">
LLMGateway Off
</Location>
<Location "/v1/responses">
Require all denied
</Location>
<Location "/v1/messages">
Require valid-user
AuthType Basic
AuthName "x"
</Location>
</VirtualHost>
<VirtualHost 127.0.0.1:%d>
ServerName 127.0.0.1
DocumentRoot "${SRVROOT}/second"
<Directory "${SRVROOT}/second">
Require all granted
</Directory>
""" % other)
    gw.other = other
    return gw


@pytest.mark.parametrize("path", ["/site.txt", "/v1.txt", "/v10/models",
                                  "/V1/models", "/tenant/page.txt", "/alt"])
def test_other_urls_of_the_vhost_are_the_sites(site, path):
    r = get(site, path)
    assert r.status == 200 and r.body.startswith(b"site ")
    assert r.headers["X-Htaccess"] == "yes"
    assert "x-request-id" not in r.headers


def test_the_sites_rewrite_rules_work_for_the_site(site):
    assert get(site, "/wp").body == b"site site.txt"
    assert get(site, "/no/such/file").body == b"site site.txt"
    r = get(site, "/moved/x")
    assert r.status == 302


def test_nothing_of_the_site_gets_at_our_urls(site, up):
    """Not its .htaccess, its aliases, its redirects, its rewrite rules."""
    key = site.new_key()
    for path in (CHAT, "/api/v1/chat/completions"):
        r = site.request("POST", path, HELLO, key)
        assert r.status == 200 and "X-Htaccess" not in r.headers
    r = get(site, "/v1/models", key=key)
    assert r.json()["object"] == "list"
    assert r.headers["X-Section"] == "yes"      # server configuration counts
    refused(get(site, "/v1/no/such"), "unknown_url")
    refused(get(site, "/llmgw/admin/v1/nothing", key=site.admin_key()),
            "unknown_url")
    assert site.admin("GET", "/keys").status == 200
    site.settled(key, 2)


def test_another_vhost_keeps_its_v1(site):
    r = get(site, "/v1/models", site.other)
    assert r.status == 200 and r.body == b"second vhost"
    assert "x-request-id" not in r.headers
    for path in ("/v1/chat/completions", "/llmgw/admin/v1/keys"):
        r = get(site, path, site.other, key=site.admin_key())
        assert r.status == 404 and b"<html>" in r.body


def test_a_part_of_it_may_be_off(site):
    r = site.request("POST", "/v1/embeddings", HELLO)
    assert "x-request-id" not in r.headers


@pytest.mark.parametrize("path, shape, status, code", [
    ("/v1/responses", "openai", 403, "permission_denied"),
    ("/v1/messages", "anthropic", 401, "missing_api_key")])
def test_a_require_line_that_is_not_met_is_json_too(site, up, path, shape,
                                                    status, code):
    key = site.new_key()
    with costs_nothing(site, up):
        r = site.request("POST", path, HELLO, key)
        assert r.status == status
        refused(r, code, shape=shape)
        if status == 401:
            assert r.headers["WWW-Authenticate"].startswith("Basic")
        head = site.request("HEAD", path, key=key)
        assert head.status == status and head.body == b""
        request_id(head)
    site.expected.update(("AH01630", "AH01614"))


@pytest.mark.parametrize("name", ["a.gz", "x/b.de", "c.html", "d.gz.de"])
def test_the_end_of_an_id_is_no_file_type(site, name):
    site.must("PUT", "/models/" + name.replace("/", "%2F"), {
        "routes": [{"upstream": "mock"}], "free": True})
    key = site.new_key()
    r = get(site, "/v1/models/" + name, key=key)
    assert r.status == 200 and r.json()["id"] == name
    assert "Content-Encoding" not in r.headers
    assert "Content-Language" not in r.headers
    assert r.headers["Content-Type"] == "application/json"


# ---- tenants ----

def test_a_tenants_htaccess_cannot_open_the_gateway(site, up):
    key = site.new_key()
    try:
        for line in ("LLMGateway On", "LLMGatewayMaxBody 1G",
                     "LLMGatewayCORS *", "LLMGatewayState /tmp"):
            write(site, "tenant/.htaccess", line + "\n")
            r = get(site, "/tenant/page.txt")
            assert r.status == 500
            assert f"{line.split()[0]} not allowed here" in site.log()
        for line in ("SetHandler llmgw", "SetHandler llmgw-admin",
                     "SetHandler llmgw_module", "SetHandler LLMGateway"):
            write(site, "tenant/.htaccess", line + "\n")
            with costs_nothing(site, up):
                r = get(site, "/tenant/page.txt", key=key)
                assert r.body == b"site tenant/page.txt"
                r = site.request("POST", "/tenant" + CHAT, HELLO, key)
                assert "x-request-id" not in r.headers
    finally:
        write(site, "tenant/.htaccess", "")
    site.expected.add("not allowed here")


def test_a_tenant_may_rewrite_to_us_but_needs_a_key(site, up):
    """An internal redirect from a URL of the tenant is a request as any other."""
    key = site.new_key()
    write(site, "tenant/.htaccess", "RewriteEngine On\n"
          f"RewriteRule ^chat$ {CHAT} [L]\nErrorDocument 404 /v1/models\n"
          "RewriteRule ^gone$ - [R=404]\n")
    try:
        r = site.request("POST", "/tenant/chat", HELLO, key)
        assert r.status == 200 and r.json()["object"] == "chat.completion"
        request_id(r)
        site.settled(key)
        up.clear()
        with costs_nothing(site, up):
            refused(site.request("POST", "/tenant/chat", HELLO),
                    "missing_api_key")
            refused(site.request("GET", "/tenant/chat", key=key),
                    "method_not_allowed")
            r = get(site, "/tenant/gone")
            assert r.status in (401, 404) and b"object" not in r.body
    finally:
        write(site, "tenant/.htaccess", "")


def test_trace_is_not_echoed(site):
    r = site.request("TRACE", CHAT, headers={"x-api-key": "sk-x"})
    refused(r, "method_not_allowed")
    assert b"sk-x" not in r.body
