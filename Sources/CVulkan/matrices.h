// VK_KHR_cooperative_matrix and VK_KHR_shader_bfloat16 by their published numbers and layouts: headers of the oldest
// system that Tessera is built on know neither.
#pragma once

#include "internal.h"

#define CV_MATRIX_EXTENSION "VK_KHR_cooperative_matrix"
#define CV_BFLOAT16_EXTENSION "VK_KHR_shader_bfloat16"

enum {
  CV_FULL_SUBGROUPS = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT_EXT,
  CV_TYPE_BFLOAT16_FEATURES = 1000141000,
  CV_TYPE_MATRIX_FEATURES = 1000506000,
  CV_TYPE_MATRIX_PROPERTIES = 1000506001,
  CV_TYPE_MATRIX_STAGES = 1000506002,
};

typedef struct {
  VkStructureType sType;
  void *pNext;
  VkBool32 type, dotProduct, matrices;
} cv_bfloat16_features;

typedef struct {
  VkStructureType sType;
  void *pNext;
  VkBool32 matrices, robustAccess;
} cv_matrix_features;

typedef struct {
  VkStructureType sType;
  void *pNext;
  VkShaderStageFlags stages;
} cv_matrix_stages;

typedef struct {
  VkStructureType sType;
  void *pNext;
  cv_matrix_shape shape;
} cv_matrix_properties;

typedef VkResult(VKAPI_PTR *cv_matrix_list)(VkPhysicalDevice device, uint32_t *count, cv_matrix_properties *properties);

// The features that matrices need, chained as vkCreateDevice takes them; they point to each other.
typedef struct {
  VkPhysicalDeviceSubgroupSizeControlFeaturesEXT subgroups;
  cv_bfloat16_features bfloat16;
  cv_matrix_features matrices;
  bool hasBFloat16;
} cv_matrix_support;

// Whether a device has what shaders with cooperative matrices need.
bool cv_find_matrices(const cv_instance *instance, VkPhysicalDevice device, cv_matrix_support *support);
