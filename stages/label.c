/* farfield-label: structures with the energies and derivatives that a potential gives them. */

#include "formats/dataset_file.h"
#include "formats/phonopy_file.h"
#include "lib/base/memory.h"
#include "lib/potentials/responses.h"
#include "lib/structure/elements.h"
#include "lib/structure/symmetry.h"
#include "stages/cli/datasets.h"
#include "stages/cli/domain.h"
#include "stages/cli/observations.h"
#include "stages/cli/stage.h"

#include <stdlib.h>
#include <string.h>

static const ff_option options[] = {
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential to label with, KIND:ARGUMENT",
     0},
    {"force-constants", 0, FF_OPTION_FILE, "FILE", NULL,
     "instead of a potential: add these force constants to the one\nstructure of the input; "
     "phonopy's FORCE_CONSTANTS, fc.hdf5 or\nforce_constants.hdf5, full or compact",
     0},
    {"observations", 'b', FF_OPTION_TEXT, "KINDS", "EFV",
     "labels to write, some of E (energies), F (forces),\nV (virials), FC (force constants), as in "
     "EFV or EF+FC",
     0},
    {"displacements", 'd', FF_OPTION_TEXT, "WHICH", "symmetric",
     "with FC, the displacements to respond to: symmetric\n(each that is independent by the "
     "frame's space group,\nonce) or full (every atom along x, y and z)",
     0},
    {"site-energies", 0, FF_OPTION_FLAG, NULL, NULL, "write the energy of each site as well", 0},
    {"strict", 0, FF_OPTION_FLAG, NULL, NULL,
     "fail, instead of warning, when atoms are closer to each other\nthan the potential was made "
     "for",
     0},
    {0}};

/* Structures are symmetric when they are so within this distance, A; that of phonopy. */
static const double symmetry_tolerance = 1e-5;

typedef struct displacement_list {
    size_t count;
    ff_displacement *displacement;
} displacement_list;

/* What the parallel loop over frames needs; one calculator a thread. */
typedef struct labelling {
    ff_dataset *dataset;
    ff_calculator **calculator;  /* [threads] */
    ff_close_pairs *close;       /* [frames] */
    ff_difference_step *step;    /* [frames] of force constants */
    displacement_list *to_apply; /* [frames]; NULL without force constants */
    unsigned labels;
} labelling;

/* Displacements. */

static int find_independent(displacement_list *list, const ff_frame *frame, ff_error *err)
{
    ff_symmetry symmetry;
    int status = ff_symmetry_find(&symmetry, frame, symmetry_tolerance, err);
    if (status == FF_OK)
        status = ff_symmetry_displacements(&list->displacement, &list->count, &symmetry, err);
    ff_symmetry_clear(&symmetry);
    return status;
}

/* Chosen before the frames are shared out, since only one thread may look for symmetry. */
static int choose_displacements(labelling *work, const ff_stage_run *stage, ff_error *err)
{
    const ff_dataset *dataset = work->dataset;
    static const char *const sets[] = {"symmetric", "full"};
    int chosen;
    int status = ff_argument_choice(&chosen, stage, "displacements", sets, 2, err);
    if (status != FF_OK)
        return status;
    const bool full = chosen == 1;
    if (!(work->labels & FF_LABEL_FORCE_CONSTANTS))
        return ff_argument_given(stage, "displacements")
                   ? ff_fail(err, FF_E_USAGE, "--displacements goes with --observations FC")
                   : FF_OK;
    work->to_apply = ff_new_array(dataset->count, sizeof *work->to_apply, err);
    status = work->to_apply ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < dataset->count && status == FF_OK; i++) {
        const ff_frame *frame = &dataset->frames[i];
        displacement_list *list = &work->to_apply[i];
        status = full ? ff_all_displacements(&list->displacement, &list->count, frame->atoms, err)
                      : find_independent(list, frame, err);
        if (status != FF_OK)
            ff_error_in_frame(err, (int64_t)i + 1);
    }
    return status;
}

static void clear_displacements(labelling *work)
{
    for (size_t i = 0; work->to_apply && i < work->dataset->count; i++)
        free(work->to_apply[i].displacement);
    free(work->to_apply);
}

/* Labels. */

/* Labels that are not asked for are dropped: a frame's labels come from one potential. */
static int store_labels(ff_frame *frame, unsigned labels, const ff_evaluation_result *result,
                        ff_error *err)
{
    int status = FF_OK;
    if ((labels & FF_LABEL_SITE_ENERGIES) && !result->site_energies)
        return ff_fail(err, FF_E_RANGE, "the potential has no energies of single atoms");
    ff_frame_drop_labels(frame);
    for (unsigned label = 1; label <= FF_LABEL_SITE_ENERGIES && status == FF_OK; label <<= 1)
        if (labels & label & ~(unsigned)FF_LABEL_FORCE_CONSTANTS)
            status = ff_frame_add_label(frame, label, err);
    if (status != FF_OK)
        return status;
    if (labels & FF_LABEL_ENERGY)
        frame->energy = result->energy;
    if (labels & FF_LABEL_FORCES)
        memcpy(frame->forces, result->forces, 3 * frame->atoms * sizeof *frame->forces);
    if (labels & FF_LABEL_VIRIAL)
        memcpy(frame->virial, result->virial, sizeof frame->virial);
    if (labels & FF_LABEL_SITE_ENERGIES)
        memcpy(frame->site_energies, result->site_energies,
               frame->atoms * sizeof *frame->site_energies);
    return FF_OK;
}

