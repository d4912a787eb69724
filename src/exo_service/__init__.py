"""Exo side of Exogene: kernels, the instruction library of an accelerator, and the way from a schedule to C."""
