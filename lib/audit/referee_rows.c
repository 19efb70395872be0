#include "lib/audit/referee_rows.h"

#include "lib/base/memory.h"
#include "lib/structure/nearest_distance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const int ff_referee_orders[5][3] = {{4, 5, 3}, {5, 4, 3}, {5, 3, 4}, {3, 5, 4}, {4, 3, 5}};

/* The referee sees this many atoms, of all groups alike. */
static const size_t sample_atoms = 16000;

/* Bases from large to small; the first that leaves LEAST_SHARE rows a function is taken. */
static const struct {
    int order;
    double degree[3];
} sizes[] = {{3, {8, 8, 6}}, {3, {7, 6, 5}}, {3, {6, 5, 4}}, {2, {6, 5}}, {2, {5, 4}}, {2, {4, 3}}};
enum { SIZES = sizeof sizes / sizeof sizes[0], MOST_FUNCTIONS = 250, LEAST_SHARE = 3 };

static const unsigned all_kinds = FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL;

void ff_referee_rows_clear(ff_referee_rows *rows)
{
    ff_ace_basis_free(rows->basis);
    free(rows->frame);
    free(rows->group);
    for (int k = 0; k < FF_REFEREE_KINDS; k++) {
        free(rows->kind[k].matrix);
        free(rows->kind[k].frame);
        for (int r = 0; r < FF_REFEREE_READINGS; r++)
            free(rows->kind[k].target[r]);
    }
    *rows = (ff_referee_rows){0};
}

/* Frames. */

static bool is_usable(const ff_audit_work *work, size_t i)
{
    const ff_frame *frame = &work->dataset->frames[i];
    return (work->good[i] & all_kinds) && frame->atoms > 0 && frame->atoms <= sample_atoms &&
           work->nearest[i] > 0 && isfinite(work->nearest[i]);
}

/* Takes frames evenly from every group until its share of the atoms is used up. */
static int choose_frames(ff_referee_rows *rows, const ff_audit_work *work, ff_error *err)
{
    const size_t count = work->dataset->count, share = sample_atoms / work->groups + 1;
    size_t *total = ff_new_array(work->groups, sizeof *total, err);
    double *place = ff_new_array(work->groups, sizeof *place, err);
    rows->frame = ff_new_array(count, sizeof *rows->frame, err);
    rows->group = ff_new_array(count, sizeof *rows->group, err);
    const bool made = total && place && rows->frame && rows->group;
    size_t all = 0;
    for (size_t i = 0; i < count && made; i++)
        if (is_usable(work, i)) {
            total[work->group[i]] += work->dataset->frames[i].atoms;
            all += work->dataset->frames[i].atoms;
        }
    for (size_t i = 0; i < count && made; i++) {
        const size_t g = work->group[i];
        if (!is_usable(work, i))
            continue;
        /* Every frame when all fit; else as many as keep pace with the share of the atoms. */
        const double pace =
            all <= sample_atoms || total[g] <= share ? 1 : (double)share / (double)total[g];
        const double before = place[g];
        place[g] += pace;
        if (floor(place[g] + 1e-9) <= floor(before + 1e-9))
            continue;
        rows->frame[rows->frames] = (uint32_t)i;
        rows->group[rows->frames++] =
            (uint32_t)(g < FF_REFEREE_MOST_GROUPS - 1 ? g : FF_REFEREE_MOST_GROUPS - 1);
    }
    rows->groups = work->groups < FF_REFEREE_MOST_GROUPS ? work->groups : FF_REFEREE_MOST_GROUPS;
    free(total);
    free(place);
    return made ? FF_OK : FF_E_NOMEM;
}

/* The chosen frames as a dataset that borrows from the original and has only good labels. */
static int borrow_frames(ff_dataset *sample, const ff_referee_rows *rows, const ff_audit_work *work,
                         ff_error *err)
{
    ff_dataset_init(sample);
    sample->frames = ff_new_array(rows->frames, sizeof *sample->frames, err);
    if (!sample->frames)
        return FF_E_NOMEM;
    sample->count = rows->frames;
    for (size_t i = 0; i < rows->frames; i++) {
        sample->frames[i] = work->dataset->frames[rows->frame[i]];
        sample->frames[i].labels = work->good[rows->frame[i]] & all_kinds;
    }
    return FF_OK;
}

/* Basis. */

static size_t count_rows(const ff_dataset *sample)
{
    size_t rows = 0;
    for (size_t i = 0; i < sample->count; i++)
        rows += ff_frame_row_count(&sample->frames[i], all_kinds);
    return rows;
}

