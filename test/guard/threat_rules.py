"""Each promise of docs/threat-model.md names tests that exist."""
from c_rules import need
from doc_rules import rows
from named_tests import missing

PAGE = "docs/threat-model.md"
HEAD = ["asset", "attacker", "promise", "test"]


def threats_are_tested(tree):
    if PAGE not in tree.files:
        yield f"{PAGE}: is not there"
        return
    table = [(i, cells) for i, cells in rows(tree, PAGE) if len(cells) == 4
             and cells != HEAD and set(cells[0]) != {"-"}]
    yield from missing(tree, PAGE, table, 3)
    yield from need(len(table) > 10, "promises")
