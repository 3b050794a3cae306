"""SQL by hand of the facts: which complaints moved, and the one statement that makes the rows of a batch from case and history."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tingsu.kernel import sql
from tingsu.kernel.tenancy import current_organisation_id

# What moved since an id of the ledger. The head of the history and the fact are compared, so that reading an event twice costs nothing.
MOVED = """
SELECT s.id FROM kernel_stream s
JOIN (SELECT DISTINCT e.stream_id FROM kernel_event e WHERE e.organisation_id = %(organisation)s AND e.id > %(since)s) m
    ON m.stream_id = s.id
LEFT JOIN figures_fact f ON f.organisation_id = s.organisation_id AND f.id = s.id
WHERE s.organisation_id = %(organisation)s AND s.kind = 'complaint' AND f.seq IS DISTINCT FROM s.last_seq
ORDER BY s.id LIMIT %(most)s
"""
AFTER = """
SELECT c.id, c.received_at FROM complaints_complaint c WHERE c.organisation_id = %(organisation)s AND c.id > %(after)s
ORDER BY c.id LIMIT %(most)s
"""
BEHIND = """
SELECT s.id FROM kernel_stream s LEFT JOIN figures_fact f ON f.organisation_id = s.organisation_id AND f.id = s.id
WHERE s.organisation_id = %(organisation)s AND s.kind = 'complaint' AND f.seq IS DISTINCT FROM s.last_seq
ORDER BY s.id LIMIT %(most)s
"""
REACHED = """
INSERT INTO figures_reach (id, organisation_id, reached_at) VALUES (%(organisation)s, %(organisation)s, %(at)s)
ON CONFLICT (organisation_id, id) DO UPDATE SET reached_at = greatest(figures_reach.reached_at, excluded.reached_at)
"""
TIMERS = {
    "first_reply": "first_reply",
    "feedback": "progress_feedback",
    "start": "handling_start",
    "urgent": "urgent_response",
    "push": "push_to_investigation",
    "repeat": "repeat_solution",
}
"""Time limits that are counted by themselves: the columns `kept_…` and `missed_…`, and the timer (KP-04 to KP-08)."""


def _minutes(end: str, start: str = "c.received_at") -> str:
    return f"CASE WHEN {end} IS NOT NULL THEN greatest(0, floor(extract(epoch FROM {end} - {start}) / 60))::int END"


def _same(*names: str) -> dict[str, str]:
    return {name: f"c.{name}" for name in names}


def _waited(on: str) -> str:
    return f"coalesce(w.{on}, 0)"


COLUMNS: dict[str, str] = {
    "id": "c.id",
    "organisation_id": "c.organisation_id",
    "seq": "s.last_seq",
    **_same("kind", "problem_type", "object_type", "scene", "mode", "channel", "province", "product_type", "customer_type"),
    '"group"': 'c."group"',
    "categories": "coalesce(n.numbers, '{}')",
    "category": "n.numbers[1]",
    **_same("anonymous", "withdrawn", "remedy_requested", "state", "grade", "urgency", "major", "crisis", "difficult"),
    **{f"{risk}_risk": f"c.risk_marks @> '[\"{risk}\"]'::jsonb" for risk in ("opinion", "litigation", "penalty")},
    "respondent": "coalesce(r.kind, '')",
    **_same("repeated", "repeat_count", "escalation_level", "severity", "complexity", "investigation_mode", "verdict"),
    **_same("outcome", "department_id", "lead_unit_id", "unit_concerned_id"),
    "responsible": "coalesce(i.responsible, '')",
    "supplier_id": "h.unit_id",
    "received_on": "(c.received_at AT TIME ZONE %(zone)s)::date",
    "received_hour": "extract(hour FROM c.received_at AT TIME ZONE %(zone)s)",
    "closed_on": "(c.closed_at AT TIME ZONE %(zone)s)::date",
    "rated_on": "(o.rated_at AT TIME ZONE %(zone)s)::date",
    "registered_after": _minutes("c.registered_at"),
    "acknowledged_after": _minutes("c.acknowledged_at"),
    "first_action_after": _minutes("c.first_action_at"),
    "investigated_after": _minutes("c.investigated_at"),
    "replied_after": _minutes("c.first_reply_at"),
    "answered_after": _minutes("c.answered_at"),
    "closed_after": _minutes("c.closed_at"),
    "archived_after": _minutes("c.archived_at", "c.closed_at"),
    "replied_after_working": "k.replied",
    "answered_after_working": "k.answered",
    "closed_after_working": "k.closed",
    "closed_after_days": "k.days",
    "waited_complainant": _waited("complainant"),
    "waited_department": _waited("department"),
    "waited_respondent": _waited("respondent"),
    "waited_outside": _waited("outside"),
    "stages": "coalesce(g.stages, '{}')",
    "returns": "coalesce(v.returns, 0)",
    "reopened": "coalesce(i.reopened, 0)",
    "solved_at_once": "coalesce(v.at_once, false)",
    "limits_kept": "coalesce(p.kept, 0)",
    "limits_missed": "coalesce(p.missed, 0)",
    **{f"{sort}_{name}": f"coalesce(p.{sort}_{name}, 0)" for name in TIMERS for sort in ("kept", "missed")},
    "score": "o.score",
    "paid_fen": "coalesce(x.paid, 0)",
    "cost_fen": "coalesce(y.cost, 0)",
    "asked_fen": "coalesce(d.asked, 0)",
    "outside": "coalesce(u.gone, false)",
    "outside_fen": "u.spent",
    "avoided_fen": "CASE WHEN c.closed_at IS NOT NULL AND c.outcome IN ('accepted', 'unfounded_answered') AND NOT coalesce(u.gone, false) "
    "THEN greatest(0, coalesce(d.asked, 0) - coalesce(x.paid, 0)) ELSE 0 END",
}  # fmt: skip
"""Each column of a fact, and what it is made from."""
KEPT, MISSED = "ending = 'met' AND breached_at IS NULL", "breached_at IS NOT NULL"
_LIMITS = ", ".join(
    f"count(*) FILTER (WHERE kind = '{timer}' AND {how}) AS {sort}_{name}"
    for name, timer in TIMERS.items()
    for sort, how in (("kept", KEPT), ("missed", MISSED))
)
_WAITS = ", ".join(
    f"floor(coalesce(sum(extract(epoch FROM until - since)) FILTER (WHERE \"on\" = '{on}'), 0) / 60)::int AS {on}"
    for on in ("complainant", "department", "respondent", "outside")
)


def _mine(table: str, key: str = "complaint_id") -> str:
    return f"FROM {table} WHERE organisation_id = %(organisation)s AND {key} = ANY(%(ids)s)"


def _worked(day: str, at: str) -> str:
    """Working minutes of the calendar up to an instant: those of the days before, and of the day's blocks as far as it has gone."""
    gone = f"extract(epoch FROM {at} - {day}.day) / 60"
    blocks = f"generate_series(1, cardinality({day}.blocks), 2) AS b"
    part = f"greatest(0, least({day}.blocks[b + 1], {gone}) - {day}.blocks[b])"
    return f"({day}.minutes + coalesce((SELECT sum({part}) FROM {blocks}), 0))"  # noqa: S608 names of our own


