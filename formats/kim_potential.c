#include "formats/kim_potential.h"

#ifndef FF_WITH_KIM

const bool ff_kim_is_built_in = false;

int ff_kim_potential_open(ff_potential **out, const char *model, ff_error *err)
{
    *out = NULL;
    return ff_fail(err, FF_E_USAGE,
                   "kim:%s: this farfield was built without the KIM API (libkim-api-dev)", model);
}

#else

#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/neighbour_list.h"

#include <KIM_CollectionItemType.h>
#include <KIM_Collections.h>
#include <KIM_Log.h>
#include <KIM_LogVerbosity.h>
#include <KIM_SimulatorHeaders.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const bool ff_kim_is_built_in = true;

/* Held by whoever calls a model. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

typedef struct kim {
    char *name;
    int code[FF_MAX_SPECIES + 1]; /* the model's, by atomic number */
} kim;

/* Neighbours of every particle within one of the model's cutoffs. */
typedef struct kim_list {
    ff_neighbour_list list;
    int *neighbour; /* [capacity] as the model reads them */
    size_t capacity;
} kim_list;

/* A particle of the cluster that stands for a frame: an atom, or one of its images. */
typedef struct image {
    uint32_t atom;
    int32_t shift[3];
} image;

/* One model being used. */
typedef struct instance {
    KIM_Model *model;
    KIM_ComputeArguments *arguments;
    bool gives_sites;
    double reach; /* A: how far from an atom the model looks */
    int list_count;
    const double *cutoffs; /* [list_count] A; the model's */
    kim_list *lists;       /* [list_count] */
    ff_neighbour_list images;
    ff_frame cluster; /* atoms, then images; nothing periodic */
    image *image;     /* [image_capacity] of the cluster, atoms first */
    size_t image_capacity;
    int count;          /* particles */
    int *code, *counts; /* [count] species; 1 for atoms, 0 for images */
    double *forces, *sites;
    size_t code_capacity, counts_capacity, force_capacity, site_capacity;
    double energy;
} instance;

/* Models. */

static void close_instance(void *workspace)
{
    instance *k = workspace;
    if (!k)
        return;
    (void)pthread_mutex_lock(&turn);
    if (k->arguments)
        (void)KIM_Model_ComputeArgumentsDestroy(k->model, &k->arguments);
    if (k->model)
        KIM_Model_Destroy(&k->model);
    (void)pthread_mutex_unlock(&turn);
    for (int l = 0; k->lists && l < k->list_count; l++) {
        ff_neighbour_list_clear(&k->lists[l].list);
        free(k->lists[l].neighbour);
    }
    free(k->lists);
    ff_neighbour_list_clear(&k->images);
    ff_frame_clear(&k->cluster);
    free(k->image);
    free(k->code);
    free(k->counts);
    free(k->forces);
    free(k->sites);
    free(k);
}

/* Asked first: the library's KIM_Model_Create leaks memory for names it does not know. */
static bool is_installed(const char *name)
{
    KIM_Collections *collections = NULL;
    KIM_CollectionItemType type;
    if (KIM_Collections_Create(&collections))
        return false;
    bool found = !KIM_Collections_GetItemType(collections, name, &type) &&
                 KIM_CollectionItemType_Equal(type, KIM_COLLECTION_ITEM_TYPE_portableModel);
    KIM_Collections_Destroy(&collections);
    return found;
}

static int create_model(instance *k, const char *name, ff_error *err)
{
    int accepted = 0;
    const int *ignored = NULL;
    if (!is_installed(name) ||
        KIM_Model_Create(KIM_NUMBERING_zeroBased, KIM_LENGTH_UNIT_A, KIM_ENERGY_UNIT_eV,
                         KIM_CHARGE_UNIT_e, KIM_TEMPERATURE_UNIT_K, KIM_TIME_UNIT_ps, name,
                         &accepted, &k->model)) {
        k->model = NULL;
        return ff_fail(err, FF_E_USAGE, "kim:%s: no portable model of that name is installed",
                       name);
    }
    if (!accepted)
        return ff_fail(err, FF_E_RANGE, "kim:%s: the model does not work in eV and A", name);
    if (KIM_Model_ComputeArgumentsCreate(k->model, &k->arguments)) {
        k->arguments = NULL;
        return ff_fail(err, FF_E_RANGE, "kim:%s: the model takes no arguments", name);
    }
    KIM_Model_GetInfluenceDistance(k->model, &k->reach);
    KIM_Model_GetNeighborListPointers(k->model, &k->list_count, &k->cutoffs, &ignored);
    return FF_OK;
}

