#!/bin/sh
# The audit on copies of data spoiled in stated ways (tests/spoil.py): each is found, named and mended
# as it should be, and nothing is found on the clean copy. Data made here, and the real files when
# there are any.
set -eu
export PYTHONDONTWRITEBYTECODE=1
ways=0 bad=0

# audit NAME WAY OPTION...: ingests NAME.xyz (spoiled in WAY) and audits it to `report`; $code is the
# exit code.
audit() {
    name=$1 way=$2
    shift 2
    if [ "$way" = clean ]; then cp "$name.xyz" spoiled.xyz
    else python3 "$FARFIELD_TOP/tests/spoil.py" "$way" < "$name.xyz" > spoiled.xyz; fi
    farfield ingest -q spoiled.xyz --energy energy --forces forces "$@" -o spoiled.h5
    code=0; farfield audit --findings-only spoiled.h5 > report 2> err || code=$?
    tr -s ' \n' ' ' < report > words
    ways=$((ways + 1))
}
# clean NAME OPTION...: nothing at all
clean() {
    audit "$1" clean $labels
    [ "$code" = 0 ] && ! grep -q WRONG report || { echo "$1: false alarm"; cat report err; bad=1; }
}
# found 'part of the report' NAME WAY OPTION...
found() {
    expected=$1
    shift
    audit "$@"
    [ "$code" = 1 ] && grep -qF -- "$expected" words ||
        { echo "$*: exit code $code, does not say: $expected"; cat report err; bad=1; }
}
# What every set with energies, forces and virials must show.
all_ways() {
    found 'what virials: the sign is wrong' "$1" virial_sign --virial virial
    found 'what forces: the sign is wrong' "$1" force_sign --virial virial
    found 'what virials: kbar read as bar' "$1" stress_kbar --stress stress --units stress=bar
    found 'mend --units stress=kbar' "$1" stress_kbar --stress stress --units stress=GPa
    found 'what virials: virials read as stresses' "$1" clean --stress virial
    found 'what virials: stresses read as virials' "$1" stress --virial virial
    found 'mend --drop-zero-virials' "$1" zero_virials --virial virial
    found 'mend --drop-zero-forces' "$1" zero_forces --virial virial
    found 'the forces do not belong to the structure' "$1" other_forces --virial virial
    found "the group's energies are shifted by +2" "$1" shifted_group --virial virial
    found 'mend --tensor-order vasp' "$1" six_vasp --virial virial
    found 'mend --right-handed' "$1" left_handed --virial virial
    found 'the structure and labels of an earlier frame' "$1" duplicates --virial virial
    found 'stiffer than any material: eV read as Ha' "$1" clean --virial virial --units energy=Ha
    found 'what energies: eV read as Ha' "$1" clean --virial virial --units energy=Ha,force=eV/A,virial=eV
    found 'what energies: energies per atom read as energies' "$1" energy_per_atom --virial virial
    found 'the energy is +' "$1" one_energy --virial virial
    found 'what virials: kbar read as GPa' "$1" virials_of_group --virial virial
}

# Structures of silicon in two groups and the energy of the free atom; labels of Stillinger and Weber.
farfield generate -q -c diamond -s Si -a 5.43 -N 1 -n 20 --strain 0.04 --rattle 0.05 -g bulk -o bulk.h5
farfield generate -q -c diamond -s Si -a 5.43 -N 2 -d vacancy -n 6 --strain 0.01 --rattle 0.06 -g vacancy -o vacancy.h5
farfield label -q -p sw:Si bulk.h5 vacancy.h5 | farfield export -q -o made.xyz
labels='--virial virial'
clean made
all_ways made
# Nine numbers that are not symmetric have no one reading, and are refused. Symmetric ones are the
# same in C and in Fortran order: nothing can be wrong with them, nor be told.
python3 "$FARFIELD_TOP/tests/spoil.py" asymmetric < made.xyz > asymmetric.xyz
code=0; farfield ingest asymmetric.xyz --energy energy --forces forces --virial virial -o no.h5 2> err || code=$?
[ "$code" = 3 ] && grep -q 'virial is not symmetric' err || { echo "asymmetric virials: exit code $code"; cat err; bad=1; }
# What mends a finding does mend it.
python3 "$FARFIELD_TOP/tests/spoil.py" both_signs < made.xyz > spoiled.xyz
farfield ingest -q spoiled.xyz --energy energy --forces forces --virial virial --gradients --virial-sign plus --audit -o mended.h5
python3 "$FARFIELD_TOP/tests/spoil.py" left_handed < made.xyz > spoiled.xyz
farfield ingest -q spoiled.xyz --energy energy --forces forces --virial virial --right-handed --audit -o mended.h5
for zeros in forces virials; do
    python3 "$FARFIELD_TOP/tests/spoil.py" zero_$zeros < made.xyz > spoiled.xyz
    farfield ingest -q spoiled.xyz --energy energy --forces forces --virial virial --drop-zero-$zeros --audit -o mended.h5
