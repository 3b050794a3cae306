"""The documents of the four exhibits as files: their complete case files, and every form once, in both languages (RC-11)."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from tingsu.complaints import paperwork
from tingsu.complaints.models import Complaint
from tingsu.complaints.papers import register_rows
from tingsu.complaints.paperwork import LANGUAGES, Paper, Wanted
from tingsu.demo.exhibits import DISPUTE, EXHIBITS, INFRINGEMENT, REFUND, RISK, key_of
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.desk.exports import register_of
from tingsu.kernel.actor import Actor
from tingsu.pages.pdf import pdf
from tingsu.portal.views.home import blank_sheet

FILE = "case_file"
FITTING = {
    "registration_form": INFRINGEMENT, "acceptance_form": DISPUTE, "tracking_form": DISPUTE, "mediation_record": DISPUTE,
    "signed_document": DISPUTE, "risk_report": RISK, "solution_letter": INFRINGEMENT, "result_notice": REFUND,
}  # fmt: skip
"""Of which exhibit a form is printed that several have; else of the first that has it."""
PURPOSE = "check"
"""Everybody in the exhibits is invented; so the forms show what a purpose opens, the signatures too."""
SHORT = {"zh-hans": "zh", "en": "en"}


def printed() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, as the supervisor of the demo prints it: case files masked, forms in the clear for a purpose."""
    actor = Staff().actor("head")
    cases = exhibits()
    for language in LANGUAGES:
        ending = f"-{SHORT[language]}.pdf"
        for name, complaint in cases.items():
            yield f"case-file-{name}{ending}", _made(actor, complaint, FILE, language)
        for paper in paperwork.papers():
            if paper.code != FILE and (found := _one_with(paper, cases)) is not None:
                yield paper.code.replace("_", "-") + ending, _made(actor, found, paper.code, language, purpose=PURPOSE)
        with paperwork.as_wanted(language):
            for title, large in (("", False), ("-large-print", True)):
                yield f"registration-form-blank{title}{ending}", pdf(blank_sheet(large=large))
            lines = register_rows(actor, list(cases.values()))
            words = _("Four cases of the demo")
            yield f"acceptance-register{ending}", pdf(register_of(actor, lines, words))


def exhibits() -> dict[str, Complaint]:
    """The exhibits that were built, by name."""
    built = dict(BuiltCase.objects.values_list("key", "complaint_id"))
    ids = {name: built[key_of(name)] for name in EXHIBITS if key_of(name) in built}
    rows = Complaint.objects.select_related("stream").in_bulk(list(ids.values()))
    return {name: rows[pk] for name, pk in ids.items()}


def write(folder: Path) -> list[tuple[str, int]]:
    """Write them all into a folder, which holds nothing else that ends in .pdf afterwards. Gives names and bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(printed())
    for old in folder.glob("*.pdf"):
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return sorted((name, len(content)) for name, content in files.items())


def _one_with(paper: Paper, cases: dict[str, Complaint]) -> Complaint | None:
    fitting = cases.get(FITTING.get(paper.code, ""))
    for complaint in filter(None, (fitting, *cases.values())):
        if not paper.missing(complaint):
            return complaint
    return None


def _made(actor: Actor, complaint: Complaint, code: str, language: str, *, purpose: str = "") -> bytes:
    fresh = Complaint.objects.select_related("stream").get(pk=complaint.pk)
    return paperwork.make(actor, fresh, code, Wanted(language=language, purpose=purpose)).content
