#include "formats/figure.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Okabe and Ito's palette, distinguishable with colour-deficient vision (M. Okabe, K. Ito, Color
 * Universal Design, 2008). */
static const char *const palette[] = {"#0072B2", "#D55E00", "#009E73",
                                      "#CC79A7", "#E69F00", "#56B4E9"};
enum { PALETTE = sizeof palette / sizeof *palette };

void ff_figure_init(ff_figure *figure, const char *name, const char *title, const char *x_label,
                    const char *y_label)
{
    *figure = (ff_figure){0};
    (void)snprintf(figure->name, sizeof figure->name, "%s", name);
    (void)snprintf(figure->title, sizeof figure->title, "%s", title);
    (void)snprintf(figure->x_label, sizeof figure->x_label, "%s", x_label);
    (void)snprintf(figure->y_label, sizeof figure->y_label, "%s", y_label);
}

void ff_figure_clear(ff_figure *figure)
{
    for (size_t i = 0; i < figure->curves; i++)
        free(figure->curve[i].point);
    free(figure->curve);
    *figure = (ff_figure){0};
}

int ff_figure_add_curve(ff_figure *figure, const char *label, ff_curve_style style, int colour,
                        ff_error *err)
{
    int status = ff_reserve(&figure->curve, &figure->capacity, figure->curves + 1,
                            sizeof *figure->curve, err);
    if (status != FF_OK)
        return status;
    ff_curve *curve = &figure->curve[figure->curves++];
    *curve = (ff_curve){.style = style, .colour = colour};
    (void)snprintf(curve->label, sizeof curve->label, "%s", label);
    return FF_OK;
}

int ff_figure_add_point(ff_figure *figure, double x, double y, ff_error *err)
{
    bool hidden =
        !isfinite(x) || !isfinite(y) || (figure->log_x && x <= 0) || (figure->log_y && y <= 0);
    if (hidden)
        return FF_OK;
    ff_curve *curve = &figure->curve[figure->curves - 1];
    int status =
        ff_reserve(&curve->point, &curve->capacity, curve->count + 1, sizeof *curve->point, err);
    if (status != FF_OK)
        return status;
    curve->point[curve->count][0] = x;
    curve->point[curve->count++][1] = y;
    return FF_OK;
}

int ff_figure_add_guide(ff_figure *figure, const char *label, const double anchor[2], double slope,
                        const double range[2], ff_error *err)
{
    int earlier = 0; /* guides of one figure differ in their dashes */
    for (size_t i = 0; i < figure->curves; i++)
        earlier += figure->curve[i].style == FF_CURVE_GUIDE;
    int status = ff_figure_add_curve(figure, label, FF_CURVE_GUIDE, earlier, err);
    for (int i = 0; i < 2 && status == FF_OK; i++)
        status = ff_figure_add_point(figure, range[i], anchor[1] * pow(range[i] / anchor[0], slope),
                                     err);
    return status;
}

bool ff_figure_has_points(const ff_figure *figure)
{
    for (size_t i = 0; i < figure->curves; i++)
        if (figure->curve[i].style != FF_CURVE_GUIDE && figure->curve[i].count > 0)
            return true;
    return false;
}

/* A gnuplot single-quoted string: in a double-quoted one `...` would be run as a command. It has no
 * way to hold a straight apostrophe in all places, so that becomes a typographic one. */
static void write_quoted(FILE *file, const char *text)
{
    (void)fputc('\'', file);
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            (void)fputs("’", file);
        else
            (void)fputc((unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c, file);
    }
    (void)fputc('\'', file);
}

static void write_setting(FILE *file, const char *setting, const char *text)
{
    (void)fprintf(file, "set %s ", setting);
    write_quoted(file, text);
    (void)fputs(" noenhanced\n", file);
}

/* Data blocks, one a curve, separated by two blank lines as gnuplot's `index` expects. A curve
 * without points has none, since gnuplot does not count empty blocks. */
