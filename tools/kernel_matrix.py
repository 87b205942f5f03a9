"""Build the kernel by itself with every compiler at hand and hold each build to the reference.

Run by ``make kernel-matrix``: gcc and clang, with wide vectors chosen at run time and without, ARM
cross-built and emulated, and under the sanitizers of addresses and of undefined behaviour. A build whose
tool is not here is named and left out; one that fails ends the run with status 1.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.kernel.ladder_cases import random_runs, reference_of
from tests.kernel.response_cases import random_responses
from tests.kernel.test_network import BETWEEN, STEPS, drawn, expected_of, random_run

from cisterna.body.rates import model_of
from cisterna.kernel import EvenGrid, one_thread
from cisterna.kernel.responses import by_numpy

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "cisterna" / "kernel" / "cpp"
CHECK = ROOT / "tests" / "kernel" / "cpp" / "check.cpp"
PATIENTS = 60
_ALONE = (
    "network.cpp",
    "ladder_modes.cpp",
    "newton.cpp",
    "settling.cpp",
    "pace.cpp",
    "course.cpp",
    "even.cpp",
    "ways_in.cpp",
    "cohort.cpp",
    "counting.cpp",
    "dispatch.cpp",
)
_EACH_WIDTH = (
    "loops.cpp",
    "residual.cpp",
    "line_modes.cpp",
    "join_hub.cpp",
    "channel.cpp",
    "even_blocks.cpp",
    "response.cpp",
)
_COMMON = ("-std=c++20", "-Wall", "-Wextra", "-Werror", "-fno-math-errno", f"-I{SOURCE}")
_AVX2 = ("-mavx2", "-mfma")
_AVX512 = ("-mavx512f", "-mavx512dq", "-mavx512vl", "-mfma", "-mprefer-vector-width=512")
_SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@dataclass(frozen=True)
class Build:
    """One way to build: the compiler, its flags, each width's loops with their flags, and what runs it."""

    name: str
    compiler: str
    widths: tuple[tuple[str, tuple[str, ...]], ...]
    flags: tuple[str, ...] = ("-O3",)
    runner: str | None = None

    @property
    def missing(self) -> str | None:
        """The tool that is not here."""
        needed = (self.compiler, *((self.runner,) if self.runner else ()))
        return next((tool for tool in needed if shutil.which(tool) is None), None)


_PLAIN = (("plain", ()),)
_WIDE = (("plain", ()), ("avx2", _AVX2), ("avx512", _AVX512))
BUILDS = (
    *(
        build
        for compiler in ("g++", "clang++")
        for build in (
            Build(f"{compiler}, vectors chosen when it runs", compiler, _WIDE),
            Build(f"{compiler}, no wide vectors", compiler, _PLAIN),
            Build(f"{compiler}, AVX2 alone", compiler, (("plain", _AVX2),)),
            Build(f"{compiler}, sanitizers", compiler, _WIDE, _SANITIZED),
            Build(f"{compiler}, sanitizers, no wide vectors", compiler, _PLAIN, _SANITIZED),
        )
    ),
    Build(
        "ARM, cross-built and emulated",
        "aarch64-linux-gnu-g++",
        _PLAIN,
        ("-O3", "-static"),
        "qemu-aarch64-static",
    ),
)


@one_thread
def write_cases(path: Path) -> None:
    """Random patients and programs with what the reference makes of them, as one file of doubles."""
    with path.open("wb") as file:
        for seed in range(PATIENTS):
            for array in _case(seed):
                file.write(np.asarray(array, dtype=np.float64).tobytes())


def _case(seed: int) -> Iterator[object]:
    """Rows that lie evenly with changes between them, or instants at odd distances with all of them read."""
    stream = np.random.default_rng([20261129, seed])
    model = model_of(drawn(stream), 2)
    run = random_run(model, stream, np.full(STEPS, 0.5) if seed % 2 else stream.uniform(0.5, 12, STEPS))
    network, count = model.network, model.compartments.count
    read, rows = np.eye(count), np.arange(0, STEPS + 1, BETWEEN if seed % 2 else 1)
    yield (count, network.core, network.hub, len(network.chains))
    for chain in network.chains:
        yield (len(chain), *chain)
    yield (len(network.observers), *network.observers)
    yield (run.input_matrix.shape[1], STEPS, len(run.places), len(read), len(rows), run.ticks_per_hour)
    yield from (
        model.rate_matrix,
        run.input_matrix,
        run.initial,
        run.instants,
        run.inputs,
        run.places,
        run.added,
    )
    yield from (read, rows, expected_of(model, run)[rows])


