#include "lib/defects/dislocation_field.h"

#include "lib/structure/lattice.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;
/* A, sites this little below a cut count as above it: rounding must not decide. */
static const double on_cut = 1e-6;
enum { IMAGES = 6, MOST_STEPS = 60 };

/* The angle of (x, y) continued across the half plane y = 0, x < 0 for the atoms of one side. */
static double angle_on_side(double x, double y, bool above)
{
    double angle = atan2(y, x);
    if (above && angle < -0.5 * pi)
        return angle + 2.0 * pi;
    if (!above && angle > 0.5 * pi)
        return angle - 2.0 * pi;
    return angle;
}

/* Adds sign * u of one line, about which the point is at an angle. */
static void add_line(double u[3], const ff_dislocation_field *field, const double from[2],
                     double sign, double angle)
{
    double part[3];
    ff_stroh_displacement(part, &field->stroh, from[0], from[1], angle);
    for (int k = 0; k < 3; k++)
        u[k] += sign * part[k];
}

/* Adds u of a line and its partner, both moved by a vector. Off the same plane, where no side of it
 * can be told, they are seen under the angle between them. */
static void add_pair(double u[3], const ff_dislocation_field *field, const double shift[2],
                     const double point[2], double site_y)
{
    double from[2], to[2];
    bool above = site_y >= field->core[1] + shift[1] - on_cut;
    for (int k = 0; k < 2; k++) {
        from[k] = point[k] - field->core[k] - shift[k];
        to[k] = point[k] - field->partner[k] - shift[k];
    }
    double angle = angle_on_side(from[0], from[1], above);
    double other = angle_on_side(to[0], to[1], above);
    if (field->core[1] != field->partner[1])
        other = angle - remainder(angle - other, 2.0 * pi);
    add_line(u, field, from, 1.0, angle);
    add_line(u, field, to, -1.0, other);
}

/* At a point, for an atom whose site is at site_y, which says on which side of a cut it is. */
static void displacement(double u[3], const ff_dislocation_field *field, const double point[2],
                         double site_y)
{
    memset(u, 0, 3 * sizeof *u);
    if (!field->periodic) {
        const double from[2] = {point[0] - field->core[0], point[1] - field->core[1]};
        bool above = site_y >= field->core[1] - on_cut;
        add_line(u, field, from, 1.0, angle_on_side(from[0], from[1], above));
        return;
    }
    for (int p = -field->images; p <= field->images; p++)
        for (int q = -field->images; q <= field->images; q++) {
            double shift[2];
            for (int k = 0; k < 2; k++)
                shift[k] = p * field->cell[k] + q * field->cell[2 + k];
            add_pair(u, field, shift, point, site_y);
        }
    for (int k = 0; k < 3; k++)
        u[k] += field->linear[2 * k] * (point[0] - field->core[0]) +
                field->linear[2 * k + 1] * (point[1] - field->core[1]);
}

static void add_gradient(double gradient[9], const ff_dislocation_field *field, double x, double y,
                         double sign)
{
    double part[9];
    ff_stroh_gradient(part, &field->stroh, x, y);
    for (int k = 0; k < 9; k++)
        gradient[k] += sign * part[k];
}

void ff_dislocation_field_gradient(double gradient[9], const ff_dislocation_field *field, double x,
                                   double y)
{
    memset(gradient, 0, 9 * sizeof *gradient);
    if (!field->periodic) {
        add_gradient(gradient, field, x - field->core[0], y - field->core[1], 1.0);
        return;
    }
    for (int p = -field->images; p <= field->images; p++)
        for (int q = -field->images; q <= field->images; q++) {
            double sx = x - p * field->cell[0] - q * field->cell[2];
            double sy = y - p * field->cell[1] - q * field->cell[3];
            add_gradient(gradient, field, sx - field->core[0], sy - field->core[1], 1.0);
            add_gradient(gradient, field, sx - field->partner[0], sy - field->partner[1], -1.0);
        }
    for (int k = 0; k < 3; k++) {
        gradient[3 * k] += field->linear[2 * k];
        gradient[3 * k + 1] += field->linear[2 * k + 1];
    }
}

