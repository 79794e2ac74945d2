#version 460
// Instance norm over channels-last volumes, from sums that were made before: [image][2][channel]. MODE: 0 turns sums into
// statistics, 1 applies them and the leaky slope, 2 makes the gradient of the input.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint MODE = 0;
layout(constant_id = 1) const uint TYPE = FLOAT32;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, weight, bias, y, mean, rstd, dy, sums;
  uint images, positions, channels;
  float epsilon, slope;
};
layout(push_constant) uniform Push { Arguments arguments; };

void statistics(uint i) {
  uint image = i / arguments.channels, channel = i % arguments.channels;
  float pivot = mapAt(arguments.x, image * arguments.positions * arguments.channels + channel);
  uint sums = image * 2 * arguments.channels + channel;
  float shift = Floats(arguments.sums).at[sums] / float(arguments.positions);
  float squares = Floats(arguments.sums).at[sums + arguments.channels] / float(arguments.positions);
  Floats(arguments.mean).at[i] = pivot + shift;
  Floats(arguments.rstd).at[i] = 1.0 / sqrt(max(squares - shift * shift, 0.0) + arguments.epsilon);
}

void element(uint i) {
  uint channel = i % arguments.channels, image = i / arguments.channels / arguments.positions;
  uint at = image * arguments.channels + channel;
  float rstd = Floats(arguments.rstd).at[at], scale = rstd * valueOr(arguments.weight, channel, 1.0);
  float centered = mapAt(arguments.x, i) - Floats(arguments.mean).at[at];
  float value = centered * scale + valueOr(arguments.bias, channel, 0.0);
  if (MODE == 1) {
    setMap(arguments.y, i, value < 0.0 ? value * arguments.slope : value);
    return;
  }
  float g = mapAt(arguments.dy, i);
  if (value < 0.0) g *= arguments.slope;
  uint sums = image * 2 * arguments.channels + channel;
  float plain = Floats(arguments.sums).at[sums] / float(arguments.positions);
  float product = Floats(arguments.sums).at[sums + arguments.channels] / float(arguments.positions);
  setMap(arguments.y, i, scale * (g - plain - centered * rstd * product));
}

void main() {
  uint count = arguments.images * arguments.channels * (MODE == 0 ? 1 : arguments.positions);
  for (EACH(i, count)) {
    if (MODE == 0) {
      statistics(i);
    } else {
      element(i);
    }
  }
}
