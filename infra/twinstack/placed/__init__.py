"""Programs that are placed on hosts as they are: standard library only, for Python 3.9 and later."""
