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
        for (int m = 0; m < l; m++) {
            harmonics->up[l][m] = (2 * l - 1) / (double)(l - m);
            harmonics->down[l][m] = (l + m - 1) / (double)(l - m);
        }
    }
}

/* Half of FF_LANES numbers anywhere. */
FF_INLINE ff_loose_pack *part(double *lanes, size_t half)
{
    return (ff_loose_pack *)lanes + half;
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
FF_INLINE void legendre(const ff_harmonics *harmonics, int l, const double *z,
                        double (*now)[FF_LANES], double (*last)[FF_LANES],
                        double (*before)[FF_LANES])
{
    for (int m = 0; m < l; m++) {
        double up = harmonics->up[l][m], down = harmonics->down[l][m];
        for (size_t h = 0; h < 2; h++)
            *part(now[m], h) =
                up * ((const ff_loose_pack *)z)[h] * *part(last[m], h) - down * *part(before[m], h);
    }
    FF_EACH_LANE(q)
    {
        now[l][q] = l ? (2 * l - 1) * last[l - 1][q] : 1.0;
        now[l + 1][q] = now[l + 2][q] = 0.0;
    }
}

/* Value and gradient of F Q_l^0. */
FF_INLINE void single(double factor, double (*legendre_l)[FF_LANES], double (*values)[FF_LANES],
                      double (*gradients)[3][FF_LANES])
{
    for (size_t h = 0; h < 2; h++) {
        *part(values[0], h) = factor * *part(legendre_l[0], h);
        *part(gradients[0][0], h) = *part(gradients[0][1], h) = (ff_pack){0};
        *part(gradients[0][2], h) = factor * *part(legendre_l[1], h);
    }
}

/* Value and gradient of F Q (c or s), m > 0: d/dz Q^m = Q^{m+1}; d(c_m)/dx = m c_{m-1}, d(c_m)/dy =
 * -m s_{m-1}, d(s_m)/dx = m s_{m-1}, d(s_m)/dy = m c_{m-1}. */
FF_INLINE void pair(int m, double factor, double (*legendre_l)[FF_LANES], double (*c)[FF_LANES],
                    double (*s)[FF_LANES], double (*values)[FF_LANES],
                    double (*gradients)[3][FF_LANES])
{
    for (size_t h = 0; h < 2; h++) {
        ff_pack f = factor * *part(legendre_l[m], h), up = factor * *part(legendre_l[m + 1], h);
        ff_pack along = m * f, cm = *part(c[m], h), sm = *part(s[m], h);
        ff_pack by_c = along * *part(c[m - 1], h), by_s = along * *part(s[m - 1], h);
        *part(values[-m], h) = f * sm;
        *part(gradients[-m][0], h) = by_s;
        *part(gradients[-m][1], h) = by_c;
        *part(gradients[-m][2], h) = up * sm;
        *part(values[m], h) = f * cm;
        *part(gradients[m][0], h) = by_c;
        *part(gradients[m][1], h) = -by_s;
        *part(gradients[m][2], h) = up * cm;
    }
}

/* Q of l, l-1, l-2, in turn. Those of l < 0 count as zero. */
typedef double legendre_table[3][PLANES][FF_LANES];

FF_INLINE void start_table(double (*before)[FF_LANES])
{
    for (int m = 0; m < 2; m++)
        FF_EACH_LANE(q)
    before[m][q] = 0.0;
}

FF_VECTORISE
void ff_harmonics_evaluate(const ff_harmonics *harmonics, const double (*direction)[FF_LANES],
                           double (*values)[FF_LANES], double (*gradients)[3][FF_LANES])
{
    double c[PLANES][FF_LANES], s[PLANES][FF_LANES];
    legendre_table table;
    powers(harmonics->largest, direction, c, s);
    start_table(table[2]);
    for (int l = 0; l <= harmonics->largest; l++) {
        double(*now)[FF_LANES] = table[l % 3];
        legendre(harmonics, l, direction[2], now, table[(l + 2) % 3], table[(l + 1) % 3]);
        values += l; /* that of m = 0 */
        gradients += l;
        single(harmonics->factor[l][0], now, values, gradients);
        for (int m = 1; m <= l; m++)
            pair(m, harmonics->factor[l][m], now, c, s, values, gradients);
        values += l + 1;
        gradients += l + 1;
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
    legendre_table table;
    powers(harmonics->largest, direction, t.c, t.s);
    start_table(table[2]);
    power_changes(harmonics->largest, turn, (const double(*)[FF_LANES])t.c,
                  (const double(*)[FF_LANES])t.s, t.dc, t.ds);
    for (int l = 0; l <= harmonics->largest; l++) {
        double(*now)[FF_LANES] = table[l % 3];
        legendre(harmonics, l, direction[2], now, table[(l + 2) % 3], table[(l + 1) % 3]);
        for (int m = 0; m <= l; m++)
            pair_change(m, harmonics->factor[l][m], (const double(*)[FF_LANES])now, turn[2], &t,
                        values + l * l + l, gradients + l * l + l);
    }
}
