/* See ingest_map.h. */
#include "cli/ingest_map.h"

#include "base/io.h"
#include "cli/ingest_files.h"
#include "ingest/file_name.h"
#include "ingest/map_set.h"
#include "ingest/sniff.h"
#include "store/field.h"
#include "text/yaml_tree.h"
#include "time/stamp.h"

#include <string.h>

/* ---- A folder of maps ------------------------------------------------------------------------ */

static bool is_yaml(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0);
}

/* The pattern of a map, empty where it has none; maps are only read whole when they are used: the
 * others of a folder may be for tables this store does not have. */
static int read_pattern(struct stw_map_choice *choice, const char *path, struct stw_slice *pattern,
                        struct stw_error *err)
{
    struct stw_buffer text;
    struct stw_arena arena;
    struct stw_yaml doc;
    struct stw_file_names names;
    stw_arena_init(&arena);
    stw_buffer_init(&text);
    int status = stw_file_load(stw_io_system(), path, STW_MAP_BYTES_MAX, &text, err);
    if (status == STW_OK)
        status = stw_yaml_parse(&doc, &arena, path, stw_buffer_slice(&text), err);
    if (status == STW_OK) {
        const struct stw_yaml_node *node = doc.root != NULL && doc.root->kind == STW_YAML_MAPPING
                                               ? stw_yaml_find(doc.root, "file_name")
                                               : NULL;
        bool stated = node != NULL && node->kind == STW_YAML_SCALAR;
        *pattern = stw_arena_copy(&choice->arena, stated ? node->text : STW_SLICE(""));
        status = pattern->data == NULL ? stw_fail_memory(err, STW_FILE_NAME_SIZE_MAX)
                                       : stw_file_pattern_check(*pattern, &names, err);
        if (status < 0)
            stw_error_where(err, "%s", path);
    }
    stw_arena_release(&arena);
    stw_buffer_release(&text);
    return status;
}

/* A map that does not say which files are its own is left out, and said: a folder may hold some
 * that are meant for --map alone. */
static int read_offer(struct stw_map_choice *choice, const char *folder, const char *path,
                      uint32_t *nameless, struct stw_error *err)
{
    struct stw_map_offer *offer = &choice->offers[choice->offer_count];
    if (choice->offer_count == STW_MAP_FOLDER_MAX)
        return stw_fail(err, STW_ERR_LIMIT, "more than %d maps in %s", STW_MAP_FOLDER_MAX, folder);
    STW_TRY(read_pattern(choice, path, &offer->file_name, err));
    if (offer->file_name.size == 0) {
        fprintf(choice->cli->words, "%s has no file_name: left out, as no file can be its own\n",
                path);
        ++*nameless;
        return STW_OK;
    }
    offer->path = stw_arena_string(&choice->arena, path);
    choice->offer_count++;
    return offer->path == NULL ? stw_fail_memory(err, strlen(path) + 1) : STW_OK;
}

static int read_folder(struct stw_map_choice *choice, const char *folder, struct stw_error *err)
{
    struct stw_file_list files;
    uint32_t nameless = 0;
    stw_file_list_init(&files);
    int status = stw_file_list_add(&files, folder, err);
    choice->offers = STW_ARENA_ARRAY(&choice->arena, struct stw_map_offer, STW_MAP_FOLDER_MAX);
    if (status == STW_OK && choice->offers == NULL)
        status = stw_fail_memory(err, sizeof(*choice->offers));
    for (uint32_t i = 0; status == STW_OK && i < files.count; i++)
        if (is_yaml(files.paths[i]))
            status = read_offer(choice, folder, files.paths[i], &nameless, err);
    if (status == STW_OK && choice->offer_count == 0 && nameless > 0) {
        status = stw_fail(err, STW_ERR_INPUT, "no map in %s has a file_name", folder);
        stw_error_hint(err, "add one, such as file_name: \"{site}_*.csv\", or name the map itself "
                            "with --map");
    } else if (status == STW_OK && choice->offer_count == 0) {
        status = stw_fail(err, STW_ERR_INPUT, "the folder %s holds no column maps", folder);
        stw_error_hint(err, "maps end in .yml; --save-map writes one");
    }
    stw_file_list_release(&files);
    return status;
}

/* A map for whatever has no other: "{device}.csv", "*". */
static bool takes_any(struct stw_slice pattern)
{
    if (pattern.size > 0 && pattern.data[0] == '*')
        return pattern.size == 1 || pattern.data[1] == '.';
    const char *end = pattern.size == 0 ? NULL : memchr(pattern.data, '}', pattern.size);
    size_t size = end == NULL ? 0 : (size_t)(end - pattern.data) + 1;
    return size > 0 && pattern.data[0] == '{' &&
           (size == pattern.size ||
            (pattern.data[size] == '.' &&
             memchr(pattern.data + size, '{', pattern.size - size) == NULL));
}

