"""What the issue tracker of R&D or operations says of a rectification, told by its program or as a file (IM-13, IG-09).

Out go the signed events of hooks and what programs read; back comes the step `track`. Without a program the list of the register is
the file that goes out, and the tracker's own list is read here line by line: twice nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidValue, NotFound, TingsuError, Unmet
from tingsu.kernel.punctuation import after_label, apart
from tingsu.kernel.spelling import fold, tidy
from tingsu.pages.lists import ListRefused, rows_of_file
from tingsu.pages.refusal import sentences_of
from tingsu.process.steps import Field, Step
from tingsu.registers.access import get_entry
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import OPENER, Do, Register, registers
from tingsu.registers.entry import OpenedEntry

STEP = "track"
RELEASED, REFUSED = "released", "refused"
STATES = (
    ("open", pgettext_lazy("tracker", "Taken down")), ("in_work", pgettext_lazy("tracker", "In work")),
    (RELEASED, pgettext_lazy("tracker", "Released")), (REFUSED, pgettext_lazy("tracker", "Refused")),
)  # fmt: skip
FIELDS = (
    Field(
        name="cases",
        label=_("Complaints that show it"),
        kind="number",
        help=_("Counted when it was ordered; those linked are the evidence."),
    ),
    Field(name="tracker_key", label=_("Number in the issue tracker"), limit=80),
    Field(name="tracker_link", label=_("Address in the issue tracker"), limit=500),
    Field(name="tracker_state", label=_("State in the issue tracker"), kind="choice", options=STATES),
    Field(name="release", label=_("Released with"), limit=120, when=("tracker_state", RELEASED), required=True),
    Field(
        name="refusal",
        label=_("Why it was refused"),
        kind="longtext",
        limit=1000,
        when=("tracker_state", REFUSED),
        required=True,
    ),
)
ASKED = ("tracker_key*", "tracker_link", "tracker_state*", "release", "refusal")
MOST_LINES = 2_000
MOST_BYTES = 2_000_000
TITLES: dict[str, tuple[str, ...]] = {
    "number": ("number", "整改编号", "编号", "tingsu"),
    "tracker_key": ("tracker_key", "key", "issue key", "issue", "id", "工单号", "需求编号", "缺陷编号", "任务编号"),
    "tracker_link": ("tracker_link", "url", "link", "链接", "地址"),
    "tracker_state": ("tracker_state", "state", "status", "状态", "处理状态"),
    "release": ("release", "fix version", "fix versions", "版本", "发布版本", "上线版本"),
    "refusal": ("refusal", "reason", "resolution", "拒绝原因", "原因", "说明"),
}
"""What trackers call the columns."""
WORDS = {
    "open": ("open", "new", "to do", "todo", "backlog", "待处理", "已登记", "新建", "未开始"),
    "in_work": ("in_work", "in progress", "doing", "in review", "处理中", "进行中", "开发中", "测试中"),
    RELEASED: (RELEASED, "done", "closed", "resolved", "fixed", "已发布", "已上线", "已完成", "已关闭", "已解决"),
    REFUSED: (
        REFUSED,
        "rejected",
        "declined",
        "won't do",
        "won't fix",
        "wontfix",
        "已拒绝",
        "不予处理",
        "拒绝",
        "不处理",
    ),
}
"""What trackers call the states."""
_STATE = {fold(word): state for state, words in WORDS.items() for word in words}


def readable_link(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """An address leads to a page of the tracker and nowhere else."""
    link = values.get("tracker_link") if values else ""
    if not link or link.startswith(("https://", "http://")):
        return []
    return [Unmet("no_address", _("an address begins with https://"), value_of="tracker_link")]


def tracked(doers: tuple[str, ...]) -> Do:
    """The step by which a person, a program or a file says what the tracker says. It ends nothing: release is proved by the check of
    the effect, and a refusal goes back to whoever ordered it.
    """
    return Do(
        name=STEP, label=_("Note what the issue tracker says"), event="tracked", did=_("noted what the issue tracker says"),
        sources=("open", "carried"), who=doers, asks=ASKED, guards=(readable_link,), tells=(OPENER,), icon="external-link",
        clause="ISC 10.2.3", main=False,
    )  # fmt: skip


@dataclass
class Verdicts:
    """What became of the lines of a file."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def take_file(actor: Actor, content: bytes) -> Verdicts:
    """Each line a step by whoever brings the file, with that person's rights. Raises ListRefused for what is no list."""
    rows = rows_of_file(content, largest=MOST_BYTES)
    if len(rows) > MOST_LINES + 1:
        raise ListRefused(_("The list has more than %(most)s lines. Divide it."), most=f"{MOST_LINES:,}")
    names = [_column(title) for title in (rows[0] if rows else [])]
    if not {"number", "tracker_state"} <= set(names):
        raise ListRefused(_("The first line names the columns: at least number and state."))
    register = registers()["rectification"]
    found = Verdicts()
    for place, row in enumerate(rows[1:], 2):
        told = {name: tidy(cell) for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        try:
            if _take(actor, register, told):
                found.taken += 1
            else:
                found.known += 1
        except TingsuError as error:
            words = sentences_of(error).items()
            labels = {one.name: one.label for one in register.fields}
            found.refused.append((place, apart(after_label(labels[n], w) if n in labels else w for n, w in words)))
    return found


def _column(title: str) -> str:
    word = fold(title)
    return next((name for name, titles in TITLES.items() if word in map(fold, titles)), "")


def _take(actor: Actor, register: Register, told: Mapping[str, str]) -> bool:
    """Take one line; False where all of it stands there already. Raises NotFound and what the step raises."""
    number = told.get("number", "")
    if not number:
        raise InvalidValue(_("The number of the rectification is missing."), code="required")
    try:
        entry = get_entry(actor, register, number)
    except NotFound:
        raise InvalidValue(_("No rectification has the number %(number)s."), code="unknown", number=number) from None
    written = entry.written_or_none() or {}
    stands = {name: str(entry.codes.get(name) or written.get(name) or "") for name in TITLES if name != "number"}
    typed = told.get("tracker_state", "")
    state = _STATE.get(fold(typed))
    if state is None:
        raise InvalidValue(_("The state “%(state)s” is not known."), code="choice", state=typed[:40])
    given = {**told, "tracker_state": state, "tracker_key": told.get("tracker_key") or stands["tracker_key"]}
    given = {name: value for name, value in given.items() if name != "number"}
    if state != RELEASED:
        given.pop("release", None)
    if state != REFUSED:
        given.pop("refusal", None)
    if all(stands[name] == value for name, value in given.items()):
        return False
    take_step(actor=actor, entry=entry, register=register, step=STEP, values=given)
    return True


def title_words(name: str) -> Any:
    """What we call a column ourselves."""
    return next((one.label for one in FIELDS if one.name == name), _("Number of the rectification"))
