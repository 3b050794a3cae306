"""On what it stands when something about a case is told outside the house: a consent, a legal duty, or that it tells of nobody (PS-11).

One list for statements of event records, replies in the channel of a case and the register of publications.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Field, Options

CONSENT, DUTY, NOBODY, ONLY_THEM = "consent", "duty", "nobody", "only_them"
FIRM = (
    (CONSENT, _("Consent of the customer or complainant")), (DUTY, _("Legal duty")),
)  # fmt: skip
GROUNDS = (*FIRM, (NOBODY, _("Tells of no customer, complainant or single complaint")))
REPLY_GROUNDS = (*GROUNDS, (ONLY_THEM, _("Only whoever raised it can read it there")))
"""A reply may also stand where nobody else reads it, which is no publication."""
WORDS = Field(name="ground_words", label=_("The consent (who, when, where it lies) or the law"), limit=500)


def ground(options: Options) -> tuple[Field, Field]:
    """The two fields that ask it: which, and in words."""
    return Field(name="ground", label=pgettext_lazy("publication", "Stands on"), kind="choice", options=options), WORDS


def ungrounded(chosen: str | None, words: str | None) -> list[Unmet]:
    """What is missing before it may be told outside."""
    if not chosen:
        return [Unmet("ground", _("say on which consent or legal duty it stands, or that it tells of nobody"))]
    if words or chosen not in {CONSENT, DUTY}:
        return []
    return [Unmet("ground_words", _("say whose consent of what day, or which law"))]
