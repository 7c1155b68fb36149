#!/bin/sh
# resume of a test
