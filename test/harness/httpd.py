"""A private httpd with mod_llmgw, in a directory of its own."""
import contextlib
import http.client
import json
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile

from . import ledger
from .clock import Clock
from .wait import PATIENCE, until

TOP = pathlib.Path(__file__).resolve().parents[2]
# another build than this tree's: `make -f apxs.mk faults` tries an old one
BUILD = pathlib.Path(os.environ.get("LLMGW_BUILD", TOP / "build"))
HTTPD = shutil.which("apache2") or shutil.which("httpd") or "/usr/sbin/apache2"
MODULES = "/usr/lib/apache2/modules"
BASE_MODULES = ("authz_core", "authn_core", "authz_host", "log_config",
                "unixd", "status", "proxy", "proxy_http")


def built_in():
    """Names of the modules that this httpd has compiled in."""
    out = subprocess.run([HTTPD, "-l"], capture_output=True, text=True).stdout
    return {line.strip()[4:-2] for line in out.splitlines()
            if line.strip().startswith("mod_")}


def free_port():
    """Below the range that outgoing connections take theirs from: while an
    httpd is down, a client that asks for it again and again may otherwise
    get its port, and be connected to itself."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def run_user():
    """The user that httpd's children run as: www-data when we are root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return "www-data"


def reachable_dir(prefix="llmgw-"):
    """A fresh directory that the run user can reach."""
    parent = "/var/tmp" if os.geteuid() == 0 else None
    path = tempfile.mkdtemp(prefix=prefix, dir=parent)
    os.chmod(path, 0o755)
    return pathlib.Path(path)


def lives(pid):
    """Is this process there, and no zombie?"""
    with contextlib.suppress(OSError):
        return state_of(pathlib.Path(f"/proc/{pid}"))[0] not in "ZX"
    return False


