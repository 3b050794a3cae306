"""What the risk rules propose for a complaint: grade, urgency, marks, and why. Pure; no clock, no database.

Rules read what was written and a few facts that a document names. They never read who the complainant is, what the
complainant is worth to us, or the channel, except that media and authorities speak through their own (VL-11, TR-06).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

GENERAL, HIGH_RISK = "general", "high_risk"
NORMAL, URGENT = "normal", "urgent"
LATIN = re.compile(r"[a-z]+")
STOPS = re.compile(r"[。！？!?；;，,、\n]")
REACH = 30
"""How far from each other two words of a rule may stand, unless the rule says otherwise."""
NEGATION_REACH = 5
"""How many characters before a word its negation is looked for, within the same clause."""


@dataclass(frozen=True, kw_only=True)
class RiskFacts:
    """What is known beside the text. Amounts in fen."""

    from_authority: bool = False
    """It reached us through a regulator or another authority, or sets an outside deadline."""
    from_media: bool = False
    """It reached us through a journalist or a medium."""
    loss_fen: int = 0
    provinces: int = 0
    """From how many provinces the same problem came in the window of the mass rule (TR-07)."""

    def speaking(self, rules: Mapping[str, Any]) -> frozenset[str]:
        """The facts that hold under the thresholds of these rules, by name."""
        held = {
            "from_authority": self.from_authority,
            "from_media": self.from_media,
            "major_loss": self.loss_fen >= rules["major_loss_yuan"] * 100,
            "mass": self.provinces >= rules["mass"]["provinces"],
        }
        return frozenset(name for name, holds in held.items() if holds)


@dataclass(frozen=True)
class Reason:
    """One rule that spoke: its part of the rules, its code, and the words or the fact that made it speak."""

    part: str
    code: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A proposal; a person confirms the grade (invariant 10)."""

    grade: str
    urgency: str
    marks: tuple[str, ...] = ()
    """Escalation risks: opinion, litigation, penalty (TR-19)."""
    topics: tuple[str, ...] = ()
    """Urgent topics and reasons of the emergency channel (TR-11, TR-12)."""
    high_risk_reasons: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The proposal in codes, fit for the ledger: words of the lexicon, none of the complainant's."""
        return {
            "grade": self.grade,
            "urgency": self.urgency,
            "marks": list(self.marks),
            "topics": list(self.topics),
            "high_risk_reasons": list(self.high_risk_reasons),
            "because": [{"part": r.part, "code": r.code, "words": list(r.words)} for r in self.reasons],
        }


def suggest(
    texts: str | Iterable[str], facts: RiskFacts | None = None, rules: Mapping[str, Any] | None = None
) -> Suggestion:
    """What the rules say about these texts and facts. Without `rules`, the shipped ones (TR-06, TR-11, TR-12, TR-19)."""
    if rules is None:
        from tingsu.triage.risk_rules import shipped

        rules = shipped()
    known = (facts or RiskFacts()).speaking(rules)
    written = texts if isinstance(texts, str) else "\n".join(texts)
    text = plain(written)
    negations = tuple(plain(word) for word in rules["negations"])
    found: dict[str, list[Reason]] = {"high_risk": [], "urgent": [], "marks": []}
    for part, reasons in found.items():
        for rule in rules[part]:
            if rule["on"] and (reason := _ask(part, rule, text, known, negations)):
                reasons.append(reason)
    high = tuple(reason.code for reason in found["high_risk"])
    topics = tuple(reason.code for reason in found["urgent"])
    return Suggestion(
        grade=HIGH_RISK if high else GENERAL,
        urgency=URGENT if high or topics else NORMAL,
        marks=tuple(reason.code for reason in found["marks"]),
        topics=topics,
        high_risk_reasons=high,
        reasons=tuple(reason for reasons in found.values() for reason in reasons),
    )


@lru_cache(maxsize=2048)
def _plain_word(word: str) -> str:
    return plain(word)


def plain(text: str) -> str:
    """Full-width and half-width, upper and lower case are one."""
    return unicodedata.normalize("NFKC", text).lower()


def _ask(
    part: str, rule: Mapping[str, Any], text: str, facts: frozenset[str], negations: tuple[str, ...]
) -> Reason | None:
    """One rule: a fact is enough; words count when one of `any` stands there unnegated, near one of `with` if that is given."""
    if (fact := rule.get("fact")) and fact in facts:
        return Reason(part, rule["code"], (fact,))
    near = rule.get("near") or REACH
    companions = [_plain_word(word) for word in rule.get("with") or ()]
    for word in rule.get("any") or ():
        wanted = _plain_word(word)
        at = text.find(wanted)
        while at >= 0:
            if not _negated(text, at, negations) and not _part_of_another(text, at, wanted):
                if not companions:
                    return Reason(part, rule["code"], (word,))
                around = text[max(0, at - near) : at + len(wanted) + near]
                if beside := next((other for other in companions if other in around), None):
                    return Reason(part, rule["code"], (word, beside))
            at = text.find(wanted, at + len(wanted))
    return None


def _part_of_another(text: str, at: int, word: str) -> bool:
    """Do these signs belong to another word, as 着火 in 看着火车站 and 短路 in 缩短路口等候?"""
    for friend in FALSE_FRIENDS:
        place = friend.find(word)
        if place >= 0 and text.startswith(friend, at - place) and at >= place:
            return True
    return False


def _negated(text: str, at: int, negations: tuple[str, ...]) -> bool:
    """Is the word at `at` denied in its own clause, as in 没有人受伤?"""
    before = STOPS.split(text[max(0, at - NEGATION_REACH) : at])[-1]
    before = NOT_DENYING.sub("", before)
    words = LATIN.findall(before)
    return any(word in (words if LATIN.fullmatch(word) else before) for word in negations)


FALSE_FRIENDS = (
    "看着火车", "坐着火车", "等着火车", "听着火车", "打不着火", "打着火", "点着火", "缩短路", "自燃油", "心里冒火", "冒火星街", "信息大爆炸",
    "过热水", "烫手山芋",
)  # fmt: skip
"""Longer words in which a word of a rule stands by chance, found in real complaints."""
NOT_DENYING = re.compile("无缘无故|无故|无端|没(?:用|多久|几|过|想到|[一两三]|到|人管|反应|碰|动)|未满")
"""Words with a 无, 没 or 未 that deny nothing: 无故炸裂, 没用几天就冒烟."""
FACT_NAMES = ("from_authority", "from_media", "major_loss", "mass")
"""The only facts a rule may name; identity, status, value and channel are not among them (VL-11)."""
