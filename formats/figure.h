#ifndef FF_FORMATS_FIGURE_H
#define FF_FORMATS_FIGURE_H

/* A figure of curves, drawn by gnuplot as SVG with the data and the script that made it kept beside
 * it (NAME.dat, NAME.gp, NAME.svg), so that anyone can redraw it. */

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_curve_style {
    FF_CURVE_POINTS_LINES, /* a measured series */
    FF_CURVE_LINES,        /* the same, of many points */
    FF_CURVE_DASHED,       /* a prediction for a series: give it the same colour */
    FF_CURVE_GUIDE,        /* a slope to compare with: thin, grey */
    FF_CURVE_POINTS,       /* points alone, open circles */
    FF_CURVE_ARROWS        /* from every other point, the first, to the one after it */
} ff_curve_style;

/* Colours: 0, 1, 2 ... tell series apart; what is true is black in every figure, and the
 * reference's own errors (the yardstick) are grey. */
enum { FF_COLOUR_REFERENCE = -1, FF_COLOUR_YARDSTICK = -2 };

typedef struct ff_curve {
    char label[400]; /* "": not in the legend */
    ff_curve_style style;
    int colour;
    size_t count, capacity;
    double (*point)[2]; /* x, y */
} ff_curve;

typedef struct ff_figure {
    char name[64]; /* of its files */
    char title[160], x_label[120], y_label[120];
    bool log_x, log_y;    /* points that a logarithmic axis cannot show are left out */
    bool x_ticks_at_data; /* mark exactly the x values that occur, if they are few */
    bool map;             /* x and y are places in a plane: the same scale for both */
    size_t curves, capacity;
    ff_curve *curve;
} ff_figure;

/* An empty figure; texts are copied. Log axes and ticks are the caller's to set. */
void ff_figure_init(ff_figure *figure, const char *name, const char *title, const char *x_label,
                    const char *y_label);
void ff_figure_clear(ff_figure *figure);

/* Starts a curve; points are added to the curve started last. colour is ignored for guides. */
int ff_figure_add_curve(ff_figure *figure, const char *label, ff_curve_style style, int colour,
                        ff_error *err);
int ff_figure_add_point(ff_figure *figure, double x, double y, ff_error *err);

/* A straight guide on log-log axes, y = y0 (x / x0)^slope from x_first to x_last. */
int ff_figure_add_guide(ff_figure *figure, const char *label, const double anchor[2], double slope,
                        const double range[2], ff_error *err);

/* Whether any curve other than a guide has a point that can be shown. */
bool ff_figure_has_points(const ff_figure *figure);

/* Writes NAME.dat and NAME.gp into the directory and runs gnuplot there. FF_E_IO with advice when
 * gnuplot is missing or fails. */
int ff_figure_draw(const ff_figure *figure, const char *directory, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
