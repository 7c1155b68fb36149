"""The twinstack resource provider as a Pulumi plugin."""

import sys

from twinstack.provider.server import main

main(sys.argv[1:])
