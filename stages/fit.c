/* farfield-fit: features, or a reduction of them, to a model by linear regression. */

#include "formats/model_file.h"
#include "stages/cli/observations.h"
#include "stages/fit/fitting.h"

#include <string.h>

static const ff_option options[] = {
    {"observations", 'b', FF_OPTION_TEXT, "KINDS", NULL,
     "kinds to fit, some of E (energies), F (forces),\nV (virials), FC (force constants), as in "
     "EFV or EF+FC;\ndefault all there are",
     0},
    {"weights", 'w', FF_OPTION_TEXT, "KIND=W,...", "E=30,F=1,V=1,FC=10",
     "weights of the kinds; energies and virials are also\ndivided by the root of the number of "
     "atoms, force constants\nby the root of the number of a frame's displacements.\nauto: found "
     "from noise levels by evidence and from the\nerrors on frames left out",
     0},
    {"group-weights", 'g', FF_OPTION_TEXT, "GROUP:KIND=W,...", NULL,
     "other weights for one group of frames", FF_OPTION_REPEATABLE},
    FF_NEAR_DEFECT_OPTION,
    {"exact", 'x', FF_OPTION_TEXT, "GROUP:KINDS", NULL,
     "observations of a group that the model must reproduce\nexactly, e.g. strained:V",
     FF_OPTION_REPEATABLE},
    {"method", 'm', FF_OPTION_TEXT, "NAME", NULL,
     "ridge: Tikhonov's prior of given strength; qr: no prior;\nsvd: small singular values cut "
     "off; bayes: the prior's\nstrength of highest evidence; ard: each function's own;\nlsqr: as "
     "ridge, iteratively, when even a triangle of\nfunctions x functions is too large (default: "
     "ridge, with\n--weights auto bayes)",
     0},
    {"ridge", 'r', FF_OPTION_NUMBER, "R", "1e-8",
     "ridge and lsqr: strength of the prior relative to the\nlargest singular value; 0 for none",
     0},
    {"svd-cutoff", 0, FF_OPTION_NUMBER, "R", "1e-8",
     "svd: singular values below this times the largest are\nleft out", 0},
    {"prior", 'p', FF_OPTION_TEXT, "FORM", "algebraic",
     "how the prior grows with the degree of a function:\nalgebraic, exponential or gaussian", 0},
    {"smoothness", 's', FF_OPTION_NUMBER, "P", NULL,
     "its power or rate; 0 for a plain ridge (default: 2, 0.5 or\n0.05, by form)", 0},
    {"noise", 0, FF_OPTION_TEXT, "MODEL", "common",
     "common: weights are relative, one unknown level of noise;\nper-kind: one for each kind, of "
     "highest evidence, whatever\nits weight; given: weights are 1 / standard deviation",
     0},
    {"cross-validate", 'k', FF_OPTION_TEXT, "group|K", NULL,
     "also fit without each group, or each of K folds, and\npredict what was left out", 0},
    {"learning-curve", 0, FF_OPTION_FLAG, NULL, NULL,
     "also fit 1, 2, ... folds and predict the last", 0},
    {"committee", 'c', FF_OPTION_INTEGER, "N", "0",
     "draw N members from the posterior, by which evaluate and\nrelax-defect say how sure they are",
     0},
    {"covariance", 0, FF_OPTION_FLAG, NULL, NULL,
     "keep the posterior covariance (half a square of numbers)", 0},
    {"pops", 0, FF_OPTION_FLAG, NULL, NULL,
     "find bounds for a model that cannot be exact: pointwise\noptimal parameter sets", 0},
    {"pops-quantile", 0, FF_OPTION_NUMBER, "Q", "0.5",
     "of the rows by leverage: those below are left out of\n--pops", 0},
    {"leverage", 0, FF_OPTION_FLAG, NULL, NULL, "say which frames matter most", 0},
    {"seed", 0, FF_OPTION_INTEGER, "N", "1", "of committee and folds", 0},
    {0}};

