"""Rules about docs: log tags, directives, examples."""
import re

from c_rules import log_calls, need
from csource import joined

LEVELS = {"WARNING": "warn", "ERR": "error"}


def pages(tree):
    return tree.names("README.md", "docs/*.md")


# ---- log tags ----

def rows(tree, name):
    """Cells of the table rows of a page."""
    for i, line in enumerate(tree.text(name).split("\n"), 1):
        if line.startswith("|"):
            yield i, [c.strip() for c in line.strip("|").split("|")]


def says(text, message):
    """Do the fixed parts of a printf message stand in text, in order?"""
    at = 0
    for part in re.split(r"%[-+ #0-9.*]*(?:ll|l|h|z|p)?[a-zA-Z]", message):
        part = " ".join(part.split())
        if part:
            at = text.find(part, at)
            if at < 0:
                return False
            at += len(part)
    return True


def tags_are_documented(tree):
    page = "docs/log-tags.md"
    if page not in tree.files:
        yield f"{page}: is not there"
        return
    documented = {}
    for i, cells in rows(tree, page):
        m = re.fullmatch(r"LG(\d{4})", cells[0])
        if not m:
            continue
        if m[1] in documented:
            yield f"{page}:{i}: LG{m[1]} has two rows"
        if len(cells) != 4 or not all(cells):
            yield f"{page}:{i}: must be: tag, level, text, what to do"
            continue
        documented[m[1]] = (i, cells)
    for s, offset, level, whole in log_calls(tree):
        m = re.search(r"GW_TAG\((\d{4})\)", whole)
        if not m:
            continue
        if m[1] not in documented:
            yield f"{s.at(offset)}: LG{m[1]} is not in {page}"
            continue
        i, cells = documented.pop(m[1])
        named = [LEVELS.get(n, n.lower())
                 for n in re.findall(r"APLOG_(\w+)", level)]
        if named and set(named) != set(re.split(r"[, ]+", cells[1])):
            yield f"{page}:{i}: LG{m[1]} is logged as {', '.join(named)}"
        message = joined(literal(whole[m.end():]))
        if not says(cells[2].replace("\\|", "|"), message):
            yield f"{page}:{i}: LG{m[1]} says: {message}"
    for number, (i, _) in documented.items():
        yield f"{page}:{i}: LG{number} is logged nowhere"
    yield from need(list(rows(tree, page)), f"rows in {page}")


def literal(text):
    """The adjacent string literals that text begins with; a macro between
    two of them is a number's format."""
    text = re.sub(r"\bAPR_\w+_FMT\b", '"d"', text)
    m = re.match(r'(\s*"(?:\\.|[^"\\])*")+', text)
    return m[0] if m else ""


# ---- directives ----

PARTS = ("Syntax", "Default", "Context", "Merge")
CONTEXTS = {"RSRC_CONF": "server config"}


def directives(tree):
    """name -> (place, context macro) of each AP_INIT_*."""
    found = {}
    for s in tree.ours():
        for offset, _, arguments in s.calls(r"AP_INIT_\w+"):
            name = joined(arguments[0])
            if name:
                found[name] = (s.at(offset), arguments[3])
    return found


