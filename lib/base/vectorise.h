#ifndef FF_LIB_BASE_VECTORISE_H
#define FF_LIB_BASE_VECTORISE_H

#include <stddef.h>

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

/* Before the parts of a function marked FF_VECTORISE that are functions of their own: inlined
 * without question, since on their own they would be compiled for the oldest processor. */
#define FF_INLINE static inline __attribute__((always_inline))

/* The first (h = 0) or second half of FF_LANES numbers. */
FF_INLINE const ff_pack *ff_half(const double *lanes, size_t h)
{
    return (const ff_pack *)lanes + h;
}

/* The same anywhere, for rows that begin at any number. */
typedef double ff_loose_pack __attribute__((vector_size(32), aligned(8), may_alias));

/* Numbers i, j, k, l of the eight in a and b. */
#if defined(__clang__) || __GNUC__ >= 12
#define FF_SHUFFLE(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define FF_SHUFFLE(a, b, i, j, k, l) __builtin_shuffle(a, b, (__typeof__((a) > (b))){i, j, k, l})
#endif

/* Exchanges rows and columns of four packs. */
FF_INLINE void ff_transpose(ff_pack x[FF_PACK])
{
    ff_pack a = FF_SHUFFLE(x[0], x[1], 0, 4, 2, 6), b = FF_SHUFFLE(x[0], x[1], 1, 5, 3, 7);
    ff_pack c = FF_SHUFFLE(x[2], x[3], 0, 4, 2, 6), d = FF_SHUFFLE(x[2], x[3], 1, 5, 3, 7);
    x[0] = FF_SHUFFLE(a, c, 0, 1, 4, 5);
    x[1] = FF_SHUFFLE(b, d, 0, 1, 4, 5);
    x[2] = FF_SHUFFLE(a, c, 2, 3, 6, 7);
    x[3] = FF_SHUFFLE(b, d, 2, 3, 6, 7);
}

/* NOLINTNEXTLINE(bugprone-macro-parentheses): declares its argument */
#define FF_EACH_LANE(q) for (int q = 0; q < FF_LANES; q++)

/* Sum over lanes, in a fixed order. */
FF_INLINE double ff_lane_sum(const double *x)
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
