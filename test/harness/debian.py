"""Debian's stock apache2, private: its own tree of /etc/apache2 in a directory
of the test's, its own a2enmod, ports on loopback.

The tree and the scripts come from Debian's package, unpacked below
build/debian by `make -f apxs.mk deps-test`.
"""
import os
import pathlib
import re
import shutil
import subprocess

from .httpd import HTTPD, TOP, run_user

PACKAGES = TOP / "build" / "debian"
# what the package's postinst enables
MODS = ("mpm_event authz_host auth_basic access_compat authn_file authz_user "
        "alias dir autoindex env mime negotiation setenvif filter deflate "
        "status reqtimeout").split()
CONFS = ("charset localized-error-pages other-vhosts-access-log security "
         "serve-cgi-bin").split()


def make(*args, **variables):
    """make -f apxs.mk, as from a shell of its own."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DESTDIR")}
    return subprocess.run(
        ["make", "-f", str(TOP / "apxs.mk"), *args,
         *(f"{k}={v}" for k, v in variables.items())],
        env=env, capture_output=True, text=True, cwd="/")


class Debian:
    """Mixed into Gateway in place of its configuration."""

    def _prepare(self):
        assert PACKAGES.is_dir(), "run: make -f apxs.mk deps-test"
        self.etc = self.root / "etc" / "apache2"
        shutil.copytree(PACKAGES / "apache2" / "etc" / "apache2", self.etc,
                        symlinks=True)
        for name in ("run", "lock", "logs", "www", "var/lib",
                     "etc/apache2/mods-enabled", "etc/apache2/sites-enabled",
                     "etc/apache2/conf-enabled"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.state = self.root / "var" / "lib" / "llmgw"
        self.so = self.root / "modules" / "mod_llmgw.so"
        for name, text in self.files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self._point_here()
        self._point_at_share()
        self.a2("enmod", "-m", "-q", *MODS)
        self.a2("enconf", "-m", "-q", *CONFS)

    def _point_here(self):
        """Places, ports and the log level: what no test can share."""
        envvars = self.etc / "envvars"
        text = envvars.read_text()
        for there, here in (("/var/run/apache2", "run"),
                            ("/var/lock/apache2", "lock"),
                            ("/var/log/apache2", "logs")):
            text = text.replace(there + "$SUFFIX", str(self.root / here))
        if os.geteuid() != 0:
            text = text.replace("www-data", run_user())
        envvars.write_text(text)
        self.vars = {m[1]: m[2].strip('"') for m in re.finditer(
            r"^export (APACHE_\w+)=(.*)$", text, re.M)}
        (self.etc / "ports.conf").write_text("")
        conf = self.etc / "apache2.conf"
        text = conf.read_text()
        assert "\nLogLevel warn\n" in text
        conf.write_text("ServerName 127.0.0.1\n" + text.replace(
            "\nLogLevel warn\n", f"\nLogLevel {self.log_level}\n"))

    def _point_at_share(self):
        """What an installed apache2 has in /usr/share, the unpacked one has
        in its tree."""
        share = str(PACKAGES / "apache2/usr/share/apache2")
        for path in self.etc.glob("*-available/*.conf"):
            text = path.read_text()
            if "/usr/share/apache2" in text:
                path.write_text(text.replace("/usr/share/apache2", share))

    def site(self, name, port, lines, docroot=None):
        """Write and enable a site of its own."""
        docroot = docroot or self.root / "www" / name
        docroot.mkdir(parents=True, exist_ok=True)
        (self.etc / "sites-available" / f"{name}.conf").write_text(f"""
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
ServerName 127.0.0.1
DocumentRoot {docroot}
<Directory {docroot}>
AllowOverride All
Require all granted
</Directory>
CustomLog ${{APACHE_LOG_DIR}}/access.log combined
{lines}
</VirtualHost>
""")
        self.a2("ensite", "-q", name)

    def a2(self, what, *args, ok=True):
        """a2enmod and its kind; returns what they say."""
        env = {"PATH": "/usr/bin:/bin", "APACHE_CONFDIR": str(self.etc),
               "APACHE_STATE_DIRECTORY": str(self.root / "lib-apache2")}
        p = subprocess.run(["perl", PACKAGES / "apache2/usr/sbin"
                            / f"a2{what}", *args], env=env,
                           capture_output=True, text=True)
        assert (p.returncode == 0) == ok, p.stdout + p.stderr
        return p.stdout + p.stderr

    def places(self):
        return {"LIBEXECDIR": self.so.parent, "SYSCONFDIR": self.etc,
                "SHAREDIR": self.root / "share", "STATEDIR": self.state}

    def install(self, target="install"):
        """As `make install` does once it has built."""
        env = {"PATH": os.environ["PATH"], "MODULE": "build/release/"
               "mod_llmgw.so", **{k: str(v) for k, v in
                                  self.places().items()}}
        p = subprocess.run([TOP / "conf/install", target], env=env,
                           capture_output=True, text=True)
        assert p.returncode == 0, p.stdout + p.stderr
        return p.stdout

    # ---- as Httpd does it ----

    def write_config(self):
        return self.etc / "apache2.conf"

    def command(self, *args):
        return [HTTPD, "-d", str(self.etc), "-f", str(self.write_config()),
                *args]

    def environment(self):
        env = super().environment()
        env.update(self.vars, LANG="C")
        return env


def tree(path):
    """Every file below a directory: its kind, size, rights and content."""
    found = {}
    for p in sorted(pathlib.Path(path).rglob("*")):
        st = p.lstat()
        found[str(p.relative_to(path))] = (
            oct(st.st_mode), os.readlink(p) if p.is_symlink()
            else p.read_bytes() if p.is_file() else None)
    return found
