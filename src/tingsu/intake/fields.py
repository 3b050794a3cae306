"""The registration form as data: sections 1–6 of SZ Annex B and the acceptance register of SVC (RG-01 … RG-08, RG-15).

Every door (portal, phone form, API, demo) reads these fields through the same checks.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.process.steps import Field

CUSTOMER_TYPES = (
    ("consumer", _("Consumer")), ("client", _("Client")), ("end_user", _("End user")), ("retailer", _("Retailer")),
    ("beneficiary", _("Beneficiary")), ("purchaser", _("Purchaser")), ("dealer", _("Dealer")),
)  # fmt: skip
HONORIFICS = (("ms", _("Ms")), ("mr", _("Mr")))
GROUPS = (("elderly", _("Elderly person")), ("minor", _("Minor")))
CHANNELS = (("email", pgettext_lazy("channel", "E-mail")), ("sms", _("SMS")), ("portal", _("Follow-up page")))
LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"))
WITHHOLDABLE = (
    ("name", _("Name")), ("phone", _("Telephone")), ("email", _("E-mail")), ("address", _("Address")),
    ("occurred_on", _("Date of occurrence")), ("product", _("Product or service")),
)  # fmt: skip
SIGNATURES = (("image", _("Handwritten")), ("online", _("Confirmed online")), ("refused", _("Refused")))
DOORS = (("portal", _("Website")), ("hotline", _("Hotline")), ("email", pgettext_lazy("channel", "E-mail")), ("store", _("Store service desk")),
         ("app", _("App")), ("mini_program", _("Mini-program")), ("letter", _("Letter")), ("regulator", _("Regulator")),
         ("media", _("Media")), ("api", _("Programme")), ("other", _("Other")))  # fmt: skip

MATTER = (
    Field(name="kind", label=_("Kind"), kind="choice", options=tuple(terms.Kind.choices)),
    Field(name="problem_type", label=_("Problem type"), kind="choice", options=tuple(terms.ProblemType.choices), required=True),
    Field(name="object_type", label=_("Complaint about"), kind="choice", options=tuple(terms.ObjectType.choices)),
    Field(name="categories", label=_("Problem categories"), kind="choices", options="categories"),
    Field(name="scene", label=_("Service scene"), kind="choice", options=tuple(terms.Scene.choices)),
    Field(name="product", label=_("Product or service")),
    Field(name="order_number", label=_("Product or order number"), limit=60),
    Field(name="summary", label=_("In one line"), limit=80),
    Field(name="description", label=_("Description of the problem"), kind="longtext", limit=8000, required=True),
    Field(name="occurred_on", label=_("Date of occurrence"), kind="date", past=True),
    Field(name="event_place", label=_("Place of the event")),
    Field(name="province", label=_("Province"), kind="choice", options=tuple(terms.PROVINCES.items())),
    Field(name="city", label=_("City"), limit=60),
    Field(name="service_step", label=_("Service step involved"), limit=120),
    Field(name="branch", label=_("Branch or store"), limit=120),
    Field(name="market_region", label=_("Market region"), limit=60),
    Field(name="person_concerned", label=_("Person concerned")),
    Field(name="unit_concerned", label=_("Department concerned"), kind="unit", options="all_units"),
    Field(name="additional_info", label=_("Additional information"), kind="longtext"),
    Field(name="remedy_requested", label=_("Remedy requested"), kind="choice", options=(("yes", _("Yes")), ("no", _("No")))),
    Field(name="remedy_text", label=_("Remedy requested, in their words"), kind="longtext", limit=2000),
    Field(name="demands", label=_("Demands"), kind="rows", limit=9, rows=(
        Field(name="kind", label=_("Demand"), kind="choice", options=tuple(terms.DemandKind.choices), required=True),
        Field(name="amount", label=_("Amount (yuan)"), kind="money"),
        Field(name="detail", label=_("Details"), limit=300),
    )),
    Field(name="files", label=_("Evidence"), kind="files", limit=10),
)  # fmt: skip
PERSON = (
    Field(name="anonymous", label=_("Anonymous"), kind="bool"),
    Field(name="name", label=_("Name or organisation"), limit=80),
    Field(name="is_organisation", label=_("Organisation"), kind="bool"),
    Field(name="honorific", label=_("Form of address"), kind="choice", options=HONORIFICS),
    Field(name="customer_type", label=_("Customer type"), kind="choice", options=CUSTOMER_TYPES),
    Field(name="phone", label=_("Telephone"), limit=40),
    Field(name="email", label=_("E-mail"), limit=120),
    Field(name="address", label=_("Address")),
    Field(name="postcode", label=_("Postcode"), limit=12),
    Field(name="fax", label=_("Fax"), limit=40),
    Field(name="country", label=_("Country (two letters)"), limit=2),
    Field(name="preferred_channel", label=_("How to reach them"), kind="choice", options=CHANNELS),
    Field(name="contact_note", label=_("Best time to call"), limit=60),
    Field(name="withheld", label=_("Does not wish to give"), kind="choices", options=WITHHOLDABLE),
    Field(name="agent_name", label=_("Agent's name"), limit=80),
    Field(name="agent_phone", label=_("Agent's telephone"), limit=40),
    Field(name="agent_email", label=_("Agent's e-mail"), limit=120),
    Field(name="contact_name", label=_("Contact person"), limit=80),
    Field(name="contact_phone", label=_("Contact person's telephone"), limit=40),
    Field(name="respondent_name", label=_("Party complained about"), limit=80),
    Field(name="respondent_phone", label=_("Its telephone"), limit=40),
    Field(name="respondent_email", label=_("Its e-mail"), limit=120),
    Field(name="group", label=_("Special group"), kind="choice", options=GROUPS),
    Field(name="language", label=_("Language"), kind="choice", options=LANGUAGES),
    Field(name="format", label=_("Format of letters"), kind="choice", options=tuple(terms.Format.choices)),
    Field(name="reply_expected", label=_("Reply expected"), kind="choice", options=(("yes", _("Yes")), ("no", _("No")))),
)  # fmt: skip
RECEIPT = (
    Field(name="mode", label=_("Mode"), kind="choice", options=tuple(terms.Mode.choices), required=True),
    Field(name="mode_other", label=_("Which other mode"), when=("mode", "other"), required=True, limit=60),
    Field(name="channel", label=_("Channel"), kind="choice", options=DOORS),
    Field(name="received_at", label=_("Received at"), kind="datetime", past=True),
    Field(name="transferred_by", label=_("Transferred by"), limit=120),
    Field(name="outside_reference", label=_("Outside reference number"), limit=80),
    Field(name="outside_deadline", label=_("Outside deadline"), kind="datetime", future=True),
    Field(name="signed_by", label=_("Signature"), kind="choice", options=SIGNATURES),
    Field(name="record_confirmed", label=_("Record read back and confirmed"), kind="bool"),
    Field(name="promise_contact", label=_("Promised: a dedicated person will call within 24 hours"), kind="bool"),
    Field(name="calming_steps", label=_("Listen, empathise, guide: steps taken"), kind="choices", options=(
        ("listen", _("Listened")), ("empathise", _("Empathised")), ("guide", _("Guided")))),
    Field(name="repeats", label=_("Repeats of"), limit=200),
    Field(name="expected_reply_at", label=_("Expected reply time"), kind="datetime", future=True),
    Field(name="expected_reply_reason", label=_("Why this reply time"), limit=200),
)  # fmt: skip

INTAKE_FIELDS: tuple[Field, ...] = (*MATTER, *PERSON, *RECEIPT)
