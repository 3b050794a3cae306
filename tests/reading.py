"""Pages told as text and compared with what was written down: every word, link, field, value and choice on them.

A page is drawn through its real address and read as somebody with a screen reader would: piece by piece, in order. What
a template says in one branch and nobody asserts by hand is noticed here: another name, a missing field, a swapped
label, a link to another place. Wrapping elements and white space are left out, so that a page may be laid out anew. A
difference that is meant is written anew with TINGSU_WRITE_STORIES=1 and read before it is committed.
"""

import difflib
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "pages"
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INDEX = re.compile(r"=01[0-9a-f]{32}\b")
"""The index of a value in an address: of the keys of this home."""
TOKEN = re.compile(r"(?<=/[cl]/)[^/\"]+")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BORING = {
    "style", "width", "height", "viewBox", "focusable", "d", "cx", "cy", "r", "rows", "cols", "xmlns", "x", "y", "enctype", "novalidate",
    "rel", "hx-swap",
}  # fmt: skip
DULL = BORING - {"enctype", "novalidate", "hx-swap"}
WRAPPERS = {
    "div",
    "span",
    "section",
    "header",
    "footer",
    "b",
    "small",
    "br",
    "tbody",
    "thead",
    "colgroup",
    "col",
    "tr",
    "ul",
    "ol",
    "dl",
    "svg",
}
ONCE = {"once", "window", "csrfmiddlewaretoken", "csrf"}
CLASSES = re.compile(
    r"^(badge|note|clock|is|entry|toast|count|nav-count|late|group|btn-primary|stop|risk|hide|queue-compact|avatar|chip|message|"
    r"elder|paper|error|field-wrong|on|table-wide|wide|long|choices-many|saved|rail|stage|critical|figure|required)"
)


class Reader(HTMLParser):
    """Collects the lines of one page."""

    def __init__(self, whole: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.whole = whole
        self.lines: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: " ".join((value or "").split()) for name, value in attrs}
        if given.get("name") in ONCE:
            if not self.whole:
                return
            given.pop("value", None)  # it stands there; what it holds is another thing in each run
            given.pop("content", None)
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"style", "script"} and given.get("type") != "application/json":
            self.silent += tag not in VOID
            if self.whole and "src" in given:
                self._say()
                self.lines.append(f"script [{given['src']}]")
            return
        classes = [one for one in given.pop("class", "").split() if CLASSES.match(one)]
        if tag == "use":
            self._say()
            self.words += f"({given.get('href', '').rpartition('#')[2]}) "
            return
        told = [
            f"{name}={value}" if value else name
            for name, value in given.items()
            if name not in (DULL if self.whole else BORING)
        ]
        if tag in WRAPPERS and not classes and not told:
            self._say()
            return
        if tag in {"path", "circle", "svg"}:
            return
        self._say()
        self.words = tag + "".join(f".{one}" for one in classes) + (f" [{' '.join(told)}]" if told else "") + " "

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open and self.open.pop() != tag:
                pass
            if tag in {"style", "script"}:
                self.silent = 0
        self._say()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.words += " ".join(data.split()) + " "

    def _say(self) -> None:
        if self.words.strip():
            self.lines.append(self.words.strip())
        self.words = ""


def lines_of(html: str, part: str = "main", *, whole: bool = False) -> list[str]:
    """What a page says: of its main part, or of the whole with `part=""`; `whole` with marks that are another thing in each run."""
    if part and (found := re.search(rf"<{part}[ >].*</{part}>", html, re.DOTALL)):
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        html = (title.group(0) if title else "") + found.group(0)
    reader = Reader(whole)
    reader.feed(html)
    reader.close()
    reader._say()
    lines: list[str] = []
    for line in reader.lines:
        if line.startswith("option") and lines and lines[-1].startswith(("select", "option")):
            lines[-1] += f" | {line.removeprefix('option ')}"
        else:
            lines.append(line)
    return lines


class Reading:
    """Pages read one after another, as one text beside the tests."""

    def __init__(self, name: str, names: dict[Any, str] | None = None) -> None:
        self.path = FOLDER / f"{name}.txt"
        self.names = {str(key): word for key, word in (names or {}).items()}
        self.lines: list[str] = []
        self.seen: dict[str, list[str]] = {}

    def call(self, thing: Any, word: str) -> None:
        """What the text calls a thing that is another one in each run: an id, a code."""
        self.names[str(thing)] = word

    def page(self, title: str, answer: Any, *, part: str = "main", since: str = "", most: int = 2000) -> "Reading":
        """A page under a title; of a page like an earlier one (`since`) only what differs; of a long one the first lines."""
        assert not 300 <= answer.status_code < 400, (
            f"{title} leads to {answer.headers['Location']}: read what stands there"
        )
        lines = [self._plain(line) for line in lines_of(answer.content.decode(), part)]
        status = "" if answer.status_code == 200 else f" ({answer.status_code})"
        self.lines.append(f"## {title}{status}{f', unlike {since}' if since else ''}")
        if since:
            told = difflib.unified_diff(self.seen[since], lines, lineterm="", n=0)
            self.lines += [line for line in told if not line.startswith(("---", "+++", "@@"))]
        else:
            self.lines += [*lines[:most], *([f"… {len(lines)} lines"] if len(lines) > most else [])]
        self.seen[title] = lines
        return self

    def _plain(self, line: str) -> str:
        for thing, word in self.names.items():
            if not IDS.fullmatch(thing):
                line = line.replace(thing, word)
        line = IDS.sub(lambda found: self.names.setdefault(found.group(), f"#{len(self.names)}"), line)
        return TOKEN.sub("…", INDEX.sub("=…", line))

    def ends(self) -> None:
        """The pages read as they were written down."""
        told = "\n".join(self.lines) + "\n"
        if os.environ.get("TINGSU_WRITE_STORIES"):
            self.path.parent.mkdir(exist_ok=True)
            self.path.write_text(told)
        written = self.path.read_text() if self.path.exists() else ""
        if written != told:
            difference = "\n".join(
                difflib.unified_diff(written.splitlines(), told.splitlines(), "written", "now", lineterm="", n=2)
            )
            raise AssertionError(
                f"Pages of {self.path.name} read differently. If that is meant, write them anew with TINGSU_WRITE_STORIES=1 "
                f"and read what changed:\n{difference[:8000]}"
            )
