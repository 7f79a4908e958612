/* Who can lend what to a block; see lenders.h. */
#include "segment/lenders.h"

#include "base/hash.h"
#include "base/memory.h"

void stw_lenders_init(struct stw_lenders *lenders, const struct stw_segment_spec *spec)
{
    memset(lenders, 0, sizeof(*lenders));
    for (uint32_t i = 0; i < spec->column_count; i++) {
        enum stw_type type = spec->columns[i].type;
        bool may = type == STW_TYPE_DECIMAL || type == STW_TYPE_INT || type == STW_TYPE_TIME;
        if (may && lenders->column_count < STW_LENDERS_COLUMNS_MAX)
            lenders->columns[lenders->column_count++] = i;
    }
}

void stw_lenders_release(struct stw_lenders *lenders)
{
    stw_free(lenders->items);
    memset(lenders, 0, sizeof(*lenders));
}

static const struct stw_lender *lender_at(const struct stw_lenders *lenders, uint64_t number)
{
    return &lenders->items[number % STW_SEGMENT_LENDERS_MAX];
}

static uint64_t oldest(const struct stw_lenders *lenders)
{
    return lenders->count > STW_SEGMENT_LENDERS_MAX ? lenders->count - STW_SEGMENT_LENDERS_MAX : 0;
}

static uint64_t hash_times(const struct stw_block_rows *rows)
{
    return stw_hash64(rows->time_ns, rows->rows * sizeof(*rows->time_ns), 0);
}

static void take_samples(const struct stw_vector *vector, uint32_t rows,
                         struct stw_lender_sample *samples)
{
    for (uint32_t i = 0; i < STW_LENDERS_SAMPLES; i++) {
        uint32_t at = 1 + (uint32_t)((uint64_t)i * (rows - 2) / (STW_LENDERS_SAMPLES - 1));
        samples[i] = (struct stw_lender_sample){vector->ints[at - 1], vector->ints[at]};
    }
}

static bool follows(enum stw_relation relation, const struct stw_lender_sample *lent,
                    const struct stw_lender_sample *sample)
{
    const int64_t values[2] = {sample->before, sample->at};
    const int64_t lent_values[2] = {lent->before, lent->at};
    int64_t residual;
    stw_relation_take(relation, lent_values, values, 2, &residual);
    return residual == 0;
}

/* How many samples follow by the best relation. */
static uint32_t best_relation(const struct stw_lender_sample *lent,
                              const struct stw_lender_sample *samples, int8_t *relation)
{
    uint32_t best = 0;
    for (int tried = 0; tried < STW_RELATION_COUNT; tried++) {
        uint32_t found = 0;
        for (uint32_t i = 0; i < STW_LENDERS_SAMPLES; i++)
            found += follows((enum stw_relation)tried, &lent[i], &samples[i]);
        if (found > best) {
            best = found;
            *relation = (int8_t)tried;
        }
    }
    return best;
}

