#!/bin/sh
# suspend of a test
