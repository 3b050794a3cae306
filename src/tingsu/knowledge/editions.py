"""The life of an entry: written, checked and published by somebody else, used, revised while the last version stays in use, retired.

What people read is the published version (`Edition`), never the draft of the next one.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.replies import PLACE, PLACES
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.organisations import current_organisation
from tingsu.knowledge import terms
from tingsu.knowledge.models import Edition, Use
from tingsu.knowledge.nobody import names_one_of, tells_of_somebody
from tingsu.people import alone
from tingsu.process.steps import Step, asks_who, guard
from tingsu.registers.actions import follow
from tingsu.registers.covering import forget_people, known_in
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.guards import member_id
from tingsu.registers.models import Entry, EntryLink

QUESTIONS = "user_question"
TEXTS = ("title", "title_en", "body", "body_en", "wording", "wording_en", "situation", "product")
CODES = ("kind", "categories", "problem_types", "steps", "bases", "topics")
LATELY = timedelta(days=365)
"""Who used it within a year hears that it changed."""


def version(opened: OpenedEntry) -> int:
    return int(opened.entry.codes.get("version") or 0)


def checked(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Places of a wording are ones that the composer can fill in. Raises InvalidInput."""
    wrong: dict[str, TingsuError] = {}
    for name in ("wording", "wording_en"):
        unknown = sorted(set(PLACE.findall(opened.texts_now().get(name, ""))) - set(PLACES))
        if unknown:
            sentence = _("A wording does not know the places %(places)s.")
            wrong[name] = InvalidValue(
                sentence, code="unknown_place", places=", ".join(f"{{{one}}}" for one in unknown)
            )
    if wrong:
        raise InvalidInput(wrong)


@guard("whole")
def whole(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """What its kind needs beside its text is there: words to insert, both languages for complainants, a basis, the situation of a case."""
    texts, codes = opened.texts_now(), opened.entry.codes
    kind, found = codes.get("kind"), []
    if kind == terms.WORDING and not texts.get("wording"):
        found.append(Unmet("no_wording", _("the wording that is put into a letter is still empty")))
    if kind == terms.HELP and not (texts.get("title_en") and texts.get("body_en")):
        found.append(Unmet("no_english", _("help for complainants needs title and text in English too")))
    if kind == terms.HELP and not codes.get("topics"):
        found.append(Unmet("no_topic", _("say beside which cards of the public form it is shown")))
    if kind == terms.BASIS and not codes.get("bases"):
        found.append(Unmet("no_basis", _("name the basis of decisions that it explains")))
    if kind == terms.CASE and not texts.get("situation"):
        found.append(Unmet("no_situation", _("a model case says what happened")))
    return found


@guard("names_nobody")
def names_nobody(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """What is told of handled complaints points to nobody: not to the people of the linked case, not by a number or an address.

    Of other kinds a number may be a hotline; the people of a linked case stand in none of them.
    """
    forget_people(opened.entry)
    texts = opened.texts_now()
    known = known_in(opened.register, texts, opened.entry)
    points = tells_of_somebody if opened.entry.codes.get("kind") in terms.FROM_CASES else names_one_of
    telling = [name for name in TEXTS if texts.get(name) and points(texts[name], known)]
    labels = opened.register.by_name
    return [
        Unmet(
            "names_somebody",
            _("“%(field)s” points to a person: take name, number or address out"),
            field=labels[name].label,
        )
        for name in telling
    ]


@guard("says_what_changed")
def says_what_changed(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Who uses it learns what is new in it."""
    if values is None or not version(opened) or values.get("change"):
        return []
    return [Unmet("change_missing", _("say what has changed against the version in use"), value_of="change")]


@guard("another_checks")
@asks_who
def another_checks(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """It is checked by somebody else than who wrote it."""
    if values is None or not values.get("reviewer"):
        return []
    own = {*opened.entry.hands_in("open", "write", "submit"), str(opened.actor.id)}
    if str(values["reviewer"]) not in own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_work", _("somebody else than the author checks it"), value_of="reviewer")]


@guard("never_published")
def never_published(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """What was in use is retired, not declined."""
    return (
        []
        if not version(opened)
        else [Unmet("published_before", _("it was in use before: give the revision up instead"))]
    )


@guard("published_before")
def published_before(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    return [] if version(opened) else [Unmet("never_published", _("it was never published: decline it instead"))]


@guard("review_ahead")
def review_ahead(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """The next review lies ahead."""
    if values is None or not values.get("review_on"):
        return []
    today = local_date(opened.at, current_organisation().time_zone)
    return [] if values["review_on"] > today else [Unmet("past", _("the next review lies ahead"), value_of="review_on")]


def submitted(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    opened.put("under_check", True)
    opened.tell([values["reviewer"]], "to_check")


def returned(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    opened.put("under_check", None)


def published(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The next version is what everybody reads from now on, and whoever used the last one hears what has changed."""
    number = version(opened) + 1
    opened.put("version", number)
    opened.put("under_check", None)
    Edition.objects.filter(entry=opened.entry, in_use=True).update(in_use=False)
    texts = opened.texts_now()
    made = Edition(
        id=new_id(), entry=opened.entry, number=number, kind=opened.entry.codes["kind"], published_at=opened.at,
        published_by=opened.actor.id, written_by=member_id(opened.entry.hands.get("write") or opened.entry.hands.get("open")),
        codes={name: opened.entry.codes[name] for name in CODES if name in opened.entry.codes},
    )  # fmt: skip
    made.seal({name: texts[name] for name in (*TEXTS, "change") if texts.get(name)})
    made.save(force_insert=True)
    if number > 1:
        tell_users(opened, "changed")
    _answer_questions(opened)


def _answer_questions(opened: OpenedEntry) -> None:
    """The question for which it was written is answered with it; one of the community is answered there first, by a person."""
    asked = EntryLink.objects.filter(entry=opened.entry, kind="follows").values("other_id")
    for row in Entry.objects.filter(pk__in=asked, register=QUESTIONS, state="writing").order_by("pk"):
        if row.codes.get("source") != "community":
            number = {"knowledge_number": opened.entry.number}
            follow(actor=opened.actor, entry_id=row.pk, register=registers()[QUESTIONS], step="resolve", values=number)


def users_of(opened: OpenedEntry) -> list[Any]:
    """Who put it to use or rated it lately, without the one who acts."""
    since = opened.at - LATELY
    rows = Use.objects.filter(entry=opened.entry).exclude(member_id=opened.actor.id).order_by("member_id")
    return [one.member_id for one in rows if max(filter(None, (one.used_at, one.rated_at)), default=since) > since]


def tell_users(opened: OpenedEntry, what: str) -> None:
    if told := users_of(opened):
        opened.tell(told, what)


def begun_again(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A draft of the next version; what is in use stays in use, and its review is done with this."""
    opened.write("change", "")


def given_up(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The draft becomes again what the version in use says."""
    last = Edition.objects.select_related("entry__stream").filter(entry=opened.entry).order_by("-number").first()
    if last is None:
        return
    kept = last.written()
    for name in (*TEXTS, "change"):
        opened.write(name, kept.get(name, ""))
    for name in CODES:
        opened.put(name, last.codes.get(name))
    Edition.objects.filter(pk=last.pk).update(in_use=True)


def retired(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Nobody is offered it any more, and whoever used it hears of it."""
    Edition.objects.filter(entry=opened.entry, in_use=True).update(in_use=False)
    opened.end(terms.REVIEW, "cancelled")
    tell_users(opened, "retired")
