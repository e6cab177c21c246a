"""make install, a2enmod, LLMGateway On, a2dismod: on Debian's stock apache2,
in a server root of its own."""
import json
import os
import re
import shutil
import stat
import subprocess

import openai
import pytest

from conftest import Gateway
from harness.checks import refused, wait_quiet
from harness.debian import Debian, PACKAGES, make, tree
from harness.httpd import free_port, reachable_dir, run_user
from harness.raw import Raw
from harness.shapes import chunk, usage_chunk
from harness.tls import Authority
from harness.upstream import Upstream, answer, done, event, gate, head

FILES = {"www/shop/index.html": "<h1>shop</h1>", "www/shop/v1/models": "ours",
         "www/shop/v1/a b.txt": "spaces", "www/shop/llmgw/admin/x": "mine",
         "www/shop/api/v1/index.html": "api", "www/shop/v1/.htaccess":
         "RewriteEngine On\nRewriteRule ^old$ models [R=302,L]\n"
         "Header set X-Shop yes\n",
         "www/blog/index.html": "<h1>blog</h1>", "www/blog/v1x": "v1x",
         "www/blog/posts/v1/chat": "a post"}
GETS = ("/", "/v1", "/v1/", "/v1/models", "/v1/models/", "/v1/a%20b.txt",
        "/v1/old", "/v1/nothing", "/v1/chat/completions", "/v1/a%2Fb",
        "/v1/live/anything?q=1", "/llmgw/admin/x", "/llmgw/admin/v1/keys",
        "/api/v1/", "/api/v1/x", "/v1x", "/V1/models", "//v1/models",
        "/posts/v1/chat", "/%76%31/models", "/v1/../v1/models",
        "/index.html", "/cgi-bin/x", "/icons/", "/nothing", "/.htaccess")
OTHERS = (("POST", "/v1/chat/completions"), ("POST", "/v1/live/x"),
          ("OPTIONS", "/v1/models"), ("OPTIONS", "*"), ("TRACE", "/v1"),
          ("HEAD", "/v1/models"), ("PUT", "/v1/models"),
          ("DELETE", "/llmgw/admin/v1/keys/x"))


class Server(Debian, Gateway):
    pass


def snapshot(port, urls=()):
    """What a virtual host answers, byte for byte but for the date."""
    found = {}
    for method, path in [("GET", p) for p in GETS] + list(OTHERS):
        with Raw(port) as c:
            body = "{}" if method in ("POST", "PUT") else ""
            c.send(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                   "Connection: close\r\nAuthorization: Bearer x\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n{body}")
            found[method, path] = steady(c.everything())
    return found


def steady(text):
    """Without the date, and with the methods of Allow, whose order differs
    from process to process, in order."""
    text = re.sub(rb"\r\nDate: [^\r]*", b"", text)
    return re.sub(rb"(?<=\r\nAllow: )[^\r]*",
                  lambda m: b",".join(sorted(m[0].split(b","))), text)


def ours(found):
    return [url for url, text in found.items()
            if b"x-request-id" in text.lower()]


@pytest.fixture
def stock(up):
    """stock(): Debian's apache2 with two sites, not started."""
    made = []

    def build(log_level="info", **more):
        s = Server(files=FILES, log_level=log_level, admin="/llmgw/admin",
                   **more)
        made.append(s)
        s.shop, s.blog = free_port(), s.port
        up.default = lambda r: answer({"path": r.path})
        for path in (s.root / "www").rglob("*"):
            os.utime(path, (10**9, 10**9))      # else the ETag is weak
        s.shop_lines = f"""ProxyPass "/v1/live" "{up.url}/live"
ErrorDocument 404 "not in the shop"
"""
        s.a2("enmod", "-q", "proxy", "proxy_http", "rewrite", "headers")
        s.site("shop", s.shop, s.shop_lines)
        s.site("blog", s.blog, "")
        return s

    yield build
    for s in made:
        try:
            if s.process is not None:
                s.stop()
            s.check_log()
        finally:
            if s.process is not None:
                s.kill_tree()
            s.remove()


def set_up(s, up):
    """As Gateway does, once the mock answers chats again."""
    from conftest import quick
    up.default = quick
    Gateway.set_up(s, up)


