#include "lib/potentials/potential.h"

#include <math.h>

void ff_potential_free(ff_potential *potential)
{
    if (potential)
        potential->class_->free(potential);
}

int ff_potential_need_sites(const ff_potential *potential, const char *what, ff_error *err)
{
    if (!potential->class_->evaluate)
        return FF_OK;
    return ff_fail(err, FF_E_RANGE,
                   "the potential '%s' is known for whole structures only, but %s needs energies "
                   "atom by atom and how far they reach",
                   potential->class_->kind, what);
}

/* A. Neumaier, Z. Angew. Math. Mech. 54, 39 (1974). */
double ff_compensated_sum(const double *values, size_t count, double offset)
{
    double sum = 0, lost = 0;
    for (size_t i = 0; i < count; i++) {
        double term = values[i] - offset, total = sum + term;
        lost += fabs(sum) >= fabs(term) ? (sum - total) + term : (term - total) + sum;
        sum = total;
    }
    return sum + lost;
}
