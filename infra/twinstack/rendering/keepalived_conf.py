"""keepalived's configuration: the control planes' shared address, held by one whose API server is ready.

Source: keepalived.conf(5). Advertisements are sent to the other control planes by name of address, so switches need not
pass multicast on. Before the first API server is there the first control plane has the highest priority: kubeadm finds
the address on the very host that it initialises.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

CONFIG = "/etc/keepalived/keepalived.conf"
INTERFACE = "/run/twinstack/keepalived-interface.conf"
DROP_IN = "/etc/systemd/system/keepalived.service.d/50-twinstack.conf"
# keepalived 2.2.7 (Debian 12) ends a test that found nothing by its own SIGTERM: 143 is as good as 0 there.
CHECK = "sh -c 'keepalived --config-test --use-file $0 || test $? -eq 143' %s"

# A ready API server outweighs any difference of place among the control planes.
READY = 100
HIGHEST = 100
ROUTERS = 255


def text(address: IPv4Address, port: int, own: IPv4Address, planes: Sequence[IPv4Address]) -> str:
    """The file of one control plane; `planes` are all of them, in order."""
    peers = [each for each in planes if each != own]
    probe = f"/usr/bin/curl --silent --fail --insecure --max-time 3 --output /dev/null https://{own}:{port}/readyz"
    return f"""\
# Placed by twinstack.
global_defs {{
  enable_script_security
  script_user nobody
}}

vrrp_script api_server {{
  script "{probe}"
  interval 3
  timeout 4
  fall 2
  rise 2
  weight {READY}
}}

vrrp_instance kubernetes {{
  state BACKUP
  include {INTERFACE}
  virtual_router_id {router_of(address)}
  priority {HIGHEST - list(planes).index(own)}
  advert_int 1
  garp_master_refresh 60
{unicast(own, peers)}  virtual_ipaddress {{
    {address}/32
  }}
  track_script {{
    api_server
  }}
}}
"""


def unicast(own: IPv4Address, peers: Sequence[IPv4Address]) -> str:
    """Whom advertisements are sent to; nothing where there is nobody, since keepalived wants a peer then."""
    if not peers:
        return ""
    lines = "".join(f"    {each}\n" for each in peers)
    return f"  unicast_src_ip {own}\n  unicast_peer {{\n{lines}  }}\n"


def router_of(address: IPv4Address) -> int:
    """The number of the virtual router, 1 to 255: neighbours with other addresses rarely have the same one."""
    return int(address) % ROUTERS + 1


def drop_in_text(own: IPv4Address) -> str:
    """A drop-in that finds the interface of the host's own address, whatever it is called."""
    find = f"ip -4 -brief address show to {own} | head -n 1 | cut -d ' ' -f 1 | cut -d @ -f 1"
    write = f"mkdir -p {INTERFACE.rpartition('/')[0]} && echo interface $$({find}) > {INTERFACE}"
    return f"[Service]\nExecStartPre=/bin/sh -c {quoted(write)}\n"


def quoted(command: str) -> str:
    """A word of a unit file (systemd.syntax(7))."""
    return '"{}"'.format(command.replace("\\", "\\\\").replace('"', '\\"'))
