#ifndef FF_FORMATS_YACE_PARTS_H
#define FF_FORMATS_YACE_PARTS_H

/* Pieces of the reader of .yace, for its files. */

#include "formats/yaml.h"
#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_YACE_MOST_DENSITIES = 64, FF_YACE_MOST_KEYS = 16 };

/* The densities of an element and their weights in its energy; 0: not read yet. */
typedef struct ff_yace_embedding {
    int densities;
    double weight[FF_YACE_MOST_DENSITIES];
} ff_yace_embedding;

typedef struct ff_yace_reader {
    ff_yaml *yaml;
    ff_pace *pace;
    int energies; /* in E0 */
    ff_yace_embedding embedding[FF_PACE_MAX_SPECIES];
    bool bond_known[FF_PACE_MAX_SPECIES][FF_PACE_MAX_SPECIES], core_known;
    bool functions_known[FF_PACE_MAX_SPECIES];
    ff_yaml_reals reals; /* the last list of numbers */
    ff_yaml_integers integers;
    size_t m_capacity, coefficient_capacity;
    int16_t *m;
    double *coefficient;
} ff_yace_reader;

/* Reads the value at hand, up to its last piece. */
typedef int (*ff_yace_read_value)(ff_yace_reader *reader, void *context, ff_error *err);

/* A key of a mapping: its value is an integer from low to high, a number, or what `read` reads. */
typedef struct ff_yace_key {
    const char *name;
    bool optional;
    int *integer;
    int64_t low, high;
    double *real;
    ff_yace_read_value read;
} ff_yace_key;

/* Reads the mapping at hand to its end. Other keys are skipped; none may occur twice, nor one that
 * is not optional be missing. what: the mapping, for messages. */
int ff_yace_read_mapping(ff_yace_reader *reader, const ff_yace_key *keys, size_t count,
                         void *context, const char *what, ff_error *err);

/* The sections that are mappings by element or pair of elements. */
int ff_yace_read_embeddings(ff_yace_reader *reader, void *unused, ff_error *err);
int ff_yace_read_bonds(ff_yace_reader *reader, void *unused, ff_error *err);
int ff_yace_read_functions(ff_yace_reader *reader, void *unused, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
