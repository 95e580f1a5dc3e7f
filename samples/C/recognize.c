/*
 * Prints the faces of a photo: box, label, confidence.
 *
 *   recognize PHOTO [MODEL]
 *
 * Exit codes: 0 done, 1 the photo or the library cannot be used, 2 wrong usage.
 */
#include <mien.h>
#include <stdio.h>

static int failed(const char *what)
{
    fprintf(stderr, "%s: %s (%s)\n", what, mien_error_message(), mien_error_code());
    return 1;
}

static int print_faces(mien_recognizer recognizer, const char *path)
{
    mien_result result;
    if (mien_recognize_file(recognizer, path, NULL, &result) != MIEN_OK) {
        return failed(path);
    }

    mien_image image = {.size = sizeof image};
    const mien_face *face;
    int32_t count;
    if (mien_result_image(result, &image) != MIEN_OK || mien_result_faces(result, &face, &count) != MIEN_OK) {
        mien_result_free(result);
        return failed(path);
    }

    printf("%dx%d pixels, %d face(s)\n", image.width, image.height, count);
    for (int32_t i = 0; i < count; i++) {
        printf("%.1f,%.1f %.1fx%.1f %s %.4f%s\n", face->box.x, face->box.y, face->box.width, face->box.height,
               face->label_name, face->confidence, face->uncertain ? " (uncertain)" : "");

        /* A newer library has larger structs: step by its size. */
        face = (const mien_face *)((const char *)face + face->size);
    }

    mien_result_free(result);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: recognize PHOTO [MODEL]\n");
        return 2;
    }

    if (mien_abi_version() < MIEN_ABI_VERSION) {
        fprintf(stderr, "libmien is too old: its interface has version %u, this program needs %u.\n",
                (unsigned)mien_abi_version(), (unsigned)MIEN_ABI_VERSION);
        return 1;
    }

    mien_options options;
    if (mien_options_init(&options, sizeof options) != MIEN_OK) {
        return failed("options");
    }

    options.model = argc > 2 ? argv[2] : NULL;
    mien_recognizer recognizer;
    if (mien_create(&options, &recognizer) != MIEN_OK) {
        return failed("mien_create");
    }

    int code = print_faces(recognizer, argv[1]);
    mien_destroy(recognizer);
    return code;
}
