"""What each member of the mediation body has handled: how many cases, how many of them complex and difficult (MD-05)."""

import uuid

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tingsu.casework import rules
from tingsu.casework.models import Mediation
from tingsu.kernel import rulebooks
from tingsu.people import queries as people

HARD = Q(complaint__difficult=True) | Q(complaint__major=True) | Q(complaint__crisis=True)
"""Complex and difficult, major, and crises: what the body is there for."""


def handled_words() -> list[str]:
    """A sentence for each member of the register, in its order: mediations for the body, without those handed on to somebody else.

    One query of its own, however long the register is.
    """
    members = list(dict.fromkeys(uuid.UUID(line["member"]) for line in rulebooks.in_force(rules.KIND).body["body"]))
    if not members:
        return []
    rows = Mediation.objects.filter(by_body=True, mediator_id__in=members).exclude(state=Mediation.State.REPLACED)
    counted = rows.values_list("mediator_id").annotate(
        handled=Count("pk"), hard=Count("pk", filter=HARD), agreed=Count("pk", filter=Q(state=Mediation.State.AGREED)),
        open=Count("pk", filter=Q(state=Mediation.State.OPEN)),
    )  # fmt: skip
    found = {member: numbers for member, *numbers in counted}
    lines = []
    for member in members:
        handled, hard, agreed, running = found.get(member, (0, 0, 0, 0))
        lines.append(
            _("%(who)s: %(handled)s cases mediated, %(hard)s of them complex and difficult; %(agreed)s agreed, %(running)s open.")
            % {"who": people.staff_identity(member), "handled": handled, "hard": hard, "agreed": agreed, "running": running}
        )  # fmt: skip
    return lines