_SPAN = f"floor({_worked('z', 'l.ended')} - {_worked('a', 'l.began')})::int"
FOLD = f"""
WITH c AS MATERIALIZED (
    SELECT * FROM complaints_complaint WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s)
), calendars AS MATERIALIZED (
    SELECT * FROM unnest(%(version)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[], %(zones)s::text[])
        AS d (version, since, until, zone)
), days AS MATERIALIZED (
    SELECT d.version, d.day, d.number, d.minutes, d.blocks::int[] AS blocks
    FROM unnest(%(of)s::int[], %(day)s::date[], %(number)s::int[], %(minutes)s::int[], %(blocks)s::text[])
        AS d (version, day, number, minutes, blocks)
), spans AS (
    SELECT c.id, l.what, d.version, c.received_at AT TIME ZONE d.zone AS began, l.ended AT TIME ZONE d.zone AS ended
    FROM c CROSS JOIN LATERAL (
        VALUES ('replied', c.first_reply_at), ('answered', c.answered_at), ('closed', c.closed_at)
    ) AS l (what, ended) JOIN calendars d ON l.ended >= d.since AND l.ended < d.until
), k AS (
    SELECT l.id, max(span) FILTER (WHERE what = 'replied') AS replied, max(span) FILTER (WHERE what = 'answered') AS answered,
        max(span) FILTER (WHERE what = 'closed') AS closed, max(passed) FILTER (WHERE what = 'closed') AS days
    FROM spans l
    JOIN days z ON z.version = l.version AND z.day = l.ended::date
    JOIN days a ON a.version = l.version AND a.day = l.began::date
    CROSS JOIN LATERAL (SELECT greatest(0, {_SPAN}) AS span, greatest(0, z.number - a.number) AS passed) AS t
    GROUP BY l.id
), h AS (
    SELECT DISTINCT ON (c.id) c.id, u.id AS unit_id FROM c
    JOIN people_post t ON t.organisation_id = c.organisation_id AND t.member_id = c.owner_id
        AND t.since <= coalesce(c.closed_at, %(at)s) AND (t.until IS NULL OR t.until > coalesce(c.closed_at, %(at)s))
    JOIN people_unit u ON u.organisation_id = t.organisation_id AND u.id = t.unit_id AND u.supplier <> ''
    ORDER BY c.id, t.since DESC, t.id DESC
), n AS (
    SELECT c.id, (SELECT array_agg((j.value ->> 'no')::smallint ORDER BY j.place)
        FROM jsonb_array_elements(c.categories) WITH ORDINALITY AS j (value, place)) AS numbers FROM c
), r AS (
    SELECT DISTINCT ON (complaint_id) complaint_id AS id, kind {_mine("complaints_party")} AND role = 'respondent'
    ORDER BY complaint_id, complaints_party.id
), moves AS MATERIALIZED (
    SELECT e.stream_id AS id, e.seq, e.at, e.data #>> '{{set,state,0}}' AS left_state, e.data #>> '{{set,state,1}}' AS state
    FROM kernel_event e WHERE e.organisation_id = %(organisation)s AND e.stream_id = ANY(%(ids)s)
        AND e.data #> '{{set,state}}' IS NOT NULL
), walked AS (
    SELECT m.*, coalesce(lag(m.at) OVER each, c.registered_at) AS since,
        m.state = ANY (array_agg(m.left_state) OVER each) AS back
    FROM moves m JOIN c ON c.id = m.id WINDOW each AS (PARTITION BY m.id ORDER BY m.seq)
), v AS (
    SELECT id, count(*) FILTER (WHERE back) AS returns, bool_or(left_state = 'registered' AND state = 'evaluating') AS at_once
    FROM walked GROUP BY id
), g AS (
    SELECT id, jsonb_object_agg(left_state, stayed) AS stages FROM (
        SELECT id, left_state, floor(sum(extract(epoch FROM at - since)) / 60)::int AS stayed FROM walked GROUP BY id, left_state
    ) AS stays GROUP BY id
), w AS (
    SELECT stream_id AS id, {_WAITS} {_mine("clocks_waitinginterval", "stream_id")} AND until IS NOT NULL GROUP BY stream_id
), p AS (
    SELECT stream_id AS id, count(*) FILTER (WHERE {KEPT}) AS kept, count(*) FILTER (WHERE {MISSED}) AS missed, {_LIMITS}
    {_mine("clocks_promise", "stream_id")} AND NOT kind = ANY(%(theirs)s) GROUP BY stream_id
), i AS (
    SELECT complaint_id AS id, count(*) FILTER (WHERE reopened <> '') AS reopened, (
        array_agg((SELECT s ->> 'party' FROM jsonb_array_elements(responsibility) s
                GROUP BY 1 ORDER BY sum((s ->> 'share')::int) DESC, 1 LIMIT 1)
            ORDER BY round DESC) FILTER (WHERE state = 'concluded')
    )[1] AS responsible
    {_mine("casework_investigation")} GROUP BY complaint_id
), o AS (
    SELECT DISTINCT ON (t.complaint_id) t.complaint_id AS id, t.score, t.at AS rated_at FROM (
        SELECT complaint_id, notice_id, score, rated_at AS at, 0 AS heard, 0 AS attempt {_mine("aftercare_rating")}
        UNION ALL
        SELECT complaint_id, notice_id, score, called_at, 1, attempt {_mine("aftercare_callback")} AND score IS NOT NULL
    ) AS t JOIN aftercare_resultnotice q
        ON q.organisation_id = %(organisation)s AND q.id = t.notice_id AND q.superseded_at IS NULL
    ORDER BY t.complaint_id, t.heard, t.attempt DESC
), x AS (
    SELECT complaint_id AS id, sum(paid_fen) AS paid {_mine("settlement_executionitem")} GROUP BY complaint_id
), y AS (
    SELECT complaint_id AS id, sum(amount_fen) AS cost {_mine("settlement_cost")} GROUP BY complaint_id
), d AS (
    SELECT complaint_id AS id, sum(amount_fen) AS asked {_mine("complaints_demand")} GROUP BY complaint_id
), u AS (
    SELECT complaint_id AS id, bool_or(filed_on IS NOT NULL OR state IN ('filed', 'decided')) AS gone, sum(costs_fen) AS spent
    {_mine("settlement_outsidecase")} GROUP BY complaint_id
)
INSERT INTO figures_fact ({", ".join(COLUMNS)})
SELECT {", ".join(COLUMNS.values())}
FROM c JOIN kernel_stream s ON s.organisation_id = c.organisation_id AND s.id = c.id
    LEFT JOIN k ON k.id = c.id LEFT JOIN n ON n.id = c.id LEFT JOIN r ON r.id = c.id LEFT JOIN h ON h.id = c.id LEFT JOIN v ON v.id = c.id
    LEFT JOIN g ON g.id = c.id LEFT JOIN w ON w.id = c.id LEFT JOIN p ON p.id = c.id LEFT JOIN i ON i.id = c.id
    LEFT JOIN o ON o.id = c.id LEFT JOIN x ON x.id = c.id LEFT JOIN y ON y.id = c.id
    LEFT JOIN d ON d.id = c.id LEFT JOIN u ON u.id = c.id
ON CONFLICT (organisation_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in {"id", "organisation_id"})}
WHERE excluded.seq >= figures_fact.seq
"""  # noqa: S608 names of our own tables and columns


