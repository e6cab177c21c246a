"""Each promise of docs/threat-model.md names tests that exist: asked are those
who run them, pytest and the list of unit tests."""
import re
import subprocess

from c_rules import need
from doc_rules import rows

PAGE = "docs/threat-model.md"
HEAD = ["asset", "attacker", "promise", "test"]


def collected(tree, names):
    """"file.py::test" of what pytest would run in these files."""
    python = tree.top / "build" / "venv" / "bin" / "python"
    paths = [n for n in tree.files if n.startswith("test/e2e/")
             and n.rsplit("/", 1)[-1] in names]
    p = subprocess.run([python, "-m", "pytest", "--collect-only", "-q",
                        "-p", "no:cacheprovider", *paths], cwd=tree.top,
                       capture_output=True, text=True)
    return set(re.findall(r"^test/e2e/([\w.]+::\w+)", p.stdout, re.M))


def threats_are_tested(tree):
    if PAGE not in tree.files:
        yield f"{PAGE}: is not there"
        return
    table = [(i, cells) for i, cells in rows(tree, PAGE) if len(cells) == 4
             and cells != HEAD and set(cells[0]) != {"-"}]
    named = {t for _, cells in table
             for t in re.findall(r"`([\w.]+::\w+|test_\w+\.c)`", cells[3])}
    known = {n.rsplit("/", 1)[-1] for n in tree.names("test/unit/test_*.c")}
    known |= collected(tree, {t.split("::")[0] for t in named})
    for i, cells in table:
        tests = re.findall(r"`([^`]+)`", cells[3])
        if not tests:
            yield f"{PAGE}:{i}: names no test for: {cells[2]}"
        for test in tests:
            if test not in known:
                yield f"{PAGE}:{i}: {test} is not collected"
    yield from need(len(table) > 10, "promises")
