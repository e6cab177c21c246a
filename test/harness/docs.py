"""The blocks of README.md and docs/*.md, and the commands in them."""
import os
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
# the files that are tested: those of another commit in `make faults`
TREE = pathlib.Path(os.environ.get("LLMGW_TREE", TOP))
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?:^<!-- (?P<marker>(?:no )?test: [^\n]*) -->\n)?"
                   r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S)


def pattern(lines):
    """A regular expression for printed lines with "..." in them."""
    text = "\n".join(lines).strip()
    return re.compile(".*?".join(map(re.escape, text.split("..."))), re.S)


def goes_on(command):
    """Does the shell wait for another line?"""
    here = re.search(r"<< *'?(\w+)'?$", command[0])
    if here:
        return command[-1] != here[1]
    return "\n".join(command).count("'") % 2 == 1 \
        or command[-1].rstrip().endswith(("\\", "|"))


def commands(text):
    """(command, lines that it prints) of a console block."""
    found = []
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif not found[-1][1] and goes_on(found[-1][0]):
            found[-1][0].append(line)
        else:
            found[-1][1].append(line)
    return [("\n".join(command), printed) for command, printed in found]