static void result_init(fit_result *result)
{
    *result = (fit_result){0};
    ff_solution_init(&result->solution);
    ff_fit_report_init(&result->report);
    ff_fit_record_init(&result->record);
    ff_model_uncertainty_init(&result->uncertainty);
}

static void result_clear(fit_result *result)
{
    ff_solution_clear(&result->solution);
    ff_fit_report_clear(&result->report);
    ff_fit_record_clear(&result->record);
    ff_model_uncertainty_clear(&result->uncertainty);
}

/* Kinds asked for must be there; weights for kinds that are not are worth a word. */
static int check_kinds(ff_stage_run *stage, const fit_source *source, const fit_request *request,
                       const ff_fit_report *report, ff_error *err)
{
    size_t count[FF_KINDS] = {0};
    const char *input = source->reduced ? "reduction has" : "features have";
    bool asked = ff_argument_given(stage, "observations");
    for (size_t i = 0; i < report->rows; i++)
        count[report->row[i].kind] += report->row[i].count;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        if (count[kind] == 0 && asked && (request->kinds & (1u << kind)))
            return ff_fail(err, FF_E_FORMAT, "--observations: the %s no %s", input,
                           ff_kind_names[kind]);
        if (count[kind] == 0 && request->weight_given[kind])
            ff_stage_warn(stage, "the %s no %s: their weight has no effect", input,
                          ff_kind_names[kind]);
    }
    return FF_OK;
}

/* Errors on the input's own rows: from a reduction without a look at them. */
static int find_errors(fit_result *result, ff_stage_run *stage, const fit_source *source,
                       const fit_request *request, ff_error *err)
{
    if (source->reduced)
        return fit_report_from_classes(result, source, request, err);
    ff_rows rows = source->rows.rows;
    rows.progress = ff_stage_progress(stage, "errors", rows.count, "rows");
    int status =
        ff_fit_errors(&result->report, result->solution.coefficients, &rows, request->weight, err);
    ff_stage_progress_end(stage);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(source->container));
    return status;
}

