#!/bin/sh
# prolog of a test
