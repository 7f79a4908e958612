/* Rule packs from hostile hands: any bytes give findings or a pack, never a crash. */
#include "rule/pack.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stw_pack pack;
    struct stw_error err;
    struct stw_buffer text;
    stw_buffer_init(&text);
    if (stw_pack_parse(&pack, "fuzz.yml", (struct stw_slice){(const char *)data, size}, "UTC",
                       &err) == STW_OK)
        stw_findings_print(&pack.findings, &text);
    stw_pack_release(&pack);
    stw_buffer_release(&text);
    return 0;
}
