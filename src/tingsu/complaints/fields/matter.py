"""What the complaint is about: sections 2 to 4 and 6 of the registration form, and the acceptance register of SVC."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists, terms
from tingsu.complaints.categories import DETAILS
from tingsu.complaints.fields.declared import CaseField
from tingsu.kernel.hours import PARTS
from tingsu.privacy.fields import CONTRACT, MATTER, RECORD, Rule
from tingsu.process.steps import Field

YES_NO = (("yes", _("Yes")), ("no", _("No")))
WORDS = Rule("text", _("Understanding the matter"), CONTRACT, MATTER)
DEMAND = Rule("text", _("Understanding the demand"), CONTRACT, MATTER)

DEMAND_LINE = (
    CaseField(
        field=Field(name="kind", label=_("Demand"), kind="choice", options=tuple(terms.DemandKind.choices), required=True),
        of="demand", desk="demands", portal="wishes", api=True, shown="matter", read="detail", form_b="4.2", svc="demand",
    ),
    CaseField(
        field=Field(name="amount", label=_("Amount (yuan)"), kind="money"), of="demand", column="amount_fen",
        desk="demands", portal="wishes", api=True, shown="matter", read="detail", form_b="4.2", svc="demand",
    ),
    CaseField(
        field=Field(name="detail", label=_("Details"), limit=300), of="demand", sealed=True, personal=DEMAND,
        api=True, shown="matter", read="detail", form_b="4.2", svc="demand",
    ),
    CaseField(
        field=Field(name="reasonable", label=_("Reasonable demand"), kind="bool"), of="demand", shown="settlement panel",
    ),
    CaseField(field=Field(name="position", label=_("Order of the demands"), kind="number"), of="demand", only="order"),
)  # fmt: skip


def _partner_words(code: str) -> str:
    """Its name, in the register or once in it."""
    from tingsu.complaints.naming import names_of  # stands above the fields

    no_case: Any = None  # the register is the firm's, whatever the case
    return (names_of("partners_named", no_case) or {}).get(code, code)


FIELDS = (
    CaseField(
        field=Field(name="kind", label=_("Kind"), kind="choice", options=tuple(terms.Kind.choices)), default="complaint",
        ledger=True, marked=True, filterable=True, desk="matter_more", api=True, shown="matter", read="list",
    ),
    CaseField(
        field=Field(name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types, required=True),
        ledger=True, filterable=True, desk="matter", api=True, always=True, shown="matter", read="list", svc="type",
    ),
    CaseField(
        field=Field(name="object_type", label=_("Complaint about"), kind="choice", options=lists.object_types),
        ledger=True, marked=True, filterable=True, desk="matter_more", api=True, shown="matter", read="list",
    ),
    CaseField(
        field=Field(name="categories", label=_("Problem categories"), kind="choices", options="categories"), ledger=True,
        marked=True, filterable=True, several=True, desk="categories", api=True, corrected=True, shown="matter", read="list", form_c="3.4",
    ),
    *(
        CaseField(
            field=one, kept_as="words of the event" if one.kind == "longtext" else "part of its category", desk="categories", api=True,
            shown="timeline" if one.kind == "longtext" else "matter",
        )
        for one in DETAILS
    ),
    CaseField(
        field=Field(name="scene", label=_("Service scene"), kind="choice", options=lists.scenes),
        default="platform", ledger=True, marked=True, filterable=True, desk="matter_more", api=True, corrected=True, always=True, shown="matter",
        read="list", svc="scene",
    ),
    CaseField(
        field=Field(name="product", label=_("Product or service")), search="words", desk="matter",
        portal="story", api=True, corrected=True, shown="matter", read="list", form_b="2.2",
    ),
    CaseField(
        field=Field(name="product_type", label=_("Product type"), kind="choice", options=tuple(terms.ProductType.choices),
                    help=_("A return, exchange or refund has a time limit of its own for each type.")),
        ledger=True, marked=True, filterable=True, desk="matter", portal="story", api=True, corrected=True, shown="matter", read="list",
    ),
    CaseField(
        field=Field(name="order_number", label=_("Product or order number"), limit=60), also=("order_index",), sealed=True,
        personal=Rule("order_number", _("Finding the order complained about"), CONTRACT, RECORD), search="exact",
        desk="matter", portal="story", api=True, corrected=True, shown="matter", read="detail", form_b="2.1",
    ),
    CaseField(
        field=Field(name="summary", label=_("In one line"), limit=80), sealed=True, personal=WORDS, search="words",
        desk="story", api=True, shown="head of the case", read="detail",
    ),
    CaseField(
        field=Field(name="description", label=_("Description of the problem"), kind="longtext", limit=8000, required=True),
        sealed=True, personal=WORDS, search="words", desk="story", portal="story", api=True, shown="timeline",
        read="detail", form_b="3.3", form_c="3.5", svc="course",
    ),
    CaseField(
        field=Field(name="occurred_on", label=_("Date of occurrence"), kind="date", past=True), ledger=True, desk="matter",
        portal="story", api=True, corrected=True, shown="matter", read="list", form_b="3.1", form_c="3.1", svc="event",
    ),
    CaseField(
        field=Field(name="occurred_time", label=_("Time of day it happened"), kind="hour",
                    help=_("As exact as it is known: 14:30, about 3 pm, or afternoon.")),
        also=("occurred_part",), ledger=True, desk="matter", portal="story", api=True, corrected=True, shown="matter", read="list",
        form_b="3.2", form_c="3.2", svc="event",
    ),
    CaseField(
        field=Field(name="occurred_part", label=_("Part of the day"), kind="choice", options=PARTS), ledger=True, marked=True,
        filterable=True, only="the filter by part of the day; the time itself is shown",
    ),
    CaseField(
        field=Field(name="event_place", label=_("Place of the event")), sealed=True, search="words",
        personal=Rule("event_place", _("Finding out what happened where"), CONTRACT, RECORD), desk="matter_more",
        portal="place", api=True, corrected=True, shown="matter", read="detail", svc="place",
    ),
    CaseField(
        field=Field(name="province", label=_("Province"), kind="choice", options=tuple(terms.PROVINCES.items())),
        ledger=True, marked=True, filterable=True, desk="matter", portal="place", api=True, corrected=True, shown="matter", read="list",
    ),
    CaseField(
        field=Field(name="service_step", label=_("Service step involved"), limit=120), desk="matter_more", api=True,
        corrected=True, shown="matter", read="detail", svc="step",
    ),
    CaseField(
        field=Field(name="branch", label=_("Branch or store"), limit=120), search="words", desk="matter_more", api=True,
        corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="market_region", label=_("Market region"), limit=60), desk="matter_more", api=True,
        corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="person_concerned", label=_("Person concerned")), sealed=True,
        personal=Rule("name", _("Finding out who was involved"), CONTRACT, RECORD), desk="matter_more", api=True,
        corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="unit_concerned", label=_("Department concerned"), kind="unit", options="all_units"),
        column="unit_concerned_id", desk="matter_more", api=True, corrected=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="partner_concerned", label=_("Partner complained about"), kind="choice", options="partners_named",
                    help=_("Agents, merchants, carriers and others through whom we serve, from the partner register.")),
        words=_partner_words,
        ledger=True, marked=True, filterable=True, desk="matter_more", api=True, corrected=True, shown="matter", read="list",
    ),
    CaseField(
        field=Field(name="department", label=_("Department responsible"), kind="unit", options="departments",
                    help=_("Left empty, the routing table decides.")),
        column="department_id", ledger=True, desk="matter_more", api=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="department_reason", label=_("Why another department than the routing table says"), limit=300),
        kept_as="words of the event", desk="matter_more", api=True, shown="timeline",
    ),
    CaseField(
        field=Field(name="department_by", label=_("How the department was chosen"), kind="choice",
                    options=tuple(terms.ChosenBy.choices)),
        ledger=True, shown="matter", read="detail",
    ),
    CaseField(
        field=Field(name="additional_info", label=_("Additional information"), kind="longtext"), sealed=True, personal=WORDS,
        search="words", desk="matter_more", api=True, corrected=True, shown="matter", read="detail", form_c="3.6",
    ),
    CaseField(
        field=Field(name="remedy_requested", label=_("Remedy requested"), kind="choice", options=YES_NO), default=True,
        desk="demands", api=True, always=True, shown="matter", read="detail", form_b="4.1", form_c="5.1",
    ),
    CaseField(
        field=Field(name="remedy_text", label=_("Remedy requested, in their words"), kind="longtext", limit=2000),
        sealed=True, personal=DEMAND, search="words", desk="demands", portal="wishes", api=True, shown="matter",
        read="detail", form_b="4.3", svc="demand",
    ),
    CaseField(
        field=Field(name="demands", label=_("Demands"), kind="rows", limit=9,
                    rows=tuple(line.field for line in DEMAND_LINE if line.asked)),
        kept_as="a row of Demand for each", desk="demands", portal="wishes", api=True, shown="matter", read="detail", form_b="4.2",
        svc="demand",
    ),
    CaseField(
        field=Field(
            name="files", label=_("Evidence"), kind="files", limit=20,
            help=_("What the complainant handed in or sent along. Unless they telephoned, it stands on their own page as received."),
        ),
        kept_as="files of the case",
        desk="matter_more", portal="files", api=True, shown="files", form_b="6.1", svc="evidence",
    ),
)  # fmt: skip
