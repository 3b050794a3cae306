"""The page of the print queue."""

from datetime import datetime
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tingsu.complaints.steps.letters_by_hand import LETTER_CAME_BACK
from tingsu.desk import printing
from tingsu.desk.access import staff
from tingsu.kernel.clock import local, local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.fields import TextField
from tingsu.pages.pdf import pdf_response
from tingsu.people.access import Can


class PostingForm(forms.Form):
    """When letters went to the post, and by which number they can be followed."""

    posted_on = forms.DateField(
        label=gettext_lazy("Posted on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: today."),
    )  # fmt: skip
    tracking = TextField(label=gettext_lazy("Tracking number"), max_length=60, required=False)

    def clean_posted_on(self) -> datetime | None:
        day = self.cleaned_data["posted_on"]
        if day is None:
            return None
        zone = current_organisation().time_zone
        today = local(now(), zone)
        if day > today.date():
            raise forms.ValidationError(_("This day has not come yet."))
        return (
            None
            if day == today.date()
            else today.replace(year=day.year, month=day.month, day=day.day, hour=12, minute=0)
        )


@require_http_methods(["GET", "POST"])
def print_queue(request: HttpRequest) -> HttpResponseBase:
    """What is to be posted; as one file, and what became of it."""
    actor = staff(request, Can.POST)
    form = PostingForm(request.POST if request.POST.get("do") == "posted" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        ids = printing.chosen(request.POST.getlist("letter"))
        if request.POST.get("do") == "print" and (sheet := printing.sheet(actor, ids)) is not None:
            day = local_date(now(), current_organisation().time_zone)
            title = _("Letters to post")
            return pdf_response(f"{title} {day:%Y-%m-%d}", sheet)
        if not ids or request.POST.get("do") == "print":
            messages.error(request, _("Select at least one letter that waits."))
            return redirect("desk:print_queue")
        if form.is_valid():
            done, refusals = printing.mark(
                actor, ids, posted_at=form.cleaned_data["posted_on"], tracking=form.cleaned_data["tracking"]
            )
            if done:
                words = ngettext("%(count)s letter is noted as posted.", "%(count)s letters are noted as posted.", done)
                messages.success(request, words % {"count": done})
            for refusal in refusals:
                messages.error(request, refusal)
            return redirect("desk:print_queue")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"waiting": printing.waiting(actor), "under_way": printing.under_way(actor), "form": form}
    context["came_back"] = LETTER_CAME_BACK.name
    return render(request, "desk/print_queue.html", context, status=status)
