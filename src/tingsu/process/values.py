"""Reading what a step was given: from a page's form or an API body, through one set of checks."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.kernel.hours import read_hour
from tingsu.kernel.money import LIMIT_FEN, parse_yuan
from tingsu.kernel.spelling import fold, says_no_number, shows, tidy
from tingsu.kernel.telephones import holds_telephones, plain_telephones
from tingsu.process.steps import Field, Step, options_of

TEXT_LIMIT = {"text": 200, "longtext": 5000}
ROW_LIMIT = 40
SEVERAL = frozenset({"rows", "choices", "files"})
BLANK = {"text": "", "longtext": "", "choice": "", "hour": ""}
"""What a kind of field holds when nothing was given; the others hold None."""
DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
MOMENT = re.compile(
    rf"(?P<day>{DAY.pattern})[\st]*(?P<hour>\d{{1,2}})\s*(?:[:时点]\s*(?P<minute>[0-5]\d)\s*分?|[时点]整?)(?P<rest>(?::\d{{2}}(?:\.\d+)?)?(?:z|[+-]\d{{2}}:?\d{{2}})?)"
)
YEAR_OF_A_DOCUMENT = re.compile(r"〔[0-9]{4}〕")


class RowsInvalid(InvalidValue):
    """Lines of a table with their own refusals: {index: {field: refusal}}."""

    def __init__(self, rows: dict[int, dict[str, TingsuError]]) -> None:
        super().__init__(code="rows")
        self.rows = rows

    def body(self) -> dict[str, Any]:
        lines = {str(i): {name: e.body() for name, e in fields.items()} for i, fields in self.rows.items()}
        return {"code": self.code, "detail": str(self), "data": {"rows": lines}}


def clean(step: Step, raw: Mapping[str, Any], *, complaint: Any = None, zone: str = "Asia/Shanghai") -> dict[str, Any]:
    """The values of a step, checked. Raises InvalidInput with a sentence for each wrong field; unknown names are wrong."""
    errors: dict[str, TingsuError] = {}
    values = clean_fields(step.fields, raw, errors, complaint=complaint, zone=zone)
    known = {field.name for field in step.fields}
    for name in raw:
        if name not in known:
            errors[shown_name(name)] = InvalidValue(code="unknown_field")
    if errors:
        raise InvalidInput(errors)
    return values


def shown_name(name: Any) -> str:
    """The name of an unknown field as a refusal may repeat it: short, without signs that cannot be stored."""
    return "".join(sign for sign in str(name)[:60] if sign.isprintable())


def clean_fields(
    fields: tuple[Field, ...], raw: Mapping[str, Any], errors: dict[str, TingsuError], *, complaint: Any, zone: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        if field.keeps and field.name not in raw:
            continue
        given = raw.get(field.name)
        if field.when and not field.is_asked_by(str(_plain(values.get(field.when[0])))):
            values[field.name] = _empty(field)
            continue
        if given is None and not field.required:
            values[field.name] = [] if field.kind in SEVERAL else BLANK.get(field.kind)
            continue
        try:
            values[field.name] = _clean_one(field, given, complaint, zone)
        except InvalidValue as error:
            errors[field.name] = error
            values[field.name] = _empty(field)
    return values


def without_untouched(step: Step, raw: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, Any]:
    """A page's form without what it showed empty and got back empty: the person saw nothing there and changed nothing."""
    kept = {field.name for field in step.fields if field.keeps}
    return {
        name: value
        for name, value in raw.items()
        if name not in kept or not is_empty(value) or not is_empty(first.get(name))
    }


def is_empty(value: Any) -> bool:
    """Nothing was typed or chosen."""
    return value is None or value == "" or value == [] or (isinstance(value, str) and not shows(value))


def _plain(value: Any) -> Any:
    """A value as a condition names it; a box that nobody ticked is a no."""
    return "yes" if value is True else "no" if value is False or value is None else value


def _empty(field: Field) -> Any:
    return [] if field.kind in SEVERAL else BLANK.get(field.kind)


def _clean_one(field: Field, given: Any, complaint: Any, zone: str) -> Any:
    if is_empty(given):
        if field.required:
            raise InvalidValue(code="required")
        return _empty(field)
    return READERS[field.kind](field, given, complaint, zone)


def _text(field: Field, given: Any, complaint: Any, zone: str) -> str:
    if not isinstance(given, str):
        raise InvalidValue
    if "\x00" in given:
        raise InvalidValue(code="nul")
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise InvalidValue(code="nul") from error
    text = plain(field.name, tidy(given, lines=field.kind == "longtext"))
    limit = field.limit or TEXT_LIMIT[field.kind]
    if len(text) > limit:
        raise too_long(text, limit)
    return text


