"""Edits of a source tree that name the text they replace: one that moved or
changed is told, and never passed over."""


class Moved(Exception):
    """The old text is not there, or not once."""


def apply(top, name, old, new):
    """Put new for old in a file of top; without old, at the file's end, which
    is made if need be.  Returns what undoes it."""
    path = top / name
    if not old:
        before = path.read_text() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((before or "") + new)
    else:
        before = path.read_text() if path.exists() else ""
        found = before.count(old)
        if found != 1:
            raise Moved(f"{name}: {found} places read:\n{old}")
        path.write_text(before.replace(old, new))

    def undo():
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
    return undo
