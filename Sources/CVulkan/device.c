// A logical device: its queue, memory and pipelines.
#include <stdlib.h>

#include "matrices.h"

static int lookUp(cv_device *device) {
  PFN_vkGetDeviceProcAddr find = device->instance->vkGetDeviceProcAddr;
#define LOOK_UP(name)                                                                                                \
  if (!(device->name = (PFN_##name)find(device->handle, #name))) return CV_NO_FUNCTION;
  CV_DEVICE_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
  return CV_SUCCESS;
}

static int makeHandle(cv_device *device, uint32_t family) {
  const float priority = 1;
  const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                         .queueFamilyIndex = family,
                                         .queueCount = 1,
                                         .pQueuePriorities = &priority};
  cv_matrix_support support;
  const bool hasMatrices = cv_find_matrices(device->instance, device->physical, &support);
  const char *const extensions[] = {CV_MATRIX_EXTENSION, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME,
                                    CV_BFLOAT16_EXTENSION};
  VkPhysicalDeviceVulkan12Features v12 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
                                          .pNext = hasMatrices ? &support.matrices : NULL,
                                          .shaderFloat16 = hasMatrices,
                                          .vulkanMemoryModel = hasMatrices,
                                          .bufferDeviceAddress = VK_TRUE,
                                          .storageBuffer8BitAccess = VK_TRUE};
  VkPhysicalDeviceVulkan11Features v11 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
                                          .pNext = &v12,
                                          .storageBuffer16BitAccess = VK_TRUE};
  const VkPhysicalDeviceFeatures2 features = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                              .pNext = &v11,
                                              .features = {.shaderInt64 = VK_TRUE}};
  const VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                   .pNext = &features,
                                   .queueCreateInfoCount = 1,
                                   .pQueueCreateInfos = &queue,
                                   .enabledExtensionCount = hasMatrices ? 2 + support.hasBFloat16 : 0,
                                   .ppEnabledExtensionNames = extensions};
  VkResult result = device->instance->vkCreateDevice(device->physical, &info, NULL, &device->handle);
  if (result < 0) return result;
  int found = lookUp(device);
  if (found == CV_SUCCESS) device->vkGetDeviceQueue(device->handle, family, 0, &device->queue);
  return found;
}

static int makeBatches(cv_device *device, uint32_t family) {
  const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                        .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
                                        .queueFamilyIndex = family};
  VkResult result = device->vkCreateCommandPool(device->handle, &pool, NULL, &device->pool);
  for (int i = 0; i < CV_BATCHES && result >= 0; i++) {
    const VkCommandBufferAllocateInfo commands = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                                  .commandPool = device->pool,
                                                  .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                                  .commandBufferCount = 1};
    const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
    result = device->vkAllocateCommandBuffers(device->handle, &commands, &device->batches[i].commands);
    if (result >= 0) result = device->vkCreateFence(device->handle, &fence, NULL, &device->batches[i].fence);
  }
  return result;
}

static int makeStamps(cv_device *device, uint32_t bits) {
  VkPhysicalDeviceProperties2 properties = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
  device->instance->vkGetPhysicalDeviceProperties2(device->physical, &properties);
  device->nanosecondsPerTick = properties.properties.limits.timestampPeriod;
  device->tickMask = bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
  const VkQueryPoolCreateInfo info = {.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                      .queryType = VK_QUERY_TYPE_TIMESTAMP,
                                      .queryCount = 2 * CV_BATCHES};
  return device->vkCreateQueryPool(device->handle, &info, NULL, &device->stamps);
}

static int makeLayout(cv_device *device, const void *cache, size_t cacheSize) {
  const VkPushConstantRange range = {.stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .size = sizeof(uint64_t)};
  const VkPipelineLayoutCreateInfo layout = {.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                             .pushConstantRangeCount = 1,
                                             .pPushConstantRanges = &range};
  VkResult result = device->vkCreatePipelineLayout(device->handle, &layout, NULL, &device->layout);
  if (result < 0) return result;
  const VkPipelineCacheCreateInfo info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
                                          .initialDataSize = cache ? cacheSize : 0,
                                          .pInitialData = cache};
  return device->vkCreatePipelineCache(device->handle, &info, NULL, &device->cache);
}

