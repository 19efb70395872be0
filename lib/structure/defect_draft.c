#include "lib/structure/defect_draft.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

int ff_defect_draft_init(ff_defect_draft *draft, const ff_host *host, ff_error *err)
{
    *draft = (ff_defect_draft){0};
    ff_host_site_position(draft->centre, host, ff_host_middle_site(host, 0));
    return ff_host_frame(&draft->sites, host, err);
}

void ff_defect_draft_clear(ff_defect_draft *draft)
{
    ff_frame_clear(&draft->sites);
    free(draft->extra);
    *draft = (ff_defect_draft){0};
}

int ff_defect_draft_empty(ff_defect_draft *draft, size_t site, ff_error *err)
{
    if (draft->sites.species[site] == 0)
        return ff_fail(err, FF_E_RANGE,
                       "the supercell is too small: two places of the defect are the same site");
    draft->sites.species[site] = 0;
    draft->vacancies++;
    return FF_OK;
}

int ff_defect_draft_add(ff_defect_draft *draft, int species, const double position[3],
                        ff_error *err)
{
    int status =
        ff_reserve(&draft->extra, &draft->capacity, draft->extras + 1, sizeof *draft->extra, err);
    if (status != FF_OK)
        return status;
    ff_extra_atom *extra = &draft->extra[draft->extras++];
    extra->species = species;
    memcpy(extra->position, position, sizeof extra->position);
    return FF_OK;
}

static void add_atom(ff_frame *frame, int64_t *sites, size_t atom, int species,
                     const double position[3], int64_t site)
{
    frame->species[atom] = species;
    memcpy(frame->positions + 3 * atom, position, 3 * sizeof *position);
    sites[atom] = site;
}

int ff_defect_draft_finish(ff_frame *frame, int64_t **site, const ff_defect_draft *draft,
                           ff_error *err)
{
    const ff_frame *sites = &draft->sites;
    const size_t atoms = sites->atoms - draft->vacancies + draft->extras;
    size_t atom = 0;
    *site = NULL;
    *frame = (ff_frame){0};
    if (atoms == 0)
        return ff_fail(err, FF_E_RANGE, "a supercell of %zu %s cannot have %zu vacanc%s",
                       sites->atoms, sites->atoms == 1 ? "atom" : "atoms", draft->vacancies,
                       draft->vacancies == 1 ? "y" : "ies");
    int status = ff_frame_init(frame, atoms, err);
    if (status != FF_OK)
        return status;
    if (!(*site = ff_new_array(atoms, sizeof **site, err))) {
        ff_frame_clear(frame);
        return FF_E_NOMEM;
    }
    memcpy(frame->cell, sites->cell, sizeof frame->cell);
    memcpy(frame->periodic, sites->periodic, sizeof frame->periodic);
    for (size_t s = 0; s < sites->atoms; s++)
        if (sites->species[s])
            add_atom(frame, *site, atom++, sites->species[s], sites->positions + 3 * s, (int64_t)s);
    for (size_t e = 0; e < draft->extras; e++)
        add_atom(frame, *site, atom++, draft->extra[e].species, draft->extra[e].position, -1);
    return FF_OK;
}
