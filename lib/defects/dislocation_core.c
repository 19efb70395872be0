#include "lib/defects/dislocation_core.h"

#include "lib/base/memory.h"
#include "lib/defects/dislocation_field.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A; distances that differ by less are equal. */
static const double same = 1e-5;
enum { NEAR_COLUMNS = 24 };

typedef struct point {
    double x, y;
} point;

/* The best of the candidates so far. */
typedef struct choice {
    const ff_frame *unit;
    const ff_stroh *stroh;
    double nearest;
    double *position; /* [capacity][3] scratch */
    size_t capacity;
    bool found;
    double apart; /* A, smallest distance of the atoms about it */
    double core[2];
} choice;

static int compare_numbers(double a, double b)
{
    if (fabs(a - b) <= same)
        return 0;
    return a < b ? -1 : 1;
}

/* From atom 0 outwards. */
static int compare_points(const void *first, const void *second)
{
    const point *a = first, *b = second;
    int order = compare_numbers(hypot(a->x, a->y), hypot(b->x, b->y));
    if (order == 0)
        order = compare_numbers(a->y, b->y);
    return order ? order : compare_numbers(a->x, b->x);
}

/* Sites within `reach` of a line, moved by its field, into c->position; their number in *count. */
static int place_about(choice *c, const double core[2], double reach, size_t *count, ff_error *err)
{
    const ff_frame *unit = c->unit;
    ff_dislocation_field field;
    ff_dislocation_field_single(&field, c->stroh, core);
    int most[2];
    for (int k = 0; k < 2; k++)
        most[k] = (int)ceil((reach + fabs(core[k])) / unit->cell[4 * k]) + 1;
    *count = 0;
    for (int p = -most[0]; p <= most[0]; p++)
        for (int q = -most[1]; q <= most[1]; q++)
            for (size_t i = 0; i < unit->atoms; i++) {
                double site[3];
                for (size_t k = 0; k < 3; k++)
                    site[k] = unit->positions[3 * i + k] - unit->positions[k] + p * unit->cell[k] +
                              q * unit->cell[3 + k];
                if (hypot(site[0] - core[0], site[1] - core[1]) > reach)
                    continue;
                int status =
                    ff_reserve(&c->position, &c->capacity, *count + 1, 3 * sizeof(double), err);
                if (status != FF_OK)
                    return status;
                ff_dislocation_field_place(c->position + 3 * (*count)++, &field, site);
            }
    return FF_OK;
}

/* Along z the atoms repeat. */
static double smallest_distance(const choice *c, size_t count)
{
    double period = c->unit->cell[8], least = period * period;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const double *a = c->position + 3 * i, *b = c->position + 3 * j;
            double z = remainder(a[2] - b[2], period);
            double square = (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + z * z;
            least = fmin(least, square);
        }
    return sqrt(least);
}

static int consider(choice *c, const point *candidate, ff_error *err)
{
    const double core[2] = {candidate->x, candidate->y};
    size_t count;
    int status = place_about(c, core, 2.5 * c->nearest, &count, err);
    if (status != FF_OK)
        return status;
    double apart = smallest_distance(c, count);
    if (c->found && compare_numbers(apart, c->apart) <= 0)
        return FF_OK;
    c->found = true;
    c->apart = apart;
    memcpy(c->core, core, sizeof core);
    return FF_OK;
}

/* Columns of atoms along z about atom 0, from it outwards, each once; the caller frees. */
static int columns_about(point **columns, size_t *count, const ff_frame *unit, ff_error *err)
{
    enum { AROUND = 2 };
    size_t all = unit->atoms * (2 * AROUND + 1) * (2 * AROUND + 1), used = 0, kept = 0;
    if (!(*columns = ff_new_array(all, sizeof **columns, err)))
        return FF_E_NOMEM;
    for (int p = -AROUND; p <= AROUND; p++)
        for (int q = -AROUND; q <= AROUND; q++)
            for (size_t i = 0; i < unit->atoms; i++)
                (*columns)[used++] =
                    (point){unit->positions[3 * i] - unit->positions[0] + p * unit->cell[0],
                            unit->positions[3 * i + 1] - unit->positions[1] + q * unit->cell[4]};
    qsort(*columns, used, sizeof **columns, compare_points);
    for (size_t i = 0; i < used; i++)
        if (kept == 0 || compare_points(&(*columns)[kept - 1], &(*columns)[i]) != 0)
            (*columns)[kept++] = (*columns)[i];
    *count = kept;
    return FF_OK;
}

