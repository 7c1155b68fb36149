"""Who answers under the address that control planes share."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address

from twinstack.inventory.model import Service, Site

MANAGEMENT = "management"


def virtual_address(site: Site) -> IPv4Address | None:
    """The address that the control planes hold in turn: one of the management network that is no host's.

    A single one holds it, too: the cluster may have had more, and all its members know it by this address. None where
    the endpoint is a name or an address elsewhere: then a load balancer of the site's own answers.
    """
    if site.kubernetes is None or not site.by_service[Service.KUBERNETES_CONTROL_PLANE]:
        return None
    try:
        address = IPv4Address(site.kubernetes.endpoint.rpartition(":")[0])
    except AddressValueError:
        return None
    taken = any(host.address == address for host in site.hosts.values())
    return None if taken or address not in site.networks[MANAGEMENT].cidr else address
