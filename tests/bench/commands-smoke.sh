#!/bin/sh
# The commands' starts can be measured: one round.
exec "$(dirname "$0")/commands" smoke
