#version 460
// Convolutions of float16 maps where a device multiplies matrices itself.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define ELEMENT float16_t
#include "convolution_matrices.glsl"
