/* json_text.h: strings in JSON. */
#ifndef ATELIER_JSON_TEXT_H
#define ATELIER_JSON_TEXT_H

#include <jansson.h>

/* Returns the string that the object has under `key`, which lives as long as the object;
 * NULL where it has none there. `object` may be NULL. */
static inline const char *json_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

#endif