def test_from_install_to_uninstall(stock, up):
    """The whole life, with every other URL compared byte by byte."""
    s = stock()
    s.expect_log("AH01276", "AH01630")      # of the sites' own
    s.start()
    shop, blog = snapshot(s.shop), snapshot(s.blog)
    assert b"200 OK" in shop["GET", "/v1/live/anything?q=1"]
    assert b"ours" in shop["GET", "/v1/models"]
    assert not ours(shop) and not ours(blog)
    before = tree(s.etc)

    # 1. installed and enabled, but nobody said On: nothing changes
    said = make("install", **s.places())
    assert said.returncode == 0 and "a2enmod llmgw" in said.stdout
    st = s.state.stat()
    assert st.st_uid == os.geteuid()
    assert stat.S_IMODE(st.st_mode) == 0o700
    said = s.a2("enmod", "llmgw")
    assert "Considering dependency proxy_http for llmgw" in said
    assert s.test()[0] == 0
    s.graceful()
    assert snapshot(s.shop) == shop and snapshot(s.blog) == blog
    assert os.listdir(s.state) == []
    assert not (s.root / "run" / "llmgw.segment").exists()

    # 2. one line in one virtual host
    s.site("blog", s.blog, "LLMGateway On")
    s.graceful()
    set_up(s, up)
    key = s.new_key()
    client = openai.OpenAI(base_url=f"{s.base}/v1", api_key=key,
                           max_retries=0)
    hello = [{"role": "user", "content": "hello"}]
    plain = client.chat.completions.create(model="qwen3-max", messages=hello)
    assert plain.choices[0].message.content
    parts = list(client.chat.completions.create(
        model="qwen3-max", messages=hello, stream=True,
        stream_options={"include_usage": True}))
    assert parts[-1].usage.total_tokens > 0
    rows = s.settled(key, 2)
    assert all(r["amount"] > 0 for r in rows)
    up.default = lambda r: answer({"path": r.path})
    assert snapshot(s.shop) == shop
    now = snapshot(s.blog)
    taken = ours(now)
    assert ("GET", "/v1/models") in taken
    assert {u: t for u, t in now.items() if u not in taken} \
        == {u: t for u, t in blog.items() if u not in taken}
    for method, path in taken:
        path = path.replace("//", "/").replace("%76%31", "v1")
        assert path.startswith(("/v1", "/api/v1", "/llmgw/admin"))
        assert not path.startswith("/v1x")

    # 3. and away
    s.site("blog", s.blog, "")
    helper = s.helper_pid()
    assert helper
    s.a2("dismod", "llmgw")
    assert s.test()[0] == 0
    s.graceful()
    assert snapshot(s.shop) == shop and snapshot(s.blog) == blog
    assert s.helper_pid() == 0
    assert "LLMGateway" not in s.request("GET", "/server-status?auto").body \
        .decode()
    assert make("uninstall", **s.places()).returncode == 0
    assert tree(s.etc) == before
    assert not s.so.exists() and not (s.root / "share").exists()
    s.stop()
    # what is left: the state directory, and a file that goes with /run
    assert os.listdir(s.state) and (s.root / "run/llmgw.segment").exists()
    assert [p.name for p in (s.root / "run").iterdir()
            if "llmgw" in p.name] == ["llmgw.segment"]


def hold(up):
    up.script(head(), event(chunk("")), event(chunk("held")), gate("go"),
              event(chunk(finish="stop")), event(usage_chunk()), done())


@pytest.mark.parametrize("to", ["the same", "off", "disabled"])
def test_a_running_stream_outlives_a_reload(stock, up, to):
    """Its bytes and its bill are whole, whatever the new configuration is."""
    s = stock()
    s.install()
    s.a2("enmod", "-q", "llmgw")
    s.site("blog", s.blog, "LLMGateway On")
    s.start()
    set_up(s, up)
    key = s.new_key()
    hold(up)
    with s.stream(key) as stream:
        assert stream.data()["choices"][0]["delta"]["content"] == ""
        stream.data()
        if to != "the same":
            s.site("blog", s.blog, "LLMGateway Off" if to == "off" else "")
        if to == "disabled":
            s.a2("dismod", "-q", "llmgw")
        s.graceful()
        if to != "the same":
            assert s.request("GET", "/v1/models", key=key).status == 404
        up.open("go")
        body = stream.rest()
        assert stream.ended and body.endswith(b"data: [DONE]\n\n")
    if to == "disabled":
        s.a2("enmod", "-q", "llmgw")
    if to != "the same":        # the row waits in the segment until then
        s.site("blog", s.blog, "LLMGateway On")
        s.graceful()
    row, = s.settled(key)
    assert (row["amount"], row["state"]) == (3_000_000_000, 1)
    wait_quiet(s)


