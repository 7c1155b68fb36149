"""Where Slurm's daemons keep things, on every distribution alike: what a package does not make, the roles do."""

USER = "slurm"
GROUP = "slurm"
CONFIGURATION = "/etc/slurm"
STATE = "/var/lib/slurm/slurmctld"
SPOOL = "/var/lib/slurm/slurmd"
LOGS = "/var/log/slurm"
SCRIPTS = "/usr/local/libexec/twinstack-slurm"
HEALTH_CHECK = "/usr/local/sbin/twinstack-slurm-health"

# Debian's number for Slurm's user on every machine (base-passwd's list of allocated ids). Where packages give none or
# another one (`slurm_packages.account`) the user is made with it before them.
UID = "64030"
