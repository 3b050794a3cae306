"""What an attacker makes of a token that was seen: another one, whatever it ends with."""


def forged(token: str, signs: int = 1) -> str:
    """The token with other signs at its end. A constant at its end would be the token itself once in a while."""
    end = "b" * signs
    return token[:-signs] + (end if token[-signs:] != end else "c" * signs)
