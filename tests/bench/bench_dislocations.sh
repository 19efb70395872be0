#!/bin/sh
# Dislocations: force evaluations to 1e-8 eV/A, how often the force constants were factorised, and the time of
# farfield relax-defect, by kind and potential; and those of two with the radius of the cylinder.
# FARFIELD_SHARED_DATA and LAMMPS's potentials add rows.
# FARFIELD_BENCH_RADII: the radii, A (default "20 40 80", which takes some minutes).
set -eu
export PATH="$BUILD/bin:$PATH"
shared=${FARFIELD_SHARED_DATA:-}
lammps=/usr/share/lammps/potentials

# relax KIND POTENTIAL R CRYSTAL...: one row.
relax() {
    kind=$1 potential=$2 radius=$3; shift 3
    /usr/bin/time -f 'USED %e %M' farfield relax-defect -v -p "$potential" --dislocation "$kind" --radius "$radius" "$@" \
        -o relaxed.h5 2> log || { cat log; return; }
    awk -v kind="$kind" -v potential="${potential##*/}" -v radius="$radius" '{ sub(/^farfield-relax-defect: */, "") }
        /^defect / { atoms = $(NF - 1) } /^force evaluations/ { evaluations = $3 } /^force constants/ { factors = $3; own = $5 }
        /^softest mode/ { saddle = $3 < 0 ? "a saddle" : "" } /^USED/ { seconds = $2; kilobytes = $3 }
        END { printf "%-9s %-26s R %4g A %7d atoms %4d evaluations %3d factors (%4d atoms own) %8.2f s %6.0f MB  %s\n",
              kind, potential, radius, atoms, evaluations, factors, own, seconds, kilobytes / 1000, saddle }' log
}

silicon="--crystal diamond --species Si --lattice-constant 5.43095"
argon="--crystal fcc --species Ar --lattice-constant relax"
copper="--crystal fcc --species Cu --lattice-constant 3.615"
tungsten="--crystal bcc --species W --lattice-constant"
bcc="screw edge-110 edge-112 edge-100 mixed-71"
fcc="screw edge mixed-60"

[ -f "$shared/w_eam4.fs.zip" ] && gzip -dc < "$shared/w_eam4.fs.zip" > w_eam4.fs
for kind in $bcc; do relax "$kind" fs:W 20 $tungsten 3.1652; done
if [ -f w_eam4.fs ]; then
    for kind in $bcc; do relax "$kind" eam:w_eam4.fs 20 $tungsten 3.14339; done
    for kind in $bcc; do relax "$kind" "eam:$shared/W_Zhou04.eam.alloy" 20 $tungsten 3.16485; done
fi
for kind in $fcc; do relax "$kind" sw:Si 20 $silicon; done
for kind in $fcc; do relax "$kind" lj:0.0104,3.4,8.5 30 $argon; done
[ ! -f "$lammps/Cu_mishin1.eam.alloy" ] ||
    for kind in $fcc; do relax "$kind" "eam:$lammps/Cu_mishin1.eam.alloy" 30 $copper; done
for radius in ${FARFIELD_BENCH_RADII:-20 40 80}; do
    [ ! -f w_eam4.fs ] || relax screw eam:w_eam4.fs "$radius" $tungsten 3.14339
    [ ! -f "$lammps/Cu_mishin1.eam.alloy" ] ||
        relax screw "eam:$lammps/Cu_mishin1.eam.alloy" "$radius" $copper
done
