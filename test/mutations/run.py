#!/usr/bin/env python3
"""Is what matters tested?   make -f apxs.mk mutants [T=word]

Each mutation is a mistake that somebody could make in good faith: one text of
one file replaced by another, on a copy of the tree.  The test that it names
must fail then, and without it must pass in under a second.  A mutation whose
old text is not there, once, or that does not compile, proves nothing and
fails as well.
"""
import pathlib
import resource
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
COPY = TOP / "build" / "mutants"
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOP / "test"), str(TOP / "test" / "mutations")]

from harness import edits           # noqa: E402
from mutations import MUTATIONS     # noqa: E402

FLAVOUR = "crash"
SECONDS = 1         # of a test that passes, of its own and of the kernel
PATIENCE = 20       # with a mutant, which may hang
WANTED = ("mod_llmgw", "admin", "sql", "test/unit", "test/glue", "test/shm",
          "docs/translation.md", "apxs.mk")


def tree_of(top):
    """name -> content of what a test program is made from."""
    paths = [p for name in WANTED for p in
             ([top / name] if (top / name).is_file()
              else sorted((top / name).rglob("*")))]
    return {p.relative_to(top).as_posix(): p.read_bytes() for p in paths
            if p.is_file()}


def copy_tree():
    """What changed is written, so that make sees it; what went goes."""
    here, there = tree_of(TOP), tree_of(COPY) if COPY.is_dir() else {}
    for name in there.keys() - here.keys():
        (COPY / name).unlink()
    for name, content in here.items():
        if there.get(name) != content:
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            (COPY / name).write_bytes(content)


def build(tests):
    """What make says, if it fails."""
    p = subprocess.run(["make", "-j2", "-f", "apxs.mk", f"FLAVOUR={FLAVOUR}",
                        *[f"build/{FLAVOUR}/{test}" for test in tests]],
                       cwd=COPY, capture_output=True, text=True)
    return None if p.returncode == 0 else p.stdout + p.stderr


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(test):
    """(did it pass, its seconds, what failed first)."""
    before = cpu()
    try:
        p = subprocess.run([COPY / "build" / FLAVOUR / test], cwd=COPY,
                           capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False, PATIENCE, "it hangs"
    bad = next((line for line in p.stdout.splitlines()
                if line.startswith("not ok")), f"exit code {p.returncode}")
    return p.returncode == 0, cpu() - before, bad


def judge(m):
    """(is it caught, what is to be said)."""
    try:
        undo = edits.apply(COPY, m.file, m.old, m.new)
    except edits.Moved as e:
        return False, f"MOVED     {e}"
    try:
        failure = build([m.test])
        if failure is not None:
            return False, f"NO BUILD  {failure}"
        passed, _, bad = run(m.test)
    finally:
        undo()
    return (False, "SURVIVES") if passed else (True, f"caught    {bad}")


def main(words):
    start, broken = time.monotonic(), 0
    chosen = [m for m in MUTATIONS if all(
        word in f"{m.name} {m.file} {m.test}" for word in words)]
    tests = sorted({m.test for m in chosen})
    copy_tree()
    failure = build(tests)
    if failure is not None:
        sys.exit(failure)
    for test in tests:
        passed, seconds, bad = run(test)
        if not passed or seconds > SECONDS:
            print(f"{test}: takes {seconds:.2f} s" if passed
                  else f"{test}: fails as it is: {bad}")
            broken += 1
    for m in chosen:
        caught, what = judge(m)
        broken += not caught
        print(f"{m.name:34} {m.test:24} {what}", flush=True)
    print(f"mutants: {len(chosen)} mutations, {broken} wrong, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if broken or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
