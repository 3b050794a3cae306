"""What the demo firm hands to its certification body, as files: the management review, the audit report, the evaluation of compliance and a
small evidence pack with its verifier, in both languages (MS-25, MS-26, MS-29).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from django.utils.translation import override

from tingsu.conformity import building, index
from tingsu.demo import builder, company, documented, evaluated, planned, readiness, records, trained, values
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.evaluation import audit_shown, auditing, compliance_shown, complying, review_shown, reviewing
from tingsu.kernel.clock import local_date
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation, forget_organisations
from tingsu.kernel.tenancy import acting_for
from tingsu.pages.pdf import pdf
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

LANGUAGES = {"zh": "zh-hans", "en": "en"}
SHEETS = {
    "review-pack": (reviewing.NAME, review_shown.sheet),
    "audit-report": (auditing.NAME, audit_shown.sheet),
    "compliance-report": (complying.NAME, compliance_shown.sheet),
}
PACK = "evidence-pack"
SPAN = timedelta(days=5)


def build(say: builder.Progress) -> Organisation:
    """The company, its exhibits and what it tells of its management system, as far as a demo is not there already."""
    organisation = builder.build_exhibits(say)
    with acting_for(organisation.pk):
        if not BuiltCase.objects.filter(key=readiness.KEY).exists():
            staff, until = Staff(), company.present()
            records.fill(staff, until=until)
            for part in (values, planned, documented, trained, evaluated, readiness):
                part.tell(staff, until=until)
    return organisation


def printed() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, as the management representative prints it."""
    actor = Staff().actor("vp")
    for ending, language in LANGUAGES.items():
        with override(language), timezone.override(current_organisation().time_zone):
            for name, (register, sheet) in SHEETS.items():
                entry = Entry.objects.filter(register=register).select_related("stream").order_by("-opened_at").first()
                if entry is not None:
                    yield f"{name}-{ending}.pdf", pdf(sheet(actor, entry))
        pack = packed(language)
        yield f"{PACK}-{ending}.zip", b"".join(index.stream(pack.pk))
        yield f"{PACK}-{ending}.sha256", f"{pack.written()['digest']}  manifest.sha256\n".encode()


def packed(language: str) -> Entry:
    """A pack of a few days by the shortest document, asked for by one person, approved by another, in one language."""
    staff, organisation = Staff(), current_organisation()
    before, day = organisation.language, local_date(company.present(), organisation.time_zone)
    wanted = {
        "purpose": "样例" if language != "en" else "Example", "document": "svc", "first": (day - SPAN).isoformat(), "last": day.isoformat(),
    }  # fmt: skip
    Organisation.objects.filter(pk=organisation.pk).update(language="en" if language == "en" else "zh-hans")
    forget_organisations()
    try:
        opening = Opening(values=wanted)
        entry = open_entry(actor=staff.actor("quality_head"), register=registers()["evidence_pack"], opening=opening)
        building.make(entry.pk)
    finally:
        Organisation.objects.filter(pk=organisation.pk).update(language=before)
        forget_organisations()
    made = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(
        actor=staff.actor("gm"), entry=made, register=registers()["evidence_pack"], step="release", values={}
    )


def write(folder: Path) -> list[tuple[str, int]]:
    """Write them all into a folder. Gives names and bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(printed())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return sorted((name, len(content)) for name, content in files.items())
