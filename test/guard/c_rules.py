"""Rules about C: size, form, layers, log tags, no floating point."""
import re

from circles import NotBuilt

# of a file, of a function, and braces in it: of the module, and of its tests
SIZES, SIZES_OF_TESTS = (400, 40, 3), (600, 80, 4)
COLUMNS, COLUMNS_OF_TABLES = 80, 100

SPDX = "SPDX-License-Identifier: Apache-2.0"

LOG_CALL = r"ap_log_(?:error|perror|rerror|cerror|cserror|rdata|cdata|data)"


def need(found, what):
    """A rule that finds nothing to look at is broken itself."""
    if not found:
        yield f"guard: found no {what}: is the rule still right?"


def sizes(tree):
    """Files and functions that can be read at once."""
    functions = 0
    for s in tree.c.values():
        n = len(s.lines)
        lines, function_lines, nesting = \
            SIZES_OF_TESTS if s.name.startswith("test/") else SIZES
        if n > lines:
            yield f"{s.name}: {n} lines, at most {lines}"
        if s.name.endswith(".h"):
            continue
        for name, first, last, deepest, where in s.functions():
            functions += 1
            if last - first + 1 > function_lines:
                yield (f"{s.name}:{first}: {name} has {last - first + 1} "
                       f"lines, at most {function_lines}")
            if deepest > nesting:
                yield (f"{s.name}:{where}: {name} nests {deepest} braces, at "
                       f"most {nesting}")
    yield from need(functions > 100, "functions")


def is_table(name):
    return name.startswith("test/") or "/tbl/" in name \
        or name in ("admin/routes.h", "admin/own_routes.h")


def form(tree):
    """Columns, tabs, the licence line, the end of the file."""
    for s in tree.c.values():
        most = COLUMNS_OF_TABLES if is_table(s.name) else COLUMNS
        for i, line in enumerate(s.lines, 1):
            if len(line) > most:
                yield f"{s.name}:{i}: {len(line)} columns, at most {most}"
            if "\t" in line:
                yield f"{s.name}:{i}: a tab"
            if line != line.rstrip():
                yield f"{s.name}:{i}: spaces at the end"
        if not s.lines or SPDX not in s.lines[0]:
            yield f"{s.name}:1: the first line is not /* {SPDX} */"
        if not s.text.endswith("\n") or s.text.endswith("\n\n"):
            yield f"{s.name}: must end in one line end"
    yield from need(tree.c, "C files")


def unfinished(tree):
    """What is not done is an issue, not a comment."""
    marks = re.compile(r"\b(FIXME|TO" + r"DO|XX" + r"X+)\b")
    for name, path in tree.files.items():
        if name == "test/guard/c_rules.py":
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue            # seeds of the fuzz targets
        for m in marks.finditer(text):
            # ISO 4217 calls "no currency" so
            if text[m.start() - 1:m.end() + 1] not in ('"XXX"', "'XXX'"):
                line = text.count("\n", 0, m.start()) + 1
                yield f"{name}:{line}: {m[1]}"


# ---- layers ----

C_HEADERS = {"assert.h", "ctype.h", "errno.h", "limits.h", "stdarg.h",
             "stddef.h", "stdint.h", "stdlib.h", "string.h", "strings.h",
             "sys/types.h",
             "emmintrin.h", "immintrin.h", "arm_neon.h"}       # the compiler's own
MAY_INCLUDE = {     # what is in <>, beside the C library
    "mod_llmgw/core/": r"apr(_\w+)?\.h",
    "mod_llmgw/inflate/": r"apr(_\w+)?\.h|zlib\.h|zstd(_errors)?\.h",
    "mod_llmgw/store/": r"apr(_\w+)?\.h|sqlite3\.h|json-c/\w+\.h"
                        r"|fcntl\.h|sys/stat\.h|unistd\.h",
    "mod_llmgw/shm/": r"(?!http|ap_|mod_|util_|sqlite3)(\w+/)?\w+\.h",
    "test/unit/": r"apr(_\w+)?\.h|json-c/\w+\.h|std\w+\.h|\w+\.h",
}
LAYERS = ("translate", "core", "inflate", "store", "shm", "base", "config",
          "parent", "helper", "upstream")


def folder_of(layer):
    """"core" -> "mod_llmgw/core/"; glue is what lies in mod_llmgw/ itself."""
    return {"glue": "mod_llmgw/", "admin": "admin/",
            "translate": "mod_llmgw/core/translate/"}.get(
        layer, f"mod_llmgw/{layer}/")


def seen_by(tree):
    """Where what is in "" may lie, by folder: a layer is the include path
    that apxs.mk compiles it with."""
    said = dict(re.findall(r"^INC_(\w+)\s*=\s*(.*)$", tree.text("apxs.mk"),
                           re.M))
    sees = {}
    for layer in (*LAYERS, "glue", "admin"):
        path = re.sub(r"\$\(INC_(\w+)\)", lambda m: said[m[1]], said[layer])
        sees[folder_of(layer)] = [folder_of(layer)] + [
            folder + "/" for folder in re.findall(r"-I((?:mod_llmgw|admin)\S*)",
                                                  path)]
    return sees


GENERATED = {"sql.h": "mod_llmgw/store/",
             "translation_table.h": "mod_llmgw/core/translate/"}


