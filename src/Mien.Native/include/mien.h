/*
 * mien.h: the C interface of Mien, which recognizes facial expressions. A photo goes in; every face in it comes out,
 * with the probabilities of the expressions.
 *
 * Strings are UTF-8 and end with a zero byte. Functions return MIEN_OK or what kind of error happened;
 * mien_error_code() and mien_error_message() then tell the calling thread more. No exception and no signal leaves the
 * library for a wrong argument: null pointers, wrong sizes and handles that were destroyed are errors
 * (MIEN_BAD_USAGE).
 *
 * Handles are numbers, never 0, and never used again after they are destroyed.
 *
 * Threads: every function may be called from any thread at any time. One recognizer serves any number of threads at
 * once. Destroying a handle that another thread is using is safe: the call in progress completes, later ones fail.
 */
#ifndef MIEN_H
#define MIEN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define MIEN_API __declspec(dllimport)
#else
#define MIEN_API
#endif

/* The version of this interface. It grows with every change that older programs do not understand. */
#define MIEN_ABI_VERSION 1

/* What a function returns. */
typedef int32_t mien_status;
#define MIEN_OK 0
#define MIEN_BAD_INPUT 1   /* an image or a model is invalid: use another one */
#define MIEN_BAD_USAGE 2   /* the call is wrong: a null pointer, a path that does not exist, a value out of range */
#define MIEN_UNAVAILABLE 3 /* the call is right, but a file, memory, device or native library is not available */
#define MIEN_INTERNAL 4    /* Mien failed: please report it */

/* A loaded model and face detector. */
typedef uint64_t mien_recognizer;
/* What was found in one image. */
typedef uint64_t mien_result;

/* device */
#define MIEN_DEVICE_AUTO 0 /* CUDA if it is there, otherwise the CPU */
#define MIEN_DEVICE_CPU 1
#define MIEN_DEVICE_CUDA 2
#define MIEN_DEVICE_CORE_ML 3 /* macOS; untried */

/* detector */
#define MIEN_DETECTOR_AUTO 0
#define MIEN_DETECTOR_BACK 1
#define MIEN_DETECTOR_FRONT 2
#define MIEN_DETECTOR_FULL 3

/* angles: the angles at which faces are searched */
#define MIEN_ANGLES_AUTO 0
#define MIEN_ANGLES_UPRIGHT 1
#define MIEN_ANGLES_ANY 2

/* tiles: whether a photo is also searched in parts, for small faces */
#define MIEN_TILES_NONE 0
#define MIEN_TILES_AUTO 1
#define MIEN_TILES_ALL 2

/* is_face_crop: whether an image is a face that fills it, so that no face is searched */
#define MIEN_CROP_AUTO 0 /* by its size: at most max_face_crop_size pixels */
#define MIEN_CROP_YES 1
#define MIEN_CROP_NO 2

/* format: pixels of 8 bits a channel, without padding between pixels */
#define MIEN_PIXELS_GRAY 0
#define MIEN_PIXELS_RGB 1
#define MIEN_PIXELS_BGR 2
#define MIEN_PIXELS_RGBA 3
#define MIEN_PIXELS_BGRA 4
#define MIEN_PIXELS_RGBX 5
#define MIEN_PIXELS_BGRX 6
#define MIEN_PIXELS_RGBA_PREMULTIPLIED 7
#define MIEN_PIXELS_BGRA_PREMULTIPLIED 8

/*
 * Options of a recognizer. Fill them with mien_options_init, then change what should differ. `size` lets newer
 * libraries read the structs of older programs. Texts are UTF-8 with a zero byte at the end, of at most 65536 bytes.
 */
typedef struct mien_options {
    uint32_t size;              /* sizeof(mien_options) */
    int32_t device;             /* MIEN_DEVICE_... */
    const char *model;          /* a built-in model, or the path of an ONNX file with a contract; NULL: default */
    const char *head;           /* a head of the model; NULL: the model's own choice */
    int32_t threads;            /* threads of one run of a network, at most 1024; 0: one per physical core */
    int32_t detector;           /* MIEN_DETECTOR_... */
    int32_t angles;             /* MIEN_ANGLES_... */
    int32_t tiles;              /* MIEN_TILES_... */
    int32_t max_faces;          /* at most this many faces, the largest; 0: all */
    int32_t max_face_crop_size; /* images up to this side, in pixels, are face crops; 0: none */
    float min_score;            /* the lowest score of a detected face, 0..1; negative: the detector's own */
    float min_face;             /* the smallest width and height of a face, in pixels of the image; 0: any */
    float uncertain_below;      /* the confidence below which a face is uncertain, 0..1; negative: the model's own */
    int32_t reserved;           /* 0 */
    int64_t max_bytes;          /* the largest encoded image, in bytes */
    int64_t max_pixels;         /* the largest image, in pixels */
} mien_options;

/* A box in pixels of the upright image. */
typedef struct mien_box {
    float x;
    float y;
    float width;
    float height;
} mien_box;

/* Options of one call. NULL in place of a pointer to them means the defaults. */
typedef struct mien_call_options {
    uint32_t size;         /* sizeof(mien_call_options) */
    int32_t is_face_crop;  /* MIEN_CROP_... */
    const char *head;      /* a head of the model; NULL: the recognizer's */
    const mien_box *boxes; /* faces that are known, so that none are searched; NULL: search */
    int64_t box_count;     /* how many boxes, at most 100000; 0 if boxes is NULL */
} mien_call_options;

