"""What a change of Slurm's configuration asks of slurmctld."""

from __future__ import annotations

# Read anew by `scontrol reconfigure`; all other parameters are taken to need a restart (slurm.conf(5),
# which names those that a restart must follow; slurmd of 22.05 reads node definitions and plugins only at its start).
RECONFIGURABLE = frozenset(
    {
        "batchstarttimeout",
        "completewait",
        "downnodes",
        "epilog",
        "epilogslurmctld",
        "healthcheckinterval",
        "healthchecknodestate",
        "healthcheckprogram",
        "inactivelimit",
        "killwait",
        "messagetimeout",
        "minjobage",
        "overtimelimit",
        "partitionname",
        "prioritydecayhalflife",
        "priorityweightage",
        "priorityweightfairshare",
        "priorityweightqos",
        "prolog",
        "prologepilogtimeout",
        "prologslurmctld",
        "rebootprogram",
        "resumefailprogram",
        "resumeprogram",
        "resumerate",
        "resumetimeout",
        "returntoservice",
        "schedulerparameters",
        "slurmctlddebug",
        "slurmctldtimeout",
        "slurmddebug",
        "slurmdtimeout",
        "suspendexcnodes",
        "suspendprogram",
        "suspendrate",
        "suspendtime",
        "suspendtimeout",
        "taskepilog",
        "taskprolog",
        "waittime",
    }
)
RECONFIGURABLE_FILES = frozenset({"topology.conf", "cgroup.conf"})
# What a daemon that is started anew by `scontrol reconfigure` does not change (scontrol(1) of 23.11): ports and
# authentication; and what another process would have to find in the same place.
LASTING = frozenset(
    {
        "authaltparameters",
        "authalttypes",
        "authinfo",
        "authtype",
        "clustername",
        "slurmctldhost",
        "slurmctldparameters",
        "slurmctldport",
        "slurmdport",
        "slurmuser",
        "statesavelocation",
    }
)


def parameters(text: str) -> set[tuple[str, str]]:
    """Each line of slurm.conf as its first parameter's name and the line."""
    lines = (line.strip() for line in text.splitlines())
    return {(line.partition("=")[0].strip().lower(), line) for line in lines if line and not line.startswith("#")}


def needed(active: dict[str, str], new: dict[str, str], *, renews: bool = False) -> str:
    """What takes the daemon from one configuration to another: nothing, reconfigure or restart."""
    changed = {name for name in {*active, *new} if active.get(name) != new.get(name)}
    if not changed:
        return "nothing"
    keys = {key for key, _ in parameters(active.get("slurm.conf", "")) ^ parameters(new.get("slurm.conf", ""))}
    if renews and active:
        return "restart" if keys & LASTING else "reconfigure"
    mild = changed <= RECONFIGURABLE_FILES | {"slurm.conf"} and keys <= RECONFIGURABLE
    return "reconfigure" if mild else "restart"
