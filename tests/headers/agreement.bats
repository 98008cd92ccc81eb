#!/usr/bin/env bats
# shellcheck disable=SC2154 # top_builddir comes from the Makefile
#
# What slurm_facts.h says of the headers of the Slurm that is here, whichever release it is.

@test "what is said of Slurm's headers is what they say" {
    make -s -C "$top_builddir" headers-agreement
}
