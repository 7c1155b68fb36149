"""Projects as tenants of both stacks: pure functions from the Plan to accounts, namespaces, quotas and queues."""
