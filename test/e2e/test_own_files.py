"""No request reads a file of the state directory, by whatever path it comes
to it: our files are root's, and httpd's processes are User."""
import os
import shutil
import stat
import subprocess
import threading

import pytest

from harness.httpd import free_port, run_user

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="root's files")
NAMES = ("admin.key", "secret", "llmgw.db", "llmgw.db-wal", "llmgw.db-shm",
         "llmgw.db-id", "helper.lock")
# a customer's virtual host as Debian has it, and what a customer may enable
SITE = """
<VirtualHost 127.0.0.1:{port}>
ServerName site.example
DocumentRoot ${{SRVROOT}}/htdocs/site
<Directory ${{SRVROOT}}/htdocs/site>
Options FollowSymLinks Indexes Includes
AllowOverride None
Require all granted
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
Dav On
</Directory>
</VirtualHost>
"""


@pytest.fixture(scope="module")
def site(module_gw):
    port = free_port()
    gw = module_gw(port=port, models={"free-model": {"free": True}},
                   modules=("mime", "dir", "autoindex", "include", "dav",
                            "dav_fs", "dav_lock"),
                   files={"mime.types": "text/html html shtml\n",
                          "htdocs/site/index.html": "a site"},
                   server="DAVLockDB ${SRVROOT}/run/DavLock",
                   conf="</VirtualHost>" + SITE.format(port=port)
                   + f"<VirtualHost 127.0.0.1:{port}>\nServerName last.x\n")
    for path in (gw.root / "htdocs" / "site", gw.root / "run"):
        os.chmod(path, 0o777)
    gw.chat(gw.new_key(), "free-model")
    return gw


@pytest.fixture(autouse=True)
def httpd_says_so(request):
    """httpd logs each file that it could not open."""
    yield
    if "site" in request.fixturenames:
        request.getfixturevalue("site").new_log_lines()


def ask(gw, path, method="GET", **headers):
    return gw.request(method, path, headers={"Host": "site.example",
                                             **headers})


def as_user(*command):
    return subprocess.run(["setpriv", f"--reuid={run_user()}",
                           f"--regid={run_user()}", "--clear-groups",
                           *command], capture_output=True)


@root_only
@pytest.mark.parametrize("name", NAMES[:5])
def test_a_symbolic_link_in_a_document_root(site, name):
    """Fault 1.1: a customer's link to each of our files."""
    link = site.root / "htdocs" / "site" / "a"
    assert as_user("ln", "-sf", site.state / name, link).returncode == 0
    assert ask(site, "/index.html").body == b"a site"
    r = ask(site, "/a")
    assert r.status == 403, r
    assert ask(site, "/a", Range="bytes=0-99").status == 403
    if name == "admin.key":
        assert ask(site, "/a", "HEAD").status == 403


@root_only
def test_a_link_to_the_directory(site):
    """Fault 1.1: the directory itself, listed and gone through."""
    link = site.root / "htdocs" / "site" / "dir"
    assert as_user("ln", "-sfn", site.state, link).returncode == 0
    for path in ("/dir/", "/dir/admin.key", "/dir/llmgw.db"):
        assert ask(site, path).status == 403, path


@root_only
def test_a_link_that_is_changed_meanwhile(site):
    """Fault 1.1: a look at the file before it is opened would lose this."""
    link = site.root / "htdocs" / "site" / "flip"
    end = threading.Event()

    def flip():
        targets = (site.root / "htdocs" / "site" / "index.html",
                   site.state / "admin.key")
        while not end.is_set():
            for target in targets:
                new = str(link) + ".new"
                os.symlink(target, new)
                os.rename(new, link)

    t = threading.Thread(target=flip)
    t.start()
    try:
        got = [ask(site, "/flip") for _ in range(600)]
    finally:
        end.set()
        t.join()
    assert {r.status for r in got} <= {200, 403, 404}
    assert {r.body for r in got if r.status == 200} <= {b"a site"}


@root_only
def test_webdav_copies_nothing_of_ours(site):
    """Fault 1.1: a COPY of a link, which httpd's own file buckets do."""
    link = site.root / "htdocs" / "site" / "dav"
    assert as_user("ln", "-sf", site.state / "secret", link).returncode == 0
    ask(site, "/dav", "COPY",
        Destination="http://site.example/copied.txt")
    copy = site.root / "htdocs" / "site" / "copied.txt"
    assert not copy.exists() or copy.read_bytes() == b""


@root_only
def test_ssi_includes_nothing_of_ours(site):
    """Fault 1.1: as part of a page."""
    base = site.root / "htdocs" / "site"
    as_user("ln", "-sf", site.state / "admin.key", base / "k.txt")
    (base / "p.shtml").write_text('[<!--#include virtual="/k.txt" -->]'
                                  '[<!--#include file="k.txt" -->]')
    r = ask(site, "/p.shtml")
    assert r.status == 200 and b"sk-gtw-" not in r.body, r


