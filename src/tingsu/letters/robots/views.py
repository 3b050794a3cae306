"""The settings page of robots: which there are, what each said last, a trial with its own words."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.organisations import current_organisation
from tingsu.letters.models import Robot, RobotPost
from tingsu.letters.notices import spoken_kinds
from tingsu.letters.providers import stays_here
from tingsu.letters.robots import posting
from tingsu.letters.robots.forms import RobotForm
from tingsu.letters.robots.speaking import WHY, NotSaid, say
from tingsu.pages.refusal import form_page
from tingsu.people.access import Can, actor_for, may, require

LAST = 20
STATES = {"queued": "soon", "sent": "done", "failed": "critical"}
FIELDS = ("name", "kind", "tells", "active")


def _who(request: HttpRequest, *, changes: bool) -> Actor:
    """Whoever may open the settings; to change or try a robot, answers for outgoing post as well. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.SETTINGS)
    if changes:
        require(actor, Can.POST)
    return actor


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Every robot with how it fares, and what was said last."""
    actor = _who(request, changes=False)
    rows = [{"row": row, "why": WHY.get(row.why, row.why)} for row in Robot.objects.order_by("name")]
    said = list(RobotPost.objects.select_related("robot").order_by("-noticed_at", "-pk")[:LAST])
    texts = posting.texts_of(said)
    posts = [
        {"post": post, "tone": STATES[post.state], "why": WHY.get(post.why, ""), "text": texts[post.pk]}
        for post in said
    ]
    context = {"rows": rows, "posts": posts, "stays_here": stays_here(), "may_change": may(actor, Can.POST)}
    context["language_of_robots"] = current_organisation().language
    return render(request, "letters/robots.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Another robot."""
    _who(request, changes=True)
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, robot_id: uuid.UUID) -> HttpResponse:
    """Change one; its address and secret are never shown again."""
    _who(request, changes=True)
    return _form(request, _robot(robot_id))


@require_POST
def check(request: HttpRequest, robot_id: uuid.UUID) -> HttpResponse:
    """Say a sentence into the group, and show what the robot answered."""
    _who(request, changes=True)
    robot = _robot(robot_id)
    if stays_here():
        messages.error(request, _("This is the demo: no robot is asked."))
        return redirect("letters:robots")
    try:
        say(posting.mouth_of(robot), _("This sentence shows that Tingsu can write into this group."))
    except NotSaid as refusal:
        Robot.objects.filter(pk=robot.pk).update(why=refusal.why, said=refusal.said)
        said = f" · {_('The robot said:')} {refusal.said}" if refusal.said else ""
        messages.error(request, f"{robot.name}: {WHY[refusal.why]}{said}")
    else:
        Robot.objects.filter(pk=robot.pk).update(why="", said="", sent_at=now())
        messages.success(request, _("%(name)s: the sentence was taken.") % {"name": robot.name})
    return redirect("letters:robots")


def _robot(robot_id: uuid.UUID) -> Robot:
    found = Robot.objects.filter(pk=robot_id).first()
    if found is None:
        raise NotFound
    return found


def _form(request: HttpRequest, robot: Robot | None) -> HttpResponse:
    others = Robot.objects.exclude(pk=robot.pk) if robot else Robot.objects.all()
    initial = {name: getattr(robot, name) for name in FIELDS} if robot else None
    kinds = sorted(spoken_kinds(), key=lambda one: str(one[1]))
    form = RobotForm(
        request.POST or None, initial=initial, kinds=kinds, fresh=robot is None,
        taken=frozenset(others.values_list("name", flat=True)),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and keep(robot, form.cleaned_data) is not None:
        messages.success(request, _("The robot is kept. Let it say a sentence now."))
        return redirect("letters:robots")
    return form_page(request, "letters/robot.html", {"form": form, "robot": robot})


def keep(robot: Robot | None, values: dict[str, Any]) -> Robot | None:
    """What was entered, address and secret only when they were; None when another one is called so already."""
    fresh = robot is None
    robot = robot or Robot(id=new_id(), since=now())
    if values["active"] and not robot.active:
        robot.since = now()
    for name in FIELDS:
        setattr(robot, name, values[name])
    if values["address"]:
        posting.put_address(robot, values["address"])
    if values["secret"]:
        posting.put_secret(robot, values["secret"])
    robot.why = robot.said = ""
    try:
        with transaction.atomic():
            robot.save(force_insert=fresh)
    except IntegrityError:
        return None
    return robot
