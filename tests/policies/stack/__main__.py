"""Declares the resources that a test lists, below a site's own resource."""

import json
from pathlib import Path

import pulumi

declared = json.loads((Path(__file__).parent / "declared.json").read_text())
site = pulumi.ComponentResource("twinstack:index:Site", "tiny", declared["site"])
below = pulumi.ResourceOptions(parent=site)
for kind, name, props in declared["resources"]:
    if kind.startswith("twinstack:index:Component"):
        pulumi.ComponentResource(kind, name, props, below)
    else:
        pulumi.CustomResource(kind, name, props, below)