int cv_device_open(cv_instance *instance, int index, const void *cache, size_t cacheSize, cv_device **out) {
  cv_device *device = calloc(1, sizeof *device);
  if (!device) return CV_OUT_OF_HOST_MEMORY;
  device->instance = instance;
  device->physical = instance->devices[index];
  VkPhysicalDeviceMemoryProperties2 memory = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
  instance->vkGetPhysicalDeviceMemoryProperties2(device->physical, &memory);
  device->memory = memory.memoryProperties;
  uint32_t stampBits = 0;
  uint32_t family = (uint32_t)cv_compute_family(instance, device->physical, &stampBits);
  int result = makeHandle(device, family);
  if (result >= 0) result = makeBatches(device, family);
  if (result >= 0 && stampBits > 0) result = makeStamps(device, stampBits);
  if (result >= 0) result = makeLayout(device, cache, cacheSize);
  if (result < 0) {
    cv_device_close(device);
    return result;
  }
  *out = device;
  return CV_SUCCESS;
}

void cv_device_close(cv_device *device) {
  if (device->isAbandoned) return;
  if (device->handle && device->vkDeviceWaitIdle) {
    device->vkDeviceWaitIdle(device->handle);
    for (int i = 0; i < CV_BATCHES; i++) device->vkDestroyFence(device->handle, device->batches[i].fence, NULL);
    device->vkDestroyCommandPool(device->handle, device->pool, NULL);
    device->vkDestroyQueryPool(device->handle, device->stamps, NULL);
    device->vkDestroyPipelineCache(device->handle, device->cache, NULL);
    device->vkDestroyPipelineLayout(device->handle, device->layout, NULL);
    device->vkDestroyDevice(device->handle, NULL);
  }
  free(device);
}

void cv_device_idle(cv_device *device) {
  if (!device->isAbandoned) device->vkDeviceWaitIdle(device->handle);
}

void cv_device_abandon(cv_device *device) { device->isAbandoned = device->instance->isAbandoned = true; }

size_t cv_cache_data(cv_device *device, void *buffer, size_t size) {
  size_t bytes = size;
  if (device->vkGetPipelineCacheData(device->handle, device->cache, &bytes, buffer) < 0) return 0;
  return bytes;
}

// The first memory type with all of `wanted`, or else all of `needed`; -1 for none.
static int memoryType(const cv_device *device, uint32_t allowed, VkMemoryPropertyFlags needed,
                      VkMemoryPropertyFlags wanted) {
  int fallback = -1;
  for (uint32_t i = 0; i < device->memory.memoryTypeCount; i++) {
    VkMemoryPropertyFlags flags = device->memory.memoryTypes[i].propertyFlags;
    if (!(allowed >> i & 1) || (flags & needed) != needed) continue;
    if ((flags & wanted) == wanted) return (int)i;
    if (fallback < 0) fallback = (int)i;
  }
  return fallback;
}

static int bindMemory(cv_device *device, bool host, cv_block *block) {
  VkMemoryRequirements needs;
  device->vkGetBufferMemoryRequirements(device->handle, block->buffer, &needs);
  int type = host ? memoryType(device, needs.memoryTypeBits,
                               VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
                               VK_MEMORY_PROPERTY_HOST_CACHED_BIT)
                  : memoryType(device, needs.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0);
  if (type < 0) return CV_OUT_OF_DEVICE_MEMORY;
  const VkMemoryAllocateFlagsInfo flags = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO,
                                           .flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT};
  const VkMemoryAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     .pNext = &flags,
                                     .allocationSize = needs.size,
                                     .memoryTypeIndex = (uint32_t)type};
  VkResult result = device->vkAllocateMemory(device->handle, &info, NULL, &block->memory);
  if (result >= 0) result = device->vkBindBufferMemory(device->handle, block->buffer, block->memory, 0);
  if (result < 0) return result;
  const VkBufferDeviceAddressInfo address = {.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO,
                                             .buffer = block->buffer};
  block->address = device->vkGetBufferDeviceAddress(device->handle, &address);
  return host ? device->vkMapMemory(device->handle, block->memory, 0, VK_WHOLE_SIZE, 0, &block->pointer) : CV_SUCCESS;
}

