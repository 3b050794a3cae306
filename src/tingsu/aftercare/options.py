"""Options that the steps of aftercare offer."""

from typing import Any

from tingsu.aftercare.rules import retention_options
from tingsu.aftercare.stages import NAMES
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.process.steps import Options, options_from

KEEPER_ROLES = ("specialist", "supervisor", "analyst", "qa", "mgmt_rep")


@options_from("annex_c_stages")
def stage_options(complaint: Any) -> Options:
    """Closing itself is stage 8 and always applies."""
    return tuple((str(number), f"{number} {name}") for number, name in NAMES.items() if number != 8)


@options_from("retention_classes")
def retention_class_options(complaint: Any) -> Options:
    return retention_options()


@options_from("keepers")
def keeper_options(complaint: Any) -> Options:
    return tuple(
        (str(m.pk), f"{in_language(m.alias)} · {m.staff_number}") for m in people.active_members(roles=KEEPER_ROLES)
    )
