#include "lib/ace/harmonics.h"

#include <assert.h>
#include <math.h>

enum { PLANES = FF_HARMONICS_MAX + 3 };

void ff_harmonics_init(ff_harmonics *harmonics, int largest)
{
    assert(largest >= 0 && largest <= FF_HARMONICS_MAX);
    harmonics->largest = largest;
    for (int l = 0; l <= largest; l++) {
        double square = (2 * l + 1) / (4.0 * M_PI);
        harmonics->factor[l][0] = sqrt(square);
        for (int m = 1; m <= l; m++) {
            square /= (double)((l - m + 1) * (l + m));
            harmonics->factor[l][m] = sqrt(2.0 * square);
        }
    }
}

/* c_m and s_m for m = 0..largest. */
FF_INLINE void powers(int largest, const double (*restrict direction)[FF_LANES],
                      double (*restrict c)[FF_LANES], double (*restrict s)[FF_LANES])
{
    FF_EACH_LANE(q)
    {
        c[0][q] = 1.0;
        s[0][q] = 0.0;
    }
    for (int m = 1; m <= largest; m++) {
        FF_EACH_LANE(q)
        {
            double x = direction[0][q], y = direction[1][q];
            c[m][q] = x * c[m - 1][q] - y * s[m - 1][q];
            s[m][q] = x * s[m - 1][q] + y * c[m - 1][q];
        }
    }
}

/* Q_l^m for one l and m = 0..l+2 from those of l-1 and l-2:
 * (l - m) Q_l^m = (2l - 1) z Q_{l-1}^m - (l + m - 1) Q_{l-2}^m,  Q_l^l = (2l - 1) Q_{l-1}^{l-1}. */
FF_INLINE void legendre(int l, const double *restrict z, double (*restrict now)[FF_LANES],
                        double (*restrict last)[FF_LANES], double (*restrict before)[FF_LANES])
{
    for (int m = 0; m < l; m++) {
        double up = (2 * l - 1) / (double)(l - m), down = (l + m - 1) / (double)(l - m);
        FF_EACH_LANE(q)
        now[m][q] = up * z[q] * last[m][q] - down * before[m][q];
    }
    FF_EACH_LANE(q)
    {
        now[l][q] = l ? (2 * l - 1) * last[l - 1][q] : 1.0;
        now[l + 1][q] = now[l + 2][q] = 0.0;
    }
}

/* Value and gradient of F Q (c or s): d/dz Q^m = Q^{m+1}; d(c_m)/dx = m c_{m-1}, d(c_m)/dy = -m
 * s_{m-1}, d(s_m)/dx = m s_{m-1}, d(s_m)/dy = m c_{m-1}. */
FF_INLINE void pair(int m, double factor, const double (*restrict legendre_l)[FF_LANES],
                    const double (*restrict c)[FF_LANES], const double (*restrict s)[FF_LANES],
                    double (*restrict values)[FF_LANES], double (*restrict gradients)[3][FF_LANES])
{
    double slope = factor * m;
    FF_EACH_LANE(q)
    {
        double f = factor * legendre_l[m][q], up = factor * legendre_l[m + 1][q];
        double along = m ? slope * legendre_l[m][q] : 0.0;
        double c_less = m ? c[m - 1][q] : 0.0, s_less = m ? s[m - 1][q] : 0.0;
        values[-m][q] = f * s[m][q];
        gradients[-m][0][q] = along * s_less;
        gradients[-m][1][q] = along * c_less;
        gradients[-m][2][q] = up * s[m][q];
        values[m][q] = f * c[m][q];
        gradients[m][0][q] = along * c_less;
        gradients[m][1][q] = -along * s_less;
        gradients[m][2][q] = up * c[m][q];
    }
}

