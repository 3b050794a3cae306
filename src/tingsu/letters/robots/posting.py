"""What robots say: a notice to colleagues, once for each piece of news, with number, grade, deadline and link, nothing else.

Each minute the new notices are looked through; so a notice costs nobody who writes one anything. What does not get through
is tried again and then seen: on the settings page, and as a notice to whoever answers for the post.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from tingsu.kernel import crypto
from tingsu.kernel.clock import local, now
from tingsu.kernel.kinds import names_of
from tingsu.kernel.links import public
from tingsu.kernel.organisations import current_organisation
from tingsu.letters.models import Notice, Robot, RobotPost
from tingsu.letters.notices import notify, spoken_kinds, words_of
from tingsu.letters.providers import stays_here
from tingsu.letters.robots.speaking import Mouth, NotSaid, say
from tingsu.people.access import Can, roles_with
from tingsu.people.queries import posts_now

LOOK_BACK = timedelta(minutes=15)
"""Notices of a transaction become visible a while after their own instant."""
A_MINUTE = 15
"""Messages of one robot in a minute; each of the three stops listening at twenty."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


class Facts(NamedTuple):
    """What may be said of a thing outside the house: its grade in words, and its next deadline (UTC)."""

    grade: str
    due_at: datetime | None


_facts: list[Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Facts]]] = []
_fills: dict[str, Callable[[Mapping[str, Any]], str]] = {}


def tell_facts(provider: Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Facts]]) -> None:
    """The app that holds things says grade and deadline of those that it knows; once, when it loads."""
    _facts.append(provider)


def fill(place: str, words: Callable[[Mapping[str, Any]], str]) -> None:
    """Say how a place of notices' words is filled from their data."""
    _fills[place] = words


def put_address(row: Robot, address: str) -> None:
    row.address = crypto.organisation_key(row.organisation_id).seal(address, f"robot:{row.pk}:address")


def put_secret(row: Robot, secret: str) -> None:
    row.secret = crypto.organisation_key(row.organisation_id).seal(secret, f"robot:{row.pk}:secret") if secret else None


def mouth_of(row: Robot) -> Mouth:
    key = crypto.organisation_key(row.organisation_id)
    secret = key.open(row.secret, f"robot:{row.pk}:secret") if row.secret else ""
    return Mouth(kind=row.kind, address=key.open(row.address, f"robot:{row.pk}:address"), secret=secret)


def gather() -> int:
    """Note what the robots of this organisation have to say; how many messages are new. Twice notes nothing twice."""
    robots = list(Robot.objects.filter(active=True, waits_since=None))
    if not robots:
        return 0
    at = now()
    wanted = {kind for robot in robots for kind in robot.tells} & {kind for kind, _words in spoken_kinds()}
    rows = Notice.objects.filter(created_at__gt=at - LOOK_BACK, kind__in=wanted).order_by("created_at", "kind")
    news = list(dict.fromkeys(rows.values_list("kind", "stream_id", "created_at")))
    known = set(
        RobotPost.objects.filter(noticed_at__gt=at - LOOK_BACK).values_list(
            "robot_id", "kind", "stream_id", "noticed_at"
        )
    )
    fresh = [
        RobotPost(robot=robot, kind=kind, stream_id=stream_id, noticed_at=when, next_try_at=at)
        for kind, stream_id, when in news
        for robot in robots
        if kind in robot.tells and when >= robot.since and (robot.pk, kind, stream_id, when) not in known
    ]
    try:
        RobotPost.objects.bulk_create(fresh, ignore_conflicts=True)
    except IntegrityError:  # a robot was taken away meanwhile
        return 0
    return len(fresh)


def speak() -> int:
    """Say what is due, at most so much of each robot as its group may hear in a minute; how many got through."""
    said = 0
    for robot in Robot.objects.filter(active=True, waits_since=None):
        rows = robot.posts.filter(state=RobotPost.State.QUEUED, next_try_at__lte=now()).order_by("noticed_at", "pk")
        due = list(rows[:A_MINUTE])
        texts = texts_of(due) if due else {}
        for post in due:
            if not _one(robot, post, texts[post.pk]):
                break  # it does not answer, or somebody else speaks: the others wait for the next minute
            said += 1
    return said


def _one(robot: Robot, post: RobotPost, text: str) -> bool:
    at = now()
    # Whoever takes it in hand moves its next try first: a worker that dies in the middle repeats nothing at once.
    mine = RobotPost.objects.filter(pk=post.pk, state="queued", next_try_at=post.next_try_at)
    if not mine.update(next_try_at=at + WAITS[min(post.tries, len(WAITS) - 1)], tries=post.tries + 1):
        return False
    try:
        if not stays_here():
            say(mouth_of(robot), text)
    except NotSaid as refusal:
        _refused(robot, post, refusal)
        return False
    RobotPost.objects.filter(pk=post.pk).update(state=RobotPost.State.SENT, sent_at=at, why="")
    Robot.objects.filter(pk=robot.pk).update(sent_at=at, why="", said="")
    return True


def _refused(robot: Robot, post: RobotPost, refusal: NotSaid) -> None:
    gone = not refusal.later or post.tries + 1 >= len(WAITS)
    RobotPost.objects.filter(pk=post.pk).update(why=refusal.why, **({"state": RobotPost.State.FAILED} if gone else {}))
    before = Robot.objects.filter(pk=robot.pk).values_list("why", flat=True).first()
    Robot.objects.filter(pk=robot.pk).update(why=refusal.why, said=refusal.said)
    if gone and (post.tries or not before):
        told = {one.member_id for one in posts_now(roles=roles_with(Can.POST))}
        notify(told, "robot.failed", None, {"robot": robot.pk})


def texts_of(posts: Collection[RobotPost]) -> dict[uuid.UUID, str]:
    """The messages in the language of the organisation: never a name, never a word of the case (PS-06). Three queries."""
    ids = {post.stream_id for post in posts if post.stream_id}
    rows = Notice.objects.filter(
        created_at__in={post.noticed_at for post in posts}, kind__in={post.kind for post in posts}
    )
    data = {(row.kind, row.stream_id, row.created_at): row.data for row in rows}
    organisation = current_organisation()
    found, facts = {}, dict[uuid.UUID, Facts]()
    with translation.override(organisation.language):  # also what others say of the thing
        named = names_of(list(ids)) if ids else {}
        for provider in _facts if ids else ():
            facts |= provider(ids)
        for post in posts:
            thing = post.stream_id or uuid.UUID(int=0)
            words, _icon = words_of(post.kind) or (_("Notice about a case"), "bell")
            given = data.get((post.kind, post.stream_id, post.noticed_at), {})
            lines = [str(words) % {place: made(given) for place, made in _fills.items()}]
            if thing in named:
                lines.append(_("Number: %(number)s") % {"number": named[thing].name})
            if thing in facts:
                grade, due_at = facts[thing]
                if grade:
                    lines.append(_("Grade: %(grade)s") % {"grade": grade})
                if due_at is not None:
                    due = f"{local(due_at, organisation.time_zone):%Y-%m-%d %H:%M}"
                    lines.append(_("Next deadline: %(at)s") % {"at": due})
            if thing in named and named[thing].url and (link := public(named[thing].url)):
                lines.append(link)
            found[post.pk] = "\n".join(lines)
    return found
