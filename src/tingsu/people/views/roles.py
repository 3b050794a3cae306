"""The roles with their duties and rights, and who holds them (OG-03, RL-1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tingsu.people import conformity, queries
from tingsu.people.access import RIGHTS, Can, actor_for
from tingsu.people.roles import DUTIES, Role


@require_safe
def roles_page(request: HttpRequest) -> HttpResponse:
    """Read only: rights of roles are part of the program and of its tests; what is data is the authority matrix."""
    actor_for(request, needs=Can.SETTINGS)
    posts = queries.posts_now()
    rows = [
        {
            "code": role.value,
            "label": role.label,
            "clause": DUTIES[role][0],
            "duties": DUTIES[role][1],
            "rights": [right.label for right in Can if right in RIGHTS[role]],
            "holders": sorted({queries.staff_identity(post.member_id) for post in posts if post.role == role}),
        }
        for role in Role
    ]
    context = {"rows": rows, "not_conforming": conformity.not_conforming()}
    return render(request, "people/roles.html", context)
