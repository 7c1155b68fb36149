"""Check, plan and render one inventory file; prints seconds of CPU by layer and peak memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    figures: dict[str, float] = {"start": time.process_time()}
    from twinstack.inventory.load import load  # noqa: PLC0415 - imports are measured, too
    from twinstack.planning import plan  # noqa: PLC0415
    from twinstack.rendering import render  # noqa: PLC0415

    figures["import"] = time.process_time()
    site = load(Path(sys.argv[1]))
    figures["check"] = time.process_time()
    decided = plan(site)
    figures["plan"] = time.process_time()
    rendering = render(decided)
    digests = {role.digest for roles in rendering.hosts.values() for role in roles.values()}
    figures["render"] = time.process_time()
    laps = zip(figures, list(figures)[1:], strict=False)
    seconds = {name: round(figures[name] - figures[before], 3) for before, name in laps}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"hosts": len(site.hosts), "digests": len(digests), "seconds": seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main()
