"""A request's walk, as docs/architecture.md tells it: each step names its
files, the one that it begins in first."""
import re

from c_rules import need
from circles import NotBuilt
from layers import PAGE, uses_of

HEAD = "## The life of a request\n"
STEP = re.compile(r"^(\d+)\. \*\*([^*]+)\*\* \(([^)]*)\)", re.M)
# where httpd enters by a hook, and a process of its own begins
ENTRIES = ("claim", "helper")


def reached(uses, start):
    """The rooms that are used from a room, at any remove."""
    seen, todo = set(), [start]
    while todo:
        room = todo.pop()
        if room not in seen:
            seen.add(room)
            todo += uses[room]
    return seen


def walk_is_right(tree):
    """Every file of a step exists and is reached from where the step begins;
    and that from a step before it."""
    text = tree.text(PAGE).partition(HEAD)[2].partition("\n## ")[0]
    steps = STEP.findall(text)
    try:
        uses = uses_of(tree.build())
    except NotBuilt as e:
        yield str(e)
        return
    before = set()
    for i, (number, name, inside) in enumerate(steps, 1):
        if int(number) != i:
            yield f"{PAGE}: step {i} has number {number}"
        rooms = [f"mod_llmgw/{f[:-2]}"
                 for f in re.findall(r"`([\w/]+\.c)`", inside)]
        gone = [r for r in rooms if r not in uses]
        if gone or not rooms:
            yield (f"{PAGE}: step {number}, {name}: there is no "
                   f"{', '.join(r + '.c' for r in gone) or 'file'}")
            continue
        if name not in ENTRIES and rooms[0] not in before:
            yield (f"{PAGE}: step {number}, {name}: nothing before it leads "
                   f"to {rooms[0]}.c")
        within = reached(uses, rooms[0])
        for room in rooms:
            if room not in within:
                yield (f"{PAGE}: step {number}, {name}: {rooms[0]}.c does "
                       f"not lead to {room}.c")
        before |= within
    for m in re.finditer(r"`([\w/]+\.[ch])`", text):
        if f"mod_llmgw/{m[1]}" not in tree.files:
            yield f"{PAGE}: there is no mod_llmgw/{m[1]}"
    yield from need(len(steps) > 8, "steps")
