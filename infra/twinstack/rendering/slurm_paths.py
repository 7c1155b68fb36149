"""Where Slurm's daemons keep things; the packages of all distributions in the tables agree on these."""

USER = "slurm"
GROUP = "slurm"
CONFIGURATION = "/etc/slurm"
STATE = "/var/lib/slurm/slurmctld"
SPOOL = "/var/lib/slurm/slurmd"
LOGS = "/var/log/slurm"
SCRIPTS = "/usr/local/libexec/twinstack-slurm"
HEALTH_CHECK = "/usr/local/sbin/twinstack-slurm-health"

# Debian gives Slurm's user this number on every machine (base-passwd's list of allocated ids).
UID = "64030"