def group_lives(group):
    """Does a thread of this process group run?  A process whose first thread
    is a zombie may have others, which hold its sockets still."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(state_of(process)[2]) != group:
                continue
            if any(state_of(thread)[0] not in "ZX"
                   for thread in process.glob("task/*")):
                return True
    return False


def state_of(process):
    """The words of its stat file from the state on."""
    return (process / "stat").read_text().rpartition(") ")[2].split()


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Httpd:
    """conf: lines for the virtual host; server: lines before it.  ${SRVROOT}
    in them is the directory of this httpd.  files: text by name in it.
    clock: "still" or "runs" for a test build whose time is self.clock's."""

    def __init__(self, root=None, port=None, mpm="event", conf="", server="",
                 modules=(), flavour="release", env=None, state=None,
                 on="LLMGateway On", log_level="info", mpm_conf=None,
                 admin="/llmgw/admin", files=None, clock=None):
        self.root = pathlib.Path(root) if root else reachable_dir()
        self.own_root = root is None
        self.port = port or free_port()
        self.mpm = mpm
        self.flavour = os.environ.get("LLMGW_FLAVOUR",
                                      "crash" if clock else flavour)
        self.conf, self.server, self.on = conf, server, on
        have = built_in()
        self.modules = [m for m in (*BASE_MODULES, *modules)
                        if m not in have]
        self.env = dict(env or {})
        self.admin_url = admin
        self.files = files or {}
        self.flags = ()
        self.log_level = log_level
        self.mpm_conf = mpm_conf
        self.state = pathlib.Path(state) if state else self.root / "state"
        self.process = None
        self._log_read = 0
        self._prepare()
        self.clock = None
        if clock:
            self.clock = Clock(self.root / "clock")
            self.env["LLMGW_CLOCK"] = str(self.clock.path)
            if clock == "still":
                self.clock.freeze()

    # ---- configuration ----

    def _prepare(self):
        for name in ("run", "logs", "htdocs", "conf"):
            (self.root / name).mkdir(exist_ok=True)
        for name, text in self.files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.state.mkdir(exist_ok=True, parents=True)
        os.chmod(self.state, 0o700)
        self.so = self.root / "mod_llmgw.so"
        shutil.copy(BUILD / self.flavour / "mod_llmgw.so", self.so)
        if "LLMGW_BUILD" in os.environ and os.geteuid() == 0:
            shutil.chown(self.state, run_user(), run_user())

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self):
        return self.state / "llmgw.db"

    @property
    def log_path(self):
        return self.root / "logs" / "error.log"

    def _mpm(self):
        if self.mpm_conf is not None:
            return self.mpm_conf
        if self.mpm == "prefork":
            return ("StartServers 4\nMinSpareServers 4\nMaxSpareServers 8\n"
                    "MaxRequestWorkers 64\nServerLimit 64\n")
        return ("StartServers 2\nServerLimit 8\nThreadsPerChild 32\n"
                "ThreadLimit 64\nMinSpareThreads 32\nMaxSpareThreads 128\n"
                "MaxRequestWorkers 128\n")

    def config(self):
        user = run_user()
        loads = "".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so\n"
                        for m in self.modules)
        who = f"User {user}\nGroup {user}\n" if os.geteuid() == 0 else ""
        return f"""
ServerRoot "{self.root}"
Define SRVROOT "{self.root}"
ServerName 127.0.0.1
PidFile "{self.root}/run/httpd.pid"
DefaultRuntimeDir "{self.root}/run"
Listen 127.0.0.1:{self.port}
LoadModule mpm_{self.mpm}_module {MODULES}/mod_mpm_{self.mpm}.so
{loads}
LoadModule llmgw_module "{self.so}"
{who}
{self._mpm()}
ErrorLog "{self.log_path}"
LogLevel {self.log_level}
LogFormat "%h %u %>s %B %{{request}}^LG %{{key}}^LG %{{model}}^LG %{{upstream}}^LG %{{input}}^LG %{{output}}^LG %{{amount}}^LG %{{attempts}}^LG %{{state}}^LG %P" llmgw
CustomLog "{self.root}/logs/access.log" llmgw
Timeout 600
KeepAliveTimeout 600
LLMGatewayState "{self.state}"
<Location "/server-status">
SetHandler server-status
</Location>
{self.server}
<VirtualHost 127.0.0.1:{self.port}>
ServerName 127.0.0.1
DocumentRoot "{self.root}/htdocs"
{self.on}
{self.conf}
</VirtualHost>
"""

    def write_config(self):
        path = self.root / "conf" / "httpd.conf"
        path.write_text(self.config())
        return path

    def command(self, *args):
        return [HTTPD, "-f", str(self.write_config()), *args]

    def environment(self):
        env = dict(os.environ)
        env.update(self.env)
        if self.flavour == "asan":
            libs = [subprocess.check_output(
                ["gcc", f"-print-file-name={n}"], text=True).strip()
                for n in ("libasan.so", "libubsan.so")]
            env["LD_PRELOAD"] = ":".join([*libs, env.get("LD_PRELOAD", "")])
            env["ASAN_OPTIONS"] = "detect_leaks=0:log_path=" \
                + str(self.root / "logs" / "asan")
            env["UBSAN_OPTIONS"] = "print_stacktrace=1:log_path=" \
                + str(self.root / "logs" / "ubsan")
        return env

    def test(self):
        """httpd -t; returns (exit code, what it said)."""
        p = subprocess.run(self.command("-t"), capture_output=True, text=True,
                           env=self.environment())
        return p.returncode, p.stderr + p.stdout

    # ---- life ----

    def start(self, wait=PATIENCE):
        seen = self.log().count("resuming normal operations")
        self.process = subprocess.Popen(
            self.command("-DFOREGROUND", *self.flags), env=self.environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True)

        def ready():
            if self.process.poll() is not None:
                said = self.process.stderr.read()
                self.process.stderr.close()
                self.process = None
                raise RuntimeError("httpd did not start:\n" + said
                                   + self.log())
            # it listens before it is configured: wait for its word
            return self.log().count("resuming normal operations") > seen

        until(ready, lambda: "httpd is not ready:\n" + self.log(), wait)
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def graceful(self):
        """Graceful restart; returns once the new generation says so, and no
        child of the old one takes another connection."""
        seen = self.log().count("resuming normal operations")
        old = self.children()
        self.write_config()
        self.signal(signal.SIGUSR1)
        self.wait_log("resuming normal operations", seen + 1)
        until(lambda: not any(self.listens(p) for p in old),
              "the old generation goes on")

    def listens(self, pid):
        """Does this process still have the socket of our port?"""
        here = f"0100007F:{self.port:04X}"
        with open("/proc/net/tcp") as f:
            inodes = {line.split()[9] for line in f
                      if line.split()[1] == here and line.split()[3] == "0A"}
        with contextlib.suppress(OSError):
            return any(os.readlink(f"/proc/{pid}/fd/{fd}")[8:-1] in inodes
                       for fd in os.listdir(f"/proc/{pid}/fd"))
        return False

    def wait_log(self, text, count=1):
        until(lambda: self.log().count(text) >= count,
              lambda: f"not in the log: {text}\n{self.log()}")

    def stop(self, seconds=PATIENCE):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill_tree()
                raise
        if self.process.stderr:
            self.process.stderr.close()
        self.process = None

    def kill_tree(self):
        """SIGKILL for httpd and all of its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        group = self.process.pid
        until(lambda: not group_lives(group))   # their sockets go with them

    def children(self):
        """Pids of the server children (not of the helper)."""
        out = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o",
                              "pid="], capture_output=True, text=True).stdout
        return [int(p) for p in out.split() if int(p) != self.helper_pid()]

    def helper_pid(self):
        """The helper holds the lock file of the state directory."""
        with contextlib.suppress(OSError):
            inode = (self.state / "helper.lock").stat().st_ino
            for line in open("/proc/locks"):
                word = line.split()
                if word[1] in ("POSIX", "FLOCK") and word[5].endswith(f":{inode}"):
                    return int(word[4])
        return 0

    def wait_helper(self, other_than=0):
        """The pid of a helper that is ready, and not that one."""
        def ready():
            pid = self.helper_pid()
            return pid if pid != other_than else 0

        return until(ready, lambda: "no helper\n" + self.log())

    def remove(self):
        if self.own_root:
            shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()
        self.remove()

    # ---- logs ----

    def log(self):
        try:
            return self.log_path.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def new_log_lines(self):
        text = self.log()
        lines = text[self._log_read:].splitlines()
        self._log_read = len(text)
        return lines

    def access_log(self):
        return (self.root / "logs" / "access.log").read_text().splitlines()

    # ---- talking to it ----

    def admin_key(self):
        return (self.state / "admin.key").read_text().strip()

    def request(self, method, path, body=None, key=None, headers=None,
                timeout=PATIENCE):
        c = http.client.HTTPConnection("127.0.0.1", self.port,
                                       timeout=timeout)
        h = dict(headers or {})
        if key:
            h.setdefault("Authorization", f"Bearer {key}")
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        if body is not None:
            h.setdefault("Content-Type", "application/json")
        try:
            c.request(method, path, body, h)
            r = c.getresponse()
            data = r.read()
            return Response(r.status, r.headers, data)
        finally:
            c.close()

    def admin(self, method, path, body=None, key=None):
        return self.request(method, self.admin_url + "/v1" + path, body,
                            key or self.admin_key())

    def must(self, method, path, body=None):
        r = self.admin(method, path, body)
        if r.status not in (200, 201, 204):
            raise AssertionError(f"{method} {path}: {r}")
        return r.json() if r.body else None

    def new_key(self, **spec):
        spec.setdefault("name", "test")
        return self.must("POST", "/keys", spec)["key"]

    # ---- the books ----

    def query(self, sql, *args):
        """Rows of the database, read only."""
        return ledger.query(self, sql, *args)

    def rows(self, key=None):
        """The ledger's rows with their names, oldest first."""
        return ledger.rows(self, None if key is None else public_id(key))

    def wait_rows(self, count, key=None):
        """Wait until the ledger has this many rows (of the key)."""
        rows = []

        def there():
            rows[:] = self.rows(key)
            return len(rows) >= count

        def what():
            return f"{len(rows)} rows instead of {count}\n{self.log()}"

        until(there, what)
        assert len(rows) == count, what()
        return rows


def public_id(key):
    """The public part of one of our keys."""
    return key[7:17]
