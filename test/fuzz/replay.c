/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - runs a fuzz target over files, without libFuzzer. */
#include "fuzz.h"

static int replay(const char *name)
{
    FILE *in = fopen(name, "rb");
    size_t size = 0, room = 1 << 16, n;
    uint8_t *data = malloc(room);

    if (in == NULL) {
        perror(name);
        free(data);
        return 0;
    }
    while ((n = fread(data + size, 1, room - size, in)) > 0) {
        size += n;
        if (size == room)
            data = realloc(data, room *= 2);
    }
    fclose(in);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

int main(int argc, char **argv)
{
    int i;

    if (argc < 2) {
        fprintf(stderr, "%s: no file given\n", argv[0]);
        return 1;
    }
    for (i = 1; i < argc; i++) {
        if (!replay(argv[i]))
            return 1;
    }
    printf("%-30s %d files\n", argv[0], argc - 1);
    return 0;
}
