"""The kinds of resources that the provider serves."""
