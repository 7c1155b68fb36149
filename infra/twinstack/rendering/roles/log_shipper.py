"""Role log-shipper: the host's journal to the site's Loki."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import syslog_ng_conf
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "log-shipper"
DEST = "/etc/syslog-ng/syslog-ng.conf"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same everywhere: a host knows its own name."""
    del host
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    names = renderer.distribution
    unit = names.units["log-shipper"]
    conf = renderer.file(
        DEST,
        "log-shipper/syslog-ng.conf",
        lambda: syslog_ng_conf.text(renderer.site),
        restarts=(unit,),
        validate="/usr/sbin/syslog-ng --syntax-only --no-caps --cfgfile=%s",
    )
    return RoleSpec(
        role=ROLE,
        profile="all",
        packages=names.install("log-shipper"),
        files=(conf,),
        units=(Unit(unit),),
    )
