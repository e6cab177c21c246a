"""Each rule of guard is seen failing: a copy of the tree with one thing wrong
breaks it, and the same copy without does not."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "test"), str(TOP / "test" / "guard")]

import c_rules              # noqa: E402
import circles              # noqa: E402
import guard                # noqa: E402
import house_rules          # noqa: E402
from harness import edits   # noqa: E402

C = "mod_llmgw/core/money.c"
KEYS = "sql/keys.sql"

# what guard reads here must not be what it looks for
TIME = "time." + "sleep(1)"
LOG = '    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, "no tag");\n'

# rule, file, old text (none: at the end), new text, what the rule says
WRONG = [
    ("sizes", C, "", "static void f(void)\n{\n" + "    g();\n" * 38 + "}\n",
     "f has 41"),
    ("form", C, "", "\tint x;\n", "a tab"),
    ("form", C, "SPDX-License-Identifier", "License", "the first line"),
    ("unfinished", C, "", "/* FIX" "ME */\n", "FIX" "ME"),
    ("layers", C, "", '#include "segment.h"\n', '"segment.h" is not in'),
    ("layers", C, "", "#include <sqlite3.h>\n", "has no place in"),
    ("no_floating_point", C, "", "static double x;\n", "double"),
    ("no_wide_integers", C, "", "static __int128 x;\n", "32-bit"),
    ("sqlite_has_its_files", "mod_llmgw/store/keys.c", "",
     "static sqlite3_stmt *x;\n", "SQLite is known to"),
    ("tags", "mod_llmgw/auth.c", "",
     "static void f(server_rec *s)\n{\n" + LOG + "}\n", "without GW_TAG"),
    ("statements_prepare", KEYS, "",
     "-- name: wrong\nSELECT x FROM nowhere;\n", "no such table"),
    ("queries_are_used", KEYS, "", "-- name: idle_query\nSELECT 1;\n",
     "idle_query is used nowhere"),
    ("tags_are_documented", "docs/log-tags.md", "| LG0053 |", "| LG9953 |",
     "LG0053 is not in"),
    ("directives_are_documented", "docs/directives.md",
     "## LLMGatewayZone\n", "## A zone\n", "has no section"),
    ("directive_names_exist", "README.md", "", "LLMGatewayNothing\n",
     "there is no directive LLMGatewayNothing"),
    ("errors_are_documented", "docs/errors.md", "", "| `wrong_error` |\n",
     "there is no error wrong_error"),
    ("examples_are_tested", "README.md", "", "```sh\nls\n```\n", "needs <!--"),
    ("threats_are_tested", "docs/threat-model.md", "",
     "| a | b | c | `test_keys.py::test_nobody_wrote` |\n",
     "test_nobody_wrote is not collected"),
    ("compatibility_is_tested", "docs/compatibility.md", "",
     "| a | b | `test_openai.py::test_nobody_wrote` |\n",
     "test_nobody_wrote is not collected"),
    ("compatibility_is_tested", "docs/compatibility.md", "",
     "| a | b | none yet |\n", "names no test for: b"),
    ("no_places_of_this_machine", "README.md", "", "{top}/x\n", "names /"),
    ("no_secrets", "README.md", "", "sk-" + "a1" * 16 + "\n", "an API key"),
    ("hosts", "README.md", "", "https:" + "//host.of.nobody/\n",
     "does not know"),
    ("one_word_for_a_thing", C, "", "static int ten" "ant;\n",
     "is called team here"),
    ("tests_are_collected", "test/e2e/more.py", "",
     "def test_that_nobody_runs():\n    pass\n", "is not named test_*.py"),
    ("no_real_time", "test/e2e/test_chat.py", "", TIME + "\n",
     "goes by the machine's time"),
    ("tests_open_the_database_in_one_place", "test/e2e/test_chat.py", "",
     "import " + "sqlite3\n", "use "),
    ("folders_say_what_they_are", "mod_llmgw/shm/README.md", "", "\n" * 9,
     "lines, at most"),
    ("folders_say_what_they_are", "mod_llmgw/shm/README.md", "**Locks:**",
     "Locks:", "says nothing of"),
    ("folders_say_what_they_are", "mod_llmgw/new/new.c", "", "\n",
     "mod_llmgw/new/README.md: is not there"),
    ("rows_know_dialects", "mod_llmgw/endpoint.c", "",
     'static const char *x = "bail' 'ian";\n', "names are in"),
    ("rows_know_dialects", "mod_llmgw/core/serves.c", "",
     'static const char *x = "g' 'lm";\n', "names are in"),
    ("rows_know_dialects", "mod_llmgw/upstream/forward.c", "",
     "static int x = GW_EP_CHAT;\n", "GW_EP_CHAT: what differs"),
    ("rows_know_dialects", "admin/explain.c", "",
     "static int x = GW_DIALECT_ANTHROPIC;\n", "what differs"),
    ("rows_know_dialects", "mod_llmgw/store/spec.c", "",
     "static int x = GW_VENDOR_OPENAI;\n", "what differs"),
    ("functions_bear_their_files_name", "mod_llmgw/store/keys.h", "",
     "int gw_other(int x);\n", "gw_other is not called gw_keys_"),
    ("picture_is_current", "docs/architecture.md", "│ core/ │", "│ base/ │",
     "the layers changed"),
    ("picture_is_current", "docs/architecture.md", "<!-- /layers -->", "",
     "has no place"),
    ("walk_is_right", "docs/architecture.md", "(`settle.c`, `shm/bill.c`",
     "(`settle.c`, `shm/bills.c`", "there is no mod_llmgw/shm/bills.c"),
    ("walk_is_right", "docs/architecture.md", "(`settle.c`, `shm/bill.c`",
     "(`settle.c`, `authz.c`", "does not lead to mod_llmgw/authz.c"),
    ("walk_is_right", "docs/architecture.md", "(`upstream/forward.c`",
     "(`authz.c`", "nothing before it leads to mod_llmgw/authz.c"),
    ("walk_is_right", "docs/architecture.md", "11. **settle**",
     "9. **settle**", "step 11 has number 9"),
    ("nobody_is_he", "docs/billing.md", "", "A client has h" "is answer.\n",
     "who?"),
    ("no_bit_says_a_state", "mod_llmgw/upstream/tap_private.h",
     "    unsigned leaked:1;", "    unsigned settled:1;", "is a state"),
    ("no_bit_says_a_state", "mod_llmgw/upstream/watch.h",
     "    int fresh;", "    int sent;", "is a state"),
]
# shown failing by tests of their own below
ELSEWHERE = {"no_circles", "calls_stay_in_sight", "functions_are_found_by_name",
             "subjects_are_short"}


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    """A copy of what guard reads; what was built stands beside it."""
    copy = tmp_path_factory.mktemp("tree")
    for name in guard.Tree(TOP).files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, copy / name)
    (copy / "build").symlink_to(TOP / "build")
    return copy


def said(rule, top):
    rule = next(r for r in guard.RULES if r.__name__ == rule)
    return [line for line in rule(guard.Tree(top))
            if not line.startswith("note: ")]


@pytest.mark.parametrize("rule, name, old, new, what", WRONG,
                         ids=[f"{w[0]}-{i}" for i, w in enumerate(WRONG)])
def test_a_rule_is_seen_failing(top, rule, name, old, new, what):
    path = top / name
    was = path.stat() if path.exists() else None
    undo = edits.apply(top, name, old, new.replace("{top}", str(top)))
    try:
        assert any(what in line for line in said(rule, top))
    finally:
        undo()
        if was:     # or it would be newer than its object
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def test_each_rule_has_a_row():
    names = {r.__name__ for r in guard.RULES}
    assert names == {w[0] for w in WRONG} | ELSEWHERE


# ---- what is built ----

def house(top, files):
    """A small house, built as apxs.mk would."""
    for name, text in files.items():
        path = top / "mod_llmgw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name in files:
        if name.endswith(".c"):
            built = f"build/release/mod_llmgw/{name[:-2]}.o"
            (top / built).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["gcc", "-MMD", "-MP", "-c", f"mod_llmgw/{name}",
                            "-o", built], cwd=top, check=True)
    return guard.Tree(top)


ONE_WAY = {
    "a.h": "void gw_a(void);\n",
    "a.c": '#include "a.h"\n#include "b.h"\nvoid gw_a(void) { gw_b(); }\n',
    "b.h": "void gw_b(void);\n",
    "b.c": '#include "b.h"\nvoid gw_b(void) { }\n',
}


def test_no_circle(tmp_path):
    assert list(circles.no_circles(house(tmp_path, ONE_WAY))) == []


def test_a_circle_by_include(tmp_path):
    """Of headers alone: a's needs b's, and b's source needs a's."""
    said = list(circles.no_circles(house(tmp_path, ONE_WAY | {
        "a.h": '#include "b.h"\nvoid gw_a(void);\n',
        "b.c": '#include "b.h"\n#include "a.h"\nvoid gw_b(void) { }\n'})))
    assert said[0] == "a circle by include: mod_llmgw/a mod_llmgw/b"
    assert "  mod_llmgw/b -> mod_llmgw/a: b.c includes a.h" in said


def test_a_circle_by_call(tmp_path):
    """Which no include shows: b declares what it needs by itself."""
    said = list(circles.no_circles(house(tmp_path, ONE_WAY | {
        "b.c": "void gw_a(void);\nvoid gw_b(void) { gw_a(); }\n"})))
    assert said[0] == "a circle by call: mod_llmgw/a mod_llmgw/b"
    assert "  mod_llmgw/b -> mod_llmgw/a: b.c needs gw_a" in said


def test_a_circle_of_three(tmp_path):
    said = list(circles.no_circles(house(tmp_path, ONE_WAY | {
        "b.c": "void gw_c(void);\nvoid gw_b(void) { gw_c(); }\n",
        "c.c": "void gw_a(void);\nvoid gw_c(void) { gw_a(); }\n"})))
    assert said[0] == "a circle by call: mod_llmgw/a mod_llmgw/b mod_llmgw/c"


def test_a_private_header_is_a_room(tmp_path):
    """Its file's own header above it is a circle: two files share it."""
    said = list(circles.no_circles(house(tmp_path, ONE_WAY | {
        "a_private.h": '#include "a.h"\n',
        "a.c": '#include "a_private.h"\nvoid gw_a(void) { }\n'})))
    assert said[0] == ("a circle by include: mod_llmgw/a "
                       "mod_llmgw/a_private.h")


