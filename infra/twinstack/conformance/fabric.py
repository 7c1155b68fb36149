"""Conditions of fabric ports: up, with the planned address, packet size and virtual functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.fabric import Port, ports_of
from twinstack.planning.model import Plan


def conditions(plan: Plan) -> Iterator[Condition]:
    """Each port of each host, and the virtual functions that it offers."""
    for host in plan.with_role("fabric"):
        for port in ports_of(plan.site, host):
            what = (
                f"{port.name} on {port.network.name}: {port.address or 'no address'}, MTU {port.network.mtu or 'own'}"
            )
            yield Condition("fabric", host.name, what, partial(port_as_planned, port))
            if port.functions:
                what = f"{port.name}: {port.functions} virtual functions"
                yield Condition("fabric", host.name, what, partial(functions_as_planned, port))


def port_as_planned(port: Port, shell: Shell) -> Verdict:
    """The port is there and up, with its address and packet size."""
    answer = shell.run("ip", "-json", "address", "show", "dev", port.name)
    if answer.rc:
        return Verdict.wrong(answer.stderr.strip())
    link = json.loads(answer.stdout)[0]
    wrong = list(_differences(port, link))
    return Verdict.of(not wrong, "; ".join(wrong) or f"{link['operstate']}, MTU {link['mtu']}")


def _differences(port: Port, link: dict[str, Any]) -> Iterator[str]:
    seen = [f"{each['local']}/{each['prefixlen']}" for each in link["addr_info"] if each["family"] == "inet"]
    if port.address and str(port.address) not in seen:
        yield f"address {', '.join(seen) or 'none'}, planned {port.address}"
    if port.network.mtu and link["mtu"] != port.network.mtu:
        yield f"MTU {link['mtu']}, planned {port.network.mtu}"
    if link["operstate"] != "UP":
        yield f"link is {link['operstate']}"


def functions_as_planned(port: Port, shell: Shell) -> Verdict:
    """The kernel has as many virtual functions of the port as planned."""
    answer = shell.run("cat", f"/sys/class/net/{port.name}/device/sriov_numvfs")
    if answer.rc:
        return Verdict.wrong(f"{port.name} offers none: {answer.stderr.strip()}")
    return Verdict.same("virtual functions", port.functions, int(answer.stdout))
