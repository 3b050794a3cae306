"""The settings page of robots: which there are, what each said last, a trial with its own words."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.letters import second_look
from tingsu.letters.events import ROBOT_EVENTS
from tingsu.letters.models import Robot, RobotPost
from tingsu.letters.notices import spoken_kinds
from tingsu.letters.providers import stays_here
from tingsu.letters.robots import keeping, posting
from tingsu.letters.robots.forms import RobotForm
from tingsu.letters.robots.keeping import FIELDS
from tingsu.letters.robots.speaking import WHY, NotSaid, say
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people.access import Can, actor_for, may, require

LAST = 20
STATES = {"queued": "soon", "sent": "done", "failed": "critical"}


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
    rows = [
        {"row": row, "why": WHY.get(row.why, row.why), "may_look": second_look.may_look(actor, row)}
        for row in Robot.objects.order_by("name")
    ]
    said = list(RobotPost.objects.select_related("robot").order_by("-noticed_at", "-pk")[:LAST])
    texts = posting.texts_of(said)
    posts = [
        {"post": post, "tone": STATES[post.state], "why": WHY.get(post.why, ""), "text": texts[post.pk]}
        for post in said
    ]
    context = {"rows": rows, "posts": posts, "stays_here": stays_here(), "may_change": may(actor, Can.POST)}
    context["language_of_robots"] = current_organisation().language
    context["history"] = second_look.history(actor, ROBOT_EVENTS, RobotForm)
    return render(request, "letters/robots.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Another robot."""
    return _form(request, _who(request, changes=True), None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, robot_id: uuid.UUID) -> HttpResponse:
    """Change one; its address and secret are never shown again."""
    actor = _who(request, changes=True)
    return _form(request, actor, _robot(robot_id))


@require_POST
def check(request: HttpRequest, robot_id: uuid.UUID) -> HttpResponse:
    """Say a sentence into the group, and show what the robot answered; whoever is to approve it may hear it first."""
    actor = _who(request, changes=False)
    found = Robot.objects.filter(pk=robot_id).first()
    if found is None or not second_look.may_look(actor, found):
        require(actor, Can.POST)
    robot = found or _robot(robot_id)
    if stays_here():
        messages.error(request, _("This is the demo: no robot is asked."))
        return redirect("letters:robots")
    try:
        say(posting.mouth_of(robot), _("This sentence shows that Tingsu can write into this group."))
    except NotSaid as refusal:
        Robot.objects.filter(pk=robot.pk).update(why=refusal.why, said=refusal.said)
        said = " · " + _("The robot said: %(words)s") % {"words": refusal.said} if refusal.said else ""
        messages.error(request, after_label(robot.name, f"{WHY[refusal.why]}{said}"))
    else:
        Robot.objects.filter(pk=robot.pk).update(why="", said="", sent_at=now())
        messages.success(request, _("%(name)s: the sentence was taken.") % {"name": robot.name})
    return redirect("letters:robots")


@require_POST
def look(request: HttpRequest, robot_id: uuid.UUID) -> HttpResponse:
    """The second person lets a robot speak."""
    actor = _who(request, changes=False)
    with told(request):
        row = keeping.agree(actor=actor, robot_id=robot_id, read_at=request.POST.get("read_at", ""))
        messages.success(request, second_look.approved_words(row))
    return redirect("letters:robots")


def _robot(robot_id: uuid.UUID) -> Robot:
    found = Robot.objects.filter(pk=robot_id).first()
    if found is None:
        raise NotFound
    return found


def _form(request: HttpRequest, actor: Actor, robot: Robot | None) -> HttpResponse:
    others = Robot.objects.exclude(pk=robot.pk) if robot else Robot.objects.all()
    initial = {name: getattr(robot, name) for name in FIELDS} if robot else None
    kinds = sorted(spoken_kinds(), key=lambda one: str(one[1]))
    form = RobotForm(
        request.POST or None, initial=initial, kinds=kinds, fresh=robot is None,
        taken=frozenset(others.values_list("name", flat=True)),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            kept = keeping.set_robot(actor=actor, values=form.cleaned_data, robot_id=robot.pk if robot else None)
            messages.success(request, _("The robot is kept. Let it say a sentence now."))
            if kept.waits_since:
                messages.warning(
                    request, _("It is used after a second person has looked at it; those who may were told.")
                )
            return redirect("letters:robots")
    return form_page(request, "letters/robot.html", {"form": form, "robot": robot})
