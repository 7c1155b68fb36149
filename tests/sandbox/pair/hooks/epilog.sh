#!/bin/sh
echo "epilog $SLURM_JOB_ID $(id -un)" >>/var/log/hooks.log
