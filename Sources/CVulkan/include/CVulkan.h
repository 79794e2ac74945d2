// The few Vulkan calls that a compute backend needs, behind plain functions: the loader is opened at run time and never
// linked, so a program starts where there is none. All results are VkResult numbers: 0 is success, negative an error.
// Nothing here is safe to call from two threads at once.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cv_instance cv_instance;
typedef struct cv_device cv_device;
typedef struct cv_block cv_block;
typedef struct cv_pipeline cv_pipeline;

// Results beyond VkResult's own numbers.
enum { CV_NO_LOADER = -1000, CV_NO_LAYER = -1001, CV_NO_FUNCTION = -1002 };
// VkResult numbers that callers tell apart.
enum {
  CV_SUCCESS = 0,
  CV_TIMEOUT = 2,
  CV_OUT_OF_HOST_MEMORY = -1,
  CV_OUT_OF_DEVICE_MEMORY = -2,
  CV_DEVICE_LOST = -4,
  CV_NO_DRIVER = -9
};

// What a device is and can do. Sizes are in bytes.
typedef struct {
  char name[256], driver[256], driverInfo[256];
  uint8_t cacheIdentity[16];
  uint32_t vendor, product, apiVersion, driverVersion;
  // VkPhysicalDeviceType: 1 integrated, 2 discrete, 3 virtual, 4 processor.
  uint32_t kind;
  // Sizes of the memory heaps; bit i of localHeaps says whether heap i is the device's own.
  uint64_t heaps[16];
  uint32_t heapCount, localHeaps;
  uint64_t localMemory, largestAllocation, largestBufferRange;
  uint32_t sharedMemory, pushConstants, groupInvocations, groupCount, subgroupSize;
  // Nanoseconds a tick of a timestamp.
  float timestampPeriod;
  bool hasCompute, hasAddresses, hasInt64, hasByteStorage, hasHalfStorage, hasFloat16, hasMemoryBudget,
      hasSubgroupSums, hasTimestamps;
} cv_description;

// A shape in which the invocations of a subgroup multiply matrices, rows × depth by depth × columns, as
// VkCooperativeMatrixPropertiesKHR lays it out: component types and scope are Vulkan's numbers.
typedef struct {
  uint32_t rows, columns, depth, a, b, c, result, saturates, scope;
} cv_matrix_shape;
enum { CV_FLOAT16 = 0, CV_FLOAT32 = 1, CV_BFLOAT16 = 1000141000, CV_SCOPE_SUBGROUP = 3 };

// Opens the loader and makes an instance; with `validate`, the validation layer must be there and its messages are
// collected. With `names` or `validate` objects and commands get names, where the loader can pass them on.
int cv_open(bool validate, bool names, cv_instance **instance);
void cv_close(cv_instance *instance);
// Validation messages so far, one a line; their number.
const char *cv_messages(const cv_instance *instance, int *count);
int cv_device_count(const cv_instance *instance);
void cv_describe(const cv_instance *instance, int index, cv_description *description);
// The shapes of cooperative matrices that shaders may use, `capacity` at most; their number, 0 where a device has none.
int cv_matrix_shapes(const cv_instance *instance, int index, cv_matrix_shape *shapes, int capacity);
// What the driver thinks this process may use and does use of a device's own memory; false where it cannot say.
bool cv_memory_budget(const cv_instance *instance, int index, uint64_t *budget, uint64_t *usage);

// Opens a device with a queue for computing. `cache` is an earlier cv_cache_data of the same driver, or null.
int cv_device_open(cv_instance *instance, int index, const void *cache, size_t cacheSize, cv_device **device);
// Waits for the device and frees everything made from it but blocks and pipelines.
void cv_device_close(cv_device *device);
void cv_device_idle(cv_device *device);
// For a device that does not answer: from here on nothing waits for it, and what it may still use is never freed.
void cv_device_abandon(cv_device *device);
// Bytes of the driver's pipeline cache; with a null buffer only their number.
size_t cv_cache_data(cv_device *device, void *buffer, size_t size);

// One allocation with one buffer over it. Host blocks are mapped and coherent; device blocks have addresses.
int cv_block_make(cv_device *device, uint64_t bytes, bool host, cv_block **block);
void cv_block_free(cv_device *device, cv_block *block);
uint64_t cv_block_address(const cv_block *block);
void *cv_block_pointer(const cv_block *block);

// A compute pipeline from SPIR-V; `constants` are the specialization constants 0, 1, … of 32 bits each. Shaders with
// cooperative matrices need `fullSubgroups`: no invocation of a subgroup is missing.
int cv_pipeline_make(cv_device *device, const void *code, size_t codeSize, const uint32_t *constants,
                     uint32_t constantCount, bool fullSubgroups, cv_pipeline **pipeline);
void cv_pipeline_free(cv_device *device, cv_pipeline *pipeline);

// Names for tools and validation messages; without effect where nobody reads them.
bool cv_has_names(const cv_device *device);
void cv_block_name(const cv_device *device, const cv_block *block, const char *name);
void cv_pipeline_name(const cv_device *device, const cv_pipeline *pipeline, const char *name);
// Marks a place among the recorded commands.
void cv_label(cv_device *device, const char *text);

// Commands are recorded into the open batch; a batch is opened by the first of them. Each dispatch gets one 64-bit push
// constant, the address of its arguments.
int cv_dispatch(cv_device *device, const cv_pipeline *pipeline, uint64_t arguments, uint32_t x, uint32_t y, uint32_t z);
// Everything before is finished and visible before anything after starts.
int cv_barrier(cv_device *device);
int cv_copy(cv_device *device, const cv_block *source, uint64_t sourceOffset, const cv_block *target,
            uint64_t targetOffset, uint64_t bytes);
// Hands the open batch to the device; `ticket` numbers it.
int cv_submit(cv_device *device, uint64_t *ticket);
// Waits for a batch, each earlier one and itself for at most `nanoseconds`; CV_TIMEOUT when that was too short. Batches
// finish in order.
int cv_wait(cv_device *device, uint64_t ticket, uint64_t nanoseconds);
// How many batches are known to have finished.
uint64_t cv_finished(const cv_device *device);
// Whether the device tells how long a batch took; nanoseconds of all finished batches, and of the last one.
bool cv_has_stamps(const cv_device *device);
double cv_busy(const cv_device *device);
double cv_last_busy(const cv_device *device);

// An embedded shader.
typedef struct {
  const char *name;
  const void *code;
  size_t codeSize;
  // POSIX cksum of the source followed by all headers, in the order of their names.
  uint32_t checksum;
} cv_shader;

// The embedded shaders by number, in the order of their names; null past the last.
const cv_shader *cv_shader_at(int index);