def test_it_brings_what_it_needs_and_refuses_what_it_cannot_bear(stock, up):
    s = stock()
    s.a2("dismod", "-q", "proxy_http", "proxy")
    s.site("shop", s.shop, "")
    s.install()
    said = s.a2("enmod", "llmgw")
    assert "Enabling module proxy_http" in said
    assert "llmgw" in s.a2("dismod", "proxy_http", ok=False)
    names = sorted(p.name for p in (s.etc / "mods-enabled").glob("*.load"))
    assert names.index("llmgw.load") < names.index("proxy.load")
    s.site("blog", s.blog, "LLMGateway On")
    s.start()
    set_up(s, up)
    key = s.new_key()
    assert s.chat(key).status == 200
    s.settled(key)


def test_the_catalogue_that_is_installed_can_be_imported(stock):
    """In one call, from where `install` put it."""
    s = stock()
    s.install()
    s.a2("enmod", "-q", "llmgw")
    s.site("blog", s.blog, "LLMGateway On")
    s.start()
    document = json.loads((s.root / "share/catalog.json").read_bytes())
    s.must("PUT", "/catalog", document)
    # what is missing are the credentials
    assert s.request("GET", "/v1/models",
                     key=s.new_key()).json()["data"] == []
    for u in document["upstreams"]:
        s.must("PATCH", "/upstreams/" + u["id"],
               {"credentials": [{"secret": "sk-" + u["id"]}]})
    found = s.request("GET", "/v1/models", key=s.new_key()).json()["data"]
    assert len(found) >= 20


def test_https_upstreams_with_what_is_installed(stock, tmp_path):
    """mod_ssl and llmgw.conf, not a line more: certificates are verified by
    the system's authorities; without mod_ssl nothing is sent."""
    authority = Authority(tmp_path)
    secure = Upstream(tls=authority.server())
    secure.default = lambda r: answer({"choices": [], "usage": {
        "prompt_tokens": 1, "completion_tokens": 1}})
    try:
        s = stock()
        s.install()
        s.a2("enmod", "-q", "llmgw")
        s.site("blog", s.blog, "LLMGateway On")
        s.start()
        s.must("PUT", "/upstreams/mock", {
            "base_url": f"https://localhost:{secure.port}/v1",
            "dialect": "openai"})
        s.must("PUT", "/models/qwen3-max", {
            "routes": [{"upstream": "mock"}], "free": True})
        key = s.new_key()
        refused(s.chat(key), "upstream_unavailable")
        s.expect_log("LG0080", "LG0081")
        s.check_log()
        s.a2("enmod", "-q", "ssl")      # its authorities do not know ours
        s.stop()
        s.start()
        refused(s.chat(key), "upstream_unavailable")
        assert "LG0081" not in s.log()[s._log_read:]
        assert not secure.requests
        s.expect_log("LG0080", "AH01084", "AH00898", "AH01097")
        s.check_log()
        # as if the system trusted it
        conf = s.etc / "mods-available/llmgw.conf"
        conf.write_text(re.sub(
            r'CertificateFile "/etc/ssl/certs/ca-certificates.crt"',
            f'CertificateFile "{authority.file}"', conf.read_text()))
        s.graceful()
        assert s.chat(key).status == 200
        assert len(secure.requests) == 1
    finally:
        secure.stop()


