"""Exo side of Exogene: kernels, the instruction library of an accelerator, and the way from a genome to C."""

from . import adjustments  # noqa: F401  before any proc is made
from .library import Requantise  # noqa: F401  for the files of users' kernels