/* uncertain: why a face is uncertain, as flags; 0 if it is not */
#define MIEN_UNCERTAIN_LOW_CONFIDENCE 1
#define MIEN_UNCERTAIN_NO_CONTRAST 2
#define MIEN_UNCERTAIN_TOO_SMALL 4
#define MIEN_UNCERTAIN_NOT_A_FACE 8
#define MIEN_UNCERTAIN_PROFILE 16
#define MIEN_UNCERTAIN_UNLIKE_TRAINING_FACES 32

/* One face. `size` is sizeof(mien_face) of the library: step through an array with it, not with the header's. */
typedef struct mien_face {
    uint32_t size;
    int32_t label;              /* the index of the most probable label */
    float confidence;           /* its probability, 0..1 */
    uint32_t uncertain;         /* MIEN_UNCERTAIN_... */
    mien_box box;               /* pixels of the upright image */
    float roll;                 /* the face's rotation in the image, in degrees; positive: clockwise */
    float detection_score;      /* 0..1; NaN for a face crop or a given box */
    int32_t has_keypoints;      /* 1 if keypoints holds points, otherwise 0 */
    float keypoints[12];        /* x, y of left eye, right eye, nose, mouth, left ear, right ear, in pixels */
    float quality_size;         /* the face's size in pixels */
    float quality_sharpness;
    float quality_contrast;
    float quality_yaw;          /* degrees; NaN if unknown */
    int32_t touches_edge;       /* 1 if the image's edge cuts the face, otherwise 0 */
    int32_t probability_count;  /* as many as labels */
    const float *probabilities; /* in the order of the labels, sum 1; the result owns them */
    const char *label_name;     /* the most probable label; the result owns it */
} mien_face;

/* What is known of an image as a whole. */
typedef struct mien_image {
    uint32_t size;        /* set it to sizeof(mien_image) before the call */
    int32_t width;        /* pixels, upright */
    int32_t height;       /* pixels, upright */
    int32_t is_face_crop; /* 1 if the image was taken as a face crop, otherwise 0 */
    int32_t face_count;
    int32_t label_count;
} mien_image;

/* The version of the interface that the library has: compare it with MIEN_ABI_VERSION before any other call. */
MIEN_API uint32_t mien_abi_version(void);

/* The version of Mien, such as "0.1.0". Never freed. */
MIEN_API const char *mien_version(void);

/*
 * The last error of the calling thread: a short code such as "truncatedImage", which stays the same between versions,
 * and a sentence. Empty strings if there was none. They are valid until the thread's next call that fails.
 */
MIEN_API const char *mien_error_code(void);
MIEN_API const char *mien_error_message(void);

/* Sets size and every default. `size` is sizeof(mien_options) of the program. */
MIEN_API mien_status mien_options_init(mien_options *options, uint32_t size);
MIEN_API mien_status mien_call_options_init(mien_call_options *options, uint32_t size);

/* Loads a model. options: NULL for the defaults. *recognizer is 0 on failure. */
MIEN_API mien_status mien_create(const mien_options *options, mien_recognizer *recognizer);

/* Destroys a recognizer. Results made with it stay valid. 0 does nothing; a destroyed handle is an error. */
MIEN_API mien_status mien_destroy(mien_recognizer recognizer);

/*
 * How many labels the model has, and the label of an index, in the order of the probabilities. *label belongs to the
 * recognizer and is valid until it is destroyed.
 */
MIEN_API mien_status mien_label_count(mien_recognizer recognizer, int32_t *count);
MIEN_API mien_status mien_label(mien_recognizer recognizer, int32_t index, const char **label);

/* The contract of the model, as JSON; *json must be freed with mien_free. */
MIEN_API mien_status mien_model_json(mien_recognizer recognizer, char **json);

/*
 * Recognizes the faces in an image file, in an encoded image (JPEG, PNG, WebP, BMP, GIF), or in pixels. *result is 0 on
 * failure.
 */
MIEN_API mien_status mien_recognize_file(
    mien_recognizer recognizer, const char *path, const mien_call_options *options, mien_result *result);
MIEN_API mien_status mien_recognize_bytes(
    mien_recognizer recognizer, const void *data, size_t length, const mien_call_options *options,
    mien_result *result);

/*
 * pixels: the first byte of the top row. stride: bytes from one row to the next, or 0 if rows follow each other without
 * a gap. length: how many bytes may be read; it must hold (height - 1) * stride + width * channels.
 */
MIEN_API mien_status mien_recognize_pixels(
    mien_recognizer recognizer, const void *pixels, size_t length, int32_t width, int32_t height, int64_t stride,
    int32_t format, const mien_call_options *options, mien_result *result);

/*
 * What was found: *count structs, each of (*faces)->size bytes, valid until the result is freed. *faces is never NULL;
 * with a count of 0, it points to one struct that says nothing but its size.
 */
MIEN_API mien_status mien_result_image(mien_result result, mien_image *image);
MIEN_API mien_status mien_result_faces(mien_result result, const mien_face **faces, int32_t *count);

/* The result as JSON, as `mien predict --json` prints it; *json must be freed with mien_free. */
MIEN_API mien_status mien_result_json(mien_result result, char **json);

/* Frees a result and what belongs to it. 0 does nothing; a freed handle is an error. */
MIEN_API mien_status mien_result_free(mien_result result);

/* Frees a string of mien_model_json or mien_result_json. NULL does nothing; another pointer is ignored, as an error. */
MIEN_API void mien_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