int cv_block_make(cv_device *device, uint64_t bytes, bool host, cv_block **out) {
  cv_block *block = calloc(1, sizeof *block);
  if (!block) return CV_OUT_OF_HOST_MEMORY;
  const VkBufferCreateInfo info = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                   .size = bytes,
                                   .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                            VK_BUFFER_USAGE_TRANSFER_DST_BIT |
                                            VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT,
                                   .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
  int result = device->vkCreateBuffer(device->handle, &info, NULL, &block->buffer);
  if (result >= 0) result = bindMemory(device, host, block);
  if (result < 0) {
    cv_block_free(device, block);
    return result;
  }
  *out = block;
  return CV_SUCCESS;
}

void cv_block_free(cv_device *device, cv_block *block) {
  if (device->isAbandoned) return;
  device->vkDestroyBuffer(device->handle, block->buffer, NULL);
  device->vkFreeMemory(device->handle, block->memory, NULL);
  free(block);
}

uint64_t cv_block_address(const cv_block *block) { return block->address; }
void *cv_block_pointer(const cv_block *block) { return block->pointer; }

int cv_pipeline_make(cv_device *device, const void *code, size_t codeSize, const uint32_t *constants,
                     uint32_t constantCount, bool fullSubgroups, cv_pipeline **out) {
  enum { MAX_CONSTANTS = 16 };
  if (constantCount > MAX_CONSTANTS) return CV_NO_FUNCTION;
  const VkShaderModuleCreateInfo module = {
      .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, .codeSize = codeSize, .pCode = code};
  VkShaderModule shader;
  VkResult result = device->vkCreateShaderModule(device->handle, &module, NULL, &shader);
  if (result < 0) return result;
  VkSpecializationMapEntry entries[MAX_CONSTANTS];
  for (uint32_t i = 0; i < constantCount; i++) {
    entries[i] = (VkSpecializationMapEntry){.constantID = i, .offset = 4 * i, .size = 4};
  }
  const VkSpecializationInfo special = {.mapEntryCount = constantCount,
                                        .pMapEntries = entries,
                                        .dataSize = 4 * (size_t)constantCount,
                                        .pData = constants};
  const VkComputePipelineCreateInfo info = {.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
                                            .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                                                      .flags = fullSubgroups ? CV_FULL_SUBGROUPS : 0,
                                                      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                                                      .module = shader,
                                                      .pName = "main",
                                                      .pSpecializationInfo = &special},
                                            .layout = device->layout};
  cv_pipeline *pipeline = calloc(1, sizeof *pipeline);
  result = pipeline ? device->vkCreateComputePipelines(device->handle, device->cache, 1, &info, NULL, &pipeline->handle)
                    : VK_ERROR_OUT_OF_HOST_MEMORY;
  device->vkDestroyShaderModule(device->handle, shader, NULL);
  if (result < 0) {
    free(pipeline);
    return result;
  }
  *out = pipeline;
  return CV_SUCCESS;
}

void cv_pipeline_free(cv_device *device, cv_pipeline *pipeline) {
  if (device->isAbandoned) return;
  device->vkDestroyPipeline(device->handle, pipeline->handle, NULL);
  free(pipeline);
}

bool cv_has_names(const cv_device *device) { return device->instance->setName != NULL; }

// Names an object for tools and validation messages.
static void setName(const cv_device *device, VkObjectType type, uint64_t object, const char *name) {
  if (!device->instance->setName) return;
  const VkDebugUtilsObjectNameInfoEXT info = {.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
                                              .objectType = type,
                                              .objectHandle = object,
                                              .pObjectName = name};
  // A name that was not taken costs nobody anything.
  (void)device->instance->setName(device->handle, &info);
}

void cv_block_name(const cv_device *device, const cv_block *block, const char *name) {
  setName(device, VK_OBJECT_TYPE_BUFFER, (uint64_t)block->buffer, name);
  setName(device, VK_OBJECT_TYPE_DEVICE_MEMORY, (uint64_t)block->memory, name);
}

void cv_pipeline_name(const cv_device *device, const cv_pipeline *pipeline, const char *name) {
  setName(device, VK_OBJECT_TYPE_PIPELINE, (uint64_t)pipeline->handle, name);
}
