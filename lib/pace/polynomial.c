/* Computing with the polynomials of polynomial.h; polynomial_graph.c builds them. */

#include "lib/pace/polynomial.h"

#include <string.h>

/* A complex number, or a pair of derivatives by its parts. */
typedef double pair[2];

/* Products forward. */

static void multiply(const ff_polynomial *p, const ff_polynomial_run *run, pair *restrict x)
{
    const uint32_t *left = p->left + run->first, *right = p->right + run->first;
    const double s = run->left_sign, t = run->right_sign, st = s * t;
    for (uint32_t i = 0; i < run->count; i++) {
        const double *a = x[left[i]], *b = x[right[i]];
        double real = a[0] * b[0] - st * (a[1] * b[1]);
        double imaginary = t * (a[0] * b[1]) + s * (a[1] * b[0]);
        x[run->first + i][0] = real;
        x[run->first + i][1] = imaginary;
    }
}

/* y receives the change of products when factors change by y. */
static void multiply_change(const ff_polynomial *p, const ff_polynomial_run *run,
                            const pair *restrict x, pair *restrict y)
{
    const uint32_t *left = p->left + run->first, *right = p->right + run->first;
    const double s = run->left_sign, t = run->right_sign, st = s * t;
    for (uint32_t i = 0; i < run->count; i++) {
        const double *a = x[left[i]], *b = x[right[i]], *da = y[left[i]], *db = y[right[i]];
        double real = da[0] * b[0] + a[0] * db[0] - st * (da[1] * b[1] + a[1] * db[1]);
        double imaginary = t * (da[0] * b[1] + a[0] * db[1]) + s * (da[1] * b[0] + a[1] * db[0]);
        y[run->first + i][0] = real;
        y[run->first + i][1] = imaginary;
    }
}

/* Products in reverse: derivatives w of a product add to those of its factors. Called once with
 * factors from x and w for derivatives; for their change once with the change of w and x, once with
 * w and the change of x. */

static void divide(const ff_polynomial *p, const ff_polynomial_run *run, const pair *restrict x,
                   const pair *w, pair *to)
{
    const uint32_t *left = p->left + run->first, *right = p->right + run->first;
    const double s = run->left_sign, t = run->right_sign, st = s * t;
    for (uint32_t i = run->count; i-- > 0;) {
        const double *a = x[left[i]], *b = x[right[i]];
        double wr = w[run->first + i][0], wi = w[run->first + i][1];
        double *by_a = to[left[i]], *by_b = to[right[i]];
        by_a[0] += wr * b[0] + t * (wi * b[1]);
        by_a[1] += s * (wi * b[0]) - st * (wr * b[1]);
        by_b[0] += wr * a[0] + s * (wi * a[1]);
        by_b[1] += t * (wi * a[0]) - st * (wr * a[1]);
    }
}

/* Terms. */

/* Sum over the terms of row a of c b into sum[2], and with `by` not NULL, of c z into by[b]. */
static inline void row_terms(const ff_polynomial *p, size_t a, const pair *restrict x,
                             const double *restrict z, double *restrict sum, pair *restrict by)
{
    uint32_t i = p->row[a], end = p->row[a + 1], direct = i + p->direct[a];
    double real = 0, imaginary = 0;
    for (; i < direct; i++) {
        const double c = p->coefficient[i], *b = x[p->column[i]];
        real += c * b[0];
        imaginary -= c * b[1];
        if (by) {
            by[p->column[i]][0] += c * z[0];
            by[p->column[i]][1] -= c * z[1];
        }
    }
    for (; i < end; i++) {
        const double c = p->coefficient[i], *b = x[p->column[i]];
        real += c * b[0];
        imaginary += c * b[1];
        if (by) {
            by[p->column[i]][0] += c * z[0];
            by[p->column[i]][1] += c * z[1];
        }
    }
    sum[0] = real;
    sum[1] = imaginary;
}

double ff_polynomial_energy(const ff_polynomial *p, double *values, double *adjoint)
{
    pair *x = (pair *)values, *w = (pair *)adjoint;
    double energy = 0;
    for (size_t r = 0; r < p->runs; r++)
        multiply(p, &p->run[r], x);
    if (w)
        memset(w, 0, p->nodes * sizeof *w);
    for (size_t a = 0; a < p->nodes; a++) {
        double sum[2], z[2] = {x[a][0], x[a][1]};
        if (p->row[a] == p->row[a + 1])
            continue;
        row_terms(p, a, (const pair *)x, z, sum, w);
        energy += z[0] * sum[0] + z[1] * sum[1];
        if (w) {
            w[a][0] += sum[0];
            w[a][1] += sum[1];
        }
    }
    for (size_t r = p->runs; w && r-- > 0;)
        divide(p, &p->run[r], (const pair *)x, (const pair *)w, w);
    return energy;
}

void ff_polynomial_change(const ff_polynomial *p, const double *values, const double *adjoint,
                          double *changes, double *adjoint_change)
{
    const pair *x = (const pair *)values, *w = (const pair *)adjoint;
    pair *y = (pair *)changes, *dw = (pair *)adjoint_change;
    for (size_t r = 0; r < p->runs; r++)
        multiply_change(p, &p->run[r], x, y);
    memset(dw, 0, p->nodes * sizeof *dw);
    for (size_t a = 0; a < p->nodes; a++) {
        double sum[2];
        if (p->row[a] == p->row[a + 1])
            continue;
        row_terms(p, a, (const pair *)y, y[a], sum, dw);
        dw[a][0] += sum[0];
        dw[a][1] += sum[1];
    }
    for (size_t r = p->runs; r-- > 0;) {
        divide(p, &p->run[r], x, (const pair *)dw, dw);
        divide(p, &p->run[r], (const pair *)y, w, dw);
    }
}
