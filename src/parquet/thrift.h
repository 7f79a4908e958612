/*
 * Thrift's compact protocol, as far as Parquet's headers and footers need it: structs, lists,
 * integers, booleans and bytes, written into a buffer. Fields are written in ascending order of
 * their ids. Source: the Apache Thrift compact protocol specification.
 */
#ifndef STW_PARQUET_THRIFT_H
#define STW_PARQUET_THRIFT_H

#include "base/bits.h"

enum { STW_THRIFT_DEPTH_MAX = 12 };

enum stw_thrift_type {
    STW_THRIFT_I32 = 5,
    STW_THRIFT_I64 = 6,
    STW_THRIFT_BYTES = 8,
    STW_THRIFT_LIST = 9,
    STW_THRIFT_STRUCT = 12
};

struct stw_thrift {
    struct stw_buffer *out;
    int last[STW_THRIFT_DEPTH_MAX]; /* id of the last field of each open struct */
    unsigned depth;
};

/* Begins the outermost struct. */
void stw_thrift_init(struct stw_thrift *thrift, struct stw_buffer *out);

/* Fields of the innermost open struct. */
void stw_thrift_int(struct stw_thrift *thrift, int id, enum stw_thrift_type type, int64_t value);
void stw_thrift_bool(struct stw_thrift *thrift, int id, bool value);
void stw_thrift_bytes(struct stw_thrift *thrift, int id, struct stw_slice value);
void stw_thrift_list(struct stw_thrift *thrift, int id, enum stw_thrift_type of, uint32_t count);
void stw_thrift_begin(struct stw_thrift *thrift, int id); /* a struct */

/* Elements of the list that was just begun. */
void stw_thrift_element_int(struct stw_thrift *thrift, int64_t value);
void stw_thrift_element_bytes(struct stw_thrift *thrift, struct stw_slice value);
void stw_thrift_element_begin(struct stw_thrift *thrift); /* a struct */

/* Ends the innermost open struct, the outermost at last. */
void stw_thrift_end(struct stw_thrift *thrift);

#endif