static bool is_supported(const instance *k, KIM_ComputeArgumentName name)
{
    KIM_SupportStatus status;
    return !KIM_ComputeArguments_GetArgumentSupportStatus(k->arguments, name, &status) &&
           !KIM_SupportStatus_Equal(status, KIM_SUPPORT_STATUS_notSupported);
}

static instance *open_instance(const char *name, ff_error *err)
{
    instance *k = ff_new_array(1, sizeof *k, err);
    if (!k)
        return NULL;
    (void)pthread_mutex_lock(&turn);
    KIM_Log_PushDefaultVerbosity(KIM_LOG_VERBOSITY_silent); /* no files where we happen to run */
    int status = create_model(k, name, err);
    KIM_Log_PopDefaultVerbosity();
    (void)pthread_mutex_unlock(&turn);
    if (status == FF_OK && (!is_supported(k, KIM_COMPUTE_ARGUMENT_NAME_partialForces) ||
                            !is_supported(k, KIM_COMPUTE_ARGUMENT_NAME_partialEnergy)))
        status = ff_fail(err, FF_E_RANGE, "kim:%s: the model gives no energy or no forces", name);
    if (status == FF_OK) {
        k->gives_sites = is_supported(k, KIM_COMPUTE_ARGUMENT_NAME_partialParticleEnergy);
        k->images.bare = true;
        k->lists = ff_new_array((size_t)k->list_count, sizeof *k->lists, err);
        for (int l = 0; k->lists && l < k->list_count; l++)
            k->lists[l].list.bare = true;
        status = k->lists ? FF_OK : FF_E_NOMEM;
    }
    if (status != FF_OK) {
        close_instance(k);
        return NULL;
    }
    return k;
}

static void *workspace_new(const ff_potential *potential, ff_error *err)
{
    const kim *p = potential->parameters;
    return open_instance(p->name, err);
}

/* A frame as the model sees it. */

static int compare_images(const void *one, const void *two)
{
    const image *a = one, *b = two;
    if (a->atom != b->atom)
        return a->atom < b->atom ? -1 : 1;
    for (int d = 0; d < 3; d++)
        if (a->shift[d] != b->shift[d])
            return a->shift[d] < b->shift[d] ? -1 : 1;
    return 0;
}

