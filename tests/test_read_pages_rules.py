"""Pages of rulebooks: each as it is shown and drafted, and drafts that are wrong, compared, published and overtaken (tests/reading.py)."""

from datetime import timedelta

from django.urls import reverse

from tests.cast import Cast
from tests.doors import desk, reading
from tests.test_read_pages_people import typed_on
from tests.test_read_pages_records import SETTINGS, Own
from tingsu.complaints.rulebook_pages import Editor
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.settlement import editors as settlement
from tingsu.settlement.tests.journey import MONDAY, registered
from tingsu.triage import editors as triage
from tingsu.triage import risk_rules


def test_rulebooks_shown_and_drafted(cast: Cast) -> None:
    told = reading("rulebooks", cast)
    with travel_to(MONDAY):
        chief = desk("mgmt_rep", cast)
        shown = [*triage.ALL, *(one for one in vars(settlement).values() if isinstance(one, Editor))]
        for editor in shown:
            address = reverse(editor.url_name)
            told.page(editor.url_name, Own(chief.get(address)), most=12)
            told.page(f"{editor.url_name}, draft", Own(chief.get(f"{address}edit/")), most=8)
        for name in ("retention", "letter_feedback", "letter_acknowledgement", "privacy_notice"):
            for app in ("aftercare", "complaints", "governance"):
                try:
                    address = reverse(f"{app}:{name}")
                except Exception:  # noqa: S112 the rulebook is another app's
                    continue
                told.page(f"{app}:{name}", Own(chief.get(address)), most=40)
                told.page(f"{app}:{name}, draft", Own(chief.get(f"{address}edit/")), most=60)
    told.ends()


def test_a_draft_from_wrong_to_published(cast: Cast) -> None:
    told = reading("drafts", cast)
    with travel_to(MONDAY):
        chief = desk("mgmt_rep", cast)
        address = reverse(triage.CATEGORIES.url_name)
        told.page("no entries", Own(chief.get(address)))
        edit = f"{address}edit/"
        told.page("a draft", Own(chief.get(edit)))
        given = typed_on(chief.get(edit).content.decode()) | {"note": "试行"}
        added = {"entry-0-code": "6.1", "entry-0-name-zh-Hans": "态度恶劣", "entry-0-name-en": "Rudeness"}
        told.page("compared", Own(chief.post(edit, {**given, **added, "check": "1"})), since="a draft")
        told.page("nothing changes", Own(chief.post(edit, {**given, "check": "1"})), since="a draft")
        wrong = {**added, "entry-0-code": "nonsense", "entry-0-name-en": ""}
        told.page("wrong", Own(chief.post(edit, {**given, **wrong, "note": "", "publish": "1"})), since="a draft")
        risk = reverse(triage.RISK_THRESHOLDS.url_name)
        told.page("a plain one", Own(chief.get(f"{risk}edit/")))
        values = typed_on(chief.get(f"{risk}edit/").content.decode()) | {"note": "试行"}
        number = "entry-0-major_loss_yuan"
        told.page(
            "a plain one, wrong",
            Own(chief.post(f"{risk}edit/", {**values, number: "viel", "publish": "1"})),
            since="a plain one",
        )
        system = automation("test", cast.organisation_id)
        body = risk_rules.shipped()
        rulebooks.publish(actor=system, kind=risk_rules.KIND, body=body, note="第一版")
        rulebooks.publish(
            actor=system, kind=risk_rules.KIND, body=body, note="以后", valid_from=MONDAY + timedelta(days=9)
        )
        told.page("versions", Own(chief.get(risk)))
        told.page("the one before", Own(chief.get(f"{risk}?version=0")), since="versions")
        told.page("the one to come", Own(chief.get(f"{risk}?version=2")), since="versions")
        told.page(
            "overtaken", Own(chief.post(f"{risk}edit/", {**values, number: "77", "publish": "1"})), since="a plain one"
        )
        told.page("versions, to the front line", desk("frontline", cast).get(risk), part="")
    told.ends()


def test_limits_and_calendars_that_running_cases_feel(cast: Cast) -> None:
    told = reading("limits_drafts", cast)
    journey = registered(cast)
    with travel_to(journey.at):
        chief = desk("mgmt_rep", cast)
        limits = f"{SETTINGS}limits/"
        told.page("limits, to the auditor", Own(desk("auditor", cast).get(limits)), most=30)
        given = typed_on(chief.get(f"{limits}edit/").content.decode()) | {"note": "收紧"}
        amounts = [name for name in given if name.endswith("amount")]
        changed = {**given, **dict.fromkeys(amounts[:12], "1"), amounts[12]: "x", "note": ""}
        told.page("limits, wrong", Own(chief.post(f"{limits}edit/", {**changed, "publish": "1"})), most=120)
        year = f"{limits}calendar/years/?year=2027"
        told.page("next year", Own(chief.get(year)))
        entered = {
            "year": "2027",
            "source": "国办发明电",
            "days_off": "2027-01-01 元旦",
            "make_up": "",
            "text": "",
            "note": "录入",
            "check": "1",
        }
        filled = {**typed_on(chief.get(year).content.decode()), **entered}
        told.page("next year, understood", Own(chief.post(year, filled)), most=90)
        told.page("next year, nothing", Own(chief.post(year, {"note": "", "publish": "1"})), since="next year")
    told.ends()