def test_mpm_itk_is_refused(stock):
    """Debian's own mpm_itk: by a2enmod, by httpd -t, and at the start."""
    s = stock()
    s.install()
    itk = PACKAGES / "libapache2-mpm-itk"
    (s.etc / "mods-available/mpm_itk.load").write_text(
        f"# Depends: mpm_prefork\nLoadModule mpm_itk_module "
        f"{itk}/usr/lib/apache2/modules/mpm_itk.so\n")
    s.site("blog", s.blog, "LLMGateway On")
    s.a2("dismod", "-q", "mpm_event")
    s.a2("enmod", "-q", "mpm_prefork", "llmgw", "mpm_itk")
    code, said = s.test()
    for word in ("LG0002", "mpm_itk.c", "different users",
                 "mpm_event and php-fpm"):
        assert code != 0 and word in said, (word, said)
    with pytest.raises(RuntimeError) as e:
        s.start()
    assert "LG0002" in str(e.value)
    s.new_log_lines()
    assert os.listdir(s.state) == []
    s.a2("dismod", "-q", "llmgw")
    said = s.a2("enmod", "llmgw", ok=False)
    assert "mpm_itk is enabled - cannot proceed due to conflicts" in said
    # where the gateway is nowhere on, it is none of our business
    s.a2("dismod", "-q", "mpm_itk")
    s.a2("enmod", "-q", "llmgw")
    s.a2("enmod", "-q", "mpm_itk")
    s.site("blog", s.blog, "")
    assert s.test()[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts for another")
def test_a_test_of_the_configuration_as_root_makes_no_file(stock):
    s = stock()
    s.install()
    s.a2("enmod", "-q", "llmgw")
    s.site("blog", s.blog, "LLMGateway On")
    before = tree(s.root)
    code, said = s.test()
    assert code == 0, said
    changed = {p for p, v in tree(s.root).items() if before.get(p) != v}
    assert not {p for p in changed if not p.startswith("logs")}


# ---- the targets by themselves ----

def test_into_a_directory_for_a_package(tmp_path):
    """DESTDIR: nothing outside of it, no rights needed, no owner set."""
    places = {"LIBEXECDIR": "/usr/lib/apache2/modules",
              "SYSCONFDIR": "/etc/apache2"}
    p = make("install", DESTDIR=tmp_path, **places)
    assert p.returncode == 0, p.stderr
    assert "install -d -m 700 /var/lib/llmgw" in p.stdout
    names = {str(x.relative_to(tmp_path)) for x in tmp_path.rglob("*")
             if x.is_file()}
    assert names - {"usr/share/llmgw/catalog.json"} == {
        "usr/lib/apache2/modules/mod_llmgw.so",
        "etc/apache2/mods-available/llmgw.load",
        "etc/apache2/mods-available/llmgw.conf"}
    load = (tmp_path / "etc/apache2/mods-available/llmgw.load").read_text()
    assert load == ("# Depends: proxy proxy_http\n# Conflicts: mpm_itk ruid2"
                    "\nLoadModule llmgw_module "
                    "/usr/lib/apache2/modules/mod_llmgw.so\n")
    assert "@" not in (tmp_path / "etc/apache2/mods-available/llmgw.conf"
                       ).read_text()
    assert make("uninstall", DESTDIR=tmp_path, **places).returncode == 0
    assert not [x for x in tmp_path.rglob("*") if x.is_file()]


@pytest.mark.skipif(os.geteuid() != 0, reason="asks for another user")
def test_a_package_is_built_without_rights():
    into = reachable_dir()
    shutil.chown(into, run_user())
    try:
        # the build is done: what remains is conf/install alone
        source = into / "src"
        (source / "conf").mkdir(parents=True)
        for name in os.listdir(PACKAGES.parents[1] / "conf"):
            shutil.copy(PACKAGES.parents[1] / "conf" / name,
                        source / "conf" / name)
        shutil.copy(PACKAGES.parent / "release/mod_llmgw.so", source)
        shutil.chown(source, run_user())
        p = subprocess.run(
            ["setpriv", f"--reuid={run_user()}", "--clear-groups",
             f"--regid={run_user()}", source / "conf/install", "install"],
            env={"PATH": os.environ["PATH"], "DESTDIR": str(into / "dest"),
                 "MODULE": "mod_llmgw.so", "SHAREDIR": "/usr/share/llmgw",
                 "LIBEXECDIR": "/usr/lib/apache2/modules",
                 "SYSCONFDIR": "/etc/apache2", "STATEDIR": "/var/lib/llmgw"},
            capture_output=True, text=True)
        assert p.returncode == 0, p.stderr
        assert (into / "dest/etc/apache2/mods-available/llmgw.load").exists()
    finally:
        shutil.rmtree(into)


def test_what_an_administrator_changed_is_kept(tmp_path):
    places = {"DESTDIR": tmp_path, "SYSCONFDIR": "/etc/apache2",
              "LIBEXECDIR": "/usr/lib/apache2/modules"}
    conf = tmp_path / "etc/apache2/mods-available/llmgw.conf"
    assert make("install", **places).returncode == 0
    original = conf.read_text()
    conf.write_text(original + "LLMGatewaySegment 64M\n")
    p = make("install", **places)
    assert "kept" in p.stdout and "llmgw.conf.new" in p.stdout
    assert conf.read_text().endswith("LLMGatewaySegment 64M\n")
    assert conf.with_name("llmgw.conf.new").read_text() == original
    assert "which was changed" in make("uninstall", **places).stdout
    assert [x.name for x in tmp_path.rglob("*") if x.is_file()] \
        == ["llmgw.conf"]


@pytest.fixture
def reachable():
    path = reachable_dir()
    yield path
    shutil.rmtree(path)


def test_elsewhere_it_says_what_to_include(reachable):
    """A layout that is not Debian's: files to include, and httpd takes
    them."""
    tmp_path = reachable
    etc = tmp_path / "conf"
    etc.mkdir()
    state = tmp_path / "state"
    p = make("install", LIBEXECDIR=tmp_path / "modules", SYSCONFDIR=etc,
             SHAREDIR=tmp_path / "share", STATEDIR=state)
    assert p.returncode == 0, p.stderr
    includes = re.findall(r"Include [^\s,]+", p.stdout)
    assert includes == [f"Include {etc}/llmgw/llmgw.load",
                        f"Include {etc}/llmgw/llmgw.conf"]
    assert state.stat().st_uid == os.geteuid()
    assert state.stat().st_mode & 0o7777 == 0o700
    s = Gateway(state=state, modules=("ssl", "socache_shmcb"))
    try:
        ours_ = f'LoadModule llmgw_module "{s.so}"\n'
        text = s.config().replace(ours_, "\n".join(includes) + "\n")
        s.config = lambda: text
        code, said = s.test()
        assert code == 0, said
    finally:
        s.remove()


def test_an_enabled_module_is_not_uninstalled(stock):
    s = stock()
    s.install()
    s.a2("enmod", "-q", "llmgw")
    p = make("uninstall", **s.places())
    assert p.returncode != 0 and "a2dismod llmgw" in p.stderr
    assert s.so.exists()


def test_the_debian_package(tmp_path):
    """What it holds is what `install` puts into place; its scripts make the
    state directory and leave a2enmod and a2dismod to Debian's helper."""
    top = PACKAGES.parents[1]
    source = tmp_path / "src"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=top, check=True,
                           capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (top / name).is_file() and not name.startswith("test/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(top / name, source / name)
    for name in ("release", "gen"):     # compiled once is enough
        shutil.copytree(top / "build" / name, source / "build" / name)
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DESTDIR")}
    p = subprocess.run(["dpkg-buildpackage", "-b", "-us", "-uc", "-nc"],
                       cwd=source, env=env, capture_output=True, text=True)
    assert p.returncode == 0, p.stdout[-2000:] + p.stderr[-2000:]
    deb, = tmp_path.glob("libapache2-mod-llmgw_*.deb")
    out = tmp_path / "out"
    subprocess.run(["dpkg-deb", "-R", deb, out], check=True)
    make("install", DESTDIR=tmp_path / "dest", SYSCONFDIR="/etc/apache2",
         LIBEXECDIR="/usr/lib/apache2/modules")
    for path in (tmp_path / "dest").rglob("*"):
        name = path.relative_to(tmp_path / "dest")
        if path.is_file() and path.suffix != ".so":     # that is stripped
            assert (out / name).read_bytes() == path.read_bytes()
        assert (out / name).exists(), name
    assert set((out / "DEBIAN/conffiles").read_text().split()) == {
        "/etc/apache2/mods-available/llmgw.conf",
        "/etc/apache2/mods-available/llmgw.load"}
    postinst = (out / "DEBIAN/postinst").read_text()
    assert "install -d -m 700 /var/lib/llmgw" in postinst
    assert postinst.index("/var/lib/llmgw") < postinst.index("enmod")
    assert "dismod" in (out / "DEBIAN/prerm").read_text()
    assert "/var/lib/llmgw" not in subprocess.run(
        ["dpkg-deb", "-c", deb], capture_output=True, text=True).stdout
    depends = re.search(r"^Depends: (.*)$",
                        (out / "DEBIAN/control").read_text(), re.M)[1]
    assert "apache2-api-20120211" in depends and "libsqlite3" in depends
