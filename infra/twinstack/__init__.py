"""One inventory of shared hardware in, Slurm and Kubernetes on the same machines out."""

__version__ = "0.1.0"
