/* The limits a person can run into, for `steward info --limits`. */
#ifndef STW_CLI_LIMITS_H
#define STW_CLI_LIMITS_H

#include "base/buffer.h"

void stw_limits_print(struct stw_buffer *out);

#endif
