"""The Pulumi program of every stack: load, plan, declare."""

from twinstack.declare.program import run

run()
