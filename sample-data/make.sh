#!/bin/sh
# Makes the files of this folder anew, in the current folder. Needs the programs on PATH.
# Everything is seeded, so that the same version on the same machine makes the same bytes.
set -eu

structures() { # GROUP CELLS COUNT RATTLE STRAIN SEED [OPTION...]
    group=$1 cells=$2 count=$3 rattle=$4 strain=$5 seed=$6
    shift 6
    farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells "$cells" \
        --count "$count" --rattle "$rattle" --strain "$strain" --seed "$seed" --group "$group" \
        "$@" -o "$group-$seed.h5"
}

scratch=$(mktemp -d)
target=$PWD
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

structures strained 1 12 0 0.03 1
structures rattled 1 16 0.12 0.02 2
structures supercell 2 5 0.06 0.01 3
structures vacancy 2 4 0.06 0 4 --defect vacancy
farfield label --potential sw:Si strained-1.h5 rattled-2.h5 supercell-3.h5 vacancy-4.h5 |
    farfield export -o "$target/si-train.xyz.gz"

structures strained 1 3 0 0.03 11
structures rattled 1 4 0.12 0.02 12
structures supercell 2 1 0.06 0.01 13
structures vacancy 2 1 0.06 0 14 --defect vacancy
farfield label --potential sw:Si strained-11.h5 rattled-12.h5 supercell-13.h5 vacancy-14.h5 |
    farfield export -o "$target/si-test.xyz"
