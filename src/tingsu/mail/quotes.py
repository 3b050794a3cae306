"""What is new in a reply, and what is only carried along: earlier letters and signatures, in Chinese and English programs.

Nothing is thrown away: both parts are kept, the second one folded. A rule that is unsure leaves the words with the new ones.
"""

import re
from collections.abc import Sequence

_MAILER = (
    r"^\s*-{2,}\s*(?:原始邮件|原邮件|Original Message|转发的?邮件|Forwarded message|回复的原邮件|Original)\s*-{2,}",
    r"^\s*在?.{4,120}(?:写道|寫道|的邮件中写道)\s*[：:]\s*$",
    r"^\s*On\b.{6,200}\bwrote:\s*$",
    r"^\s*_{10,}\s*$",
)
BEGINS = re.compile("|".join(f"(?:{one})" for one in _MAILER), re.IGNORECASE)
HEAD = re.compile(r"^\s*[*]?(?:发件人|發件人|寄件者|From|De|Von)[*]?\s*[：:]", re.IGNORECASE)
HEAD_TOO = re.compile(
    r"^\s*[*]?(?:发送时间|发送日期|日期|时间|傳送時間|收件人|收件者|主题|主旨|抄送|Sent|Date|To|Subject|Cc)[*]?\s*[：:]",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"^(?:--\s*|(?:发自|發自|来自)我?的?\s?\S{0,20}(?:手机|iPhone|iPad|邮箱|客户端|Mail|大师).{0,20}|Sent from my .{1,40}|Get Outlook for .{1,40})$"
)


def parted(text: str, ours: Sequence[Sequence[str]] = ()) -> tuple[str, str]:
    """(what is new, what is carried along). Joined by a line break they are the whole text again.

    `ours`: the signatures of our own letters, line by line. Where one stands in a mail and words follow it, these answer below our
    letter, whose lines no program marked: then nothing is folded.
    """
    lines = text.split("\n")
    place = _quote_begins(lines)
    place = min(place, _signature_begins(lines[:place], ours))
    new, along = "\n".join(lines[:place]), "\n".join(lines[place:])
    return (new, along) if new.strip() else (text, "")


def _quote_begins(lines: list[str]) -> int:
    for place, line in enumerate(lines):
        joined = f"{line.rstrip()} {lines[place + 1].strip()}" if place + 1 < len(lines) else line
        if BEGINS.match(line) or (joined != line and re.match(r"^\s*(?:On\b|在\s?20)", line) and BEGINS.match(joined)):
            return place if _only_quotes_follow(lines[place + 1 :]) else len(lines)
        if HEAD.match(line) and sum(1 for one in lines[place + 1 : place + 6] if HEAD_TOO.match(one)) >= 2:
            return place
    return _last_quotes(lines)


def _only_quotes_follow(lines: list[str]) -> bool:
    """Answers written between the lines of a quote are new: then nothing is folded."""
    marked = [line.lstrip().startswith(">") for line in lines if line.strip()]
    first = marked.index(True) if True in marked else -1
    return first < 0 or all(marked[first:]) or not any(marked[:3])


def _last_quotes(lines: list[str]) -> int:
    """Where the lines marked ">" at the end begin."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or lines[place - 1].lstrip().startswith(">")):
        place -= 1
    return place if any(line.lstrip().startswith(">") for line in lines[place:]) else len(lines)


def _signature_begins(lines: list[str], ours: Sequence[Sequence[str]]) -> int:
    """The first mark of a signature among the last twelve lines."""
    for place in range(max(len(lines) - 12, 0), len(lines)):
        if SIGNED.match(lines[place].rstrip("\r")) and place:
            return len(lines) if _answers_below(lines[place + 1 :], ours) else place
    return len(lines)


def _answers_below(lines: Sequence[str], ours: Sequence[Sequence[str]]) -> bool:
    """Does one of our own signatures begin here, and do words follow it?"""
    told = [line.strip() for line in lines]
    return any(told[: len(one)] == list(one) and any(told[len(one) :]) for one in ours)
