"""syslog-ng.conf: the host's journal to Loki's push API, in batches, through a queue that is bounded.

Sources: syslog-ng administration guide, `systemd-journal()`, `http()`, `disk-buffer()`; Loki HTTP API,
`POST /loki/api/v1/push`.
"""

from __future__ import annotations

import json

from twinstack.inventory.model import Service, Site

PUSH = "/loki/api/v1/push"
LOKI_PORT = 3100
# The oldest syntax among Debian 12 (3.38), Ubuntu 24.04 (4.3) and EPEL 9 (3.35): newer ones read it without a warning.
SYNTAX = "3.35"
QUEUE_MIB = 64


def url(site: Site) -> str | None:
    """Where logs go: the inventory's address, else the first logging host's Loki; None where there is neither."""
    given = site.observability.logs_url
    host = next(iter(site.by_service[Service.LOGGING]), None)
    return given or (f"http://{host.address}:{LOKI_PORT}" if host else None)


def text(site: Site) -> str:
    """The whole file: labels job, site, host, unit and level, everything else stays in the line."""
    labels = f"job=journal site={site.name} host=${{HOST}} unit=${{.journald._SYSTEMD_UNIT}} level=${{LEVEL}}"
    # The line as a JSON string: what stands behind `{"m":` and before `}`.
    line = '$(substr "$(format-json m=${MESSAGE})" 5 -1)'
    entry = f'{{"stream":$(format-json {labels}),"values":[["${{S_UNIXTIME}}${{S_USEC}}000",{line}]]}}'
    return f"""\
@version: {SYNTAX}

options {{ stats-freq(0); log-msg-size(65536); keep-hostname(yes); }};

source s_journal {{ systemd-journal(prefix(".journald.")); }};

# Nothing waits for Loki: the queue is bounded, and what comes while it is full is dropped and counted.
destination d_loki {{
  http(
    url({json.dumps(f"{url(site)}{PUSH}")})
    method("POST")
    headers("Content-Type: application/json")
    body-prefix('{{"streams":[')
    body('{entry}')
    delimiter(",")
    body-suffix("]}}")
    batch-lines(1000) batch-bytes(1024Kb) batch-timeout(2000)
    timeout(10) time-reopen(10)
    # Loki refuses for good what is too old or malformed; sending it again would hold up all that follows.
    response-action(400 => drop, 413 => drop, 429 => retry)
    disk-buffer(reliable(no) disk-buf-size({QUEUE_MIB << 20}) mem-buf-length(10000))
  );
}};

log {{ source(s_journal); destination(d_loki); }};
"""
