#!/bin/sh
# The commands' starts can be measured: one round.
# Alone: it measures time.
exec "$(dirname "$0")/commands" smoke
