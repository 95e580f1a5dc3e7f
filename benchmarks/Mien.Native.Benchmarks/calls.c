/*
 * Time and memory of many calls of libmien.
 *
 *   calls crop FILE CALLS      the file as bytes, with the model tiny
 *   calls file FILE CALLS      the file by its path, with the default model
 *   calls photos PPM CALLS     pixels: for each call another cut-out of the photo, in another size
 *   calls threads FILE CALLS   as crop, in two threads that share a recognizer
 *
 * Prints: calls, seconds, KiB of memory after half of the calls, and after all of them.
 */
#define _POSIX_C_SOURCE 199309L
#include <mien.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static mien_recognizer recognizer;
static unsigned char *data;
static long length;

static void check(mien_status status)
{
    if (status != MIEN_OK) {
        fprintf(stderr, "%d %s: %s\n", (int)status, mien_error_code(), mien_error_message());
        exit(1);
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long resident(void)
{
    long pages = 0, ignored;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL) {
        if (fscanf(file, "%ld %ld", &ignored, &pages) != 2) {
            pages = 0;
        }
        fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) <= 0) {
        perror(path);
        exit(1);
    }
    rewind(file);
    data = malloc((size_t)length);
    if (data == NULL || fread(data, 1, (size_t)length, file) != (size_t)length) {
        perror(path);
        exit(1);
    }
    fclose(file);
}

/* Reads the faces and the JSON as a program does, and frees everything. */
static void use(mien_result result)
{
    const mien_face *faces;
    int32_t count;
    char *json;
    check(mien_result_faces(result, &faces, &count));
    check(mien_result_json(result, &json));
    mien_free(json);
    check(mien_result_free(result));
}

static void crop_call(void)
{
    mien_result result;
    check(mien_recognize_bytes(recognizer, data, (size_t)length, NULL, &result));
    use(result);
}

static void *crop_calls(void *calls)
{
    for (long i = 0; i < *(long *)calls; i++) {
        crop_call();
    }
    return NULL;
}

/* A cut-out that begins elsewhere in every call, scaled to another size, 60 to 100 % of the photo. */
static void photo_call(const unsigned char *photo, int width, int height, unsigned char *pixels, long call)
{
    int percent = 60 + (int)(call * 7 % 41);
    int to_width = width * percent / 100 - (int)(call % 13), to_height = height * percent / 100;
    int left = (int)(call * 31 % (width / 10)), top = (int)(call * 17 % (height / 10));
    for (int y = 0; y < to_height; y++) {
        int from_y = top + (int)((long)y * (height - top) / to_height);
        for (int x = 0; x < to_width; x++) {
            int from_x = left + (int)((long)x * (width - left) / to_width);
            memcpy(pixels + 3 * ((long)y * to_width + x), photo + 3 * ((long)from_y * width + from_x), 3);
        }
    }

    mien_result result;
    check(mien_recognize_pixels(recognizer, pixels, 3 * (size_t)to_width * (size_t)to_height, to_width, to_height, 0,
                                MIEN_PIXELS_RGB, NULL, &result));
    use(result);
}

int main(int argc, char **argv)
{
    long calls = argc == 4 ? atol(argv[3]) : 0;
    if (calls < 10) {
        fprintf(stderr, "usage: calls crop|file|photos|threads FILE CALLS (10 or more)\n");
        return 2;
    }

    const char *mode = argv[1];
    int is_file = strcmp(mode, "file") == 0, is_photos = strcmp(mode, "photos") == 0;
    mien_options options;
    check(mien_options_init(&options, sizeof options));
    options.model = is_file || is_photos ? NULL : "tiny";
    options.threads = is_file || is_photos ? 0 : 1;
    check(mien_create(&options, &recognizer));
    read_file(argv[2]);

    int width = 0, height = 0, offset = 0;
    unsigned char *pixels = NULL;
    if (is_photos) {
        if (sscanf((const char *)data, "P6 %d %d 255%n", &width, &height, &offset) != 2 ||
            length - offset - 1 != 3L * width * height || (pixels = malloc((size_t)length)) == NULL) {
            fprintf(stderr, "%s: not a binary PPM of 8 bits\n", argv[2]);
            return 1;
        }
    }

    long first = 0;
    double start = seconds();
    if (strcmp(mode, "threads") == 0) {
        pthread_t threads[2];
        long half = calls / 2;
        for (int i = 0; i < 2; i++) {
            if (pthread_create(&threads[i], NULL, crop_calls, &half) != 0) {
                return 1;
            }
        }
        for (int i = 0; i < 2; i++) {
            pthread_join(threads[i], NULL);
        }
    } else {
        for (long i = 0; i < calls; i++) {
            if (is_photos) {
                photo_call(data + offset + 1, width, height, pixels, i);
            } else if (is_file) {
                mien_result result;
                check(mien_recognize_file(recognizer, argv[2], NULL, &result));
                use(result);
            } else {
                crop_call();
            }
            if (i == calls / 2) {
                first = resident();
            }
        }
    }

    double end = seconds();
    printf("%ld %.3f %ld %ld\n", calls, end - start, first, resident());
    check(mien_destroy(recognizer));
    free(pixels);
    free(data);
    return 0;
}
