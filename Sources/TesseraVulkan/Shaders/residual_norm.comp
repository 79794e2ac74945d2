#version 460
// The end of a residual block over channels-last volumes: two branches behind their norms, their sum, a leaky ReLU
// (IS_BACKWARD 0); or the gradients of both branches, from sums that were made before: [image][3][channel]. The second
// branch may have no norm. Gradients may lie over the branches: an element is read before it is written.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint IS_BACKWARD = 0;
layout(constant_id = 1) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t first, firstMean, firstRstd, second, secondMean, secondRstd, dy, sums, y, secondY;
  uint images, positions, channels;
  float slope;
};
layout(push_constant) uniform Push { Arguments arguments; };

void element(uint i) {
  uint channel = i % arguments.channels, image = i / arguments.channels / arguments.positions;
  uint at = image * arguments.channels + channel;
  float firstScale = Floats(arguments.firstRstd).at[at], secondScale = valueOr(arguments.secondRstd, at, 1.0);
  float first = (mapAt(arguments.first, i) - Floats(arguments.firstMean).at[at]) * firstScale;
  float second = (mapAt(arguments.second, i) - valueOr(arguments.secondMean, at, 0.0)) * secondScale;
  bool isNegative = first + second < 0.0;
  if (IS_BACKWARD == 0) {
    setMap(arguments.y, i, isNegative ? (first + second) * arguments.slope : first + second);
    return;
  }
  float g = mapAt(arguments.dy, i);
  if (isNegative) g *= arguments.slope;
  uint sums = image * 3 * arguments.channels + channel;
  float count = float(arguments.positions), plain = Floats(arguments.sums).at[sums] / count;
  float withFirst = Floats(arguments.sums).at[sums + arguments.channels] / count;
  float withSecond = Floats(arguments.sums).at[sums + 2 * arguments.channels] / count;
  setMap(arguments.y, i, firstScale * (g - plain - first * withFirst));
  bool hasNorm = uint64_t(arguments.secondMean) != 0;
  setMap(arguments.secondY, i, hasNorm ? secondScale * (g - plain - second * withSecond) : g);
}

void main() {
  for (EACH(i, arguments.images * arguments.positions * arguments.channels)) element(i);
}
