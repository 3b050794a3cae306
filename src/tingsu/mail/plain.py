"""The words of an HTML mail: no markup, script, style or remote picture survives, and no word is lost."""

import re
from html.parser import HTMLParser

APART = frozenset({
    "address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
UNSEEN = frozenset({"script", "style", "head", "template"})
MOST = 2_000_000
"""Signs of HTML that are read; of a longer one the rest stands in the original."""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self.unseen: list[str] = []
        self.address = ""
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen.append(tag)
        elif tag == "body":
            self.unseen.clear()
        if tag in APART:
            self.told.append("\n")
        elif tag in {"td", "th"}:
            self.told.append(" ")
        elif tag == "a":
            self.address = next((value or "" for name, value in attrs if name == "href"), "")
        elif tag == "img" and (words := next((value for name, value in attrs if name == "alt"), None)):
            self.told.append(f" [{words}] ")
        if tag == "blockquote":
            self.quoted += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self.unseen:
            while self.unseen and self.unseen.pop() != tag:
                pass
        elif tag == "a":
            shown = "".join(self.told[-3:])
            if (
                self.address.startswith(("http://", "https://", "mailto:"))
                and self.address.split(":", 1)[1] not in shown
            ):
                self.told.append(f" <{self.address[:500]}>")
            self.address = ""
        if tag in APART:
            self.told.append("\n")
        if tag == "blockquote" and self.quoted:
            self.quoted -= 1

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        self.told.append(words if not self.quoted else words.strip() and f"> {words}")


def words_of(html: str) -> str:
    """The words of an HTML text, one line for each of its blocks; quoted blocks begin with ">". Never raises."""
    reader = _Words()
    try:
        reader.feed(html[:MOST])
        reader.close()
    except (AssertionError, ValueError):  # what the parser of the standard library says to some broken declarations
        return re.sub(r"<[^>]{0,2000}>", " ", html[:MOST])
    lines = (re.sub(r"[ \xa0]+", " ", line).strip() for line in "".join(reader.told).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
