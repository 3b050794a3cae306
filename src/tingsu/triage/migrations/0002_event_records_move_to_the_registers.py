"""Records of major and mass events become entries of the register kit: same id, stream, number, texts under the same key."""

import json
from datetime import UTC

from django.db import migrations

from tingsu.kernel import crypto
from tingsu.kernel.ids import new_id
from tingsu.kernel.words import index_words

REGISTER = "major_event"
WORDS = (
    "INSERT INTO registers_entrywords (id, organisation_id, register, opened_at, words) "
    "VALUES (%s, %s, %s, %s, array_to_tsvector(%s::text[]))"
)


def plain(at):
    """An instant as codes hold it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def move(apps, schema_editor):
    """Every record with its complaints and its statements. What has been erased stays unreadable."""
    event = apps.get_model("triage", "MajorEvent")
    for row in event.objects.select_related("stream").order_by("organisation_id", "opened_at", "id").iterator(500):
        move_one(apps, schema_editor, row)


def move_one(apps, schema_editor, row):
    registers, triage = (lambda name: apps.get_model("registers", name)), (lambda name: apps.get_model("triage", name))
    key = crypto.data_key(row.organisation_id, row.stream.wrapped_key) if row.stream.wrapped_key else None
    texts, codes = {}, {"kind": row.kind}

    def read(place, sealed, context):
        if key is not None and sealed and (text := key.open(sealed, context)):
            texts[place] = text

    for name in ("name", "story", "conclusion"):
        read(name, getattr(row, name), f"majorevent:{row.pk}:{name}")
    if lines := statements_of(apps, row):
        codes["statements"] = [codes_of(one) for one in lines]
    for place, one in enumerate(lines):
        read(f"statements.{place}.means", one.means, f"majorevententry:{one.pk}:means")
        read(f"statements.{place}.wording", one.text, f"majorevententry:{one.pk}:text")
    cases = list(triage("MajorEventCase").objects.filter(organisation_id=row.organisation_id, event_id=row.pk))
    told = apps.get_model("kernel", "Event").objects.filter(organisation_id=row.organisation_id, stream_id=row.pk)
    if told.filter(kind="major_event.joined").exists():
        codes["complaints"] = len(cases)
    content = json.dumps(texts, ensure_ascii=False)
    registers("Entry").objects.create(
        id=row.pk,
        organisation_id=row.organisation_id,
        stream_id=row.stream_id,
        register=REGISTER,
        number=row.number,
        state="closed" if row.closed_at else "open",
        entered_at=row.closed_at or row.opened_at,
        owner_id=row.opened_by,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        codes=codes,
        texts=key.seal(content, f"entry:{row.pk}:texts") if key else row.name,
        hands={"open": str(row.opened_by)} if row.opened_by else {},
    )
    registers("EntryFacet").objects.create(
        id=new_id(),
        organisation_id=row.organisation_id,
        entry_id=row.pk,
        register=REGISTER,
        name="kind",
        value=row.kind,
        opened_at=row.opened_at,
    )
    registers("EntryLink").objects.bulk_create(
        registers("EntryLink")(
            id=new_id(),
            organisation_id=row.organisation_id,
            entry_id=row.pk,
            other_id=case.complaint_id,
            kind="includes",
            made_by=case.joined_by,
            made_at=case.joined_at,
        )
        for case in cases
    )
    if texts:
        with schema_editor.connection.cursor() as cursor:
            words = index_words(*texts.values())
            cursor.execute(WORDS, [row.pk, row.organisation_id, REGISTER, row.opened_at, words])


def statements_of(apps, row):
    """In the order in which the ledger tells of them."""
    found = apps.get_model("triage", "MajorEventEntry").objects.filter(
        organisation_id=row.organisation_id, event_id=row.pk, kind="statement"
    )
    told = apps.get_model("kernel", "Event").objects.filter(
        organisation_id=row.organisation_id, stream_id=row.pk, kind="major_event.written"
    )
    order = {data["entry"]: seq for seq, data in told.values_list("seq", "data")}
    return sorted(found, key=lambda one: order.get(str(one.pk), 0))


def codes_of(one):
    line = {"entry": str(one.pk), "audience": one.audience, "author": str(one.author_id) if one.author_id else None}
    if one.approved_at:
        line["approver"] = str(one.approver_id) if one.approver_id else None
    if one.issued_at:
        line["issued_at"] = plain(one.issued_at)
    return line


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0001_initial"),
        ("registers", "0001_initial"),
        ("triage", "0001_initial"),
    ]

    operations = [migrations.RunPython(move)]