def sections(tree, page):
    """name -> text of each ## of a page."""
    parts = re.split(r"^## +(\S+)[^\n]*\n", tree.text(page), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def directives_are_documented(tree):
    page = "docs/directives.md"
    if page not in tree.files:
        yield f"{page}: is not there"
        return
    known, described = directives(tree), sections(tree, page)
    for name, (place, context) in known.items():
        text = described.get(name)
        if text is None:
            yield f"{place}: {name} has no section in {page}"
            continue
        cells = dict(re.findall(r"^\| (\w+) +\| (.+?) +\|$", text, re.M))
        for part in PARTS:
            if not cells.get(part):
                yield f"{page}: {name} has no row '{part}'"
        if name not in cells.get("Syntax", ""):
            yield f"{page}: the syntax of {name} does not name it"
        if (context == "RSRC_CONF") != (cells.get("Context")
                                        == "server config"):
            yield f"{page}: {name} is allowed in {context}"
        examples = re.findall(r"^```apache\n(.*?)^```", text, re.M | re.S)
        if not any(re.search(rf"\b{name}\b", e) for e in examples):
            yield f"{page}: {name} has no ```apache example"
    for name in described:
        if name.startswith("LLMGateway") and name not in known:
            yield f"{page}: there is no directive {name}"
    yield from need(known, "directives")


def directive_names_exist(tree):
    """Wherever one is named: docs, configuration, messages."""
    known = directives(tree)
    for name in [*pages(tree), *tree.names("conf/*", "debian/*")]:
        text = tree.text(name)
        for m in re.finditer(r"\bLLMGateway\w*", text):
            if m[0] not in known:
                line = text.count("\n", 0, m.start()) + 1
                yield f"{name}:{line}: there is no directive {m[0]}"
    for s in tree.ours():
        for offset, text in s.strings:
            # the lines of server-status?auto begin with names as well
            if s.name == "mod_llmgw/status.c":
                text = re.sub(r"\bLLMGateway\w+: %", "", text)
            for m in re.finditer(r"\bLLMGateway\w*", text):
                if m[0] not in known:
                    yield f"{s.at(offset)}: there is no directive {m[0]}"


# ---- errors ----

AGAIN = {"NO": "no", "AFTER": "`Retry-After`", "NEVER": "never",
         "AGAIN": "yes"}


def errors(tree):
    """code -> what the table of problems has in its rows: statuses with
    types, the same for Anthropic's clients, what SDKs do."""
    found = {}
    for status, code, kind, a_status, a_kind, retry in re.findall(
            r'^P\(\w+, +(\d+), +"(\w+)", +"(\w+)",\s+(\d+), +"(\w+)", +'
            r'(\w+)\)', tree.text("mod_llmgw/core/tbl/problems.h"), re.M):
        cells = found.setdefault(code, ([status], [a_status], []))
        for cell, word in zip(cells, (kind, a_kind, AGAIN[retry])):
            if word not in cell:
                cell.append(word)
    return {code: (f"{ours[0]} {', '.join(ours[1:])}",
                   f"{theirs[0]} {', '.join(theirs[1:])}", ", ".join(again))
            for code, (ours, theirs, again) in found.items()}


def errors_are_documented(tree):
    page = "docs/errors.md"
    if page not in tree.files:
        yield f"{page}: is not there"
        return
    known = errors(tree)
    for i, cells in rows(tree, page):
        m = re.fullmatch(r"`(\w+)`", cells[0])
        if not m:
            continue
        if m[1] not in known:
            yield f"{page}:{i}: there is no error {m[1]}, or it has two rows"
            continue
        want = known.pop(m[1])
        if len(cells) != 6 or not all(cells):
            yield f"{page}:{i}: must be: code, status and type, the same " \
                "for Anthropic's clients, meaning, what to do, again"
        elif (cells[1], cells[2], cells[5]) != want:
            yield f"{page}:{i}: {m[1]} is {' | '.join(want)}"
    for code in known:
        yield f"{page}: {code} has no row"
    yield from need(errors(tree), "errors in the table of problems")


# ---- examples ----

def examples_are_tested(tree):
    """Blocks that a reader may copy: test/clients/test_docs.py runs those
    below a marker.  Apache configuration needs none, it always does."""
    fences = 0
    for name in pages(tree):
        lines = tree.text(name).split("\n")
        inside = False
        for i, line in enumerate(lines):
            if not line.startswith("```"):
                continue
            inside = not inside
            if not inside:
                continue
            fences += 1
            before = next((x for x in reversed(lines[:i]) if x.strip()), "")
            if line[3:] in ("console", "python", "js", "sh") \
                    and not re.fullmatch(r"<!-- (test|no test): .+ -->",
                                         before):
                yield (f"{name}:{i + 1}: needs <!-- test: name --> or "
                       "<!-- no test: why --> before it")
    yield from need(pages(tree), "pages")
    yield from need(fences, "examples")
