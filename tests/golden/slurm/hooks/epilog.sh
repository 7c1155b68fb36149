#!/bin/sh
# epilog of a test
