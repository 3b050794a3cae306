"""The scope of acceptance (受理投诉范围): what is handled here as a complaint, and what is not (IN-19, IN-20; ISC 7.2).

A rulebook, versioned like every other. The two entries that the documents name stay in it; the enterprise adds subjects of its own, or
says what it does not handle, each with the reason. A complaint judged out of scope is recorded all the same: the event keeps the
version and the entry it was judged by, and it is answered like any other.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.people.roles import Role
from tingsu.process.steps import Options

KIND = "scope"
CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
SIDES = {"in": pgettext_lazy("scope", "Handled here"), "out": pgettext_lazy("scope", "Not handled here")}
FACT = "scope"
"""The fact of an event that judged a complaint out of scope: version and code of the entry, empty where none names it."""
MOST, NAME_LIMIT, WHY_LIMIT = 60, 120, 400


def _entry(code: str, zh: str, en: str, why_zh: str, why_en: str) -> dict[str, Any]:
    return {"code": code, "side": "in", "name": {"zh-Hans": zh, "en": en}, "why": {"zh-Hans": why_zh, "en": why_en}}


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: what the documents name. Treat as read-only."""
    return {
        "entries": [
            _entry(
                "products", "我们提供的产品和服务，以及与之相关、影响您满意的事项", "Our products and services, and matters around them "
                "that affect how satisfied you are", "投诉处理规范规定的受理范围", "The scope that the standards name",
            ),
            _entry(
                "handling", "对投诉处理过程和结果本身的不满", "Dissatisfaction with how a complaint was handled, and with its result",
                "投诉处理规范规定的受理范围", "The scope that the standards name",
            ),
        ]
    }  # fmt: skip


DOCUMENTED = ("products", "handling")


def check(body: Mapping[str, Any]) -> None:
    """The documents' entries stay and stay handled; each entry has a name and a reason in both languages. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    codes = codes_in(check_rows(body, "entries", MOST, errors, _wrong))
    if "entries" not in errors and (missing := [code for code in DOCUMENTED if code not in codes]):
        names = {row["code"]: in_language(row["name"]) for row in shipped()["entries"]}
        sentence = _("“%(entry)s” is named by the standards and stays in the scope, with the code %(kept)s.")
        errors["entries"] = InvalidValue(sentence, code="documented", entry=names[missing[0]], kept=missing[0])
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    code = row.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        sentence = _("A code has 2 to 20 small letters, digits or _, and begins with a letter.")
        yield "code", InvalidValue(sentence, code="code")
    elif codes_in(rows).count(code) > 1:
        yield "code", InvalidValue(_("This code stands in the list twice."), code="twice")
    if row.get("side") not in SIDES:
        yield "side", InvalidValue(code="choice")
    elif code in DOCUMENTED and row["side"] != "in":
        yield "side", InvalidValue(_("The standards name this entry: it is handled here."), code="documented")
    for name, limit, sentence in (
        ("name", NAME_LIMIT, _("Name it in both languages.")),
        ("why", WHY_LIMIT, _("Say why in both languages: an entry without a reason is not published.")),
    ):
        if problem := wrong_texts(row.get(name), limit, sentence):
            yield name, problem


def entries(side: str) -> list[dict[str, str]]:
    """What is handled here ("in") or not ("out"), as anybody may read it: code, name, reason. No query."""
    return [
        {"code": row["code"], "name": in_language(row["name"]), "why": in_language(row["why"])}
        for row in rulebooks.in_force(KIND).body["entries"]
        if row["side"] == side
    ]


def exclusions(thing: Any) -> Options:
    """What a complaint can be judged out of scope by; empty where the enterprise excludes nothing by name."""
    return tuple((row["code"], row["name"]) for row in entries("out"))


def any_exclusion(thing: Any) -> bool:
    """Is there something to choose from?"""
    return bool(exclusions(thing))


def scope_words(actor: Any, complaint: Any) -> str:
    """The scope in force, above the form that may judge a complaint out of it."""
    rules = rulebooks.in_force(KIND)
    lines = [
        _("Scope of acceptance, version %(version)s. Handled here: %(entries)s.")
        % {"version": rules.version, "entries": _("; ").join(row["name"] for row in entries("in"))}
    ]
    if out := entries("out"):
        lines.append(_("Not handled here: %(entries)s.") % {"entries": _("; ").join(row["name"] for row in out)})
    return " ".join(lines)


def judged_out(case: Case, entry: str) -> None:
    """The event keeps by which version of the scope, and by which entry of it, the complaint was judged out of scope."""
    case.fact(FACT, [rulebooks.in_force(KIND).version, entry])


def judged_words(data: Mapping[str, Any]) -> str:
    """The same in words; empty for an event that judged nothing."""
    if not data.get(FACT):
        return ""
    version, code = data[FACT]
    rows = rulebooks.version_of(KIND, version).body["entries"]
    name = next((in_language(row["name"]) for row in rows if row["code"] == code), "")
    said = _("version %(version)s") % {"version": version}
    return f"{said} · {name}" if name else said


SCOPE = Editor(
    app="complaints", kind=KIND, slug="scope", title=gettext_lazy("Scope of acceptance"), entries="entries",
    intro=gettext_lazy(
        "What is handled here as a complaint. What the standards name stays; own subjects, and what is not handled here, have their "
        "reason. The public page shows it. A complaint out of scope is recorded and answered all the same."
    ),
    roles=(Role.SUPERVISOR, Role.MGMT_REP),
    columns=(
        Column(name="name", label=pgettext_lazy("scope", "Subject"), kind="both"),
        Column(name="side", label=pgettext_lazy("scope", "Handled?"), kind="choice", options=SIDES),
        Column(name="why", label=pgettext_lazy("scope", "Why"), kind="long"),
        Column(name="code", label=gettext_lazy("Code"), hint=gettext_lazy("Small letters and digits, such as rental.")),
    ),
)  # fmt: skip

rulebooks.register_kind(KIND, gettext_lazy("Scope of acceptance"), shipped, check)
