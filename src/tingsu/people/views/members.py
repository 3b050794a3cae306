"""Members and their posts, for those who manage people (OG-11, AK-05)."""

import uuid
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.pages.pager import PARAMETER, page_of, pager
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people import actions, queries, second_factor, sessions
from tingsu.people.access import Can, actor_for
from tingsu.people.holdings import holdings_of
from tingsu.people.leaving import ending_with
from tingsu.people.models import Account, Member, Post
from tingsu.people.roles import DUTIES
from tingsu.people.settings_forms import (
    CHINESE,
    ENGLISH,
    DutiesForm,
    KnownMemberForm,
    NewMemberForm,
    PostForm,
    SignInForm,
)

PAGE = 100
ORDER = ("staff_number",)


@require_safe
def members_page(request: HttpRequest) -> HttpResponse:
    """Everybody by staff number with their present posts, and the posts nobody has confirmed yet (OG-11)."""
    actor_for(request, needs=Can.PEOPLE)
    former = request.GET.get("show") == "former"
    page = page_of(Member.objects.filter(active=not former), ORDER, request.GET.get(PARAMETER, ""), PAGE)
    names = queries.names_of(page.rows)
    context = {
        "rows": [
            {
                "member": one,
                "name": names.get(one.pk, ""),
                "posts": [post_words(post) for post in queries.posts_of(one.pk)],
            }
            for one in page.rows
        ],
        "former": former,
        "pager": pager(request, page),
        "unconfirmed": []
        if former
        else [post_words(post) for post in queries.posts_now() if post.confirmed_at is None],
    }
    return render(request, "people/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: HttpRequest) -> HttpResponse:
    """Add a member; the answer shows the first password, once."""
    actor = actor_for(request, needs=Can.PEOPLE)
    form = NewMemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = actions.add_member(actor=actor, **form.values())
            return shown_once(request, made.member, made.username, made.password)
    return form_page(request, "people/new_member.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def member_page(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """One member: data, posts with history, account, leaving."""
    actor = actor_for(request, needs=Can.PEOPLE)
    member = found(member_id)
    form = KnownMemberForm(request.POST if request.method == "POST" else None, initial=initial_of(member))
    if form.is_valid():
        with refusals_on(form):
            actions.change_member(actor=actor, member_id=member.pk, **form.values())
            messages.success(request, _("Saved."))
            return back_to(member.pk)
    return member_answer(request, member, form=form)


@require_POST
def new_post(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Give a post; the holder is told and confirms it (OG-11)."""
    actor = actor_for(request, needs=Can.PEOPLE)
    member = found(member_id)
    form = PostForm(request.POST, zone=zone_of(request))
    if form.is_valid():
        with refusals_on(form):
            actions.give_post(actor=actor, member_id=member.pk, **form.values())
            renewed(request, actor, member.pk)
            messages.success(request, _("The post is given. Its holder is asked to confirm it."))
            return back_to(member.pk)
    return member_answer(request, member, post_form=form)


@require_POST
def end_post(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """End a post now."""
    actor = actor_for(request, needs=Can.PEOPLE)
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise NotFound
    with told(request, _("The post ended. It stays in the history.")):
        actions.end_post(actor=actor, post_id=post_id)
        renewed(request, actor, post.member_id)
    return back_to(post.member_id)


@require_http_methods(["GET", "HEAD", "POST"])
def post_duties(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """What the holder of a post does, in the firm's own words (OG-01)."""
    actor = actor_for(request, needs=Can.PEOPLE)
    post = Post.objects.select_related("member").filter(pk=post_id).first()
    if post is None or (post.until is not None and post.until <= now()):
        raise NotFound
    form = DutiesForm(request.POST if request.method == "POST" else None, initial={"duties": post.duties})
    if form.is_valid():
        with refusals_on(form):
            actions.describe_post(actor=actor, post_id=post.pk, duties=form.cleaned_data["duties"])
            messages.success(request, _("Saved."))
            return back_to(post.member_id)
    return form_page(request, "people/duties.html", {"form": form, "line": post_words(post), "member": post.member})


@require_POST
def leave(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Let a member leave; refused while anything is still theirs."""
    return simple(
        request, member_id, actions.deactivate_member, _("This person cannot sign in any more. The history stays.")
    )


@require_POST
def come_back(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Take a former member back."""
    return simple(request, member_id, actions.reactivate_member, _("Welcome back. Give a post next."))


@require_POST
def new_password(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Make a new first password; the answer shows it, once."""
    actor = actor_for(request, needs=Can.PEOPLE)
    member = found(member_id)
    password = actions.give_password(actor=actor, member_id=member.pk)
    username = Account.objects.values_list("username", flat=True).get(pk=member.account_id)
    return shown_once(request, member, username, password)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Change the sign-in name or the work e-mail of a member. Whoever changes the own one stays signed in here."""
    actor = actor_for(request, needs=Can.PEOPLE)
    member = found(member_id)
    account = Account.objects.filter(pk=member.account_id).first()
    if account is None or not member.active:
        raise NotFound
    if account.pk == request.user.pk:  # a session that somebody left open gives nobody another way in
        raise_if_reauthentication_required(request, app="tingsu.people")
    initial = {"username": account.username, "email": account.email}
    form = SignInForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            changed = actions.change_sign_in(actor=actor, member_id=member.pk, **form.cleaned_data)
            if request.user.pk == changed.pk:
                update_session_auth_hash(request, changed)
                sessions.renew(request)
            messages.success(request, _("Saved."))
            return back_to(member.pk)
    return form_page(request, "people/sign_in.html", {"member": member, "form": form})


@require_POST
def reset_second_factor(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Ask for a lost second factor to be taken away; a second person decides."""
    return simple(
        request,
        member_id,
        actions.reset_second_factor,
        _("Taken away. The next sign-in sets up a new one where the role needs it."),
    )


def simple(request: HttpRequest, member_id: uuid.UUID, action: Any, done: str) -> HttpResponse:
    actor = actor_for(request, needs=Can.PEOPLE)
    with told(request, done):
        action(actor=actor, member_id=found(member_id).pk)
    return back_to(member_id)


def member_answer(
    request: HttpRequest, member: Member, *, form: KnownMemberForm | None = None, post_form: PostForm | None = None
) -> HttpResponse:
    """The page of one member; 422 when one of its two forms was refused."""
    account = Account.objects.filter(pk=member.account_id).first()
    at = now()
    history = [post_words(post) for post in Post.objects.filter(member=member).order_by("-since")]
    context = {
        "member": member,
        "form": form or KnownMemberForm(initial=initial_of(member)),
        "post_form": post_form or PostForm(zone=zone_of(request)),
        "posts": [row for row in history if row["post"].until is None or row["post"].until > at],
        "past_posts": [row for row in history if row["post"].until is not None and row["post"].until <= at],
        "account": account,
        "factor_on": account is not None and second_factor.is_on(account.pk),
        "holdings": holdings_of(member.pk),
        "ending": ending_with(member.pk) if member.active else [],
        "own": account is not None and account.pk == request.user.pk,
    }
    return form_page(request, "people/member.html", context)


def renewed(request: HttpRequest, actor: Actor, member_id: uuid.UUID) -> None:
    """Whoever changed the own rights goes on here under a new key of the session."""
    if actor.id == member_id:
        sessions.renew(request)


def shown_once(request: HttpRequest, member: Member, username: str, password: str | None) -> HttpResponse:
    context = {"member": member, "username": username, "password": password}
    return render(request, "people/password_once.html", context, status=201)


def post_words(post: Post) -> dict[str, Any]:
    """A post with the words a page shows."""
    return {
        "post": post,
        "unit": queries.unit_name(post.unit_id),
        "holder": queries.alias_of(post.member_id),
        "role_duties": DUTIES[post.role][1],
    }


def initial_of(member: Member) -> dict[str, Any]:
    return {
        "staff_number": member.staff_number,
        "name": queries.name_of(member),
        "alias_zh": member.alias.get(CHINESE, ""),
        "alias_en": member.alias.get(ENGLISH, ""),
        "joined_on": member.joined_on,
        "topics": member.topics,
        "products": ", ".join(member.products),
        "languages": member.languages,
        "groups": member.groups,
    }


def found(member_id: uuid.UUID) -> Member:
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return member


def zone_of(request: HttpRequest) -> str:
    return str(request.organisation.time_zone)  # type: ignore[attr-defined]


def back_to(member_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("people:member", args=[member_id]), status=303)
