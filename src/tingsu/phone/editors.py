"""How the rulebook of the telephone is edited."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.phone import rules

TELEPHONE = Editor(
    app="phone",
    kind=rules.KIND,
    slug="telephone-rules",
    title=rules.TITLE,
    intro=_("How a number is dialled from a page, how often we try to call back, and how long a recording is named."),
    columns=(
        Column(
            name="dial", label=_("Address that dials"), required=False,
            hint=_("Such as https://pbx.example.com/call?to={number} or tel:9,{number}. Empty: the telephone of the device dials."),
        ),
        Column(
            name="hosts", label=_("Servers of the telephone system"), kind="words", required=False,
            hint=_("One a line, such as pbx.example.com. Only their addresses are shown as links, of recordings too."),
        ),
        Column(name="attempts", label=_("Attempts to call back until a caller counts as not reached"), kind="number"),
        Column(name="recording_days", label=_("Days that a recording is named, unless the telephone system says until when"), kind="number"),
    ),
)  # fmt: skip