static int write_model(ff_stage_run *stage, const fit_source *source, const fit_result *result,
                       ff_error *err)
{
    ff_container *container = NULL;
    ff_ace_model model = {.basis = *source->basis,
                          .count = source->columns,
                          .coefficients = result->solution.coefficients};
    memcpy(model.one_body, source->one_body, sizeof model.one_body);
    int status = ff_stage_create(stage, &container, FF_MODEL_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_model_write(container, &model, &result->report, err);
    if (status == FF_OK)
        status = ff_fit_record_write(container, &result->record, err);
    if (status == FF_OK)
        status = ff_model_uncertainty_write(container, &result->uncertainty, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    return status;
}

/* LSQR passes over the rows themselves, unless something is asked that needs classes. */
static bool needs_classes(const fit_source *source, const fit_request *request)
{
    bool exact = request->automatic;
    for (size_t i = 0; i < source->group_count; i++)
        exact |= request->exact[i] != 0;
    return source->reduced || request->method != FF_SOLVER_LSQR || exact ||
           request->division != FIT_NOT_DIVIDED || request->learning_curve;
}

static int solve(fit_result *result, ff_stage_run *stage, const fit_source *source,
                 fit_request *request, ff_error *err)
{
    fit_classes classes = {0};
    const fit_classes *used = needs_classes(source, request) ? &classes : NULL;
    int status = used ? fit_classes_init(&classes, stage, source, request, err) : FF_OK;
    if (status == FF_OK && request->automatic)
        status = fit_weigh_automatically(request, &classes, &result->record, err);
    if (status == FF_OK)
        status = fit_solve(result, stage, source, request, used, err);
    if (status == FF_OK)
        status = find_errors(result, stage, source, request, err);
    if (status == FF_OK)
        status = check_kinds(stage, source, request, &result->report, err);
    if (status == FF_OK)
        status = fit_describe(result, stage, source, request, used, err);
    fit_classes_clear(&classes);
    return status;
}

static int fit(ff_stage_run *stage, fit_source *source, ff_error *err)
{
    fit_request request;
    fit_result result;
    result_init(&result);
    int status = fit_request_init(&request, stage, source, err);
    if (status != FF_OK)
        return status;
    status = solve(&result, stage, source, &request, err);
    if (status == FF_OK)
        status = fit_uncertainty(&result, stage, source, &request, err);
    if (status == FF_OK)
        status = fit_print(stage, source, &request, &result, err);
    if (status == FF_OK)
        status = write_model(stage, source, &result, err);
    result_clear(&result);
    fit_request_clear(&request);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    fit_source source;
    int status = fit_source_open(&source, stage, err);
    if (status == FF_OK)
        status = fit(stage, &source, err);
    fit_source_close(&source);
    return status;
}

static const ff_stage stage_table = {
    .name = "fit",
    .summary = "fit a model by weighted, regularised linear regression",
    .operands = "[FEATURES|REDUCTION]",
    .least_operands = 0,
    .most_operands = 1,
    .description =
        "Minimises the weighted squares of the errors of energies, forces, virials and force\n"
        "constants, plus a prior that keeps functions of high degree small, by Householder QR of\n"
        "one block of rows after another: the features never need to fit in memory. The input\n"
        "defaults to standard input. The errors on its own observations are printed and stored,\n"
        "kinds that were not fitted included.\n"
        "\n"
        "Given what farfield reduce has made of the features, fit needs no pass over the rows; it\n"
        "then knows root mean square errors only. Everything but --near-defect, --pops and\n"
        "--leverage works alike.\n"
        "\n"
        "With --weights auto nothing has to be chosen: the weights are those for which the "
        "product\n"
        "of the kinds' errors on frames left out is least, and the prior's strength is that of\n"
        "highest evidence. How sure the model then is of its coefficients can be kept as a\n"
        "committee, a covariance, or bounds by POPS, for evaluate and relax-defect. --exact takes\n"
        "observations out of the least squares and makes them equations.\n"
        "\n"
        "The weight of force constants is a length: the displacement, in angstrom, at which their\n"
        "errors count like the errors of forces that they make. Divided by the root of the number\n"
        "of a frame's displacements, so that the independent ones of a crystal count as much as\n"
        "all of them (none is weighted by how often symmetry repeats it), it makes the force\n"
        "constants of a frame one set of forces beside those of many rattled frames: so it is\n"
        "large. Next to 20 of those, 10 instead of 1 brought the force constants of silicon and\n"
        "tungsten models of 50 and 102 functions from up to 21 % to within 1 % of the\n"
        "reference's, while the errors of forces on other frames grew by 9 % or less.\n"
        "\n"
        "The default prior is weak: it damps only what the observations leave undetermined. On\n"
        "noise-free silicon (Stillinger-Weber) it leaves errors on structures like those fitted\n"
        "within 3 %, while the error of a vacancy that was not fitted falls from 20 to\n"
        "3 meV/atom when there are few structures. Noisy data (DFT) stand a larger --ridge, up\n"
        "to 1e-5.\n",
    .example = "farfield ingest sample-data/si-train.xyz.gz --energy energy --forces forces \\\n"
               "        --virial virial |\n"
               "    farfield featurize | farfield fit --weights E=30,F=1,V=1 -o model.h5\n"
               "farfield show model.h5\n"
               "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 \\\n"
               "    --count 20 --rattle 0.05 | farfield label --potential sw:Si |\n"
               "    farfield featurize --degree 8,6,5 |\n"
               "    farfield fit --weights auto --committee 10 -o sure.h5\n",
    .output_kind = "model",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage_table, argc, argv);
}
