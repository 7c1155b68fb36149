"""Write figures of nodes, jobs and the scheduler for the node exporter's textfile collector."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Callable, Iterable, Iterator  # noqa: UP035 (hosts run Python 3.9, too)

TIMEOUT = 20
# What sinfo and squeue put behind a state: not responding, powering, draining ...
FLAGS = "*~#!%$@^-+"
CPU_STATES = ("allocated", "idle", "other", "total")
DIAGNOSTICS = {
    "Server thread count": ("slurm_server_threads", "Threads that serve requests now."),
    "Agent queue size": ("slurm_agent_queue_size", "Messages that wait to be sent to nodes."),
    "DBD Agent queue size": ("slurm_dbd_agent_queue_size", "Records that wait to be sent to slurmdbd."),
    "Last cycle": ("slurm_scheduler_last_cycle_microseconds", "Duration of the last cycle of the main scheduler."),
    "Mean cycle": ("slurm_scheduler_mean_cycle_microseconds", "Mean duration of the main scheduler's cycles."),
}

Run = Callable[[str], str]
Samples = Iterable["tuple[dict[str, str], float]"]


def run(command: str) -> str:
    """The output of one of Slurm's commands; it takes no longer than TIMEOUT seconds."""
    words = command.split(" ")
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT).stdout


def family(name: str, text: str, samples: Samples) -> Iterator[str]:
    """A gauge and its samples in the exposition format."""
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{key}="{escaped(label)}"' for key, label in labels.items())
        yield f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def escaped(label: str) -> str:
    """A label's value between its quotes."""
    return label.replace("\\", "\\\\").replace('"', '\\"')


def state_of(word: str) -> str:
    """A state without the marks behind it, in lower case."""
    return word.rstrip(FLAGS).lower()


def nodes(lines: Iterable[str]) -> Iterator[str]:
    """Nodes and CPUs of the cluster and of each partition, from `NODE|PARTITION|STATE|ALLOCATED/IDLE/OTHER/TOTAL`."""
    rows = [line.split("|") for line in lines if line]
    each = {node: (state_of(state), cpus) for node, _, state, cpus in rows}
    by_state = Counter(state for state, _ in each.values())
    yield from family("slurm_nodes", "Nodes by state.", (({"state": s}, n) for s, n in sorted(by_state.items())))
    cpus = Counter[str]()
    for _, counts in each.values():
        cpus.update(dict(zip(CPU_STATES, map(int, counts.split("/")))))  # noqa: B905 (hosts run Python 3.9, too)
    yield from family("slurm_cpus", "CPUs by state.", (({"state": s}, cpus[s]) for s in CPU_STATES))
    members = Counter((partition, state_of(state)) for _, partition, state, _ in rows)
    yield from family(
        "slurm_partition_nodes",
        "Nodes of a partition by state.",
        (({"partition": p, "state": s}, n) for (p, s), n in sorted(members.items())),
    )


def jobs(lines: Iterable[str]) -> Iterator[str]:
    """Jobs that are known to the controller, from `PARTITION|STATE`; an array's waiting jobs count as one."""
    found = Counter(tuple(line.split("|")) for line in lines if line)
    samples = (({"partition": p, "state": state_of(s)}, n) for (p, s), n in sorted(found.items()))
    yield from family("slurm_jobs", "Jobs by partition and state.", samples)


def diagnostics(text: str) -> Iterator[str]:
    """The scheduler's figures of sdiag; of names that it has twice, the first, which is the main scheduler's."""
    for words, (name, told) in DIAGNOSTICS.items():
        found = re.search(rf"^\s*{words}:\s*(\d+)", text, re.MULTILINE)
        if found:
            yield from family(name, told, [({}, int(found[1]))])


def figures(ask: Run) -> Iterator[str]:
    """All lines; when slurmctld does not answer, that it does not."""
    try:
        found = [
            *nodes(ask("sinfo --Node --noheader --format %N|%R|%T|%C").splitlines()),
            *jobs(ask("squeue --noheader --format %P|%T").splitlines()),
            *diagnostics(ask("sdiag")),
        ]
    except (OSError, subprocess.SubprocessError):
        found = []
    yield from family("slurm_up", "Whether slurmctld answered.", [({}, int(bool(found)))])
    yield from found


def main(target: Path) -> None:
    """Replace the file at once, so that no half of it is ever read."""
    fresh = target.with_suffix(".new")
    fresh.write_text("".join(f"{line}\n" for line in figures(run)))
    fresh.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
