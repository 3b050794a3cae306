"""What complaints have in common beside their category: order, merchant, address, telephone, batch, or nearly the same words (MO-02, TR-07).

Only keyed fingerprints are kept, one small row each; what stands behind one is read again from the text of a complaint by whoever may see
it. The job that follows the ledger makes them, so no registration pays; older complaints than any rule looks back to have none.
"""

import random
import re
import unicodedata
import uuid
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from tingsu.complaints.models import Complaint, OtherPhone, Party
from tingsu.figures.values import today
from tingsu.kernel import crypto
from tingsu.kernel.clock import day_around, local_date
from tingsu.kernel.crypto import Erased
from tingsu.kernel.fingerprints import name_key, order_key, phone_key
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.seals import first_id_of, instant_of
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.warning.models import Trace, Traced

ORDER, MERCHANT, ADDRESS, PHONE, BATCH, WORDS = "order", "merchant", "address", "phone", "batch", "words"
KINDS = (ORDER, MERCHANT, ADDRESS, PHONE, BATCH, WORDS)
TEXTS = ("summary", "description", "additional_info", "content_urls")
MOVES = (
    "complaint.registered", "complaint.registration_completed", "complaint.record_corrected", "complaint.person_corrected",
    "complaint.facts_added",
)  # fmt: skip
BACK = timedelta(days=140)
"""So old a complaint still gets traces: longer than the rules that ship look back."""
LONGEST, MOST = 6_000, 40
"""Signs of a text that are read, and traces of one complaint."""
SHINGLE, LEAST_SIGNS = 5, 30
BANDS, ROWS = 4, 5
"""Of nearly the same texts (nine of ten pieces) 97 of 100 share a band; of texts that share half their pieces one of eight."""
_URL = re.compile(
    r"(?:https?://(?:www\.)?|www\.)([A-Za-z0-9.-]+\.[A-Za-z]{2,}(?:/[^\s?#，。；、）)》”\"']*)?)", re.IGNORECASE
)
_ORDER = re.compile(
    r"(?:订单|单号|流水号?|order)\s*(?:号|编号|号码|no\.?|number)?[\s:：#是为]*([A-Za-z0-9][A-Za-z0-9-]{7,31})",
    re.IGNORECASE,
)
_BATCH = re.compile(
    r"(?:生产批[号次]|产品批[号次]|批号|批次号?|lot|batch)\s*(?:no\.?|number)?[\s:：#是为]*([A-Za-z0-9][A-Za-z0-9/-]{3,23})",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![A-Za-z0-9-])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|400[ -]?\d{3}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8})(?!\d)"
)
_SHOP = re.compile(r"([\u4e00-\u9fffA-Za-z0-9]{2,14}?(?:旗舰店|专营店|专卖店|官方店|自营店))")
_LEAD = re.compile(r"^(?:.*[在从向到找去跟和的是叫于由被])(?=[\u4e00-\u9fffA-Za-z0-9]{2})")
_chance = random.Random(7)  # noqa: S311 always the same, and no secret
_MIX = [(_chance.randrange(1, 1 << 31) | 1, _chance.randrange(1 << 32)) for _turn in range(BANDS * ROWS)]
Mark = tuple[str, bytes]


def of_text(text: str) -> dict[tuple[str, str], str]:
    """What a text names, as it is compared, and as it was written."""
    found: dict[tuple[str, str], str] = {}
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    for one in _URL.findall(text):
        found[ADDRESS, one.lower().rstrip("/.").removeprefix("www.")] = one
    for kind, pattern in ((ORDER, _ORDER), (BATCH, _BATCH)):
        for one in pattern.findall(text):
            if any(sign.isdigit() for sign in one):
                found[kind, order_key(one)] = one
    for one in _PHONE.findall(text):
        found[PHONE, phone_key(one)] = one
    for one in _SHOP.findall(text):
        shop = _LEAD.sub("", one)
        found[MERCHANT, name_key(shop)] = shop
    return found


