"""The gateway of `make run` and `make demo`: one that a person talks to.

It keeps its state in a directory that outlives it, says what is wrong in one
sentence, and can be set up any number of times.
"""
import fcntl
import json
import os
import pathlib
import pwd
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from . import httpd, tls

CA_FILE = "/etc/ssl/certs/ca-certificates.crt"
LISTED = 50                     # models taken over from an upstream's list

# What the bundled mock upstream answers for: two of Alibaba's list prices, in
# CNY per million tokens.  No model of the starter catalogue has these names:
# who imports that keeps these.
MOCK_MODELS = {
    "demo": {
        "limit": {"context": 262144, "output": 65536},
        "price": {"currency": "CNY", "tiers": [
            {"up_to": 32000, "input": "2.5", "output": "10",
             "cache_read": "0.5"},
            {"up_to": 128000, "input": "4", "output": "16",
             "cache_read": "0.8"},
            {"up_to": 252000, "input": "7", "output": "28",
             "cache_read": "1.4"}]}},
    "demo-thinking": {
        "limit": {"context": 1000000, "output": 32768, "thinking": 81920},
        "price": {"currency": "CNY", "tiers": [
            {"up_to": 128000, "input": "0.8", "output": "2",
             "output_thinking": "8"},
            {"up_to": 256000, "input": "2.4", "output": "20",
             "output_thinking": "24"},
            {"up_to": 1000000, "input": "4.8", "output": "48",
             "output_thinking": "64"}]}},
}
# What a model of a real upstream costs until somebody says what it does.
MADE_UP = {"price": {"currency": "USD",
                     "tiers": [{"input": "1", "output": "2"}]}}


class Trouble(Exception):
    """A sentence for the person at the keyboard."""


# ---- where ----

def check_built():
    so = httpd.TOP / "build" / "release" / "mod_llmgw.so"
    if not so.exists():
        raise Trouble(f"{so} is not there: build it with make -f apxs.mk all")


def blocked_at(path, user):
    """The first directory on the way to path, itself included, that user
    cannot go through; None: all that exist can be gone through."""
    if os.geteuid() != 0:
        return None             # we are the user, and see it when we try
    path = pathlib.Path(path).resolve()
    entry = pwd.getpwnam(user)
    for d in [*reversed(path.parents), path]:
        if d.exists() and subprocess.run(
                ["/usr/bin/test", "-x", str(d)], user=entry.pw_uid,
                group=entry.pw_gid, extra_groups=[]).returncode:
            return d
    return None


def make_private(path, user):
    """Make path, or take it over if it is empty."""
    path.mkdir(parents=True, exist_ok=True)
    if not any(path.iterdir()):
        os.chmod(path, 0o700)   # httpd's own, who starts it


def named_state(path, user):
    """The directory of STATE=."""
    path = pathlib.Path(path).expanduser().resolve()
    d = blocked_at(path.parent, user)
    if d:
        raise Trouble(f"STATE={path}: user {user} cannot go through {d}. Name "
                      f"another directory, or allow it with: chmod o+x {d}")
    try:
        if path.exists() and not path.is_dir():
            raise Trouble(f"STATE={path} is not a directory.")
        if path.is_dir() and any(path.iterdir()) \
                and not (path / "llmgw.db").exists():
            raise Trouble(f"STATE={path} holds other things: name a new or "
                          "an empty directory.")
        make_private(path, user)
    except OSError as e:
        raise Trouble(f"STATE={path} cannot be used: {e.strerror}.") from e
    return path


def own_state(user, say):
    """build/run; where root's httpd, which runs as another user, cannot reach
    that, a directory below /var/tmp that is remembered in build/."""
    path = httpd.TOP / "build" / "run"
    note = httpd.TOP / "build" / "run-is-at"
    d = blocked_at(path.parent, user)
    if d is not None:
        old = pathlib.Path(note.read_text().strip()) if note.exists() else None
        if old is None or not (old / "llmgw.db").exists():
            old = httpd.reachable_dir("llmgw-run-")
            note.write_text(f"{old}\n")
        say(f"User {user} cannot go through {d}: the state is in {old}")
        path = old
    try:
        make_private(path, user)
    except PermissionError as e:
        raise Trouble(f"{path} belongs to somebody else: remove it, or name "
                      "another directory with STATE=.") from e
    return path


def check_state(path, user):
    """Nobody else's, and nobody is using it."""
    database, lock = path / "llmgw.db", path / "helper.lock"
    if database.exists() \
            and database.stat().st_uid not in (
                os.geteuid(), pwd.getpwnam(user).pw_uid):
        owner = database.stat().st_uid
        try:
            owner = pwd.getpwuid(owner).pw_name
        except KeyError:
            pass
        raise Trouble(f"The state in {path} belongs to user {owner}, and the "
                      f"server would run as {user}: remove it, or name "
                      "another directory with STATE=.")
    if not lock.exists():
        return
    with open(lock, "r+b") as f:
        for _ in range(50):     # the one before may still be stopping
            try:
                fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except (BlockingIOError, PermissionError):
                time.sleep(0.1)
    raise Trouble(f"Another server is using the state in {path}: stop it, or "
                  "name another directory with STATE=.")


def port_of(text):
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT={text} is not a port: it must be a number from "
                      "1 to 65535.")
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", int(text)))
            s.listen()
        except OSError as e:
            why = "in use" if e.errno == 98 else f"not to be had: {e.strerror}"
            raise Trouble(f"Port {text} of 127.0.0.1 is {why}. Choose another "
                          "one with PORT=.") from e
    return int(text)


