/* Independent invariants of a product of spherical tensors: see coupling.h. */

#include "lib/ace/coupling.h"
#include "lib/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int ff_coupling_half(int order)
{
    return (order + 1) / 2;
}

/* All paths. */

typedef struct path_list {
    size_t count, capacity;
    int (*rank)[FF_COUPLING_FACTORS];
} path_list;

static int list_paths(path_list *list, int *rank, int factor, int order, const int *l,
                      ff_error *err)
{
    int half = ff_coupling_half(order);
    if (factor == order) {
        if (rank[factor - 1] != rank[half - 1])
            return FF_OK;
        int status =
            ff_reserve(&list->rank, &list->capacity, list->count + 1, sizeof *list->rank, err);
        if (status == FF_OK)
            memcpy(list->rank[list->count++], rank, sizeof *list->rank);
        return status;
    }
    bool first = factor == 0 || factor == half;
    int low = first ? l[factor] : abs(rank[factor - 1] - l[factor]);
    int high = first ? l[factor] : rank[factor - 1] + l[factor];
    for (rank[factor] = low; rank[factor] <= high; rank[factor]++) {
        int status = list_paths(list, rank, factor + 1, order, l, err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

/* Tensors of the paths. */

/* Tensor of one half: out[prod (2 l_i + 1)][2 rank + 1], last factor fastest. Allocated. */
static int half_tensor(double **out, size_t *size, int count, const int *l, const int *rank,
                       ff_error *err)
{
    size_t rows = (size_t)(2 * l[0] + 1), columns = rows;
    double *tensor = ff_new_array(rows * columns, sizeof *tensor, err);
    if (!tensor)
        return FF_E_NOMEM;
    for (size_t m = 0; m < rows; m++)
        tensor[m * columns + m] = 1.0;
    for (int i = 1; i < count; i++) {
        size_t width = (size_t)(2 * l[i] + 1), next_columns = (size_t)(2 * rank[i] + 1);
        ff_coupling coupling = {0};
        double *next = ff_new_array(rows * width * next_columns, sizeof *next, err);
        int status =
            next ? ff_coupling_init(&coupling, rank[i - 1], l[i], rank[i], err) : FF_E_NOMEM;
        for (size_t row = 0; row < rows && status == FF_OK; row++)
            for (size_t e = 0; e < coupling.count; e++) {
                const ff_coupling_entry *entry = &coupling.entry[e];
                next[(row * width + entry->right) * next_columns + entry->out] +=
                    entry->value * tensor[row * columns + entry->left];
            }
        ff_coupling_clear(&coupling);
        free(tensor);
        tensor = next;
        if (status != FF_OK) {
            free(tensor);
            return status;
        }
        rows *= width;
        columns = next_columns;
    }
    *out = tensor;
    *size = rows;
    return FF_OK;
}

/* The invariant tensor of a path: out[prod (2 l_i + 1)]. */
static int path_tensor(double *out, int order, const int *l, const int *rank, ff_error *err)
{
    int half = ff_coupling_half(order);
    double *left = NULL, *right = NULL;
    size_t rows = 0, columns = 0, width = (size_t)(2 * rank[order - 1] + 1);
    int status = half_tensor(&left, &rows, half, l, rank, err);
    if (status == FF_OK)
        status = half_tensor(&right, &columns, order - half, l + half, rank + half, err);
    if (status == FF_OK) {
        double norm = 1.0 / sqrt((double)width);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++) {
                double sum = 0;
                for (size_t m = 0; m < width; m++)
                    sum += left[i * width + m] * right[j * width + m];
                out[i * columns + j] = norm * sum;
            }
    }
    free(left);
    free(right);
    return status;
}

/* Symmetrisation. */

/* The index of the component that has the same product of factors as `index` but with the m of
 * equal factors in increasing order. */
static size_t sorted_index(size_t index, int order, const int *l, const int *same)
{
    int m[FF_COUPLING_FACTORS];
    for (int i = order - 1; i >= 0; i--) {
        m[i] = (int)(index % (size_t)(2 * l[i] + 1));
        index /= (size_t)(2 * l[i] + 1);
    }
    for (int pass = 1; pass < order; pass++)
        for (int i = 0; i + 1 < order; i++)
            if (same[i] && m[i] > m[i + 1]) {
                int swap = m[i];
                m[i] = m[i + 1];
                m[i + 1] = swap;
            }
    size_t sorted = 0;
    for (int i = 0; i < order; i++)
        sorted = sorted * (size_t)(2 * l[i] + 1) + (size_t)m[i];
    return sorted;
}

/* Tensors of all paths with the components of equal products merged, so that rows [count][size]
 * have the scalar products of the symmetrised tensors: a product with N orderings, component sum c,
 * contributes c c'/N. */
static int symmetric_tensors(double *rows, size_t size, const path_list *list, int order,
                             const int *l, const int *same, ff_error *err)
{
    int status = FF_E_NOMEM;
    double *tensor = ff_new_array(size, sizeof *tensor, err);
    double *orderings = ff_new_array(size, sizeof *orderings, err);
    size_t *sorted = ff_new_array(size, sizeof *sorted, err);
    if (!tensor || !orderings || !sorted)
        goto done;
    for (size_t i = 0; i < size; i++) {
        sorted[i] = sorted_index(i, order, l, same);
        orderings[sorted[i]] += 1.0;
    }
    for (size_t p = 0; p < list->count; p++) {
        status = path_tensor(tensor, order, l, list->rank[p], err);
        if (status != FF_OK)
            goto done;
        for (size_t i = 0; i < size; i++)
            rows[p * size + sorted[i]] += tensor[i] / sqrt(orderings[sorted[i]]);
    }
    status = FF_OK;
done:
    free(tensor);
    free(orderings);
    free(sorted);
    return status;
}

static double product(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Gram-Schmidt with the largest remaining row as pivot (the first among equals). Overwrites rows.
 * chosen[] receives the path indices in increasing order. */
static size_t choose_independent(double *rows, size_t size, size_t count, size_t *chosen)
{
    bool taken[FF_COUPLING_PATHS] = {false};
    double trace = 0;
    for (size_t p = 0; p < count; p++)
        trace += product(rows + p * size, rows + p * size, size);
    size_t rank = (size_t)lround(trace);
    assert(fabs(trace - (double)rank) < 1e-8);
    for (size_t step = 0; step < rank; step++) {
        size_t best = count;
        double largest = 0;
        for (size_t p = 0; p < count; p++) {
            double norm = taken[p] ? 0 : product(rows + p * size, rows + p * size, size);
            if (norm > largest + 1e-9) {
                largest = norm;
                best = p;
            }
        }
        assert(best < count);
        taken[best] = true;
        double *pivot = rows + best * size;
        for (size_t p = 0; p < count; p++) {
            double factor = taken[p] ? 0 : product(rows + p * size, pivot, size) / largest;
            for (size_t i = 0; i < size && factor != 0; i++)
                rows[p * size + i] -= factor * pivot[i];
        }
    }
    size_t written = 0;
    for (size_t p = 0; p < count; p++)
        if (taken[p])
            chosen[written++] = p;
    return written;
}

int ff_coupling_invariants(ff_coupling_path *paths, size_t *count, int order, const int *l,
                           const int *same, ff_error *err)
{
    path_list list = {0};
    double *rows = NULL;
    size_t size = 1, chosen[FF_COUPLING_PATHS];
    double norm[FF_COUPLING_PATHS];
    int rank[FF_COUPLING_FACTORS] = {0};
    *count = 0;
    assert(order >= 2 && order <= FF_COUPLING_FACTORS);
    int status = list_paths(&list, rank, 0, order, l, err);
    if (status != FF_OK || list.count == 0)
        goto done;
    if (list.count > FF_COUPLING_PATHS) {
        status = ff_fail(err, FF_E_RANGE, "%zu couplings of one product, at most %d are supported",
                         list.count, FF_COUPLING_PATHS);
        goto done;
    }
    for (int i = 0; i < order; i++)
        size *= (size_t)(2 * l[i] + 1);
    rows = ff_new_array(list.count * size, sizeof *rows, err);
    status = rows ? symmetric_tensors(rows, size, &list, order, l, same, err) : FF_E_NOMEM;
    if (status != FF_OK)
        goto done;
    for (size_t p = 0; p < list.count; p++)
        norm[p] = sqrt(product(rows + p * size, rows + p * size, size));
    *count = choose_independent(rows, size, list.count, chosen);
    for (size_t k = 0; k < *count; k++) {
        const int *chosen_rank = list.rank[chosen[k]];
        memcpy(paths[k].rank, chosen_rank, sizeof paths[k].rank);
        paths[k].scale = 1.0 / (sqrt(2.0 * chosen_rank[order - 1] + 1.0) * norm[chosen[k]]);
    }
done:
    free(rows);
    free(list.rank);
    return status;
}
