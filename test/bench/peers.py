"""Ours beside other proxies, all up at the same time.

    make -f apxs.mk bench BENCH=peers [ROUNDS=7] [SECONDS_EACH=3] [JSON=file]

nginx and haproxy from Debian's packages, unpacked under build/peers, and
LiteLLM from its pip package with one worker, a master key and no database;
what cannot be had is left out, and said.  nginx and haproxy forward only: no
keys, no limits, no ledger.  `peers.py install` fetches and ends, for runs
without a network.  The figure is the median CPU of the whole tree over
alternating rounds, and wall time at p50 with 8 connections.
"""
import contextlib
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[i])
                for i in (0, 1)]

from floor import Bare                          # noqa: E402
from harness.httpd import TOP, Httpd, free_port          # noqa: E402
from processes import cpu_us                    # noqa: E402
from scale import body_file, load, mpm, served, upstream  # noqa: E402

HERE = TOP / "build" / "peers"
DEBIAN, LITELLM = HERE / "debian", HERE / "litellm"
PACKAGES = ("nginx", "haproxy", "liblua5.3-0", "libopentracing-c-wrapper0",
            "libopentracing1")
MASTER = "sk-bench-master"
MODES = {"1 kB": ["json", "1000"], "burst of 64": ["burst", "64"]}


# ---- to have them ----

def quiet(*args, cwd=None):
    return subprocess.run(args, cwd=cwd, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def install():
    HERE.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        if not list(HERE.glob(f"{package}_*.deb")):
            quiet("apt-get", "download", package, cwd=HERE)
        for deb in HERE.glob(f"{package}_*.deb"):
            quiet("dpkg", "-x", deb, DEBIAN)
    if not (LITELLM / "bin" / "litellm").exists():
        quiet(sys.executable, "-m", "venv", LITELLM)
        quiet(LITELLM / "bin" / "pip", "install", "litellm[proxy]")


def environment():
    libs = ":".join(map(str, DEBIAN.glob("usr/lib/*-linux-gnu*")))
    return dict(os.environ, LD_LIBRARY_PATH=libs)


# ---- how each is run: (command, environment) ----

def nginx(root, port, to):
    (root / "nginx.conf").write_text(f"""
daemon off; worker_processes 2; pid {root}/pid; error_log {root}/log;
events {{ worker_connections 4096; }}
http {{
  access_log {root}/access;
  client_body_temp_path {root}/a; proxy_temp_path {root}/b;
  fastcgi_temp_path {root}/c; uwsgi_temp_path {root}/d;
  scgi_temp_path {root}/e;
  keepalive_requests 100000000; client_max_body_size 0;
  upstream u {{ server 127.0.0.1:{to}; keepalive 64;
    keepalive_requests 100000000; }}
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://u; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_buffering off; }} }}
}}
""")
    return [DEBIAN / "usr/sbin/nginx", "-p", root, "-e", root / "log",
            "-c", root / "nginx.conf"], environment()


def haproxy(root, port, to):
    (root / "haproxy.cfg").write_text(f"""
global
  nbthread 2
  maxconn 4096
defaults
  mode http
  option http-no-delay
  http-reuse always
  timeout connect 10s
  timeout client 600s
  timeout server 600s
frontend f
  bind 127.0.0.1:{port}
  default_backend b
backend b
  server s 127.0.0.1:{to}
""")
    return [DEBIAN / "usr/sbin/haproxy", "-db", "-f",
            root / "haproxy.cfg"], environment()


def litellm(root, port, to):
    (root / "config.yaml").write_text(f"""
model_list:
  - model_name: m
    litellm_params:
      model: openai/m
      api_base: http://127.0.0.1:{to}/v1
      api_key: sk-upstream
general_settings:
  master_key: {MASTER}
""")
    env = dict(os.environ, LITELLM_LOCAL_MODEL_COST_MAP="True",
               LITELLM_TELEMETRY="False")
    return [LITELLM / "bin" / "litellm", "--config", root / "config.yaml",
            "--host", "127.0.0.1", "--port", str(port),
            "--num_workers", "1"], env


PEERS = {"nginx": nginx, "haproxy": haproxy, "LiteLLM": litellm}


def answers(port, data, process, patience=90):
    """Does it answer 200 within that many seconds?"""
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            c.request("POST", "/v1/chat/completions", data, {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {MASTER}"})
            if c.getresponse().status == 200:
                return True
        time.sleep(.5)
    return False


def ended(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def others(stack, to, body):
    """Starts those that can be had: {name: (pid, port, headers)}."""
    found = {}
    for name, how in PEERS.items():
        root = pathlib.Path(stack.enter_context(
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        port = free_port()
        root.chmod(0o777)
        command, env = how(root, port, to)
        if not pathlib.Path(command[0]).exists():
            print(f"{name}: its package cannot be had, left out")
            continue
        with open(root / "said", "w") as said:
            process = subprocess.Popen(command, env=env, stdout=said,
                                       stderr=said)
        stack.callback(ended, process)
        if answers(port, body.read_bytes(), process):
            found[name] = (process.pid, port,
                           [f"Authorization: Bearer {MASTER}"])
        else:
            print(f"{name}: it does not answer, left out\n"
                  + (root / "said").read_text()[-600:])
    return found


def measure(mode, body, rounds, seconds):
    """{system: (µs CPU a request, ms to the first byte, to the end)}"""
    with contextlib.ExitStack() as stack:
        to = stack.enter_context(upstream(*mode))
        systems = {}
        for name, kind in ("httpd", Bare), ("gateway", Httpd):
            gw, headers = stack.enter_context(served(kind, to, mpm(2, 64)))
            systems[name] = gw.process.pid, gw.port, headers
        systems.update(others(stack, to, body))
        found = {name: [] for name in systems}
        for i in range(-1, rounds):     # the first to get warm
            for name in list(systems)[::1 if i % 2 else -1]:
                pid, port, headers = systems[name]
                before = cpu_us(pid)
                said = json.loads(load(port, 8, seconds, body,
                                       headers).communicate()[0])
                time.sleep(.25)
                if i >= 0 and said["requests"]:
                    assert said["errors"] == 0, (name, said)
                    found[name].append((
                        (cpu_us(pid) - before) / said["requests"],
                        said["first_p50"] / 1000, said["end_p50"] / 1000))
    return {name: [statistics.median(x) for x in zip(*values)]
            for name, values in found.items() if values}


def main():
    install()
    rounds = int(os.environ.get("ROUNDS", "7"))
    seconds = float(os.environ.get("SECONDS_EACH", "3"))
    all_of_it = {}
    for case, mode in MODES.items():
        body = body_file(900, mode[0] != "json")
        found = all_of_it[case] = measure(mode, body, rounds, seconds)
        for name, (cpu, first, end) in found.items():
            print(f"{case:12} {name:8} {cpu:9.1f} µs CPU a request, "
                  f"{cpu / found['httpd'][0]:7.2f} of httpd, first byte "
                  f"{first:.2f} ms, end {end:.2f} ms", flush=True)
    if os.environ.get("JSON"):
        pathlib.Path(os.environ["JSON"]).write_text(
            json.dumps(all_of_it, indent=1) + "\n")


if __name__ == "__main__" and sys.argv[1:] == ["install"]:
    install()
