"""Large archives for measurements: sealed like real ones, in twenty organisations of very unequal size, loaded by COPY.

Eight in ten complaints belong to the organisation of the cast, the rest to nineteen small ones (about one in a hundred
each). One in twenty is open. Loaded by the role that may bypass row-level security, on the embedded server only, once for
each size: measurements work on copies.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.place import REPOSITORY, drop_database, exists, home_database, own_database

SMALL = 19
CHUNK = 5000
TEXTS = 20_000
"""Different descriptions; each complaint has one of them."""
LOADERS = 2
VOCABULARY = (
    "退款 到账 商家 平台 客服 七天 页面 打款 订单 签收 破损 屏幕 漏液 换货 拒绝 会员 扣费 续费 充值 孩子 快递 物流 延误 中转 "
    "变质 生鲜 发票 抬头 重开 保价 差价 赠品 安装 师傅 上门 虚假 宣传 面料 成分 检测 假货 鉴定 账号 封禁 登录 余额 提现 侵权 "
    "图片 店铺 资质 直播 主播 预售 定金"
)
WORDS = VOCABULARY.split()
STATES = ("registered", "routing", "investigating", "handling", "feedback", "executing", "evaluating")


def own_archive(name: str, count: int) -> uuid.UUID:
    """A database of the measurement's own with the cast, its small neighbours and `count` complaints; the large organisation."""
    from tests.cast import build_cast
    from tingsu.kernel.models import Organisation

    if not count:
        own_database(name)
        build_cast()
    else:
        own_database(name, template=_loaded(count))
    return Organisation.objects.get(slug="test").pk


def _loaded(count: int) -> str:
    """The database that is copied; loaded when there is none of this size yet."""
    from tests.cast import build_cast
    from tingsu.kernel.models import Organisation

    # Later migrations are carried out on the copy.
    sources = sorted([*REPOSITORY.glob("src/tingsu/*/migrations/0001_*.py"), Path(__file__)])
    mark = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
    name = f"tingsu_bench_data_{count}_{mark}"
    if exists(name):
        return name
    home = home_database()
    own_database(f"{name}_new")
    build_cast()
    large = Organisation.objects.get(slug="test").pk
    owners = {large: _owners(large)}
    for number in range(SMALL):
        owners |= _neighbour(number)
    _copy(count, large, owners)
    drop_database(f"{name}_new", instead=home, keep_as=name)
    return name


def _owners(organisation_id: uuid.UUID) -> list[uuid.UUID]:
    from tingsu.kernel.tenancy import acting_for
    from tingsu.people.models import Member

    with acting_for(organisation_id):
        return list(Member.objects.values_list("pk", flat=True))


def _neighbour(number: int) -> dict[uuid.UUID, list[uuid.UUID]]:
    """A small organisation; the first of them is the cast's other one, with people who can sign in."""
    from tests.cast import LONG_AGO
    from tingsu.kernel import crypto
    from tingsu.kernel.ids import new_id
    from tingsu.kernel.models import Organisation

    if number == 0:
        other = Organisation.objects.get(slug="other")
        return {other.pk: _owners(other.pk)}
    organisation_id = new_id()
    Organisation(
        id=organisation_id,
        slug=f"small-{number}",
        name={"zh-Hans": f"小公司 {number}", "en": f"Small company {number}"},
        wrapped_key=crypto.new_organisation_key(organisation_id),
        created_at=LONG_AGO.replace(year=2025, month=2),
    ).save(force_insert=True)
    return {organisation_id: [new_id()]}


def _copy(count: int, large: uuid.UUID, owners: dict[uuid.UUID, list[uuid.UUID]]) -> None:
    from django.db import connections

    database = str(conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"])
    with _connect("OWNER", database) as owner:
        owner.execute("GRANT INSERT, SELECT ON ALL TABLES IN SCHEMA public TO tingsu_bench")
        indexes = _without_indexes(owner)
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        share = -(-count // LOADERS)
        loaders = [
            fork.Process(target=_copy_part, args=(database, first, min(first + share, count), count, large, owners))
            for first in range(0, count, share)
        ]
        for loader in loaders:
            loader.start()
        for loader in loaders:
            loader.join()
            if loader.exitcode:
                raise SystemExit("A loader failed.")
        print("\n  building the indexes", flush=True)
        owner.execute("SET maintenance_work_mem = '512MB'")
        for index in indexes:
            owner.execute(index)
        owner.execute("VACUUM ANALYZE")


def _connect(role: str, database: str) -> psycopg.Connection:
    return psycopg.connect(make_conninfo(os.environ[f"TINGSU_{role}_DSN"], dbname=database), autocommit=True)


def _without_indexes(owner: psycopg.Connection) -> list[sql.SQL]:
    """Drop the plain indexes of the loaded tables; gives the statements that make them again."""
    tables = [model._meta.db_table for model in _models()]
    found = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique",
        [tables],
    ).fetchall()
    for name, _definition in found:
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    return [sql.SQL(definition) for _name, definition in found]


def _models() -> list[Any]:
    from tingsu.clocks.models import Promise
    from tingsu.complaints.models import Complaint, Party, SearchEntry
    from tingsu.kernel.models import Stream

    return [Stream, Complaint, Party, SearchEntry, Promise]


def _copy_part(
    database: str, first: int, last: int, count: int, large: uuid.UUID, owners: dict[uuid.UUID, list[uuid.UUID]]
) -> None:
    lines = {model: Line(model) for model in _models()}
    with _connect("BENCH", database) as connection:
        pending: dict[Any, list[str]] = {model: [] for model in lines}
        for made, rows in enumerate(_complaints(first, last, count, large, owners), first + 1):
            for model, values in rows:
                pending[model].append(lines[model].text(values))
            if made % CHUNK == 0 or made == last:
                for model, waiting in pending.items():
                    columns = sql.SQL(", ").join(map(sql.Identifier, lines[model].columns))
                    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), columns)
                    with connection.cursor().copy(statement) as out:
                        out.write("".join(waiting))
                pending = {model: [] for model in lines}
                if first == 0:
                    print(f"\r  {made * LOADERS:,} of {count:,} complaints", end="", flush=True)


