/* Tells how long each phone of RHVoice's speech lasts: a library to be loaded before RHVoice-test (LD_PRELOAD).
 *
 * RHVOICE_TIMES names the file to write: for each stretch of speech the line "* <samples a frame> <samples a second>",
 * then "<frames> <label>" for each phone, in order; the stretches follow each other in the sound without a gap.
 * RHVOICE_SPEED (1: as the voice was made) lets the voice's own model of durations set the pace.
 *
 * cc -O1 -shared -fPIC -o rhvoice_times.so rhvoice_times.c
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef char (*generate)(void *, char **, size_t, double *);

size_t HTS_Engine_get_nstate(void *engine);
size_t HTS_Engine_get_state_duration(void *engine, size_t state);
size_t HTS_Engine_get_fperiod(void *engine);
size_t HTS_Engine_get_sampling_frequency(void *engine);
void HTS_Engine_set_speed(void *engine, double speed);

static void write_times(FILE *file, void *engine, char **labels, size_t count) {
    size_t states = HTS_Engine_get_nstate(engine);
    fprintf(file, "* %zu %zu\n", HTS_Engine_get_fperiod(engine), HTS_Engine_get_sampling_frequency(engine));
    for (size_t i = 0; i < count; i++) {
        size_t frames = 0;
        for (size_t state = 0; state < states; state++)
            frames += HTS_Engine_get_state_duration(engine, i * states + state);
        fprintf(file, "%zu %s\n", frames, labels[i]);
    }
}

char HTS_Engine_generate_state_sequence_from_strings(void *engine, char **labels, size_t count, double *modifiers) {
    generate original = (generate)dlsym(RTLD_NEXT, "HTS_Engine_generate_state_sequence_from_strings");
    const char *speed = getenv("RHVOICE_SPEED"), *path = getenv("RHVOICE_TIMES");
    if (speed)
        HTS_Engine_set_speed(engine, atof(speed));
    char done = original(engine, labels, count, modifiers);
    FILE *file = done && path ? fopen(path, "a") : NULL;
    if (file) {
        write_times(file, engine, labels, count);
        fclose(file);
    }
    return done;
}
