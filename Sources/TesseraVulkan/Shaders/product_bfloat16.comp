#version 460
// Products of bfloat16 matrices where a device multiplies them itself.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_bfloat16 : require
#define ELEMENT bfloat16_t
#include "product_matrices.glsl"
