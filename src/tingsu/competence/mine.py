"""What “My file” shows: the person's own file in the clear, what is asked of them, and whom they guide (PE-01, PE-16, PE-20)."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tingsu.competence import exams, files, points, queries, required, trainings
from tingsu.complaints.loads import open_loads
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.people import queries as people
from tingsu.people.readiness import senior_of
from tingsu.privacy.masking import NOBODY
from tingsu.privacy.show import show_text
from tingsu.registers.actions import take_step
from tingsu.registers.covering import place_of
from tingsu.registers.declaration import INVOLVED, register_named, registers
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.reading import address_of, value_words

TOLD = ("entered_on", "education", "studied", "experience", "skills", "languages", "level", "released_on")
SELECTION = ("isc", "education_reason", "isc_on", "sz", "sz_on", "checked")
WORK = ("guidance", "assessed")


def told_of(actor: Actor) -> dict[str, Any]:
    """Everything of the page. A bounded number of queries, however long somebody works here."""
    assert actor.id is not None  # noqa: S101 a member
    file, member = files.file_of(actor.id), people.member_or_none(actor.id)
    line = next((one for one in queries.matrix() if one.member.pk == actor.id), None)
    return {
        "file": file,
        "readiness": member.get_readiness_display() if member else "",
        "guided": bool(member and member.readiness),
        "senior": people.staff_identity(one.pk) if member and (one := senior_of(member)) else "",
        "points": points.told(),
        "version": points.version(),
        "aware": files.confirmed_version(file) == points.version(),
        "confirmed": files.CONFIRMED.of(file)[-1:],
        "topics": files.topics_told(file),
        "cells": [cell for cell in line.cells if cell.is_gap and not cell.competence.proof.startswith("topic:")]
        if line
        else [],
        "parts": _parts(actor, file),
        "track": queries.track(actor.id, file),
        "waits": _waits(actor.id),
        "trainees": trainees_of(actor.id),
        "honours": honours_of(actor),
        "functions": [name for code, name in _functions() if code in actor.withheld],
    }


def _functions() -> list[tuple[str, str]]:
    return [(str(code), str(label)) for code, label in required.function_options()]


def _parts(actor: Actor, file: Entry | None) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The fields of the file in words, each as the person it is about may read it: in full."""
    if file is None:
        return []
    register, texts = registers()[files.NAME], file.worded_or_none() or {}
    open_texts = {
        name: show_text(actor, *place_of(register, name.partition(".")[0]), text, "page", known=NOBODY, own=True)
        for name, text in texts.items()
    }
    found = []
    for title, names in ((_("About me"), TOLD), (_("Selection"), SELECTION), (_("Practice and assessment"), WORK)):
        lines = [
            (str(register.by_name[name].label), _value(register.by_name[name], file, open_texts)) for name in names
        ]
        found.append((title, [(label, value) for label, value in lines if value]))
    return [(title, lines) for title, lines in found if lines]


def _value(one: Any, file: Entry, texts: dict[str, str]) -> Any:
    if one.kind in {"text", "longtext"}:
        return [texts[one.name]] if texts.get(one.name) else []
    if one.kind != "rows":
        words = value_words(one, file.codes.get(one.name), file)
        return [words] if words else []
    lines = []
    for place, line in enumerate(file.codes.get(one.name, ())):
        parts = (
            texts.get(f"{one.name}.{place}.{inner.name}") or value_words(inner, line.get(inner.name), file)
            for inner in one.rows
        )
        lines.append(" · ".join(part for part in parts if part))
    return lines


def _waits(member_id: uuid.UUID) -> list[dict[str, Any]]:
    """Assessments to take and trainings to attend. One query."""
    mine = EntryFacet.objects.filter(name=INVOLVED, value=str(member_id), register__in=(exams.NAME, trainings.NAME))
    rows = Entry.objects.filter(pk__in=mine.values("entry"), state__in=(*exams.WAITING, trainings.SCHEDULED))
    found = []
    for row in (
        rows.exclude(register=trainings.NAME, state=exams.PLANNED)
        .select_related("stream")
        .order_by("next_due_at", "pk")[:20]
    ):
        written = row.register == exams.NAME and row.codes.get("way") == exams.WRITTEN
        found.append(
            {
                "title": (row.written_or_none() or {}).get("title", row.number), "number": row.number,
                "due": row.codes.get("until") or row.codes.get("planned_on"), "exam": row.register == exams.NAME,
                "url": reverse("competence:exam", args=[row.number]) if written else address_of(row), "written": written,
            }
        )  # fmt: skip
    return found


AWARD, GIVEN = "award", "conferred"
"""The register of awards stands on a floor above; what it says of somebody is read by its name."""


def honours_of(actor: Actor) -> list[dict[str, Any]]:
    """Awards that somebody was given or is nominated for, the newest first. One query."""
    register, own = register_named(AWARD), str(actor.id)
    if register is None:
        return []
    rows = register.visible(actor, Entry.objects.filter(register=AWARD)).filter(
        Q(codes__recipients__contains=[own]) | Q(codes__nominations__contains=[{"who": [own]}])
    )
    return [
        {
            "title": (row.written_or_none() or {}).get(register.title, row.number), "number": row.number, "url": address_of(row),
            "given_on": row.codes.get("given_on", "") if row.state == GIVEN and own in row.codes.get("recipients", ()) else "",
            "state": register.state_by_code[row.state].label,
        }
        for row in rows.select_related("stream").order_by("-opened_at", "-pk")[:20]
    ]  # fmt: skip


def trainees_of(senior_id: uuid.UUID) -> list[dict[str, Any]]:
    """Whom somebody guides, with their open cases. One query where there are any."""
    found = queries.guided_by(senior_id)
    loads = open_loads([one.pk for one in found]) if found else {}
    return [
        {"name": people.staff_identity(one.pk), "cases": loads.get(one.pk, 0), "file": files.file_of(one.pk)}
        for one in found
    ]


def confirm(actor: Actor) -> None:
    """The person confirms the points in force; whoever has no file yet gets one. Raises NotFound, ConditionsUnmet."""
    member = people.member_or_none(actor.id)
    if member is None or actor.id is None:
        raise NotFound
    if files.file_of(actor.id) is None:
        with transaction.atomic(durable=True):
            files.open_file(member)
    file = files.file_of(actor.id)
    assert file is not None  # noqa: S101 begun above
    take_step(
        actor=actor, entry=file, register=registers()[files.NAME], step="confirm_points", values={"understood": True}
    )
