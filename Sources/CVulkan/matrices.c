// Cooperative matrices: what a device multiplies by itself.
#include "matrices.h"

#include <stdlib.h>

bool cv_find_matrices(const cv_instance *instance, VkPhysicalDevice device, cv_matrix_support *support) {
  *support = (cv_matrix_support){
      .subgroups = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT},
      .bfloat16 = {.sType = CV_TYPE_BFLOAT16_FEATURES},
      .matrices = {.sType = CV_TYPE_MATRIX_FEATURES, .pNext = &support->subgroups}};
  if (!cv_has_extension(instance, device, CV_MATRIX_EXTENSION)) return false;
  if (!cv_has_extension(instance, device, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME)) return false;
  VkPhysicalDeviceVulkan12Features v12 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
                                          .pNext = &support->matrices};
  const bool knowsBFloat16 = cv_has_extension(instance, device, CV_BFLOAT16_EXTENSION);
  if (knowsBFloat16) support->subgroups.pNext = &support->bfloat16;
  VkPhysicalDeviceFeatures2 features = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &v12};
  instance->vkGetPhysicalDeviceFeatures2(device, &features);
  cv_matrix_stages stages = {.sType = CV_TYPE_MATRIX_STAGES};
  VkPhysicalDeviceProperties2 properties = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &stages};
  instance->vkGetPhysicalDeviceProperties2(device, &properties);
  support->hasBFloat16 = knowsBFloat16 && support->bfloat16.type && support->bfloat16.matrices;
  // What is chained here is enabled when the device is opened.
  support->subgroups.pNext = support->hasBFloat16 ? &support->bfloat16 : NULL;
  support->subgroups.subgroupSizeControl = VK_FALSE;
  support->matrices.robustAccess = support->bfloat16.dotProduct = VK_FALSE;
  return support->matrices.matrices && support->subgroups.computeFullSubgroups && v12.shaderFloat16 &&
         v12.vulkanMemoryModel && stages.stages & VK_SHADER_STAGE_COMPUTE_BIT;
}

int cv_matrix_shapes(const cv_instance *instance, int index, cv_matrix_shape *shapes, int capacity) {
  VkPhysicalDevice device = instance->devices[index];
  cv_matrix_support support;
  cv_matrix_list list = (cv_matrix_list)instance->find(
      instance->handle, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  if (!list || !cv_find_matrices(instance, device, &support)) return 0;
  uint32_t count = 0;
  if (list(device, &count, NULL) < 0 || count == 0) return 0;
  cv_matrix_properties *properties = calloc(count, sizeof *properties);
  if (!properties) return 0;
  for (uint32_t i = 0; i < count; i++) properties[i].sType = CV_TYPE_MATRIX_PROPERTIES;
  int found = 0;
  if (list(device, &count, properties) < 0) count = 0;
  for (uint32_t i = 0; i < count && found < capacity; i++) {
    const cv_matrix_shape shape = properties[i].shape;
    const bool isBFloat16 = shape.a == CV_BFLOAT16 || shape.b == CV_BFLOAT16;
    if (!isBFloat16 || support.hasBFloat16) shapes[found++] = shape;
  }
  free(properties);
  return found;
}
