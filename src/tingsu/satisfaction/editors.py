"""How questionnaires are edited: groups, questionnaires, items, and when people are asked again."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.people.roles import Role
from tingsu.satisfaction import rules

ROLES = (Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT)
PAGES = (
    (pgettext_lazy("questionnaire", "Questionnaires"), "satisfaction:questionnaires"),
    (pgettext_lazy("questionnaire", "Items"), "satisfaction:items"),
    (_("Customer groups"), "satisfaction:groups"),
    (_("When people are asked"), "satisfaction:asking"),
)
INTRO = _(
    "What each customer group is asked, on which scale and with which weights. A survey goes on with the version under which it was planned."
)


def in_force_groups() -> Mapping[str, rules.Label]:
    """Groups that a questionnaire can be for."""
    return rules.groups()


def _editor(name: str, slug: str, entries: str, columns: tuple[Column, ...], key: str = "code") -> Editor:
    return Editor(
        app="satisfaction", kind=rules.KIND, name=name, slug=slug, title=_("Questionnaires of satisfaction"), intro=INTRO, roles=ROLES,
        beside=PAGES, entries=entries, key=key, columns=columns,
    )  # fmt: skip


EDITORS = (
    _editor(
        "questionnaires", "questionnaires", "questionnaires",
        (
            Column(name="code", label=pgettext_lazy("questionnaire", "Code")),
            Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
            Column(name="about", label=_("What it asks about"), kind="choice", options=rules.ABOUT),
            Column(name="group", label=_("Customer group"), kind="choice", options=in_force_groups),
            Column(name="scale", label=_("Steps of the scale"), kind="number", hint=_("From 2 to 10; the highest is the best.")),
        ),
    ),
    _editor(
        "items", "questionnaire-items", "items",
        (
            Column(name="questionnaire", label=_("Questionnaire")),
            Column(name="code", label=pgettext_lazy("questionnaire", "Code")),
            Column(name="text", label=_("Question"), kind="both"),
            Column(name="kind", label=pgettext_lazy("questionnaire", "Answered"), kind="choice", options=rules.ITEM_KINDS),
            Column(name="weight", label=_("Weight in per cent"), kind="number", hint=_("The weights of a questionnaire make 100 together.")),
        ),
        key="",
    ),
    _editor(
        "groups", "customer-groups", "groups",
        (
            Column(name="code", label=pgettext_lazy("questionnaire", "Code")),
            Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
            Column(name="types", label=_("Customer types"), kind="codes", options=rules.TYPES,
                   hint=_("Set apart by commas, as they stand on a complaint: consumer, client, end_user, retailer, beneficiary, purchaser, dealer; "
                          "unknown where none was recorded.")),
        ),
    ),
    _editor(
        "asking", "questionnaire-times", "",
        (
            Column(name="again_after_days", label=_("Days before the same person is asked again"), kind="number"),
            Column(name="reminder_after_days", label=_("Reminder after days"), kind="number", hint=_("One, to those who have not answered.")),
            Column(name="late_days", label=_("Days in which late answers are still taken"), kind="number",
                   hint=_("They are marked, and are no part of the index.")),
            Column(name="least_index", label=_("Lowest index without an improvement item"), kind="number", hint=_("0: none is opened for a low index.")),
        ),
    ),
)  # fmt: skip
