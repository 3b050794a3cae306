"""Many people at once from a list: read, checked line by line, then made by the same actions as one by one."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import after_label, listed
from tingsu.kernel.spelling import fold, tidy
from tingsu.pages import lists
from tingsu.pages.lists import ListRefused
from tingsu.pages.refusal import sentences_of
from tingsu.people import actions as people
from tingsu.people import queries
from tingsu.people.models import Account, Member, Post
from tingsu.people.roles import MediatorLevel, Role, StaffLevel
from tingsu.people.settings_forms import SignInForm
from tingsu.setup import staff_changes, training_results

COLUMNS: dict[str, str | Promise] = {
    "staff_number": gettext_lazy("Staff number"),
    "name": gettext_lazy("Full name"),
    "alias_zh": gettext_lazy("Work identity in Chinese"),
    "alias_en": gettext_lazy("Work identity in English"),
    "username": gettext_lazy("Sign-in name"),
    "email": gettext_lazy("Work e-mail"),
    "unit": gettext_lazy("Unit code"),
    "role": gettext_lazy("Role"),
    "staff_level": gettext_lazy("Staff level"),
    "mediator_level": gettext_lazy("Mediator level"),
    "seat": gettext_lazy("Seat in the committee"),
    "status": gettext_lazy("Status of employment"),
    **training_results.COLUMNS,
}
CHOICES: dict[str, list[tuple[Any, Any]]] = {
    "role": Role.choices,
    "staff_level": StaffLevel.choices,
    "mediator_level": MediatorLevel.choices,
    "seat": Post.Seat.choices,
    "status": staff_changes.STATUSES,
}
NEEDED = ("staff_number", "name", "unit", "role")
LONGEST = 500
SIGNS = 200_000
NAMED = 20
"""So many units are named beside a wrong one."""


@dataclass
class Line:
    """One person of a list: number of the line, what stood there, what is wrong with it."""

    number: int
    values: dict[str, str]
    errors: list[str] = field(default_factory=list)
    password: str | None = None
    done: bool = False
    changes: list[staff_changes.Change] = field(default_factory=list)
    """What it changes of somebody who is here already; only a list with the status of employment changes anybody."""


def read(text: str) -> list[Line]:
    """The lines of a list, checked against what is there; a line that is there already is `done`. Raises ListRefused.

    The first line names the columns, in any order, by their code or by their words in either language.
    """
    if len(text) > SIGNS:
        raise ListRefused(gettext_lazy("The list is too long: at most 500 people at once."))
    rows = lists.rows_of_text(text)
    if not rows:
        raise ListRefused(gettext_lazy("The list is empty."))
    names = [_column(one) for one in rows[0]]
    needed = NEEDED[:1] if "training" in names else NEEDED  # results are of people who are here
    if missing := [str(COLUMNS[name]) for name in needed if name not in names]:
        raise ListRefused(gettext_lazy("The first line names the columns. Missing: %(what)s"), what=listed(missing))
    if len(rows) > LONGEST + 1:
        raise ListRefused(gettext_lazy("The list is too long: at most 500 people at once."))
    lines = [Line(place, _values(names, row)) for place, row in enumerate(rows[1:], 2)]
    _check(lines)
    staff_changes.find(lines)
    return lines


def add(actor: Actor, lines: list[Line]) -> None:
    """Make the people of a list that has no errors. What one line is refused stands on that line; the others go on."""
    units = {unit.code: unit.pk for unit in queries.units()}
    for line in lines:
        if line.errors or (line.done and not line.changes):
            continue
        data = line.values
        try:
            if line.changes:
                staff_changes.carry_out(actor, line)
                continue
            made = people.add_member(
                actor=actor, staff_number=data["staff_number"], name=data["name"],
                alias={"zh-Hans": data["alias_zh"], "en": data["alias_en"]}, username=data["username"], email=data["email"],
            )  # fmt: skip
            line.password = made.password
            people.give_post(
                actor=actor, member_id=made.member.pk, unit_id=units[data["unit"]], role=data["role"],
                staff_level=data["staff_level"], mediator_level=data["mediator_level"], seat=data["seat"],
                is_head=data["role"] in {Role.DEPT, Role.SUPERVISOR},
            )  # fmt: skip
            if data["status"] == staff_changes.ABSENT:
                people.set_on_duty(actor=actor, member_id=made.member.pk, on_duty=False)
            line.done = True
        except TingsuError as error:
            line.errors = list(sentences_of(error).values())


def _column(typed: str) -> str:
    word = fold(typed)
    for name in COLUMNS:
        if word in {name, *WORDS[name], *_labels(name)}:
            return name
    return ""


def _labels(name: str) -> set[str]:
    """What a column is called on our own pages and in the template, in each language."""
    found = set()
    for language, _words in settings.LANGUAGES:
        with translation.override(language):
            found.add(fold(str(COLUMNS[name])))
    return found


WORDS: dict[str, tuple[str, ...]] = {
    "staff_number": ("staff number", "工号"),
    "name": ("full name", "姓名"),
    "alias_zh": ("work identity in chinese", "工作身份", "中文工作身份"),
    "alias_en": ("work identity in english", "英文工作身份"),
    "username": ("sign-in name", "登录名"),
    "email": ("work e-mail", "工作邮箱", "邮箱"),
    "unit": ("unit code", "部门代码", "部门"),
    "role": ("岗位", "角色"),
    "staff_level": ("staff level", "人员级别", "级别"),
    "mediator_level": ("mediator level", "调解员级别", "调解员等级"),
    "seat": ("seat in the committee", "席位", "委员会席位"),
    "status": ("status", "employment status", "员工状态", "在职状态", "状态"),
    **training_results.SPOKEN,
}
"""What people call the columns, in both languages: whatever the page's language is, a list of yesterday is read."""


