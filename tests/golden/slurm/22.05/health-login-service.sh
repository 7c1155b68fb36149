#!/bin/sh
# health_check of a test