def test_the_module_record_ties_nothing(tmp_path):
    said = list(circles.no_circles(house(tmp_path, ONE_WAY | {
        "a.c": '#include "b.h"\nint llmgw_module;\nvoid gw_a(void) '
               "{ gw_b(); }\n",
        "b.c": "extern int llmgw_module;\nvoid gw_b(void) "
               "{ llmgw_module = 1; }\n"})))
    assert said == []


def test_a_call_into_a_layer_that_is_not_seen(tmp_path):
    """The core declares by itself what only the store defines."""
    (tmp_path / "apxs.mk").write_text((TOP / "apxs.mk").read_text())
    files = {"core/a.h": "void gw_a(void);\n",
             "core/a.c": '#include "a.h"\nvoid gw_b(void);\n'
                         "void gw_a(void) { gw_b(); }\n"}
    below = house(tmp_path, files | {
        "core/b.c": "void gw_b(void) { }\n"})
    assert list(c_rules.calls_stay_in_sight(below)) == []
    (tmp_path / "mod_llmgw/core/b.c").unlink()
    above = house(tmp_path, files | {
        "store/b.c": "void gw_b(void) { }\n"})
    assert list(c_rules.calls_stay_in_sight(above)) == [
        "mod_llmgw/core/a is in mod_llmgw/core/, which does not see "
        "mod_llmgw/store/b: a.c needs gw_b"]


