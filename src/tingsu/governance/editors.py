"""How the rulebooks of governance are edited."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.governance import notice

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
