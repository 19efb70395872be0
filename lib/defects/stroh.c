#include "lib/defects/stroh.h"

#include "lib/structure/lattice.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;
/* In Burgers vectors: nearer to the line the field is that of this distance. */
static const double nearest = 1e-3;
static const int voigt[3][3] = {{0, 5, 4}, {5, 1, 3}, {4, 3, 2}};

void ff_rotate_stiffness(double out[36], const double stiffness[36], const double axes[9])
{
    static const int pair[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
    double bond[6][6], half[6][6]; /* W. L. Bond (1943): stresses turn by this matrix */
    for (int r = 0; r < 6; r++)
        for (int c = 0; c < 6; c++) {
            const double *p = axes + 3 * pair[r][0], *q = axes + 3 * pair[r][1];
            int i = pair[c][0], j = pair[c][1];
            bond[r][c] = i == j ? p[i] * q[i] : p[i] * q[j] + p[j] * q[i];
        }
    for (int r = 0; r < 6; r++)
        for (int c = 0; c < 6; c++) {
            half[r][c] = 0.0;
            for (int k = 0; k < 6; k++)
                half[r][c] += bond[r][k] * stiffness[6 * k + c];
        }
    for (int r = 0; r < 6; r++)
        for (int c = 0; c < 6; c++) {
            out[6 * r + c] = 0.0;
            for (int k = 0; k < 6; k++)
                out[6 * r + c] += half[r][k] * bond[c][k];
        }
}

/* Matrices of Stroh's N at an angle: N1 = -T^-1 R^t, N2 = T^-1, N3 = R T^-1 R^t - Q, where
 * Q = (nn), R = (nm), T = (mm), n = (cos, sin, 0), m = (-sin, cos, 0). */
typedef struct fundamental {
    double n1[9], n2[9], n3[9];
} fundamental;

/* out_ik = C_ijkl a_j b_l */
static void contract(double out[9], const double stiffness[36], const double a[2],
                     const double b[2])
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            out[3 * i + k] = 0.0;
            for (int j = 0; j < 2; j++)
                for (int l = 0; l < 2; l++)
                    out[3 * i + k] += stiffness[6 * voigt[i][j] + voigt[k][l]] * a[j] * b[l];
        }
}

/* out = a b, or a b^t. */
static void multiply(double out[9], const double a[9], const double b[9], bool transposed)
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            out[3 * i + j] = 0.0;
            for (int k = 0; k < 3; k++)
                out[3 * i + j] += a[3 * i + k] * (transposed ? b[3 * j + k] : b[3 * k + j]);
        }
}

