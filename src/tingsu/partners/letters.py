"""Letters to partners: a question waits, was returned, or is withdrawn. They name the case and the day, and nothing of its people."""

import json
from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tingsu.complaints.case import Case
from tingsu.kernel.fields import in_language
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import plain
from tingsu.kernel.links import public
from tingsu.kernel.models import Stream
from tingsu.kernel.organisations import current_organisation
from tingsu.letters import providers, tasks
from tingsu.letters.letterhead import supply
from tingsu.letters.models import Letter
from tingsu.partners.access import bound_accounts
from tingsu.partners.models import PartnerAccount, PartnerTask
from tingsu.people.models import Account

TEMPLATE = "partner_task"


@supply("partner_account")
def places(letter: Letter) -> Mapping[str, str]:
    """Whom a letter to a partner addresses: the firm, never a person's name."""
    account = PartnerAccount.objects.get(pk=letter.stream_id)
    return {"name": in_language(account.firm, letter.language), "link": public(reverse("partners:home"))}


def what_happened(what: str, language: str) -> str:
    """The sentence of the letter."""
    with override(language):
        return {
            "asked": _("a question waits for your answer"),
            "returned": _("your answer came back with a question"),
            "withdrawn": _("a question to you is not needed any more"),
        }[what]


def write_to_partner(case: Case, task: PartnerTask, what: str) -> None:
    """One letter to each person of the firm who can sign in now, in the transaction of the step."""
    people = {one.account_id: one for one in bound_accounts(case.at) if one.code == task.code}
    if not people or not providers.available("email"):
        return
    streams = Stream.objects.in_bulk([one.pk for one in people.values()])
    known = (
        Account.objects.filter(pk__in=people, is_active=True).exclude(email="").values_list("pk", "email", "language")
    )
    for account_id, email, spoken in known:
        one, language = people[account_id], spoken or current_organisation().language
        letter = Letter(
            id=new_id(), stream_id=one.pk, intent=f"{TEMPLATE}:{task.pk}:{what}:{task.returns}", template=TEMPLATE, language=language,
            channel="email", created_at=case.at, send_after=case.at,
        )  # fmt: skip
        values = {
            "number": case.complaint.number, "why": what_happened(what, language), "_address": email,
            "answer_by": "" if what == "withdrawn" else plain(task.due_at),
        }  # fmt: skip
        letter.values = streams[one.pk].key().seal(json.dumps(values, ensure_ascii=False), f"letter:{letter.pk}:values")
        letter.save(force_insert=True)
        tasks.send_letter.defer(letter_id=str(letter.pk))
