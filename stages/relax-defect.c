/* farfield-relax-defect: builds the supercell of a crystal defect and relaxes it. */

#include "formats/relaxation_file.h"
#include "lib/defects/relax.h"
#include "stages/cli/crystal_options.h"
#include "stages/cli/domain.h"
#include "stages/cli/stage.h"
#include "stages/relax-defect/quantities.h"
#include "stages/relax-defect/structure.h"
#include "stages/relax-defect/uncertainty.h"

#include <math.h>
#include <string.h>

static const ff_option options[] = {
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential to relax with",
     FF_OPTION_REQUIRED},
    {"cells", 'n', FF_OPTION_TEXT, "N", NULL, ff_cells_help, 0},
    {"dislocation", 0, FF_OPTION_TEXT, "NAME", NULL,
     "a dislocation in place of --defect: screw; edge-110, edge-112,\nedge-100 or mixed-71 in bcc; "
     "edge or mixed-60 in fcc and diamond",
     0},
    {"burgers", 0, FF_OPTION_TEXT, "U,V,W", NULL,
     "any other dislocation: its Burgers vector in terms of the\nconventional cell's vectors, such "
     "as \"1/2 1/2 1/2\"",
     0},
    {"line", 0, FF_OPTION_TEXT, "U,V,W", NULL, "direction of its line", 0},
    {"plane", 0, FF_OPTION_TEXT, "H,K,L", NULL,
     "its glide plane, which holds the line and the Burgers vector", 0},
    {"arrangement", 0, FF_OPTION_TEXT, "NAME", "cylinder",
     "cylinder (one dislocation, the rim is fixed) or quadrupole (two of\nopposite sign in a "
     "periodic cell of --cells N0xN1, N0 even)",
     0},
    {"radius", 'R', FF_OPTION_NUMBER, "A", "40", "of the cylinder whose atoms move, angstrom", 0},
    {"rim", 0, FF_OPTION_NUMBER, "A", NULL,
     "width of the fixed rim, angstrom (default: twice the potential's\ncutoff, the edge component "
     "of the Burgers vector and 1)",
     0},
    {"periods", 0, FF_OPTION_INTEGER, "N", "1", "of the crystal along the line", 0},
    {"core", 0, FF_OPTION_TEXT, "X,Y", NULL,
     "where the line is, angstrom from an atom along the edge component\nand the normal of the "
     "plane (default: between the atoms)",
     0},
    {"from-reference", 'r', FF_OPTION_FILE, "RELAXATION", NULL,
     "take crystal, cells, defect and sites from another relaxation, to be\n"
     "comparable with it",
     0},
    {"start", 0, FF_OPTION_FILE, "RELAXATION", NULL,
     "start from the relaxed structure of another relaxation of the same\n"
     "sites instead of the unrelaxed defect",
     0},
    {"tolerance", 't', FF_OPTION_NUMBER, "F", "1e-8",
     "largest force on an atom at the end, eV/angstrom", 0},
    {"max-evaluations", 'm', FF_OPTION_INTEGER, "N", "500", "force evaluations at most", 0},
    {"break-symmetry", 'b', FF_OPTION_NUMBER, "A", "0",
     "displace the atoms next to the defect at random by up to this much at\n"
     "the start, angstrom, so that a symmetric saddle is left",
     0},
    {"leave-saddle", 0, FF_OPTION_FLAG, NULL, NULL,
     "where the relaxed structure is a saddle, go on from it along its\nunstable mode to a minimum",
     0},
    {"no-stability", 0, FF_OPTION_FLAG, NULL, NULL,
     "do not look for the lowest mode of the relaxed structure, which says\nwhether it is a saddle",
     0},
    {"seed", 0, FF_OPTION_INTEGER, "N", "1", "of the random displacements and members", 0},
    {"ensemble", 0, FF_OPTION_TEXT, "NAME", NULL,
     "what the uncertainty is drawn from: committee, covariance or\npops (default: the first that "
     "the model has)",
     0},
    {"members", 0, FF_OPTION_INTEGER, "N", "32",
     "members to draw for the uncertainty from a model that has\nno committee of its own", 0},
    {"no-uncertainty", 0, FF_OPTION_FLAG, NULL, NULL,
     "do not say how sure the model is of the result", 0},
    {"preconditioner", 0, FF_OPTION_TEXT, "NAME", NULL,
     "green (the lattice Green's function, for point defects),\nforce-constants (a sparse matrix "
     "of "
     "them, for dislocations) or none\n(default: green or force-constants)",
     0},
    {"allow-unconverged", 'u', FF_OPTION_FLAG, NULL, NULL,
     "write the best structure found, marked as not converged, instead of\n"
     "failing: in a study a model that cannot be relaxed is a result, too",
     0},
    {0}};

/* Relaxing. */

