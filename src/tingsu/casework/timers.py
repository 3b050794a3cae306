"""The timers of casework: rulings on disputes, opinions of functions, joint assessments, data that outside bodies hold."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Extension, Limit, TimerKind, declare


def _extensions_of(promise: Any) -> Sequence[Extension]:
    from tingsu.casework.extensions import extensions_of  # tables are read after the timers

    return extensions_of(promise)


def _request_overtaken(promise_id: uuid.UUID, at: datetime) -> None:
    from tingsu.casework.steps.extending import overtaken  # tables are read after the timers

    overtaken(promise_id, at)


declare(
    TimerKind(
        name="department_ruling",
        of="complaint",
        code="T25",
        label=_("Ruling on a dispute between departments"),
        starts=_("the committee was asked"),
        stops=_("enough members agree"),
        source="SVC 2.2.1",
        limits=(Limit(amount=2, unit=Unit.WORKING_DAY, basis="SVC 2.2.1", ours=True),),
    ),
    TimerKind(
        name="decision",
        of="complaint",
        code="T26",
        label=_("Decision on the complaint"),
        starts=_("receipt"),
        stops=_("decision told: solved directly, solution sent or answer delivered"),
        source="SZ 6(1)",
        conditions=("channel",),
        optional=True,
        extendable=True,
        extensions=_extensions_of,
        ended=_request_overtaken,
    ),
    TimerKind(
        name="early_resolution",
        of="complaint",
        code="T27",
        label=_("Early resolution"),
        starts=_("receipt"),
        stops=_("decision told: solved directly, solution sent or answer delivered"),
        source="SZ 6(1)",
        conditions=("channel",),
        optional=True,
        owed_by_us=False,
        lapsed=_("The time for it is over"),
    ),
    TimerKind(
        name="function_opinion",
        of="complaint",
        label=_("Opinion of a functional department"),
        starts=_("opinion asked"),
        stops=_("opinion given or declined"),
        source="ISC 9.2.5",
        limits=(Limit(amount=1, unit=Unit.WORKING_DAY, basis="ISC 9.2.5", ours=True),),
    ),
    TimerKind(
        name="green_opinion",
        of="complaint",
        label=_("Opinion by the green channel"),
        starts=_("opinion asked by the green channel"),
        stops=_("opinion given or declined"),
        source="ISC 9.2.5",
        limits=(Limit(amount=4, unit=Unit.HOUR, basis="ISC 9.2.5", ours=True),),
    ),
    TimerKind(
        name="joint_assessment",
        of="complaint",
        label=_("Joint risk assessment"),
        starts=_("an escalation risk was marked"),
        stops=_("every marked risk assessed"),
        source="ISC 8.3.3",
        limits=(Limit(amount=1, unit=Unit.WORKING_DAY, basis="ISC 8.3.3", ours=True),),
    ),
    TimerKind(
        name="released_data",
        of="complaint",
        label=_("Data with an outside body"),
        starts=_("data released"),
        stops=_("given back, destroyed, or kept on a legal basis"),
        source="CTS 8.7 a",
        dated=True,
    ),
)
