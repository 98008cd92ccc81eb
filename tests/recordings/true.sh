#!/bin/sh
# true.sh: a script that sbatch can take where --wrap cannot be.
true
