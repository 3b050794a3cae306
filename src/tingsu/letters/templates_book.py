"""Letter templates: one rulebook kind each, in both languages, with mandatory places (AK-02).

A place is written {name}. A line whose places are all empty is left out, so that one template serves letters with and
without a next date. A template that misses a mandatory place, or names an unknown one, cannot be published.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.letters.shipped import SHIPPED

PLACE = re.compile(r"\{([a-z_]+)\}")
LANGUAGES = ("zh-Hans", "en")
LIMIT = {"subject": 200, "body": 8000}
EVERYWHERE = frozenset({"number", "organisation", "hotline", "link", "name"})
KEYS = frozenset({"code", "link", "one_time_code", "sign_link", "survey_link"})
"""Places that open a case: they leave in the letter and are covered in the copy that is kept."""


@dataclass(frozen=True)
class Template:
    """A kind of letter: what it may and what it must say."""

    name: str
    label: str | Promise
    places: frozenset[str]
    mandatory: frozenset[str]
    on_page: bool = True
    """May its words stand on the follow-up page when its means fails?"""

    def described(self) -> str:
        """All places, the mandatory ones marked with a star."""
        return ", ".join(f"{{{n}}}{'*' if n in self.mandatory else ''}" for n in sorted(self.places | EVERYWHERE))


TEMPLATES = {
    template.name: template
    for template in (
        Template("acknowledgement", _("Acknowledgement"), frozenset({"code", "process", "limits", "follow"}),
                 frozenset({"number", "process", "limits", "follow"})),
        Template("feedback", _("Feedback"), frozenset({"content", "files", "next_at", "progress", "handler", "moved"}), frozenset({"content", "handler"})),
        Template("progress", _("Progress notice"), frozenset({"progress", "next_at", "handler"}), frozenset({"number", "progress", "handler", "link"})),
        Template("limit_extended", _("Longer time for our decision"), frozenset({"why", "until", "handler"}), frozenset({"number", "why", "until"})),
        Template("handler_changed", _("Changed contact"), frozenset({"handler", "why", "first"}), frozenset({"handler"})),
        Template("solution", _("Solution"), frozenset({"wording", "handler", "answer_by"}), frozenset({"wording", "link"})),
        Template("respondent_notice", _("Notice to the respondent"), frozenset({"content", "handler", "answer_by"}),
                 frozenset({"number", "content", "link"})),
        Template("answer", _("Answer"), frozenset({"answer", "handler", "answer_by", "transfer"}), frozenset({"answer", "link"})),
        Template("answer_tactful", _("Answer, tactful and calming"), frozenset({"answer", "handler", "answer_by", "transfer"}),
                 frozenset({"answer", "link"})),
        Template("change_made", _("What has changed because of the complaint"), frozenset({"content", "handler"}), frozenset({"content"})),
        Template("ways", _("Other ways of redress"), frozenset({"ways", "note"}), frozenset({"ways"})),
        Template("respondent_ways", _("Other ways for the respondent"), frozenset({"handler"}), frozenset({"number", "link"})),
        Template("result_notice", _("Formal notice of the result"), frozenset({"notice", "handler"}), frozenset({"notice", "link"})),
        Template("request_received", _("Request for review or mediation received"), frozenset({"request", "answer_by", "handler"}),
                 frozenset({"request", "answer_by", "link"})),
        Template("request_answered", _("Written result of a request for review or mediation"),
                 frozenset({"request", "answer", "handler"}), frozenset({"request", "answer", "link"})),
        Template("mediation_call", _("Invitation to a mediation"), frozenset({"held_at", "how", "note", "handler"}),
                 frozenset({"number", "held_at", "how", "handler", "link"})),
        Template("closed", _("Closing"), frozenset({"handler"}), frozenset({"number"})),
        Template("rating_reminder", _("Reminder to rate"), frozenset(), frozenset({"link"})),
        Template("survey_invitation", _("Invitation to a survey"), frozenset({"survey_link", "valid_until"}),
                 frozenset({"survey_link", "valid_until"}), on_page=False),
        Template("survey_reminder", _("Reminder of a survey"), frozenset({"survey_link", "valid_until"}), frozenset({"survey_link"}), on_page=False),
        Template("on_call", _("Alert to the person on call"), frozenset({"why", "confirm_by"}),
                 frozenset({"number", "confirm_by", "link"}), on_page=False),
        Template("escalated", _("Escalated to the next level"), frozenset({"rung", "answer_by"}), frozenset({"number", "link"}),
                 on_page=False),
        Template("payment_made", _("Payment on its way"), frozenset({"amount", "means", "arrives_by", "handler"}),
                 frozenset({"amount", "means", "arrives_by"})),
        Template("execution_failed", _("Measure could not be carried out"), frozenset({"reason", "handler"}), frozenset({"handler"})),
        Template("data_request_answer", _("Answer to a request about personal data"),
                 frozenset({"request", "asked", "decision", "answer", "ground", "deleted"}), frozenset({"request", "decision", "answer"})),
        Template("one_time_code", _("One-time code"), frozenset({"one_time_code", "valid_until"}),
                 frozenset({"number", "one_time_code", "valid_until"}), on_page=False),
        Template("signature_asked", _("Request for a signature"), frozenset({"document", "sign_link", "valid_until"}),
                 frozenset({"number", "document", "sign_link", "valid_until"}), on_page=False),
        Template("access_code", _("New access code"), frozenset({"code"}), frozenset({"number", "code"}), on_page=False),
        Template("partner_task", _("Question to a partner"), frozenset({"why", "answer_by"}), frozenset({"number", "why", "link"}),
                 on_page=False),
        Template("sign_in_changed", _("Changed sign-in"), frozenset(), frozenset({"number"}), on_page=False),
        Template("second_factor_reset", _("Second factor taken away"), frozenset(), frozenset({"number"}), on_page=False),
    )
}  # fmt: skip


def kind_of(template: str) -> str:
    return f"letter.{template}"


def register() -> None:
    for template in TEMPLATES.values():
        rulebooks.register_kind(
            kind_of(template.name),
            template.label,
            default=lambda name=template.name: SHIPPED[name],
            check=lambda body, one=template: check(one, body),
        )


def check(template: Template, body: Mapping[str, Any]) -> None:
    """Raises InvalidInput with one sentence for each wrong field."""
    errors: dict[str, TingsuError] = {}
    for language in LANGUAGES:
        written = {part: _part(body, part, language) for part in LIMIT}
        for part, limit in LIMIT.items():
            if not written[part].strip():
                errors[f"{part}.{language}"] = InvalidValue(code="required")
            elif len(written[part]) > limit:
                errors[f"{part}.{language}"] = too_long(written[part], limit)
        used = set(PLACE.findall(" ".join(written.values())))
        if unknown := used - template.places - EVERYWHERE:
            errors[f"body.{language}"] = InvalidValue(
                _("This template does not know the places %(places)s."), code="unknown_place", places=_places(unknown)
            )
        elif missing := template.mandatory - used:
            errors[f"body.{language}"] = InvalidValue(
                _("The mandatory places %(places)s are missing; the letter may not leave without them."),
                code="missing_place",
                places=_places(missing),
            )
    if errors:
        raise InvalidInput(errors)


def _part(body: Mapping[str, Any], part: str, language: str) -> str:
    texts = body.get(part)
    text = texts.get(language) if isinstance(texts, Mapping) else None
    return text if isinstance(text, str) else ""


def _places(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill the places; a line whose places are all empty is left out."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        places = PLACE.findall(line)
        if places and not any(values.get(place) for place in places):
            continue
        lines.append(PLACE.sub(lambda match: values.get(match[1], ""), line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
