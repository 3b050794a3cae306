"""What the pages of our registers show beside the fields: gaps, the way grown, criteria without evidence, results by dimension."""

import uuid
from typing import Any

from tingsu.competence import terms
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people
from tingsu.registers.models import Entry


def file_told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Of a file: which topics and checks are still missing, whether awareness is confirmed, the way grown."""
    from tingsu.competence import files, points, queries

    codes = entry.codes
    exception = frozenset({"education"}) if (entry.written_or_none() or {}).get("education_reason") else frozenset()
    checks = {line["check"] for line in files.CHECKS.of(entry)}
    missing = [
        *files.missing_of(terms.ISC, codes.get("isc", ()), exception), *files.missing_of(terms.SZ, codes.get("sz", ())),
    ]  # fmt: skip
    person = uuid.UUID(codes["person"]) if codes.get("person") else None
    return {
        "topics": files.topics_told(entry),
        "missing": missing,
        "unchecked": not {"background"} & checks or not checks - {"background"},
        "aware": files.confirmed_version(entry) == points.version(),
        "confirmed": files.CONFIRMED.of(entry)[-1:],
        "track": queries.track(person, entry) if person else [],
        "person": person,
    }


def level_told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Each criterion of the level, and whether it has evidence."""
    from tingsu.competence import criteria, levels

    proved = {line["criterion"] for line in levels.PROOFS.of(entry)}
    wanted = criteria.criteria_of(entry.codes.get("level", ""))
    return {"criteria": [(words, code in proved) for code, words in wanted.items()]}


def training_told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Who was invited and stayed away; by whom it is held; how much of the budget it took."""
    from tingsu.competence import courses, trainers

    codes = entry.codes
    there = set(codes.get("attended", ()))
    absent = [one for one in codes.get("participants", ()) if one not in there] if there else []
    course = courses.course_numbered(codes.get("course"))
    trainer = (
        Entry.objects.filter(register=trainers.NAME, number=codes.get("trainer") or "").select_related("stream").first()
    )
    return {
        "absent": [people.staff_identity(uuid.UUID(one)) for one in absent],
        "course": course, "course_title": (course.written_or_none() or {}).get("title", "") if course else "",
        "trainer": trainer, "trainer_name": trainers.name_of(trainer) if trainer else "",
    }  # fmt: skip


def exam_told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The way to the paper for whoever takes it, tries and marks for those who may read them."""
    from tingsu.competence import exams, sitting

    codes = entry.codes
    mine = actor.kind == "member" and codes.get("person") == str(actor.id)
    written = codes.get("way") == exams.WRITTEN
    waits = entry.state in exams.WAITING
    paper = sitting.paper_of(entry) if written else None
    return {
        "takes": mine and written and waits,
        "begun": paper is not None and paper.handed_at is None,
        "paper": paper if paper is not None and paper.handed_at is not None else None,
        "proved": sitting.redrawn(paper) if paper is not None and paper.handed_at is not None else None,
        "tries": codes.get("tries", ()),
        "marks": [
            (str(label), codes["marks"][code]) for code, label in terms.DIMENSIONS if code in codes.get("marks", {})
        ],
        "pass_mark": codes.get("pass_mark"),
    }
