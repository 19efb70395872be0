#include "lib/regression/reduction.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_reduction_init(ff_reduction *reduction)
{
    *reduction = (ff_reduction){0};
}

void ff_reduction_clear(ff_reduction *reduction)
{
    for (size_t i = 0; i < reduction->count; i++)
        free(reduction->classes[i].r);
    for (size_t i = 0; i < reduction->group_count && reduction->group_names; i++)
        free(reduction->group_names[i]);
    free(reduction->classes);
    free(reduction->group_names);
    ff_reduction_init(reduction);
}

void ff_class_weights(double *weight, const ff_reduction *reduction, const double *table)
{
    for (size_t i = 0; i < reduction->count; i++) {
        const ff_reduced_class *reduced = &reduction->classes[i];
        weight[i] = table[(size_t)reduced->group * FF_KINDS + reduced->kind];
    }
}

double ff_reduced_class_squares(const ff_reduced_class *reduced, size_t columns,
                                const double *coefficients)
{
    const double *row = reduced->r;
    double sum = 0;
    for (size_t i = 0; i < reduced->height; i++) {
        size_t length = columns - i;
        double error =
            cblas_ddot((int)length, row, 1, coefficients + columns - length, 1) - row[length];
        sum += error * error;
        row += length + 1;
    }
    return sum;
}

/* ---- triangles of several classes ---- */

enum { MOST_BRANCHES = 4, CLASSES_OF_A_BRANCH = 4 };

/* Some of the classes, merged by one thread. */
typedef struct merge_branch {
    ff_triangle triangle, other;
    ff_triangle_workspace workspace;
} merge_branch;

typedef struct merge_task {
    const ff_reduction *reduction;
    const double *weight;
    size_t *chosen; /* [count] classes of nonzero weight */
    size_t count, branches;
    merge_branch branch[MOST_BRANCHES];
} merge_task;

static int grow_branch(size_t index, int thread, void *context, ff_error *err)
{
    merge_task *task = context;
    merge_branch *branch = &task->branch[index];
    size_t order = task->reduction->columns + 1;
    (void)thread;
    int status = ff_triangle_init(&branch->triangle, order, err);
    if (status == FF_OK)
        status = ff_triangle_init(&branch->other, order, err);
    if (status == FF_OK)
        status = ff_triangle_workspace_init(&branch->workspace, order, err);
    for (size_t i = index; i < task->count && status == FF_OK; i += task->branches) {
        const ff_reduced_class *reduced = &task->reduction->classes[task->chosen[i]];
        ff_triangle *into = i == index ? &branch->triangle : &branch->other;
        ff_triangle_unpack(into, reduced->height, reduced->r, task->weight[task->chosen[i]]);
        if (i != index)
            status = ff_triangle_merge(&branch->triangle, &branch->other, reduced->height,
                                       &branch->workspace, err);
    }
    return status;
}

int ff_reduction_triangle(ff_triangle *triangle, const ff_reduction *reduction,
                          const double *weight, ff_error *err)
{
    merge_task task = {.reduction = reduction, .weight = weight};
    *triangle = (ff_triangle){0};
    task.chosen = ff_new_array(reduction->count, sizeof *task.chosen, err);
    if (!task.chosen)
        return FF_E_NOMEM;
    for (size_t i = 0; i < reduction->count; i++)
        if (weight[i] != 0)
            task.chosen[task.count++] = i;
    task.branches = 1 + task.count / CLASSES_OF_A_BRANCH;
    if (task.branches > MOST_BRANCHES)
        task.branches = MOST_BRANCHES;
    int status = ff_parallel_for(task.branches, grow_branch, &task, NULL, err);
    merge_branch *trunk = &task.branch[0];
    for (size_t i = 1; i < task.branches && status == FF_OK; i++)
        status = ff_triangle_merge(&trunk->triangle, &task.branch[i].triangle,
                                   reduction->columns + 1, &trunk->workspace, err);
    if (status == FF_OK) {
        *triangle = trunk->triangle;
        trunk->triangle = (ff_triangle){0};
    }
    for (size_t i = 0; i < task.branches; i++) {
        ff_triangle_clear(&task.branch[i].triangle);
        ff_triangle_clear(&task.branch[i].other);
        ff_triangle_workspace_clear(&task.branch[i].workspace);
    }
    free(task.chosen);
    return status;
}
