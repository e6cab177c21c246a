"""Installs what latest.py runs into build/latest: a Python venv or a folder
of npm for each, so that none decides the version of another's packages."""
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
ROOT = TOP / "build" / "latest"
LIMIT = 900                     # seconds for one of them
NODE = 22                       # what several of the newest ask for


class Failed(Exception):
    """It could not be installed; says why."""


def command(argv, **more):
    try:
        p = subprocess.run(argv, capture_output=True, text=True,
                           stdin=subprocess.DEVNULL, timeout=LIMIT, **more)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failed(f"{argv[0]}: {type(e).__name__}") from e
    if p.returncode:
        lines = [x for x in (p.stderr + p.stdout).splitlines() if x.strip()]
        raise Failed(next((x for x in lines if "rror" in x),
                          (lines or ["?"])[-1])[:120])
    return p.stdout


def slug(packages):
    return re.sub(r"[^a-z0-9]+", "-", packages[0].lower()).strip("-")


# ---- Python ----

def venv(packages):
    return ROOT / "venv" / slug(packages)


def pip_install(packages):
    where = venv(packages)
    if not (where / "bin" / "pip").exists():
        command([sys.executable, "-m", "venv", "--clear", str(where)])
    command([str(where / "bin" / "pip"), "install", "-q", "--upgrade",
             *packages])


def pip_version(packages):
    name = packages[0].partition("[")[0]
    return command([str(venv(packages) / "bin" / "python"), "-c",
                    "import sys, importlib.metadata as m\n"
                    "print(m.version(sys.argv[1]))", name]).strip()


# ---- Node ----

def node_home():
    """The folder of a node that is new enough: the machine's, or one that
    comes as a package."""
    own = shutil.which("node")
    if own and int(command([own, "--version"])[1:].split(".")[0]) >= NODE:
        return os.path.dirname(own)
    found = list((ROOT / "node").glob("node_modules/node-linux-*/bin/node"))
    if not found:
        raise Failed(f"needs Node {NODE} or newer")
    return str(found[0].parent)


def path(kind):
    """PATH for a client of this kind."""
    own = os.environ["PATH"]
    return node_home() + ":" + own if kind == "npm" else own


def node_install():
    try:
        node_home()
    except Failed:
        machine = {"x86_64": "x64", "aarch64": "arm64"}.get(
            platform.machine(), platform.machine())
        npm(ROOT / "node", [f"node-linux-{machine}@{NODE}"], os.environ)


def npm(where, packages, env):
    """Without the packages' install scripts: each works without."""
    where.mkdir(parents=True, exist_ok=True)
    (where / "package.json").write_text('{"private": true}\n')
    command(["npm", "install", "--prefix", str(where), "--no-audit",
             "--no-fund", "--ignore-scripts", *packages], cwd=where, env=env)


def npm_folder(packages):
    return ROOT / "npm" / slug(packages)


def npm_install(packages):
    npm(npm_folder(packages), [p + "@latest" for p in packages],
        {**os.environ, "PATH": path("npm")})


def npm_version(packages):
    manifest = npm_folder(packages) / "node_modules" / packages[0] \
        / "package.json"
    if not manifest.exists():
        raise Failed("is not installed")
    return json.loads(manifest.read_text())["version"]


def install(kind, packages):
    {"pip": pip_install, "npm": npm_install}[kind](packages)


def version(kind, packages):
    return {"pip": pip_version, "npm": npm_version}[kind](packages)