static int choose_preconditioner(const ff_stage_run *stage, ff_relax_options *out, ff_error *err)
{
    static const char *const names[] = {"green", "force-constants", "none"};
    static const ff_preconditioner meant[] = {
        FF_PRECONDITIONER_GREEN, FF_PRECONDITIONER_FORCE_CONSTANTS, FF_PRECONDITIONER_NONE};
    int chosen = 0;
    if (!ff_argument_given(stage, "preconditioner"))
        return FF_OK;
    int status = ff_argument_choice(&chosen, stage, "preconditioner", names, 3, err);
    out->preconditioner = meant[chosen];
    return status;
}

static int relax_options(const ff_stage_run *stage, ff_relax_options *out, ff_error *err)
{
    int64_t evaluations, seed;
    *out = ff_relax_defaults();
    out->tolerance = ff_argument_number(stage, "tolerance");
    out->break_symmetry = ff_argument_number(stage, "break-symmetry");
    if (!(out->tolerance > 0.0))
        return ff_fail(err, FF_E_USAGE, "--tolerance %g, expected a positive number",
                       out->tolerance);
    if (!(out->break_symmetry >= 0.0))
        return ff_fail(err, FF_E_USAGE, "--break-symmetry %g, expected 0 or more",
                       out->break_symmetry);
    int status = ff_argument_within(&evaluations, stage, "max-evaluations", 1, INT64_MAX, err);
    if (status == FF_OK)
        status = ff_argument_within(&seed, stage, "seed", 0, INT64_MAX, err);
    if (status == FF_OK)
        status = choose_preconditioner(stage, out, err);
    if (status != FF_OK)
        return status;
    out->max_evaluations = (size_t)evaluations;
    out->seed = (uint64_t)seed;
    out->check_stability = !ff_argument_flag(stage, "no-stability");
    out->leave_saddle = ff_argument_flag(stage, "leave-saddle");
    if (out->leave_saddle &&
        (!out->check_stability || out->preconditioner == FF_PRECONDITIONER_NONE))
        return ff_fail(err, FF_E_USAGE,
                       "--leave-saddle needs a preconditioner and the check of stability");
    return FF_OK;
}

static void summarise(ff_stage_run *stage, const ff_relaxation *relaxation,
                      const ff_relax_report *report)
{
    ff_stage_note(stage, "%-22s %s in %s, %zu atoms", "defect", relaxation->defect,
                  relaxation->crystal, relaxation->reference.atoms);
    ff_stage_note(stage, "%-22s %14.8f eV", "formation energy", relaxation->formation_energy);
    if (isfinite(relaxation->image_energy))
        ff_stage_note(stage, "%-22s %14.8f eV, %+.2e by the images taken out", "",
                      relaxation->formation_energy - relaxation->image_energy,
                      -relaxation->image_energy);
    ff_stage_note(stage, "%-22s %14zu", "force evaluations", report->evaluations);
    if (report->crystal_evaluations)
        ff_stage_note(stage, "%-22s %14zu more, for its force constants to %.1e eV/A^2",
                      "of perfect supercells", report->crystal_evaluations,
                      report->force_constant_error);
    ff_stage_note(stage, "%-22s %14.3e eV/A", "largest force", report->max_force);
    ff_stage_note(stage, "%-22s %14.6f A", "largest displacement", report->largest_displacement);
    if (report->sparse.bytes)
        ff_stage_detail(stage, "%-22s %14zu times; %zu atoms' own, %.3g eV/A^2 added%s, %.3g MB",
                        "force constants", report->factors, report->sparse.core,
                        report->sparse.shift,
                        report->sparse.shifted_all ? " everywhere" : " to the core's",
                        1e-6 * (double)report->sparse.bytes);
    bool checked = !isnan(report->stability.ratio);
    if (!isnan(relaxation->lowest_curvature))
        ff_stage_note(stage, "%-22s %14.6f eV/A^2, %s%s", "lowest curvature",
                      relaxation->lowest_curvature,
                      checked ? "of the relaxed structure" : "seen on the way",
                      !checked && relaxation->lowest_curvature < 0.0 ? " (a saddle was met)" : "");
    if (checked)
        ff_stage_note(stage, "%-22s %14.6f of the perfect crystal's%s", "softest mode",
                      report->stability.ratio, report->stability.ratio < 0.0 ? ": a saddle" : "");
    if (report->stability.products || report->core_work > 0.0)
        ff_stage_detail(stage, "%-22s %14zu of the whole, those of the core worth %.2g more",
                        "Hessian products", report->stability.products, report->core_work);
    if (report->saddles_left)
        ff_stage_note(stage, "%-22s %14zu", "saddles left", report->saddles_left);
    for (size_t i = 0; i < relaxation->steps; i++)
        ff_stage_detail(stage, "evaluation %3zu   largest force %10.3e eV/A   energy %16.9f eV",
                        i + 1, relaxation->history[i].max_force,
                        relaxation->history[i].energy_change);
}

