"""What an auditor asks at each clause of CTS, in our own words: the checklist of an audit is made of it (MS-25)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTIONS: dict[str, tuple[str | Promise, ...]] = {
    "4.1": (
        _(
            "Which outside and inside factors are on record, and how does each bear on the results of complaint management?"
        ),
        _("When were the factors last reviewed, and what was changed after the last change of law or of the market?"),
    ),
    "4.2": (
        _("Who are the interested parties, and which of their requirements became obligations?"),
        _(
            "How were parties involved in questions of complaint handling in the last year, and where is the result in writing?"
        ),
        _("Is contact with each party kept up, or did it end after the first time?"),
    ),
    "4.3": (
        _(
            "Does the scope in force name products, services, processes, sites and departments, and does it match what the firm does today?"
        ),
        _("If something was left out of the scope, does the reason hold?"),
    ),
    "4.4.1": (
        _("Is every process described with input, output, order, criteria, resources and who answers for it?"),
        _("Which process was evaluated and changed in the last year, and did the change achieve what was meant?"),
    ),
    "4.4.2": (
        _(
            "Take two processes: are the documents in force where the work is done, and do records of the last months show that they were followed?"
        ),
    ),
    "5.1": (
        _("What did top management itself do for complaint management in the last year? Ask for dated proof."),
        _(
            "How are the requirements built into the work of the departments, and how does top management support their managers?"
        ),
    ),
    "5.2": (
        _(
            "Does the policy in force contain the commitments to requirements, to improvement, and to customer focus and fairness?"
        ),
        _("Ask three people of different departments what the policy means for their work."),
        _("Can customers and other parties read the policy, and is it the version in force?"),
    ),
    "5.3": (
        _("Is the appointment of the representative valid, with tasks and authority in writing?"),
        _("How did the representative report on performance to top management, and what followed?"),
        _("Do people know what they may decide themselves, and whom they pass a case to?"),
    ),
    "6.1": (
        _("Which risks were acted upon in the last year, and how was the effect judged?"),
        _("Is the register of obligations complete and up to date with the laws in force today?"),
    ),
    "6.2": (
        _("Do the objectives follow the policy, and can each be measured?"),
        _("Is there a plan for each objective with resources, owner, day and how it is judged?"),
        _("What was done where an objective is at risk or was missed?"),
    ),
    "6.3": (
        _(
            "Take a change of limits, authority or rules of the last year: were purpose, consequences, resources and responsibilities thought of before?"
        ),
    ),
    "7.1": (
        _("Which resources were found missing, what was decided, and has it been provided?"),
        _("Are people, systems and rooms enough for the number of complaints of the last months?"),
    ),
    "7.2": (
        _("Take three handlers: what must they be able to do, and what proves that they can?"),
        _("How was the effect of the last training judged?"),
    ),
    "7.3": (
        _("Ask people outside the complaint centre what they do when a customer complains to them."),
        _("Do people know their objectives and what follows when requirements are not met?"),
    ),
    "7.4": (
        _("Is there a plan of communication, and does the log show that it was followed?"),
        _("Take the last major or mass complaint, or the last drill: was communicated as the procedure says?"),
    ),
    "7.5.1": (_("Is every document that the standard asks for in force?"),),
    "7.5.2": (_("Take three documents: title, date, author, number, review and approval?"),),
    "7.5.3": (
        _("Does anybody still work by a superseded version?"),
        _(
            "Are complaint records protected against loss and against people who need not see them, and disposed of when their time is over?"
        ),
    ),
    "8.1": (
        _(
            "Are criteria for receipt, limits and answers in force, and does the configuration of the system match them?"
        ),
        _("Take ten cases: was the process followed as planned, and where it was not, why?"),
        _("Were the actions planned for risks and objectives carried out in the operation?"),
    ),
    "8.2": (
        _("Try each channel, by telephone and from a phone: is a complaint recorded at once?"),
        _("Take five urgent cases: how fast did the fast lane work?"),
        _("Was the complainant told of receipt, process and expected time?"),
    ),
    "8.3": (
        _("Take ten cases: is each assessed by all five criteria?"),
        _("Does the depth of the investigation fit severity and frequency?"),
        _("Was anybody the investigator of a complaint about their own work?"),
    ),
    "8.4": (
        _("What did the analysis of the last months show, and who read it?"),
        _("Take a warning: when was it raised, what was the cause, what was done?"),
    ),
    "8.5": (
        _("Take ten cases: was the solution sent at once, in words that the complainant understands?"),
        _("What was done so that the same does not happen again?"),
    ),
    "8.6": (
        _("Was every complainant told the result and called back, and is what they said on record?"),
        _("Where a result was refused: were the other ways told?"),
    ),
    "8.7": (
        _("Which suppliers take part in complaint handling, and what was required of each in writing?"),
        _("How did each perform, and what followed from a bad result?"),
    ),
    "9.1": (
        _("Is it laid down what is measured, how, when, and when it is evaluated?"),
        _("Count one figure of the last report by hand from the cases: is it right?"),
        _("What does the last evaluation say of performance and effectiveness?"),
    ),
    "9.1.2": (
        _("When was compliance last evaluated, and was every obligation in force judged with evidence?"),
        _("What was done where an obligation was not kept?"),
    ),
    "9.2": (
        _("Does the programme say how often, by which methods, who, how planned and reported?"),
        _("Did anybody audit their own work?"),
        _("Are the findings of the last audit corrected without delay?"),
    ),
    "9.3": (
        _("Did the last review consider all inputs, and who chaired it?"),
        _("Were the decisions of the last review carried out on their day?"),
    ),
    "10.1": (
        _("Take three nonconformities: is the cause found, and not only the consequence treated?"),
        _("How was the effect of the actions judged, and did the same return?"),
    ),
    "10.2": (_("Which improvements came of analysis and review in the last year, and how were they carried out?"),),
}
"""By clause, in the order in which they are asked. A line keeps the place of its question, so questions are only added at the end."""
