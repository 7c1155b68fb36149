#!/bin/sh
echo "prolog $SLURM_JOB_ID $(id -un)" >>/var/log/hooks.log
