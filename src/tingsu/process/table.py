"""The table of all steps of one kind of thing, put together from the apps that declare them (AS-17)."""

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType

from tingsu.process.steps import Step


class StepTable(Mapping[str, Step]):
    """Steps by name. Apps declare the modules that hold them; each module lists its own as `STEPS`.

    `ids` is the order in which the table is read and its steps are offered, by their numbers (P01, E04, …). Steps of one
    number follow in the order of declaration; a number that is not in it comes last.
    """

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._places = {number: place for place, number in enumerate(ids)}
        self._steps: dict[str, Step] = {}
        self._homes: dict[str, str] = {}

    def declare(self, *modules: ModuleType) -> None:
        """Add the steps of these modules. Raises RuntimeError when a name is taken."""
        for module in modules:
            for step in module.STEPS:
                if step.name in self._steps:
                    raise RuntimeError(
                        f"the step {step.name} stands in {self._homes[step.name]} and in {module.__name__}"
                    )
                self._steps[step.name] = step
                self._homes[step.name] = module.__name__
        inside = sorted(self._steps.values(), key=lambda step: self._places.get(step.id, len(self._places)))
        self._steps = {step.name: step for step in inside}

    def home_of(self, name: str) -> str:
        """The module in which a step stands."""
        return self._homes[name]

    def __getitem__(self, name: str) -> Step:
        return self._steps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)
