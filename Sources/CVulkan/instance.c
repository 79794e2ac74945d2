// The loader and the instance.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char *const validationLayer = "VK_LAYER_KHRONOS_validation";

// Appends to the instance's messages; out of memory only loses it.
static void append(cv_instance *instance, const char *text) {
  size_t length = strlen(text);
  char *longer = realloc(instance->messages, instance->messageBytes + length + 1);
  if (!longer) return;
  memcpy(longer + instance->messageBytes, text, length + 1);
  instance->messages = longer;
  instance->messageBytes += length;
}

static VKAPI_ATTR VkBool32 VKAPI_CALL collect(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                              VkDebugUtilsMessageTypeFlagsEXT types,
                                              const VkDebugUtilsMessengerCallbackDataEXT *data, void *context) {
  (void)severity, (void)types;
  cv_instance *instance = context;
  append(instance, data->pMessage);
  // Newer layers no longer have objects' names in the text.
  for (uint32_t i = 0; i < data->objectCount; i++) {
    const char *name = data->pObjects[i].pObjectName;
    if (!name || strstr(data->pMessage, name)) continue;
    append(instance, "; ");
    append(instance, name);
  }
  append(instance, "\n");
  instance->messageCount++;
  return VK_FALSE;
}

static bool hasLayer(PFN_vkGetInstanceProcAddr find) {
  PFN_vkEnumerateInstanceLayerProperties enumerate =
      (PFN_vkEnumerateInstanceLayerProperties)find(NULL, "vkEnumerateInstanceLayerProperties");
  uint32_t count = 64;
  VkLayerProperties layers[64];
  if (!enumerate || enumerate(&count, layers) < 0) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp(layers[i].layerName, validationLayer) == 0) return true;
  }
  return false;
}

static bool hasInstanceExtension(PFN_vkGetInstanceProcAddr find, const char *name) {
  PFN_vkEnumerateInstanceExtensionProperties enumerate =
      (PFN_vkEnumerateInstanceExtensionProperties)find(NULL, "vkEnumerateInstanceExtensionProperties");
  uint32_t count = 64;
  VkExtensionProperties extensions[64];
  if (!enumerate || enumerate(NULL, &count, extensions) < 0) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp(extensions[i].extensionName, name) == 0) return true;
  }
  return false;
}

static void lookUpNames(cv_instance *instance, PFN_vkGetInstanceProcAddr find) {
  instance->setName = (PFN_vkSetDebugUtilsObjectNameEXT)find(instance->handle, "vkSetDebugUtilsObjectNameEXT");
  instance->insertLabel = (PFN_vkCmdInsertDebugUtilsLabelEXT)find(instance->handle, "vkCmdInsertDebugUtilsLabelEXT");
}

static int create(cv_instance *instance, PFN_vkGetInstanceProcAddr find, bool validate, bool names) {
  PFN_vkCreateInstance createInstance = (PFN_vkCreateInstance)find(NULL, "vkCreateInstance");
  if (!createInstance) return CV_NO_FUNCTION;
  if (validate && !hasLayer(find)) return CV_NO_LAYER;
  const VkDebugUtilsMessengerCreateInfoEXT messenger = {
      .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
      .messageSeverity =
          VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
      .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT,
      .pfnUserCallback = collect,
      .pUserData = instance};
  const VkValidationFeatureEnableEXT synchronization = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
  const VkValidationFeaturesEXT features = {.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
                                            .pNext = &messenger,
                                            .enabledValidationFeatureCount = 1,
                                            .pEnabledValidationFeatures = &synchronization};
  const VkApplicationInfo application = {
      .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO, .pApplicationName = "tessera", .apiVersion = VK_API_VERSION_1_2};
  const char *extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  const bool hasDebug = validate || (names && hasInstanceExtension(find, extension));
  const VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                     .pNext = validate ? &features : NULL,
                                     .pApplicationInfo = &application,
                                     .enabledLayerCount = validate ? 1 : 0,
                                     .ppEnabledLayerNames = &validationLayer,
                                     .enabledExtensionCount = hasDebug ? 1 : 0,
                                     .ppEnabledExtensionNames = &extension};
  VkResult result = createInstance(&info, NULL, &instance->handle);
  if (result < 0) return result;