@root_only
def test_no_process_of_user_opens_one(site):
    """Fault 1.1: by path, by a hard link, by what a child has open."""
    pids = [*site.children(), site.helper_pid()]
    for name in NAMES:
        path = site.state / name
        assert as_user("cat", path).returncode != 0, name
        assert as_user("ln", path, site.root / "htdocs" / "site" / "h"
                       ).returncode != 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_uid == 0
    for pid in pids:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            link = f"/proc/{pid}/fd/{fd}"
            if str(site.state) in os.readlink(link):
                assert as_user("cat", link).returncode != 0
    assert stat.S_IMODE(site.state.stat().st_mode) == 0o700


@root_only
def test_children_cannot_write_the_admin_key(site):
    """Only the helper has admin.key open."""
    for pid in site.children():
        open_ = [os.readlink(f"/proc/{pid}/fd/{fd}")
                 for fd in os.listdir(f"/proc/{pid}/fd")]
        assert str(site.state / "llmgw.db") in open_
        assert str(site.state / "admin.key") not in open_
        assert not [p for p in open_ if p.endswith("llmgw.segment")]


# ---- an older state directory ----

def give_to_user(path):
    for p in (path, *path.iterdir()):
        shutil.chown(p, run_user(), run_user())
    path.chmod(0o750)


@root_only
def test_a_directory_of_users_is_taken_over(make_gw):
    """Fault 1.1: as 0.1.0 left it."""
    gw = make_gw()
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.stop()
    give_to_user(gw.state)
    (gw.state / "llmgw.db").chmod(0o644)
    gw.start()
    assert gw.chat(key).status == 200
    gw.settled(key, 2)
    for path in (gw.state, *gw.state.iterdir()):
        st = path.stat()
        assert (st.st_uid, st.st_mode & 0o077) == (0, 0), path


def traps():
    for how in ("symlink", "hardlink", "fifo"):
        for name in ("secret", "llmgw.db", "admin.key", "llmgw.db-wal",
                     "helper.lock"):
            held = name == "helper.lock" or how != "fifo" \
                and name in ("secret", "llmgw.db")
            yield pytest.param(how, name, id=f"{how}-{name}",
                               marks=[pytest.mark.held] if held else [])


@root_only
@pytest.mark.parametrize("how,name", list(traps()))
def test_what_is_no_plain_file_of_ours_is_refused(make_gw, name, how):
    """Fault 1.1: User owned the directory and left a trap for root in it."""
    gw = make_gw()
    gw.stop()
    give_to_user(gw.state)
    path, other = gw.state / name, gw.root / "shadow"
    other.write_text("root's")
    other.chmod(0o644)
    path.unlink(missing_ok=True)
    if how == "symlink":
        path.symlink_to(other)
    elif how == "hardlink":
        os.link(other, path)
    else:
        os.mkfifo(path)
    gw.books = False
    try:
        with pytest.raises(RuntimeError) as e:
            gw.start()
    finally:
        path.unlink()           # nobody else shall wait for it
    said = str(e.value)
    assert "LG0004" in said and name in said, said
    assert other.read_text() == "root's" and other.stat().st_mode & 0o044
    gw.new_log_lines()


@root_only
def test_a_directory_above_that_is_not_roots_is_said(make_gw):
    """Fault 1.1: whoever owns it can put another one in its place."""
    gw = make_gw(start=False)
    shutil.chown(gw.root, run_user())
    gw.start()
    gw.expect_log("LG0008")
    assert str(gw.root) in [line for line in gw.log().splitlines()
                            if "LG0008" in line][0]
    shutil.chown(gw.root, "root")


# ---- not started as root ----

def test_not_started_as_root(make_gw, up):
    """Fault 1.1: User owns the files then; httpd refuses them, which is
    second best."""
    gw = make_gw(start=False, modules=("alias",),
                 conf="Alias /state ${SRVROOT}/state\n"
                      "<Directory ${SRVROOT}>\nRequire all granted\n"
                      "Options FollowSymLinks\n</Directory>")
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{run_user()}:", gw.root], check=True)
        command = gw.command
        gw.command = lambda *args: [
            "setpriv", f"--reuid={run_user()}", f"--regid={run_user()}",
            "--clear-groups", *command(*args)]
    gw.start()
    gw.set_up(up)
    key = gw.new_key()
    assert gw.chat(key).status == 200
    gw.settled(key)
    os.symlink(gw.state / "secret", gw.root / "htdocs" / "a")
    (gw.root / "htdocs" / "page.html").write_text("a page")
    assert gw.request("GET", "/page.html").body == b"a page"
    for path in ("/a", "/state/admin.key", "/state/llmgw.db",
                 "/state/llmgw.db-wal", "/state/secret"):
        assert gw.request("GET", path).status == 403, path
    for path in gw.state.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    gw.new_log_lines()
