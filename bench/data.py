"""Large archives for measurements: sealed like real ones, in twenty organisations of very unequal size, loaded by COPY.

Eight in ten complaints belong to the organisation of the cast, the rest to nineteen small ones (about one in a hundred
each). One in twenty is open. Loaded by the role that may bypass row-level security, on the embedded server only.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import Jsonb

SMALL = 19
CHUNK = 5000
VOCABULARY = (
    "退款 到账 商家 平台 客服 七天 页面 打款 订单 签收 破损 屏幕 漏液 换货 拒绝 会员 扣费 续费 充值 孩子 快递 物流 延误 中转 "
    "变质 生鲜 发票 抬头 重开 保价 差价 赠品 安装 师傅 上门 虚假 宣传 面料 成分 检测 假货 鉴定 账号 封禁 登录 余额 提现 侵权 "
    "图片 店铺 资质 直播 主播 预售 定金"
)
WORDS = VOCABULARY.split()
STATES = ("registered", "routing", "investigating", "handling", "feedback", "executing", "evaluating")


def load(count: int) -> uuid.UUID:
    """Make the cast, its small neighbours, and `count` complaints; gives the large organisation."""
    from tests.cast import build_cast
    from tingsu.kernel.models import Organisation

    build_cast()
    large = Organisation.objects.get(slug="test")
    if count:
        owners = {large.pk: _owners(large.pk)}
        for number in range(SMALL):
            owners |= _neighbour(number)
        _copy(count, large.pk, owners)
    return large.pk


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
    from tingsu.kernel.rows import insert_of

    database = conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"]
    dsn = make_conninfo(**{**conninfo_to_dict(os.environ["TINGSU_BENCH_DSN"]), "dbname": database})
    with psycopg.connect(dsn) as connection:
        with psycopg.connect(
            make_conninfo(**{**conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"]), "dbname": database})
        ) as owner:
            owner.execute("GRANT INSERT, SELECT ON ALL TABLES IN SCHEMA public TO tingsu_bench")
        pending: dict[Any, list[Any]] = {}
        for made, rows in enumerate(_complaints(count, large, owners), 1):
            for row in rows:
                pending.setdefault(type(row), []).append(row)
            if made % CHUNK == 0 or made == count:
                for model, waiting in pending.items():
                    names = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
                    _sql, columns = insert_of(model)
                    with connection.cursor().copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as out:
                        for row in waiting:
                            out.write_row([_value(row, name, convert) for name, convert in columns])
                pending = {}
                connection.commit()
                print(f"\r  {made:,} of {count:,} complaints", end="", flush=True)
        print()
    with psycopg.connect(
        make_conninfo(**{**conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"]), "dbname": database}), autocommit=True
    ) as owner:
        owner.execute("VACUUM ANALYZE")


def _value(row: Any, name: str, convert: Any) -> Any:
    value = getattr(row, name)
    if name == "words":
        return " ".join(f"'{word}'" for word in value)
    if convert is Jsonb:
        return Jsonb(value)
    return value if convert is None else convert(value)


def _complaints(count: int, large: uuid.UUID, owners: dict[uuid.UUID, list[uuid.UUID]]) -> Iterator[list[Any]]:
    from tingsu.clocks.models import Promise
    from tingsu.complaints.models import Complaint, Party, SearchEntry
    from tingsu.complaints.words import index_words
    from tingsu.kernel import crypto
    from tingsu.kernel.models import Stream

    dice = random.Random(7)  # noqa: S311 a measurement's dice
    small = [one for one in owners if one != large]
    now = datetime.now(UTC)
    for number in range(count):
        organisation_id = large if dice.random() < 0.8 else dice.choice(small)
        owner = dice.choice(owners[organisation_id])
        at = now - timedelta(seconds=dice.random() * 3 * 365 * 86400)
        is_open = dice.random() < 0.05
        complaint_id = _id(at, dice)
        key, wrapped = crypto.new_data_key(organisation_id)
        text = "，".join("".join(dice.choices(WORDS, k=4)) for _clause in range(8))
        due = now + timedelta(hours=dice.uniform(-48, 200))
        stream = Stream(id=complaint_id, organisation_id=organisation_id, kind="complaint", wrapped_key=wrapped)
        complaint = Complaint(
            id=complaint_id, organisation_id=organisation_id, stream_id=complaint_id, number=f"{at:%Y%m}-XF-{number + 10**6}",
            code_index=crypto.digest(complaint_id.bytes)[:17], problem_type="consumer", mode="internet", received_at=at,
            registered_at=at, entered_at=at, grade="general", owner_id=owner, first_owner_id=owner, product=dice.choice(WORDS),
            province=dice.choice(("11", "31", "33", "44")), state=dice.choice(STATES) if is_open else "archived",
            categories=[{"no": dice.randint(1, 34)}], acknowledged_at=at, next_due_at=due if is_open else None,
            next_due_kind="T07" if is_open else "", next_due_started_at=at if is_open else None,
        )  # fmt: skip
        for name, plain in (("summary", text[:40]), ("description", text)):
            setattr(complaint, name, key.seal(plain, f"complaint:{complaint_id}:{name}"))
        party_key, party_wrapped = crypto.new_data_key(organisation_id)
        party = Party(
            id=_id(at, dice),
            organisation_id=organisation_id,
            complaint_id=complaint_id,
            role="complainant",
            wrapped_key=party_wrapped,
        )
        for name, plain in (("name", "陈小满"), ("phone", f"138{number:08d}")):
            setattr(party, name, party_key.seal(plain, f"party:{party.pk}:{name}"))
        party.phone_index = crypto.blind_index(organisation_id, "phone", f"138{number:08d}")
        party.phone_tail_index = crypto.blind_index(organisation_id, "tail", f"{number % 10000:04d}")
        rows: list[Any] = [stream, complaint, party]
        rows.append(
            SearchEntry(id=complaint_id, organisation_id=organisation_id, received_at=at, words=index_words(text))
        )
        if is_open:
            rows.append(
                Promise(
                    id=_id(at, dice), organisation_id=organisation_id, stream_id=complaint_id, kind="T07", owner_id=owner,
                    started_at=at, due_at=due, policy_version=0, calendar_version=0,
                )
            )  # fmt: skip
        yield rows


def _id(at: datetime, dice: random.Random) -> uuid.UUID:
    """A UUIDv7 of its time, so that indexes lie as they would after years of work."""
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(
        int=(milliseconds << 80) | (7 << 76) | (dice.getrandbits(12) << 64) | (2 << 62) | dice.getrandbits(62)
    )
