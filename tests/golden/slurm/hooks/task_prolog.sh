#!/bin/sh
# task_prolog of a test
