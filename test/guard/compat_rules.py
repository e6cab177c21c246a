"""What docs/compatibility.md says that clients may rely on names tests that
exist."""
from c_rules import need
from doc_rules import rows
from named_tests import missing

PAGE = "docs/compatibility.md"
HEAD = ["what", "how it is here", "test"]


def compatibility_is_tested(tree):
    """Rows of three cells; other tables of the page have more or fewer."""
    if PAGE not in tree.files:
        yield f"{PAGE}: is not there"
        return
    table = [(i, cells) for i, cells in rows(tree, PAGE) if len(cells) == 3
             and cells != HEAD and set(cells[0]) != {"-"}]
    yield from missing(tree, PAGE, table, 2)
    yield from need(len(table) > 10, "rows of what clients may rely on")
