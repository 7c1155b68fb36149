"""Virtual functions of ports: a unit that makes as many as planned, and only when they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable

from twinstack.planning.fabric import Port

SCRIPT = "/usr/local/libexec/twinstack-sriov"
TABLE = "/etc/twinstack/sriov"
UNIT = "twinstack-sriov.service"

UNIT_TEXT = f"""\
[Unit]
Description=Virtual functions of fabric ports
After=systemd-udev-settle.service network-pre.target rdma-hw.target
Before=twinstack-fabric.service kubelet.service containerd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={SCRIPT} {TABLE}

[Install]
WantedBy=multi-user.target
"""

# The kernel takes another count only while there are none (Documentation/PCI/pci-iov-howto). Drivers are kept away
# until the GUIDs are set, since they read them when they bind.
SCRIPT_TEXT = """\
#!/bin/sh
# Usage: twinstack-sriov TABLE [ROOT]; a line of the table: PORT COUNT [FIRST-SEVEN-BYTES-OF-GUIDS]
set -eu
table=$1 root=${2:-}

make() {
    [ "$now" = 0 ] || echo 0 > "$device/sriov_numvfs"
    [ -z "$guid" ] || echo 0 > "$device/sriov_drivers_autoprobe"
    echo "$count" > "$device/sriov_numvfs"
    [ -z "$guid" ] || name
}

name() {
    function=0
    while [ "$function" -lt "$count" ]; do
        own=$guid:$(printf %02x "$function")
        ip link set dev "$port" vf "$function" node_guid "$own"
        ip link set dev "$port" vf "$function" port_guid "$own"
        ip link set dev "$port" vf "$function" state auto
        function=$((function + 1))
    done
    echo 1 > "$device/sriov_drivers_autoprobe"
    for link in "$device"/virtfn*; do
        basename "$(readlink -f "$link")" > "$root/sys/bus/pci/drivers_probe"
    done
}

while read -r port count guid; do
    device=$root/sys/class/net/$port/device
    if [ ! -e "$device/sriov_totalvfs" ]; then
        echo "$port offers no virtual functions: SR-IOV is off in firmware, or the port is not there" >&2
        exit 1
    fi
    read -r total < "$device/sriov_totalvfs"
    if [ "$count" -gt "$total" ]; then
        echo "$port offers $total virtual functions, $count are planned" >&2
        exit 1
    fi
    read -r now < "$device/sriov_numvfs"
    [ "$now" = "$count" ] || make
done < "$table"
"""


def table(ports: Iterable[Port]) -> str:
    """A line for each port with virtual functions."""
    rows = ((port.name, str(port.functions), port.guid or "") for port in ports if port.functions)
    return "".join(" ".join(row).rstrip() + "\n" for row in rows)
