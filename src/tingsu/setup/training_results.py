"""What a list of the personnel department says of trainings that people here have had: a line in the personnel file of each (IG-08).

The step is the one by which a manager records a training by hand, so nobody notes their own, and what stands there already stays.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.competence import files, terms
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.punctuation import listed
from tingsu.kernel.spelling import fold
from tingsu.people.models import Member
from tingsu.process.values import read_moment
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers

if TYPE_CHECKING:
    from tingsu.setup.people_list import Line

COLUMNS: dict[str, str | Promise] = {
    "training": gettext_lazy("Training topic"),
    "trained_on": gettext_lazy("Trained on"),
    "training_result": gettext_lazy("Result of the training"),
}
SPOKEN = {
    "training": ("topic", "培训主题", "培训项目", "培训"),
    "trained_on": ("training date", "培训日期", "完成日期"),
    "training_result": ("training result", "培训结果", "培训成绩", "成绩"),
}
TRAINED, WORDS = "trained", gettext_lazy("this training goes into the personnel file")


def topic_of(typed: str) -> str:
    """The code of a topic as somebody called it, in either language; what is no topic stays as it was typed."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, words in terms.TAUGHT:
                if fold(typed) in {code, fold(str(words))}:
                    return code
    return typed


def find(lines: Iterable["Line"]) -> list["Line"]:
    """Refuse on each line of somebody who is here what cannot be read; those with a training that is not in the file yet. Two queries."""
    asked = [line for line in lines if line.done and line.values["training"]]
    members = {
        one.staff_number: one.pk
        for one in Member.objects.filter(staff_number__in=[one.values["staff_number"] for one in asked])
    }
    known = files.files_of(members.values()) if members else {}
    found, seen = [], set[tuple[str, str, date]]()
    for line in asked:
        number, topic = line.values["staff_number"], line.values["training"]
        day, file = _day(line.values["trained_on"]), known.get(members.get(number))  # type: ignore[arg-type]
        if topic not in dict(terms.TAUGHT):
            line.errors.append(
                _("%(column)s “%(value)s” is not known. Known are: %(known)s")
                % {
                    "column": COLUMNS["training"],
                    "value": topic,
                    "known": listed(str(words) for _code, words in terms.TAUGHT),
                }
            )
        elif day is None or day > files.today():
            line.errors.append(
                _("%(column)s has to be a day that is over, such as 2026-03-05.") % {"column": COLUMNS["trained_on"]}
            )
        elif file is None:
            line.errors.append(_("There is no personnel file of this person yet."))
        elif (topic, day.isoformat()) not in {(one["topic"], str(one["on"])) for one in files.TRAINED.of(file)} and (
            number,
            topic,
            day,
        ) not in seen:
            seen.add((number, topic, day))
            found.append(line)
    return found


def _day(typed: str) -> date | None:
    try:
        read = read_moment(f"{typed} 00:00")
    except ValueError:
        return None
    return read.date() if read else None


def record(actor: Actor, member: Member, line: "Line") -> None:
    """Write it into the file. Raises what the step raises."""
    file, day = files.file_of(member.pk), _day(line.values["trained_on"])
    if file is None or day is None:
        raise NotFound
    values = {
        "topic": line.values["training"], "on": day.isoformat(),
        "evidence": line.values["training_result"] or _("list of the personnel system"),
    }  # fmt: skip
    take_step(actor=actor, entry=file, register=registers()[files.NAME], step="train", values=values)
