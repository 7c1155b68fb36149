"""From what a valid file says to the typed Site, one module a group of sections."""
