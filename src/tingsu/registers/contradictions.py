"""What a declaration of a register may not say: names that it does not have, ends that never come. Found at start, never by a reader."""

from collections.abc import Iterable

from tingsu.registers.declaration import FILTERED, WHOLE_STATES, Faulty, Register


def check(register: Register, others: Iterable[Register]) -> None:
    """Raises Faulty for a declaration that names what it does not have, or is mistaken for another one."""
    states = set(register.state_by_code)
    named = {
        register.title,
        *register.columns,
        *register.filters,
        *register.personal,
        *register.own_part,
        *register.of_the_firm,
    }
    named |= {
        one for one in (register.owner, register.unit, register.graded, register.speaks_of, register.expires) if one
    }
    named |= {due.field for due in register.dues}
    if unknown := named - set(register.by_name):
        raise Faulty(f"the register {register.name} names {', '.join(sorted(unknown))}, which are none of its fields")
    if (again := register.recurs) is not None:
        named |= {again.interval, again.counts_from, again.next_on}
        if unknown := named - set(register.by_name) | set(again.after) - {do.name for do in register.steps}:
            raise Faulty(f"what returns in the register {register.name} names what is not there: {sorted(unknown)}")
        if (again.next_on, again.timer) not in {(due.field, due.timer) for due in register.dues}:
            raise Faulty(f"the next day in the register {register.name} is no date that becomes a promise")
    for do in register.steps:
        if wrong := {*do.sources, *([do.target] if do.target else [])} - states:
            raise Faulty(f"the step {do.name} of {register.name} names states that are not there: {sorted(wrong)}")
    if unknown := {*register.alone_in, *([register.one_by_one] if register.one_by_one else [])} - states:
        raise Faulty(f"the register {register.name} speaks of states that are not there: {sorted(unknown)}")
    if states & set(WHOLE_STATES):
        raise Faulty(f"a state of the register {register.name} is called as lists call all open or all ended ones")
    if not any(not state.open for state in register.states):
        raise Faulty(f"nothing in the register {register.name} ever ends")
    if any(register.by_name[name].kind not in FILTERED for name in register.filters):
        raise Faulty(f"the register {register.name} filters by a field that cannot be filtered by")
    if register.graded and not (isinstance(options := register.by_name[register.graded].options, tuple) and options):
        raise Faulty(f"the register {register.name} is graded by a field without choices of its own")
    _ = register.opens, register.process
    if twice := [one.name for one in others if one.prefix == register.prefix and one.name != register.name]:
        raise Faulty(
            f"the registers {register.name} and {twice[0]} would number their entries alike: {register.prefix}"
        )
