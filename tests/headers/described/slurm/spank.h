/* spank.h: stands for that of a release that is not here; made of slurm_facts.h. */
#ifndef DESCRIBED_SPANK_H
#define DESCRIBED_SPANK_H

#include <slurm/slurm_version.h>

#define ESPANK_SUCCESS 0

#define FAULT(name, number) name = number,
typedef enum {
#include "tests/headers/slurm_facts.h"
} slurm_err_t;

#define ITEM(name, number) name = number,
enum spank_item {
#include "tests/headers/slurm_facts.h"
};

#define PLACE(name, number) name = number,
enum spank_context {
#include "tests/headers/slurm_facts.h"
};

struct spank_handle;
struct spank_option;

#define TYPE(name, type) typedef __typeof__(type) name;
#define FUNCTION(result, name, parameters) result name parameters;
#define VARIABLE(type, name) extern type name;
#define PRINTER(name) \
    void name(const char *format, ...) __attribute__((format(printf, 1, 2)));
#include "tests/headers/slurm_facts.h"

#define MEMBER(type, name) type name;
struct spank_option {
#include "tests/headers/slurm_facts.h"
};

/* What Slurm looks for in a module before it calls anything. */
#define SPANK_PLUGIN(name, version)                           \
    const char plugin_name[] = #name;                         \
    const char plugin_type[] = "spank";                       \
    const unsigned int plugin_version = SLURM_VERSION_NUMBER; \
    const unsigned int spank_plugin_version = version;

#endif
