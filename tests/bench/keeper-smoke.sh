#!/bin/sh
# That the keeper can be measured, not how fast it is.
# Alone: it measures time.
exec "$(dirname "$0")/keeper" smoke
