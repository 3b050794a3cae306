"""Above the list of knowledge: what is most used, what does not help, what waits."""

from typing import Any

from django.db.models import Count, Q, Sum

from tingsu.kernel.actor import Actor
from tingsu.knowledge import helping, queries, terms, uses
from tingsu.knowledge.models import Edition, Helped, Use

MOST = 5


def context(actor: Actor) -> dict[str, Any]:
    """Kinds with how much is in use, the most used, and what does not help; the same number of queries whatever there is."""
    counts = dict(Edition.objects.filter(in_use=True).values_list("kind").annotate(n=Count("pk")))
    used = Use.objects.filter(entry__published__in_use=True).values("entry_id").annotate(
        all=Sum("times"), no=Count("pk", filter=Q(useful=False)), yes=Count("pk", filter=Q(useful=True))
    )  # fmt: skip
    most = [row["entry_id"] for row in used.order_by("-all", "entry_id")[:MOST] if row["all"]]
    weak = [
        row["entry_id"] for row in used.filter(no__gte=1).order_by("-no", "entry_id")[:MOST] if row["no"] > row["yes"]
    ]
    helps = (
        Helped.objects.values("entry_id")
        .annotate(y=Sum("yes"), n=Sum("no"))
        .filter(n__gte=1)
        .order_by("-n", "entry_id")
    )
    weak += [row["entry_id"] for row in helps[:MOST] if row["n"] > row["y"]]
    rows = Edition.objects.filter(in_use=True, entry_id__in={*most, *weak}).select_related("entry__stream")
    pieces = {one.id: one for one in queries.pieces_of(rows)}
    told, public = uses.told_of([*pieces]), helping.told_of([*pieces])
    return {
        "kinds": [{"code": code, "words": words, "number": counts.get(code, 0)} for code, words in terms.KINDS],
        "most_used": [{"piece": pieces[pk], "told": told.get(pk)} for pk in most if pk in pieces],
        "weak": [{"piece": pieces[pk], "told": told.get(pk), "public": public.get(pk)} for pk in weak if pk in pieces],
    }
