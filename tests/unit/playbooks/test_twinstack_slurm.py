from __future__ import annotations

import pytest

from playbooks.plugins.module_utils.twinstack_slurm import needed

CONF = "# comment\nClusterName=a\nNodeName=n1 CPUs=2\nPartitionName=main Nodes=n1\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CONF, CONF, "nothing"),
        (CONF, CONF.replace("# comment", "# another"), "reconfigure"),
        (CONF, CONF.replace("Nodes=n1", "Nodes=n1 MaxTime=1"), "reconfigure"),
        (CONF, CONF + 'DownNodes=n1 State=DRAIN Reason="x"\n', "reconfigure"),
        (CONF, CONF + "SlurmdTimeout=9\n", "reconfigure"),
        (CONF, CONF.replace("CPUs=2", "CPUs=4"), "restart"),
        (CONF, CONF + "GresTypes=gpu\n", "restart"),
        (CONF, CONF + "SomethingNew=1\n", "restart"),
        ("", CONF, "restart"),
    ],
)
def test_what_a_change_of_slurm_conf_needs(old: str, new: str, expected: str) -> None:
    assert needed({"slurm.conf": old}, {"slurm.conf": new}) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("topology.conf", "reconfigure"), ("cgroup.conf", "reconfigure"), ("gres.conf", "restart")]
)
def test_what_a_change_of_another_file_needs(name: str, expected: str) -> None:
    assert needed({"slurm.conf": CONF, name: "a"}, {"slurm.conf": CONF, name: "b"}) == expected
    assert needed({"slurm.conf": CONF}, {"slurm.conf": CONF, name: "b"}) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CONF, CONF, "nothing"),
        (CONF, CONF + "NodeName=n2 CPUs=2\n", "reconfigure"),
        (CONF, CONF + "GresTypes=gpu\n", "reconfigure"),
        (CONF, CONF + "SlurmctldPort=7000\n", "restart"),
        (CONF, CONF + "SlurmctldHost=b\n", "restart"),
        (CONF, CONF + "AuthType=auth/slurm\n", "restart"),
    ],
)
def test_a_daemon_that_renews_itself_needs_fewer_restarts(old: str, new: str, expected: str) -> None:
    assert needed({"slurm.conf": old}, {"slurm.conf": new}, renews=True) == expected


def test_a_daemon_that_never_ran_is_started() -> None:
    assert needed({}, {"slurm.conf": CONF}, renews=True) == "restart"
