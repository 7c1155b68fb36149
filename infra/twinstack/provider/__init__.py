"""The Pulumi provider for hosts and Slurm accounting."""
