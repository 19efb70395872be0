# Tungsten by embedded-atom potentials: published elastic constants, lattice constants, energies.
set -eu
data=$FARFIELD_SHARED_DATA
[ -e "$data/w_eam4.fs.zip" ] || { echo "no shared data"; exit 77; }

# near LOG NAME VALUE TOLERANCE
near() {
    awk -v name="$2" -v want="$3" -v by="$4" '
        $1 == name && $2 != "unrelaxed" { seen = 1; d = $2 - want; if (d < -by || d > by) { print name, $2, "is not", want; bad = 1 } }
        END { exit !seen || bad }' "$1"
}
crystal() { farfield evaluate --potential "$1" --crystal bcc --species W --lattice-constant "$2" 2> "$3" > crystal.h5; }

# M.-C. Marinica et al., J. Phys.: Condens. Matter 25, 395502 (2013), EAM4; the constants as computed
# for the same table by matscipy's tests, which print two decimals.
gzip -dc < "$data/w_eam4.fs.zip" > w_eam4.fs
crystal eam:w_eam4.fs 3.143392 eam4.log
near eam4.log C11 523.03 0.02
near eam4.log C12 202.18 0.02
near eam4.log C44 160.88 0.02

# Lattice constants and cohesive energies that the NIST repository states: no pressure is left.
crystal "eam:$data/W_Zhou04.eam.alloy" 3.164850 zhou.log
near zhou.log energy -8.759994 2e-6
near zhou.log pressure 0 0.005
crystal "eam:$data/W_Olsson09.eam.alloy.gz" 3.160000 olsson.log
near olsson.log energy -8.900005 2e-6
near olsson.log pressure 0 0.05
