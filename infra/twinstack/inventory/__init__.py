"""Load and check a site's inventory."""
