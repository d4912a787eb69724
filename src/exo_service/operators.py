"""The public scheduling operators of Exo, and those that are no gene kinds, each with its reason."""

import exo.stdlib.scheduling as scheduling

NO_GENE = {
    "rename": "changes only the name of the kernel, by which its caller knows it",
    "make_instr": "makes an instruction of the whole kernel, which is then nothing to run",
    "set_window": "changes how an array is passed to the kernel; its caller passes it as it does",
    "insert_noop_call": "takes a call with all its arguments as text; no instruction of ours does nothing",
    "rewrite_expr": "takes the new expression as text; `simplify` rewrites what is worth rewriting",
    "bind_config": "takes a number or truth value of the kernel's; configurations of ours hold strides and a constant",
    "call_site_mem_aware_replace": "is `replace`; memories are compared when C is generated",
    "replace_all": "is `replace` wherever it succeeds",
    "replace_once": "is `replace` where it first succeeds",
    "lift_if": "is `lift_scope` several times",
    "repeat": "takes another operator, and applies it until it is refused",
    "sched_seq": "takes a list of other operators",
    "loop_hack": "takes another operator; deprecated by Exo",
}


def public() -> list[str]:
    """Names of all that Exo publishes for scheduling, in alphabetical order: functions, not types or exceptions."""
    plain = {"is_atomic_scheduling_op", "sched_op", "check_call_mem_types"}  # make or ask about operators, are none
    return sorted(
        name
        for name, value in vars(scheduling).items()
        if not name.startswith("_") and callable(value) and not isinstance(value, type) and name not in plain
    )
