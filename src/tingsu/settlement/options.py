"""What several steps of settlement offer to choose from."""

from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.process.steps import Options, options, options_from
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry
from tingsu.settlement import queries
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
    return ways.options(complaint.province if isinstance(complaint, Complaint) else "")


@options("recurrence_records")
def recurrence_options(complaint: Any) -> Options:
    """Nonconformities and rectifications linked with the case, the newest first, by number: their words are not everybody's (RM-12)."""
    if not isinstance(complaint, Complaint):
        return ()
    return tuple((str(row.pk), recurrence_label(row)) for row in queries.recurrence_records(complaint))


def recurrence_label(entry: Entry) -> str:
    """Which record it is, and how far it has come."""
    known = register_named(entry.register)
    kind = str(known.one) if known else entry.register
    return f"{entry.number} · {kind} · {entry.get_state_display()}"


@options("executors")
def executor_options(complaint: Any) -> Options:
    return tuple(
        (str(m.pk), f"{in_language(m.alias)} · {m.staff_number}") for m in people.active_members(roles=EXECUTOR_ROLES)
    )
