"""Ansible module: the driver of a host's GPUs answers for all of them. Changes nothing, installs nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Callable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: gpu_driver
short_description: Check that the GPU driver answers for the GPUs of the inventory
description:
  - Asks C(nvidia-smi) or C(rocm-smi) for number and models, and looks for the device nodes that jobs open.
  - Fails with all that is missing. It never installs or loads a driver, the site has chosen its version.
options:
  vendor:
    description: Who makes the GPUs.
    type: str
    required: true
    choices: [nvidia, amd]
  model:
    description: The model as the inventory has it; each of its words must be part of the name that the driver gives.
    type: str
    required: true
  count:
    description: Number of GPUs.
    type: int
    required: true
author: [twinstack]
"""

RETURN = """
names:
  description: The GPUs as the driver calls them.
  type: list
  returned: success
"""

Run = Callable[[list], "tuple[int, str, str]"]

NVIDIA = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
AMD = ["rocm-smi", "--showproductname", "--json"]
DEVICES = Path("/dev")


class Silent(Exception):  # noqa: N818
    """The driver's tool is not there or does not answer."""


class Vendor(NamedTuple):
    """How a vendor's driver is asked: the command, what its answer names, and the device nodes of `count` GPUs."""

    command: list[str]
    names: Callable[[str], list[str]]
    nodes: Callable[[int], list[str]]


def names_of_nvidia(answer: str) -> list[str]:
    """A name a line."""
    return [line.strip() for line in answer.splitlines() if line.strip()]


def names_of_amd(answer: str) -> list[str]:
    """The texts that each card is described with."""
    cards = json.loads(answer)
    return [" ".join(map(str, cards[card].values())) for card in sorted(cards) if card.startswith("card")]


def nodes_of_nvidia(count: int) -> list[str]:
    """One a GPU, the one that controls all, and the one of unified memory."""
    return ["nvidiactl", "nvidia-uvm", *(f"nvidia{index}" for index in range(count))]


def nodes_of_amd(count: int) -> list[str]:
    """The one that computes, and one a GPU (numbered from 128)."""
    return ["kfd", *(f"dri/renderD{128 + index}" for index in range(count))]


VENDORS = {
    "nvidia": Vendor(NVIDIA, names_of_nvidia, nodes_of_nvidia),
    "amd": Vendor(AMD, names_of_amd, nodes_of_amd),
}


def ask(vendor: Vendor, run: Run) -> list[str]:
    """The names of the GPUs that the driver sees.

    Raises:
        Silent: it does not answer.
    """
    tool = vendor.command[0]
    code, out, err = run(vendor.command)
    if code:
        raise Silent(f"{tool} fails: {(err or out).strip() or f'exit code {code}'}")
    try:
        return vendor.names(out)
    except ValueError as error:
        raise Silent(f"{tool} answers something else: {error}") from None


def is_model(model: str, name: str) -> bool:
    """Whether a GPU's name has every word of the model."""
    seen = re.sub(r"[^a-z0-9]", "", name.lower())
    return all(word in seen for word in re.split(r"[^a-z0-9]+", model.lower()) if word)


def missing(vendor: Vendor, model: str, count: int, names: list[str], devices: Path = DEVICES) -> list[str]:
    """What is not as the inventory says, in words."""
    found = [] if len(names) == count else [f"the driver sees {len(names)} GPUs, the inventory has {count}"]
    others = sorted({name for name in names if not is_model(model, name)})
    found += [f"the inventory's model is {model}, the driver sees {', '.join(others)}"] if others else []
    lost = [f"{devices}/{node}" for node in vendor.nodes(count) if not (devices / node).exists()]
    found += [f"{', '.join(lost)} missing"] if lost else []
    return found


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "vendor": {"type": "str", "required": True, "choices": sorted(VENDORS)},
            "model": {"type": "str", "required": True},
            "count": {"type": "int", "required": True},
        },
        supports_check_mode=True,
    )
    vendor = VENDORS[module.params["vendor"]]
    if module.get_bin_path(vendor.command[0]) is None:
        refuse(module, f"there is no {vendor.command[0]}")
    try:
        names = ask(vendor, module.run_command)
    except Silent as error:
        refuse(module, str(error))
    else:
        wrong = missing(vendor, module.params["model"], module.params["count"], names)
        if wrong:
            refuse(module, "; ".join(wrong))
        module.exit_json(changed=False, names=names)


def refuse(module: AnsibleModule, why: str) -> None:
    """Fail with what is wrong and whose turn it is."""
    what = f"{module.params['count']} x {module.params['vendor']} {module.params['model']}"
    module.fail_json(
        msg=f"GPUs ({what}): {why}. The driver is the site's to install (driver: preinstalled); mend it there"
    )


if __name__ == "__main__":
    main()
