#!/usr/bin/env python3
"""The picture of layers in docs/architecture.md, from what the compiler saw.

    test/guard/layers.py            draw it anew, between its two markers

A folder stands on the floor above all that it uses.  One whose files use a
folder that uses other files of it is drawn in parts, from the lowest up.
"""
import collections
import re
import sys
import textwrap

from circles import TOP, Build, NotBuilt

PAGE = "docs/architecture.md"
MARKS = ("<!-- layers: make -f apxs.mk picture -->\n", "<!-- /layers -->")
WIDTH = 72


def folder_of(room):
    folder = room.rsplit("/", 1)[0] + "/"
    return folder.removesuffix("tbl/")


def uses_of(build):
    """room -> the rooms that it includes or calls."""
    uses = {room: set() for room in build.room.values()}
    for tie in (build.includes, build.calls):
        for room, others in tie.items():
            uses[room] |= set(others)
    return uses


def closed(rooms, uses, below):
    """Those of rooms that use nothing but each other and what is below."""
    rooms = set(rooms)
    while True:
        out = {r for r in rooms if not uses[r] <= rooms | below}
        if not out:
            return rooms
        rooms -= out


def parts(uses):
    """[(folder, rooms)] from the ground up: a folder is whole if it can be,
    else as much of it as can stand on what is there."""
    left = collections.defaultdict(set)
    for room in uses:
        left[folder_of(room)].add(room)
    below, found = set(), []
    while left:
        ready = {f: closed(rooms, uses, below) for f, rooms in left.items()}
        folder = max(sorted(ready), key=lambda f: (
            ready[f] == left[f], len(ready[f])))
        if not ready[folder]:           # circles between folders: together
            found += [(f, left[f]) for f in sorted(left)]
            break
        found.append((folder, ready[folder]))
        below |= ready[folder]
        left[folder] -= ready[folder]
        if not left[folder]:
            del left[folder]
    return found


def ordered(found, uses):
    """Can they stand on each other?  None, or from the ground up."""
    home = {r: i for i, (_, rooms) in enumerate(found) for r in rooms}
    left = {i: {home[o] for r in rooms for o in uses[r]} - {i}
            for i, (_, rooms) in enumerate(found)}
    done = []
    while left:
        free = [i for i in left if left[i] <= set(done)]
        if not free:
            return None
        done.append(free[0])
        del left[free[0]]
    return [found[i] for i in done]


def merged(found, uses):
    """Parts of a folder that need not be apart are one."""
    for i in range(len(found)):
        for k in range(i + 1, len(found)):
            if found[i][0] == found[k][0]:
                less = found[:i] + found[i + 1:k] + found[k + 1:] + [
                    (found[i][0], found[i][1] | found[k][1])]
                less = ordered(less, uses)
                if less is not None:
                    return merged(less, uses)
    return found


def named(found):
    """[(name, rooms)]: parts of a folder are told by letters."""
    count = collections.Counter(folder for folder, _ in found)
    seen = collections.Counter()
    names = []
    for folder, rooms in found:
        name = folder.removeprefix("mod_llmgw/") or folder
        if count[folder] > 1:
            name += f" {'abcdefgh'[seen[folder]]}"
            seen[folder] += 1
        names.append((name, rooms))
    return names


def box(names):
    """One line of boxes."""
    return ["".join(row).rstrip() for row in zip(*[
        ("┌" + "─" * (len(n) + 2) + "┐ ", f"│ {n} │ ",
         "└" + "─" * (len(n) + 2) + "┘ ") for n in names])]


def picture(build):
    uses = uses_of(build)
    found = named(merged(parts(uses), uses))
    home = {room: name for name, rooms in found for room in rooms}
    order = [name for name, _ in found]
    below = {name: {home[o] for r in rooms for o in uses[r]} - {name}
             for name, rooms in found}
    floor = {}
    for name in order:
        floor[name] = 1 + max((floor.get(o, 0) for o in below[name]),
                              default=-1)
    lines = ["```"]
    for level in range(max(floor.values()), -1, -1):
        lines += box([n for n in order if floor[n] == level])
    lines += ["```", "", "| | uses |", "|---|---|"]
    for name in reversed(order):
        others = [o for o in order if o in below[name]]
        lines.append(f"| `{name}` | " + (
            ", ".join(f"`{o}`" for o in others) or "nothing") + " |")
    for name, rooms in found:
        if name[-1] != "/" and len(rooms) < max(
                len(others) for n, others in found if n[:-1] == name[:-1]):
            files = sorted(r.rsplit("/", 1)[1] for r in rooms)
            lines += ["", *textwrap.wrap(f"`{name}` is {', '.join(files)}.",
                                         WIDTH)]
    return "\n".join(lines) + "\n"


def split(text):
    """Before, between and after the markers; None: they are not there."""
    m = re.fullmatch(f"(.*{re.escape(MARKS[0])})(.*)({re.escape(MARKS[1])}.*)",
                     text, re.S)
    return m and m.groups()


def picture_is_current(tree):
    """The layers that docs/architecture.md shows are those of the code."""
    found = split(tree.text(PAGE)) if PAGE in tree.files else None
    if found is None:
        yield f"{PAGE}: has no place for the picture: {MARKS[0].strip()}"
        return
    try:
        if picture(tree.build()) != found[1]:
            yield f"{PAGE}: the layers changed: make -f apxs.mk picture"
    except NotBuilt as e:
        yield str(e)


def main():
    page = TOP / PAGE
    found = split(page.read_text())
    if found is None:
        sys.exit(f"{PAGE}: has no {MARKS[0].strip()}")
    page.write_text(found[0] + picture(Build()) + found[2])


if __name__ == "__main__":
    main()