/* Leaves out frames whose atoms are too close for a basis that resolves ordinary distances. */
static void drop_close(ff_referee_rows *rows, ff_dataset *sample, const ff_audit_work *work,
                       double least)
{
    size_t kept = 0;
    for (size_t i = 0; i < sample->count; i++) {
        if (work->nearest[rows->frame[i]] <= least)
            continue;
        sample->frames[kept] = sample->frames[i];
        rows->group[kept] = rows->group[i];
        rows->frame[kept++] = rows->frame[i];
    }
    sample->count = rows->frames = kept;
}

static int choose_basis(ff_referee_rows *rows, ff_dataset *sample, const ff_audit_work *work,
                        const char **why, ff_error *err)
{
    int species[FF_MAX_SPECIES], status;
    double smallest = INFINITY;
    ff_nearest_distance nearest;
    ff_dataset_species(sample, species, &rows->species);
    if (rows->species > FF_ACE_MAX_BASIS_SPECIES) {
        *why = "not tested: too many species";
        return FF_OK;
    }
    status = ff_dataset_nearest_distances(&nearest, NULL, sample, species, 0, err);
    if (status != FF_OK)
        return status;
    drop_close(rows, sample, work, 0.4 * nearest.median);
    for (size_t i = 0; i < rows->frames; i++)
        smallest = fmin(smallest, work->nearest[rows->frame[i]]);
    const size_t observations = count_rows(sample);
    for (int s = 0; s < SIZES && status == FF_OK && !rows->basis; s++) {
        ff_ace_options options;
        ff_ace_options_default(&options, species, rows->species, nearest.median, 0);
        options.order = sizes[s].order;
        memset(options.degree, 0, sizeof options.degree); /* of order 1: the pair basis */
        for (int n = 1; n < 3; n++)
            options.degree[n] = sizes[s].degree[n];
        options.pair_degree = (int)sizes[s].degree[0];
        options.inner = fmin(options.inner, 0.98 * smallest);
        status = ff_ace_basis_new(&rows->basis, &options, err);
        rows->functions = status == FF_OK ? ff_ace_basis_size(rows->basis) : 0;
        if (status == FF_OK &&
            (rows->functions > MOST_FUNCTIONS || LEAST_SHARE * rows->functions > observations)) {
            ff_ace_basis_free(rows->basis);
            rows->basis = NULL;
        }
    }
    if (status == FF_OK && !rows->basis)
        *why = "not tested: too few labels for a reference model";
    return status;
}

/* Rows. */

static void set_columns(ff_referee_rows *rows)
{
    rows->pressure = rows->functions + rows->species;
    rows->shifts = rows->pressure + 1;
    rows->columns = rows->shifts + rows->groups - 1;
}

static int kind_init(ff_referee_kind *kind, int k, size_t rows, size_t columns, ff_error *err)
{
    bool made = (kind->matrix = ff_new_array(rows, columns * sizeof *kind->matrix, err)) &&
                (kind->frame = ff_new_array(rows, sizeof *kind->frame, err));
    for (int r = 0; r < FF_REFEREE_READINGS && made; r++) {
        const bool wanted = r == FF_REFEREE_AS_IS ||
                            (r == FF_REFEREE_PER_ATOM && k == FF_KIND_ENERGY) ||
                            (r >= FF_REFEREE_TIMES_VOLUME && k == FF_KIND_VIRIAL);
        if (wanted)
            made = (kind->target[r] = ff_new_array(rows, sizeof(double), err)) != NULL;
    }
    return made ? FF_OK : FF_E_NOMEM;
}

static int make_room(ff_referee_rows *rows, const ff_dataset *sample, ff_error *err)
{
    int status = FF_OK;
    for (int k = 0; k < FF_REFEREE_KINDS && status == FF_OK; k++) {
        size_t count = 0;
        for (size_t i = 0; i < sample->count; i++)
            count += ff_frame_row_count(&sample->frames[i], 1u << k);
        status = kind_init(&rows->kind[k], k, count, rows->columns, err);
    }
    return status;
}

/* The targets of one virial row (Voigt component) in all readings. */
static void set_virial_targets(ff_referee_kind *kind, size_t row, const ff_frame *frame, int axis)
{
    const double atoms = (double)frame->atoms, volume = ff_frame_volume(frame);
    const double value = frame->virial[axis] / atoms;
    kind->target[FF_REFEREE_AS_IS][row] = value;
    kind->target[FF_REFEREE_TIMES_VOLUME][row] = value * volume;
    kind->target[FF_REFEREE_OVER_VOLUME][row] = volume > 0 ? value / volume : 0;
    for (int o = 0; o < 5; o++)
        kind->target[FF_REFEREE_ORDERS + o][row] =
            axis < 3 ? value : frame->virial[ff_referee_orders[o][axis - 3]] / atoms;
}