def bands(text: str) -> list[str]:
    """By what nearly the same texts are found: of each band the smallest of its mixed pieces; nothing for a short text."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text[:LONGEST]).lower() if sign.isalnum())
    if len(plain) < LEAST_SIGNS:
        return []
    pieces = {zlib.crc32(plain[at : at + SHINGLE].encode()) for at in range(len(plain) - SHINGLE + 1)}
    least = [min((a * piece + b) & 0xFFFFFFFF for piece in pieces) for a, b in _MIX]
    return [f"{band}:{least[band * ROWS : (band + 1) * ROWS]}" for band in range(BANDS)]


def marks(complaint: Complaint, parties: Sequence[Party], others: Iterable[OtherPhone]) -> dict[Mark, str]:
    """The fingerprints of one complaint, each with what stands behind it where a text names it. Telephones of the parties are not counted."""
    organisation = complaint.organisation_id
    try:
        texts = [complaint.text(name) for name in TEXTS]
    except Erased:
        return {}
    own = {bytes(one.phone_index) for one in parties if one.phone_index} | {
        bytes(one.phone_index) for one in others if one.phone_index
    }
    found: dict[Mark, str] = {}
    for (kind, key), written in of_text("\n".join(texts)).items():
        mark = crypto.blind_index(organisation, "name" if kind == MERCHANT else kind, key)
        if not (kind == PHONE and mark in own):
            found[kind, mark] = written
    if complaint.order_index:
        found.setdefault((ORDER, bytes(complaint.order_index)), "")
    for one in parties:
        if one.role == "respondent" and one.name_index:
            found.setdefault((MERCHANT, bytes(one.name_index)), "")
    kept = dict(list(found.items())[:MOST])
    return kept | {(WORDS, crypto.blind_index(organisation, WORDS, one)): "" for one in bands(texts[1])}


def _read(ids: Sequence[uuid.UUID]) -> Iterator[tuple[Complaint, dict[Mark, str]]]:
    """The fingerprints of some complaints. Three queries."""
    parties: dict[uuid.UUID, list[Party]] = defaultdict(list)
    others: dict[uuid.UUID, list[OtherPhone]] = defaultdict(list)
    for party in Party.objects.filter(complaint_id__in=ids).only(
        "complaint_id", "role", "phone_index", "name_index", "organisation_id"
    ):
        parties[party.complaint_id].append(party)
    for one in OtherPhone.objects.filter(complaint_id__in=ids):
        others[one.complaint_id].append(one)
    for complaint in Complaint.objects.filter(pk__in=ids).select_related("stream"):
        yield complaint, marks(complaint, parties[complaint.pk], others[complaint.pk])


def keep(ids: Sequence[uuid.UUID]) -> int:
    """Make the traces of some complaints what their texts say now; how many are new. Twice changes nothing."""
    known: dict[uuid.UUID, set[Mark]] = defaultdict(set)
    for pk, kind, mark in Trace.objects.filter(complaint_id__in=ids, mark__isnull=False).values_list(
        "complaint_id", "kind", "mark"
    ):
        known[pk].add((kind, bytes(mark)))
    zone, fresh = current_organisation().time_zone, []
    for complaint, found in _read(ids):
        on = local_date(complaint.received_at, zone)
        fresh += [
            Trace(complaint=complaint, kind=kind, mark=mark, received_on=on)
            for kind, mark in found
            if (kind, mark) not in known[complaint.pk]
        ]
        if gone := [mark for kind, mark in known[complaint.pk] if (kind, mark) not in found]:
            Trace.objects.filter(complaint_id=complaint.pk, mark__in=gone).delete()
    Trace.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


BATCHES, EVENTS = 200, 5_000
SLACK, NIGHT = timedelta(minutes=2), timedelta(days=3)


def follow(*, night: bool = False) -> int:
    """The traces of complaints that were registered or corrected since the last time; how many complaints. Walks the ledger in slices."""
    began = datetime.now(UTC)
    reach = Traced.objects.filter(pk=current_organisation_id()).first()
    last = (
        uuid.UUID(int=0) if reach is None else first_id_of(min(reach.reached_at, began) - (NIGHT if night else SLACK))
    )
    since = day_around(today() - BACK, current_organisation().time_zone)[0]
    number = 0
    while rows := list(
        Event.objects.filter(pk__gt=last, stream__kind="complaint", kind__in=MOVES)
        .order_by("pk")
        .values_list("pk", "stream_id")[:EVENTS]
    ):
        moved = list(dict.fromkeys(case for _event, case in rows))
        young = list(
            Complaint.objects.filter(pk__in=moved, kind="complaint", received_at__gte=since).values_list(
                "pk", flat=True
            )
        )
        for start in range(0, len(young), BATCHES):
            keep(young[start : start + BATCHES])
        number += len(young)
        last = rows[-1][0]
        if len(rows) < EVENTS:
            break
        if not night:
            _reached(instant_of(last))
    _reached(began)
    return number


def _reached(at: datetime) -> None:
    Traced.objects.update_or_create(pk=current_organisation_id(), defaults={"reached_at": at})


def written_behind(ids: Sequence[uuid.UUID], wanted: Iterable[Mark]) -> dict[Mark, str]:
    """What stands behind some fingerprints, as the texts of these complaints name it. The caller answers for the right to see them."""
    left, found = set(wanted), dict[Mark, str]()
    for _complaint, told in _read(ids):
        found |= {mark: written for mark, written in told.items() if mark in left and written}
    return found


def common(
    ids: Iterable[uuid.UUID], around: date | None = None, days: int = 60, most: int = 400
) -> dict[Mark, set[uuid.UUID]]:
    """What some complaints share: with each other, or, with a day, with any that came within so many days of it; the newest `most` rows."""
    own = Trace.objects.filter(complaint_id__in=list(ids), mark__isnull=False)
    found: dict[Mark, set[uuid.UUID]] = defaultdict(set)
    for kind, mark, pk in own.values_list("kind", "mark", "complaint_id"):
        found[kind, bytes(mark)].add(pk)
    if around is not None and found:
        span = timedelta(days=days)
        rows = Trace.objects.filter(
            mark__in=[mark for _kind, mark in found], received_on__gte=around - span, received_on__lte=around + span
        ).order_by("-received_on")
        for kind, mark, pk in rows.values_list("kind", "mark", "complaint_id")[:most]:
            if (kind, bytes(mark)) in found:
                found[kind, bytes(mark)].add(pk)
    return {key: held for key, held in found.items() if len(held) > 1}


def by_kind(shared: Mapping[Mark, set[uuid.UUID]], but: uuid.UUID) -> dict[str, set[uuid.UUID]]:
    """The other complaints by what they share; of nearly the same words only those that share two bands."""
    found: dict[str, set[uuid.UUID]] = defaultdict(set)
    bands_of: dict[uuid.UUID, int] = defaultdict(int)
    for (kind, _mark), held in shared.items():
        for pk in held - {but}:
            if kind != WORDS:
                found[kind].add(pk)
                continue
            bands_of[pk] += 1
    if alike := {pk for pk, number in bands_of.items() if number > 1}:
        found[WORDS] = alike
    return {kind: found[kind] for kind in KINDS if kind in found}
