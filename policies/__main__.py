"""The policy pack: Pulumi runs this folder beside every preview and update."""

import sys
from pathlib import Path

# Pulumi runs the folder, not the package; the rules import each other by the package's name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies.pack import serve

serve()