class Line:
    """A row of a table as a line of COPY, in which only what differs is written anew."""

    def __init__(self, model: Any) -> None:
        fields = model._meta.local_concrete_fields
        self.columns = [field.column for field in fields]
        self._place = {field.attname: place for place, field in enumerate(fields)}
        blank = model(id=uuid.UUID(int=0), organisation_id=uuid.UUID(int=0))
        self._usual = [_text(getattr(blank, field.attname)) for field in fields]

    def text(self, values: dict[str, Any]) -> str:
        line = self._usual.copy()
        for name, value in values.items():
            line[self._place[name]] = _text(value)
        return "\t".join(line) + "\n"


def _text(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n")


def _texts() -> list[tuple[str, str]]:
    """Descriptions, and their words as the search table keeps them."""
    from tingsu.kernel.words import index_words

    dice = random.Random(7)  # noqa: S311 a measurement's dice
    found = []
    for _number in range(TEXTS):
        text = "，".join("".join(dice.choices(WORDS, k=4)) for _clause in range(8))
        found.append((text, " ".join(f"'{word}'" for word in index_words(text))))
    return found


def _complaints(
    first: int, last: int, count: int, large: uuid.UUID, owners: dict[uuid.UUID, list[uuid.UUID]]
) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    from tingsu.complaints import work_order
    from tingsu.kernel import crypto

    stream_table, complaint_table, party_table, search_table, promise_table = _models()
    dice = random.Random(first)  # noqa: S311 a measurement's dice
    small = [one for one in owners if one != large]
    texts = _texts()
    now = datetime.now(UTC)
    for number in range(first, last):
        organisation_id = large if dice.random() < 0.8 else dice.choice(small)
        owner = dice.choice(owners[organisation_id])
        # In the order in which they came, so that tables and indexes lie as they would after years of work.
        at = now - timedelta(seconds=(1 - (number + dice.random()) / count) * 3 * 365 * 86400)
        is_open = dice.random() < 0.05
        complaint_id, party_id = _id(at, dice), _id(at, dice)
        here = {"organisation_id": organisation_id}
        key, wrapped = crypto.new_data_key(organisation_id)
        text, words = dice.choice(texts)
        due = now + timedelta(hours=dice.uniform(-48, 200))
        complaint: dict[str, Any] = {
            **here, "id": complaint_id, "stream_id": complaint_id, "number": f"{at:%Y%m}-XF-{number + 10**6}",
            "code_index": crypto.digest(complaint_id.bytes)[:17], "problem_type": "consumer", "mode": "internet",
            "received_at": at, "registered_at": at, "entered_at": at, "grade": "general", "owner_id": owner,
            "first_owner_id": owner, "product": dice.choice(WORDS), "province": dice.choice(("11", "31", "33", "44")),
            "state": dice.choice(STATES) if is_open else "archived", "categories": [{"no": dice.randint(1, 34)}],
            "acknowledged_at": at,
            "summary": key.seal(text[:40], f"complaint:{complaint_id}:summary"),
            "description": key.seal(text, f"complaint:{complaint_id}:description"),
        }  # fmt: skip
        if is_open:
            complaint |= {"next_due_at": due, "next_due_kind": "progress_feedback", "next_due_started_at": at}
            complaint |= {"work_key": work_order.key_of(work_order.REST, due, "Asia/Shanghai")}
        party_key, party_wrapped = crypto.new_data_key(organisation_id)
        phone = f"138{number:08d}"
        party = {
            **here, "id": party_id, "complaint_id": complaint_id, "role": "complainant", "wrapped_key": party_wrapped,
            "name": party_key.seal("陈小满", f"party:{party_id}:name"),
            "phone": party_key.seal(phone, f"party:{party_id}:phone"),
            "phone_index": crypto.blind_index(organisation_id, "phone", phone),
            "phone_tail_index": crypto.blind_index(organisation_id, "tail", phone[-4:]),
        }  # fmt: skip
        rows = [
            (stream_table, {**here, "id": complaint_id, "kind": "complaint", "wrapped_key": wrapped}),
            (complaint_table, complaint),
            (party_table, party),
            (search_table, {**here, "id": complaint_id, "received_at": at, "words": words}),
        ]
        if is_open:
            promise = {
                **here, "id": _id(at, dice), "stream_id": complaint_id, "kind": "progress_feedback", "owner_id": owner, "started_at": at,
                "due_at": due, "policy_version": 0, "calendar_version": 0,
            }  # fmt: skip
            rows.append((promise_table, promise))
        yield rows


def _id(at: datetime, dice: random.Random) -> uuid.UUID:
    """A UUIDv7 of its time, so that indexes lie as they would after years of work."""
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(
        int=(milliseconds << 80) | (7 << 76) | (dice.getrandbits(12) << 64) | (2 << 62) | dice.getrandbits(62)
    )
