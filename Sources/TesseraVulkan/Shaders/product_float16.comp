#version 460
// Products of float16 matrices where a device multiplies them itself.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define ELEMENT float16_t
#include "product_matrices.glsl"
