"""Reading C well enough for guard: what is code, what is a string, what is a
comment, where functions begin and end, what a call's arguments are.

The sources are in one form (K&R, the brace of a function in a column of its
own), so no parser is needed; what does not have that form is found too.
"""
import functools
import re

TOKEN = re.compile(r'''/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*"
                       | '(?:\\.|[^'\\\n])*' ''', re.S | re.X)

BEFORE_BLOCK = re.compile(r"([);}:]|\belse|\bdo|^)\s*$")


def spaces(text):
    return re.sub(r"[^\n]", " ", text)


class Source:
    """text; code: comments blanked; bare: strings and characters too."""

    def __init__(self, path, name):
        self.path, self.name = path, name
        self.text = path.read_text()
        self.lines = self.text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()

    @functools.cached_property
    def code(self):
        return TOKEN.sub(lambda m: spaces(m[0]) if m[0][0] == "/" else m[0],
                         self.text)

    @functools.cached_property
    def bare(self):
        def blank(m):
            quote = m[0][0]
            if quote == "/":
                return spaces(m[0])
            return quote + spaces(m[0][1:-1]) + quote
        return TOKEN.sub(blank, self.text)

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def at(self, offset):
        return f"{self.name}:{self.line_of(offset)}"

    @functools.cached_property
    def strings(self):
        """(offset, content) of each string literal, includes left out."""
        found = []
        for m in re.finditer(r'"((?:\\.|[^"\\\n])*)"', self.code):
            start = self.code.rfind("\n", 0, m.start()) + 1
            if not self.code[start:m.start()].lstrip().startswith("#include"):
                found.append((m.start(), m[1]))
        return found

    def functions(self):
        """(name, first line, last line, deepest nesting, its line)."""
        lines = self.bare.split("\n")
        start = None
        for i, line in enumerate(lines):
            if line == "{":
                start = i
            elif line.startswith("}") and start is not None:
                first = self.signature(lines, start)
                head = " ".join(lines[first:start])
                name = re.search(r"(\w+)\s*\(", head)
                if name:
                    deepest, where = self.nesting(lines[start + 1:i])
                    yield (name[1], first + 1, i + 1, deepest,
                           start + 2 + where)
                start = None

    @staticmethod
    def signature(lines, brace):
        """The line on which the function whose body begins at brace
        begins."""
        first = brace
        while first > 0:
            before = lines[first - 1]
            if not before.strip() or before.startswith(("#", "}")) \
                    or before.rstrip().endswith(";"):
                break
            first -= 1
        return first

    @staticmethod
    def nesting(lines):
        """How deep blocks go, and where.  A brace that follows something
        else than BEFORE_BLOCK is an initialiser's."""
        text = "\n".join(lines)
        stack, deepest, where = [], 0, 0
        for i, c in enumerate(text):
            if c == "{":
                before = text[max(0, i - 100):i]
                stack.append(bool(BEFORE_BLOCK.search(before)))
                if sum(stack) > deepest:
                    deepest, where = sum(stack), text.count("\n", 0, i)
            elif c == "}" and stack:
                stack.pop()
        return deepest, where

    def calls(self, pattern):
        """(offset, name, arguments) of calls of functions named so."""
        for m in re.finditer(rf"\b({pattern})\s*\(", self.bare):
            yield m.start(), m[1], self.arguments(m.end())

    def arguments(self, start):
        """The texts between commas up to the closing parenthesis."""
        depth, parts, begin = 0, [], start
        for i in range(start, len(self.bare)):
            c = self.bare[i]
            if c in "([{":
                depth += 1
            elif c in ")]}" and depth == 0:
                parts.append(self.code[begin:i].strip())
                return parts
            elif c in ")]}":
                depth -= 1
            elif c == "," and depth == 0:
                parts.append(self.code[begin:i].strip())
                begin = i + 1
        return parts


def joined(text):
    """What adjacent string literals in text say together."""
    return "".join(m[1] for m in
                   re.finditer(r'"((?:\\.|[^"\\])*)"', text)) \
        .replace('\\"', '"').replace("\\\\", "\\")