/* The one map of the folder whose pattern fits the file's name; one that takes any name only where
 * no other fits. */
static int find_offer(const struct stw_map_choice *choice, const char *path, const char **map,
                      struct stw_error *err)
{
    const char *given = stw_arguments_value(choice->arguments, "name");
    struct stw_slice name = stw_file_base(given != NULL ? given : path);
    struct stw_file_names names;
    bool any = false; /* *map is one for any name */
    *map = NULL;
    for (uint32_t i = 0; i < choice->offer_count; i++) {
        bool here = takes_any(choice->offers[i].file_name);
        if (!stw_file_pattern_match(choice->offers[i].file_name, name, &names) ||
            (*map != NULL && here && !any))
            continue;
        if (*map != NULL && here == any) {
            stw_fail(err, STW_ERR_INPUT, "two maps fit the name '%.*s': %s and %s",
                     STW_SLICE_ARG(name), *map, choice->offers[i].path);
            stw_error_hint(err, "make their file_name tell them apart, or name one with --map");
            return STW_ERR_INPUT;
        }
        *map = choice->offers[i].path;
        any = here;
    }
    if (*map != NULL)
        return STW_OK;
    stw_fail(err, STW_ERR_INPUT, "no map in %s fits the name '%.*s'",
             stw_arguments_value(choice->arguments, "map"), STW_SLICE_ARG(name));
    stw_error_hint(err, "their patterns are such as '%.*s'; without --map the file is sniffed",
                   STW_SLICE_ARG(choice->offers[0].file_name));
    return STW_ERR_INPUT;
}

/* ---- Sniffing -------------------------------------------------------------------------------- */

/* The table a file is for: as given, or the one it is named after, or readings. */
static int choose_table(const struct stw_map_choice *choice, const char *path,
                        const struct stw_table **table, struct stw_error *err)
{
    const char *given = stw_arguments_value(choice->arguments, "table");
    if (given != NULL)
        return stw_schema_want(choice->schema, stw_slice_of(given), table, err);
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    struct stw_slice stem = {name, strcspn(name, ".")};
    *table = stw_schema_find(choice->schema, stem);
    const char *named = *table != NULL ? NULL : stw_field_table_named(stem);
    if (named != NULL)
        *table = stw_schema_find(choice->schema, stw_slice_of(named));
    return *table != NULL ? STW_OK
                          : stw_schema_want(choice->schema, STW_SLICE("readings"), table, err);
}

static int read_hour(const struct stw_arguments *arguments, struct stw_sniff_answers *answers,
                     struct stw_error *err)
{
    int64_t hour;
    const char *text = stw_arguments_value(arguments, "hour");
    answers->hour_told = text != NULL;
    if (text == NULL)
        return STW_OK;
    if (stw_number_parse_int(stw_slice_of(text), NULL, &hour) != STW_NUMBER_OK || hour < 0 ||
        hour > 24)
        return stw_fail(err, STW_ERR_USAGE, "--hour takes a whole number from 0 to 24, not '%s'",
                        text);
    answers->hour = (int)hour;
    return STW_OK;
}

static int sniff(const struct stw_map_choice *choice, const char *name, struct stw_input *input,
                 struct stw_buffer *text, struct stw_buffer *reasons, struct stw_error *err)
{
    const char *decimal = stw_arguments_value(choice->arguments, "decimal");
    const char *time_format = stw_arguments_value(choice->arguments, "time-format");
    struct stw_stamp_format format;
    if (decimal != NULL && strcmp(decimal, ".") != 0 && strcmp(decimal, ",") != 0)
        return stw_fail(err, STW_ERR_USAGE, "--decimal is . or , and not '%s'", decimal);
    if (time_format != NULL)
        STW_TRY(stw_stamp_format_init(&format, time_format, NULL, err));
    struct stw_sniff_answers answers = {
        .time_format = stw_slice_of(time_format),
        .device = stw_slice_of(stw_arguments_value(choice->arguments, "device")),
        .sheet = stw_slice_of(stw_arguments_value(choice->arguments, "sheet")),
        .records = stw_slice_of(stw_arguments_value(choice->arguments, "records")),
        .decimal = decimal == NULL ? '\0' : decimal[0],
        .encoding = choice->encoding,
        .table_told = stw_arguments_has(choice->arguments, "table"),
    };
    const struct stw_table *table;
    STW_TRY(read_hour(choice->arguments, &answers, err));
    STW_TRY(choose_table(choice, name, &table, err));
    return stw_sniff(input, name, table, &answers, text, reasons, err);
}

