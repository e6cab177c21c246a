#!/usr/bin/env python3
"""Which room of the source uses which, from what the compiler saw.

    test/guard/circles.py              print the circles; exit status 1 if any

A room is foo.c with foo.h, and with a header that nothing else includes; any
other header (foo_private.h, tbl/*.h) is a room of its own.  A room uses
another by including its header (build/FLAVOUR/**/*.d says which files a name
in "" stood for) or by a symbol that only the other's object defines (nm).
Rooms that use each other, however long the way round, are a circle: none can
be read, tested or moved without all the others.

The module record is left out: each file that logs or reads a configuration
names it, and what holds it registers every hook.
"""
import collections
import functools
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
OURS = ("mod_llmgw/", "admin/")
RECORD = "llmgw_module"
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


class NotBuilt(Exception):
    """There is a source without an object, or an older one."""


class Build:
    """What one build in build/FLAVOUR says of the sources.

    includes and calls: room -> {room used: [what ties them]}."""

    def __init__(self, top=TOP, flavour="release"):
        self.top, self.out = top, top / "build" / flavour
        self.sources = sorted(p.relative_to(top).as_posix() for folder in OURS
                              for p in (top / folder).rglob("*.c"))
        if not self.sources:
            raise NotBuilt("there are no sources")
        self.seen = {c: self.files_of(c) for c in self.sources}
        self.files = sorted({f for seen in self.seen.values() for f in seen})
        self.room = self.rooms()

    def files_of(self, source):
        """source and our headers that its compilation read."""
        built = self.out / source[:-2]
        try:
            text = built.with_suffix(".d").read_text()
            age = built.with_suffix(".o").stat().st_mtime
        except FileNotFoundError:
            raise NotBuilt(f"{built.relative_to(self.top)}.o is not there: "
                           "make -f apxs.mk module") from None
        names = text.replace("\\\n", " ").split(":", 1)[1].split("\n")[0]
        found = [n for n in names.split() if n.startswith(OURS)]
        for name in found:
            path = self.top / name
            if not path.exists() or path.stat().st_mtime > age:
                raise NotBuilt(f"{name} is newer than {source[:-2]}.o: "
                               "make -f apxs.mk module")
        return found

    @functools.cached_property
    def direct(self):
        """file -> files that it includes itself."""
        found = {f: set() for f in self.files}
        for seen in self.seen.values():
            for name in seen:
                beside = name.rsplit("/", 1)[0] + "/"
                for header in INCLUDE.findall(self.text(name)):
                    read = {f for f in seen if f.endswith("/" + header)}
                    found[name] |= read & {beside + header} or read
        return found

    @functools.cache
    def text(self, name):
        return (self.top / name).read_text()

    def rooms(self):
        """file -> its room, which is named as its files are, without .c."""
        users = collections.defaultdict(set)
        for name, headers in self.direct.items():
            for header in headers:
                users[header].add(name)

        def room(name):
            if name.removesuffix(".h") + ".c" in self.seen:
                return name[:-2]
            if len(users[name]) == 1 and not name.endswith("_private.h"):
                return room(next(iter(users[name])))
            return name.removesuffix(".c")

        return {name: room(name) for name in self.files}

    @functools.cached_property
    def includes(self):
        uses = collections.defaultdict(lambda: collections.defaultdict(list))
        for name, headers in self.direct.items():
            for header in sorted(headers):
                a, b = self.room[name], self.room[header]
                if a != b:
                    uses[a][b].append(
                        f"{name.rsplit('/', 1)[1]} includes "
                        f"{header.rsplit('/', 1)[1]}")
        return uses

    @functools.cached_property
    def symbols(self):
        """(symbol -> sources that define it, source -> symbols it needs)."""
        defined, needed = (collections.defaultdict(set) for _ in range(2))
        objects = [source[:-2] + ".o" for source in self.sources]
        nm = subprocess.run(["nm", "-gA", *objects], cwd=self.out,
                            capture_output=True, text=True, check=True)
        for name, kind, symbol in re.findall(
                r"^(.*)\.o:.* ([A-Za-z]) (\w+)$", nm.stdout, re.M):
            if symbol == RECORD:
                continue
            if kind == "U":
                needed[name + ".c"].add(symbol)
            else:
                defined[symbol].add(name + ".c")
        return defined, needed

    @functools.cached_property
    def calls(self):
        uses = collections.defaultdict(lambda: collections.defaultdict(list))
        defined, needed = self.symbols
        for source, symbols in needed.items():
            for symbol in sorted(symbols):
                for other in defined.get(symbol, ()):
                    uses[self.room[source]][self.room[other]].append(
                        f"{source.rsplit('/', 1)[1]} needs {symbol}")
        return uses


    def circles(self):
        """(how, uses, rooms) of each."""
        for how, uses in (("include", self.includes), ("call", self.calls)):
            for circle in circles(uses):
                yield how, uses, circle


def circles(uses):
    """The strongly connected components of more than one room (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(room):
        index[room] = low[room] = len(index)
        stack.append(room)
        for other in uses.get(room, ()):
            if other not in index:
                visit(other)
                low[room] = min(low[room], low[other])
            elif other in stack:
                low[room] = min(low[room], index[other])
        if low[room] == index[room]:
            at = stack.index(room)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for room in sorted(uses):
        if room not in index:
            visit(room)
    return sorted(found)


def ties(uses, circle):
    """A line for each arrow within a circle."""
    for a in circle:
        for b, why in uses[a].items():
            if b in circle and a != b:
                more = f" and {len(why) - 3} more" if len(why) > 3 else ""
                yield f"  {a} -> {b}: {', '.join(why[:3])}{more}"


def no_circles(tree):
    """No room needs itself by way of others."""
    try:
        for how, uses, circle in tree.build().circles():
            yield f"a circle by {how}: {' '.join(circle)}"
            yield from ties(uses, circle)
    except NotBuilt as e:
        yield str(e)


def main():
    broken = 0
    for how, uses, circle in Build().circles():
        print(f"a circle by {how} of {len(circle)}: {' '.join(circle)}")
        print("\n".join(ties(uses, circle)))
        broken += 1
    print(f"circles: {broken}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
