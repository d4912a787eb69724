"""One search for two cases on the real parts."""

import h5py
from command_line import ROOT, environment, exogene, same, write_experiment

SMALL = [
    "--set", "search.population=4",
    "--set", "search.generations=2",
    "--set", "search.elites=1",
    "--set", "search.selection=lexicase",
]  # fmt: skip


def test_a_genome_is_scored_on_every_case(tmp_path):
    experiment = write_experiment(tmp_path)
    lines = experiment.read_text().splitlines()
    kernel = lines[1].removeprefix("kernel: ")
    lines[1] = f"kernels: [{kernel}, {kernel.replace('M: 32', 'M: 16')}]"
    lines[2] = f"accelerators: [{ROOT}/configs/accelerators/gemmini-8x8.yaml]"
    experiment.write_text("\n".join(lines) + "\n")
    whole, half = tmp_path / "whole.h5", tmp_path / "half.h5"
    done = exogene("run", experiment, *SMALL, "-o", whole, env=environment(OMP_NUM_THREADS=1))
    assert "matmul-32x64x16 on gemmini-8x8" in done.stdout
    two = environment(OMP_NUM_THREADS=2)
    exogene("run", experiment, *SMALL, "--set", "search.generations=1", "-o", half, env=two)
    exogene("resume", half, "--generations", 1, env=two)
    assert same(whole, half).returncode == 0

    with h5py.File(whole) as history:
        individuals = history["individuals"]
        names = list(individuals["metrics"].attrs["names"])
        status, metrics = individuals["status"][:], individuals["metrics"][:]
        offsets, values = individuals["cases/offsets"][:], individuals["cases/values"][:]
        baseline = 1  # right for both, on the array
        macs = names.index("macs")
        assert status[baseline] == 0
        assert metrics[baseline][macs] == 32 * 64 * 32
        assert values[offsets[baseline] + macs] == 32 * 64 * 16
        for row, one in enumerate(status):
            assert offsets[row + 1] - offsets[row] == (len(names) if one == 0 else 0)