static void write_data(FILE *file, const ff_figure *figure)
{
    for (size_t i = 0; i < figure->curves; i++) {
        const ff_curve *curve = &figure->curve[i];
        if (curve->count == 0)
            continue;
        (void)fputs("# ", file);
        write_quoted(file, curve->label);
        (void)fputc('\n', file);
        const size_t step = curve->style == FF_CURVE_ARROWS ? 2 : 1;
        for (size_t j = 0; j + step <= curve->count; j += step) {
            const double(*at)[2] = (const double(*)[2])curve->point + j;
            (void)fprintf(file, "%.17g %.17g", at[0][0], at[0][1]);
            if (step == 2)
                (void)fprintf(file, " %.17g %.17g", at[1][0] - at[0][0], at[1][1] - at[0][1]);
            (void)fputc('\n', file);
        }
        (void)fputs("\n\n", file);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The distinct x values of all curves, sorted; *values is the caller's to free. */
static int distinct_x(double **values, size_t *count, const ff_figure *figure, ff_error *err)
{
    size_t all = 0, total = 0;
    for (size_t i = 0; i < figure->curves; i++)
        total += figure->curve[i].count;
    *count = 0;
    *values = ff_new_array(total, sizeof **values, err);
    if (!*values)
        return FF_E_NOMEM;
    for (size_t i = 0; i < figure->curves; i++)
        for (size_t j = 0; j < figure->curve[i].count; j++)
            (*values)[all++] = figure->curve[i].point[j][0];
    qsort(*values, all, sizeof **values, compare_numbers);
    for (size_t i = 0; i < all; i++)
        if (*count == 0 || (*values)[i] > (*values)[*count - 1])
            (*values)[(*count)++] = (*values)[i];
    return FF_OK;
}

/* 1, 2 and 5 times powers of ten between two positive numbers; gnuplot would label the powers only.
 */
static void write_round_ticks(FILE *file, double low, double high)
{
    static const double factors[] = {1, 2, 5};
    bool written = false;
    for (int power = (int)floor(log10(low)); power <= (int)ceil(log10(high)); power++)
        for (size_t i = 0; i < 3; i++) {
            double tick = factors[i] * pow(10, power);
            if (tick < low || tick > high)
                continue;
            (void)fprintf(file, "%s%.6g", written ? ", " : "set xtics (", tick);
            written = true;
        }
    if (written)
        (void)fputs(")\n", file);
}

/* Ticks and range of a logarithmic x axis: close around the data. */
static int write_x_axis(FILE *file, const ff_figure *figure, ff_error *err)
{
    enum { FEW = 12 };
    double *values = NULL;
    size_t count = 0;
    (void)fputs("set logscale x\n", file);
    int status = distinct_x(&values, &count, figure, err);
    if (status == FF_OK && count > 0) {
        double low = values[0] / 1.12, high = values[count - 1] * 1.12;
        (void)fprintf(file, "set xrange [%.6g:%.6g]\n", low, high);
        if (!figure->x_ticks_at_data || count > FEW)
            write_round_ticks(file, low, high);
        for (size_t i = 0; figure->x_ticks_at_data && count <= FEW && i < count; i++)
            (void)fprintf(file, "%s%.6g%s", i ? ", " : "set xtics (", values[i],
                          i + 1 < count ? "" : ")\n");
    }
    free(values);
    return status;
}

static const char *colour_of(const ff_curve *curve)
{
    if (curve->colour == FF_COLOUR_REFERENCE)
        return "#000000";
    if (curve->colour < 0)
        return "#7a7a7a";
    return palette[curve->colour % PALETTE];
}

/* block: the curve's place among those in the data file. Points: filled, of another shape for each
 * colour; open circles for the reference. */
static void write_curve(FILE *file, const ff_figure *figure, const ff_curve *curve, size_t block)
{
    const char *colour = colour_of(curve);
    int point = curve->colour < 0 ? 6 : 5 + 2 * (curve->colour % 4);
    (void)fprintf(file, "\"%s.dat\" index %zu using %s with ", figure->name, block,
                  curve->style == FF_CURVE_ARROWS ? "1:2:3:4" : "1:2");
    switch (curve->style) {
    case FF_CURVE_POINTS_LINES:
        (void)fprintf(file, "linespoints lw 2 ps 0.7 pt %d lc rgb \"%s\"", point, colour);
        break;
    case FF_CURVE_LINES:
        (void)fprintf(file, "lines lw 1.5 lc rgb \"%s\"", colour);
        break;
    case FF_CURVE_DASHED:
        (void)fprintf(file, "lines lw 1.5 dt 2 lc rgb \"%s\"", colour);
        break;
    case FF_CURVE_GUIDE:
        (void)fprintf(file, "lines lw 1 dt %d lc rgb \"#888888\"", 3 + curve->colour);
        break;
    case FF_CURVE_POINTS:
        (void)fprintf(file, "points pt 6 ps 0.9 lc rgb \"%s\"", colour);
        break;
    case FF_CURVE_ARROWS:
        (void)fprintf(file, "vectors filled head size graph 0.012,20 lw 1.5 lc rgb \"%s\"", colour);
        break;
    }
    if (!curve->label[0]) {
        (void)fputs(" notitle", file);
        return;
    }
    (void)fputs(" title ", file);
    write_quoted(file, curve->label);
    (void)fputs(" noenhanced", file);
}

static int write_script(FILE *file, const ff_figure *figure, ff_error *err)
{
    char identifier[sizeof figure->name]; /* prefix of the drawing's ids, unique in the page */
    for (size_t i = 0; i < sizeof identifier; i++)
        identifier[i] = figure->name[i] == '-' ? '_' : figure->name[i];
    (void)fprintf(file,
                  "# redraw with: gnuplot %s.gp\n"
                  "set encoding utf8\n"
                  "set terminal svg size 820,%d dynamic font \"sans-serif,13\" name \"%s\" "
                  "background \"#ffffff\"\n"
                  "set output \"%s.svg\"\n",
                  figure->name, figure->map ? 620 : 420, identifier, figure->name);
    write_setting(file, "title", figure->title);
    write_setting(file, "xlabel", figure->x_label);
    write_setting(file, "ylabel", figure->y_label);
    if (figure->map)
        (void)fputs("set size ratio -1\n", file);
    (void)fputs("set lmargin at screen 0.1\nset rmargin at screen 0.66\n"
                "set key at screen 0.68,0.9 left top Left reverse samplen 2 spacing 1.2\n"
                "set grid lc rgb \"#e4e4e4\" lt 1\n"
                "set border 3 lc rgb \"#555555\"\nset tics nomirror textcolor rgb \"#000000\"\n",
                file);
    if (figure->log_y)
        (void)fputs("set logscale y\nset format y \"10^{%L}\"\n", file);
    if (figure->log_x && write_x_axis(file, figure, err) != FF_OK)
        return FF_E_NOMEM;
    (void)fputs("plot ", file);
    size_t written = 0;
    for (size_t i = 0; i < figure->curves; i++) {
        if (figure->curve[i].count == 0)
            continue;
        if (written > 0)
            (void)fputs(", \\\n     ", file);
        write_curve(file, figure, &figure->curve[i], written++);
    }
    (void)fputc('\n', file);
    return FF_OK;
}

/* What gnuplot said, on one line, the end of it. */
static void read_words(int descriptor, char *words, size_t size)
{
    char block[512];
    ssize_t got;
    size_t used = 0;
    while ((got = read(descriptor, block, sizeof block)) > 0 || (got < 0 && errno == EINTR))
        for (ssize_t i = 0; i < got; i++) {
            if (used + 1 >= size) {
                memmove(words, words + size / 2, used - size / 2);
                used -= size / 2;
            }
            bool blank = (unsigned char)block[i] <= 0x20;
            if (!blank || (used > 0 && words[used - 1] != ' '))
                words[used++] = blank ? ' ' : block[i];
        }
    words[used] = '\0';
}

/* The child's side: gnuplot on a script in the directory, its words going to the pipe. */
static void become_gnuplot(const char *directory, const char *script, const int ends[2])
{
    (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[0]);
    (void)close(ends[1]);
    if (chdir(directory) == 0)
        (void)execlp("gnuplot", "gnuplot", script, (char *)NULL);
    _exit(127);
}

static int judge_gnuplot(int state, const char *script, const char *words, ff_error *err)
{
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
        return FF_OK;
    if (WIFEXITED(state) && WEXITSTATUS(state) == 127)
        return ff_fail(err, FF_E_IO,
                       "figures need gnuplot, which is not installed (Debian: gnuplot-nox)");
    return ff_fail(err, FF_E_IO, "gnuplot did not draw %s: %.300s", script, words);
}

static int run_gnuplot(const ff_figure *figure, const char *directory, ff_error *err)
{
    char script[80], words[1024] = "";
    int ends[2], state = 0;
    (void)snprintf(script, sizeof script, "%s.gp", figure->name);
    if (pipe(ends) != 0)
        return ff_fail_errno(err, "starting gnuplot");
    pid_t child = fork();
    if (child == 0)
        become_gnuplot(directory, script, ends);
    (void)close(ends[1]);
    if (child > 0)
        read_words(ends[0], words, sizeof words);
    (void)close(ends[0]);
    if (child < 0)
        return ff_fail_errno(err, "starting gnuplot");
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR)
            return ff_fail_errno(err, "waiting for gnuplot");
    return judge_gnuplot(state, script, words, err);
}

typedef int (*writer)(FILE *file, const ff_figure *figure, ff_error *err);

static int write_data_file(FILE *file, const ff_figure *figure, ff_error *err)
{
    (void)err;
    write_data(file, figure);
    return FF_OK;
}

static int write_beside(const ff_figure *figure, const char *directory, const char *ending,
                        writer write, ff_error *err)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s%s", directory, figure->name, ending) >= (int)sizeof path)
        return ff_fail(err, FF_E_IO, "the name of the report's folder is too long");
    FILE *file = fopen(path, "w");
    if (!file)
        return ff_fail_errno(err, "creating %s", path);
    int status = write(file, figure, err);
    bool broken = ferror(file) != 0;
    if ((fclose(file) != 0 || broken) && status == FF_OK)
        status = ff_fail_errno(err, "writing %s", path);
    return status;
}

int ff_figure_draw(const ff_figure *figure, const char *directory, ff_error *err)
{
    int status = write_beside(figure, directory, ".dat", write_data_file, err);
    if (status == FF_OK)
        status = write_beside(figure, directory, ".gp", write_script, err);
    if (status == FF_OK)
        status = run_gnuplot(figure, directory, err);
    return status;
}