void ff_dislocation_field_single(ff_dislocation_field *field, const ff_stroh *stroh,
                                 const double core[2])
{
    *field = (ff_dislocation_field){.stroh = *stroh, .core = {core[0], core[1]}};
}

/* How much the bare sum grows along a vector: averaged over places half way between the rows. */
static void growth_along(double growth[3], const ff_dislocation_field *field,
                         const double vector[2])
{
    enum { PLACES = 4 };
    memset(growth, 0, 3 * sizeof *growth);
    for (int place = 0; place < PLACES; place++) {
        double here[3], there[3], from[2], to[2];
        for (int k = 0; k < 2; k++) {
            from[k] =
                field->core[k] + (0.125 + 0.25 * place) * field->cell[k] - 0.5 * field->cell[2 + k];
            to[k] = from[k] + vector[k];
        }
        displacement(here, field, from, from[1]);
        displacement(there, field, to, to[1]);
        for (int k = 0; k < 3; k++)
            growth[k] += (there[k] - here[k]) / PLACES;
    }
}

void ff_dislocation_field_growth(double growth[6], const double burgers[3], const double between[2],
                                 const double cell[4])
{
    double area = cell[0] * cell[3] - cell[1] * cell[2];
    for (int i = 0; i < 2; i++) {
        double swept = between[0] * cell[2 * i + 1] - between[1] * cell[2 * i];
        for (int k = 0; k < 3; k++)
            growth[3 * i + k] = -burgers[k] * swept / area;
    }
}

void ff_dislocation_field_array(ff_dislocation_field *field, const ff_stroh *stroh,
                                const double core[2], const double partner[2], const double cell[4],
                                const double growth[6])
{
    double along[3], across[3], determinant = cell[0] * cell[3] - cell[1] * cell[2];
    ff_dislocation_field_single(field, stroh, core);
    memcpy(field->cell, cell, sizeof field->cell);
    memcpy(field->partner, partner, sizeof field->partner);
    field->periodic = true;
    field->images = IMAGES;
    growth_along(along, field, cell);
    growth_along(across, field, cell + 2);
    for (int k = 0; k < 3; k++) {
        double first = growth[k] - along[k], second = growth[3 + k] - across[k];
        field->linear[2 * k] = (first * cell[3] - second * cell[1]) / determinant;
        field->linear[2 * k + 1] = (second * cell[0] - first * cell[2]) / determinant;
    }
}

/* One step of Newton's method for position = site + u(position) in the plane, no longer than a
 * quarter of the Burgers vector. Returns what was left before it. */
static double improve(double position[3], const ff_dislocation_field *field, const double site[3])
{
    double u[3], g[9], left[3], step[2], size;
    displacement(u, field, position, site[1]);
    ff_dislocation_field_gradient(g, field, position[0], position[1]);
    for (int k = 0; k < 3; k++)
        left[k] = site[k] + u[k] - position[k];
    double a = 1.0 - g[0], b = -g[1], c = -g[3], d = 1.0 - g[4], determinant = a * d - b * c;
    step[0] = (d * left[0] - b * left[1]) / determinant;
    step[1] = (a * left[1] - c * left[0]) / determinant;
    size = sqrt(step[0] * step[0] + step[1] * step[1]);
    double longest = 0.25 * sqrt(ff_vector_dot(field->stroh.burgers, field->stroh.burgers));
    double scale = size > longest ? longest / size : 1.0;
    position[0] += scale * step[0];
    position[1] += scale * step[1];
    position[2] = site[2] + u[2];
    return determinant > 0.0 ? size : INFINITY;
}

void ff_dislocation_field_place(double position[3], const ff_dislocation_field *field,
                                const double site[3])
{
    double left = INFINITY, u[3];
    memcpy(position, site, 3 * sizeof *position);
    for (int step = 0; step < MOST_STEPS && !(left < 1e-12); step++)
        left = improve(position, field, site);
    displacement(u, field, left < 1e-9 ? position : site, site[1]);
    for (int k = 0; k < 3; k++)
        position[k] = site[k] + u[k];
}