/* Adds a row of the block to its kind. */
static void add_row(ff_referee_rows *rows, const ff_design_block *block, size_t from,
                    const ff_frame *frame, uint32_t index)
{
    const ff_row_label *label = &block->label[from];
    ff_referee_kind *kind = &rows->kind[label->kind];
    const size_t row = kind->rows++;
    const double atoms = (double)frame->atoms;
    const double scale = label->kind == FF_KIND_FORCE ? 1 : 1 / atoms;
    double *to = kind->matrix + row * rows->columns;
    for (size_t c = 0; c < rows->functions; c++)
        to[c] = scale * block->matrix[from * block->columns + c];
    kind->frame[row] = index;
    kind->target[FF_REFEREE_AS_IS][row] = scale * block->target[from];
    if (label->kind == FF_KIND_VIRIAL) {
        set_virial_targets(kind, row, frame, label->axis);
        to[rows->pressure] = label->axis < 3 ? ff_frame_volume(frame) / atoms : 0;
    }
    if (label->kind != FF_KIND_ENERGY)
        return;
    const ff_ace_options *options = ff_ace_basis_options(rows->basis);
    kind->target[FF_REFEREE_PER_ATOM][row] = block->target[from];
    for (size_t s = 0; s < rows->species; s++)
        for (size_t i = 0; i < frame->atoms; i++)
            to[rows->functions + s] += frame->species[i] == options->species[s] ? scale : 0;
    if (rows->group[index] > 0)
        to[rows->shifts + rows->group[index] - 1] = 1;
}

typedef struct sink {
    ff_referee_rows *rows;
    const ff_dataset *sample;
} sink;

static int take_block(void *context, const ff_design_block *block, ff_error *err)
{
    (void)err;
    sink *s = context;
    for (size_t r = 0; r < block->rows; r++) {
        const uint32_t frame = block->label[r].frame;
        add_row(s->rows, block, r, &s->sample->frames[frame], frame);
    }
    return FF_OK;
}

static int make_rows(ff_referee_rows *rows, const ff_dataset *sample, const ff_audit_work *work,
                     ff_error *err)
{
    static const double nothing[FF_MAX_SPECIES + 1] = {0};
    const ff_ace_row_options options = {.kinds = all_kinds, .one_body = nothing};
    sink s = {.rows = rows, .sample = sample};
    set_columns(rows);
    int status = make_room(rows, sample, err);
    return status == FF_OK ? ff_ace_dataset_rows(rows->basis, sample, &options, take_block, &s,
                                                 work->options->progress, err)
                           : status;
}

int ff_referee_rows_make(ff_referee_rows *rows, const char **why, const ff_audit_work *work,
                         ff_error *err)
{
    ff_dataset sample;
    ff_dataset_init(&sample);
    *rows = (ff_referee_rows){0};
    *why = NULL;
    int status = choose_frames(rows, work, err);
    if (status == FF_OK && rows->frames == 0)
        *why = "not tested: no frame has labels and neighbours";
    if (status == FF_OK && !*why)
        status = borrow_frames(&sample, rows, work, err);
    if (status == FF_OK && !*why)
        status = choose_basis(rows, &sample, work, why, err);
    if (status == FF_OK && !*why)
        status = make_rows(rows, &sample, work, err);
    free(sample.frames); /* what they hold is borrowed */
    if (status != FF_OK || *why)
        ff_referee_rows_clear(rows);
    return status;
}

int ff_referee_frame_rows(ff_referee_rows *block, const ff_referee_rows *rows,
                          const ff_audit_work *work, size_t frame, ff_ace_row_workspace *workspace,
                          ff_error *err)
{
    static const double nothing[FF_MAX_SPECIES + 1] = {0};
    ff_design_block made;
    ff_frame borrowed = work->dataset->frames[frame];
    const ff_dataset sample = {.count = 1, .frames = &borrowed};
    borrowed.labels = work->good[frame] & all_kinds;
    *block = *rows;
    block->frame = NULL;
    block->group = ff_new_array(1, sizeof *block->group, err);
    memset(block->kind, 0, sizeof block->kind);
    if (!block->group)
        return FF_E_NOMEM;
    block->group[0] = work->group[frame] < FF_REFEREE_MOST_GROUPS - 1 ? work->group[frame]
                                                                      : FF_REFEREE_MOST_GROUPS - 1;
    int status = make_room(block, &sample, err);
    if (status == FF_OK)
        status =
            ff_ace_frame_rows(&made, rows->basis, &borrowed, 0, all_kinds, nothing, workspace, err);
    if (status == FF_OK) {
        for (size_t r = 0; r < made.rows; r++)
            add_row(block, &made, r, &borrowed, 0);
        ff_design_block_clear(&made);
    }
    block->basis = NULL; /* borrowed; clearing the block leaves it alone */
    if (status != FF_OK)
        ff_referee_rows_clear(block);
    return status;
}
