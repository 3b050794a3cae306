"""The one badge of a complaint's risk: the highest of its facts, never colour alone (look and feel §0)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy


@dataclass(frozen=True, kw_only=True)
class RiskFace:
    """The one badge of a complaint: style, bars lit (0–4) and word."""

    style: str
    bars: int
    word: str | Promise


_RISKS = {
    "crisis": RiskFace(style="critical", bars=4, word=pgettext_lazy("risk", "Public crisis")),
    "major": RiskFace(style="critical", bars=4, word=pgettext_lazy("risk", "Major")),
    "high_risk": RiskFace(style="critical", bars=4, word=pgettext_lazy("risk", "High risk")),
    "urgent": RiskFace(style="high", bars=3, word=pgettext_lazy("risk", "Urgent")),
    "difficult": RiskFace(style="medium", bars=2, word=pgettext_lazy("risk", "Difficult")),
    "general": RiskFace(style="low", bars=1, word=pgettext_lazy("risk", "General")),
    "ungraded": RiskFace(style="outline", bars=0, word=gettext_lazy("Not graded")),
}


def risk_face(risk: str) -> RiskFace:
    """The face of a complaint's highest fact (``Complaint.risk``, look and feel §0)."""
    return _RISKS[risk]