static int store_force_constants(ff_frame *frame, const displacement_list *list,
                                 ff_calculator *calculator, ff_difference_step *step, ff_error *err)
{
    if (list->count == 0) /* a frame without atoms */
        return FF_OK;
    int status = ff_frame_set_displacements(frame, list->count, list->displacement, err);
    return status == FF_OK
               ? ff_calculator_responses(calculator, frame, frame->force_constants, step, err)
               : status;
}

static int label_frame(size_t index, int thread, void *context, ff_error *err)
{
    labelling *work = context;
    ff_frame *frame = &work->dataset->frames[index];
    ff_evaluation_result result;
    unsigned want = (work->labels & FF_LABEL_FORCES ? FF_WANT_FORCES : 0) |
                    (work->labels & FF_LABEL_VIRIAL ? FF_WANT_VIRIAL : 0);
    int status = ff_calculator_evaluate(work->calculator[thread], frame, want, &result, err);
    work->close[index] = result.close;
    if (status == FF_OK)
        status = store_labels(frame, work->labels, &result, err);
    if (status == FF_OK && work->to_apply)
        status = store_force_constants(frame, &work->to_apply[index], work->calculator[thread],
                                       &work->step[index], err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)index + 1);
    return status;
}

/* Frames one after the other, each by all threads: for few frames, which may be large. */
static int label_in_turn(labelling *work, const ff_progress *progress, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++) {
        status = label_frame(i, 0, work, err);
        if (status == FF_OK)
            progress->advance(progress->context, 1);
    }
    return status;
}

static int judge_close(ff_stage_run *stage, const labelling *work, ff_error *err)
{
    ff_close_survey survey = {0};
    for (size_t i = 0; i < work->dataset->count; i++)
        ff_close_survey_add(&survey, i, &work->close[i]);
    return ff_stage_judge_close(stage, &survey, work->dataset->count,
                                ff_argument_flag(stage, "strict"), err);
}

/* What differences cost in exactness: the worst frame. */
static void report_steps(const ff_stage_run *stage, const labelling *work)
{
    ff_difference_step worst = {0};
    double least = 0;
    for (size_t i = 0; i < work->dataset->count; i++) {
        const ff_difference_step *s = &work->step[i];
        if (s->step > 0 && s->error >= worst.error)
            worst = *s;
        if (s->step > 0 && (s->step < least || least == 0))
            least = s->step;
    }
    if (worst.step > 0)
        ff_stage_note(stage,
                      "force constants by central differences of forces over %g A and twice that "
                      "(the smallest step of any frame: %g A); estimated error up to %.1e eV/A^2",
                      worst.step, least, worst.error);
}

static int label_all(ff_stage_run *stage, labelling *work, const ff_potential *potential,
                     ff_error *err)
{
    size_t threads = (size_t)ff_threads(), count = work->dataset->count;
    bool many = count >= 4 * threads; /* enough frames to keep every thread busy with its own */
    int status = FF_OK;
    work->calculator = ff_new_array(threads, sizeof(ff_calculator *), err);
    work->close = ff_new_array(count, sizeof *work->close, err);
    work->step = ff_new_array(count, sizeof *work->step, err);
    if (!work->calculator || !work->close || !work->step)
        status = FF_E_NOMEM;
    for (size_t i = 0; i < (many ? threads : 1) && status == FF_OK; i++)
        status = ff_calculator_new(&work->calculator[i], potential, 0, err);
    const ff_progress *progress = ff_stage_progress(stage, "labels", count, "frames");
    if (status == FF_OK && many)
        status = ff_parallel_for(count, label_frame, work, progress, err);
    else if (status == FF_OK)
        status = label_in_turn(work, progress, err);
    ff_stage_progress_end(stage);
    if (status == FF_OK)
        report_steps(stage, work);
    if (status == FF_OK)
        status = judge_close(stage, work, err);
    for (size_t i = 0; work->calculator && i < threads; i++)
        ff_calculator_free(work->calculator[i]);
    free(work->calculator);
    free(work->close);
    free(work->step);
    return status;
}

/* Energies of isolated atoms as the potential has them, in place of those of the inputs. A program
 * for whole structures may not be able to, which is worth a note only. */