def _asked(statement: str, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """A statement with named places as one with numbered ones, and its values in their order."""
    given = {"organisation": current_organisation_id(), **given}
    values: list[Any] = []

    def place(found: re.Match[str]) -> str:
        values.append(given[found[1]])
        return "%s"

    return re.sub(r"%\((\w+)\)s", place, statement), values


def moved(since: uuid.UUID, most: int) -> list[uuid.UUID]:
    """Complaints with an event after an id of the ledger that their facts do not know."""
    statement, values = _asked(MOVED, {"since": since, "most": most})
    return [row[0] for row in sql.rows_of(statement, *values)]


def behind(most: int) -> list[uuid.UUID]:
    """Complaints whose facts do not know all of their history, wherever the folding has come to."""
    statement, values = _asked(BEHIND, {"most": most})
    return [row[0] for row in sql.rows_of(statement, *values)]


def after(last: uuid.UUID, most: int) -> list[tuple[uuid.UUID, datetime]]:
    """Complaints in the order of their ids, with the instant of receipt."""
    statement, values = _asked(AFTER, {"after": last, "most": most})
    return [(row[0], row[1]) for row in sql.rows_of(statement, *values)]


def fold(ids: Sequence[uuid.UUID], given: Mapping[str, Any]) -> int:
    """Make the facts of some complaints anew from what stands in this instant; how many."""
    statement, values = _asked(FOLD, {"ids": list(ids), **given})
    return sql.change(statement, *values)


def reached(at: datetime) -> None:
    """Remember how far the ledger was folded; never backwards."""
    statement, values = _asked(REACHED, {"at": at})
    sql.change(statement, *values)
