// The forward pass of a convolution (IS_BACKWARD 0), or its gradient for the input, which is also a transposed
// convolution. Weights are packed as [kernel element][source channel][target channel].
#include "convolution.glsl"
layout(constant_id = 0) const uint IS_BACKWARD = 0;
layout(constant_id = 1) const uint READS = PLAIN;
// Whether results are added to what the target holds.
layout(constant_id = 2) const uint ADDS = 0;
layout(constant_id = 3) const uint IS_STRIDED = 1;
layout(constant_id = 4) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t source, second, center, scale, weights, bias, target;
  // `positions` are those of one image; the first `firstChannels` source channels are those of `source`.
  uint images, positions, sourceChannels, firstChannels, targetChannels;
  float slope;
  Geometry geometry;
};
layout(push_constant) uniform Push { Arguments arguments; };