def plain(name: str, typed: str) -> str:
    """A text as its field keeps it, for whoever shows it before it is kept."""
    return plain_telephones(typed) if holds_telephones(name) else typed


def _bool(field: Field, given: Any, complaint: Any, zone: str) -> bool:
    if isinstance(given, bool):
        return given
    if given in ("yes", "on", "true", "1"):  # tuples: a program may send what has no hash
        return True
    if given in ("no", "off", "false", "0"):
        return False
    raise InvalidValue(code="choice")


def _choice(field: Field, given: Any, complaint: Any, zone: str) -> str:
    allowed = {str(code) for code, _label in options_of(field, complaint)}
    if isinstance(given, bool) and "yes" in allowed:
        given = "yes" if given else "no"
    if not isinstance(given, str) or given not in allowed:
        raise InvalidValue(code="choice")
    return given


def _choices(field: Field, given: Any, complaint: Any, zone: str) -> list[str]:
    if not isinstance(given, list) or len(given) > 200:
        raise InvalidValue(code="choice")
    chosen = [_choice(field, one, complaint, zone) for one in given]
    return list(dict.fromkeys(chosen))


def _number(field: Field, given: Any, complaint: Any, zone: str) -> int:
    if isinstance(given, bool):
        raise InvalidValue(code="number")
    if isinstance(given, int):
        number = given
    elif isinstance(given, str) and (number_typed := digits_of(given)):
        number = int(number_typed)
    else:
        raise InvalidValue(code="number")
    if not 0 <= number <= (field.limit or 10**9):
        raise InvalidValue(code="number")
    return number


def digits_of(typed: str) -> str:
    """A whole number of at most nine digits as it was typed, wide digits too; else nothing."""
    plain = "" if says_no_number(typed) else fold(typed)
    return plain if plain.isdigit() and len(plain) < 10 else ""


def _date(field: Field, given: Any, complaint: Any, zone: str) -> date:
    try:
        value = parse_date(_spelled_date(given)) if isinstance(given, str) else None
    except ValueError:
        value = None
    if value is None or not 1900 <= value.year <= 2200:
        raise InvalidValue(code="date")
    today = local_date(now(), zone)
    if field.past and value > today:
        raise InvalidValue(code="in_future", value=value.isoformat())
    if field.future and value < today:
        raise InvalidValue(code="in_past", value=value.isoformat())
    return value


def _spelled_date(typed: str) -> str:
    """The day as programs write it: 2026年3月5日, 2026/3/5, ２０２６．３．５ and 2026-03-05 are one."""
    plain = "" if says_no_number(typed) else fold(typed)
    read = DAY.fullmatch(plain)
    return f"{read[1]}-{int(read[2]):02d}-{int(read[3]):02d}" if read else plain


def _spelled_moment(typed: str) -> str:
    """Day and time as programs write them: 2026年3月5日 14：30, 2026/3/5 14时30分 and 2026-03-05T14:30 are one."""
    plain = "" if says_no_number(typed) else fold(typed)
    read = MOMENT.fullmatch(plain)
    if read is None:
        return plain.upper()
    return f"{_spelled_date(read['day'])}T{int(read['hour']):02d}:{read['minute'] or '00'}{read['rest'].upper()}"


def read_moment(typed: str) -> datetime | None:
    """Day and time as somebody or a program wrote them, with its zone if it names one; None for no moment. Raises ValueError for no day."""
    return parse_datetime(_spelled_moment(typed))


