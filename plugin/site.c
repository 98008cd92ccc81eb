/* site.c: reads and checks the words of the plugstack line. */
#include "plugin/site.h"

void site_read(struct site *site, int count, char *const words[])
{
    error_clear(&site->failure);
    settings_init(&site->settings);
    settings_apply_all(&site->settings, count, words, &site->failure);
}
