#version 460
// The gradient of a convolution's weights: a product of dy and x over all output positions, for each kernel element.
// Positions are cut into `parts` whose sums follow one another as [part][kernel element][input][output channel]; an
// invocation makes 8 × 8 channels of one part.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "convolution.glsl"
layout(local_size_x = 64) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  Floats x, dy, partials;
  uint positions, inputChannels, outputChannels, parts, partPositions, padding;
  // Targets are output positions, sources input positions.
  Geometry geometry;
};
layout(push_constant) uniform Push { Arguments arguments; };

const uint BLOCK = 8;

// Offset of the input position that output position `position` reads through `tap`, or -1.
int inputOf(uint position, ivec3 tap) {
  int rest = int(position), at[3];
  for (int axis = 2; axis >= 0; axis--) {
    at[axis] = rest % arguments.geometry.target[axis];
    rest /= arguments.geometry.target[axis];
  }
  int offset = rest;
  for (int axis = 0; axis < 3; axis++) {
    int place = sourcePosition(
      at[axis], tap[axis], arguments.geometry.stride[axis], arguments.geometry.padding[axis],
      arguments.geometry.source[axis], false);
    if (place < 0) return -1;
    offset = offset * arguments.geometry.source[axis] + place;
  }
  return offset * int(arguments.inputChannels);
}

void block(uint part, uint element, uint input0, uint output0) {
  ivec3 kernel = ivec3(arguments.geometry.kernel[0], arguments.geometry.kernel[1], arguments.geometry.kernel[2]);
  ivec3 tap = ivec3(int(element) / kernel.z / kernel.y, int(element) / kernel.z % kernel.y, int(element) % kernel.z);
  float sums[BLOCK][BLOCK];
  uint inputs[BLOCK], outputs[BLOCK];
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    inputs[i] = min(input0 + i, arguments.inputChannels - 1);
    outputs[i] = min(output0 + i, arguments.outputChannels - 1);
    [[unroll]] for (uint j = 0; j < BLOCK; j++) sums[i][j] = 0.0;
  }
  Floats xs = arguments.x, dys = arguments.dy;
  uint outputChannels = arguments.outputChannels;
  uint begin = part * arguments.partPositions, end = min(arguments.positions, begin + arguments.partPositions);
  for (uint position = begin; position < end; position++) {
    int from = inputOf(position, tap);
    if (from < 0) continue;
    float x[BLOCK], dy[BLOCK];
    [[unroll]] for (uint i = 0; i < BLOCK; i++) {
      x[i] = xs.at[uint(from) + inputs[i]];
      dy[i] = dys.at[position * outputChannels + outputs[i]];
    }
    [[unroll]] for (uint i = 0; i < BLOCK; i++) {
      [[unroll]] for (uint j = 0; j < BLOCK; j++) sums[i][j] += x[i] * dy[j];
    }
  }
  uint elements = uint(kernel.x * kernel.y * kernel.z), row = (part * elements + element) * arguments.inputChannels;
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    [[unroll]] for (uint j = 0; j < BLOCK; j++) {
      if (input0 + i < arguments.inputChannels && output0 + j < arguments.outputChannels) {
        arguments.partials.at[(row + input0 + i) * arguments.outputChannels + output0 + j] = sums[i][j];
      }
    }
  }
}

void main() {
  uint across = (arguments.outputChannels + BLOCK - 1) / BLOCK, down = (arguments.inputChannels + BLOCK - 1) / BLOCK;
  uint elements =
    uint(arguments.geometry.kernel[0] * arguments.geometry.kernel[1] * arguments.geometry.kernel[2]);
  for (EACH(item, across * down * elements * arguments.parts)) {
    uint rest = item / across;
    block(rest / down / elements, rest / down % elements, rest % down * BLOCK, item % across * BLOCK);
  }
}
