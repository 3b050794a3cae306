"""The clauses of CTS TBGL009-2026 that a firm is certified by, 4.1 to 10.2, as data: number, title, and what each asks in our own words.

Audits are made of them (MS-25), and the conformity view stands on them (MS-29).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DOCUMENT = "CTS"


@dataclass(frozen=True)
class Clause:
    """One clause: its number as printed, what it is called, and what it asks."""

    number: str
    title: str | Promise
    requirement: str | Promise

    @property
    def cited(self) -> str:
        """As registers and tests cite it, such as CTS 9.2."""
        return f"{DOCUMENT} {self.number}"

    @property
    def chapter(self) -> str:
        """The chapter that it stands in, such as 9."""
        return self.number.partition(".")[0]


CHAPTERS: dict[str, str | Promise] = {
    "4": pgettext_lazy("clause", "Context of the organisation"),
    "5": pgettext_lazy("clause", "Leadership"),
    "6": pgettext_lazy("clause", "Planning"),
    "7": pgettext_lazy("clause", "Support"),
    "8": pgettext_lazy("clause", "Operation"),
    "9": pgettext_lazy("clause", "Performance evaluation"),
    "10": pgettext_lazy("clause", "Improvement"),
}
CLAUSES: dict[str, Clause] = {
    one.number: one
    for one in (
        Clause(
            "4.1",
            pgettext_lazy("clause", "The organisation and its context"),
            _(
                "Know what outside and inside the firm bears on its purpose, its direction and what complaint management is to achieve, and "
                "keep watching it."
            ),
        ),
        Clause(
            "4.2",
            pgettext_lazy("clause", "Needs and expectations of interested parties"),
            _(
                "Know the interested parties inside and outside, what they require, involve them by a procedure, keep what comes of it in "
                "writing, and stay in contact."
            ),
        ),
        Clause(
            "4.3",
            pgettext_lazy("clause", "Scope of the system"),
            _(
                "Set the boundaries of the system with its factors, parties, products, services, processes, sites and departments in mind, and "
                "have the scope at hand in writing."
            ),
        ),
        Clause(
            "4.4.1",
            pgettext_lazy("clause", "Processes of the system"),
            _(
                "Determine the processes with input, output, order, criteria, resources, responsibility, risks and indicators; evaluate, "
                "change and improve them."
            ),
        ),
        Clause(
            "4.4.2",
            pgettext_lazy("clause", "Documented information of the processes"),
            _("Keep the documents by which processes run, and the records which show that they ran as planned."),
        ),
        Clause(
            "5.1",
            pgettext_lazy("clause", "Leadership and commitment"),
            _(
                "Top management answers for the system and shows it: policy and objectives that fit the strategy, resources, requirements "
                "built into the work, people directed and supported, improvement pushed."
            ),
        ),
        Clause(
            "5.2",
            pgettext_lazy("clause", "Policy"),
            _(
                "Have a policy that suits the firm's purpose, frames the objectives, commits to requirements, to improvement, to customer "
                "focus and fairness; written, known inside, and at hand for interested parties."
            ),
        ),
        Clause(
            "5.3",
            pgettext_lazy("clause", "Roles, responsibilities and authorities"),
            _(
                "Give out and make known roles, responsibilities and authorities; appoint one or more managers who keep the system to the "
                "requirements, report on it, raise awareness and coordinate communication."
            ),
        ),
        Clause(
            "6.1",
            pgettext_lazy("clause", "Actions on risks and opportunities"),
            _(
                "Determine risks and opportunities, plan actions, build them into the processes and judge their effect; keep a register of "
                "compliance obligations."
            ),
        ),
        Clause(
            "6.2",
            pgettext_lazy("clause", "Objectives and planning to achieve them"),
            _(
                "Set objectives for functions and levels that follow the policy, can be measured, are watched, made known and updated; plan "
                "what, with what, who, when and how judged."
            ),
        ),
        Clause(
            "6.3",
            pgettext_lazy("clause", "Planning of changes"),
            _(
                "Plan changes of the system: purpose and consequences, the system staying whole, resources, responsibilities given out anew."
            ),
        ),
        Clause(
            "7.1",
            pgettext_lazy("clause", "Resources"),
            _("Determine and provide people, infrastructure, money, technology and information for the system."),
        ),
        Clause(
            "7.2",
            pgettext_lazy("clause", "Competence"),
            _(
                "Determine what people who affect complaint management must be able to do, see that they can, act where not, judge the effect, "
                "and keep proof."
            ),
        ),
        Clause(
            "7.3",
            pgettext_lazy("clause", "Awareness"),
            _(
                "People know the policy, their objectives, their part in the result, what follows when requirements are not met, and how to "
                "report complaints and problems."
            ),
        ),
        Clause(
            "7.4",
            pgettext_lazy("clause", "Communication"),
            _(
                "Determine what is communicated when, with whom, how and by whom; have a procedure for major and mass complaints."
            ),
        ),
        Clause(
            "7.5.1",
            pgettext_lazy("clause", "Documented information: general"),
            _(
                "Have the documents and records that the standard asks for, and those that the firm itself found necessary."
            ),
        ),
        Clause(
            "7.5.2",
            pgettext_lazy("clause", "Creating and updating documents"),
            _("Give documents title, date, author, number and a fitting form; review and approve them."),
        ),
        Clause(
            "7.5.3",
            pgettext_lazy("clause", "Control of documents"),
            _(
                "Keep documents at hand where they are needed and protected: distribution, access, storage, changes, retention, disposal."
            ),
        ),
        Clause(
            "8.1",
            pgettext_lazy("clause", "Operational planning and control"),
            _(
                "Plan the whole process with requirements, criteria for the process and for acceptance, resources and control, and keep "
                "records that show it."
            ),
        ),
        Clause(
            "8.2",
            pgettext_lazy("clause", "Receipt and acknowledgement"),
            _(
                "Receive and record every complaint, spoken, written or electronic; classify it; have a fast lane for urgent ones; acknowledge "
                "it and tell process and expected time."
            ),
        ),
        Clause(
            "8.3",
            pgettext_lazy("clause", "Assessment and investigation"),
            _(
                "Assess every complaint for severity, safety, complexity, impact and need to act at once; investigate in proportion."
            ),
        ),
        Clause(
            "8.4",
            pgettext_lazy("clause", "Monitoring and early warning"),
            _(
                "Analyse number, kind, origin and repetition of complaints regularly; warn, find the cause and correct when they grow or "
                "repeat."
            ),
        ),
        Clause(
            "8.5",
            pgettext_lazy("clause", "Response and communication"),
            _(
                "Answer after a fitting investigation, correct and prevent; where that takes time, find a solution soon, and tell complainant "
                "and those concerned at once."
            ),
        ),
        Clause(
            "8.6",
            pgettext_lazy("clause", "Closing and callback"),
            _(
                "Tell the result formally, call back about satisfaction and record it; close when it is accepted, else tell the other ways "
                "open inside and outside."
            ),
        ),
        Clause(
            "8.7",
            pgettext_lazy("clause", "Externally provided processes, products and services"),
            _(
                "Tell suppliers the requirements, select them by ability, watch and judge their performance, and say who answers for what."
            ),
        ),
        Clause(
            "9.1",
            pgettext_lazy("clause", "Monitoring, measurement, analysis and evaluation"),
            _(
                "Determine what is measured by which method, with accurate means, when, and when it is evaluated; evaluate performance and "
                "effectiveness and keep the result."
            ),
        ),
        Clause(
            "9.1.2",
            pgettext_lazy("clause", "Evaluation of compliance"),
            _(
                "Evaluate by a procedure, at least once a year, whether laws, standards and other requirements are kept; keep the report."
            ),
        ),
        Clause(
            "9.2",
            pgettext_lazy("clause", "Internal audit"),
            _(
                "Audit at planned intervals by a programme: criteria and scope each time, objective and impartial auditors, results to the "
                "managers concerned, correction without delay."
            ),
        ),
        Clause(
            "9.3",
            pgettext_lazy("clause", "Management review"),
            _(
                "Top management reviews the system at planned intervals with all inputs, and decides on improvement, changes and resources."
            ),
        ),
        Clause(
            "10.1",
            pgettext_lazy("clause", "Nonconformity and corrective action"),
            _(
                "React to nonconformities, treat consequences, find the cause and similar ones, act, review the effect, recommend prevention, "
                "change the system where needed, and keep records."
            ),
        ),
        Clause(
            "10.2",
            pgettext_lazy("clause", "Continual improvement"),
            _(
                "Improve suitability, adequacy and effectiveness of the system from analysis, evaluation and review, as planned change."
            ),
        ),
    )
}
"""By number, in the order of the document."""


def numbers_in(cited: str) -> tuple[str, ...]:
    """The clauses of CTS that a citation such as "CTS 9.2 b; ISC 9.8" names: 9.2."""
    found = []
    for part in cited.split(";"):
        document, _space, place = part.strip().partition(" ")
        number = place.split(" ")[0].rstrip(".")
        if document == DOCUMENT and number in CLAUSES:
            found.append(number)
    return tuple(found)