static int sniff_and_tell(struct stw_map_choice *choice, const char *path, struct stw_input *input,
                          struct stw_buffer *text, struct stw_error *err)
{
    const char *given = stw_arguments_value(choice->arguments, "name");
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard && given != NULL ? given : path;
    stw_buffer_clear(&choice->reasons);
    int status = sniff(choice, name, input, text, &choice->reasons, err);
    if (!stw_slice_equal(stw_buffer_slice(text), stw_buffer_slice(&choice->sniffed)) ||
        status < 0) {
        fprintf(choice->cli->words, "%s, as it looks:\n",
                standard && given == NULL ? "standard input" : name);
        stw_cli_say(choice->cli, &choice->reasons);
    }
    stw_buffer_clear(&choice->sniffed);
    stw_buffer_add_slice(&choice->sniffed, stw_buffer_slice(text));
    return status;
}

/* ---- All ------------------------------------------------------------------------------------- */

/* Whether an earlier --set is about the same name. */
static bool is_set_before(const struct stw_map_choice *choice, struct stw_slice name, int index)
{
    for (int i = 0; i < index; i++) {
        const char *word = stw_arguments_each(choice->arguments, "set", i);
        if (stw_slice_equal(name, (struct stw_slice){word, strcspn(word, "=")}))
            return true;
    }
    return false;
}

static int set_all(const struct stw_map_choice *choice, struct stw_map *map, struct stw_error *err)
{
    const char *word;
    for (int i = 0; (word = stw_arguments_each(choice->arguments, "set", i)) != NULL; i++) {
        size_t name_size = strcspn(word, "=");
        if (word[name_size] == '\0' || name_size == 0) {
            stw_fail(err, STW_ERR_USAGE, "--set '%s' is not NAME=VALUE", word);
            stw_error_hint(err, "for example --set site=cuihu");
            return STW_ERR_USAGE;
        }
        struct stw_slice name = {word, name_size};
        if (is_set_before(choice, name, i))
            return stw_fail(err, STW_ERR_USAGE, "--set %.*s is given twice", STW_SLICE_ARG(name));
        int status = stw_map_set(map, name, stw_slice_of(word + name_size + 1), err);
        if (status != STW_OK) {
            stw_error_where(err, "--set %s", word);
            return status;
        }
    }
    return STW_OK;
}

int stw_map_choose(struct stw_map_choice *choice, const char *path, struct stw_input *input,
                   struct stw_map *map, struct stw_error *err)
{
    const char *name = stw_arguments_value(choice->arguments, "map");
    struct stw_buffer text, excerpt;
    int status = STW_OK;
    stw_buffer_init(&text);
    stw_buffer_init(&excerpt);
    if (choice->offers != NULL)
        status = find_offer(choice, path, &name, err);
    if (status == STW_OK && name != NULL)
        status = stw_file_load(stw_io_system(), name, STW_MAP_BYTES_MAX, &text, err);
    else if (status == STW_OK)
        status = sniff_and_tell(choice, path, input, &text, err);
    if (status == STW_OK)
        status = stw_map_parse(map, name != NULL ? name : "(sniffed map)", stw_buffer_slice(&text),
                               choice->schema, &excerpt, err);
    stw_cli_say(choice->cli, &excerpt);
    stw_buffer_release(&text);
    stw_buffer_release(&excerpt);
    STW_TRY(status);
    if (choice->encoding != STW_ENCODING_UNKNOWN)
        map->encoding = choice->encoding;
    return set_all(choice, map, err);
}

int stw_map_choice_init(struct stw_map_choice *choice, const struct stw_cli *cli,
                        const struct stw_arguments *arguments, const struct stw_schema *schema,
                        struct stw_error *err)
{
    const char *encoding = stw_arguments_value(arguments, "encoding");
    const char *map = stw_arguments_value(arguments, "map");
    *choice = (struct stw_map_choice){.cli = cli, .arguments = arguments, .schema = schema};
    stw_arena_init(&choice->arena);
    stw_buffer_init(&choice->reasons);
    stw_buffer_init(&choice->sniffed);
    if (encoding != NULL &&
        stw_encoding_parse(stw_slice_of(encoding), &choice->encoding, err) != STW_OK)
        return STW_ERR_USAGE;
    return map != NULL && stw_io_is_folder(map) ? read_folder(choice, map, err) : STW_OK;
}

void stw_map_choice_release(struct stw_map_choice *choice)
{
    stw_buffer_release(&choice->reasons);
    stw_buffer_release(&choice->sniffed);
    stw_arena_release(&choice->arena);
}
