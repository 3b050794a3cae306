"""The four steps of the public form: cause, story, contact, check. Pure reading and wording; `drafts` keeps, `intake` registers."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints import lists, terms
from tingsu.complaints.fields import INTAKE_FIELDS, code_words, content, offered
from tingsu.complaints.fields.people import CHANNELS, CUSTOMER_TYPES, GROUPS, LANGUAGES
from tingsu.intake.reading import EMAILS, Intake, Verified, read_intake
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fingerprints import fingerprint, plain_email
from tingsu.kernel.hours import hour_words, read_hour
from tingsu.kernel.money import parse_yuan, yuan
from tingsu.kernel.punctuation import after_label, listed
from tingsu.kernel.spelling import shows, tidy
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.pages.refusal import sentences_of
from tingsu.pages.words import day_words
from tingsu.portal import content_door
from tingsu.portal.causes import BY_CODE, DEMAND_WORDS, WITH_AMOUNT, Cause, demands_for
from tingsu.portal.forms import FormState
from tingsu.process.steps import options_of
from tingsu.process.values import plain

STEPS = ("cause", "story", "contact", "check")
TITLES: dict[str, str | Promise] = {
    "cause": gettext_lazy("What is it about?"),
    "story": gettext_lazy("What happened, and what you ask for"),
    "contact": gettext_lazy("Contact"),
    "check": gettext_lazy("Check and submit"),
}
FILE_LIMIT = 20


def _part(*parts: str) -> tuple[str, ...]:
    """Fields that the catalogue places in these parts of the public form; lists and other forms of asking are named apart."""
    return tuple(
        one.name
        for part in parts
        for one in offered("portal", part)
        if one.name not in {"withheld", "reply_expected", "demands"}
    )


PLACE, MORE, AGENT, CONTENT = _part("place"), _part("more"), _part("agent"), _part("content")
"""Folded away in the second and third step, opened at once when one of them is filled or wrong; asked of agents only."""
STORY = (*_part("story"), *PLACE, *CONTENT, "report", *_part("wishes"), "amount_refund", "amount_compensation")
CONTACT = ("identity", *_part("reach"), *MORE, "for_other", *AGENT, *_part("needs"), "no_reply")
LISTS = {"story": ("demands",), "contact": ("withheld",)}
NAMES = {"story": STORY, "contact": CONTACT}
WORDED = frozenset(
    {
        "description", "product", "order_number", "occurred_on", "occurred_time", "event_place", "respondent_name", "province",
        "remedy_text",
        "name", "phone", "email", "preferred_channel", "customer_type", "is_organisation", "address", "city", "postcode",
        "country", "fax", "contact_name", "contact_phone", "contact_note", "agent_name", "agent_phone", "agent_email",
        "group", "format", "language", "content_kind", "rights_holder", "rights_basis", "content_urls", "rights_stated",
    }
)  # fmt: skip
"""Fields that the pages ask for in words of their own; any other one is asked for in the catalogue's."""
NAMED = (*_part("reach"), *MORE)
"""Who complains with a name says these."""


@dataclass(frozen=True)
class Other:
    """A field that a page asks for in the catalogue's words."""

    name: str
    label: Any
    kind: str
    options: tuple[tuple[str, Any], ...]
    limit: int
    hint: Any = ""


def others(part: str) -> list[Other]:
    """What the catalogue places in a part of the form beside the fields that the page words itself."""
    kinds = {"longtext": "area", "choice": "select", "date": "date"}
    return [
        Other(
            one.name,
            one.field.label,
            kinds.get(one.field.kind, "text"),
            options_of(one.field),
            one.field.limit or 200,
            one.field.help,
        )
        for one in offered("portal", part)
        if one.name in _part(part) and one.name not in WORDED
    ]


def typed(name: str, post: QueryDict) -> dict[str, Any]:
    """What a step's page sent, as it was typed; nothing is checked, nothing is cut that a field would hold."""
    values: dict[str, Any] = {field: post.get(field, "") for field in NAMES[name] if post.get(field)}
    for field in LISTS[name]:
        if chosen := [one[:40] for one in post.getlist(field)[:20]]:
            values[field] = chosen
    return values