def _values(names: list[str], row: list[str]) -> dict[str, str]:
    found = dict.fromkeys(COLUMNS, "")
    found |= {name: tidy(value) for name, value in zip(names, row, strict=False) if name}
    number = found["staff_number"]
    found["alias_zh"] = found["alias_zh"] or (f"工号 {number}" if number else "")
    found["alias_en"] = found["alias_en"] or (f"Agent {number}" if number else "")
    found["status"] = next(
        (code for code, words in staff_changes.SPOKEN.items() if fold(found["status"]) in words), found["status"]
    )
    found |= {name: _code(choices, found[name]) for name, choices in CHOICES.items()}
    found["unit"] = _unit(found["unit"])
    found["training"] = training_results.topic_of(found["training"]) if found["training"] else ""
    found["username"] = found["username"].lower()
    return found


def _code(choices: list[tuple[Any, Any]], typed: str) -> str:
    return next((str(code) for code, label in choices if typed.lower() in {str(code), str(label).lower()}), typed)


def _unit(typed: str) -> str:
    named = (unit.code for unit in queries.units() if typed in {unit.code, *unit.name.values()})
    return next(named, typed) if typed else ""


def _check(lines: list[Line]) -> None:
    here = set(Member.objects.values_list("staff_number", flat=True))
    typed = Account.objects.filter(username__in=[one.values["username"] for one in lines])
    names = {name.lower() for name in typed.values_list("username", flat=True)}
    units = {unit.code: unit for unit in queries.units()}
    known_units = listed(f"{code} {in_language(unit.name)}" for code, unit in list(units.items())[:NAMED])
    if len(units) > NAMED:
        known_units = _("%(units)s and %(more)s more") % {"units": known_units, "more": len(units) - NAMED}
    seen: dict[str, set[str]] = {"staff_number": set(), "username": set()}
    for line in lines:
        data = line.values
        line.done = data["staff_number"] in here or (
            data["status"] == staff_changes.LEFT and bool(data["staff_number"])
        )
        if line.done and not data["status"]:
            continue
        for name in NEEDED if not line.done else ():
            if not data[name]:
                line.errors.append(_("%(column)s is missing.") % {"column": COLUMNS[name]})
        if data["unit"] and data["unit"] not in units:
            line.errors.append(
                _("There is no unit “%(unit)s”. Known are: %(known)s") % {"unit": data["unit"], "known": known_units}
            )
        for name, choices in CHOICES.items():
            if data[name] and data[name] not in {str(code) for code, _label in choices}:
                line.errors.append(
                    _("%(column)s “%(value)s” is not known. Known are: %(known)s")
                    % {
                        "column": COLUMNS[name],
                        "value": data[name],
                        "known": listed(str(label) for _code, label in choices),
                    }
                )
        if data["role"] == Role.MEDIATOR and not data["mediator_level"]:
            line.errors.append(_("%(column)s is missing.") % {"column": COLUMNS["mediator_level"]})
        if data["name"] and data["name"] in {data["alias_zh"], data["alias_en"]}:
            line.errors.append(_("The work identity must not be the person's name: complainants see it."))
        if data["username"] in names and not line.done:
            line.errors.append(_("The sign-in name “%(name)s” is taken.") % {"name": data["username"]})
        for name, before in seen.items():
            if data[name] and data[name] in before:
                line.errors.append(
                    _("%(column)s “%(value)s” stands twice in the list.")
                    % {"column": COLUMNS[name], "value": data[name]}
                )
            before.add(data[name])
        if not line.done and (data["username"] or data["email"]):
            form = SignInForm({"username": data["username"], "email": data["email"]})
            line.errors += [
                after_label(COLUMNS[name], error)
                for name, found in form.errors.items()
                for error in found
                if name in COLUMNS
            ]
