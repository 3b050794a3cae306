"""Complaints about content: whose right it touches, on what the right rests, where the content stands (IN-11; ISC 7.1.2.1)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.fields.declared import CaseField
from tingsu.privacy.fields import CONTRACT, MATTER, RECORD, Rule
from tingsu.process.steps import Field

ORGANISATION, PERSON, EXPERIENCE, COUNTER = "organisation", "person", "experience", "counter"
KINDS = (
    (ORGANISATION, _("It infringes the rights of an organisation")),
    (PERSON, _("It infringes the rights of a person")),
    (EXPERIENCE, _("It is poor, annoying or unsuitable: experience")),
    (COUNTER, _("Counter-notice: my content was removed or blocked without ground")),
)
"""The three that the document names, and the answer of whoever a notice hits (Civil Code, article 1196)."""
RIGHTS = (
    ("copyright", _("Copyright")),
    ("trademark", _("Trade mark")),
    ("patent", _("Patent")),
    ("portrait", _("Portrait")),
    ("reputation", _("Reputation, name, honour")),
    ("privacy", _("Privacy, personal data")),
    ("business", _("Trade secret, unfair competition")),
    ("other", pgettext_lazy("right", "Another right")),
)
URLS_LIMIT = 3000

FIELDS = (
    CaseField(
        field=Field(name="content_kind", label=_("What is wrong with the content"), kind="choice", options=KINDS), ledger=True,
        marked=True, filterable=True, desk="matter_more", portal="content", api=True, corrected=True, shown="matter", read="list",
    ),
    CaseField(
        field=Field(name="rights_holder", label=_("Holder of the right"), limit=120), sealed=True,
        personal=Rule("name", _("Checking whose right it is"), CONTRACT, RECORD), desk="matter_more", portal="content", api=True,
        corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="rights_basis", label=_("Right concerned"), kind="choice", options=RIGHTS), ledger=True, desk="matter_more",
        portal="content", api=True, corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(
            name="content_urls", label=_("Addresses of the content"), kind="longtext", limit=URLS_LIMIT,
            help=_("One a line, as the browser or “Share” gives them."),
        ),
        sealed=True, personal=Rule("text", _("Finding the content complained about"), CONTRACT, MATTER), search="words",
        desk="matter_more", portal="content", api=True, corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="rights_stated", label=_("Stated that the papers are true and the right is theirs or entrusted to them"), kind="bool"),
        ledger=True, desk="matter_more", portal="content", api=True, shown="matter", read="detail",
    ),
)  # fmt: skip
