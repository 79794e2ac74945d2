#version 460
// The gradient of a convolution's weights: a product of dy and x over all output positions, for each kernel element.
// Positions are cut into `parts` whose sums follow one another as [part][kernel element][input][output channel]; an
// invocation makes 8 × 8 channels of one part.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "convolution.glsl"
layout(local_size_x = 64) in;
layout(constant_id = 0) const uint READS = PLAIN;
layout(constant_id = 1) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, center, scale, dy, partials;
  uint images, positions, inputChannels, outputChannels, parts, partPositions;
  float slope;
  // Targets are output positions, sources input positions.
  Geometry geometry;
};
layout(push_constant) uniform Push { Arguments arguments; };

const uint BLOCK = 8;

float centers[BLOCK], scales[BLOCK];

// Loads the statistics of an image's channels.
void loadStatistics(int image, uint inputs[BLOCK]) {
  uint start = uint(image) * arguments.inputChannels;
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    centers[i] = Floats(arguments.center).at[start + inputs[i]];
    scales[i] = Floats(arguments.scale).at[start + inputs[i]];
  }
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
  uint64_t xs = arguments.x, dys = arguments.dy;
  Geometry geometry = arguments.geometry;
  uint inputChannels = arguments.inputChannels, outputChannels = arguments.outputChannels;
  float slope = arguments.slope;
  int image = -1;
  uint begin = part * arguments.partPositions, end = min(arguments.images * arguments.positions, begin + arguments.partPositions);
  Place place = placeOf(begin, geometry.target);
  for (uint position = begin; position < end; position++, advance(place, geometry.target)) {
    int from = sourceOf(place, tap, geometry, false, true);
    if (from < 0) continue;
    if (READS == NORMALIZED && image != place.image) {
      image = place.image;
      loadStatistics(image, inputs);
    }
    uint start = uint(from) * inputChannels;
    float x[BLOCK], dy[BLOCK];
    [[unroll]] for (uint i = 0; i < BLOCK; i++) {
      x[i] = mapAt(xs, start + inputs[i]);
      if (READS == NORMALIZED) x[i] = activated(x[i], centers[i], scales[i], slope);
      dy[i] = mapAt(dys, position * outputChannels + outputs[i]);
    }
    [[unroll]] for (uint i = 0; i < BLOCK; i++) {
      [[unroll]] for (uint j = 0; j < BLOCK; j++) sums[i][j] += x[i] * dy[j];
    }
  }
  uint elements = uint(kernel.x * kernel.y * kernel.z), row = (part * elements + element) * arguments.inputChannels;
  [[unroll]] for (uint i = 0; i < BLOCK; i++) {
    [[unroll]] for (uint j = 0; j < BLOCK; j++) {
      if (input0 + i < arguments.inputChannels && output0 + j < arguments.outputChannels) {
        Floats(arguments.partials).at[(row + input0 + i) * arguments.outputChannels + output0 + j] = sums[i][j];
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
