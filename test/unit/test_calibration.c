/* SPDX-License-Identifier: Apache-2.0 */
/* test_calibration.c - what rows teach about a model's tokens. */
#include "calibration.h"
#include "tap.h"

static void teach(gw_calibration_t *c, int rows, const gw_sample_t *sample)
{
    int i;

    for (i = 0; i < rows; i++)
        gw_calibration_add(c, sample);
}

static void test_first_and_after(void)
{
    gw_sample_t s = { 4000, 1200, 1000, 300, 90 };
    gw_calibration_t c;

    memset(&c, 0, sizeof(c));
    is_int(gw_calibration_prompt_k(NULL), 250, "nothing is known at all");
    is_int(gw_calibration_error(NULL), -1, "not even how wrong it is");
    teach(&c, GW_CALIBRATED - 1, &s);
    is_int(gw_calibration_prompt_k(&c), 250, "one row too few for a prompt");
    is_int(gw_calibration_output_k(&c), 250, "... for an answer");
    is_int(gw_calibration_output(&c), 512, "... for its length");
    teach(&c, 1, &s);
    is_int(gw_calibration_prompt_k(&c), 300, "1200 tokens of 4000 bytes");
    is_int(gw_calibration_output_k(&c), 300, "90 tokens of 300 bytes");
    is_int(gw_calibration_output(&c), 90, "the mean answer");
    is_int(gw_calibration_error(&c), 166, "200 of 1200 tokens off");
}

static void test_rounds_up_and_stays_sane(void)
{
    gw_sample_t little = { 3, 1, 1, 3, 1 }, wild = { 10, 4137, 1, 0, 9 };
    gw_sample_t dense = { 1000, 4000, 1, 1, 100000 };
    gw_sample_t thin = { 100000, 1, 1, 100000, 1 };
    gw_calibration_t c;

    memset(&c, 0, sizeof(c));
    teach(&c, GW_CALIBRATED, &little);
    is_int(gw_calibration_prompt_k(&c), 334, "rounds up");
    teach(&c, 1000, &wild);
    is_int(gw_calibration_prompt_k(&c), 334, "beyond reason: not believed");
    memset(&c, 0, sizeof(c));
    teach(&c, GW_CALIBRATED, &dense);
    is_int(gw_calibration_prompt_k(&c), 2000, "at most 2 tokens a byte");
    is_int(gw_calibration_output_k(&c), 2000, "of an answer too");
    memset(&c, 0, sizeof(c));
    teach(&c, GW_CALIBRATED, &thin);
    is_int(gw_calibration_prompt_k(&c), 50, "at least 1 token in 20 bytes");
}

static void test_other_than_text_teaches_the_length_only(void)
{
    gw_sample_t s = { 0, 9000, 10, 0, 700 };
    gw_calibration_t c;

    memset(&c, 0, sizeof(c));
    teach(&c, GW_CALIBRATED, &s);
    is_int(gw_calibration_prompt_k(&c), 250, "an image is no text");
    is_int(gw_calibration_output_k(&c), 250, "nor is a cut answer whole");
    is_int(gw_calibration_output(&c), 700, "but it has a length");
}

static void test_old_rows_fade(void)
{
    gw_sample_t before = { 4000, 1000, 1000, 400, 100 };
    gw_sample_t after = { 4000, 2000, 1000, 400, 200 };
    gw_calibration_t c;
    int i;

    memset(&c, 0, sizeof(c));
    teach(&c, 99999, &before);
    gw_calibration_age(&c);
    is_int(c.rows, 99999, "few rows all count");
    teach(&c, 1, &before);
    gw_calibration_age(&c);
    is_int(c.rows, 50000, "many count half");
    is_int(gw_calibration_prompt_k(&c), 250, "which changes nothing at once");
    for (i = 0; i < 6; i++) {
        teach(&c, 60000, &after);
        gw_calibration_age(&c);
    }
    ok(gw_calibration_prompt_k(&c) > 480, "a changed model is learnt anew");
}

int main(void)
{
    test_first_and_after();
    test_rounds_up_and_stays_sane();
    test_other_than_text_teaches_the_length_only();
    test_old_rows_fade();
    return tap_end();
}
