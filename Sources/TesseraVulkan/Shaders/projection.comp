#version 460
// A pointwise convolution of a residual block's end over channels-last volumes; the end, and its gradient, are made where
// they are read and never stored. MODE:
//   0  the convolution; an invocation makes all outputs of a position
//   1  sums over the positions of a part: y gets the gradient of a branch's sum and its products with each branch behind
//      its norm, [image][part][3][channel], secondY the weight's gradient, [image][part][output][channel]
//   2  the gradients of both branches, from the first sums over all parts; they may lie over the branches
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint MODE = 0;
layout(constant_id = 1) const uint TYPE = FLOAT32;
layout(constant_id = 2) const uint OUTPUTS = 3;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t first, firstMean, firstRstd, second, secondMean, secondRstd, weight, bias, dy, sums, y, secondY;
  uint images, positions, channels, parts, partPositions;
  float slope;
};
layout(push_constant) uniform Push { Arguments arguments; };

#define EACH_OUTPUT(o) [[unroll]] for (uint o = 0; o < OUTPUTS; o++)

// A value as a map would hold it: the CPU's blocks are of the maps' type, too.
float asStored(float value) {
  if (TYPE == FLOAT16) return fromFloat16(toFloat16(value));
  if (TYPE == BFLOAT16) return uintBitsToFloat(toBFloat16(value) << 16);
  return value;
}

// One channel's statistics in both branches; the second may have no norm.
struct Norms {
  float firstMean, firstScale, secondMean, secondScale;
};

Norms normsAt(uint image, uint channel) {
  uint at = image * arguments.channels + channel;
  return Norms(
    Floats(arguments.firstMean).at[at], Floats(arguments.firstRstd).at[at], valueOr(arguments.secondMean, at, 0.0),
    valueOr(arguments.secondRstd, at, 1.0));
}

// Both branches behind their norms.
vec2 branchesAt(uint i, Norms norms) {
  return vec2(
    (mapAt(arguments.first, i) - norms.firstMean) * norms.firstScale,
    (mapAt(arguments.second, i) - norms.secondMean) * norms.secondScale);
}

float slopeOf(vec2 branches) { return branches.x + branches.y < 0.0 ? arguments.slope : 1.0; }

float endOf(vec2 branches) { return asStored((branches.x + branches.y) * slopeOf(branches)); }

void convolve(uint place) {
  float sums[OUTPUTS];
  EACH_OUTPUT(o) sums[o] = valueOr(arguments.bias, o, 0.0);
  for (uint channel = 0; channel < arguments.channels; channel++) {
    Norms norms = normsAt(place / arguments.positions, channel);
    float end = endOf(branchesAt(place * arguments.channels + channel, norms));
    EACH_OUTPUT(o) sums[o] += end * Floats(arguments.weight).at[o * arguments.channels + channel];
  }
  EACH_OUTPUT(o) setMap(arguments.y, place * OUTPUTS + o, sums[o]);
}

void addUp(uint item) {
  uint channel = item % arguments.channels, part = item / arguments.channels % arguments.parts;
  uint image = item / arguments.channels / arguments.parts;
  Norms norms = normsAt(image, channel);
  float weights[OUTPUTS], products[OUTPUTS];
  EACH_OUTPUT(o) {
    weights[o] = Floats(arguments.weight).at[o * arguments.channels + channel];
    products[o] = 0.0;
  }
  vec3 sums = vec3(0.0);
  uint begin = part * arguments.partPositions, end = min(arguments.positions, begin + arguments.partPositions);
  for (uint position = begin; position < end; position++) {
    uint place = image * arguments.positions + position;
    vec2 branches = branchesAt(place * arguments.channels + channel, norms);
    float value = endOf(branches), g = 0.0;
    EACH_OUTPUT(o) {
      float dy = mapAt(arguments.dy, place * OUTPUTS + o);
      products[o] += dy * value;
      g += dy * weights[o];
    }
    g = asStored(g) * slopeOf(branches);
    sums += g * vec3(1.0, branches);
  }
  uint row = image * arguments.parts + part;
  for (uint i = 0; i < 3; i++) Floats(arguments.y).at[(row * 3 + i) * arguments.channels + channel] = sums[i];
  EACH_OUTPUT(o) Floats(arguments.secondY).at[(row * OUTPUTS + o) * arguments.channels + channel] = products[o];
}

void differentiate(uint i) {
  uint channel = i % arguments.channels, place = i / arguments.channels, image = place / arguments.positions;
  Norms norms = normsAt(image, channel);
  vec2 branches = branchesAt(i, norms);
  float g = 0.0;
  EACH_OUTPUT(o) {
    g += mapAt(arguments.dy, place * OUTPUTS + o) * Floats(arguments.weight).at[o * arguments.channels + channel];
  }
  g = asStored(g) * slopeOf(branches);
  uint at = image * 3 * arguments.channels + channel;
  float count = float(arguments.positions), mean = Floats(arguments.sums).at[at] / count;
  float withFirst = Floats(arguments.sums).at[at + arguments.channels] / count;
  float withSecond = Floats(arguments.sums).at[at + 2 * arguments.channels] / count;
  setMap(arguments.y, i, norms.firstScale * (g - mean - branches.x * withFirst));
  bool hasNorm = arguments.secondMean != 0;
  setMap(arguments.secondY, i, hasNorm ? norms.secondScale * (g - mean - branches.y * withSecond) : g);
}

void main() {
  uint places = arguments.images * arguments.positions;
  uint count = MODE == 0 ? places : arguments.channels * (MODE == 1 ? arguments.images * arguments.parts : places);
  for (EACH(i, count)) {
    if (MODE == 0) {
      convolve(i);
    } else if (MODE == 1) {
      addUp(i);
    } else {
      differentiate(i);
    }
  }
}
