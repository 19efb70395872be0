#include "lib/analysis/elastic_dipole.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

void ff_elastic_dipole(double dipole[6], const ff_relaxation *relaxation)
{
    const bool dislocation = ff_relaxation_is_dislocation(relaxation);
    const double more =
        (double)relaxation->reference.atoms - (double)ff_relaxation_sites(relaxation);
    for (int k = 0; k < 6; k++) {
        double bulk = relaxation->bulk_virial[k];
        dipole[k] =
            dislocation ? NAN : relaxation->virial[k] + (isfinite(bulk) ? more * bulk : 0.0);
    }
}

void ff_elastic_compliance(double compliance[36], const double stiffness[36])
{
    bool known = true;
    for (int k = 0; k < 36; k++)
        known = known && isfinite(stiffness[k]);
    memcpy(compliance, stiffness, 36 * sizeof *compliance);
    known = known && LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', 6, compliance, 6) == 0 &&
            LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', 6, compliance, 6) == 0;
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            if (!known)
                compliance[6 * i + j] = NAN;
            else if (j < i)
                compliance[6 * i + j] = compliance[6 * j + i];
}

double ff_relaxation_volume(const double dipole[6], const double stiffness[36])
{
    double compliance[36], volume = 0.0;
    ff_elastic_compliance(compliance, stiffness);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 6; j++)
            volume += compliance[6 * i + j] * dipole[j];
    return volume;
}
