"""Who complains and about whom: section 1 of the registration form (RG-01), and how they wish to be dealt with."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.fields.declared import CaseField, Place
from tingsu.complaints.fields.matter import YES_NO
from tingsu.kernel import countries
from tingsu.privacy.fields import COARSE, CONSENT, CONTACT, CONTRACT, IDENTITY, REMARK, Rule
from tingsu.process.steps import Field

CUSTOMER_TYPES = (
    ("consumer", _("Consumer")), ("client", _("Client")), ("end_user", _("End user")), ("retailer", _("Retailer")),
    ("beneficiary", _("Beneficiary")), ("purchaser", _("Purchaser")), ("dealer", _("Dealer")),
)  # fmt: skip
HONORIFICS = (("ms", _("Ms")), ("mr", _("Mr")))
GROUPS = (("elderly", _("Elderly person")), ("minor", _("Minor")))
CHANNELS = (
    ("email", pgettext_lazy("channel", "E-mail")),
    ("sms", _("SMS")),
    ("portal", _("Follow-up page")),
    ("call", _("Telephone")),
    ("post", _("Letter")),
)
LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"))
WITHHOLDABLE = (
    ("name", _("Name")), ("phone", _("Telephone")), ("email", _("E-mail")), ("address", _("Address")),
    ("occurred_on", _("Date of occurrence")), ("product", _("Product or service")),
    ("order_number", _("Product or order number")), ("event_place", _("Place of the event")), ("province", _("Province")),
)  # fmt: skip
NAME = Rule("name", _("Addressing the person and knowing who complains"), CONTRACT, IDENTITY)
PHONE = Rule("phone", _("Telling progress and checking facts"), CONTRACT, CONTACT)
EMAIL = Rule("email", _("Telling progress and checking facts"), CONTRACT, CONTACT)
ADDRESS = Rule("address", _("Letters, returns and repairs"), CONTRACT, CONTACT)
LETTERS = Rule("postcode", _("Letters"), CONTRACT, CONTACT)
FAX = Rule("fax", _("Letters"), CONTRACT, CONTACT)
WHEN = Rule("whole", _("Reaching the person when it suits them"), CONSENT, REMARK)
REACHED = Rule("whole", _("Reaching the person when it suits them"), CONSENT, COARSE)
ADDRESSED = Rule("whole", _("Addressing the person properly"), CONSENT, COARSE)
HELP = Rule("whole", _("Help in access for those who need it"), CONSENT, COARSE)
KIND_OF_CUSTOMER = Rule("whole", _("Knowing which customers complain"), CONSENT, COARSE)
ALSO = {"name": ("name_index",), "phone": ("phone_index", "phone_tail_index"), "email": ("email_index",)}


def _other(of: Place, name: str, rule: Rule, field: Field, desk: str, portal: str, form_b: str = "") -> CaseField:
    """A field of an agent, a contact person or the party complained about."""
    return CaseField(
        field=field, of=of, column=name, also=ALSO[name], sealed=True, personal=rule, search="exact" if name != "name" else "",
        desk=desk, portal=portal, api=True, shown="people", read="detail", form_b=form_b,
    )  # fmt: skip


FIELDS = (
    CaseField(
        field=Field(name="anonymous", label=_("Anonymous"), kind="bool"), ledger=True, marked=True, filterable=True, desk="who",
        portal="identity", api=True, shown="note of the people panel", read="list", form_b="1.16",
    ),
    CaseField(
        field=Field(name="name", label=_("Name or organisation"), limit=80), of="complainant", also=ALSO["name"], sealed=True,
        personal=NAME, desk="who", portal="reach", api=True, shown="people", read="detail", form_b="1.1", form_c="2.2", svc="name",
    ),
    CaseField(
        field=Field(name="is_organisation", label=_("Organisation"), kind="bool"), of="complainant", column="kind",
        desk="who_for", portal="more", api=True, shown="people", read="detail", form_b="1.14",
    ),
    CaseField(
        field=Field(name="honorific", label=_("Form of address"), kind="choice", options=HONORIFICS), of="complainant",
        personal=ADDRESSED, desk="who", api=True, shown="people", read="detail", svc="name",
    ),
    CaseField(
        field=Field(name="customer_type", label=_("Customer type"), kind="choice", options=CUSTOMER_TYPES),
        personal=KIND_OF_CUSTOMER, marked=True, filterable=True, desk="who_for", portal="more", api=True, corrected=True, shown="people",
        read="detail", form_b="1.15",
    ),
    CaseField(
        field=Field(name="phone", label=_("Telephone"), limit=40), of="complainant", also=ALSO["phone"], sealed=True,
        personal=PHONE, search="exact", desk="who", portal="reach", api=True, shown="people", read="detail", form_b="1.6", svc="contact",
    ),
    CaseField(
        field=Field(name="email", label=_("E-mail"), limit=120), of="complainant", also=ALSO["email"], sealed=True,
        personal=EMAIL, search="exact", desk="promise", portal="reach", api=True, shown="people", read="detail", form_b="1.8", svc="contact",
    ),
    CaseField(
        field=Field(name="address", label=_("Address")), of="complainant", sealed=True, personal=ADDRESS, desk="who_address",
        portal="more", api=True, shown="people", read="detail", form_b="1.2",
    ),
    CaseField(
        field=Field(name="city", label=_("City"), limit=60), of="complainant", sealed=True, personal=ADDRESS,
        desk="who_address", portal="more", api=True, shown="people", read="detail", form_b="1.3",
    ),
    CaseField(
        field=Field(name="postcode", label=_("Postcode"), limit=12), of="complainant", sealed=True, personal=LETTERS,
        desk="who_address", portal="more", api=True, shown="people", read="detail", form_b="1.4",
    ),
    CaseField(
        field=Field(name="country", label=_("Country"), limit=countries.LENGTH, help=_("Empty: this one.")), of="complainant",
        words=countries.country_words,
        personal=Rule("whole", _("Letters, returns and repairs"), CONTRACT, COARSE), desk="who_address", portal="more",
        api=True, shown="people", read="detail", form_b="1.5",
    ),
    CaseField(
        field=Field(name="fax", label=_("Fax"), limit=40), of="complainant", sealed=True, personal=FAX, desk="who_address",
        portal="more", api=True, shown="people", read="detail", form_b="1.7",
    ),
    CaseField(
        field=Field(name="preferred_channel", label=_("How to reach them"), kind="choice", options=CHANNELS),
        of="complainant", personal=REACHED, desk="promise", portal="reach", api=True, shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="contact_note", label=_("Best time to call"), limit=60), of="complainant", sealed=True,
        personal=WHEN, desk="promise", portal="more", api=True, shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="withheld", label=_("Does not wish to give"), kind="choices", options=WITHHOLDABLE),
        desk="who_address", portal="reach", api=True, corrected=True, shown="people", read="detail",
    ),
    _other("agent", "name", NAME, Field(name="agent_name", label=_("Agent's name"), limit=80), "who_for", "agent", "1.9"),
    _other("agent", "phone", PHONE, Field(name="agent_phone", label=_("Agent's telephone"), limit=40), "who_for", "agent", "1.10"),
    _other("agent", "email", EMAIL, Field(name="agent_email", label=_("Agent's e-mail"), limit=120), "who_for", "agent", "1.11"),
    _other("contact", "name", NAME, Field(name="contact_name", label=_("Contact person"), limit=80), "who_for", "more", "1.12"),
    _other("contact", "phone", PHONE, Field(name="contact_phone", label=_("Contact person's telephone"), limit=40), "who_for", "more", "1.13"),
    _other("respondent", "name", NAME, Field(name="respondent_name", label=_("Party complained about"), limit=80), "matter", "place"),
    _other("respondent", "phone", PHONE, Field(name="respondent_phone", label=_("Its telephone"), limit=40), "matter_more", ""),
    _other("respondent", "email", EMAIL, Field(name="respondent_email", label=_("Its e-mail"), limit=120), "matter_more", ""),
    CaseField(
        field=Field(name="group", label=_("Special group"), kind="choice", options=GROUPS), personal=HELP, marked=True, filterable=True,
        desk="who_for", portal="needs", api=True, corrected=True, shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="language", label=_("Language"), kind="choice", options=LANGUAGES), default="zh-hans",
        marked=True, filterable=True, desk="promise", portal="needs", api=True, corrected=True, shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="format", label=_("Format of letters"), kind="choice", options=tuple(terms.Format.choices)),
        default="standard", personal=HELP, marked=True, filterable=True, desk="who_for", portal="needs", api=True, corrected=True,
        shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="reply_expected", label=_("Reply expected"), kind="choice", options=YES_NO), default=True,
        marked=True, filterable=True, desk="who_for", portal="needs", api=True, corrected=True, shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="role", label=_("Role")), of="complainant", shown="people", read="detail",
    ),
    CaseField(
        field=Field(name="former", label=_("Before a correction")), of="complainant", sealed=True,
        only="texts written before a correction still name the person so, and are masked by it",
    ),
    CaseField(
        field=Field(name="reached_since", label=_("Reached there since"), kind="datetime"), of="complainant",
        only="links of letters that went to a wrong number or address open nothing",
    ),
    CaseField(
        field=Field(name="erased_at", label=_("Erased"), kind="datetime"), of="complainant", shown="people",
        only="an erased person is shown as erased",
    ),
    CaseField(
        field=Field(name="wrapped_key", label=_("Key")), of="complainant", only="opens the sealed fields of the person",
    ),
)  # fmt: skip
