"""A questionnaire as a form, the same for the person on our page and for whoever asks on the telephone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.satisfaction.rules import AGAIN, Questionnaire


@dataclass(frozen=True)
class Question:
    """One question with its answers: value, what stands on it, what is read aloud."""

    name: str
    words: str
    hint: str
    choices: list[tuple[str, str]] = field(default_factory=list)
    value: str = ""
    error: str = ""


def questions(form: Questionnaire, typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Question]:
    """The form with what was typed and what is wrong with it."""
    steps = [(str(step), str(step)) for step in range(1, form.scale + 1)]
    scale = _("1 is the worst, %(most)s the best.") % {"most": form.scale}
    found = []
    for item in form.items:
        if item.kind == AGAIN:
            asked = [("x", item.words, "", [("1", _("Yes")), ("0", _("No"))])]
        elif form.expects:
            asked = [
                ("e", pgettext("questionnaire", "%(item)s: what you expected") % {"item": item.words}, scale, steps),
                ("x", pgettext("questionnaire", "%(item)s: how it was") % {"item": item.words}, scale, steps),
            ]
        else:
            asked = [("x", item.words, scale, steps)]
        for mark, words, hint, choices in asked:
            name = f"{mark}-{item.code}"
            found.append(
                Question(name, words, hint, [*choices, ("", _("No answer"))], typed.get(name, ""), errors.get(name, ""))
            )
    return found