static void times(double out[3], const double a[9], const double b[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = ff_vector_dot(a + 3 * i, b);
}

static void fundamental_at(fundamental *f, const double stiffness[36], double angle)
{
    const double n[2] = {cos(angle), sin(angle)}, m[2] = {-n[1], n[0]};
    double q[9], r[9], t[9], product[9];
    contract(q, stiffness, n, n);
    contract(r, stiffness, n, m);
    contract(t, stiffness, m, m);
    ff_lattice_inverse(f->n2, t);
    multiply(f->n1, f->n2, r, true);
    for (int k = 0; k < 9; k++)
        f->n1[k] = -f->n1[k];
    multiply(product, r, f->n1, false);
    for (int k = 0; k < 9; k++)
        f->n3[k] = -product[k] - q[k];
}

/* Means over the angle: S of N1, L of -N3. */
static void average(double s[9], double l[9], const double stiffness[36], size_t samples)
{
    memset(s, 0, 9 * sizeof *s);
    memset(l, 0, 9 * sizeof *l);
    for (size_t n = 0; n < samples; n++) {
        fundamental f;
        fundamental_at(&f, stiffness, pi * (double)n / (double)samples);
        for (int k = 0; k < 9; k++) {
            s[k] += f.n1[k] / (double)samples;
            l[k] -= f.n3[k] / (double)samples;
        }
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < i; j++)
            l[3 * i + j] = l[3 * j + i] = 0.5 * (l[3 * i + j] + l[3 * j + i]);
}

/* (N1 S - N2 L) b at an angle: -2 pi du/d(angle). Its mean is -b. */
static void turning(double out[3], const double stiffness[36], double angle, const double sb[3],
                    const double lb[3])
{
    fundamental f;
    double first[3], second[3];
    fundamental_at(&f, stiffness, angle);
    times(first, f.n1, sb);
    times(second, f.n2, lb);
    for (int k = 0; k < 3; k++)
        out[k] = first[k] - second[k];
}

/* Adds the derivative's value at angle pi sample / samples to the series of u. The integral of cos
 * 2 n angle is sin 2 n angle / 2 n; the phase is reduced exactly. */
static void add_sample(ff_stroh *field, const double value[3], size_t sample, size_t samples)
{
    for (size_t n = 1; 2 * n < samples; n++) {
        double phase = 2.0 * pi * (double)((n * sample) % samples) / (double)samples;
        double scale = -1.0 / (2.0 * pi * (double)n * (double)samples);
        for (size_t k = 0; k < 3; k++) {
            field->sine[n][k] += scale * value[k] * cos(phase);
            field->cosine[n][k] -= scale * value[k] * sin(phase);
        }
    }
}

/* The part of u that is periodic in the angle, from `samples` values of its derivative. Whether the
 * upper half of the spectrum is at rounding. */
static bool expand(ff_stroh *field, const double stiffness[36], size_t samples)
{
    double s[9], lb[3], length = sqrt(ff_vector_dot(field->burgers, field->burgers)), tail = 0.0;
    memset(field->cosine, 0, sizeof field->cosine);
    memset(field->sine, 0, sizeof field->sine);
    average(s, field->energy, stiffness, samples);
    times(field->radial, s, field->burgers);
    times(lb, field->energy, field->burgers);
    for (size_t i = 0; i < samples; i++) {
        double value[3];
        turning(value, stiffness, pi * (double)i / (double)samples, field->radial, lb);
        add_sample(field, value, i, samples);
    }
    field->harmonics = 0;
    for (size_t n = 1; 2 * n < samples; n++) {
        double size = 0.0;
        for (size_t k = 0; k < 3; k++)
            size = fmax(size, fmax(fabs(field->sine[n][k]), fabs(field->cosine[n][k])));
        if (size * (double)n > 1e-15 * length)
            field->harmonics = n;
        if (4 * n >= samples)
            tail = fmax(tail, size * (double)n);
    }
    return tail <= 1e-14 * length;
}

/* By Cholesky's method. */
static bool is_positive(const double stiffness[36])
{
    double copy[36];
    for (int k = 0; k < 36; k++)
        if (!isfinite(stiffness[k]))
            return false;
    memcpy(copy, stiffness, sizeof copy);
    return LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', 6, copy, 6) == 0;
}

int ff_stroh_init(ff_stroh *field, const double stiffness[36], const double burgers[3],
                  ff_error *err)
{
    memset(field, 0, sizeof *field);
    memcpy(field->burgers, burgers, sizeof field->burgers);
    if (!(ff_vector_dot(burgers, burgers) > 0.0))
        return ff_fail(err, FF_E_USAGE, "a Burgers vector of no length makes no dislocation");
    if (!is_positive(stiffness))
        return ff_fail(err, FF_E_NUMERIC,
                       "the crystal's elastic constants are not positive definite: dislocations "
                       "have no elastic field in it");
    for (size_t samples = 32; samples <= 2 * FF_STROH_HARMONICS; samples *= 2)
        if (expand(field, stiffness, samples))
            return FF_OK;
    return ff_fail(err, FF_E_NUMERIC,
                   "the crystal is too anisotropic for the elastic field of a dislocation: %d "
                   "harmonics of the angle do not suffice",
                   FF_STROH_HARMONICS);
}

/* Cosine and sine of twice the angle of (x, y); on the line itself, that of the x axis. */
static void double_angle(double *c, double *s, double x, double y)
{
    double r2 = x * x + y * y;
    *c = r2 > 0.0 ? (x * x - y * y) / r2 : 1.0;
    *s = r2 > 0.0 ? 2.0 * x * y / r2 : 0.0;
}

void ff_stroh_displacement(double u[3], const ff_stroh *field, double x, double y, double angle)
{
    double b2 = ff_vector_dot(field->burgers, field->burgers), r2 = x * x + y * y;
    double logarithm = 0.5 * log(fmax(r2 / b2, nearest * nearest)), c, s;
    double_angle(&c, &s, x, y);
    double cn = 1.0, sn = 0.0;
    for (size_t k = 0; k < 3; k++)
        u[k] = (field->burgers[k] * angle - field->radial[k] * logarithm) / (2.0 * pi);
    for (size_t n = 1; n <= field->harmonics; n++) {
        double turned = cn * c - sn * s;
        sn = sn * c + cn * s;
        cn = turned;
        for (size_t k = 0; k < 3; k++)
            u[k] += field->cosine[n][k] * cn + field->sine[n][k] * sn;
    }
}

void ff_stroh_gradient(double gradient[9], const ff_stroh *field, double x, double y)
{
    double b2 = ff_vector_dot(field->burgers, field->burgers), c, s;
    double r2 = fmax(x * x + y * y, nearest * nearest * b2);
    double cn = 1.0, sn = 0.0, turn[3];
    double_angle(&c, &s, x, y);
    for (size_t k = 0; k < 3; k++)
        turn[k] = field->burgers[k] / (2.0 * pi);
    for (size_t n = 1; n <= field->harmonics; n++) {
        double turned = cn * c - sn * s;
        sn = sn * c + cn * s;
        cn = turned;
        for (size_t k = 0; k < 3; k++)
            turn[k] += 2.0 * (double)n * (field->sine[n][k] * cn - field->cosine[n][k] * sn);
    }
    for (size_t k = 0; k < 3; k++) {
        double radial = -field->radial[k] / (2.0 * pi);
        gradient[3 * k] = (radial * x - turn[k] * y) / r2;
        gradient[3 * k + 1] = (radial * y + turn[k] * x) / r2;
        gradient[3 * k + 2] = 0.0;
    }
}
