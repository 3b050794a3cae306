"""What a survey says: response, index with its interval, items with the gap between expectation and experience, loyalty (SC-05, SC-07, KP-14).

**The index.** Each step of the scale is a share of it (lowest 0, highest 100). One person's value is the mean of the items answered,
weighted as the questionnaire says; the weights of items left open are shared out over the others. The index is the mean of these
values, its interval 1.96 standard errors to each side. The expectation is counted the same way; the difference of both, person by
person, says by how much experience stays behind what was expected. With fewer than 30 answers counts are told, and no rates.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from tingsu.figures.fairness import FEW, Z, wilson
from tingsu.registers.models import Entry
from tingsu.satisfaction.answering import questionnaire_of
from tingsu.satisfaction.models import Answer, Invitation
from tingsu.satisfaction.rules import RATING, SATISFIED, Item, Questionnaire

Values = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Mean:
    """A mean of some persons' values, with its interval at 95 %; `value` is None of nobody."""

    number: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def few(self) -> bool:
        """Too few for a rate."""
        return self.number < FEW


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval of the share."""

    part: int
    whole: int

    @property
    def few(self) -> bool:
        return self.whole < FEW

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.part, self.whole)


@dataclass(frozen=True)
class OfItem:
    """One item: what was answered, on 0 to 100, and how many were satisfied."""

    item: Item
    experience: Mean
    expectation: Mean
    gap: Mean
    """Experience less expectation of those who answered both: below zero it stays behind."""
    satisfied: Share


@dataclass(frozen=True)
class Result:
    """Everything that the answers in time say."""

    form: Questionnaire
    index: Mean
    expectation: Mean
    gap: Mean
    satisfied: Share
    """Persons whose own value is that of somebody satisfied."""
    again: Share
    """Who would use us again, of those who said so or the contrary."""
    items: tuple[OfItem, ...] = field(default_factory=tuple)


def mean(values: Sequence[float]) -> Mean:
    """The mean with its interval; one value has none."""
    number = len(values)
    if not number:
        return Mean(0)
    middle = sum(values) / number
    if number == 1:
        return Mean(1, middle)
    half = Z * sqrt(sum((one - middle) ** 2 for one in values) / (number - 1) / number)
    return Mean(number, middle, middle - half, middle + half)


def of_person(form: Questionnaire, values: Values, mark: str) -> float | None:
    """One person's weighted value from 0 to 100: experience (x) or expectation (e); None where nothing of it was answered."""
    told = [
        (item.weight, form.share(values[item.code][mark])) for item in form.rated if mark in values.get(item.code, {})
    ]
    whole = sum(weight for weight, _share in told)
    return 100 * sum(weight * share for weight, share in told) / whole if whole else None


def result(form: Questionnaire, answers: Iterable[Values]) -> Result:
    """The figures of some answers."""
    told = list(answers)
    experience = [of_person(form, one, "x") for one in told]
    expectation = [of_person(form, one, "e") for one in told]
    both = [x - e for x, e in zip(experience, expectation, strict=True) if x is not None and e is not None]
    known = [one for one in experience if one is not None]
    loyal = [one[item.code]["x"] for item in form.asked_again for one in told if "x" in one.get(item.code, {})]
    return Result(
        form=form,
        index=mean(known),
        expectation=mean([one for one in expectation if one is not None]),
        gap=mean(both),
        satisfied=Share(sum(one >= 100 * SATISFIED for one in known), len(known)),
        again=Share(sum(loyal), len(loyal)),
        items=tuple(_of_item(form, item, told) for item in form.items if item.kind == RATING),
    )


def _of_item(form: Questionnaire, item: Item, told: list[Values]) -> OfItem:
    answered = [one[item.code] for one in told if item.code in one]
    shares = {mark: [100 * form.share(one[mark]) for one in answered if mark in one] for mark in ("x", "e")}
    gaps = [100 * (form.share(one["x"]) - form.share(one["e"])) for one in answered if "x" in one and "e" in one]
    return OfItem(
        item,
        mean(shares["x"]),
        mean(shares["e"]),
        mean(gaps),
        Share(sum(one >= 100 * SATISFIED for one in shares["x"]), len(shares["x"])),
    )


def of_survey(entry: Entry) -> Result:
    """The result of a survey: answers in time only. One query."""
    return of_surveys([entry])[entry.pk]