# ---- the server ----

class Local(httpd.Httpd):
    """state: the directory to keep; httpd's own files are in state/httpd."""

    def __init__(self, state, port, ca_file=None):
        self.ca_file = ca_file or CA_FILE
        self.tls = pathlib.Path(httpd.MODULES, "mod_ssl.so").exists() \
            and pathlib.Path(self.ca_file).exists()
        root = state / "httpd"
        root.mkdir(exist_ok=True)
        for log in (root / "logs").glob("*.log"):
            log.unlink()        # those of the run before
        super().__init__(
            root=root, state=state, port=port,
            modules=("ssl", "socache_shmcb") if self.tls else ())
        if self.tls:
            self.server = self.upstreams_section()

    def upstreams_section(self):
        return (f"SSLSessionCache \"shmcb:{self.root}/run/ssl(65536)\"\n"
                + tls.section(self.ca_file))

    def command(self, *args):
        # whatever ends this script, httpd does not stay behind
        return ["setpriv", "--pdeathsig", "TERM", "--",
                *super().command(*args)]

    def environment(self):
        env = super().environment()
        env.pop("UPSTREAM_KEY", None)
        return env

    def start(self, wait=60):
        try:
            return super().start(wait)
        except RuntimeError as e:
            lines = [line for line in str(e).splitlines() if line.strip()]
            ours = [line.split("LG", 1)[1].split(": ", 1)[1]
                    for line in lines if "[llmgw:" in line and "LG" in line]
            raise Trouble("httpd does not start: "
                          + (ours or lines[-3:] or ["it says nothing"])[-1]
                          + f" (log: {self.log_path})") from e

    def stop(self, seconds=20):
        group = self.process.pid if self.process else None
        super().stop(seconds)
        end = time.monotonic() + 15
        while group and time.monotonic() < end:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            except PermissionError:
                pass
            time.sleep(0.02)
        if group:
            os.killpg(group, signal.SIGKILL)

    # ---- setting up ----

    def must(self, method, path, body=None):
        try:
            return super().must(method, path, body)
        except AssertionError as e:
            raise Trouble(f"The gateway refused its set-up: {e}") from e

    def existing(self, path):
        r = self.admin("GET", path)
        return r.json() if r.status == 200 else None

    def set_upstream(self, name, spec, secret):
        """Put what differs; whatever else was put there stays, but for a
        secret that was meant for another place."""
        old = self.existing("/upstreams/" + name) or {}
        if not secret and all(old.get(k) == v for k, v in spec.items()):
            return
        body = {**old, **spec}
        if secret:
            body["credentials"] = [{"secret": secret}]
        elif old.get("base_url") != spec["base_url"]:
            body["credentials"] = []
        self.must("PUT", "/upstreams/" + name, body)

    def set_model(self, name, upstream, spec):
        path = "/models/" + urllib.parse.quote(name, safe="")
        old = self.existing(path)
        if old and any(r["upstream"] == upstream for r in old["routes"]):
            return
        self.must("PUT", path, {**(old or spec),
                                "routes": [{"upstream": upstream}]})

    def user_key(self):
        """The key of an earlier run if it is still good, else a new one."""
        path = self.state / "user.key"
        if path.exists():
            key = path.read_text().strip()
            if self.request("GET", "/v1/models", key=key).status == 200:
                return key
        key = self.new_key(name="made by run")
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "w") as f:
            f.write(key + "\n")
        return key

    def check_admin_key(self):
        try:
            good = self.admin("GET", "/keys?limit=1").status == 200
        except FileNotFoundError:
            good = False
        if not good:
            raise Trouble(f"{self.state}/admin.key holds no admin key that is "
                          "still good: name another directory with STATE=.")


# ---- real upstreams ----

def upstream_spec(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Trouble(f"UPSTREAM={url} is not a base URL such as "
                      "https://api.openai.com/v1")
    spec = {"base_url": url, "dialect": "openai"}
    if parts.hostname.endswith(".aliyuncs.com"):
        spec["vendor"] = "bailian"
    return spec


class NoList(Exception):
    """Why an upstream lists no models."""


def upstream_models(url, secret, ca_file):
    """The names in the upstream's own list of models.  NoList: not every
    server keeps one."""
    request = urllib.request.Request(url.rstrip("/") + "/models")
    if secret:
        request.add_header("Authorization", f"Bearer {secret}")
    context = None
    if url.startswith("https:"):
        context = ssl.create_default_context(cafile=ca_file)
    try:
        with urllib.request.urlopen(request, timeout=10,
                                    context=context) as r:
            names = [m["id"] for m in json.load(r)["data"]]
    except urllib.error.HTTPError as e:
        why = f"it answers {e.code}"
    except (OSError, ValueError, KeyError, TypeError) as e:
        why = str(getattr(e, "reason", e)) or type(e).__name__
    else:
        if names:
            return names[:LISTED]
        why = "its list is empty"
    raise NoList(f"The models of {url} cannot be listed ({why}).")


def fresh_state():
    """For one run; the caller removes it."""
    path = pathlib.Path(tempfile.mkdtemp(
        prefix="llmgw-demo-", dir="/var/tmp" if os.geteuid() == 0 else None))
    make_private(path, httpd.run_user())
    return path
