"""Who else is in a case: somebody who speaks for the complainant, and the shop or partner complained about."""

import random

from tingsu.demo import library
from tingsu.demo.plan import Other, Plan

NAMED = {"shop": 0.6, "courier": 0.3, "installer": 0.5}
"""How often the form names the party complained about, by its sort."""


def an_agent(rng: random.Random, plan: Plan) -> Other | None:
    """An old person's child who handles it for them, or the agency of a company that defends its rights."""
    sort = (
        "child"
        if plan.voice == "elder"
        else "agency"
        if plan.person.organisation and plan.family.dept == "legal"
        else ""
    )
    if not sort or plan.repeats or rng.random() > 0.4:
        return None
    people = library.people()
    if sort == "agency":
        return _reached(rng, sort, people["agency"].format(city=plan.person.city.removesuffix("市")))
    given = rng.choice(people["given_young"])
    return _reached(rng, sort, rng.choice((plan.person.name[0], rng.choice(people["surnames"]))) + given)


def a_respondent(rng: random.Random, plan: Plan) -> Other | None:
    """The shop, courier or installer that the complaint names. The company itself is no separate party."""
    sort = plan.family.respondent
    if rng.random() > NAMED.get(sort, 0):
        return None
    return _reached(rng, sort, str(plan.slots[sort]))


def _reached(rng: random.Random, sort: str, name: str) -> Other:
    block = rng.choice(("1380000", "1390013"))
    return Other(sort, name, f"{block}{rng.randrange(10000):04d}", f"user{rng.randrange(100000):05d}@example.org")
