#include "lib/potentials/potential.h"

#include <math.h>

void ff_potential_free(ff_potential *potential)
{
    if (potential)
        potential->class_->free(potential);
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
