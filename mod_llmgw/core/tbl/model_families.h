/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/model_families.h - quirks of models that come with them, whoever serves
 * them.
 *
 * F(how the upstream's name of the model begins, members of gw_family_t)
 */
F("glm", .text_without_tools = 1)
F("deepseek", .reasoning_in_loops = 1)
F("kimi", .reasoning_in_loops = 1)
