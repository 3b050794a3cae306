"""What a solution says beside its measures: conditions (RM-01) and chosen response options (RM-04)."""

import pytest

from tests.cast import Cast
from tingsu.kernel.errors import InvalidInput
from tingsu.settlement.models import Solution
from tingsu.settlement.panels import remedies_context
from tingsu.settlement.steps.solution import solution_to_go_on_from
from tingsu.settlement.tests.journey import RESPONDENT, handled
from tingsu.settlement.wording import letter_text, respondent_text, words_for


@pytest.mark.req("RM-01")
def test_the_conditions_of_a_solution_are_told_to_the_complainant_and_kept_from_version_to_version(cast: Cast) -> None:
    condition = "商品须在 3 月 9 日前寄回。"
    journey = handled(cast, **RESPONDENT)
    journey.step(journey.owner, "draft_solution", **journey.solution(conditions=condition))
    solution = Solution.objects.get()
    assert condition.encode() not in bytes(solution.conditions)
    assert solution_to_go_on_from(journey.owner.actor, journey.complaint)["conditions"] == condition
    assert f"附带条件：{condition}" in letter_text(solution)
    assert condition in words_for(solution, "complainant")
    assert condition not in words_for(solution, "respondent")
    assert condition not in respondent_text(solution)
    shown = remedies_context(cast.supervisor.actor, journey.complaint)
    assert shown is not None
    assert str(shown["conditions"]) == condition
    journey.step(journey.owner, "draft_solution", **journey.solution(conditions=""))
    assert "附带条件" not in letter_text(Solution.objects.get(version=2))


@pytest.mark.req("RM-04")
@pytest.mark.parametrize(
    ("chosen", "shown"), [([], ["补偿"]), (["R1"], ["退款"]), (["R13", "R10"], ["补偿", "说明由于投诉带来的变化"])]
)
def test_response_options_are_chosen_or_follow_from_the_measures(
    cast: Cast, chosen: list[str], shown: list[str]
) -> None:
    journey = handled(cast)
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "draft_solution", **journey.solution(responses=["R14"]))
    assert set(refused.value.fields) == {"responses"}
    journey.step(journey.owner, "draft_solution", **journey.solution(responses=chosen))
    found = remedies_context(cast.supervisor.actor, journey.complaint)
    assert found is not None
    assert found["responses"] == shown
    assert solution_to_go_on_from(journey.owner.actor, journey.complaint)["responses"] == chosen
