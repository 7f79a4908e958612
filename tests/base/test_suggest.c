/* Suggestions: distances worked out by hand. */
#include "base/suggest.h"

#include "../support/test.h"

static unsigned distance(const char *a, const char *b)
{
    return stw_edit_distance(stw_slice_of(a), stw_slice_of(b));
}

static void counts_edits(void)
{
    CU_ASSERT_EQUAL(distance("", ""), 0);
    CU_ASSERT_EQUAL(distance("", "abc"), 3);
    CU_ASSERT_EQUAL(distance("kitten", "sitting"), 3); /* the textbook pair */
    CU_ASSERT_EQUAL(distance("abov", "above"), 1);
    CU_ASSERT_EQUAL(distance("aobve", "above"), 1);
    CU_ASSERT_EQUAL(distance("ABOVE", "above"), 0);
    CU_ASSERT_EQUAL(distance("ca", "abc"), 3); /* a swapped pair is not edited again */
}

static void suggests_the_nearest(void)
{
    static const char *const words[] = {"above", "below", "outside", "for"};
    struct stw_suggest suggest;
    stw_suggest_init(&suggest, STW_SLICE("abov"));
    for (int i = 0; i < 4; i++)
        stw_suggest_offer(&suggest, stw_slice_of(words[i]));
    CU_ASSERT(stw_slice_is(suggest.best, "above"));
    stw_suggest_init(&suggest, STW_SLICE("zzzz"));
    for (int i = 0; i < 4; i++)
        stw_suggest_offer(&suggest, stw_slice_of(words[i]));
    CU_ASSERT_PTR_NULL(suggest.best.data);
}

STW_SUITE(suggest, {"counts edits", counts_edits}, {"suggests the nearest", suggests_the_nearest});