/* A column of one value follows from anything and gains nothing. */
static bool is_constant(const int64_t *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

/* The columns of a block that can lend or borrow, with samples. */
static void look_at(const struct stw_lenders *lenders, const struct stw_block_rows *rows,
                    struct stw_lender_column *columns)
{
    for (uint32_t i = 0; i < lenders->column_count; i++) {
        const struct stw_vector *vector = &rows->columns[lenders->columns[i]];
        columns[i].lends = vector->present == NULL && !is_constant(vector->ints, rows->rows);
        columns[i].scale = (uint8_t)vector->scale;
        if (columns[i].lends)
            take_samples(vector, rows->rows, columns[i].samples);
    }
}

/* How much follows from this lender's values, and by what relations. */
static uint32_t ask(const struct stw_lenders *lenders, const struct stw_lender *lender,
                    const struct stw_lender_column *columns, int8_t *relations)
{
    uint32_t score = 0;
    for (uint32_t i = 0; i < lenders->column_count; i++) {
        const struct stw_lender_column *lent = &lender->columns[i];
        relations[i] = -1;
        if (!columns[i].lends || !lent->lends || columns[i].scale != lent->scale)
            continue;
        uint32_t found = best_relation(lent->samples, columns[i].samples, &relations[i]);
        if (found * 2 < STW_LENDERS_SAMPLES)
            relations[i] = -1;
        else
            score += found;
    }
    return score;
}

void stw_lenders_find(const struct stw_lenders *lenders, const struct stw_block_rows *rows,
                      struct stw_loan *loan)
{
    struct stw_lender_column columns[STW_LENDERS_COLUMNS_MAX];
    int8_t relations[STW_LENDERS_COLUMNS_MAX];
    uint32_t asked = 0, best = 0;
    loan->times_offset = loan->values_offset = 0;
    memset(loan->relations, -1, sizeof(loan->relations));
    if (rows->rows < STW_BORROWED_ROWS_MIN || lenders->count == 0)
        return;
    look_at(lenders, rows, columns);
    uint64_t hash = hash_times(rows);
    for (uint64_t number = lenders->count; number-- > oldest(lenders);) {
        const struct stw_lender *lender = lender_at(lenders, number);
        if (!lender->has_rows || lender->rows != rows->rows || lender->times_hash != hash)
            continue;
        if (loan->times_offset == 0 && lender->times_size >= STW_LENDERS_TIMES_SIZE_MIN)
            loan->times_offset = lender->offset;
        uint32_t score =
            asked++ < STW_LENDERS_ASKED_MAX ? ask(lenders, lender, columns, relations) : 0;
        if (score > best) {
            best = score;
            loan->values_offset = lender->offset;
            for (uint32_t i = 0; i < lenders->column_count; i++)
                loan->relations[lenders->columns[i]] = relations[i];
        }
    }
}

/* A slot for one more, the oldest one's when all are taken; NULL: memory. */
static struct stw_lender *new_lender(struct stw_lenders *lenders)
{
    uint64_t needed =
        lenders->count < STW_SEGMENT_LENDERS_MAX ? lenders->count + 1 : STW_SEGMENT_LENDERS_MAX;
    if (!stw_reserve((void **)&lenders->items, &lenders->capacity, needed, sizeof(*lenders->items)))
        return NULL;
    struct stw_lender *lender = &lenders->items[lenders->count++ % STW_SEGMENT_LENDERS_MAX];
    memset(lender, 0, sizeof(*lender));
    return lender;
}

bool stw_lenders_add(struct stw_lenders *lenders, const struct stw_block_rows *rows,
                     const struct stw_block_parts *parts, uint64_t offset)
{
    if (rows->rows < STW_BORROWED_ROWS_MIN)
        return true;
    struct stw_lender *lender = new_lender(lenders);
    if (lender == NULL)
        return false;
    lender->offset = offset;
    lender->rows = rows->rows;
    lender->has_rows = true;
    lender->times_hash = hash_times(rows);
    lender->times_size = stw_times_back(parts->times) == 0 ? parts->times.size : 0;
    look_at(lenders, rows, lender->columns);
    for (uint32_t i = 0; i < lenders->column_count; i++) {
        uint32_t column = lenders->columns[i];
        lender->columns[i].lends &=
            stw_column_lends(parts->columns[column], rows->columns[column].type);
    }
    return true;
}

bool stw_lenders_add_copy(struct stw_lenders *lenders, const unsigned char *origin_id,
                          uint64_t origin_offset, uint64_t offset)
{
    struct stw_lender *lender = new_lender(lenders);
    if (lender == NULL)
        return false;
    lender->offset = offset;
    memcpy(lender->origin_id, origin_id, sizeof(lender->origin_id));
    lender->origin_offset = origin_offset;
    return true;
}

uint64_t stw_lenders_find_copy(const struct stw_lenders *lenders, const unsigned char *origin_id,
                               uint64_t origin_offset)
{
    for (uint64_t number = lenders->count; number-- > oldest(lenders);) {
        const struct stw_lender *lender = lender_at(lenders, number);
        if (lender->origin_offset == origin_offset &&
            memcmp(lender->origin_id, origin_id, sizeof(lender->origin_id)) == 0)
            return lender->offset;
    }
    return 0;
}
