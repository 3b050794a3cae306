"""Who has which role, with its duties and its authority, as one approved document in versions (MS-12, OG-11, CTS 5.3, CTS 4.4.1 e).

A version is drawn up from the posts and the authority matrix of the day, approved by the senior leader, and in force until the next one is. The
list says whether the posts of today are still those of the version in force.
"""

import hashlib
import json
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from tingsu.conformity.access import READERS
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import colon, listed
from tingsu.kernel.sql import take_turns
from tingsu.people import authority, matrix
from tingsu.people.queries import posts_now, staff_identity
from tingsu.people.roles import DUTIES, Role
from tingsu.process.steps import Field
from tingsu.registers.actions import follow
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME = "role_assignment"
IN_FORCE = "in_force"
CAUSES = (
    ("first", pgettext_lazy("assignment", "First version")),
    ("posts", pgettext_lazy("assignment", "Posts changed")),
    ("authority", pgettext_lazy("assignment", "Authority changed")),
    ("yearly", pgettext_lazy("assignment", "Looked at anew")),
)


def held() -> dict[str, list[Any]]:
    """Role → ids of the members who hold it now, in the order of the roles."""
    found: defaultdict[str, set[Any]] = defaultdict(set)
    for post in posts_now():
        found[post.role].add(post.member_id)
    return {role: sorted(found[role]) for role in Role.values if found[role]}


def fingerprint(roles: dict[str, list[Any]]) -> str:
    """By what a version is known to say what holds today: posts, and the version of the authority matrix."""
    told = {role: [str(one) for one in members] for role, members in roles.items()}
    content = json.dumps([told, rulebooks.in_force(authority.KIND).version], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def drawn_up(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The roles, duties, holders and authority of this day, in the language of the organisation."""
    roles = held()
    rows = rulebooks.in_force(authority.KIND).body["rows"]
    with override(current_organisation().language):
        for place, (role, members) in enumerate(roles.items()):
            clause, duty = DUTIES.get(role, ("", ""))
            limits = [words for row in rows if row["role"] == role for words in [matrix.words_of(row)]]
            opened.write(f"roles.{place}.duties", f"{duty} {clause}".strip())
            opened.write(f"roles.{place}.held_by", listed(staff_identity(one) for one in members))
            opened.write(
                f"roles.{place}.may",
                "\n".join(f"{one['level']}{colon()}{one['limit']} · {one['scopes']}" for one in limits),
            )
    opened.put("roles", [{"role": role} for role in roles])
    opened.put("people", len({one for members in roles.values() for one in members}))
    opened.put("matrix", rulebooks.in_force(authority.KIND).version)
    opened.put("fingerprint", fingerprint(roles))


def approved(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It is in force from today on, and the version before it no more."""
    take_turns(f"{NAME}:{opened.entry.organisation_id}")
    on = local_date(opened.at, current_organisation().time_zone)
    opened.put("valid_from", on)
    opened.set("speaks_of", on)
    for pk in (
        Entry.objects.filter(register=NAME, state=IN_FORCE).exclude(pk=opened.entry.pk).values_list("pk", flat=True)
    ):
        follow(actor=opened.actor, entry_id=pk, register=REGISTER, step="replace")


def standing(actor: Actor) -> dict[str, Any]:
    """Above the list: the version in force, and whether it still says what holds."""
    row = Entry.objects.filter(register=NAME, state=IN_FORCE).order_by("-opened_at").defer("texts").first()
    return {"in_force": row, "matches": row is not None and row.codes.get("fingerprint") == fingerprint(held())}


REGISTER = Register(
    name=NAME,
    one=_("Assignment of roles and authorities"),
    many=_("Assignments of roles and authorities"),
    hint=_(
        "Who holds which role, with its duties and its authority, as a document in versions: drawn up from posts and matrix, approved by the "
        "senior leader."
    ),
    prefix="QZ",
    icon="users",
    group="",
    title="about",
    readers=READERS,
    openers=(*LEADERS, Role.QA),
    fields=(
        Field(name="about", label=_("What is new in this version"), kind="longtext", limit=1000),
        Field(name="cause", label=pgettext_lazy("assignment", "Why a new version"), kind="choice", options=CAUSES),
        Field(name="own", label=_("What the firm adds or sets differently"), kind="longtext", limit=4000),
        Field(
            name="roles", label=pgettext_lazy("assignment", "Roles"), kind="rows",
            rows=(
                Field(name="role", label=_("Role"), kind="choice", options=tuple(Role.choices)),
                Field(name="duties", label=pgettext_lazy("assignment", "Duties"), kind="longtext", limit=2000),
                Field(name="held_by", label=_("Held by"), kind="longtext", limit=2000),
                Field(name="may", label=_("Authority"), kind="longtext", limit=2000),
            ),
        ),
        Field(name="people", label=pgettext_lazy("assignment", "People"), kind="number"),
        Field(name="matrix", label=_("Version of the authority matrix"), kind="number"),
        Field(name="valid_from", label=pgettext_lazy("assignment", "In force from"), kind="date"),
        Field(name="fingerprint", label=_("Fingerprint"), limit=40),
        Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
    ),
    form=("about*", "cause*", "own"),
    passing=("reason",),
    own_part=frozenset({"fingerprint"}),
    columns=("cause", "valid_from", "people", "matrix"),
    filters=("cause",),
    speaks_of="valid_from",
    clauses=lambda codes: ("CTS 5.3", "CTS 4.4.1 e", "SZ 4(2)"),
    on_open=drawn_up,
    states=(
        State("drafted", pgettext_lazy("assignment", "Waits for the senior leader"), "soon"),
        State(IN_FORCE, pgettext_lazy("assignment", "In force"), "done", open=False),
        State("replaced", pgettext_lazy("assignment", "Replaced"), open=False, final=True),
        State("refused", pgettext_lazy("assignment", "Not approved"), open=False, final=True),
    ),
    steps=(
        Do(
            name="approve", label=pgettext_lazy("assignment", "Approve"), event="approved", did=_("put the assignment in force"),
            sources=("drafted",), target=IN_FORCE, who=(Role.TOP_MGMT,), not_by=("open",), effect=approved, tells=(OPENER, OWNER), tone="done", icon="checks",
            clause="CTS 5.3",
        ),
        Do(
            name="refuse", label=pgettext_lazy("assignment", "Return"), event="refused", did=_("did not approve the assignment"),
            sources=("drafted",), target="refused", who=(Role.TOP_MGMT,), not_by=("open",), asks=("reason*",), tells=(OPENER,), main=False, icon="x",
        ),
        Do(
            name="replace", label=pgettext_lazy("assignment", "Replace"), event="replaced", did=pgettext_lazy("assignment", "replaced it by a newer version"),
            sources=(IN_FORCE,), target="replaced", who=(), main=False, icon="archive",
        ),
    ),
    list_template="conformity/assignment_part.html",
    list_context=standing,
)  # fmt: skip
declare(REGISTER)
