"""What several steps of settlement offer to choose from."""

from typing import Any

from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.process.steps import Options, options, options_from
from tingsu.settlement.rulebooks import bases, remedies, ways

EXECUTOR_ROLES = ("frontline", "specialist", "coach", "supervisor", "dept")


@options_from("bases")
def basis_options(complaint: Any) -> Options:
    """All of them, those likely for this kind of problem first (IV-10)."""
    likely = bases.likely(complaint.problem_type) if complaint else []
    places = {code: place for place, code in enumerate(likely)}
    return tuple(sorted(bases.options(), key=lambda option: places.get(option[0], len(places))))


@options("remedies")
def remedy_options(complaint: Any) -> Options:
    return remedies.options()


@options("responses")
def response_options(complaint: Any) -> Options:
    return remedies.response_options()


@options("ways")
def way_options(complaint: Any) -> Options:
    return ways.options()


@options("executors")
def executor_options(complaint: Any) -> Options:
    return tuple(
        (str(m.pk), f"{in_language(m.alias)} · {m.staff_number}") for m in people.active_members(roles=EXECUTOR_ROLES)
    )
