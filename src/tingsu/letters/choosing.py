"""By which means a letter goes: what the person prefers, what reaches them, what this kind of letter may go by, and what is
tried when that fails (AK-01, AK-10). Quiet hours say when it may ring at them.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.clock import local
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.telephones import messaged
from tingsu.letters import providers
from tingsu.letters.means import means

KIND = "means"
ELECTRONIC = ("email", "sms")
"""Tried in this order when the preferred one does not serve; the follow-up page comes last and is always there."""
ASKED_JUST_NOW = frozenset({"one_time_code", "access_code", "acknowledgement", "signature_asked"})
"""They answer what the person did or asked this minute: nobody sleeps who waits for them (AK-01: five minutes)."""
THERE_ONLY = frozenset({"one_time_code"})
"""They may go nowhere but where they were asked for."""
IN_WRITING = frozenset(
    {
        "result_notice",
        "request_answered",
        "data_request_answer",
        "respondent_notice",
        "mediation_call",
        "signature_asked",
    }
)
"""What has to be there in writing is told by nobody on the telephone alone."""
KEYS_ALONE = frozenset({"one_time_code", "access_code", "signature_asked"})
"""They carry nothing but what opens a case: no colleague reads them aloud or puts them into an envelope."""
BY_HAND_MODES = frozenset({"letter"})
"""Ways in at which nobody of ours speaks with the person and no page shows the number: without an electronic means the
acknowledgement is printed, or told by telephone (AK-01)."""
MOST_HOURS = 14


class Addressed(Protocol):
    """A party of a case, as letters need it."""

    pk: uuid.UUID
    preferred_channel: str
    phone: Any
    email: Any

    def text(self, field: str) -> str: ...


def reaches(party: Addressed, code: str) -> bool:
    """Has the person an address for this means? Of telephones a text message needs one that takes it."""
    found = means(code)
    if found is None or not found.address:
        return found is not None
    held = getattr(party, found.address, None)
    if code == "sms":
        return bool(held and messaged(party.text("phone")))
    return bool(held)


def may_go(template: str, code: str) -> bool:
    """May this kind of letter go by this means at all?"""
    found = means(code)
    if found is not None and found.by_hand and template in KEYS_ALONE:
        return False
    return not (code == "call" and template in IN_WRITING)


def ways(
    party: Addressed, *, template: str = "", language: str = "zh-hans", asked: str = "", mode: str = ""
) -> list[str]:
    """Every means for this letter, the one to begin with first; the follow-up page ends the list.

    `asked` is what somebody chose for this one letter; it comes before the person's own preference. Whoever prefers the page is
    written to there alone.
    """
    # What opens the case cannot stand on the page that it opens.
    if asked == "portal" or (not asked and party.preferred_channel == "portal" and template not in KEYS_ALONE):
        return ["portal"]
    wanted = [asked, party.preferred_channel if party.preferred_channel != "portal" else "", *ELECTRONIC]
    found = [
        code
        for code in dict.fromkeys(wanted)
        if code and may_go(template, code) and reaches(party, code) and providers.available(code, template, language)
    ]
    if not found and template == "acknowledgement" and mode in BY_HAND_MODES:
        found = [code for code in ("post", "call") if reaches(party, code)][:1]
    if template in THERE_ONLY:
        found = found[:1]
    return [*found, "portal"]


def refusal(party: Addressed, code: str, *, template: str, language: str) -> TingsuError | None:
    """Why this letter cannot go to this person by this means; None when it can."""
    if not may_go(template, code):
        return InvalidValue(_("This kind of letter has to be in writing: choose another means."))
    if not reaches(party, code):
        return InvalidValue(NO_ADDRESS.get(code, NO_ADDRESS["email"]))
    if not providers.available(code, template, language):
        return InvalidValue(NOT_HERE.get(code, NOT_HERE["email"]))
    return None


NO_ADDRESS = {
    "email": _("There is no e-mail address of this person: choose another means."),
    "sms": _("There is no mobile number of this person that takes text messages: choose another means."),
    "call": _("There is no telephone number of this person: choose another means."),
    "post": _("There is no postal address of this person: choose another means."),
}
NOT_HERE = {
    "email": _("No letter leaves from here by e-mail: choose another means."),
    "sms": _("No text is approved for this kind of letter as a text message: choose another means."),
}


def default() -> dict[str, Any]:
    """What is shipped: nothing rings between 21:00 and 08:00, three tries of a call, a progress notice before a limit draws near."""
    return {"quiet_from": "21:00", "quiet_until": "08:00", "call_tries": 3, "no_progress_notices": False}


def check(body: Any) -> None:
    """Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    given = body if isinstance(body, Mapping) else {}
    begin, end = (_clock(given.get(name)) for name in ("quiet_from", "quiet_until"))
    for name, value in (("quiet_from", begin), ("quiet_until", end)):
        if value is None:
            errors[name] = InvalidValue(_("Enter a time such as 21:00."))
    if begin is not None and end is not None and _length(begin, end) > timedelta(hours=MOST_HOURS):
        errors["quiet_until"] = InvalidValue(
            _("Quiet hours of more than %(hours)s hours would keep people waiting for a whole day."), hours=MOST_HOURS
        )
    tries = given.get("call_tries")
    if not isinstance(tries, int) or isinstance(tries, bool) or not 1 <= tries <= 10:
        errors["call_tries"] = InvalidValue(_("Enter a whole number from %(least)s to %(most)s."), least=1, most=10)
    if not isinstance(given.get("no_progress_notices", False), bool):
        errors["no_progress_notices"] = InvalidValue(code="choice")
    if errors:
        raise InvalidInput(errors)


