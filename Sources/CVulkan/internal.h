// What the files of this target share: the functions looked up at run time, and the objects behind the handles.
#pragma once

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

#include "CVulkan.h"

// Functions of an instance, then of a device; each is a field of the same name.
#define CV_INSTANCE_FUNCTIONS(X)                                                                                     \
  X(vkDestroyInstance) X(vkEnumeratePhysicalDevices) X(vkGetPhysicalDeviceProperties2)                               \
  X(vkGetPhysicalDeviceFeatures2) X(vkGetPhysicalDeviceMemoryProperties2)                                            \
  X(vkGetPhysicalDeviceQueueFamilyProperties) X(vkEnumerateDeviceExtensionProperties) X(vkCreateDevice)              \
  X(vkGetDeviceProcAddr)

#define CV_DEVICE_FUNCTIONS(X)                                                                                       \
  X(vkDestroyDevice) X(vkGetDeviceQueue) X(vkDeviceWaitIdle) X(vkCreateBuffer) X(vkDestroyBuffer)                    \
  X(vkGetBufferMemoryRequirements) X(vkAllocateMemory) X(vkFreeMemory) X(vkBindBufferMemory) X(vkMapMemory)          \
  X(vkGetBufferDeviceAddress) X(vkCreateShaderModule) X(vkDestroyShaderModule) X(vkCreatePipelineLayout)             \
  X(vkDestroyPipelineLayout) X(vkCreateComputePipelines) X(vkDestroyPipeline) X(vkCreatePipelineCache)               \
  X(vkDestroyPipelineCache) X(vkGetPipelineCacheData) X(vkCreateCommandPool) X(vkDestroyCommandPool)                 \
  X(vkAllocateCommandBuffers) X(vkBeginCommandBuffer) X(vkEndCommandBuffer) X(vkResetCommandBuffer)                  \
  X(vkCmdBindPipeline) X(vkCmdPushConstants) X(vkCmdDispatch) X(vkCmdPipelineBarrier) X(vkCmdCopyBuffer)             \
  X(vkQueueSubmit) X(vkCreateFence) X(vkDestroyFence) X(vkResetFences) X(vkWaitForFences) X(vkCreateQueryPool)        \
  X(vkDestroyQueryPool) X(vkCmdResetQueryPool) X(vkCmdWriteTimestamp) X(vkGetQueryPoolResults)

#define CV_FIELD(name) PFN_##name name;

enum { CV_MAX_DEVICES = 16, CV_BATCHES = 4 };

struct cv_instance {
  void *library;
  VkInstance handle;
  PFN_vkGetInstanceProcAddr find;
  VkDebugUtilsMessengerEXT messenger;
  PFN_vkDestroyDebugUtilsMessengerEXT destroyMessenger;
  // For names of objects and commands; null where nobody would read them.
  PFN_vkSetDebugUtilsObjectNameEXT setName;
  PFN_vkCmdInsertDebugUtilsLabelEXT insertLabel;
  CV_INSTANCE_FUNCTIONS(CV_FIELD)
  VkPhysicalDevice devices[CV_MAX_DEVICES];
  int deviceCount;
  char *messages;
  size_t messageBytes;
  int messageCount;
  // Set when one of its devices does not answer: it is left as it is.
  bool isAbandoned;
};

// A command buffer in turn with others; the fence says when the device is done with it.
typedef struct {
  VkCommandBuffer commands;
  VkFence fence;
  bool pending;
} cv_batch;

struct cv_device {
  cv_instance *instance;
  VkPhysicalDevice physical;
  VkDevice handle;
  VkQueue queue;
  VkCommandPool pool;
  VkPipelineLayout layout;
  VkPipelineCache cache;
  VkPhysicalDeviceMemoryProperties memory;
  // Two timestamps a batch, at its begin and end; null where the queue has none.
  VkQueryPool stamps;
  double nanosecondsPerTick;
  uint64_t tickMask;
  // Nanoseconds that finished batches took on the device, in all and the last one.
  double busy, lastBusy;
  uint64_t finished;
  // Set when the device does not answer: nothing waits for it or frees what it may still use.
  bool isAbandoned;
  cv_batch batches[CV_BATCHES];
  // The number of the batch that is open or will open next; it uses slot `number % CV_BATCHES`.
  uint64_t number;
  bool isOpen;
  CV_DEVICE_FUNCTIONS(CV_FIELD)
};

struct cv_block {
  VkBuffer buffer;
  VkDeviceMemory memory;
  uint64_t address;
  void *pointer;
};

struct cv_pipeline {
  VkPipeline handle;
};

// Whether a device offers an extension.
bool cv_has_extension(const cv_instance *instance, VkPhysicalDevice device, const char *name);
// The first queue family that computes, or -1; `bits`, unless null, receives how many bits its timestamps have.
int cv_compute_family(const cv_instance *instance, VkPhysicalDevice device, uint32_t *bits);
