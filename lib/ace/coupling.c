#include "lib/ace/coupling.h"

#include "lib/base/memory.h"

#include <complex.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_coupling.h>
#include <math.h>
#include <stdlib.h>

/* Conjugate of U_{m mu}: S_m = ((-1)^m Y_m + Y_-m)/sqrt2, S_-m = -i((-1)^m Y_m - Y_-m)/sqrt2 for
 * m > 0 and S_0 = Y_0, Y with the Condon-Shortley phase and S without. */
static double complex real_from_complex(int m, int mu)
{
    if (abs(m) != abs(mu))
        return 0;
    if (m == 0)
        return 1;
    double sign = m % 2 ? -1.0 : 1.0;
    if (m > 0)
        return (mu > 0 ? sign : 1.0) * M_SQRT1_2;
    return I * (mu > 0 ? sign : -1.0) * M_SQRT1_2;
}

static double complex component(int left, int right, int out, const int m[3], int *status)
{
    double complex sum = 0;
    for (int choice = 0; choice < 4; choice++) {
        int mu1 = choice & 1 ? -m[0] : m[0], mu2 = choice & 2 ? -m[1] : m[1], mu3 = -mu1 - mu2;
        if (abs(mu3) != abs(m[2]) || (choice & 1 && m[0] == 0) || (choice & 2 && m[1] == 0))
            continue;
        gsl_sf_result symbol;
        int result =
            gsl_sf_coupling_3j_e(2 * left, 2 * right, 2 * out, 2 * mu1, 2 * mu2, 2 * mu3, &symbol);
        if (result != GSL_SUCCESS)
            *status = result;
        sum += symbol.val * real_from_complex(m[0], mu1) * real_from_complex(m[1], mu2) *
               real_from_complex(m[2], mu3);
    }
    return sqrt(2.0 * out + 1.0) * sum;
}

int ff_coupling_init(ff_coupling *coupling, int left, int right, int out, ff_error *err)
{
    *coupling = (ff_coupling){.left = left, .right = right, .out = out};
    size_t most = (size_t)((2 * left + 1) * (2 * right + 1) * (2 * out + 1));
    coupling->entry = ff_new_array(most, sizeof *coupling->entry, err);
    if (!coupling->entry)
        return FF_E_NOMEM;
    int status = GSL_SUCCESS;
    for (int m3 = -out; m3 <= out; m3++)
        for (int m1 = -left; m1 <= left; m1++)
            for (int m2 = -right; m2 <= right; m2++) {
                double complex value =
                    component(left, right, out, (const int[3]){m1, m2, m3}, &status);
                double part = (left + right + out) % 2 ? cimag(value) : creal(value);
                if (fabs(part) > 1e-12)
                    coupling->entry[coupling->count++] =
                        (ff_coupling_entry){.left = (uint16_t)(m1 + left),
                                            .right = (uint16_t)(m2 + right),
                                            .out = (uint16_t)(m3 + out),
                                            .value = part};
            }
    if (status != GSL_SUCCESS) {
        ff_coupling_clear(coupling);
        return ff_fail(err, FF_E_INTERNAL, "3j symbol of %d, %d, %d: %s", left, right, out,
                       gsl_strerror(status));
    }
    return FF_OK;
}

void ff_coupling_clear(ff_coupling *coupling)
{
    free(coupling->entry);
    *coupling = (ff_coupling){0};
}