/* Things that are no failure but that the user must know. */
static void warn(ff_stage_run *stage, const ff_relaxation *relaxation,
                 const ff_relax_report *report)
{
    ff_stage_warn_close(stage, "the start", &report->start);
    ff_stage_warn_close(stage, "the relaxed structure", &report->end);
    if (report->force_noise > relaxation->tolerance)
        ff_stage_warn(stage,
                      "the potential's forces are good to %.1e eV/A only (a perfect crystal, moved "
                      "rigidly): --tolerance %.1e may be out of reach",
                      report->force_noise, relaxation->tolerance);
    if (report->unstable_modes)
        ff_stage_warn(stage,
                      "the perfect crystal is unstable with this potential at %.10g A: %zu of %zu "
                      "modes, lowest stiffness %.4g eV/A^2",
                      relaxation->lattice_constant, report->unstable_modes, report->modes,
                      report->lowest_stiffness);
    if (report->stability.ratio < 0.0)
        ff_stage_warn(stage,
                      "the relaxed structure is a saddle: the curvature along its softest mode is "
                      "%.4g eV/A^2; --leave-saddle goes on from it to a minimum",
                      report->stability.curvature);
    /* Forces that vanish by symmetry are not exactly zero off the equilibrium lattice constant. */
    if (relaxation->converged && strcmp(relaxation->defect, "none") != 0 &&
        !ff_argument_given(stage, "start") && relaxation->history[0].max_force < 1e-4)
        ff_stage_warn(stage, "there was nothing to relax: forces that vanish by symmetry may hide "
                             "a saddle or a lower minimum; try --break-symmetry 0.4");
}

static int relax(ff_stage_run *stage, ff_relaxation *relaxation, const ff_potential *potential,
                 ff_error *err)
{
    ff_relax_options chosen;
    ff_relax_report report;
    int status = relax_options(stage, &chosen, err);
    if (status != FF_OK)
        return status;
    chosen.progress = ff_stage_progress(stage, "relaxing", 0, "force evaluations");
    status = ff_relax(relaxation, potential, &chosen, &report, err);
    ff_stage_progress_end(stage);
    if (status != FF_OK && !(status == FF_E_NUMERIC && isfinite(relaxation->formation_energy)))
        return status;
    summarise(stage, relaxation, &report);
    warn(stage, relaxation, &report);
    if (status == FF_E_NUMERIC && ff_argument_flag(stage, "allow-unconverged")) {
        ff_stage_warn(stage, "%s", err->message);
        *err = (ff_error){0};
        return FF_OK;
    }
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_potential *potential = NULL;
    ff_container *output = NULL;
    ff_relaxation relaxation;
    ff_relaxation_init(&relaxation);

    int status = ff_stage_potential(stage, &potential, ff_argument_text(stage, "potential"), err);
    if (status == FF_OK)
        status = relax_defect_prepare(stage, &relaxation, potential, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &output, FF_RELAXATION_FILE_VERSION, err);
    if (status == FF_OK)
        status = relax(stage, &relaxation, potential, err);
    if (status == FF_OK)
        status = ff_relaxation_write(output, &relaxation, err);
    if (status == FF_OK)
        status = relax_defect_quantities(stage, &relaxation, output, err);
    if (status == FF_OK)
        status = relax_defect_uncertainty(stage, potential, &relaxation, output, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, output, err);

    ff_container_close(output);
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);
    return status;
}

static const ff_stage stage = {
    .name = "relax-defect",
    .summary = "relax a crystal defect in a periodic supercell",
    .description =
        "Builds a supercell with a point defect, or a straight dislocation in a cylinder or a "
        "periodic cell, and relaxes the positions of its atoms, at fixed cell, until no force "
        "exceeds --tolerance.\n\n"
        "The search is L-BFGS, preconditioned by the lattice Green's function of the perfect "
        "crystal made with the potential itself: the number of force evaluations does not grow "
        "with the number of atoms. Next to a point defect the potential's own second derivatives "
        "take the place of the crystal's, taken anew while the structure changes. Dislocations "
        "have their force constants, factorised, in its place.\n\n"
        "Potentials that are known for whole structures only (kim:, lammps:, command:) relax "
        "point defects, but not dislocations. The crystal's force constants are then differences "
        "of forces in a supercell, four evaluations for each displacement that is independent by "
        "symmetry, and energies are totals.\n\n"
        "The lowest mode of the relaxed structure is looked for, and a saddle named as such; "
        "--leave-saddle goes on from it.\n\n"
        "A relaxation that does not converge ends with exit code 4 and no output, unless "
        "--allow-unconverged is given. A start or an end where atoms are closer to each other than "
        "the potential was made for is named in a warning.\n\n"
        "A model that knows of its uncertainty (farfield fit --committee, --covariance or --pops) "
        "also says how sure it is of the formation energy and of the geometry: what the members of "
        "its committee, or as many as --members drawn from its covariance or POPS, would find "
        "instead, to first order through the Hessian and without relaxing with any of them.\n\n"
        "A model is compared with a reference on the same sites: relax the reference first, then "
        "the model with --from-reference.",
    .example = "farfield relax-defect --potential sw:Si --crystal diamond --species Si \\\n"
               "    --lattice-constant 5.430950 --cells 3 --defect interstitial-tetrahedral \\\n"
               "    -o reference.h5\n"
               "farfield show reference.h5\n",
    .output_kind = "relaxation",
    .options = options,
    .shared_options = ff_crystal_options,
    .run = run};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
