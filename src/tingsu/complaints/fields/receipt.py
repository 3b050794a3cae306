"""How the complaint reached us and what was said to the caller: section 5 of the registration form, section 1 of the tracking form."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.fields.declared import CaseField
from tingsu.privacy.fields import CONTRACT, RECORD, Rule
from tingsu.process.steps import Field

SIGNATURES = (
    ("image", _("Handwritten")),
    ("online", _("Confirmed online")),
    ("refused", pgettext_lazy("signature", "Refused")),
)
DOORS = (("portal", _("Website")), ("hotline", _("Hotline")), ("email", pgettext_lazy("channel", "E-mail")), ("store", _("Store service desk")),
         ("suggestion_box", _("Suggestion box")), ("account_manager", _("Account manager")), ("official_account", _("Official account")),
         ("reception", _("Reception of visitors")),
         ("app", _("App")), ("mini_program", _("Mini-program")), ("letter", _("Letter")), ("regulator", _("Regulator")),
         ("media", _("Media")), ("api", _("Programme")), ("other", _("Other")))  # fmt: skip
AUTHORS = (("receiver", _("Whoever received it")), ("complainant", _("The complainant")))
HANDED_OVER = (("name", _("Full name")), ("phone", _("Telephone")), ("email", pgettext_lazy("channel", "E-mail")),
               ("order_number", _("Product or order number")))  # fmt: skip
CALMING = (("listen", _("Listened")), ("empathise", _("Empathised")), ("guide", _("Guided")))

FIELDS = (
    CaseField(
        field=Field(name="mode", label=_("Mode"), kind="choice", options=tuple(terms.Mode.choices), required=True),
        ledger=True, filterable=True, desk="receipt", api=True, shown="receipt", read="list", form_c="1.3", svc="channel",
    ),
    CaseField(
        field=Field(name="mode_other", label=_("Which other mode"), when=("mode", "other"), required=True, limit=60),
        desk="receipt", api=True, shown="receipt", read="detail", form_c="1.4",
    ),
    CaseField(
        field=Field(name="channel", label=_("Channel"), kind="choice", options=DOORS), default="portal", ledger=True,
        marked=True, filterable=True, desk="receipt", api=True, shown="receipt", read="list", svc="channel",
    ),
    CaseField(
        field=Field(name="handed_over_by", label=_("Verified by hand-over from"), limit=80), shown="receipt", read="detail",
    ),
    CaseField(
        field=Field(name="handed_over", label=_("What the hand-over verified"), kind="choices", options=HANDED_OVER), ledger=True,
        several=True, shown="receipt", read="detail",
    ),
    CaseField(
        field=Field(name="received_at", label=_("Received at"), kind="datetime", past=True), ledger=True, desk="receipt",
        api=True, shown="receipt", read="list", form_c="1.1", svc="time",
    ),
    CaseField(
        field=Field(name="transferred_by", label=_("Transferred by"), limit=120), desk="receipt", api=True, shown="receipt",
        read="detail", form_c="2.4",
    ),
    CaseField(
        field=Field(name="outside_reference", label=_("Outside reference number"), limit=80), desk="receipt", api=True,
        shown="receipt", read="detail",
    ),
    CaseField(
        field=Field(name="outside_deadline", label=_("Outside deadline"), kind="datetime", future=True),
        kept_as="the time limit outside_deadline", desk="receipt", api=True, shown="clocks of the case",
    ),
    CaseField(
        field=Field(name="content_by", label=_("Content written by"), kind="choice", options=AUTHORS), desk="receipt", api=True,
        shown="receipt", read="detail",
    ),
    CaseField(
        field=Field(name="visitor_words", label=_("Typed by the visitor"), kind="longtext", limit=8000),
        kept_as="words of the event", api=True, shown="timeline",
    ),
    CaseField(
        field=Field(name="signed_by", label=_("Signature"), kind="choice", options=SIGNATURES),
        desk="receipt", api=True, shown="receipt", read="detail", form_b="5.2",
    ),
    CaseField(
        field=Field(name="signed_at", label=_("Signed at"), kind="datetime"), shown="receipt", read="detail", form_b="5.1",
    ),
    CaseField(
        field=Field(name="record_confirmed", label=_("Record read back and confirmed"), kind="bool"),
        kept_as="record_confirmed_at", desk="told", api=True, shown="receipt",
    ),
    CaseField(
        field=Field(name="promise_contact", label=_("Promised: a dedicated person will call within 24 hours"), kind="bool"),
        kept_as="the time limit dedicated_contact", desk="told", api=True, shown="clocks of the case",
    ),
    CaseField(
        field=Field(name="calming_steps", label=_("Listen, empathise, guide: steps taken"), kind="choices", options=CALMING),
        desk="script", api=True, shown="receipt", read="detail",
    ),
    CaseField(
        field=Field(name="repeats", label=_("Repeats of"), limit=200), kept_as="links to earlier complaints", desk="receipt",
        api=True, shown="related", form_c="2.3",
    ),
    CaseField(
        field=Field(name="expected_reply_at", label=_("Expected reply time"), kind="datetime", future=True), ledger=True,
        filled_in=True, desk="promise", api=True, corrected=True, shown="receipt", read="detail",
    ),
    CaseField(
        field=Field(name="expected_reply_reason", label=_("Why this reply time"), limit=200), sealed=True,
        personal=Rule("text", _("Keeping what was agreed on the reply"), CONTRACT, RECORD), desk="promise", api=True,
        shown="receipt", read="detail",
    ),
)  # fmt: skip
