"""The short words of a letter as a text message: number and link, and nothing about the person (AK-01, PS-05).

In the mainland a provider sends only texts that it has approved: a template with a code, in which the values are filled in.
The rulebook `text_messages` says for each kind of letter how the approved text reads and which code it has in each language.
A kind without a code does not leave by text message; another means is taken, and choosing it by hand is refused with that
sentence.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.letters.sms.texts import SHIPPED
from tingsu.letters.templates_book import LANGUAGES, PLACE, TEMPLATES, render

KIND = "text_messages"
ONE, MANY = 70, 67
"""Signs of a message that is one, and of each part of a longer one."""
MOST = 500
MOST_PARTS = 5
PLACES = frozenset(
    {"number", "organisation", "hotline", "link", "link_key", "code", "one_time_code", "valid_until", "sign_link", "survey_link", "next_at",
     "answer_by", "confirm_by", "arrives_by", "held_at"}
)  # fmt: skip
"""What may stand in a text message. No name, no words of the case, no amounts: anybody beside the telephone reads along."""
MUST = {
    "one_time_code": "one_time_code", "access_code": "code", "signature_asked": "sign_link", "survey_invitation": "survey_link",
    "survey_reminder": "survey_link",
}  # fmt: skip
"""What a message of this kind is sent for."""


class Short(NamedTuple):
    """A letter as a text message."""

    code: str
    """Of the approved template; empty in a house from which nothing leaves."""
    values: tuple[tuple[str, str], ...]
    """The places of the text and what fills them, in the order in which they stand in it first."""
    text: str


def parts_of(text: str, sign: str = "") -> int:
    """How many messages a provider counts: one up to 70 signs, else each 67, with the signature in its brackets.

    A sign outside the basic plane, such as an emoji, counts as two.
    """
    units = len((f"【{sign}】" if sign else "").encode("utf-16-le") + text.encode("utf-16-le")) // 2
    return 1 if units <= ONE else -(-units // MANY)


def entry_of(template: str) -> Mapping[str, Any] | None:
    """What is in force for a kind of letter."""
    found: Mapping[str, Any] | None = next(
        (one for one in rulebooks.in_force(KIND).body["texts"] if one["code"] == template), None
    )
    return found


def _in(language: str) -> str:
    return "zh-Hans" if language.startswith("zh") else "en"


def approved(template: str, language: str) -> str:
    """The provider's code for this kind of letter in this language; empty where none was approved."""
    entry = entry_of(template)
    return str(entry["approved"].get(_in(language), "")) if entry else ""


def any_approved() -> bool:
    """Does any kind of letter leave by text message?"""
    return any(code for one in rulebooks.in_force(KIND).body["texts"] for code in one["approved"].values())


def shortened(template: str, language: str, values: Mapping[str, str]) -> Short | None:
    """The letter as a text message; None for a kind that has no such text."""
    entry = entry_of(template)
    if entry is None:
        return None
    text = entry["text"][_in(language)]
    places = tuple(dict.fromkeys(PLACE.findall(text)))
    return Short(
        approved(template, language), tuple((one, values.get(one, "")) for one in places), render(text, values)
    )


def default() -> dict[str, Any]:
    """The texts that are shipped, without codes: each provider gives its own when it has approved a text."""
    return {
        "texts": [
            {"code": code, "text": {"zh-Hans": zh, "en": en}, "approved": {"zh-Hans": "", "en": ""}}
            for code, (zh, en) in SHIPPED.items()
        ]
    }


def check(body: Any) -> None:
    """Raises InvalidInput with a sentence for each wrong field."""
    errors: dict[str, TingsuError] = {}
    texts = body.get("texts") if isinstance(body, Mapping) else None
    if not isinstance(texts, list) or not all(isinstance(one, Mapping) for one in texts):
        raise InvalidInput({"texts": InvalidValue(code="required")})
    codes = [one.get("code") for one in texts]
    for place, entry in enumerate(texts, 1):
        code = entry.get("code")
        if code not in TEMPLATES or codes.count(code) > 1:
            errors[f"texts.{place}.code"] = InvalidValue(_("Name each kind of letter once."))
            continue
        for language in LANGUAGES:
            if refused := _refused(str(code), (entry.get("text") or {}).get(language)):
                errors[f"texts.{place}.text.{language}"] = refused
            given = (entry.get("approved") or {}).get(language, "")
            if not isinstance(given, str) or len(given) > 40 or not (not given or given.replace("_", "").isalnum()):
                errors[f"texts.{place}.approved.{language}"] = InvalidValue(
                    _("A code has letters, digits and underscores, as the provider shows it.")
                )
    if errors:
        raise InvalidInput(errors)


def _refused(code: str, text: Any) -> TingsuError | None:
    if not isinstance(text, str) or not text.strip():
        return InvalidValue(code="required")
    if len(text) > MOST:
        return too_long(text, MOST)
    used = set(PLACE.findall(text))
    if unknown := used - PLACES:
        return InvalidValue(
            _("A text message may not carry %(places)s: whoever is beside the telephone reads along."),
            code="unknown_place", places=", ".join(f"{{{one}}}" for one in sorted(unknown)),
        )  # fmt: skip
    if (needed := MUST.get(code, "number")) not in used:
        return InvalidValue(
            _("The mandatory places %(places)s are missing; the letter may not leave without them."),
            code="missing_place", places=f"{{{needed}}}",
        )  # fmt: skip
    return None


def register() -> None:
    rulebooks.register_kind(KIND, _("Text messages"), default, check)