static int label_isolated(const ff_stage_run *stage, ff_dataset *dataset,
                          const ff_potential *potential, ff_error *err)
{
    const bool may_fail = potential->class_->evaluate != NULL;
    int species[FF_MAX_SPECIES], status = FF_OK;
    size_t count = 0;
    ff_frame atom = {0};
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    ff_dataset_species(dataset, species, &count);
    memset(dataset->isolated_known, 0, sizeof dataset->isolated_known);
    if ((status = ff_frame_init(&atom, 1, err)) != FF_OK ||
        (status = ff_calculator_new(&calculator, potential, 0, err)) != FF_OK)
        goto done;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        atom.species[0] = species[i];
        status = ff_calculator_evaluate(calculator, &atom, FF_WANT_ENERGY, &result, err);
        if (status != FF_OK && may_fail) {
            ff_stage_note(stage, "no energy of the isolated %s atom%s%s",
                          ff_element_symbol(species[i]), err ? ": " : "", err ? err->message : "");
            status = FF_OK;
            continue;
        }
        dataset->isolated_known[species[i]] = true;
        dataset->isolated_energy[species[i]] = result.energy;
    }
done:
    ff_calculator_free(calculator);
    ff_frame_clear(&atom);
    return status;
}

static int label_with_potential(ff_stage_run *stage, ff_dataset *dataset, ff_error *err)
{
    ff_potential *potential = NULL;
    labelling work = {.dataset = dataset};
    int status = ff_parse_observations(&work.labels, ff_argument_text(stage, "observations"), err);
    if (status == FF_OK && ff_argument_flag(stage, "site-energies"))
        work.labels |= FF_LABEL_SITE_ENERGIES;
    if (status == FF_OK)
        status = ff_stage_potential(stage, &potential, ff_argument_text(stage, "potential"), err);
    if (status == FF_OK)
        status = ff_stage_datasets(stage, dataset, err);
    if (status == FF_OK)
        status = choose_displacements(&work, stage, err);
    if (status == FF_OK)
        status = label_all(stage, &work, potential, err);
    if (status == FF_OK)
        status = label_isolated(stage, dataset, potential, err);
    ff_potential_free(potential);
    clear_displacements(&work);
    return status;
}

/* From another program: the structure is its supercell, atoms in its order; other labels stay. */
static int label_with_file(ff_stage_run *stage, ff_dataset *dataset, ff_error *err)
{
    ff_phonopy_table table;
    const char *path = ff_argument_text(stage, "force-constants");
    ff_phonopy_table_init(&table);
    int status = ff_stage_datasets(stage, dataset, err);
    if (status == FF_OK && dataset->count != 1)
        status = ff_fail(err, FF_E_RANGE, "%zu structures for one file of force constants",
                         dataset->count);
    if (status == FF_OK)
        status = ff_phonopy_read(&table, path, err);
    if (status == FF_OK && (status = ff_phonopy_label(&dataset->frames[0], &table, err)) != FF_OK)
        ff_error_in_file(err, path);
    if (status == FF_OK)
        status = ff_provenance_input_file(ff_stage_provenance(stage), "force-constants", path, err);
    ff_phonopy_table_clear(&table);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset dataset;
    ff_container *container = NULL;
    const bool from_file = ff_argument_given(stage, "force-constants");
    if (from_file == ff_argument_given(stage, "potential"))
        return ff_fail(err, FF_E_USAGE,
                       from_file ? "--potential and --force-constants exclude each other"
                                 : "option --potential is required (or --force-constants)");
    ff_dataset_init(&dataset);
    int status = from_file ? label_with_file(stage, &dataset, err)
                           : label_with_potential(stage, &dataset, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &container, FF_DATASET_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_dataset_write(container, &dataset, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    ff_dataset_clear(&dataset);
    return status;
}

static const ff_stage stage = {
    .name = "label",
    .summary = "give structures energies, forces, virials and force constants from a potential",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Writes the frames of all inputs (datasets or relaxations, in order) as one dataset, "
        "labelled with the energies, forces and virials of a potential, and its energies of "
        "isolated atoms. Labels that the inputs had are replaced; those not asked for are "
        "dropped.\n"
        "\n"
        "Force constants (FC) are the second derivatives of the energy, in eV/A^2: how the forces "
        "on all atoms of a frame respond when one of them, and its periodic images, is displaced. "
        "They are exact for every potential that knows its second derivatives, as all built-in "
        "ones do; of programs (kim:, lammps:, command:) they are central differences of forces, "
        "whose step is chosen and whose error is estimated and reported. By default each "
        "displacement that the "
        "frame's space group (found by spglib within 1e-5 A) does not relate to another is done "
        "once: one for a perfect bcc crystal of any size, three for every atom of a rattled "
        "one.\n"
        "\n"
        "With --force-constants the input, one supercell, is given the force constants that "
        "another program computed for it, atoms in the same order; its other labels stay.\n"
        "\n"
        "Where atoms are closer to each other than the potential was made for, a fitted model is "
        "a repulsive wall: a warning names the closest such pair and counts them all; with "
        "--strict it is an error, exit code 3.\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si -o labelled.h5\n",
    .output_kind = "dataset",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
