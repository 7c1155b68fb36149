#!/bin/sh
# controller_prolog of a test
