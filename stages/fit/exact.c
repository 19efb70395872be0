/* Observations that a model is to reproduce exactly: equations for its coefficients.
 *
 * The rows of a class and the rows of its triangle have the same solutions, R being the rows times
 * an orthogonal matrix. So a reduction holds all that is needed, and a class of many rows gives no
 * more equations than there are coefficients. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"
#include "stages/cli/observations.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows this small beside the largest of their class are rounding, such as those of the shear
 * stress of a perfect crystal. */
static const double ROUNDING = 1e-11;

/* Row i of a class's packed triangle, which begins with its diagonal. */
static const double *triangle_row(const ff_reduction *reduction, const ff_reduced_class *reduced,
                                  size_t i)
{
    return reduced->r + ff_packed_size(i, reduction->columns + 1);
}

/* Length of the part of row i that multiplies coefficients, and, in *target, what it must give. */
static double row_length(const ff_reduction *reduction, const ff_reduced_class *reduced, size_t i,
                         double *target)
{
    const double *row = triangle_row(reduction, reduced, i);
    double square = 0;
    size_t count = reduction->columns - i;
    for (size_t j = 0; j < count; j++)
        square += row[j] * row[j];
    *target = row[count];
    return sqrt(square);
}

/* Largest length of a row, and the length of the targets. */
static void class_scale(const ff_reduction *reduction, const ff_reduced_class *reduced,
                        double *longest, double *targets)
{
    *longest = *targets = 0;
    for (size_t i = 0; i < reduced->height; i++) {
        double target;
        *longest = fmax(*longest, row_length(reduction, reduced, i, &target));
        *targets = hypot(*targets, target);
    }
}

static int add_equation(fit_classes *classes, const ff_reduced_class *reduced, size_t i,
                        ff_error *err)
{
    const ff_reduction *reduction = classes->reduction;
    size_t columns = reduction->columns, count = classes->constraints.count;
    const double *row = triangle_row(reduction, reduced, i);
    char name[96];
    (void)snprintf(name, sizeof name, "%s of group %.60s", ff_kind_names[reduced->kind],
                   reduction->group_names[reduced->group]);
    if (!(classes->names[count] = ff_copy_text(name, err)))
        return FF_E_NOMEM;
    memcpy(classes->matrix + count * columns + i, row, (columns - i) * sizeof *row);
    classes->target[count] = row[columns - i];
    classes->constraints.count++;
    return FF_OK;
}

static int add_class(fit_classes *classes, const ff_reduced_class *reduced, ff_error *err)
{
    const ff_reduction *reduction = classes->reduction;
    double longest, targets;
    int status = FF_OK;
    class_scale(reduction, reduced, &longest, &targets);
    for (size_t i = 0; i < reduced->height && status == FF_OK; i++) {
        double target, length = row_length(reduction, reduced, i, &target);
        if (length > ROUNDING * longest)
            status = add_equation(classes, reduced, i, err);
        else if (fabs(target) > 1e3 * ROUNDING * (targets + longest))
            status = ff_fail(err, FF_E_NUMERIC,
                             "--exact: the %s of group %s cannot all be met exactly: %s",
                             ff_kind_names[reduced->kind], reduction->group_names[reduced->group],
                             longest > 0 ? "there are more of them than functions, or some "
                                           "contradict others"
                                         : "no function changes them (one-body energies may: see "
                                           "featurize --e0)");
    }
    return status;
}

static size_t most_equations(const ff_reduction *reduction, const unsigned *exact)
{
    size_t count = 0;
    for (size_t i = 0; i < reduction->count; i++)
        if (exact[reduction->classes[i].group] & (1u << reduction->classes[i].kind))
            count += reduction->classes[i].height;
    return count;
}

/* Every kind that was named must be there, or the model would not be what was asked for. */
static int check_present(const ff_reduction *reduction, const unsigned *exact, ff_error *err)
{
    for (uint32_t group = 0; group < reduction->group_count; group++) {
        unsigned found = 0;
        for (size_t i = 0; i < reduction->count; i++)
            if (reduction->classes[i].group == group)
                found |= 1u << reduction->classes[i].kind;
        for (int kind = 0; kind < FF_KINDS; kind++)
            if (exact[group] & ~found & (1u << kind))
                return ff_fail(err, FF_E_FORMAT, "--exact: group %s has no %s",
                               reduction->group_names[group], ff_kind_names[kind]);
    }
    return FF_OK;
}

int fit_exact_equations(fit_classes *classes, const unsigned *exact, ff_error *err)
{
    const ff_reduction *reduction = classes->reduction;
    size_t most = most_equations(reduction, exact);
    int status = check_present(reduction, exact, err);
    if (status != FF_OK || most == 0)
        return status;
    classes->matrix = ff_new_array(most, reduction->columns * sizeof *classes->matrix, err);
    classes->target = ff_new_array(most, sizeof *classes->target, err);
    classes->names = ff_new_array(most, sizeof *classes->names, err);
    if (!classes->matrix || !classes->target || !classes->names)
        return FF_E_NOMEM;
    for (size_t i = 0; i < reduction->count && status == FF_OK; i++)
        if (exact[reduction->classes[i].group] & (1u << reduction->classes[i].kind))
            status = add_class(classes, &reduction->classes[i], err);
    classes->constraints.matrix = classes->matrix;
    classes->constraints.target = classes->target;
    classes->constraints.names = (const char *const *)classes->names;
    return status;
}