/* The point as far from a, b as from the origin; false when they are in a line. */
static bool circumcentre(point *centre, point a, point b)
{
    double twice = 2.0 * (a.x * b.y - a.y * b.x), aa = a.x * a.x + a.y * a.y,
           bb = b.x * b.x + b.y * b.y;
    if (fabs(twice) < same)
        return false;
    *centre = (point){(b.y * aa - a.y * bb) / twice, (a.x * bb - b.x * aa) / twice};
    return true;
}

/* Vertices of the Voronoi cell of atom 0's column among the columns. */
static int consider_between_columns(choice *c, const point *columns, size_t count, ff_error *err)
{
    size_t near = count < NEAR_COLUMNS ? count : NEAR_COLUMNS, kept = 0;
    point vertex[NEAR_COLUMNS * NEAR_COLUMNS];
    for (size_t i = 1; i < near; i++)
        for (size_t j = 1; j < i; j++) {
            point at;
            if (!circumcentre(&at, columns[i], columns[j]))
                continue;
            bool empty = true;
            double radius = hypot(at.x, at.y);
            for (size_t k = 1; k < count && empty; k++)
                empty = hypot(columns[k].x - at.x, columns[k].y - at.y) >= radius - same;
            if (empty)
                vertex[kept++] = at;
        }
    qsort(vertex, kept, sizeof *vertex, compare_points);
    int status = FF_OK;
    for (size_t v = 0; v < kept && status == FF_OK; v++)
        status = consider(c, &vertex[v], err);
    return status;
}

static int compare_doubles(const void *first, const void *second)
{
    return compare_numbers(*(const double *)first, *(const double *)second);
}

/* Half way between the planes farthest apart, of those next to atom 0's. */
static double widest_gap(const point *columns, size_t count, double *height)
{
    size_t kept = 0;
    double best = 0.0, width = -1.0;
    for (size_t i = 0; i < count; i++)
        height[i] = columns[i].y;
    qsort(height, count, sizeof *height, compare_doubles);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_numbers(height[kept - 1], height[i]) != 0)
            height[kept++] = height[i];
    for (size_t i = 1; i < kept; i++) {
        double middle = 0.5 * (height[i] + height[i - 1]), gap = height[i] - height[i - 1];
        int order = compare_numbers(gap, width);
        if (order > 0 || (order == 0 && compare_numbers(fabs(middle), fabs(best)) <= 0)) {
            best = middle;
            width = gap;
        }
    }
    return best;
}

/* Over and under atoms, and half way between, in the widest gap. */
static int consider_between_planes(choice *c, const point *columns, size_t count, ff_error *err)
{
    size_t kept = 0;
    double *along = ff_new_array(count, sizeof *along, err);
    if (!along)
        return FF_E_NOMEM;
    double middle = widest_gap(columns, count, along);
    for (size_t i = 0; i < count; i++)
        if (fabs(columns[i].x) < c->unit->cell[0] + same)
            along[kept++] = columns[i].x;
    qsort(along, kept, sizeof *along, compare_doubles);
    size_t distinct = 0;
    for (size_t i = 0; i < kept; i++)
        if (distinct == 0 || compare_numbers(along[distinct - 1], along[i]) != 0)
            along[distinct++] = along[i];
    int status = FF_OK;
    for (size_t i = 0; i < 2 * distinct - 1 && status == FF_OK; i++) {
        point at = {0.5 * (along[i / 2] + along[(i + 1) / 2]), middle};
        if (at.x >= -same && at.x < 0.5 * c->unit->cell[0] + same)
            status = consider(c, &at, err);
    }
    free(along);
    return status;
}

int ff_dislocation_choose_core(double core[2], const ff_frame *unit, const ff_stroh *stroh,
                               double nearest, ff_error *err)
{
    choice c = {.unit = unit, .stroh = stroh, .nearest = nearest};
    point *columns = NULL;
    size_t count = 0;
    bool screw = hypot(stroh->burgers[0], stroh->burgers[1]) < same;
    int status = columns_about(&columns, &count, unit, err);
    if (status == FF_OK)
        status = screw ? consider_between_columns(&c, columns, count, err)
                       : consider_between_planes(&c, columns, count, err);
    if (status == FF_OK && !c.found)
        status = ff_fail(err, FF_E_NUMERIC, "found no place for the line between the atoms");
    memcpy(core, c.core, sizeof c.core);
    free(c.position);
    free(columns);
    return status;
}