done

if [ -d "$FARFIELD_SHARED_DATA" ]; then
    data=$FARFIELD_SHARED_DATA
    real() { name=$1; shift; farfield ingest -q "$@" -o "$name.h5" && farfield export -q "$name.h5" -o "$name.xyz"; }
    real tiny "$data/Si_tiny.xyz" --energy dft_energy --forces dft_force --virial dft_virial
    real tial "$data/TiAl_tutorial.xyz.gz" --energy energy --forces force --virial virial
    real zuo "$data/Zuo_Si_train.xyz.gz" "$data/Zuo_Si_test.xyz.gz" --energy energy --forces force
    for set in Elastic Displaced; do
        real $set "$data/Ta_${set}_BCC.xyz" --energy energy --forces forces --stress stress \
            --units stress=bar --stress-sign compression
    done
    clean tiny
    all_ways tiny

    # Two species; crystals and melts at 5000 K.
    clean tial
    found 'what virials: the sign is wrong' tial virial_sign --virial virial
    found 'what virials: kbar read as bar' tial stress_kbar --stress stress --units stress=bar
    found 'the forces do not belong to the structure: they are those of frame' tial other_forces --virial virial
    found "the group's energies are shifted by +2" tial shifted_group --virial virial
    found 'mend --tensor-order vasp' tial six_vasp --virial virial
    found 'what virials: kbar read as GPa' tial virials_of_group --virial virial
    found 'stiffer than any material: eV read as Ha' tial clean --virial virial --units energy=Ha

    # Two-atom cells without forces, strained by a hundredth; the energies beside a constant pressure.
    clean Elastic
    found 'what virials: the sign is wrong' Elastic virial_sign --virial virial
    found 'what virials: kbar read as bar' Elastic stress_kbar --stress stress --units stress=bar
    found 'what virials: kbar read as GPa' Elastic stress_kbar --stress stress --units stress=GPa
    found 'what virials: virials read as stresses' Elastic clean --stress virial
    found 'mend --tensor-order vasp' Elastic six_vasp --virial virial
    found 'what energies: eV read as Ha' Elastic clean --virial virial --units energy=Ha,force=eV/A,virial=eV
    found 'stiffer than any material' Elastic clean --virial virial --units energy=Ha
    found 'mend --right-handed' Elastic left_handed --virial virial
    found 'the structure and labels of an earlier frame' Elastic duplicates --virial virial
    found 'the energy is +1 eV/atom off' Elastic one_energy --virial virial

    # Nine frames of one cell.
    clean Displaced
    found 'what forces: the sign is wrong' Displaced force_sign --virial virial
    found 'what virials: the sign is wrong' Displaced virial_sign --virial virial
    found 'the forces do not belong to the structure' Displaced other_forces --virial virial
    found 'what energies: eV read as Ha' Displaced clean --virial virial --units energy=Ha,force=eV/A,virial=eV
    found 'mend --drop-zero-forces' Displaced zero_forces --virial virial

    labels='--virial none'
    clean zuo
    found 'what forces: the sign is wrong' zuo force_sign --virial none
    found 'mend --drop-zero-forces' zuo zero_forces --virial none
    found 'the forces do not belong to the structure: they are those of frame' zuo other_forces --virial none
    found 'what energies: eV read as Ha' zuo clean --virial none --units energy=Ha,force=eV/A
    found 'what energies: energies per atom read as energies' zuo energy_per_atom --virial none
    found 'the structure and labels of an earlier frame' zuo duplicates --virial none
else
    echo 'without real data'
fi
echo "$ways audits"
exit $bad