def tells_of_progress() -> bool:
    """Is the complainant told of progress before a limit, where nobody has told them (AK-08)?"""
    return not rulebooks.in_force(KIND).body.get("no_progress_notices", False)


def _clock(value: Any) -> time | None:
    try:
        found = time.fromisoformat(value) if isinstance(value, str) and len(value) == 5 else None
    except ValueError:
        return None
    return found


def _length(begin: time, end: time) -> timedelta:
    minutes = (end.hour * 60 + end.minute) - (begin.hour * 60 + begin.minute)
    return timedelta(minutes=minutes % (24 * 60))


def quiet_until(at: datetime, zone: str, rules: Mapping[str, Any] | None = None) -> datetime | None:
    """When it may ring again, if `at` lies in the quiet hours of the organisation's wall clock; None when it may ring now.

    The end of the quiet hours does not belong to them. Equal times: there are none.
    """
    body = rulebooks.in_force(KIND).body if rules is None else rules
    begin, end = _clock(body["quiet_from"]), _clock(body["quiet_until"])
    if begin is None or end is None or begin == end:
        return None
    here = local(at, zone)
    wall = here.time().replace(second=0, microsecond=0, tzinfo=None)
    inside = begin <= wall < end if begin < end else wall >= begin or wall < end
    if not inside:
        return None
    day = here.date() + timedelta(days=1 if begin > end and wall >= begin else 0)
    ends = datetime.combine(day, end, tzinfo=here.tzinfo)
    return ends.astimezone(at.tzinfo)


def next_of(then: str, template: str, language: str) -> tuple[str, str]:
    """The next means that can be used, and those after it; both empty when none is left but the follow-up page."""
    left = [code for code in then.split(",") if code and code != "portal"]
    for place, code in enumerate(left):
        if providers.available(code, template, language):
            return code, joined(left[place + 1 :])
    return "", ""


def joined(codes: Iterable[str]) -> str:
    return ",".join(code for code in codes if code != "portal")


def register() -> None:
    rulebooks.register_kind(KIND, _("Means and quiet hours"), default, check)
