"""The desk's own pages in the navigation; lists of things of a kind say themselves where they stand."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity.access import READERS
from tingsu.desk.navigation import HUB, Entry, add_entry
from tingsu.people.access import Can
from tingsu.protection.asked import READERS as PROTECTORS


def declare() -> None:
    """Register the pages once, when apps load."""
    add_entry(Entry(key="work", label=_("My work"), icon="inbox", url_name="desk:work", order=10))
    add_entry(
        Entry(key="queue", label=_("Queue"), icon="list-details", url_name="desk:queue", order=20, needs=Can.SEE_QUEUE)
    )
    add_entry(
        Entry(
            key="register",
            label=_("Phone registration"),
            icon="phone-incoming",
            url_name="desk:register",
            order=30,
            needs=Can.REGISTER,
        )
    )
    add_entry(
        Entry(
            key="visits",
            label=_("Reception of visitors"),
            icon="users",
            url_name="intake:visits",
            group="intake",
            order=31,
            needs=Can.REGISTER,
        )
    )
    add_entry(
        Entry(
            key="archive", label=pgettext_lazy("cases", "Archive"), icon="archive", url_name="desk:archive", order=56, needs=Can.SEE_QUEUE
        )
    )  # fmt: skip
    add_entry(Entry(key="tasks", label=_("Department tasks"), icon="subtask", url_name="desk:tasks", order=40))
    add_entry(Entry(key="my_file", label=_("My file"), icon="user", url_name="competence:mine", order=58))
    add_entry(Entry(key="approvals", label=_("Approvals"), icon="scale", url_name="desk:approvals", order=50))
    add_entry(
        Entry(
            key="board", label=_("Live board"), icon="activity", url_name="desk:board", group="watch", order=54,
            needs=Can.REPORTS,
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key="indicators", label=_("Indicators"), icon="chart-bar", url_name="figures:indicators", group="watch", order=56,
            needs=Can.REPORTS,
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key="analysis", label=pgettext_lazy("figures", "Analysis"), icon="trending-up", url_name="figures:analysis", group="watch", order=57,
            needs=Can.REPORTS,
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key="team", label=_("Team"), icon="users", url_name="desk:team", group="watch", order=55, needs=Can.ASSIGN
        )
    )
    add_entry(
        Entry(
            key="conformity", label=_("Readiness"), icon="certificate", url_name="conformity:index", group="system", order=5,
            roles=frozenset(str(role) for role in READERS),
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key="competence", label=pgettext_lazy("system", "Competence"), icon="certificate", url_name="competence:matrix", group="system",
            order=39, roles=frozenset({"top_mgmt", "mgmt_rep", "supervisor", "coach", "auditor"}), whole=True,
        )
    )  # fmt: skip
    leading = frozenset({"top_mgmt", "mgmt_rep", "supervisor"})
    add_entry(
        Entry(
            key="supervision", label=_("Rules and performance"), icon="gavel", url_name="appraisal:workspace", group="watch", order=58,
            needs=Can.REPORTS, roles=leading, whole=True,
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key="capacity", label=_("Handling capacity"), icon="users", url_name="appraisal:capacity", group="watch", order=59,
            needs=Can.REPORTS, roles=leading, whole=True,
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key=HUB, label=_("Registers of the system"), icon="list-details", url_name="desk:registers", group="system", order=20,
        )
    )  # fmt: skip
    add_entry(
        Entry(key="settings", label=_("Settings"), icon="settings", url_name="desk:settings", group="system", order=90)
    )
    add_entry(
        Entry(
            key="protection", label=pgettext_lazy("system", "Data protection"), icon="shield-lock", url_name="protection:overview",
            group="system", order=38, roles=frozenset(str(role) for role in PROTECTORS), whole=True,
        )
    )  # fmt: skip
    add_entry(
        Entry(
            key="planning", label=pgettext_lazy("system", "Planning"), icon="layout-list", url_name="planning:overview", group="system",
            order=9, needs=Can.REPORTS, roles=frozenset({"top_mgmt", "mgmt_rep", "supervisor", "qa", "auditor", "analyst"}), whole=True,
        )
    )  # fmt: skip