def from_order(asked: Mapping[str, str]) -> dict[str, str]:
    """What the address of a link beside an order fills in: `?cause=refund&order=…&product=…&day=…&time=…` (IN-10, RG-08)."""
    names = {"order_number": "order", "product": "product", "occurred_on": "day", "occurred_time": "time"}
    return {name: asked[key][:200] for name, key in names.items() if asked.get(key)}


def completed(mine: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """What somebody wrote, with what was known beforehand where they left something empty. The time of day belongs to its day: beside
    another one that they wrote it says nothing.
    """
    written = {name: value for name, value in mine.items() if value}
    day = written.get("occurred_on")
    if day and day != known.get("occurred_on"):
        known = {name: value for name, value in known.items() if name != "occurred_time"}
    return {**known, **written}


def filled(body: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The parts of a draft with what was known beforehand, wherever the writer left something empty."""
    parts: dict[str, Any] = {"cause": body.get("cause") or values.get("cause", "")}
    for part, names in (("story", STORY), ("contact", CONTACT)):
        known = {name: value for name, value in values.items() if name in names}
        parts[part] = completed(body.get(part, {}), known)
    return {name: value for name, value in parts.items() if value}


def differing(name: str, mine: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, str]:
    """What another window wrote in the fields where it differs from this one, by the field's words."""
    found: dict[str, str] = {}
    for field in (*NAMES[name], *LISTS[name]):
        if mine.get(field) == other.get(field):
            continue
        theirs = other.get(field, "")
        if isinstance(theirs, list):
            theirs = listed(str(DEMAND_WORDS.get(one) or LABELS.get(one, one)) for one in theirs)
        label = _("You ask for") if field == "demands" else LABELS.get(field) or _("Choice")
        found[str(label)] = str(dict(CHOICES.get(field, ())).get(theirs, theirs)) or _("(empty)")
    return found


def cause_of(body: Mapping[str, Any]) -> Cause | None:
    return BY_CODE.get(body.get("cause", ""))


def problem_type_of(body: Mapping[str, Any], cause: Cause) -> str:
    """What the question tree found, while that type is still one of ours; else what the card says (IN-13)."""
    found = body.get("found", {})
    if cause.code == content_door.CAUSE and body.get("story", {}).get("content_kind") == content.EXPERIENCE:
        return content_door.EXPERIENCE_TYPE
    mine = found.get("cause") == cause.code and found.get("problem_type") in lists.codes(lists.PROBLEM_TYPE)
    return str(found["problem_type"]) if mine else cause.problem_type


def verified(body: Mapping[str, Any], intake: Intake) -> Verified | None:
    """Which values a signed hand-over gave and the writer left as they were (IN-10); None where there was none, or all are others."""
    handed = body.get("handed")
    if not handed or intake.anonymous:
        return None
    kinds = {"name": "name", "phone": "phone", "email": "email", "order_number": "order"}
    ours = current_organisation_id()

    def as_given(name: str, value: str) -> bool:
        given = fingerprint(ours, kinds[name], value)
        return given is not None and given == fingerprint(ours, kinds[name], str(getattr(intake, name)))

    same = tuple(name for name, value in handed["said"].items() if as_given(name, value))
    return Verified(site=handed["site"], what=same) if same else None


def raw_intake(body: Mapping[str, Any], *, language: str) -> dict[str, Any]:
    """A draft as the registration form's raw values (the same fields that every door fills in)."""
    story, contact = body.get("story", {}), body.get("contact", {})
    cause = cause_of(body) or BY_CODE["other"]
    anonymous = contact.get("identity") == "anonymous"
    raw: dict[str, Any] = {
        "problem_type": problem_type_of(body, cause),
        "kind": "report" if cause.code == "infringement" and story.get("report") == "yes" else "complaint",
        "scene": "platform",
        "mode": "internet",
        "channel": "portal",
        "signed_by": "online",
        "anonymous": "yes" if anonymous else "no",
        "withheld": [] if anonymous else contact.get("withheld", []),
        "demands": list(_wishes(story)),
        "files": [file["id"] for file in body.get("files", [])],
        "remedy_requested": "yes" if story.get("demands") or story.get("remedy_text") else "no",
        "group": contact.get("group") or cause.group,
        "language": contact.get("language") or ("zh-hans" if language.startswith("zh") else "en"),
        "format": contact.get("format") or "standard",
        "reply_expected": "no" if contact.get("no_reply") == "yes" else "yes",
    }
    for name in (*_part("story"), *PLACE, *CONTENT, *_part("wishes")):
        raw[name] = story.get(name, "")
    raw["rights_stated"] = "yes" if story.get("rights_stated") == "yes" else "no"
    raw["product_type"] = raw.get("product_type") or cause.product_type
    for name in _part("needs"):
        raw.setdefault(name, contact.get(name, ""))
    if not anonymous:
        for name in NAMED:
            raw[name] = contact.get(name, "")
        raw["is_organisation"] = contact.get("is_organisation") or "no"
        if contact.get("for_other") == "yes":
            raw |= {name: contact.get(name, "") for name in AGENT}
    return raw


def _wishes(story: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for kind in story.get("demands", []):
        wish = {"kind": kind}
        if kind in WITH_AMOUNT and (amount := story.get(f"amount_{kind}")):
            wish["amount"] = amount
        yield wish


def read_draft(body: Mapping[str, Any], *, language: str, zone: str) -> Intake:
    """The draft as the one value that is registered. Raises InvalidInput with errors under the wizard's field names."""
    wrong: dict[str, TingsuError] = content_door.missing(body) if body.get("cause") == content_door.CAUSE else {}
    try:
        intake = read_intake(raw_intake(body, language=language), zone=zone)
    except InvalidInput as error:
        raise InvalidInput({**_by_wizard_name(error.fields, body), **wrong}) from error
    if wrong:
        raise InvalidInput(wrong)
    return intake


def _by_wizard_name(fields: Mapping[str, TingsuError], body: Mapping[str, Any]) -> dict[str, TingsuError]:
    found: dict[str, TingsuError] = {}
    for name, error in fields.items():
        if name == "demands":
            found |= _amount_errors(body.get("story", {})) or {"demands": error}
        else:
            found[name] = error
    return found


def _amount_errors(story: Mapping[str, Any]) -> dict[str, TingsuError]:
    found: dict[str, TingsuError] = {}
    for kind in WITH_AMOUNT & set(story.get("demands", [])):
        try:
            parse_yuan(story.get(f"amount_{kind}") or "0")
        except InvalidValue as error:
            found[f"amount_{kind}"] = error
    return found


def errors_of(body: Mapping[str, Any], name: str, *, language: str, zone: str) -> dict[str, str]:
    """What is wrong with one step so far, in words by field. Errors of steps not reached yet are left for later."""
    try:
        read_draft(body, language=language, zone=zone)
    except InvalidInput as error:
        mine = {field: sentence for field, sentence in sentences_of(error).items() if step_of(field) == name}
        if "description" in mine and not shows(body.get("story", {}).get("description", "")):
            mine["description"] = _("Tell us in a few words what happened.")
        if error.fields.get("occurred_on") is not None and error.fields["occurred_on"].code == "in_future":
            mine["occurred_on"] = _("The day it happened cannot be later than today.")
        return mine
    return {}


def step_of(field: str) -> str:
    """Which step asks for a field."""
    return "contact" if field in (*CONTACT, *LISTS["contact"]) else "story"


def first_wrong_step(body: Mapping[str, Any], *, language: str, zone: str) -> str | None:
    """The first step that still needs something, or None when the draft can be registered."""
    if not body.get("story"):
        return "story"
    if "contact" not in body:
        return "contact"
    return next((name for name in ("story", "contact") if errors_of(body, name, language=language, zone=zone)), None)


@dataclass(frozen=True)
class WishRow:
    """One tick box of the wishes."""

    code: str
    words: str | Promise
    chosen: bool
    with_amount: bool
    amount: str
    error: str


def wish_rows(cause: Cause, step: FormState) -> list[WishRow]:
    """The wishes offered, the usual ones of the cause first, and any other that was already ticked."""
    chosen = step.values.get("demands", [] if step.values else cause.asks)
    offered = demands_for(cause)
    return [
        WishRow(
            code=code,
            words=DEMAND_WORDS[code],
            chosen=code in chosen,
            with_amount=code in WITH_AMOUNT,
            amount=step.values.get(f"amount_{code}", ""),
            error=step.errors.get(f"amount_{code}", ""),
        )
        for code in [*offered, *(one for one in chosen if one in DEMAND_WORDS and one not in offered)]
    ]


LABELS = {field.name: field.label for field in INTAKE_FIELDS}
CHOICES: dict[str, tuple[tuple[str, Any], ...]] = {
    "province": tuple(terms.PROVINCES.items()),
    "preferred_channel": tuple(
        (code, words if code != "portal" else gettext_lazy("In writing only, on this site")) for code, words in CHANNELS
    ),
    "customer_type": CUSTOMER_TYPES,
    "group": GROUPS,
    "format": tuple(terms.Format.choices),
    "content_kind": content.KINDS,
    "rights_basis": content.RIGHTS,
    "language": LANGUAGES,
}


def reachable(body: Mapping[str, Any]) -> bool:
    """Did the writer leave anything by which somebody can contact them?"""
    contact = body.get("contact", {})
    if contact.get("identity") == "anonymous":
        return False
    asked = ["phone", "email", "contact_phone", "address", "fax"]
    asked += ["agent_phone", "agent_email"] if contact.get("for_other") == "yes" else []
    return any(shows(str(contact.get(name, ""))) for name in asked)


def story_rows(body: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """What the check page shows of the second step."""
    story = body.get("story", {})
    first = (
        "description",
        "product",
        "order_number",
        "occurred_on",
        "occurred_time",
        "event_place",
        "respondent_name",
        "province",
    )
    rest = (name for name in (*_part("story"), *PLACE, *CONTENT) if name not in {*first, "rights_stated"})
    rows = _rows(story, (*first, *rest))
    if story.get("rights_stated") == "yes":
        rows.append((_("You also said"), str(content_door.STATEMENT)))
    if story.get("report") == "yes":
        rows.append((_("You also said"), _("I report a violation; it does not concern me personally")))
    wishes = [_wish_words(kind, story) for kind in story.get("demands", []) if kind in DEMAND_WORDS]
    rows.append((_("You ask for"), "\n".join(wishes) or _("nothing particular")))
    rows += _rows(story, ("remedy_text",))
    files = [file["name"] for file in body.get("files", [])]
    rows.append((_("Photos or documents"), "\n".join(files) or _("none")))
    return rows


def _wish_words(kind: str, story: Mapping[str, Any]) -> str:
    amount = story.get(f"amount_{kind}") if kind in WITH_AMOUNT else ""
    return f"{DEMAND_WORDS[kind]} {yuan(parse_yuan(amount))}" if amount else str(DEMAND_WORDS[kind])


def contact_rows(body: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """What the check page shows of the third step."""
    contact = body.get("contact", {})
    if contact.get("identity") == "anonymous":
        rows: list[tuple[Any, str]] = [(_("You complain"), _("anonymously; you get an access code"))]
    else:
        rows = _rows(
            contact, ("name", "phone", "email", "preferred_channel", *(one for one in MORE if one != "is_organisation"))
        )
        if contact.get("is_organisation") == "yes":
            rows.append((_("You also said"), _("I complain for a company or another organisation")))
        if contact.get("for_other") == "yes":
            whose = _("The person concerned")
            rows = [
                (label if label == LABELS["preferred_channel"] else after_label(whose, label), words)
                for label, words in rows
            ]
            rows = [(_("You also said"), _("I complain for somebody else")), *rows, *_rows(contact, AGENT)]
    if withheld := [str(LABELS[name]) for name in contact.get("withheld", []) if name in LABELS]:
        rows.append((_("You would rather not say"), listed(withheld)))
    rows += _rows(contact, _part("needs"))
    if contact.get("no_reply") == "yes":
        rows.append((_("You also said"), _("I only want you to know; no reply needed")))
    return rows


def _rows(values: Mapping[str, Any], names: Iterable[str]) -> list[tuple[Any, str]]:
    rows = [(LABELS[name], _words(name, values[name])) for name in names if values.get(name)]
    return [(label, words) for label, words in rows if words]


def _words(name: str, value: Any) -> str:
    """A typed value as it will be kept: without what nobody sees, the words of a choice, a day in the reader's language."""
    shown = plain(name, tidy(str(value), lines=True))
    if name in EMAILS:
        return plain_email(shown)
    if name == "occurred_on":
        try:
            return day_words(date.fromisoformat(shown))
        except ValueError:
            return shown
    if name == "occurred_time":
        with suppress(InvalidValue):
            return hour_words(read_hour(shown))
    return str(dict(CHOICES.get(name, ())).get(shown) or code_words(name, shown))
