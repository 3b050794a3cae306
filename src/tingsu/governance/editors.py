"""How the rulebooks of governance are edited."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.governance import aging, answering, notice

PRIVACY_NOTICE = Editor(
    app="governance",
    kind=notice.NOTICE,
    slug="privacy-notice",
    title=_("Privacy notice"),
    intro=_(
        "What the public page says about personal data, beside what the system itself knows: fields, times of keeping, limits."
    ),
    columns=tuple(Column(name=part, label=title, kind="long") for part, title in notice.PARTS.items()),
)

REGISTERS = Editor(
    app="governance",
    kind=aging.KIND,
    slug="register-retention",
    title=_("Retention of register entries"),
    intro=_(
        "How many years an entry is kept after it ended. A register that is not named is kept for good. Three years are shipped for "
        "registers that name persons; confirm or change them."
    ),
    entries="rows",
    key="register",
    columns=(
        Column(name="register", label=pgettext_lazy("retention", "Register"), kind="choice", options=aging.names),
        Column(name="years", label=_("Years kept"), kind="number"),
    ),
)

ANSWERS = Editor(
    app="governance",
    kind=answering.RULE,
    slug="data-request-rules",
    title=_("Answers to requests about personal data"),
    intro=_(
        "What is told to whoever asks about the own data, to whom and in which form, for each kind of request; the public page tells it. "
        "Within what time stands among the time limits."
    ),
    entries="rows",
    key="kind",
    columns=(
        Column(name="kind", label=_("What is asked"), kind="choice", options=dict(answering.KINDS)),
        Column(name="information", label=_("What is told"), kind="long"),
        Column(
            name="addressee", label=pgettext_lazy("request", "To whom"), kind="choice", options=answering.ADDRESSEES
        ),
        *(Column(name=f"forms.{means}", label=words, kind="flag") for means, words in answering.MEANS),
    ),
)
