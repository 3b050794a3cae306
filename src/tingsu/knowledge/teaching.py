"""From knowledge to training (IM-11, PE-16): a course, courseware or a case for training is made of an entry and linked with it."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import courses
from tingsu.competence import terms as taught
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.knowledge import terms
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import Opening, link_opened, open_entry
from tingsu.registers.declaration import LEADERS, OWNER, Do, register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

LONGEST = 6000
"""As much as a course holds."""
FIELDS = (
    Field(name="course_kind", label=pgettext_lazy("course", "What"), kind="choice", options=courses.KINDS),
    Field(
        name="topic",
        label=_("Topic"),
        kind="choice",
        options=(*taught.TAUGHT, ("other", pgettext_lazy("topic", "Other"))),
    ),
    Field(name="objective", label=pgettext_lazy("training", "Objective"), kind="longtext", limit=600),
    Field(name="revise_on", label=_("Next revision on"), kind="date", future=True),
)
PASSING = tuple(one.name for one in FIELDS)


def course_id(entry: Any) -> uuid.UUID:
    """The course of one version: a second try makes no second one."""
    return uuid.uuid5(entry.pk, f"course:{entry.codes.get('version', 0)}")


def make_course(actor: Actor, entry: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The course that is built from it, opened by whoever asks. Raises NotAllowed, InvalidInput."""
    register = register_named(courses.NAME)
    assert register is not None  # noqa: S101 declared by competence
    pk = course_id(entry)
    if Entry.objects.filter(pk=pk).exists():
        raise InvalidInput({"course_kind": InvalidValue(_("A course was made of this version already."), code="there")})
    texts = entry.written()
    content = "\n\n".join(
        part for part in (texts.get("situation", ""), texts.get("body", "") or texts.get("wording", "")) if part
    )
    made = {
        "title": texts["title"], "kind": values["course_kind"], "topic": values["topic"], "objective": values["objective"],
        "content": content[:LONGEST], "knowledge": f"{entry.number} {texts['title']}", "review_on": values["revise_on"].isoformat(),
    }  # fmt: skip
    open_entry(actor=actor, register=register, opening=Opening(values=made, id=pk))
    return {"course": pk}


def taught_by(opened: OpenedEntry, values: dict[str, Any]) -> None:
    link_opened(opened, values["course"], "became")


TEACH = Do(
    name="teach", label=_("Make a course of it"), event="taught", did=_("made a course of it"), sources=(terms.IN_USE,),
    who=(OWNER, *LEADERS, Role.COACH, Role.QA, Role.SPECIALIST), asks=("course_kind*", "topic*", "objective*", "revise_on*"),
    before=make_course, effect=taught_by, main=False, icon="book", clause="ISC 5.4.2.4",
)  # fmt: skip
