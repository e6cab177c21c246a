/* SPDX-License-Identifier: Apache-2.0 */
/* models.h - the kind of object that models are. */
#ifndef GW_MODELS_H
#define GW_MODELS_H

#include "object.h"

extern const gw_resource_t gw_resource_model;

#endif
