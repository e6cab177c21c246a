"""Tests that a page names: are they there?  Asked are those who run them,
pytest and the list of unit tests."""
import re
import subprocess

FOLDERS = ("test/e2e/", "test/clients/")


def collected(tree, names):
    """"file.py::test" of what pytest would run in these files."""
    python = tree.top / "build" / "venv" / "bin" / "python"
    asked = []
    for folder in FOLDERS:
        paths = [n for n in tree.files if n.startswith(folder)
                 and n.rsplit("/", 1)[-1] in names]
        if paths:
            asked.append((folder, subprocess.Popen(
                [python, "-m", "pytest", "--collect-only", "-q", "-p",
                 "no:cacheprovider", *paths], cwd=tree.top, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)))
    return {test for folder, p in asked for test in re.findall(
        rf"^{folder}([\w.]+::\w+)", p.communicate()[0], re.M)}


def missing(tree, page, table, column):
    """Of rows (line, cells) of a page: those that name no test in that
    column, or one that is not there."""
    named = {t for _, cells in table
             for t in re.findall(r"`([\w.]+::\w+|test_\w+\.c)`",
                                 cells[column])}
    known = {n.rsplit("/", 1)[-1] for n in tree.names("test/unit/test_*.c")}
    known |= collected(tree, {t.split("::")[0] for t in named})
    for i, cells in table:
        tests = re.findall(r"`([^`]+)`", cells[column])
        if not tests:
            yield f"{page}:{i}: names no test for: {cells[column - 1]}"
        for test in tests:
            if test not in known:
                yield f"{page}:{i}: {test} is not collected"
