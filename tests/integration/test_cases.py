"""One search for two kernels and two accelerators on the real parts."""

import h5py
from command_line import ROOT, environment, exogene, same, write_experiment

CASES = [
    "--set", "search.population=4",
    "--set", "search.generations=2",
    "--set", "search.elites=1",
    "--set", "search.selection=lexicase",
]  # fmt: skip


def test_a_genome_is_scored_on_every_case(tmp_path):
    experiment = write_experiment(tmp_path)
    lines = experiment.read_text().splitlines()
    kernel = lines[1].removeprefix("kernel: ")
    other = kernel.replace("M: 32", "M: 16")
    accelerators = [ROOT / f"configs/accelerators/gemmini-{name}.yaml" for name in ("16x16", "8x8")]
    lines[1:3] = [f"kernels: [{kernel}, {other}]", f"accelerators: [{accelerators[0]}, {accelerators[1]}]"]
    experiment.write_text("\n".join(lines) + "\n")
    first, second, half = (tmp_path / name for name in ("first.h5", "second.h5", "half.h5"))

    done = exogene("run", experiment, *CASES, "-o", first, env=environment(OMP_NUM_THREADS=1))
    assert "matmul-32x64x16 on gemmini-8x8" in done.stdout
    exogene("run", experiment, *CASES, "-o", second, env=environment(OMP_NUM_THREADS=2))
    assert same(first, second).returncode == 0
    exogene("run", experiment, *CASES, "--set", "search.generations=1", "-o", half)
    exogene("resume", half, "--generations", 1)
    assert same(first, half).returncode == 0

    with h5py.File(first) as history:
        individuals = history["individuals"]
        names = list(individuals["metrics"].attrs["names"])
        macs = names.index("macs")
        status = individuals["status"][:]
        offsets = individuals["cases/offsets"][:]
        values = individuals["cases/values"][:].reshape(-1, len(names))
        baseline = 1  # right everywhere, on the array
        assert status[baseline] == 0
        of_baseline = values[offsets[baseline] // len(names) : offsets[baseline + 1] // len(names)]
        assert [int(case[macs]) for case in of_baseline] == [32 * 64 * 32, 32 * 64 * 16, 32 * 64 * 16]
        assert individuals["metrics"][baseline][macs] == 32 * 64 * 32
        for row, one in enumerate(status):
            assert offsets[row + 1] - offsets[row] == (3 * len(names) if one == 0 else 0)
