"""A letter template as its receiver will read it: every place named in words, in the language of the letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.letters.signatures import signed
from tingsu.letters.templates_book import EVERYWHERE, LANGUAGES, Template, render

NAMES: dict[str, str | Promise] = {
    "number": _("number of the complaint"),
    "organisation": pgettext_lazy("place", "name of the firm"),
    "hotline": _("telephone number of the service"),
    "link": pgettext_lazy("place", "link that opens the complaint"),
    "name": pgettext_lazy("place", "name of the receiver"),
    "code": pgettext_lazy("place", "access code"),
    "process": pgettext_lazy("place", "what happens next"),
    "limits": pgettext_lazy("place", "the times we promise"),
    "follow": pgettext_lazy("place", "how to follow progress"),
    "content": pgettext_lazy("place", "the words of whoever writes"),
    "files": pgettext_lazy("place", "names of the files sent along"),
    "next_at": pgettext_lazy("place", "date of the next feedback"),
    "progress": pgettext_lazy("place", "present progress"),
    "handler": pgettext_lazy("place", "work name of the contact"),
    "moved": pgettext_lazy("place", "why the date moved"),
    "wording": pgettext_lazy("place", "the solution in words"),
    "answer_by": pgettext_lazy("place", "date by which an answer is asked"),
    "answer": pgettext_lazy("place", "our answer"),
    "transfer": pgettext_lazy("place", "who is responsible instead"),
    "ways": pgettext_lazy("place", "list of the other ways"),
    "note": pgettext_lazy("place", "words beside the list"),
    "notice": pgettext_lazy("place", "the result in words"),
    "request": pgettext_lazy("place", "what was requested"),
    "why": pgettext_lazy("place", "why this is so"),
    "first": pgettext_lazy("place", "who was responsible first and stays informed"),
    "amount": pgettext_lazy("place", "the amount"),
    "means": pgettext_lazy("place", "the means of payment"),
    "arrives_by": pgettext_lazy("place", "day by which the money is there"),
    "confirm_by": pgettext_lazy("place", "time by which to confirm"),
    "rung": pgettext_lazy("place", "level of the ladder"),
    "reason": pgettext_lazy("place", "the reason"),
    "asked": pgettext_lazy("place", "day of the request"),
    "decision": pgettext_lazy("place", "what was decided"),
    "ground": pgettext_lazy("place", "legal ground"),
    "deleted": pgettext_lazy("place", "what was deleted"),
    "one_time_code": pgettext_lazy("place", "one-time code"),
    "until": pgettext_lazy("place", "until when we decide at the latest"),
    "valid_until": pgettext_lazy("place", "until when the code is valid"),
    "sign_link": pgettext_lazy("place", "link that opens a document once, to be signed"),
    "survey_link": pgettext_lazy("place", "link to the questionnaire"),
    "held_at": pgettext_lazy("place", "day and time of the mediation"),
    "how": pgettext_lazy("place", "how and where the mediation is held"),
    "document": pgettext_lazy("place", "name of the document"),
}
"""Each place in words, for people who write and read templates."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One language of a template as it reads, each place as 〔what stands there〕."""

    language: str
    subject: str
    body: str


def previews(body: Mapping[str, Any], below: Callable[[str], str] = lambda language: "") -> list[Preview]:
    """Both languages; what is no text yet reads as empty. `below` gives the signature of mails in a language."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            values = {name: f"〔{words}〕" for name, words in NAMES.items()}
            parts = {part: (body.get(part) or {}).get(language, "") for part in ("subject", "body")}
            found.append(
                Preview(
                    language=language,
                    subject=render(str(parts["subject"]), values),
                    body=signed(render(str(parts["body"]), values), render(below(language), values)),
                )
            )
    return found


def places_of(template: Template) -> list[tuple[str, str, bool]]:
    """The places that a template knows: as it is typed, in words, and whether a letter may not leave without it."""
    known = sorted(template.places | EVERYWHERE, key=lambda name: (name not in template.mandatory, name))
    return [(f"{{{name}}}", str(NAMES[name]), name in template.mandatory) for name in known]
