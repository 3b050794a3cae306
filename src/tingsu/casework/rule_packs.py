"""The rule packs that ship: what laws and regulators of several markets ask beside the profiles, and whether each number was read (SL-01).

`confirmed` means that the number was read in the official text or in the words of the body that made it. Every other number is off
until somebody has looked it up, and stays marked until then.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.packs import Pack, PackLine, declare_pack

MAINLAND, KINGDOM, STATES = _("Mainland China"), _("United Kingdom"), _("United States")
AUTHORITY = {"channel": ("regulator",)}
"""Complaints that an authority passed on; only for them its limit holds."""

declare_pack(
    Pack(
        code="odr-12315",
        label=_("12315 online dispute resolution"),
        document=_("Duties of ODR enterprises on the national 12315 platform"),
        market=MAINLAND,
        hint=_(
            "Binds enterprises that joined online dispute resolution: they negotiate with the consumer and enter time, course, manner and "
            "result on the platform. Without an agreement the complaint goes to the market regulator."
        ),
        lines=(
            PackLine(
                timer="decision", amount=10, unit=Unit.WORKING_DAY, when=AUTHORITY, basis="全国12315平台 ODR企业工作职责",
                confirmed=True, note=_("Negotiated within 10 working days; holds for complaints that an authority passed on."),
            ),
        ),
    ),
    Pack(
        code="samr-2020",
        label=_("Market regulators: handling of complaints and reports (2020)"),
        document=_("Interim measures on complaints and reports, SAMR Order 20"),
        market=MAINLAND,
        hint=_(
            "These limits bind the market regulator, not the enterprise. Whoever handles complaints for a regulator may take them; an "
            "enterprise is better served by the limit that the regulator names for each case (outside deadline)."
        ),
        since=date(2020, 1, 1),
        until=date(2026, 4, 14),
        followed_by="samr-2026",
        lines=(
            PackLine(
                timer="handling_start", amount=7, unit=Unit.WORKING_DAY, basis="市场监督管理投诉举报处理暂行办法 第14条", confirmed=False,
                note=_("Accepted or refused within 7 working days."),
            ),
            PackLine(
                timer="decision", amount=45, unit=Unit.WORKING_DAY, when=AUTHORITY, basis="市场监督管理投诉举报处理暂行办法 第21条",
                confirmed=False, note=_("Mediation without an agreement ends after 45 working days."),
            ),
            PackLine(
                timer="answer", amount=7, unit=Unit.WORKING_DAY, basis="市场监督管理投诉举报处理暂行办法 第21条", confirmed=False,
                note=_("Both sides hear within 7 working days that the mediation has ended."),
            ),
        ),
    ),
    Pack(
        code="samr-2026",
        label=_("Market regulators: handling of complaints and reports (2026)"),
        document=_("Measures on complaints and reports, SAMR Order 121"),
        market=MAINLAND,
        hint=_(
            "In force since 15 April 2026 in place of the interim measures; the limits for mediation were amended. None of its numbers has "
            "been read in the official text, so no line ships: enter what it says as lines of your own."
        ),
        since=date(2026, 4, 15),
    ),
    Pack(
        code="bank-insurance",
        label=_("Banks and insurers"),
        document=_("Measures on consumer complaints in banking and insurance, CBIRC Order 2020 No. 3"),
        market=MAINLAND,
        hint=_(
            "15 days where facts and dispute are simple, 30 where the matter is complex, 30 more in special cases with the approval of a "
            "higher level; the complainant is told. Here each extension is allowed by somebody else."
        ),
        since=date(2020, 3, 1),
        lines=(
            PackLine(
                timer="decision", amount=15, unit=Unit.DAY, extensions=(30, 60), basis="银行业保险业消费投诉处理管理办法", confirmed=True,
                note=_("Decided and told within 15 days of receipt; extendable to 30 and once more by 30 days."),
            ),
        ),
    ),
    Pack(
        code="after-sales",
        label=_("Returns, exchanges and repairs"),
        document=_("Consumer Protection Law, article 25; rules on repair, exchange and return (three guarantees)"),
        market=MAINLAND,
        hint=_(
            "The right to return a product bought at a distance (7 days) and the right to an exchange under the three guarantees (15 days) "
            "count from the purchase and are checked with the demand; the lines below say by when we have done our part."
        ),
        since=date(2014, 3, 15),
        lines=(
            PackLine(
                timer="after_sales", amount=7, unit=Unit.DAY, basis="消费者权益保护法 第25条", confirmed=False,
                note=_("The price is refunded within 7 days of getting the product back."),
            ),
            PackLine(
                timer="after_sales", amount=30, unit=Unit.DAY, when={"product_type": ("appliance",)}, basis="部分商品修理更换退货责任规定",
                confirmed=False, note=_("A repair that takes longer than 30 days gives a right to an exchange."),
            ),
        ),
    ),
    Pack(
        code="uk-fca-disp",
        label=_("UK financial firms (FCA DISP)"),
        document=_("FCA Handbook, DISP 1.5 and 1.6"),
        market=KINGDOM,
        hint=_(
            "Resolved by close of the third business day after receipt: a summary resolution communication is enough. Everything else "
            "needs a final response within eight weeks that names the Financial Ombudsman Service. Business days are those of the calendar "
            "that applies."
        ),
        since=date(2016, 6, 30),
        lines=(
            PackLine(
                timer="early_resolution", amount=3, unit=Unit.WORKING_DAY, basis="DISP 1.5.1R", confirmed=True, on_breach=(),
                note=_("After the third business day a final response is owed."),
            ),
            PackLine(
                timer="decision", amount=8, unit=Unit.WEEK, basis="DISP 1.6.2R", confirmed=True,
                note=_("Final response, or the reasons why it is not possible yet, within eight weeks of receipt."),
            ),
        ),
    ),
    Pack(
        code="us-cfpb",
        label=_("US financial firms (CFPB)"),
        document=_("CFPB Company Portal Manual, 8.1"),
        market=STATES,
        hint=_(
            "A response within 15 calendar days of the complaint being sent to the company; one that is still in progress has its final "
            "response within 60. Other laws may ask for less."
        ),
        lines=(
            PackLine(
                timer="decision", amount=15, unit=Unit.DAY, extensions=(60,), when=AUTHORITY, basis="CFPB Company Portal Manual 8.1",
                confirmed=True, note=_("In progress: the final response within 60 days."),
            ),
        ),
    ),
)  # fmt: skip
