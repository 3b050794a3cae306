"""Catalogues of texts: English in the code, Chinese in each app's ``locale/zh_Hans/LC_MESSAGES/django.po``.

Babel extracts and compiles, so no GNU gettext is needed. Templates are read through Django's own ``templatize``:
it alone knows what msgid a template tag asks for (a doubled percent sign, a trimmed block). Nothing is matched
"fuzzily": a text that changed has no translation until a person writes one.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages import Catalog

SOURCE = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
# Files beside the apps (settings, urls, shared templates) keep their texts with the ground floor.
_ROOT_APP = "kernel"
_KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!\{)\{(\w*)[^{}]*\}(?!\})")
_HEADER = """\
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass
class Findings:
    """What is wrong with one app's texts; empty lists mean complete."""

    app: str
    missing: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not (self.missing or self.fuzzy or self.broken)


def apps() -> list[str]:
    """The apps that exist as folders, in alphabetical order."""
    return sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


def catalogue_path(app: str) -> Path:
    """Where the Chinese texts of an app are kept."""
    return SOURCE / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def extract(app: str) -> Catalog:
    """All msgids an app asks for, in the order of its files."""
    from babel.messages import Catalog

    wanted = Catalog(locale="zh_Hans", charset="utf-8")
    for path in _files(app):
        name = path.relative_to(SOURCE).as_posix()
        for _line, message, context in _messages(path):
            wanted.add(message, locations=[(name, 0)], context=context)
    return wanted


def update(app: str) -> Findings:
    """Rewrite an app's catalogue for what its code asks now, keeping every translation a person wrote."""
    return _findings(app, write=True)


def check(app: str) -> Findings:
    """What ``update`` would find, without writing."""
    return _findings(app, write=False)


def conflicts() -> list[str]:
    """Texts that two apps translate differently: only one of them would ever be seen."""
    seen: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for app in apps():
        for message in _translated(_read(app)):
            key = (message.context, _shown(message))
            seen.setdefault(key, {}).setdefault(str(message.string), []).append(app)
    return [
        f"{msgid!r}: " + "; ".join(f"{text} ({', '.join(where)})" for text, where in by_text.items())
        for (_context, msgid), by_text in seen.items()
        if len(by_text) > 1
    ]


