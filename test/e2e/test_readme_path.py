"""README.md's way from a clone to a billed call, on Debian's stock apache2 in
a server root of its own: every command exactly as it is printed, but for the
places that no test may write to and what a reader puts in."""
import os
import re
import subprocess

import pytest

from conftest import Gateway, quick
from harness.debian import PACKAGES, Debian
from harness.docs import BLOCK, TREE, commands, pattern
from harness.httpd import free_port
from harness.wait import PATIENCE, until


def console_blocks():
    section = (TREE / "README.md").read_text().split(
        "## In your own httpd")[1].split("\n## ")[0]
    return [m["text"] for m in BLOCK.finditer(section)
            if m["kind"] == "console"]


class Server(Debian, Gateway):
    pass


@pytest.fixture
def stock():
    """apache2 as Debian installs it, and started: one site, no gateway."""
    s = Server(files={"www/site/index.html": "a site of theirs"},
               log_level="warn", admin="/llmgw/admin")
    try:
        s.site("site", s.port, "")
        s.start()
        yield s
        s.stop()
        s.check_log()
    finally:
        if s.process is not None:
            s.kill_tree()
        s.remove()


def shell_of(s, tmp_path):
    """A shell whose sudo, a2enmod, a2ensite and systemctl act on s alone."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in {
            "sudo": 'exec "$@"',
            "a2enmod": f'exec perl {PACKAGES}/apache2/usr/sbin/a2enmod "$@"',
            "a2ensite": f'exec perl {PACKAGES}/apache2/usr/sbin/a2ensite "$@"',
            "systemctl": '[ "$*" = "reload apache2" ] || exit 64\n'
                         f"kill -USR1 {s.process.pid}"}.items():
        (tools / name).write_text("#!/bin/sh\n" + text + "\n")
        (tools / name).chmod(0o755)
    env = {k: v for k, v in os.environ.items() if k not in (
        "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DESTDIR", "ADMIN", "ADMIN_KEY",
        "KEY")}
    env.update({k: str(v) for k, v in s.places().items()},
               PATH=f"{tools}:{env['PATH']}", APACHE_CONFDIR=str(s.etc),
               APACHE_STATE_DIRECTORY=str(s.root / "lib-apache2"))
    return subprocess.Popen(["bash"], stdin=subprocess.PIPE, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            cwd=TREE, env=env)


def has_bytes(path):
    return path.exists() and path.stat().st_size > 0


def run(shell, command):
    """What it prints; it must succeed."""
    shell.stdin.write(command + '\nrc=$?; echo; echo "# $rc end#"\n')
    shell.stdin.flush()
    got = []
    while not re.fullmatch(r"# \d+ end#\n", line := shell.stdout.readline()):
        assert line, f"the shell ended in: {command}"
        got.append(line)
    said = "".join(got).strip()
    assert line == "# 0 end#\n", f"{command}\n{said}"
    return said


def test_from_a_clone_to_a_billed_call(stock, up, tmp_path):
    """Fault 5.3: ADMIN_KEY was never set, ports differed, a key with a budget
    was 403 at once, and httpd was restarted where a reload does."""
    up.default = quick
    port = free_port()
    # what no test can share with the machine, and what a reader puts in
    instead = {"127.0.0.1:8080": f"127.0.0.1:{port}",
               "/etc/apache2": str(stock.etc),
               "/var/lib/llmgw": str(stock.state),
               "https://api.openai.com/v1": up.url + "/v1",
               "sk-...": "sk-of-the-reader"}
    shell = shell_of(stock, tmp_path)
    with shell:
        for text in console_blocks():
            for command, printed in commands(text):
                for there, here in instead.items():
                    command = command.replace(there, here)
                if "/receipts" in command:      # no reader is so fast
                    stock.settled(run(shell, "echo $KEY"))
                said = run(shell, command)
                if printed:
                    assert pattern(printed).fullmatch(said), \
                        f"$ {command}\n{said}\ninstead of\n" \
                        + "\n".join(printed)
                if "reload" in command:
                    stock.port = port
                    until(lambda: has_bytes(stock.state / "admin.key"),
                          "there is no admin key", PATIENCE)
        key = run(shell, "echo $KEY")
        shell.stdin.close()
    assert [r.header("Authorization") for r in up.requests] \
        == ["Bearer sk-of-the-reader"]
    row, = stock.settled(key)
    usage = row["input"] * 150_000 + row["output"] * 600_000
    assert row["amount"] == usage > 0
    budget, = stock.request("GET", "/v1/key", key=key).json()["budgets"]
    assert (budget["amount"], budget["currency"]) == ("10", "USD")
    assert budget["spent"] != "0"


def test_it_is_open_to_this_machine_only():
    """Fault 5.3: the examples were in plain http on all interfaces."""
    for page in [TREE / "README.md", *(TREE / "docs").glob("*.md")]:
        for block in BLOCK.finditer(page.read_text()):
            for host, inner in re.findall(
                    r"<VirtualHost ([^>]*)>(.*?)</VirtualHost>",
                    block["text"], re.S):
                if "LLMGateway" in inner and not host.startswith("127."):
                    assert "SSLEngine on" in inner, (page.name, inner)
            for listen in re.findall(r"^\s*Listen (\S+)", block["text"],
                                     re.M):
                assert listen.startswith("127.") or listen == "443", listen
