#!/bin/sh
# Counts the wheels of a cart and says whether any is missing.
set -e
wheels=$(count_wheels "$1")
if [ "$wheels" -lt 4 ]; then
  echo "a wheel is missing"
  exit 1
fi
