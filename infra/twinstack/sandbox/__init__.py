"""Rack pretend hardware on one machine."""
