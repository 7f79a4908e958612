/* Guarded XML through expat; see xml.h. */
#include "text/xml.h"

#include "base/memory.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

struct stw_xml {
    XML_Parser parser;
    const struct stw_xml_handlers *handlers;
    void *context;
    uint32_t depth;
    uint64_t fed; /* bytes of the document */
    bool paused;
    int status; /* of stw_xml_stop */
    struct stw_error error;
};

static void *expat_alloc(size_t size)
{
    return stw_alloc(size, 1);
}

static void *expat_realloc(void *block, size_t size)
{
    return stw_realloc(block, size, 1);
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static void on_begin(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct stw_xml *xml = user;
    if (xml->status < 0)
        return;
    if (++xml->depth > STW_XML_DEPTH_MAX) {
        stw_xml_stop(xml, STW_ERR_LIMIT, "tags are nested more than %d deep", STW_XML_DEPTH_MAX);
        return;
    }
    if (xml->handlers->begin != NULL)
        xml->handlers->begin(xml->context, local_name(name), attributes);
}

static void on_end(void *user, const XML_Char *name)
{
    struct stw_xml *xml = user;
    if (xml->status < 0)
        return;
    xml->depth--;
    if (xml->handlers->end != NULL)
        xml->handlers->end(xml->context, local_name(name));
}

static void on_text(void *user, const XML_Char *text, int size)
{
    struct stw_xml *xml = user;
    if (xml->status == STW_OK && xml->handlers->text != NULL)
        xml->handlers->text(xml->context, text, (size_t)size);
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_subset)
{
    (void)name, (void)system, (void)public, (void)has_subset;
    stw_xml_stop(user, STW_ERR_INPUT, "it declares a document type, which may define entities");
}

int stw_xml_create(struct stw_xml **out, struct stw_error *err)
{
    static const XML_Memory_Handling_Suite memory = {expat_alloc, expat_realloc, stw_free};
    struct stw_xml *xml = stw_alloc_zero(1, sizeof(*xml));
    if (xml != NULL)
        xml->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (xml == NULL || xml->parser == NULL) {
        stw_free(xml);
        return stw_fail_memory(err, STW_XML_PIECE_BYTES);
    }
    *out = xml;
    return STW_OK;
}

void stw_xml_free(struct stw_xml *xml)
{
    if (xml == NULL)
        return;
    XML_ParserFree(xml->parser);
    stw_free(xml);
}

int stw_xml_begin(struct stw_xml *xml, const struct stw_xml_handlers *handlers, void *context,
                  struct stw_error *err)
{
    if (!XML_ParserReset(xml->parser, NULL))
        return stw_fail(err, STW_ERR_INTERNAL, "the XML parser cannot be reset");
    XML_Parser parser = xml->parser;
    *xml = (struct stw_xml){.parser = parser, .handlers = handlers, .context = context};
    XML_SetUserData(parser, xml);
    XML_SetElementHandler(parser, on_begin, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    return STW_OK;
}

char *stw_xml_room(struct stw_xml *xml)
{
    return XML_GetBuffer(xml->parser, STW_XML_PIECE_BYTES);
}

/* What expat says, in our terms. */
static int settle(struct stw_xml *xml, enum XML_Status result, struct stw_error *err)
{
    if (xml->status < 0) {
        if (err != NULL)
            *err = xml->error;
        return xml->status;
    }
    if (result == XML_STATUS_SUSPENDED)
        return STW_END;
    if (result == XML_STATUS_OK) {
        /* expat keeps an unfinished tag or entity until its end has come. */
        long at = (long)XML_GetCurrentByteIndex(xml->parser);
        if (at >= 0 && xml->fed - (uint64_t)at > STW_XML_TAG_BYTES_MAX + STW_XML_PIECE_BYTES)
            return stw_fail(err, STW_ERR_LIMIT, "a tag is longer than %d bytes",
                            STW_XML_TAG_BYTES_MAX);
        return STW_OK;
    }
    enum XML_Error code = XML_GetErrorCode(xml->parser);
    if (code == XML_ERROR_NO_MEMORY)
        return stw_fail_memory(err, STW_XML_PIECE_BYTES);
    return stw_fail(err, STW_ERR_INPUT, "line %lu of it is not XML: %s",
                    (unsigned long)XML_GetCurrentLineNumber(xml->parser), XML_ErrorString(code));
}

int stw_xml_feed(struct stw_xml *xml, size_t size, bool last, struct stw_error *err)
{
    xml->fed += size;
    xml->paused = false;
    return settle(xml, XML_ParseBuffer(xml->parser, (int)size, last), err);
}

int stw_xml_resume(struct stw_xml *xml, struct stw_error *err)
{
    xml->paused = false;
    return settle(xml, XML_ResumeParser(xml->parser), err);
}

void stw_xml_pause(struct stw_xml *xml)
{
    if (xml->status == STW_OK && !xml->paused)
        XML_StopParser(xml->parser, XML_TRUE);
    xml->paused = true;
}

void stw_xml_stop(struct stw_xml *xml, enum stw_status status, const char *format, ...)
{
    char text[256];
    va_list arguments;
    if (xml->status < 0)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    xml->status = stw_fail(&xml->error, status, "%s", text);
    XML_StopParser(xml->parser, XML_FALSE);
}

uint64_t stw_xml_line(const struct stw_xml *xml)
{
    return XML_GetCurrentLineNumber(xml->parser);
}

const char *stw_xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2)
        if (strcmp(local_name(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}
