#!/usr/bin/env python3
"""Rules that no compiler knows.   make -f apxs.mk guard

Each rule is a function that yields what breaks it, as "place: sentence".  A
rule that finds nothing to look at breaks itself: see `need`.  Lines that
begin with "note:" are printed, and break nothing.
"""
import functools
import pathlib
import sys
import time

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "test" / "guard"))

import c_rules                          # noqa: E402
import circles                          # noqa: E402
import compat_rules                     # noqa: E402
import doc_rules                        # noqa: E402
import house_rules                      # noqa: E402
import layers                           # noqa: E402
import sql_rules                        # noqa: E402
import threat_rules                     # noqa: E402
import tree_rules                       # noqa: E402
import walk_rules                       # noqa: E402
from csource import Source              # noqa: E402

SKIPPED = {"build", ".git", "__pycache__", ".pytest_cache", "node_modules"}


class Tree:
    """The files of the source tree, by their names from its top."""

    def __init__(self, top):
        self.top = top
        self.files = {}
        self.walk(top)
        self.c = {n: Source(p, n) for n, p in self.files.items()
                  if n.endswith((".c", ".h"))}

    def walk(self, folder):
        for path in sorted(folder.iterdir()):
            if path.is_symlink():
                continue
            if path.is_dir():
                if path.name not in SKIPPED:
                    self.walk(path)
            else:
                self.files[path.relative_to(self.top).as_posix()] = path

    def text(self, name):
        return self.files[name].read_text()

    def names(self, *patterns):
        return [n for n in self.files
                if any(pathlib.PurePath(n).match(p) for p in patterns)]

    @functools.cache
    def build(self):
        """What the compiler saw of them (circles.NotBuilt: not all)."""
        return circles.Build(self.top)

    def ours(self):
        """The C of the module itself."""
        return [s for n, s in self.c.items()
                if n.startswith(("mod_llmgw/", "admin/"))]


RULES = [
    c_rules.sizes, c_rules.form, c_rules.unfinished, c_rules.layers,
    c_rules.calls_stay_in_sight,
    c_rules.no_floating_point, c_rules.no_wide_integers,
    c_rules.sqlite_has_its_files, c_rules.tags, circles.no_circles,
    sql_rules.statements_prepare, sql_rules.queries_are_used,
    doc_rules.tags_are_documented, doc_rules.directives_are_documented,
    doc_rules.directive_names_exist, doc_rules.errors_are_documented,
    doc_rules.examples_are_tested, threat_rules.threats_are_tested,
    compat_rules.compatibility_is_tested,
    tree_rules.no_places_of_this_machine, tree_rules.no_secrets,
    tree_rules.hosts, tree_rules.one_word_for_a_thing,
    tree_rules.tests_are_collected, tree_rules.no_real_time,
    tree_rules.tests_open_the_database_in_one_place,
    house_rules.folders_say_what_they_are,
    house_rules.functions_are_found_by_name,
    house_rules.functions_bear_their_files_name,
    house_rules.rows_know_dialects, house_rules.nobody_is_he,
    house_rules.subjects_are_short, house_rules.no_bit_says_a_state,
    layers.picture_is_current, walk_rules.walk_is_right,
]


def main():
    start = time.monotonic()
    tree = Tree(TOP)
    broken = 0
    for rule in RULES:
        for line in rule(tree):
            print(line if line.startswith("note: ")
                  else f"{line}  [{rule.__name__}]")
            broken += not line.startswith("note: ")
    print(f"guard: {len(RULES)} rules, {len(tree.files)} files, "
          f"{broken} broken, {time.monotonic() - start:.1f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