def compile_catalogues() -> int:
    """Compile every catalogue that is newer than its compiled form; returns how many were.

    A catalogue that cannot be read is named on standard error and its older form kept: one broken file must not stop
    every command. ``texts --check`` fails on it.
    """
    compiled = 0
    for source in SOURCE.glob(f"*/locale/{LANGUAGE}/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import PoFileError, read_po

        stamp = source.stat().st_mtime_ns
        try:
            with open(source, "rb") as file:
                catalogue = read_po(file, locale="zh_Hans", abort_invalid=True)
        except (PoFileError, ValueError) as error:
            print(f"{source.relative_to(SOURCE)} cannot be read: {error}", file=sys.stderr)
            continue
        partial = target.with_suffix(f".{os.getpid()}")
        with open(partial, "wb") as file:
            write_mo(file, catalogue)
        # Dated as its source was when read, so that an edit during the compilation is noticed.
        os.utime(partial, ns=(stamp, stamp))
        partial.replace(target)
        compiled += 1
    return compiled


def _findings(app: str, *, write: bool) -> Findings:
    from babel.messages import Catalog
    from babel.messages.pofile import PoFileError, write_po

    found = Findings(app)
    try:
        kept = _read(app)
        elsewhere = {
            (message.context, _shown(message))
            for other in apps()
            if other != app
            for message in _translated(_read(other, quietly=True))
        }
    except (PoFileError, ValueError) as error:
        found.broken.append(f"the catalogue cannot be read: {error}")
        return found
    wanted = extract(app)
    fresh = Catalog(locale="zh_Hans", charset="utf-8")
    for message in wanted:
        if not message.id:
            continue
        old = kept.get(message.id, message.context) or _from_obsolete(kept, message)
        string = old.string if old is not None else ""
        flags = old.flags if old is not None else set()
        fresh.add(
            message.id,
            string,
            locations=sorted(set(message.locations)),
            flags=flags,
            user_comments=old.user_comments if old is not None else (),
            context=message.context,
        )
        if not _filled(string):
            if (message.context, _shown(message)) not in elsewhere:
                found.missing.append(_shown(message))
        elif "fuzzy" in flags:
            found.fuzzy.append(_shown(message))
        elif problem := _mismatch(message.id, string):
            found.broken.append(f"{_shown(message)!r}: {problem}")
    for message in [*kept, *kept.obsolete.values()]:
        if message.id and wanted.get(message.id, message.context) is None and _filled(message.string):
            fresh.obsolete[message.id] = message
            found.obsolete.append(_shown(message))
    path = catalogue_path(app)
    if write and (len(fresh) or path.exists()):
        body = io.BytesIO()
        write_po(body, fresh, width=120, omit_header=True, include_lineno=False)
        text = (_HEADER + body.getvalue().decode().lstrip("\n")).encode()
        if not path.exists() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.write_bytes(text)
            partial.replace(path)
    return found


def _files(app: str) -> Iterator[Path]:
    folders = [SOURCE / app]
    loose = [*SOURCE.glob("*.py"), *(SOURCE / "templates").rglob("*")] if app == _ROOT_APP else []
    for folder in folders:
        # Below the sources only: wherever the checkout itself lies, its texts are found.
        below = {path: set(path.relative_to(SOURCE).parts) for path in folder.rglob("*")}
        loose += [path for path, parts in below.items() if not {"tests", "migrations", "static"} & parts]
    for path in sorted(loose):
        if path.is_file() and (
            path.suffix == ".py" or ("templates" in path.parts and path.suffix in {".html", ".txt"})
        ):
            yield path


def _messages(path: Path) -> Iterator[tuple[int, Any, str | None]]:
    from babel.messages.extract import extract as babel_extract

    if path.suffix == ".py":
        readable = path.read_bytes()
    else:
        from django.utils.translation.template import templatize

        # What is not a text becomes rows of X whose indentation would puzzle Python's tokenizer.
        readable = "\n".join(line.strip() for line in templatize(path.read_text()).splitlines()).encode()
    for line, message, _comments, context in babel_extract(
        "python", io.BytesIO(readable), keywords=_KEYWORDS, options={"encoding": "utf-8"}
    ):
        yield line, message, context


def _read(app: str, *, quietly: bool = False) -> Catalog:
    from babel.messages import Catalog
    from babel.messages.pofile import PoFileError, read_po

    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale="zh_Hans", charset="utf-8")
    try:
        with open(path, "rb") as file:
            return read_po(file, locale="zh_Hans", abort_invalid=True)
    except (PoFileError, ValueError):
        if quietly:
            return Catalog(locale="zh_Hans", charset="utf-8")
        raise


def _translated(catalogue: Catalog) -> Iterator[Any]:
    return (message for message in catalogue if message.id and _filled(message.string) and "fuzzy" not in message.flags)


def _from_obsolete(catalogue: Catalog, message: Any) -> Any:
    """A text that comes back brings its translation back."""
    return next(
        (old for old in catalogue.obsolete.values() if old.id == message.id and old.context == message.context), None
    )


def _filled(string: str | Iterable[str] | None) -> bool:
    return bool(string) if isinstance(string, str) or string is None else all(string)


def _shown(message: Any) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _mismatch(msgid: Any, string: Any) -> str:
    """A placeholder that one side has and the other lacks would fail, or vanish, on the page."""
    asked = set().union(*(_placeholders(text) for text in ([msgid] if isinstance(msgid, str) else msgid)))
    given = set().union(*(_placeholders(text) for text in ([string] if isinstance(string, str) else string)))
    if unknown := given - asked:
        return f"unknown placeholder {', '.join(sorted(unknown))}"
    lost = set.intersection(*(_placeholders(t) for t in ([msgid] if isinstance(msgid, str) else msgid))) - given
    return f"lost placeholder {', '.join(sorted(lost))}" if lost else ""


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in _PLACEHOLDER.findall(text)}
