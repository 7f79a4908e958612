/*
 * XML from strangers, in pieces and with pauses (expat does the work): nesting, the size of one tag
 * and of one text are bounded; a document type, and with it every entity but the five of XML, is
 * refused. Names come without their prefix: "x:row" is "row".
 *
 *     stw_xml_begin(xml, &handlers, context)
 *     while (!at_end) { read into stw_xml_room(); status = stw_xml_feed(xml, got, at_end, err); }
 *     stw_xml_feed gives STW_OK for "more, please", STW_END when a handler paused; then the caller
 *     takes what was found and goes on with stw_xml_resume.
 */
#ifndef STW_TEXT_XML_H
#define STW_TEXT_XML_H

#include "base/error.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STW_XML_DEPTH_MAX = 64,
    STW_XML_TAG_BYTES_MAX = 1024 * 1024,
    STW_XML_PIECE_BYTES = 64 * 1024
};

struct stw_xml_handlers {
    void (*begin)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *text, size_t size);
};

struct stw_xml;

int stw_xml_create(struct stw_xml **out, struct stw_error *err) STW_CHECKED;
void stw_xml_free(struct stw_xml *xml); /* NULL is fine */

/* A new document. */
int stw_xml_begin(struct stw_xml *xml, const struct stw_xml_handlers *handlers, void *context,
                  struct stw_error *err) STW_CHECKED;

/* STW_XML_PIECE_BYTES of room for the next bytes; NULL: memory. */
char *stw_xml_room(struct stw_xml *xml);

/* STW_OK: read on; STW_END: a handler paused. */
int stw_xml_feed(struct stw_xml *xml, size_t size, bool last, struct stw_error *err) STW_CHECKED;
int stw_xml_resume(struct stw_xml *xml, struct stw_error *err) STW_CHECKED;

/* From a handler: stop here for now; or fail, with `err` (of the feed or resume) to be filled. */
void stw_xml_pause(struct stw_xml *xml);
void stw_xml_stop(struct stw_xml *xml, enum stw_status status, const char *format, ...)
    STW_PRINTF(3, 4);

/* 1 = first. */
uint64_t stw_xml_line(const struct stw_xml *xml);

/* The value of an attribute by its name without prefix, or NULL. */
const char *stw_xml_attribute(const char **attributes, const char *name);

#endif
