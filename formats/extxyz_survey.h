#ifndef FF_FORMATS_EXTXYZ_SURVEY_H
#define FF_FORMATS_EXTXYZ_SURVEY_H

/* Which keys and columns the records of extended XYZ files hold, in how many frames, and which of
 * them look like labels: so that a user can be told what there is to name, and what was not used.
 */

#include "formats/extxyz.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a name and shape look like. */
enum ff_extxyz_look {
    FF_EXTXYZ_LOOKS_ENERGY = 1u << 0, /* key ..energy, one number */
    FF_EXTXYZ_LOOKS_FORCES = 1u << 1, /* column ..force or ..forces, three numbers */
    FF_EXTXYZ_LOOKS_VIRIAL = 1u << 2, /* key ..virial.., a tensor */
    FF_EXTXYZ_LOOKS_STRESS = 1u << 3, /* key ..stress.., a tensor */
};

typedef struct ff_extxyz_survey_item {
    char *name;
    bool is_column;
    unsigned looks; /* bits of ff_extxyz_look */
    size_t frames;
} ff_extxyz_survey_item;

typedef struct ff_extxyz_survey {
    size_t count, capacity;
    ff_extxyz_survey_item *items; /* in the order of first appearance */
} ff_extxyz_survey;

void ff_extxyz_survey_init(ff_extxyz_survey *survey);
void ff_extxyz_survey_clear(ff_extxyz_survey *survey);

/* Counts the keys and columns of a record. Beyond 1000 names new ones are not kept. */
int ff_extxyz_survey_add(ff_extxyz_survey *survey, const ff_extxyz_record *record, ff_error *err);

/* Bits of all looks found so far. */
unsigned ff_extxyz_survey_looks(const ff_extxyz_survey *survey);

/* "dft_energy, energy": the names with a look, in buffer, as many as fit. Returns buffer. */
char *ff_extxyz_survey_names(const ff_extxyz_survey *survey, unsigned look, char *buffer,
                             size_t size);

#ifdef __cplusplus
}
#endif
#endif
