#!/bin/sh
echo "export FROM_TASK_PROLOG=$(id -un)"
