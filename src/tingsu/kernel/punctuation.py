"""What stands between words that code puts together, in the language of the moment: "甲、乙" and "a, b"."""

from collections.abc import Iterable

from django.utils.translation import get_language


def chinese() -> bool:
    return (get_language() or "").lower().startswith("zh")


def in_brackets(words: object) -> str:
    """What is added to a word before it: " (3 days late)", and "（延迟 3 天）", which touches it."""
    return f"（{words}）" if chinese() else f" ({words})"


def colon() -> str:
    """After a label whose words stand apart from it."""
    return "：" if chinese() else ": "


def labelled(label: object) -> str:
    """A label whose words follow: "Limit: ", "时限："; a question has its own mark and no colon behind it."""
    if str(label).endswith(("?", "？")):
        return f"{label}{'' if chinese() else ' '}"
    return f"{label}{colon()}"


def after_label(label: object, words: object) -> str:
    """What a label says: "Limit: 3 days", and "时限：3 天" with the colon of the language."""
    return f"{labelled(label)}{words}"


def listed(words: Iterable[object]) -> str:
    """Words one after the other: "甲、乙", "a, b"."""
    return ("、" if chinese() else ", ").join(map(str, words))


def apart(sentences: Iterable[object]) -> str:
    """Sentences or groups of words, one after the other: "甲；乙", "a; b"."""
    return ("；" if chinese() else "; ").join(map(str, sentences))


def within(words: object) -> str:
    """What somebody wrote, in the middle of a line of ours: without the stop at its end, or two marks would follow each other."""
    return str(words).rstrip(" \n。．.；;，,、")
