"""What whoever takes a call from an agitated customer does and may say: listen, empathise, guide (RG-23, SVC 3.1.2).

The three steps are fixed; their texts are a rulebook of the organisation. The form shows them beside the story, the steps that were
ticked are kept with the complaint, and the event names the version of the texts that were at hand.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, wrong_texts
from tingsu.people.roles import Role

KIND = "calming"
STEPS = {"listen": _("Listen"), "empathise": _("Empathise"), "guide": _("Guide")}
MOST, LIMIT = 15, 300


def _line(step: str, said: bool, zh: str, en: str) -> dict[str, Any]:
    return {"step": step, "said": said, "text": {"zh-Hans": zh, "en": en}}


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0. Treat as read-only."""
    return {
        "phrases": [
            _line(
                "listen", False, "不打断；记时间、金额、对方答复。",
                "Do not interrupt. Note times, amounts and what was answered before.",
            ),
            _line(
                "empathise", True, "遇到这样的事，换了谁都会着急。我现在把情况都记下来，不让您再说第二遍。",
                "Anybody would be worried by this. I am writing all of it down now, so that nobody has to ask you twice.",
            ),
            _line(
                "guide", True, "我先跟您核对诉求，对吗？登记好以后，我马上告诉您最晚什么时候答复您。",
                "Let me repeat what you ask for. As soon as it is registered, I tell you by when you hear from us.",
            ),
            _line(
                "guide", False, "可以答应“24 小时内会有专人联系您，请保持电话畅通”；答应了就在下面勾选，系统会开始计时。",
                "You may promise: somebody will contact you within 24 hours, please keep your phone reachable. Tick it below when you "
                "did: its time limit then runs.",
            ),
        ]
    }  # fmt: skip


def check(body: Mapping[str, Any]) -> None:
    """Each of the three steps has a text in both languages. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    rows = check_rows(body, "phrases", MOST, errors, _wrong)
    if not errors and (bare := [words for step, words in STEPS.items() if all(row["step"] != step for row in rows)]):
        sentence = _("The step “%(step)s” has no text. Each of the three needs one.")
        errors["phrases"] = InvalidValue(sentence, code="required", step=str(bare[0]))
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, _rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if row.get("step") not in STEPS:
        yield "step", InvalidValue(code="choice")
    if problem := wrong_texts(row.get("text"), LIMIT, _("Say it in both languages.")):
        yield "text", problem


def script() -> list[dict[str, Any]]:
    """The three steps with what is to be done or said at each, in the reader's language. No query."""
    rows = rulebooks.in_force(KIND).body["phrases"]
    return [
        {
            "code": step,
            "name": words,
            "lines": [
                {"text": in_language(row["text"]), "said": bool(row.get("said"))} for row in rows if row["step"] == step
            ],
        }
        for step, words in STEPS.items()
    ]


CALMING = Editor(
    app="complaints", kind=KIND, slug="calming", title=_("Words for agitated callers"), entries="phrases", key="",
    intro=_("What stands beside the telephone form: listen, empathise, guide. Each step has at least one text, in both languages."),
    roles=(Role.SUPERVISOR, Role.MGMT_REP),
    columns=(
        Column(name="step", label=pgettext_lazy("calming", "Step"), kind="choice", options=STEPS),
        Column(name="text", label=pgettext_lazy("calming", "Text"), kind="long"),
        Column(name="said", label=_("Is said to the caller"), kind="flag", required=False),
    ),
)  # fmt: skip

rulebooks.register_kind(KIND, _("Words for agitated callers"), shipped, check)
