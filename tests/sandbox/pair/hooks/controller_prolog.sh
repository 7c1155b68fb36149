#!/bin/sh
echo "controller $SLURM_JOB_ID $(id -un)" >>/var/log/slurm/hooks.log