#define LOOK_UP(name)                                                                                                \
  if (!(instance->name = (PFN_##name)find(instance->handle, #name))) return CV_NO_FUNCTION;
  CV_INSTANCE_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
  if (hasDebug) lookUpNames(instance, find);
  if (validate) {
    PFN_vkCreateDebugUtilsMessengerEXT make =
        (PFN_vkCreateDebugUtilsMessengerEXT)find(instance->handle, "vkCreateDebugUtilsMessengerEXT");
    instance->destroyMessenger =
        (PFN_vkDestroyDebugUtilsMessengerEXT)find(instance->handle, "vkDestroyDebugUtilsMessengerEXT");
    if (make) make(instance->handle, &messenger, NULL, &instance->messenger);
  }
  uint32_t count = CV_MAX_DEVICES;
  // More devices than fit are cut off: VK_INCOMPLETE is no error.
  result = instance->vkEnumeratePhysicalDevices(instance->handle, &count, instance->devices);
  instance->deviceCount = result < 0 ? 0 : (int)count;
  return result < 0 ? result : CV_SUCCESS;
}

int cv_open(bool validate, bool names, cv_instance **out) {
  void *library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return CV_NO_LOADER;
  cv_instance *instance = calloc(1, sizeof *instance);
  if (!instance) return CV_OUT_OF_HOST_MEMORY;
  instance->library = library;
  PFN_vkGetInstanceProcAddr find = (PFN_vkGetInstanceProcAddr)dlsym(library, "vkGetInstanceProcAddr");
  instance->find = find;
  int result = find ? create(instance, find, validate, names) : CV_NO_FUNCTION;
  if (result < 0) {
    cv_close(instance);
    return result;
  }
  *out = instance;
  return CV_SUCCESS;
}

void cv_close(cv_instance *instance) {
  if (instance->isAbandoned) return;
  if (instance->messenger && instance->destroyMessenger) {
    instance->destroyMessenger(instance->handle, instance->messenger, NULL);
  }
  if (instance->handle && instance->vkDestroyInstance) instance->vkDestroyInstance(instance->handle, NULL);
  free(instance->messages);
  // The library stays: drivers leave threads behind that would run unmapped code.
  free(instance);
}

const char *cv_messages(const cv_instance *instance, int *count) {
  *count = instance->messageCount;
  return instance->messages ? instance->messages : "";
}

int cv_device_count(const cv_instance *instance) { return instance->deviceCount; }

bool cv_has_extension(const cv_instance *instance, VkPhysicalDevice device, const char *name) {
  uint32_t count = 0;
  instance->vkEnumerateDeviceExtensionProperties(device, NULL, &count, NULL);
  VkExtensionProperties *extensions = calloc(count + 1, sizeof *extensions);
  if (!extensions) return false;
  bool found = false;
  if (instance->vkEnumerateDeviceExtensionProperties(device, NULL, &count, extensions) >= 0) {
    for (uint32_t i = 0; i < count; i++) found |= strcmp(extensions[i].extensionName, name) == 0;
  }
  free(extensions);
  return found;
}

int cv_compute_family(const cv_instance *instance, VkPhysicalDevice device, uint32_t *bits) {
  uint32_t count = 16;
  VkQueueFamilyProperties families[16];
  instance->vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families);
  for (uint32_t i = 0; i < count; i++) {
    if (!(families[i].queueFlags & VK_QUEUE_COMPUTE_BIT)) continue;
    if (bits) *bits = families[i].timestampValidBits;
    return (int)i;
  }
  return -1;
}

void cv_describe(const cv_instance *instance, int index, cv_description *out) {
  VkPhysicalDevice device = instance->devices[index];
  VkPhysicalDeviceSubgroupProperties subgroup = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES};
  VkPhysicalDeviceMaintenance3Properties allocation = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES, .pNext = &subgroup};
  VkPhysicalDeviceDriverProperties driver = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
                                             .pNext = &allocation};
  VkPhysicalDeviceProperties2 properties = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &driver};
  instance->vkGetPhysicalDeviceProperties2(device, &properties);
  VkPhysicalDeviceVulkan12Features v12 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkPhysicalDeviceVulkan11Features v11 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
                                          .pNext = &v12};
  VkPhysicalDeviceFeatures2 features = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &v11};
  const VkPhysicalDeviceProperties *p = &properties.properties;
  uint32_t stampBits = 0;
  const int family = cv_compute_family(instance, device, &stampBits);
  // A device of an earlier version does not know these structures, and would leave them untouched.
  if (p->apiVersion >= VK_API_VERSION_1_2) instance->vkGetPhysicalDeviceFeatures2(device, &features);
  VkPhysicalDeviceMemoryProperties2 memory = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
  instance->vkGetPhysicalDeviceMemoryProperties2(device, &memory);
  *out = (cv_description){
      .vendor = p->vendorID,
      .product = p->deviceID,
      .apiVersion = p->apiVersion,
      .driverVersion = p->driverVersion,
      .kind = (uint32_t)p->deviceType,
      .largestAllocation = allocation.maxMemoryAllocationSize,
      .largestBufferRange = p->limits.maxStorageBufferRange,
      .sharedMemory = p->limits.maxComputeSharedMemorySize,
      .pushConstants = p->limits.maxPushConstantsSize,
      .groupInvocations = p->limits.maxComputeWorkGroupInvocations,
      .groupCount = p->limits.maxComputeWorkGroupCount[0],
      .subgroupSize = subgroup.subgroupSize,
      .timestampPeriod = p->limits.timestampPeriod,
      .hasCompute = family >= 0,
      .hasAddresses = v12.bufferDeviceAddress,
      .hasInt64 = features.features.shaderInt64,
      .hasByteStorage = v12.storageBuffer8BitAccess,
      .hasHalfStorage = v11.storageBuffer16BitAccess,
      .hasFloat16 = v12.shaderFloat16,
      .hasSubgroupSums = subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT &&
                         subgroup.supportedOperations & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT,
      .hasMemoryBudget = cv_has_extension(instance, device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME),
      .hasTimestamps = stampBits > 0,
  };
  for (uint32_t i = 0; i < memory.memoryProperties.memoryHeapCount; i++) {
    const VkMemoryHeap *heap = &memory.memoryProperties.memoryHeaps[i];
    out->heaps[out->heapCount++] = heap->size;
    if (!(heap->flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)) continue;
    out->localHeaps |= 1u << i;
    if (heap->size > out->localMemory) out->localMemory = heap->size;
  }
  memcpy(out->name, p->deviceName, sizeof out->name);
  memcpy(out->driver, driver.driverName, sizeof out->driver);
  memcpy(out->driverInfo, driver.driverInfo, sizeof out->driverInfo);
  memcpy(out->cacheIdentity, p->pipelineCacheUUID, sizeof out->cacheIdentity);
}

bool cv_memory_budget(const cv_instance *instance, int index, uint64_t *budget, uint64_t *usage) {
  VkPhysicalDevice device = instance->devices[index];
  if (!cv_has_extension(instance, device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME)) return false;
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budgets = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
  VkPhysicalDeviceMemoryProperties2 memory = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
                                              .pNext = &budgets};
  instance->vkGetPhysicalDeviceMemoryProperties2(device, &memory);
  *budget = *usage = 0;
  for (uint32_t i = 0; i < memory.memoryProperties.memoryHeapCount; i++) {
    if (!(memory.memoryProperties.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)) continue;
    *budget += budgets.heapBudget[i];
    *usage += budgets.heapUsage[i];
  }
  return true;
}
