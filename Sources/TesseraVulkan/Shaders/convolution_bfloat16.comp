#version 460
// Convolutions of bfloat16 maps where a device multiplies matrices itself.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_bfloat16 : require
#define ELEMENT bfloat16_t
#include "convolution_matrices.glsl"