def _datetime(field: Field, given: Any, complaint: Any, zone: str) -> datetime:
    try:
        value = read_moment(given) if isinstance(given, str) else None
    except ValueError:
        value = None
    if value is None or not 1900 < value.year < 2200:
        raise InvalidValue(code="datetime")
    at = (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    if field.past and at > now():
        raise InvalidValue(code="in_future", value=value.strftime("%Y-%m-%d %H:%M"))
    if field.future and at <= now():
        raise InvalidValue(code="in_past", value=value.strftime("%Y-%m-%d %H:%M"))
    return at


def _hour(field: Field, given: Any, complaint: Any, zone: str) -> str:
    """A time of day as its code (`kernel.hours`)."""
    if not isinstance(given, str):
        raise InvalidValue(code="hour")
    return read_hour(given)


def _money(field: Field, given: Any, complaint: Any, zone: str) -> int:
    """Fen. A page sends yuan as text; a program sends fen as a whole number."""
    if isinstance(given, int) and not isinstance(given, bool):
        if 0 <= given <= LIMIT_FEN:
            return given
        raise InvalidValue(code="money_most" if given > 0 else "money")
    if not isinstance(given, str):
        raise InvalidValue(code="money")
    return parse_yuan(given)


def _id(field: Field, given: Any, complaint: Any, zone: str) -> uuid.UUID:
    code = field.kind if field.kind in {"member", "unit"} else "choice"
    try:
        value = given if isinstance(given, uuid.UUID) else uuid.UUID(str(given))
    except ValueError as error:
        raise InvalidValue(code=code) from error
    if field.source and str(value) not in {str(one) for one, _l in options_of(field, complaint)}:
        raise InvalidValue(code=code)
    return value


def _files(field: Field, given: Any, complaint: Any, zone: str) -> list[uuid.UUID]:
    if not isinstance(given, list) or len(given) > (field.limit or 20):
        raise InvalidValue(code="choice")
    return [_id(field, one, complaint, zone) for one in given]


def _rows(field: Field, given: Any, complaint: Any, zone: str) -> list[dict[str, Any]]:
    if not isinstance(given, list) or len(given) > (field.limit or ROW_LIMIT):
        raise InvalidValue(code="rows")
    cleaned, wrong = [], {}
    for index, line in enumerate(given):
        if not isinstance(line, Mapping):
            raise InvalidValue(code="rows")
        errors: dict[str, TingsuError] = {}
        cleaned.append(clean_fields(field.rows, line, errors, complaint=complaint, zone=zone))
        if errors:
            wrong[index] = errors
    if wrong:
        raise RowsInvalid(wrong)
    return cleaned


READERS: dict[str, Any] = {
    "text": _text,
    "longtext": _text,
    "bool": _bool,
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "hour": _hour,
    "money": _money,
    "member": _id,
    "unit": _id,
    "party": _id,
    "files": _files,
    "rows": _rows,
}


def from_post(step: Step, post: QueryDict) -> dict[str, Any]:
    """A page's form as the raw values of a step. Lines of a table come as `name-0-field`, empty lines are dropped."""
    return fields_from_post(step.fields, post, "")


def fields_from_post(fields: tuple[Field, ...], post: QueryDict, prefix: str) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for field in fields:
        name = prefix + field.name
        if field.kind in {"choices", "files"}:
            raw[field.name] = post.getlist(name)
        elif field.kind == "rows":
            raw[field.name] = _posted_rows(field, post, name)
        elif field.kind == "bool":
            raw[field.name] = post.get(name) or ("" if field.required else "no")
        else:
            raw[field.name] = post.get(name, "")
    return raw


def _posted_rows(field: Field, post: QueryDict, name: str) -> list[dict[str, Any]]:
    lines = []
    for index in range((field.limit or ROW_LIMIT) + 1):
        line = fields_from_post(field.rows, post, f"{name}-{index}-")
        if any(value not in ("", [], "no") for value in line.values()):
            lines.append(line)
    return lines


def has_empty_place(text: str) -> bool:
    """Is a place 〔…〕 of a ready-made wording still empty? The year in a document's number, as in 调字〔2026〕31号, is no such place."""
    return not {"〔", "〕"}.isdisjoint(YEAR_OF_A_DOCUMENT.sub("", text))


def refuse_placeholders(**texts: str) -> None:
    """A place that nobody filled in keeps a letter from leaving. Raises InvalidInput."""
    if empty := [name for name, text in texts.items() if has_empty_place(text)]:
        raise InvalidInput({name: InvalidValue(code="placeholder") for name in empty})


def split(step: Step, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Code data for the ledger, and the texts that are sealed beside it."""
    data: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for field in step.fields:
        value = values.get(field.name)
        if value in (None, "", []):
            continue
        if field.kind in {"text", "longtext"} or field.sealed:
            texts[field.name] = value
        elif field.kind == "rows":
            data[field.name] = [_split_row(field, line, index, texts) for index, line in enumerate(value)]
        else:
            data[field.name] = value
    return data, texts


def _split_row(field: Field, line: dict[str, Any], index: int, texts: dict[str, str]) -> dict[str, Any]:
    codes = {}
    for inner in field.rows:
        value = line.get(inner.name)
        if value in (None, "", []):
            continue
        if inner.kind in {"text", "longtext"}:
            texts[f"{field.name}.{index}.{inner.name}"] = value
        else:
            codes[inner.name] = value
    return codes
