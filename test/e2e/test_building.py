"""The makefile from outside: what help lists, what plain make does, a folder
whose name has a space, and what deps says while apt works."""
import ast
import os
import re
import shutil
import subprocess

import pytest

from harness.docs import TREE
from harness.httpd import reachable_dir
from harness.wait import PATIENCE, until


def test_help_lists_every_target():
    """Fault 5.11: it left out e2e."""
    lines = run_make(TREE, "help").stdout.splitlines()
    listed = {line.split()[0] for line in lines if not line.startswith(" ")}
    told = re.findall(r"^([\w-]+):.*## (?!\()", (TREE / "apxs.mk").read_text(),
                      re.M)
    assert "e2e" in told and set(told) <= listed, set(told) - listed


@pytest.fixture
def spaced():
    """A copy of the tree, built but for one object, in "a folder"."""
    root = reachable_dir("llmgw tree ")
    for name in ("mod_llmgw", "admin", "sql", "apxs.mk", ".ci", "test/run.py",
                 "test/harness", "test/unit", "test/fuzz/replay.c",
                 "build/release", "build/gen"):
        there = root / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if not (TREE / name).exists():      # an older tree
            continue
        if (TREE / name).is_dir():
            shutil.copytree(TREE / name, there)      # times stay
        else:
            shutil.copy2(TREE / name, there)
    for path in root.rglob("*"):        # nothing else is to be built
        if "build" not in path.relative_to(root).parts:
            os.utime(path, (10**9, 10**9))
    for name in ("mod_llmgw.so", "libcore.a", "mod_llmgw/core/glob.o"):
        (root / "build/release" / name).unlink(missing_ok=True)
    yield root
    shutil.rmtree(root)


def run_make(tree, *args, cwd="/"):
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "LLMGW_FLAVOUR")}
    return subprocess.run(["make", "-f", f"{tree}/apxs.mk", *args], env=env,
                          cwd=cwd, capture_output=True, text=True)


@pytest.mark.parametrize("inside", [True, False])
def test_plain_make_builds_in_a_folder_with_a_space(spaced, inside):
    """Fault 5.11: plain make printed help, and a space broke every target."""
    p = run_make("." if inside else spaced, cwd=spaced if inside else "/")
    assert p.returncode == 0, p.stdout + p.stderr
    assert (spaced / "build/release/mod_llmgw.so").exists()
    assert (spaced / "build/release/mod_llmgw/core/glob.o").exists()
    assert "help" in run_make(spaced, "help").stdout


def test_run_in_a_folder_with_a_space(spaced):
    """Fault 5.11: ... and what is built there runs there."""
    state = spaced / "build" / "a state"
    state.mkdir(mode=0o700)
    p = run_make(spaced, "demo", f"STATE={state}")
    assert p.returncode == 0, p.stdout + p.stderr
    assert "Both amounts are what usage x price gives." in p.stdout


def test_deps_says_what_apt_does(tmp_path):
    """Fault 5.11: it was silent for minutes."""
    go = tmp_path / "go"
    for name, text in {
            "dpkg-query": "exit 1",
            "sudo": 'while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"',
            "apt-get": f'''echo "Get:1 http://deb.example.com a $*"
echo "noise that nobody needs"
until [ -e {go} ]; do sleep 0.05; done
echo "Setting up gcc ($*) ..."'''}.items():
        (tmp_path / name).write_text("#!/bin/bash\n" + text + "\n")
        (tmp_path / name).chmod(0o755)
    out = open(tmp_path / "out", "w+", encoding="utf-8")
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen([str(TREE / ".ci/deps"), "run"], env=env, stdout=out,
                          stderr=out) as p:
        def said():
            out.seek(0)
            return out.read()

        try:
            until(lambda: "Get:1" in said(), said)
        finally:
            go.touch()
        assert p.wait(PATIENCE) == 0, said()
    assert re.search(r"^installing: gcc ", said(), re.M)
    assert len(re.findall(r"^  Setting up gcc \(", said(), re.M)) == 2
    assert "noise" not in said()
    out.close()


def test_deps_fails_where_apt_does(tmp_path):
    """Its status is not lost behind what it says."""
    for name, text in {"dpkg-query": "exit 1", "sudo": "shift; exec \"$@\"",
                       "apt-get": "echo Err:1; exit 100"}.items():
        (tmp_path / name).write_text("#!/bin/bash\n" + text + "\n")
        (tmp_path / name).chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    p = subprocess.run([str(TREE / ".ci/deps"), "run"], env=env,
                       capture_output=True, text=True)
    assert p.returncode != 0 and "Err:1" in p.stdout


def test_statements_are_embedded_whole(tmp_path):
    """A comment ends where a literal begins, and the other way round."""
    (tmp_path / "x.sql").write_text(
        "-- it's a file's comment\n\n"
        "-- name: first\n"
        "SELECT '--', \"a--b\", 'it''s -- that' -- isn't\n"
        "-- this line is none\n"
        "    , 'two  \n"
        "-- name: inside\n"
        "\n"
        "lines' ;   \n"
        "-- name: second\n"
        "SELECT '\\' || \"c\";\n")
    embed = ["awk", "-v", "part=c", "-f", TREE / "sql/embed.awk",
             tmp_path / "x.sql"]
    said = subprocess.run(embed, check=True, capture_output=True, text=True)
    texts = {m[1]: "".join(ast.literal_eval(line)
                           for line in m[2].split("\n    ") if line)
             for m in re.finditer(r"^\[sql_(\w+)\] =\n    (.*?)\n    ,$",
                                  said.stdout, re.M | re.S)}
    assert texts == {
        "first": "SELECT '--', \"a--b\", 'it''s -- that'\n"
                 "    , 'two  \n-- name: inside\n\nlines' ;\n",
        "second": "SELECT '\\' || \"c\";\n"}
    (tmp_path / "x.sql").write_text("-- name: first\nSELECT 'open;\n")
    p = subprocess.run(embed, capture_output=True, text=True)
    assert p.returncode and "inside a literal" in p.stderr
