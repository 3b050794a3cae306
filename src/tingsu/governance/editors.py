"""How the rulebooks of governance are edited."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.governance import aging, notice

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
