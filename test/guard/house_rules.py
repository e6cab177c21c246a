"""Rules about the rooms: what a folder says of itself, where a function is
declared, how people write here."""
import re
import subprocess

import circles
from c_rules import need
from tree_rules import line_of, texts

README_LINES = 15


def folders_say_what_they_are(tree):
    """What lives here, what runs it, which locks it may take, what it must
    not know: in a few lines, beside the code."""
    folders = sorted({s.name.rsplit("/", 1)[0] for s in tree.ours()
                      if s.name.endswith(".c")})
    for folder in folders:
        name = f"{folder}/README.md"
        if name not in tree.files:
            yield f"{name}: is not there"
            continue
        text = tree.text(name)
        lines = text.count("\n")
        if lines > README_LINES:
            yield f"{name}: {lines} lines, at most {README_LINES}"
        for part in ("Here:", "Runs in", "Locks:", "Must not know"):
            if f"**{part}" not in text:
                yield f"{name}: says nothing of **{part}**"
        for m in re.finditer(r"`([\w/]+\.[ch])`", text):
            if not any(at + m[1] in tree.files
                       for at in (folder + "/", "mod_llmgw/", "")):
                yield f"{name}: there is no {m[1]}"
    yield from need(folders, "folders")


# ---- where a function is declared ----

def declaring(source, headers):
    """The headers that may declare what source defines: foo_bar.h for
    foo_bar.c, or one of its family: foo.h, foo_private.h."""
    words = source[:-2].rsplit("/", 1)[1].split("_")
    folder = source.rsplit("/", 1)[0]
    for n in range(len(words), 0, -1):
        stem = f"{folder}/{'_'.join(words[:n])}"
        for name in (f"{stem}.h", f"{stem}_private.h"):
            if name in headers:
                yield name


# files whose functions are the rows of a table, and that table
ROWS = [("admin/", "routes.h"), ("admin/", "own_routes.h"),
        ("mod_llmgw/core/translate/", "translate_rows.h")]


def functions_are_found_by_name(tree):
    """What foo.c exports stands in foo.h: who reads a call knows the file."""
    try:
        build = tree.build()
    except circles.NotBuilt as e:
        yield str(e)
        return
    defined, _ = build.symbols
    for symbol, sources in sorted(defined.items()):
        for source in sources:
            tables = [at + table for at, table in ROWS
                      if source.startswith(at) and at + table in tree.files]
            where = [*declaring(source, build.files), *tables]
            if not any(re.search(rf"\b{symbol}\b", tree.text(h))
                       for h in where):
                yield (f"{source}: {symbol} is not declared in "
                       f"{source[:-2]}.h or a header of its family")
    yield from need(len(defined) > 100, "symbols")


# folders where each function of foo.c is called gw_foo_..., too
NAMED = ("mod_llmgw/store/",)


def functions_bear_their_files_name(tree):
    """Who reads gw_foo_bar looks into foo.h, without a search."""
    found = 0
    for s in tree.ours():
        stem = s.name.rsplit("/", 1)[1][:-2]
        if not (s.name.startswith(NAMED) and s.name.endswith(".h")) \
                or stem.endswith("_private"):
            continue
        for m in re.finditer(r"^(?!typedef)\w[\w *]*?\b(\w+)\(", s.bare, re.M):
            found += 1
            if not re.match(rf"gw_{stem}(_|$)", m[1]):
                yield f"{s.at(m.start(1))}: {m[1]} is not called gw_{stem}_"
    yield from need(found > 50, "functions in headers")


# ---- who knows dialects and vendors ----

TABLES = "mod_llmgw/core/tbl/"
KNOW = ("mod_llmgw/core/dialect", "mod_llmgw/core/vendor",
        "mod_llmgw/core/translate/", TABLES)