def layer_of(name):
    return next((p for p in (*map(folder_of, LAYERS), "mod_llmgw/", "admin/")
                 if name.startswith(p)), None)


def layers(tree):
    """core needs APR alone; only store knows SQLite; nobody looks up."""
    seen, sees = 0, seen_by(tree)
    for s in tree.ours():
        layer = layer_of(s.name)
        for m in re.finditer(r'^#include ([<"])([^">]+)[">]', s.text, re.M):
            seen += 1
            where, header = s.at(m.start()), m[2]
            if m[1] == "<":
                allowed = MAY_INCLUDE.get(layer)
                if allowed and header not in C_HEADERS \
                        and not re.fullmatch(allowed, header):
                    yield f"{where}: <{header}> has no place in {layer}"
            elif header in GENERATED:
                if layer != GENERATED[header]:
                    yield f"{where}: \"{header}\" is for {GENERATED[header]}"
            elif not any(p + header in tree.files for p in sees[layer]):
                yield (f"{where}: \"{header}\" is not in "
                       f"{' or '.join(sees[layer])}")
    yield from need(seen > 100, "#include")


def calls_stay_in_sight(tree):
    """No object needs a symbol of a layer that its own does not see, however
    it was declared (nm)."""
    sees, seen = seen_by(tree), 0
    try:
        calls = tree.build().calls
    except NotBuilt as e:
        yield str(e)
        return
    for room, uses in calls.items():
        for other, why in uses.items():
            seen += 1
            if layer_of(other + ".c") not in sees[layer_of(room + ".c")]:
                yield (f"{room} is in {layer_of(room + '.c')}, which does not "
                       f"see {other}: {why[0]}")
    yield from need(seen, "calls")


# ---- numbers ----

FLOATING = re.compile(r"\b(float|double|strtod|strtof|strtold|atof|FLT_\w+|"
                      r"DBL_\w+|json_object_(?:get|new|set)_double\w*|"
                      r"sqlite3_(?:bind|column|result|value)_double|"
                      r"l?l?round|floor|ceil|pow)\b"
                      r"|(?<![\w.])\d+\.\d+(?![\w.])"
                      r"|(?<![\w.])\d+[eE][+-]?\d+\b")
PRINTED = re.compile(r"(?<!%)%[-+ #0-9.*]*(?:[lL]?[fFgGeEaA])(?![a-z])")


def no_floating_point(tree):
    """Money is integers, and so is all that touches it."""
    for s in tree.ours():
        for m in FLOATING.finditer(s.bare):
            yield f"{s.at(m.start())}: {m[0]}"
        for offset, text in s.strings:
            m = PRINTED.search(text)
            if m:
                yield f"{s.at(offset)}: {m[0]} in a string"
    yield from need(tree.ours(), "C files of the module")


KNOW_SQLITE = {f"mod_llmgw/store/{name}" for name in
               ("db_private.h", "db.c", "db_files.c", "stmt.c", "col.c",
                "migrate.c")}


def sqlite_has_its_files(tree):
    """The rest of store/ speaks to stmt.h and col.h, which look at what
    SQLite answers; nobody else in the module sees a statement."""
    seen = set()
    for s in tree.ours():
        for i, line in enumerate(s.lines, 1):
            if re.search(r"\bsqlite3_\w+|<sqlite3\.h>|\"db_private\.h\"",
                         re.sub(r"/\*.*|^ \*.*", "", line)):
                seen.add(s.name)
                if s.name not in KNOW_SQLITE:
                    yield f"{s.name}:{i}: SQLite is known to stmt.c and db*.c"
            if re.search(r'"(?:stmt|col)\.h"', line) \
                    and layer_of(s.name) != "mod_llmgw/store/":
                yield f"{s.name}:{i}: statements are for mod_llmgw/store/"
    yield from need(seen == KNOW_SQLITE, "SQLite in "
                    + ", ".join(sorted(KNOW_SQLITE - seen)))


# ---- log tags ----

def no_wide_integers(tree):
    """128 bits are an extension that compilers for 32-bit machines lack."""
    yield from need(len(tree.c) > 100, "C files")
    for s in tree.c.values():
        for i, line in enumerate(s.lines, 1):
            if re.search(r"__u?int128|\bu?int128_t\b", line):
                yield f"{s.name}:{i}: no compiler has it for 32-bit machines"


def log_calls(tree):
    """(source, offset, level argument, the rest)."""
    for s in tree.ours():
        for offset, name, arguments in s.calls(LOG_CALL):
            level = arguments[1] if len(arguments) > 1 else ""
            yield s, offset, level, ", ".join(arguments)


def tags(tree):
    """Every message from debug up has a tag of its own."""
    seen, calls = {}, 0
    for s, offset, level, whole in log_calls(tree):
        calls += 1
        numbers = re.findall(r"GW_TAG\((\w+)\)", whole)
        if re.fullmatch(r"APLOG_TRACE[1-8]", level):
            if numbers:
                yield f"{s.at(offset)}: trace messages have no tag"
        elif len(numbers) != 1 or not re.fullmatch(r"\d{4}", numbers[0]):
            yield f"{s.at(offset)}: a log message without GW_TAG(nnnn)"
        elif numbers[0] in seen:
            yield (f"{s.at(offset)}: LG{numbers[0]} is that of "
                   f"{seen[numbers[0]]} too")
        else:
            seen[numbers[0]] = s.at(offset)
    yield from need(calls > 10, "log calls")
