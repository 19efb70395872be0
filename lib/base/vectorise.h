#ifndef FF_LIB_BASE_VECTORISE_H
#define FF_LIB_BASE_VECTORISE_H

/* Short rows of numbers that the compiler turns into vector instructions.
 *
 * Hot loops work on FF_LANES numbers at a time, in plain loops of that constant length
 * (FF_EACH_LANE): on any machine they become as many registers as it takes, and because sums never
 * run across lanes, their order does not depend on the width of the registers. FF_VECTORISE before
 * a function makes the compiler emit versions of it for newer x86 processors, of which the loader
 * picks one at run time.
 */

enum { FF_LANES = 8 };

/* Four consecutive numbers as one value, for the few loops whose running sums compilers otherwise
 * leave in memory. May point into any array of doubles aligned to 32 bytes. */
typedef double ff_pack __attribute__((vector_size(32), may_alias));
enum { FF_PACK = 4 };

/* NOLINTNEXTLINE(bugprone-macro-parentheses): declares its argument */
#define FF_EACH_LANE(q) for (int q = 0; q < FF_LANES; q++)

/* Sum over lanes, in a fixed order. */
static inline double ff_lane_sum(const double *x)
{
    return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||                         \
    __has_feature(thread_sanitizer)
#define FF_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FF_SANITIZED
#endif

/* Sanitizers cannot run in the resolvers that the loader calls before main; clang gives clones
 * names that callers in other files do not find (seen with 14). */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&   \
    !defined(FF_SANITIZED)
#define FF_VECTORISE __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define FF_VECTORISE
#endif

#endif