def words_of(tree):
    """(constants, names) of the tables of endpoints, dialects, vendors."""
    constants, names = set(), set()
    for table, prefix in (("endpoints", "GW_EP_"), ("dialects", "GW_DIALECT_"),
                          ("vendors", "GW_VENDOR_")):
        text = tree.text(f"{TABLES}{table}.h")
        for m in re.finditer(r'^[A-Z]\((\w+),\s*"([^"]+)"', text, re.M):
            constants.add(prefix + m[1])
            if table != "endpoints":    # members have such names, too
                names.add(m[2])
    families = tree.text(TABLES + "model_families.h")
    return constants, names | set(re.findall(r'^F\("([^"]+)"', families, re.M))


def rows_know_dialects(tree):
    """Which endpoint, dialect or vendor it is, nobody asks who has its row."""
    constants, names = words_of(tree)
    constant = re.compile(rf"\b({'|'.join(sorted(constants))})\b")
    for s in tree.ours():
        if s.name.startswith(KNOW):
            continue
        for m in constant.finditer(s.bare):
            yield (f"{s.at(m.start())}: {m[1]}: what differs is a member of "
                   f"its row (dialect.h, vendor.h)")
        for offset, text in s.strings:
            if text.lower() in names:
                yield (f"{s.at(offset)}: \"{text}\": names are in "
                       f"{TABLES} only")
    yield from need(len(constants) > 10 and len(names) > 10, "rows")


# ---- how people write ----

PERSON = re.compile(r"\b(he|him|his|himself|she|her|hers|herself)\b", re.I)
# what a text quotes, or what is no English
NO_PERSON = re.compile(r"\bHE\b|\bHER\b|['\"`](he|she|his|her)['\"`]")
SPOKEN = (".c", ".h", ".sql", ".md", ".py", ".mk")


def nobody_is_he(tree):
    """A client, a process, an administrator is called by that word."""
    seen = 0
    for name, text in texts(tree):
        if not name.endswith(SPOKEN) or name == "test/guard/house_rules.py":
            continue
        seen += 1
        for m in PERSON.finditer(text):
            around = text[max(0, m.start() - 1):m.end() + 1]
            if not NO_PERSON.fullmatch(around) and not m[0].isupper():
                yield f"{name}:{line_of(text, m.start())}: {m[0]}: who?"
    yield from need(seen > 100, "texts")


SUBJECT = 72


def subjects_are_short(tree):
    """The last commits: one line that `git log --oneline` shows whole."""
    p = subprocess.run(["git", "log", "-20", "--no-merges", "--format=%h %s"],
                       cwd=tree.top, capture_output=True, text=True)
    for line in p.stdout.splitlines():      # none: not a clone
        commit, subject = line.split(" ", 1)
        if len(subject) > SUBJECT:
            yield f"{commit}: a subject of {len(subject)}, at most {SUBJECT}"
        if subject.endswith("."):
            yield f"{commit}: a subject with a full stop"


# bits that were there before the states were
OLD_BITS = {"committed", "begun", "holding", "mute", "left", "client_gone",
            "answering", "broke", "collecting", "any", "counted"}


def no_bit_says_a_state(tree):
    """How far an exchange has come is said in core/exchange.h alone."""
    states = {word.lower() for word in re.findall(
        r"\bGW_(?:ATTEMPT|BODY|ANSWER|CLIENT|X)_(\w+)",
        tree.text("mod_llmgw/core/exchange.h"))}
    yield from need(len(states) > 25, "states of an exchange")
    seen = 0
    for name in ("tap.h", "tap_private.h", "watch.h", "watch_private.h"):
        name = f"mod_llmgw/upstream/{name}"
        for i, line in enumerate(tree.text(name).splitlines(), 1):
            m = re.match(r"\s+(?:unsigned|int|char|short)(?: char)? (\w+)"
                         r"(?::1)?;", line)
            seen += bool(m)
            if m and m[1] in states | OLD_BITS:
                yield (f"{name}:{i}: '{m[1]}' is a state of the exchange: "
                       f"ask core/exchange.h")
    yield from need(seen > 15, "flags of the tap and the watch")