@one_thread
def write_ladders(path: Path) -> None:
    """Random patients of a cohort on one grid with what the reference makes of them, likewise."""
    runs = random_runs(PATIENTS, 7, EvenGrid(steps=32, ticks=3, tick_h=0.25, day=16))
    expected, ladders, reading, grid = reference_of(runs), runs.ladders, runs.reading, runs.grid
    leaves = np.count_nonzero(ladders.to_leaf[0])
    _, kinds, nodes = runs.entries.shape
    happenings = (runs.changes, runs.doses)
    sizes = (PATIENTS, nodes, leaves, kinds, reading.count, len(reading.states), len(runs.integrated))
    with path.open("wb") as file:
        for array in (
            (*sizes, *(len(own.ticks) for own in happenings)),
            (grid.steps, grid.ticks, grid.block, grid.day // grid.block, grid.tick_h),
            (ladders.packed(), runs.entries, reading.outputs, reading.states, reading.weights),
            *((own.offsets, own.ticks, own.kinds, own.sizes) for own in happenings),
            (list(runs.integrated), expected.integrals),
            (expected.grid, expected.means),
        ):
            for part in array:
                file.write(np.asarray(part, dtype=np.float64).tobytes())


def write_responses(path: Path) -> None:
    """Random levels, on the hour and between hours, with what NumPy makes of them, likewise."""
    with path.open("wb") as file:
        for every in (1, 3):
            case = random_responses(PATIENTS, 400, every, every=every)
            levels, own, laws = case.levels, case.own.packed(), case.laws
            expected = by_numpy(case.wanted, case.hourly, levels, case.own, laws)
            left = [np.exp(-levels.since_hour_h / time_h) for time_h in (laws.rise_h, laws.fall_h)]
            for part in (
                (PATIENTS, case.hourly.legs.shape[1], len(levels.hour), every == 1),
                laws.numbers(), laws.windows(), own, case.hourly.legs, case.hourly.integral,
                levels.legs, levels.arms, levels.cistern, levels.hour, *left, expected,
            ):  # fmt: skip
                file.write(np.asarray(part, dtype=np.float64).tobytes())


def built(build: Build, folder: Path) -> Path:
    """The program of one build."""
    wide = ("-DCISTERNA_WIDE",) if len(build.widths) > 1 else ()
    objects = [
        _compiled(build, source, folder / f"{source.stem}.o", wide)
        for source in (*(SOURCE / name for name in _ALONE), CHECK)
    ]
    for width, flags in build.widths:
        for name in _EACH_WIDTH:
            exact = ("-ffp-contract=off",) if name == "residual.cpp" else ()
            target = folder / f"{width}-{name}.o"
            objects.append(
                _compiled(build, SOURCE / name, target, (f"-DCISTERNA_WIDTH={width}", *exact, *flags))
            )
    program = folder / "check"
    _run([build.compiler, *build.flags, *objects, "-o", str(program)])
    return program


def _compiled(build: Build, source: Path, target: Path, flags: tuple[str, ...]) -> str:
    _run([build.compiler, *_COMMON, *build.flags, *flags, "-c", str(source), "-o", str(target)])
    return str(target)


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own commands
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def main() -> int:
    """Build and check everything; one line for each."""
    failed = False
    with tempfile.TemporaryDirectory() as made:
        cases = (Path(made) / "cases", Path(made) / "ladders", Path(made) / "responses")
        for write, path in zip((write_cases, write_ladders, write_responses), cases, strict=True):
            write(path)
        for place, build in enumerate(BUILDS):
            folder = Path(made) / str(place)
            folder.mkdir()
            try:
                told = (
                    f"left out: no {build.missing} here" if build.missing else _checked(build, folder, cases)
                )
            except RuntimeError as error:
                failed, told = True, f"FAILED\n{error}"
            sys.stdout.write(f"{build.name}: {told}\n")
            sys.stdout.flush()
    return int(failed)


def _checked(build: Build, folder: Path, cases: tuple[Path, ...]) -> str:
    program = str(built(build, folder))
    return _run([*((build.runner,) if build.runner else ()), program, *map(str, cases)])


if __name__ == "__main__":
    sys.exit(main())
