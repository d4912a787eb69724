"""A search that starts from the naive kernel alone finds the array."""

import sys

from command_line import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from from_naive import reached  # noqa: E402


def test_a_search_from_the_naive_kernel_maps_it_to_the_array(tmp_path):
    kernel = tmp_path / "small.yaml"
    kernel.write_text("kernel: matmul\nsizes: {N: 32, K: 64, M: 32}\nscale: 0.001\nrelu: false\n")
    assert reached(kernel, seed=1, evaluations=92, folder=tmp_path) is not None