def test_what_is_not_built_is_told(tmp_path):
    tree = house(tmp_path, ONE_WAY)
    os.utime(tmp_path / "mod_llmgw/b.h", (2e9, 2e9))
    assert "b.h is newer than" in list(circles.no_circles(tree))[0]
    (tmp_path / "build/release/mod_llmgw/a.o").unlink()
    assert "a.o is not there" in list(
        circles.no_circles(guard.Tree(tmp_path)))[0]


def test_a_function_in_anothers_header(tmp_path):
    tree = house(tmp_path, ONE_WAY | {
        "a.h": "void gw_a(void);\nvoid gw_b_more(void);\n",
        "b.c": "void gw_b(void) { }\nvoid gw_b_more(void) { }\n"})
    assert [s for s in house_rules.functions_are_found_by_name(tree)
            if "gw_b" in s] == [
        "mod_llmgw/b.c: gw_b_more is not declared in mod_llmgw/b.h or a "
        "header of its family"]


def test_a_function_in_its_familys_header(tmp_path):
    tree = house(tmp_path, {
        "a.h": "void gw_a_b(void);\n", "a_private.h": "void gw_a_c(void);\n",
        "a_b.c": '#include "a.h"\nvoid gw_a_b(void) { }\n',
        "a_c.c": '#include "a_private.h"\nvoid gw_a_c(void) { }\n'})
    assert not any("gw_a" in s for s in
                   house_rules.functions_are_found_by_name(tree))


# ---- commits ----

@pytest.mark.parametrize("subject, what", [
    ("core: " + "x" * 67, "a subject of 73"), ("core: mend it.", "full stop")])
def test_a_subject(tmp_path, subject, what):
    def git(*words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b",
                        *words], cwd=tmp_path, check=True)
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "core: mend it")
    assert list(house_rules.subjects_are_short(guard.Tree(tmp_path))) == []
    git("commit", "-q", "--allow-empty", "-m", subject)
    said = list(house_rules.subjects_are_short(guard.Tree(tmp_path)))
    assert len(said) == 1 and what in said[0]
