/* A stand-in for NVIDIA's driver: memory is the processor's, kernels load and do nothing. With it
 * everything before the card itself can be tried: which libraries are found, what is compiled, how
 * much memory is asked for, and what happens when there is none left.
 *
 * STAND_IN_CAPABILITY  compute capability, 86 for 8.6
 * STAND_IN_MEMORY      bytes of memory
 * STAND_IN_LOG         file to which names of kernels, and bytes in use after every change, go
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUCCESS 0
#define INVALID_VALUE 1
#define OUT_OF_MEMORY 2

typedef int result;
typedef uint64_t pointer;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t in_use;
static int some_handle;

static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t memory(void) { return setting("STAND_IN_MEMORY", 24ull << 30); }

static void note(const char *what, const char *name, uint64_t number) {
    const char *path = getenv("STAND_IN_LOG");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%s %s %llu\n", what, name, (unsigned long long)number);
        fclose(file);
    }
}

result cuInit(unsigned flags) { return SUCCESS; }
result cuDriverGetVersion(int *version) { *version = 12080; return SUCCESS; }
result cuDeviceGetCount(int *count) { *count = 1; return SUCCESS; }
result cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal ? 101 : SUCCESS; }
result cuDeviceGetName(char *name, int size, int device) {
    snprintf(name, size, "Stand-in card");
    return SUCCESS;
}
result cuDeviceGetUuid_v2(char *uuid, int device) { memset(uuid, 7, 16); return SUCCESS; }
result cuDeviceGetUuid(char *uuid, int device) { return cuDeviceGetUuid_v2(uuid, device); }
result cuDeviceGetPCIBusId(char *id, int size, int device) {
    snprintf(id, size, "fff0:1f:00.0");
    return SUCCESS;
}
result cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = memory(); return SUCCESS; }
result cuDeviceGetAttribute(int *value, int attribute, int device) {
    int capability = (int)setting("STAND_IN_CAPABILITY", 86);
    switch (attribute) {
    case 1: *value = 1024; break;                  /* threads of a block */
    case 2: case 3: *value = 1024; break;
    case 4: *value = 64; break;
    case 5: *value = 2147483647; break;            /* blocks of a grid */
    case 6: case 7: *value = 65535; break;
    case 10: *value = 32; break;                   /* threads of a warp */
    case 16: *value = 82; break;                   /* multiprocessors */
    case 75: *value = capability / 10; break;
    case 76: *value = capability % 10; break;
    case 97: *value = capability == 75 ? 65536 : 101376; break; /* shared memory of a block */
    default: *value = 0;
    }
    return SUCCESS;
}
result cuDevicePrimaryCtxRetain(void **context, int device) { *context = &some_handle; return SUCCESS; }
result cuCtxSetCurrent(void *context) { return SUCCESS; }
result cuCtxGetCurrent(void **context) { *context = &some_handle; return SUCCESS; }
result cuMemGetInfo_v2(size_t *free, size_t *total) {
    *total = memory();
    *free = *total - in_use;
    return SUCCESS;
}

/* Sizes stand before what they are the sizes of. */
static result allocate(pointer *to, size_t bytes) {
    result result = OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    if (in_use + bytes <= memory()) {
        char *block = calloc(1, bytes + 512);
        if (block) {
            *(size_t *)block = bytes;
            *to = (pointer)(uintptr_t)(block + 512);
            in_use += bytes;
            note("memory", "taken", in_use);
            result = SUCCESS;
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}
static result release(pointer at) {
    char *block = (char *)(uintptr_t)at - 512;
    pthread_mutex_lock(&lock);
    in_use -= *(size_t *)block;
    note("memory", "given", in_use);
    free(block);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}
result cuMemAlloc_v2(pointer *to, size_t bytes) { return allocate(to, bytes); }
result cuMemAllocAsync(pointer *to, size_t bytes, void *stream) { return allocate(to, bytes); }
result cuMemFree_v2(pointer at) { return release(at); }
result cuMemFreeAsync(pointer at, void *stream) { return release(at); }
result cuMemAllocHost_v2(void **to, size_t bytes) { *to = calloc(1, bytes); return SUCCESS; }
result cuMemFreeHost(void *at) { free(at); return SUCCESS; }
result cuMemcpyHtoDAsync_v2(pointer to, const void *from, size_t bytes, void *stream) {
    memcpy((void *)(uintptr_t)to, from, bytes);
    return SUCCESS;
}
result cuMemcpyDtoHAsync_v2(void *to, pointer from, size_t bytes, void *stream) {
    memcpy(to, (void *)(uintptr_t)from, bytes);
    return SUCCESS;
}

/* Rows with gaps between them: as in cuda.h. */
typedef struct {
    size_t from_x, from_y;
    int from_kind;
    const void *from_host;
    pointer from_device;
    void *from_array;
    size_t from_pitch;
    size_t to_x, to_y;
    int to_kind;
    void *to_host;
    pointer to_device;
    void *to_array;
    size_t to_pitch;
    size_t width, height;
} copy;
#define HOST 1
result cuMemcpy2DAsync_v2(const copy *copy, void *stream) {
    const char *from = copy->from_kind == HOST ? copy->from_host : (char *)(uintptr_t)copy->from_device;
    char *to = copy->to_kind == HOST ? copy->to_host : (char *)(uintptr_t)copy->to_device;
    for (size_t row = 0; row < copy->height; row++)
        memcpy(to + (copy->to_y + row) * copy->to_pitch + copy->to_x,
               from + (copy->from_y + row) * copy->from_pitch + copy->from_x, copy->width);
    return SUCCESS;
}

result cuStreamCreate(void **stream, unsigned flags) { *stream = &some_handle; return SUCCESS; }
result cuStreamDestroy_v2(void *stream) { return SUCCESS; }
result cuStreamSynchronize(void *stream) { return SUCCESS; }
result cuStreamWaitEvent(void *stream, void *event, unsigned flags) { return SUCCESS; }
result cuEventCreate(void **event, unsigned flags) { *event = &some_handle; return SUCCESS; }
result cuEventDestroy_v2(void *event) { return SUCCESS; }
result cuEventRecord(void *event, void *stream) { return SUCCESS; }
result cuEventSynchronize(void *event) { return SUCCESS; }
result cuEventQuery(void *event) { return SUCCESS; }

result cuModuleLoadData(void **module, const void *image) {
    *module = &some_handle;
    return image ? SUCCESS : INVALID_VALUE;
}
result cuModuleGetFunction(void **function, void *module, const char *name) {
    *function = &some_handle;
    note("kernel", name, 0);
    return SUCCESS;
}
result cuFuncSetAttribute(void *function, int attribute, int value) { return SUCCESS; }
result cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                      unsigned by, unsigned bz, unsigned shared, void *stream, void **arguments,
                      void **extra) {
    return bx * by * bz > 1024 || gy > 65535 || gz > 65535 || shared > 101376 ? INVALID_VALUE : SUCCESS;
}
result cuGetErrorName(result error, const char **text) { *text = "CUDA_ERROR"; return SUCCESS; }
result cuGetErrorString(result error, const char **text) { *text = "an error"; return SUCCESS; }