FF_VECTORISE
void ff_harmonics_evaluate(const ff_harmonics *harmonics, const double (*direction)[FF_LANES],
                           double (*values)[FF_LANES], double (*gradients)[3][FF_LANES])
{
    double c[PLANES][FF_LANES], s[PLANES][FF_LANES];
    double table[3][PLANES][FF_LANES] = {{{0}}}; /* Q of l, l-1, l-2, in turn */
    powers(harmonics->largest, direction, c, s);
    for (int l = 0; l <= harmonics->largest; l++) {
        double(*now)[FF_LANES] = table[l % 3];
        legendre(l, direction[2], now, table[(l + 2) % 3], table[(l + 1) % 3]);
        for (int m = 0; m <= l; m++)
            pair(m, harmonics->factor[l][m], (const double(*)[FF_LANES])now,
                 (const double(*)[FF_LANES])c, (const double(*)[FF_LANES])s, values + l * l + l,
                 gradients + l * l + l);
    }
}

/* Changes of c_m and s_m: m (c_{m-1} dx - s_{m-1} dy) and m (s_{m-1} dx + c_{m-1} dy). */
FF_INLINE void power_changes(int largest, const double (*restrict turn)[FF_LANES],
                             const double (*restrict c)[FF_LANES],
                             const double (*restrict s)[FF_LANES], double (*restrict dc)[FF_LANES],
                             double (*restrict ds)[FF_LANES])
{
    FF_EACH_LANE(q)
    dc[0][q] = ds[0][q] = 0.0;
    for (int m = 1; m <= largest; m++)
        FF_EACH_LANE(q)
        {
            dc[m][q] = m * (c[m - 1][q] * turn[0][q] - s[m - 1][q] * turn[1][q]);
            ds[m][q] = m * (s[m - 1][q] * turn[0][q] + c[m - 1][q] * turn[1][q]);
        }
}

/* The tables that the harmonics of one m are made of, and their changes. */
typedef struct tables {
    double c[PLANES][FF_LANES], s[PLANES][FF_LANES], dc[PLANES][FF_LANES], ds[PLANES][FF_LANES];
} tables;

/* The product rule on each line of pair(); dQ^m = Q^{m+1} dz. */
FF_INLINE void pair_change(int m, double factor, const double (*restrict legendre_l)[FF_LANES],
                           const double *restrict dz, const tables *restrict t,
                           double (*restrict values)[FF_LANES],
                           double (*restrict gradients)[3][FF_LANES])
{
    FF_EACH_LANE(q)
    {
        double f = factor * legendre_l[m][q], up = factor * legendre_l[m + 1][q];
        double df = up * dz[q], dup = factor * legendre_l[m + 2][q] * dz[q];
        double c = t->c[m][q], s = t->s[m][q], dc = t->dc[m][q], ds = t->ds[m][q];
        double c_less = m ? t->c[m - 1][q] : 0.0, s_less = m ? t->s[m - 1][q] : 0.0;
        double dc_less = m ? t->dc[m - 1][q] : 0.0, ds_less = m ? t->ds[m - 1][q] : 0.0;
        values[-m][q] = df * s + f * ds;
        gradients[-m][0][q] = m * (df * s_less + f * ds_less);
        gradients[-m][1][q] = m * (df * c_less + f * dc_less);
        gradients[-m][2][q] = dup * s + up * ds;
        values[m][q] = df * c + f * dc;
        gradients[m][0][q] = m * (df * c_less + f * dc_less);
        gradients[m][1][q] = -m * (df * s_less + f * ds_less);
        gradients[m][2][q] = dup * c + up * dc;
    }
}

FF_VECTORISE
void ff_harmonics_change(const ff_harmonics *harmonics, const double (*direction)[FF_LANES],
                         const double (*turn)[FF_LANES], double (*values)[FF_LANES],
                         double (*gradients)[3][FF_LANES])
{
    tables t;
    double table[3][PLANES][FF_LANES] = {{{0}}};
    powers(harmonics->largest, direction, t.c, t.s);
    power_changes(harmonics->largest, turn, (const double(*)[FF_LANES])t.c,
                  (const double(*)[FF_LANES])t.s, t.dc, t.ds);
    for (int l = 0; l <= harmonics->largest; l++) {
        double(*now)[FF_LANES] = table[l % 3];
        legendre(l, direction[2], now, table[(l + 2) % 3], table[(l + 1) % 3]);
        for (int m = 0; m <= l; m++)
            pair_change(m, harmonics->factor[l][m], (const double(*)[FF_LANES])now, turn[2], &t,
                        values + l * l + l, gradients + l * l + l);
    }
}