def of_surveys(entries: Collection[Entry]) -> dict[uuid.UUID, Result]:
    """The results of some surveys. One query for all."""
    told: dict[uuid.UUID, list[Values]] = {one.pk: [] for one in entries}
    rows = Answer.objects.filter(survey_id__in=told, late=False).values_list("survey_id", "values")
    for survey_id, values in rows:
        told[survey_id].append(values)
    return {one.pk: result(questionnaire_of(one), told[one.pk]) for one in entries}


@dataclass(frozen=True)
class Response:
    """Who of the sample was asked and answered."""

    sample: int
    asked: int
    answered: int
    late: int
    refused: int
    unreached: int
    left_out: int
    reminded: int

    @property
    def rate(self) -> Share:
        """Answered, late ones among them, of those who were asked."""
        return Share(self.answered + self.late, self.asked)


def response(entry: Entry) -> Response:
    """Two queries."""
    rows = list(Invitation.objects.filter(entry=entry).values_list("state", "invited_at", "reminded_at"))
    late = Answer.objects.filter(survey_id=entry.pk, late=True).count()
    states = [state for state, _invited, _reminded in rows]
    return Response(
        sample=len(rows),
        asked=sum(invited is not None for _state, invited, _reminded in rows),
        answered=states.count(Invitation.State.ANSWERED) - late,
        late=late,
        refused=states.count(Invitation.State.REFUSED),
        unreached=states.count(Invitation.State.UNREACHED),
        left_out=states.count(Invitation.State.LEFT_OUT),
        reminded=sum(reminded is not None for _state, _invited, reminded in rows),
    )


@dataclass(frozen=True)
class Part:
    """One value of a dimension: how many of it were drawn and answered, and what they said."""

    value: Any
    sample: int
    answered: int
    index: Mean
    satisfied: Share
    odd: bool
    """Its response differs from that of all by more than chance: the answers speak too little, or too much, of it."""

    @property
    def rate(self) -> Share:
        return Share(self.answered, self.sample)


DIMENSIONS = ("channel", "grade", "outcome", "department_id", "supplier_id", "handler_id")


def told_apart(entry: Entry, by: Sequence[str] = DIMENSIONS) -> dict[str, list[Part]]:
    """Sample and answers in time told apart by dimensions (SC-13): results, and what non-response does to them. Two queries for all."""
    form = questionnaire_of(entry)
    drawn = list(Invitation.objects.filter(entry=entry).values(*by))
    said = list(Answer.objects.filter(survey_id=entry.pk, late=False).values("values", *by))
    return {name: parts(form, name, drawn, said) for name in by}


def parts(
    form: Questionnaire, by: str, drawn: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]
) -> list[Part]:
    """One dimension, the largest part first. Pure: rows of who was drawn, and of what was said in time with its `values`."""
    whole = len(said) / len(drawn) if drawn else 0.0
    told = []
    for value, number in Counter(row[by] for row in drawn).items():
        answers = [row["values"] for row in said if row[by] == value]
        found = result(form, answers)
        interval = wilson(len(answers), number)
        odd = number >= FEW and interval is not None and not interval[0] <= whole <= interval[1]
        told.append(Part(value, number, len(answers), found.index, found.satisfied, odd))
    return sorted(told, key=lambda one: (-one.sample, str(one.value)))


@dataclass(frozen=True)
class Kept:
    """What a closed survey keeps of its result in its codes, so that trends are read without counting again. Hundredths of a point."""

    survey: uuid.UUID
    number: str
    first_on: str
    last_on: str
    answers: int
    index: float | None
    low: float | None
    high: float | None
    again: float | None = None


def kept(entry: Entry) -> Kept:
    """The kept result of a closed survey."""
    codes = entry.codes

    def read(name: str) -> float | None:
        return codes[name] / 100 if codes.get(name) is not None else None

    return Kept(
        entry.pk, entry.number, codes["first_on"], codes["last_on"], int(codes.get("answers") or 0), read("index"), read("low"), read("high"), read("again"),
    )  # fmt: skip


def line(questionnaire: str, *, before: Entry | None = None, most: int = 12) -> list[Kept]:
    """The closed surveys with one questionnaire, oldest first; with `before` those whose period began earlier. One query."""
    rows = Entry.objects.filter(
        register="survey", facets__register="survey", facets__name="questionnaire", facets__value=questionnaire,
        state__in=("closed", "proposed", "released"),
    )  # fmt: skip
    if before is not None:
        rows = rows.filter(codes__first_on__lt=before.codes["first_on"]).exclude(pk=before.pk)
    return [kept(one) for one in reversed(rows.order_by("-codes__last_on", "-number")[:most])]
