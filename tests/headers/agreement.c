/* agreement.c: holds slurm_facts.h against the headers of the Slurm that is here. It need
 * only compile; it is no program. */
#include <slurm/slurm.h>
#include <slurm/spank.h>
#include <stddef.h>
#include <stdint.h>

#define SAME(one, other, name)                                                       \
    _Static_assert(__builtin_types_compatible_p(one, other), #name " is of another " \
                                                                   "type");
#define EQUAL(name, number) _Static_assert((name) == (number), #name " is not " #number);

#define ITEM EQUAL
#define PLACE EQUAL
#define FAULT EQUAL
#define STEP EQUAL
#define NUMBER EQUAL
#define TYPE(name, type) SAME(name, __typeof__(type), name)
#define FUNCTION(result, name, parameters) \
    SAME(__typeof__(&(name)), result(*) parameters, name)
#define VARIABLE(type, name) SAME(__typeof__(name), type, name)
#define PRINTER(name) SAME(__typeof__(&(name)), void (*)(const char *, ...), name)
#define FIELD(type, name) SAME(__typeof__(((job_desc_msg_t *)NULL)->name), type, name)
/* A name that the headers have, as whatever it is, cannot be this as well. */
#define ABSENT(name) enum { name };
#include "tests/headers/slurm_facts.h"

/* Its members, in their places. */
struct option_as_described {
#define MEMBER(type, name) type name;
#include "tests/headers/slurm_facts.h"
};

_Static_assert(sizeof(struct option_as_described) == sizeof(struct spank_option),
               "struct spank_option has another size");

#define MEMBER(type, name)                                            \
    SAME(__typeof__(((struct spank_option *)NULL)->name), type, name) \
    EQUAL(offsetof(struct spank_option, name), offsetof(struct option_as_described, name))
#include "tests/headers/slurm_facts.h"

/* What it makes visible. */
SPANK_PLUGIN(agreement, 1)
SAME(__typeof__(plugin_name), const char[sizeof("agreement")], plugin_name)
SAME(__typeof__(plugin_type), const char[sizeof("spank")], plugin_type)
SAME(__typeof__(plugin_version), const unsigned int, plugin_version)
SAME(__typeof__(spank_plugin_version), const unsigned int, spank_plugin_version)
