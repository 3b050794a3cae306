"""What a home with real work holds: files, a complaint walked to its end, and the seal of a day."""

from __future__ import annotations

FILL = """
from tests.cast import Cast, build_cast, quick_passwords
from tests.states.contents import fill
from tingsu.files import store
from tingsu.kernel.models import Organisation
from tingsu.kernel.seals import seal_day
from tingsu.kernel.tenancy import acting_for
if not Organisation.objects.exists():
    quick_passwords()
    build_cast()
organisation = Organisation.objects.get(slug="test")
with acting_for(organisation.pk):
    cast = Cast(organisation.pk)
    for number in range(20):
        store.keep(f"单据{number}.txt", f"内容 {number}\\n".encode() * (1 + number * 20000), actor=cast.frontline.actor)
fill("test_solved_at_once_at_the_front_desk")
with acting_for(organisation.pk):
    seal_day(organisation)
"""
