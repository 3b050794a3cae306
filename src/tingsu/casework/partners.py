"""The partner register: who is responsible instead of us, and where a complaint about it is taken (AS-14, SVC 3.1.3).

A rulebook, versioned like every other: an answer names the partner by its code and keeps the name and contact of that day. What the
matter is about stands with each partner, so that the right transfer channel (转办渠道) is found without searching.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.naming import declare_names
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import LANGUAGES, in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.process.steps import Field, Options, Values, options_from

KIND = "partners"
CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
KINDS = {
    "merchant": _("Merchant"),
    "agent": pgettext_lazy("partner", "Agent or reseller"),
    "carrier": pgettext_lazy("partner", "Carrier"),
    "service": pgettext_lazy("partner", "Service provider"),
    "supplier": pgettext_lazy("partner", "Supplier"),
    "payment": pgettext_lazy("partner", "Payment or bank"),
    "authority": pgettext_lazy("partner", "Authority or public body"),
    "other": pgettext_lazy("partner", "Other"),
}
TEXTS = (("name", 80, True), ("contact", 160, True), ("matters", 200, False))
"""Text of a partner, its limit, and whether it must be there."""
MOST = 300
VERSION = "partner_version"
"""The fact of an event that names a partner: the version of the register."""


def shipped() -> dict[str, Any]:
    """Version 0: nobody; only the firm knows its partners."""
    return {"partners": []}


def check(body: Mapping[str, Any]) -> None:
    """Each partner once, with name and contact in both languages. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "partners", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    code = row.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code) or codes_in(rows).count(code) > 1:
        yield "code", InvalidValue(_("A short code of small letters, each once."), code="code")
    if row.get("kind") not in KINDS:
        yield "kind", InvalidValue(code="choice")
    for name, limit, needed in TEXTS:
        texts = row.get(name) or {}
        unsaid = isinstance(texts, Mapping) and not any(texts.get(language) for language in LANGUAGES)
        if (needed or not unsaid) and (problem := wrong_texts(texts, limit, _("Say it in both languages."))):
            yield name, problem


def partners() -> list[dict[str, Any]]:
    """Those in force, in their order. No query."""
    return list(rulebooks.in_force(KIND).body["partners"])


def choices(thing: Any) -> Options:
    """Whom an answer may name: name, kind, and what is taken there."""
    found = []
    for row in partners():
        words = (in_language(row["name"]), str(KINDS[row["kind"]]), in_language(row.get("matters") or {}))
        found.append((row["code"], " · ".join(filter(None, words))))
    return tuple(found)


@options_from("partners_named")
def named(thing: Any) -> Options:
    """Partners of whose delivery of our service somebody may complain (IN-25): all but authorities."""
    return tuple((row["code"], in_language(row["name"])) for row in partners() if row["kind"] != "authority")


def _ever(thing: Any) -> dict[str, str]:
    """Every partner that any version named: one that left keeps its name where it is told of."""
    return {
        row["code"]: in_language(row["name"])
        for rules in reversed(rulebooks.versions(KIND))
        for row in rules.body["partners"]
    }


declare_names(_ever, "partners_named")


def any_partner(thing: Any) -> bool:
    """Is there somebody to choose?"""
    return bool(partners())


def transfer_fields(when: tuple[str, str]) -> tuple[Field, ...]:
    """Who is responsible instead: from the register, or typed where it does not know them."""
    return (
        Field(
            name="partner", label=_("Partner"), kind="choice", options=choices, when=when, asked_if=any_partner,
            help=_("Name and contact are taken from the partner register."),
        ),
        Field(
            name="transfer_name", label=_("Responsible party"), when=when,
            help=_("Needed where no partner is chosen."),
        ),
        Field(name="transfer_contact", label=_("Its contact"), when=when, help=_("Needed where no partner is chosen.")),
    )  # fmt: skip


def name_transfer(case: Case, values: Values) -> None:
    """Put name and contact of the chosen partner, as the register has them today and in the complainant's language, in the values.

    Raises InvalidInput where neither a partner nor both texts are given.
    """
    if code := values.get("partner"):
        rules = rulebooks.in_force(KIND)
        row = next(one for one in rules.body["partners"] if one["code"] == code)
        with override(case.complaint.language):
            values["transfer_name"], values["transfer_contact"] = in_language(row["name"]), in_language(row["contact"])
        case.fact(VERSION, rules.version)
        return
    missing: dict[str, TingsuError] = {
        name: InvalidValue(code="required") for name in ("transfer_name", "transfer_contact") if not values[name]
    }
    if missing:
        raise InvalidInput(missing)


def register() -> None:
    """Make the register known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Partner register"), shipped, check)
