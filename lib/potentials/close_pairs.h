#ifndef FF_LIB_POTENTIALS_CLOSE_PAIRS_H
#define FF_LIB_POTENTIALS_CLOSE_PAIRS_H

/* Atoms that are closer to each other than a potential was made for (ff_potential.shortest): what
 * a calculator counts in one structure, and what adds up over many. Distances in A; atoms and
 * frames from 0. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_close_pairs {
    size_t count; /* pairs, each once, images included; 0: the rest means nothing */
    /* The closest of them: */
    size_t atoms[2];        /* the smaller first */
    int species[2];         /* their atomic numbers */
    double distance, limit; /* A: theirs, and the shortest the potential was made for */
} ff_close_pairs;

/* Adds others; of equally close pairs the one that was there stays. */
void ff_close_pairs_add(ff_close_pairs *pairs, const ff_close_pairs *others);

/* Writes "W (atom 3) and W (atom 7) are 1.203 A apart, below the 1.782 A that the potential was
 * made for", the closest pair's atoms counted from 1, to buffer of size bytes, truncating, always
 * terminated. Returns buffer. */
char *ff_close_pairs_describe(const ff_close_pairs *pairs, char *buffer, size_t size);

/* Over the frames of a dataset. */
typedef struct ff_close_survey {
    ff_close_pairs pairs;
    size_t frames; /* that have any */
    size_t frame;  /* of the closest pair */
} ff_close_survey;

/* Adds one frame. Surveys depend on the order of frames only by what is kept of equally close
 * pairs. */
void ff_close_survey_add(ff_close_survey *survey, size_t frame, const ff_close_pairs *pairs);

#ifdef __cplusplus
}
#endif
#endif
