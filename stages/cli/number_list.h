#ifndef FF_STAGES_CLI_NUMBER_LIST_H
#define FF_STAGES_CLI_NUMBER_LIST_H

/* Vectors, directions and matrices as users write them: numbers such as 2, -1.5 or 1/3, apart by
 * blanks, commas or semicolons ("1/2 1/2 1/2", "1 1 -2, -1 1 0, 1 1 1"). */

#ifdef __cplusplus
extern "C" {
#endif

/* list[most] receives them; returns how many there are, -1 when something else is there, or more
 * of them. */
int ff_parse_numbers(double *list, int most, const char *text);

/* The same with whole numbers only, of 32 bits. */
int ff_parse_integers(int *list, int most, const char *text);

#ifdef __cplusplus
}
#endif
#endif
