"""Named scheduling functions of Gemmini experts, each built of Exo primitives only and addressed by the names of `sites`."""

from . import accumulators, hoisting, loads, nests, pipelining, placement, sinking, stores, weights
from .tensorise import tensorise


def composites(library) -> dict:
    """Name -> function(proc, **arguments), for the instructions of `library`."""
    return {
        "tensorise": lambda proc, widths: tensorise(proc, library, *widths),
        "tile": nests.tile,
        "permute": nests.permute,
        "fuse": nests.fuse,
        "fuse_guards": nests.fuse_guards,
        "lift_loop": nests.lift_loop,
        "unroll": nests.unroll,
        "unroll_and_jam": nests.unroll_and_jam,
        "peel": nests.peel,
        "hoist": hoisting.hoist,
        "sink": sinking.sink,
        "load_once": hoisting.load_once,
        "wide_loads": lambda proc, buffer, blocks: loads.wide_loads(proc, library, buffer, blocks),
        "prefetch": pipelining.prefetch,
        "spread": pipelining.spread,
        "delay": pipelining.delay,
        "double_buffer": pipelining.double_buffer,
        "split_accumulator": accumulators.split_accumulator,
        "merge_accumulators": accumulators.merge_accumulators,
        "overwrite": lambda proc, buffer: stores.overwrite(proc, library, buffer),
        "interleave_stores": stores.interleave_stores,
        "wide_stores": lambda proc, buffer, blocks: stores.wide_stores(proc, library, buffer, blocks),
        "keep_weights": lambda proc, loop: weights.keep_weights(proc, library, loop),
        "place": lambda proc, buffer, bank: placement.place(proc, library, buffer, bank),
        "alternate": lambda proc, **banks: placement.alternate(proc, library, **banks),
        "hoist_config": hoisting.hoist_config,
    }