/* All images within reach of an atom, each once, behind the atoms themselves. */
static int find_images(instance *k, const ff_frame *frame, size_t *count, ff_error *err)
{
    int status = ff_neighbour_list_build(&k->images, frame, k->reach * (1 + 1e-9), err);
    if (status != FF_OK)
        return status;
    size_t n = frame->atoms, entries = k->images.offset[n], found = n;
    status = ff_reserve(&k->image, &k->image_capacity, n + entries, sizeof *k->image, err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        k->image[i] = (image){.atom = (uint32_t)i};
    for (size_t p = 0; p < entries; p++) {
        const int32_t *s = k->images.shift + 3 * p;
        if (s[0] | s[1] | s[2])
            k->image[found++] = (image){k->images.neighbour[p], {s[0], s[1], s[2]}};
    }
    qsort(k->image + n, found - n, sizeof *k->image, compare_images);
    *count = n;
    for (size_t p = n; p < found; p++)
        if (p == n || compare_images(&k->image[p], &k->image[*count - 1]) != 0)
            k->image[(*count)++] = k->image[p];
    return FF_OK;
}

static int fill_cluster(instance *k, const kim *p, const ff_frame *frame, size_t count,
                        ff_error *err)
{
    ff_frame_clear(&k->cluster);
    int status = ff_frame_init(&k->cluster, count, err);
    if (status == FF_OK)
        status = ff_reserve(&k->code, &k->code_capacity, count, sizeof *k->code, err);
    if (status == FF_OK)
        status = ff_reserve(&k->counts, &k->counts_capacity, count, sizeof *k->counts, err);
    if (status == FF_OK)
        status = ff_reserve(&k->forces, &k->force_capacity, 3 * count, sizeof *k->forces, err);
    if (status == FF_OK)
        status = ff_reserve(&k->sites, &k->site_capacity, count, sizeof *k->sites, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        const image *m = &k->image[i];
        k->cluster.species[i] = frame->species[m->atom];
        k->code[i] = p->code[frame->species[m->atom]];
        k->counts[i] = i < frame->atoms;
        for (size_t d = 0; d < 3; d++)
            k->cluster.positions[3 * i + d] =
                frame->positions[3 * m->atom + d] + m->shift[0] * frame->cell[d] +
                m->shift[1] * frame->cell[3 + d] + m->shift[2] * frame->cell[6 + d];
    }
    k->count = (int)count;
    return status;
}

static int build_lists(instance *k, ff_error *err)
{
    int status = FF_OK;
    for (int l = 0; l < k->list_count && status == FF_OK; l++) {
        kim_list *list = &k->lists[l];
        status = ff_neighbour_list_build(&list->list, &k->cluster, k->cutoffs[l], err);
        size_t entries = status == FF_OK ? list->list.offset[k->cluster.atoms] : 0;
        if (status == FF_OK)
            status = ff_reserve(&list->neighbour, &list->capacity, entries, sizeof *list->neighbour,
                                err);
        for (size_t e = 0; e < entries && status == FF_OK; e++)
            list->neighbour[e] = (int)list->list.neighbour[e];
    }
    return status;
}

/* Called by the model; its signature is KIM's. */
static int neighbours_of(void *const data, int const lists, double const *const cutoffs,
                         int const index, int const particle, int *const count,
                         int const **const neighbours)
{
    (void)cutoffs;
    const instance *k = data;
    if (index >= lists || index >= k->list_count || particle < 0 || particle >= k->count)
        return 1;
    const kim_list *list = &k->lists[index];
    size_t first = list->list.offset[particle];
    *count = (int)(list->list.offset[particle + 1] - first);
    *neighbours = list->neighbour + first;
    return 0;
}

/* Tells the model where everything is; nonzero when it does not want to know. */
static int set_arguments(instance *k, unsigned want)
{
    KIM_ComputeArguments *a = k->arguments;
    bool forces = (want & (FF_WANT_FORCES | FF_WANT_VIRIAL)) != 0;
    int bad = KIM_ComputeArguments_SetArgumentPointerInteger(
        a, KIM_COMPUTE_ARGUMENT_NAME_numberOfParticles, &k->count);
    bad |= KIM_ComputeArguments_SetArgumentPointerInteger(
        a, KIM_COMPUTE_ARGUMENT_NAME_particleSpeciesCodes, k->code);
    bad |= KIM_ComputeArguments_SetArgumentPointerInteger(
        a, KIM_COMPUTE_ARGUMENT_NAME_particleContributing, k->counts);
    bad |= KIM_ComputeArguments_SetArgumentPointerDouble(a, KIM_COMPUTE_ARGUMENT_NAME_coordinates,
                                                         k->cluster.positions);
    bad |= KIM_ComputeArguments_SetArgumentPointerDouble(a, KIM_COMPUTE_ARGUMENT_NAME_partialEnergy,
                                                         &k->energy);
    bad |= KIM_ComputeArguments_SetArgumentPointerDouble(a, KIM_COMPUTE_ARGUMENT_NAME_partialForces,
                                                         forces ? k->forces : NULL);
    if (k->gives_sites)
        bad |= KIM_ComputeArguments_SetArgumentPointerDouble(
            a, KIM_COMPUTE_ARGUMENT_NAME_partialParticleEnergy, k->sites);
    bad |= KIM_ComputeArguments_SetCallbackPointer(a, KIM_COMPUTE_CALLBACK_NAME_GetNeighborList,
                                                   KIM_LANGUAGE_NAME_c,
                                                   (KIM_Function *)neighbours_of, k);
    return bad;
}

/* Forces on images are those on their atoms; the virial of the whole, since a strain moves both, is
 * sum r_a F_b over all particles. */
static void collect(const instance *k, const ff_frame *frame, unsigned want,
                    ff_whole_result *result)
{
    double virial[9] = {0};
    if (result->forces)
        memset(result->forces, 0, 3 * frame->atoms * sizeof *result->forces);
    for (size_t i = 0; want && i < (size_t)k->count; i++) {
        const double *f = k->forces + 3 * i, *r = k->cluster.positions + 3 * i;
        for (size_t a = 0; a < 3; a++) {
            if (result->forces)
                result->forces[3 * k->image[i].atom + a] += f[a];
            for (size_t b = 0; b < 3; b++)
                virial[3 * a + b] += r[a] * f[b];
        }
    }
    const double voigt[6] = {virial[0],
                             virial[4],
                             virial[8],
                             0.5 * (virial[5] + virial[7]),
                             0.5 * (virial[2] + virial[6]),
                             0.5 * (virial[1] + virial[3])};
    memcpy(result->virial, voigt, sizeof voigt);
    result->energy = k->energy;
    result->has_sites = k->gives_sites;
    if (k->gives_sites)
        memcpy(result->site_energies, k->sites, frame->atoms * sizeof *k->sites);
}

static int evaluate(const ff_potential *potential, const ff_frame *frame, unsigned want,
                    void *workspace, ff_whole_result *result, ff_error *err)
{
    instance *k = workspace;
    const kim *p = potential->parameters;
    size_t count = 0;
    int status = find_images(k, frame, &count, err);
    if (status == FF_OK && count > INT32_MAX / 4)
        status = ff_fail(err, FF_E_RANGE, "%zu atoms and images, too many for a model", count);
    if (status == FF_OK)
        status = fill_cluster(k, p, frame, count, err);
    if (status == FF_OK)
        status = build_lists(k, err);
    if (status != FF_OK)
        return status;
    (void)pthread_mutex_lock(&turn);
    int bad = set_arguments(k, want) || KIM_Model_Compute(k->model, k->arguments);
    (void)pthread_mutex_unlock(&turn);
    if (bad)
        return ff_fail(err, FF_E_NUMERIC, "kim:%s: the model reports an error", p->name);
    collect(k, frame, want, result);
    return FF_OK;
}

/* Opening. */

static void free_potential(ff_potential *potential)
{
    kim *p = potential->parameters;
    if (p)
        free(p->name);
    free(p);
    free(potential);
}

static const ff_potential_class kim_class = {.kind = "kim",
                                             .workspace_new = workspace_new,
                                             .workspace_free = close_instance,
                                             .free = free_potential,
                                             .evaluate = evaluate};

static void find_species(ff_potential *potential, const instance *k)
{
    kim *p = potential->parameters;
    for (int z = 1; z <= FF_MAX_SPECIES; z++) {
        int supported = 0;
        KIM_SpeciesName name = KIM_SpeciesName_FromString(ff_element_symbol(z));
        potential->species[z] =
            KIM_SpeciesName_Known(name) &&
            !KIM_Model_GetSpeciesSupportAndCode(k->model, name, &supported, &p->code[z]) &&
            supported;
    }
}

int ff_kim_potential_open(ff_potential **out, const char *model, ff_error *err)
{
    *out = NULL;
    ff_error why = {0};
    instance *k = open_instance(model, &why);
    if (!k) {
        if (err)
            *err = why;
        return why.code;
    }
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    kim *p = ff_new_array(1, sizeof *p, err);
    char *name = ff_copy_text(model, err);
    if (!potential || !p || !name) {
        close_instance(k);
        free(potential);
        free(p);
        free(name);
        return FF_E_NOMEM;
    }
    p->name = name;
    *potential = (ff_potential){.class_ = &kim_class, .cutoff = k->reach, .parameters = p};
    find_species(potential, k);
    close_instance(k);
    *out = potential;
    return FF_OK;
}

#endif
