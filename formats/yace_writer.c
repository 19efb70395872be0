#include "formats/yace_writer.h"

#include "lib/structure/elements.h"

/* "key: value, " of flow mappings. */

static void add_integer(ff_text_writer *w, const char *key, int64_t value)
{
    ff_text_writer_text(w, key);
    ff_text_writer_text(w, ": ");
    ff_text_writer_integer(w, value);
    ff_text_writer_text(w, ", ");
}

static void add_real(ff_text_writer *w, const char *key, double value)
{
    ff_text_writer_text(w, key);
    ff_text_writer_text(w, ": ");
    ff_text_writer_real(w, value);
    ff_text_writer_text(w, ", ");
}

static void add_text(ff_text_writer *w, const char *key, const char *value)
{
    ff_text_writer_text(w, key);
    ff_text_writer_text(w, ": ");
    ff_text_writer_text(w, value);
    ff_text_writer_text(w, ", ");
}

static void add_reals(ff_text_writer *w, const double *values, size_t count)
{
    ff_text_writer_text(w, "[");
    for (size_t i = 0; i < count; i++) {
        ff_text_writer_text(w, i ? ", " : "");
        ff_text_writer_real(w, values[i]);
    }
    ff_text_writer_text(w, "]");
}

static void add_integers(ff_text_writer *w, const char *key, const int *values, int count)
{
    ff_text_writer_text(w, key);
    ff_text_writer_text(w, ": [");
    for (int i = 0; i < count; i++) {
        ff_text_writer_text(w, i ? ", " : "");
        ff_text_writer_integer(w, values[i]);
    }
    ff_text_writer_text(w, "], ");
}

/* Sections. */

static void write_elements(ff_text_writer *w, const ff_pace *pace)
{
    ff_text_writer_text(w, "elements: [");
    for (int i = 0; i < pace->elements; i++) {
        ff_text_writer_text(w, i ? ", " : "");
        ff_text_writer_text(w, ff_element_symbol(pace->element[i].species));
    }
    ff_text_writer_text(w, "]\nE0: [");
    for (int i = 0; i < pace->elements; i++) {
        ff_text_writer_text(w, i ? ", " : "");
        ff_text_writer_real(w, pace->element[i].energy);
    }
    ff_text_writer_text(w, "]\ndeltaSplineBins: ");
    ff_text_writer_real(w, pace->spacing);
    ff_text_writer_text(w, "\n");
}

/* One density whose embedding is the identity. */
static void write_embeddings(ff_text_writer *w, const ff_pace *pace)
{
    ff_text_writer_text(w, "embeddings:\n");
    for (int i = 0; i < pace->elements; i++) {
        ff_text_writer_text(w, "  ");
        ff_text_writer_integer(w, i);
        ff_text_writer_text(w, ": {ndensity: 1, FS_parameters: [1, 1], npoti: "
                               "FinnisSinclairShiftedScaled, rho_core_cutoff: ");
        ff_text_writer_real(w, pace->element[i].core_cutoff);
        ff_text_writer_text(w, ", drho_core_cutoff: ");
        ff_text_writer_real(w, pace->element[i].core_width);
        ff_text_writer_text(w, "}\n");
    }
}

static void write_coefficients(ff_text_writer *w, const ff_pace_bond *bond)
{
    const double *c = bond->coefficient;
    ff_text_writer_text(w, "radcoefficients: [");
    for (int n = 0; n < bond->radials; n++) {
        ff_text_writer_text(w, n ? ",\n    [" : "\n    [");
        for (int l = 0; l <= bond->largest; l++, c += bond->bases) {
            ff_text_writer_text(w, l ? ",\n     " : "");
            add_reals(w, c, (size_t)bond->bases);
        }
        ff_text_writer_text(w, "]");
    }
    ff_text_writer_text(w, "],\n    ");
}

static void write_bond(ff_text_writer *w, const ff_pace *pace, int i, int j)
{
    const ff_pace_bond *bond = &pace->bond[i][j];
    ff_text_writer_text(w, "  [");
    ff_text_writer_integer(w, i);
    ff_text_writer_text(w, ", ");
    ff_text_writer_integer(w, j);
    ff_text_writer_text(w, "]: {");
    add_integer(w, "nradmax", bond->radials);
    add_integer(w, "lmax", bond->largest);
    add_integer(w, "nradbasemax", bond->bases);
    add_text(w, "radbasename", ff_pace_form_name(bond->form));
    ff_text_writer_text(w, "radparameters: ");
    add_reals(w, &bond->lambda, 1);
    ff_text_writer_text(w, ",\n    ");
    write_coefficients(w, bond);
    add_real(w, "prehc", bond->strength);
    add_real(w, "lambdahc", bond->exponent);
    add_real(w, "rcut", bond->cutoff);
    add_real(w, "dcut", bond->width);
    add_real(w, "rcut_in", bond->inner);
    add_real(w, "dcut_in", bond->inner_width);
    ff_text_writer_text(w, "inner_cutoff_type: ");
    ff_text_writer_text(w, ff_pace_core_name(pace->core));
    ff_text_writer_text(w, "}\n");
}

static void write_function(ff_text_writer *w, const ff_pace_element *element, int centre,
                           const ff_pace_function *f)
{
    const int16_t *m = element->m + f->m_first;
    ff_text_writer_text(w, "    - {");
    add_integer(w, "mu0", centre);
    add_integer(w, "rank", f->order);
    add_integer(w, "ndensity", 1);
    add_integer(w, "num_ms_combs", (int64_t)f->terms);
    add_integers(w, "mus", f->species, f->order);
    add_integers(w, "ns", f->n, f->order);
    add_integers(w, "ls", f->l, f->order);
    ff_text_writer_text(w, "ms_combs: [");
    for (size_t i = 0; i < f->terms * (size_t)f->order; i++) {
        ff_text_writer_text(w, i ? ", " : "");
        ff_text_writer_integer(w, m[i]);
    }
    ff_text_writer_text(w, "], ctildes: ");
    add_reals(w, element->coefficient + f->first, f->terms);
    ff_text_writer_text(w, "}\n");
}

void ff_yace_write(ff_text_writer *w, const ff_pace *pace, const char *comment)
{
    if (comment) {
        ff_text_writer_text(w, "# ");
        ff_text_writer_text(w, comment);
        ff_text_writer_text(w, "\n");
    }
    write_elements(w, pace);
    write_embeddings(w, pace);
    ff_text_writer_text(w, "bonds:\n");
    for (int i = 0; i < pace->elements; i++)
        for (int j = 0; j < pace->elements; j++)
            write_bond(w, pace, i, j);
    ff_text_writer_text(w, "functions:\n");
    for (int i = 0; i < pace->elements; i++) {
        const ff_pace_element *element = &pace->element[i];
        ff_text_writer_text(w, "  ");
        ff_text_writer_integer(w, i);
        ff_text_writer_text(w, element->functions ? ":\n" : ": []\n");
        for (size_t k = 0; k < element->functions; k++)
            write_function(w, element, i, &element->function[k]);
    }
}
