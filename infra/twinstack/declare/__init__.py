"""From the Plan to Pulumi resources."""
