/* launcher_starter_test.c: which commands start a framework's processes themselves. */
#include "tests/unit/unit.h"

#include "lib/launcher/launcher_starter.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 16

/* "a|b|c": words; `!` for a `|` in one of them. */
static int cut(char *text, char *words[WORDS_MAX])
{
    int count = 0;

    for (char *word = strtok(text, "|"); word; word = strtok(NULL, "|")) {
        words[count++] = word;
        for (char *sign = word; (sign = strchr(sign, '!'));)
            *sign = '|';
    }
    return count;
}

static bool asks(bool (*question)(char *const[], int), const char *line)
{
    char text[512], *words[WORDS_MAX];

    snprintf(text, sizeof(text), "%s", line);
    return question(words, cut(text, words));
}

static void expect(bool (*question)(char *const[], int), const char *const lines[],
                   size_t count, bool wanted)
{
    for (size_t i = 0; i < count; i++)
        if (asks(question, lines[i]) != wanted)
            fail_msg("%s: %s", wanted ? "not seen" : "wrongly seen", lines[i]);
}

#define EXPECT(question, lines, wanted) \
    expect(question, lines, sizeof(lines) / sizeof((lines)[0]), wanted)

static void starters_are_seen(void **state)
{
    static const char *const lines[] = {
        "torchrun|--nproc_per_node=2|train.py",
        "/opt/env/bin/torchrun",
        "mpirun|-np|2|./program",
        "accelerate|launch|train.py",
        "deepspeed|--hostfile|hosts|train.py",
        "horovodrun|-np|4|python3|train.py",
        "python3|-m|torch.distributed.run|--nnodes=2|train.py",
        "python|-u|-m|torch.distributed.launch|train.py",
        "env|NCCL_DEBUG=INFO|torchrun|train.py",
        "bash|-c|mpirun -np 2 ./program",
        "env|A=1|/bin/bash|-c|mpirun -np 2 ./program",
        "bash|-lc|cd /work && /usr/bin/mpirun ./program",
        "sh|-c|[ -d /work ] !! exit 1; mpiexec -n 2 ./program",
        "bash|-c|echo $RANK; torchrun train.py; # that is all",
        "bash|-c|torchrun train.py 2>&1 ! tee log",
        "bash|-c|torchrun train.py &>log",
        "bash|-c|\"$ENV/bin/torchrun\" \\\n --nnodes 2 $(cat arguments; true) t.py",
        "bash|-c|export A=1; A=2 exec torchrun train.py",
        "bash|-c|set -e\npython -u -m torch.distributed.run --node_rank 0 t.py",
        "/bin/bash|-c|cd /work; ( orterun ./program )",
        "command|torchrun|train.py",
    };

    (void)state;
    EXPECT(launcher_starter, lines, true);
}

/* A rank that is taken for a starter has no rank at all, and its job does not run. */
static void ranks_are_no_starters(void **state)
{
    static const char *const lines[] = {
        "",
        "python3|train.py|--strategy|deepspeed",
        "python3|train.py|mpirun",
        "python3|-m|train|torchrun",
        "python3|-m|torch.distributed.run.mine",
        "./torchrun.sh",
        "my-mpirun",
        "bash|-c|python3 train.py --launcher torchrun",
        "bash|-c|echo mpirun; python3 train.py",
        "bash|-c|python3 'mpirun'",
        "bash|train.sh|mpirun",
        "bash|-c|command -v mpirun; echo $RANK",
        "bash|-c|command -v torchrun",
        "command|-V|torchrun",
        "bash|-c|if false; then torchrun x; else python3 train.py; fi",
        "bash|-c|test -d x && torchrun x; python3 train.py",
        "bash|-c|python3 train.py !! torchrun x",
        "bash|-c|torchrun --version\npython3 train.py",
        "bash|-c|for i in 1 2; do mpirun ./program; done",
        "bash|-c|f() { torchrun x; }; python3 train.py",
        "bash|-c|python3 train.py --say 'then; torchrun'",
        "bash|-c|python3 train.py --with $(torchrun --version)",
        "bash|-c|version=`torchrun --version`",
        "bash|-c|python3 train.py # not; torchrun",
        "bash|-c|python3 train.py 2>&1 >log",
        "bash|-c|echo \"",
        "bash|-c|echo $(",
        "bash|-c|\\",
        "bash|-c",
        "bash|torchrun|-c|mpirun",
        "srun|torchrun",
        "-m",
    };

    (void)state;
    EXPECT(launcher_starter, lines, false);
}

static void shells_to_type_in_are_seen(void **state)
{
    static const char *const shells[] = {"bash", "-bash", "/bin/zsh|-l",
                                         "bash|--login|-i", "sh|+x"};
    static const char *const others[] = {
        "", "bash|-c|true", "bash|-lc|true", "bash|train.sh", "python3", "bashful"};

    (void)state;
    EXPECT(launcher_starter_is_shell, shells, true);
    EXPECT(launcher_starter_is_shell, others, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starters_are_seen),
        cmocka_unit_test(ranks_are_no_starters),
        cmocka_unit_test(shells_to_type_in_are_seen),
    };

    return RUN_TAP(tests);
}
