#version 460
// The forward pass of a convolution (IS_BACKWARD 0), or its gradient for the input, which is also a transposed
// convolution. An invocation makes 8 positions × 8 channels in registers; weights are packed as
// [kernel element][source channel][target channel], so that neighbours read neighbours.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "convolution.glsl"
layout(local_size_x = 64) in;
layout(constant_id = 0) const uint IS_BACKWARD = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  Floats source, weights, bias, target;
  uint positions, sourceChannels, targetChannels, padding;
  Geometry geometry;
};
layout(push_constant) uniform Push { Arguments arguments; };

const uint POSITIONS = 8, CHANNELS = 8;

// Offset of the source position that feeds a target position through a kernel element, or -1.
int sourceOf(ivec4 at, ivec3 tap) {
  int offset = at.x;
  for (int axis = 0; axis < 3; axis++) {
    int position = sourcePosition(
      at[axis + 1], tap[axis], arguments.geometry.stride[axis], arguments.geometry.padding[axis],
      arguments.geometry.source[axis], IS_BACKWARD == 1);
    if (position < 0) return -1;
    offset = offset * arguments.geometry.source[axis] + position;
  }
  return offset * int(arguments.sourceChannels);
}

// Image, depth, height and width of a position.
ivec4 coordinates(uint position) {
  int rest = int(min(position, arguments.positions - 1));
  ivec4 at;
  for (int axis = 2; axis >= 0; axis--) {
    at[axis + 1] = rest % arguments.geometry.target[axis];
    rest /= arguments.geometry.target[axis];
  }
  at.x = rest;
  return at;
}

void block(uint position0, uint channel0) {
  ivec4 at[POSITIONS];
  uint channels[CHANNELS];
  float sums[POSITIONS][CHANNELS];
  [[unroll]] for (uint i = 0; i < POSITIONS; i++) at[i] = coordinates(position0 + i);
  [[unroll]] for (uint j = 0; j < CHANNELS; j++) {
    channels[j] = min(channel0 + j, arguments.targetChannels - 1);
    float bias = valueOr(arguments.bias, channels[j], 0.0);
    [[unroll]] for (uint i = 0; i < POSITIONS; i++) sums[i][j] = bias;
  }
  // In registers: a load from the arguments in the innermost loop would cost as much as one of a value.
  Floats source = arguments.source, weights = arguments.weights;
  uint sourceChannels = arguments.sourceChannels, targetChannels = arguments.targetChannels, weight = 0;
  ivec3 kernel = ivec3(arguments.geometry.kernel[0], arguments.geometry.kernel[1], arguments.geometry.kernel[2]), tap;
  for (tap.x = 0; tap.x < kernel.x; tap.x++) {
    for (tap.y = 0; tap.y < kernel.y; tap.y++) {
      for (tap.z = 0; tap.z < kernel.z; tap.z++) {
        int from[POSITIONS];
        bool isAny = false;
        [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
          from[i] = sourceOf(at[i], tap);
          isAny = isAny || from[i] >= 0;
        }
        for (uint c = 0; isAny && c < sourceChannels; c++) {
          float values[POSITIONS], factors[CHANNELS];
          [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
            values[i] = from[i] >= 0 ? source.at[from[i] + int(c)] : 0.0;
          }
          uint row = weight + c * targetChannels;
          [[unroll]] for (uint j = 0; j < CHANNELS; j++) factors[j] = weights.at[row + channels[j]];
          [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
            [[unroll]] for (uint j = 0; j < CHANNELS; j++) sums[i][j] += values[i] * factors[j];
          }
        }
        weight += sourceChannels * targetChannels;
      }
    }
  }
  [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
    [[unroll]] for (uint j = 0; j < CHANNELS; j++) {
      if (position0 + i < arguments.positions && channel0 + j < arguments.targetChannels) {
        arguments.target.at[(position0 + i) * arguments.targetChannels + channel0 + j] = sums[i][j];
      }
    }
  }
}

void main() {
  uint across = (arguments.targetChannels + CHANNELS - 1) / CHANNELS;
  uint down = (arguments.positions + POSITIONS - 1) / POSITIONS;
  for (EACH(item, across * down)) block(item / across * POSITIONS, item % across * CHANNELS);
}
