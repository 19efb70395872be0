#ifndef FF_TESTS_BENCH_LAMMPS_H
#define FF_TESTS_BENCH_LAMMPS_H

/* The same potential and cell in LAMMPS with pair style pace, where there is one: $FARFIELD_LAMMPS,
 * by default lmp. Files are written to the current folder. */

#include "tests/bench/bench_ace/cases.h"

#include <stdbool.h>

/* Whether that program has the pair style. */
bool bench_lammps_found(void);

/* Writes what LAMMPS needs for a case and a frame: the potential as `farfield export` would,
 * its radial functions in tables with the spacing usual there, 0.001 A. */
void bench_lammps_prepare(const bench_setup *setup, const ff_frame *frame);

/* Seconds of processor time per atom of one evaluation of energy, forces and virial (LAMMPS's own
 * "Pair" time, one process); *energy: eV. NAN when it did not run. */
double bench_lammps_time(const ff_frame *frame, double *energy);

#endif
