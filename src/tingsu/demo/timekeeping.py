"""The demo's rules of time: the limit of 12315 online dispute resolution, and the hours of a hotline team that works longer."""

from datetime import datetime, timedelta

from tingsu.calendars.actions import publish_calendar
from tingsu.calendars.queries import KIND as CALENDAR
from tingsu.clocks.actions import publish_time_limits
from tingsu.clocks.packs import packs, with_pack
from tingsu.clocks.profiles import completed
from tingsu.clocks.queries import KIND as LIMITS
from tingsu.demo.hours import at_desk
from tingsu.demo.staff import Staff
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.tenancy import current_organisation_id

PACK = "odr-12315"
HOURS = [["08:00", "12:00"], ["13:00", "20:00"]]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def tell(staff: Staff, *, until: datetime) -> None:
    """Published a few days ago, once; what was promised before keeps its limits."""
    actor = automation("demo.builder", current_organisation_id())
    with travel_to(at_desk(until - timedelta(days=3), "centre")):
        limits, calendar = (rulebooks.versions(kind)[0] for kind in (LIMITS, CALENDAR))
        if not limits.version:
            body = with_pack(completed(limits.body), packs()[PACK], [0])
            publish_time_limits(actor=actor, body=body, note="加入 12315 在线消费纠纷解决（ODR）")
        if not calendar.version:
            team = {
                "name": {"zh-Hans": "热线二组", "en": "Second hotline team"}, "units": [str(staff.unit_id("hotline_b"))], "places": [],
                "days": "beside", "years": {}, "week": dict.fromkeys(WEEK, HOURS), "make_up": HOURS,
            }  # fmt: skip
            publish_calendar(
                actor=actor, body={**calendar.body, "regions": {"hotline2": team}}, note="热线二组全周 8:00–20:00"
            )
