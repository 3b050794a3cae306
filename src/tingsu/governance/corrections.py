"""What a granted request puts right about a person: written down by one, decided by another, made with the answer (RC-07, PIPL 46).

It serves cases of every state; what is wrong in the record of an open case itself (product, order number …) its own step corrects.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import person_data
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import OPEN_STATES, PartyRole
from tingsu.governance import disposal
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.models import Event
from tingsu.process.steps import Field, Step
from tingsu.registers.entry import OpenedEntry

CORRECTED = "complaint.record_corrected"
NEW = {f"new_{name}": name for name in person_data.CORRECTABLE}
"""Field of the request → field of the person."""
FIELDS = (
    Field(name="whose", label=pgettext_lazy("correction", "Whose data"), kind="choice", options=tuple(PartyRole.choices)),
    Field(name="new_name", label=_("Full name, put right"), limit=80),
    Field(name="new_phone", label=_("Telephone, put right"), limit=40),
    Field(name="new_email", label=_("E-mail, put right"), limit=120),
    Field(name="new_address", label=_("Address, put right"), limit=300),
    Field(name="new_city", label=_("City, put right"), limit=60),
    Field(name="new_postcode", label=_("Postcode, put right"), limit=12),
    Field(name="added", label=_("Added to the record, in their words"), kind="longtext", limit=2000),
)  # fmt: skip
PERSONAL = {
    "new_name": "complainant.name", "new_phone": "complainant.phone", "new_email": "complainant.email",
    "new_address": "complainant.address", "new_city": "complainant.city", "new_postcode": "complainant.postcode",
}  # fmt: skip
ASKS = ("whose*", *NEW, "added")


def can_be_written(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A correction was asked for, of somebody whom the linked complaint names, and it says what."""
    if request.entry.codes["kind"] != "correction":
        return [Unmet("no_correction", _("no correction was asked for"))]
    if not (cases := disposal.cases_of(request.entry.pk)):
        return [Unmet("no_case", _("link the complaint that this is about"))]
    if values is None:
        return []
    rows = Party.objects.filter(complaint_id__in=cases, role=values["whose"], erased_at=None)
    if not rows.exists():
        return [Unmet("no_person", _("the complaint names nobody in this part, or the data is erased"))]
    if values["whose"] == PartyRole.COMPLAINANT and rows.filter(complaint__anonymous=True).exists():
        return [Unmet("anonymous", _("the complaint was made without a name, and stays so"))]
    if not any(values.get(name) for name in (*NEW, "added")):
        return [Unmet("nothing", _("say what is to be put right or added"))]
    return []


def written(request: OpenedEntry, values: dict[str, Any]) -> None:
    """Numbers and addresses are judged as at registration, before anybody decides on them."""
    errors: dict[str, TingsuError] = {}
    for name, field in NEW.items():
        try:
            request.write(name, person_data.checked(field, request.texts_now().get(name, "")))
        except InvalidValue as error:
            errors[name] = error
    if errors:
        raise InvalidInput(errors)


def is_made_or_written(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A correction is granted once it stands in the record of the case, or here for the person: nothing is granted in words only."""
    granted = values is not None and values.get("decision") in {"granted", "partly"}
    if not granted or request.entry.codes["kind"] != "correction" or request.entry.codes.get("whose"):
        return []
    if not (cases := disposal.cases_of(request.entry.pk)):
        return []
    if Event.objects.filter(stream_id__in=cases, kind=CORRECTED, at__gte=request.entry.opened_at).exists():
        return []
    if Complaint.objects.filter(pk__in=cases, state__in=OPEN_STATES).exists():
        sentence = _(
            "first correct the record in the case itself, or write down here what is to be put right about the person"
        )
    else:
        sentence = _("first write down what is to be put right about the person")
    return [Unmet("not_corrected", sentence)]


def make(request: OpenedEntry) -> None:
    """With the answer it stands in every linked case, before the letter is written: it leaves for where the person is reached now."""
    if not (role := request.entry.codes.get("whose")):
        return
    texts = request.texts_now()
    for pk in disposal.cases_of(request.entry.pk):
        person_data.correct_person(
            pk, role, {field: texts.get(name, "") for name, field in NEW.items()}, actor=request.actor, at=request.at,
            request=request.entry.pk, added=texts.get("added", ""),
        )  # fmt: skip
