#version 460
// Convolutions of maps of any floating type by weights in float32. An invocation makes 8 positions of one image × 8
// channels in registers.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "convolution_pass.glsl"
layout(local_size_x = 64) in;
const uint POSITIONS = 8, CHANNELS = 8;

float sums[POSITIONS][CHANNELS];

// Adds the products of `count` channels of `source` at positions `from` with rows of weights from `row` on.
void addChannels(uint64_t source, uint count, int from[POSITIONS], uint row, uint columns[CHANNELS], uint image) {
  // In registers: a load from the arguments in the innermost loop would cost as much as one of a value.
  Floats weights = Floats(arguments.weights), centers = Floats(arguments.center), scales = Floats(arguments.scale);
  uint targetChannels = arguments.targetChannels, statistics = image * count;
  float slope = arguments.slope;
  // A place outside reads the first position and forgets it: no branch among the loads.
  uint start[POSITIONS];
  [[unroll]] for (uint i = 0; i < POSITIONS; i++) start[i] = uint(max(from[i], 0)) * count;
  for (uint c = 0; c < count; c++) {
    float values[POSITIONS], factors[CHANNELS], center, scale;
    if (READS == NORMALIZED) {
      center = centers.at[statistics + c];
      scale = scales.at[statistics + c];
    }
    [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
      float value = mapAt(source, start[i] + c);
      if (READS == NORMALIZED) value = activated(value, center, scale, slope);
      values[i] = from[i] >= 0 ? value : 0.0;
    }
    [[unroll]] for (uint j = 0; j < CHANNELS; j++) factors[j] = weights.at[row + columns[j]];
    row += targetChannels;
    [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
      [[unroll]] for (uint j = 0; j < CHANNELS; j++) sums[i][j] += values[i] * factors[j];
    }
  }
}

void addTaps(uint image, uint position0, uint columns[CHANNELS]) {
  Geometry geometry = arguments.geometry;
  Place places[POSITIONS];
  places[0] = placeOf(position0, geometry.target);
  places[0].image = int(image);
  [[unroll]] for (uint i = 1; i < POSITIONS; i++) {
    places[i] = places[i - 1];
    advance(places[i], geometry.target);
  }
  uint64_t source = arguments.source, second = arguments.second;
  uint firstChannels = arguments.firstChannels, restChannels = arguments.sourceChannels - firstChannels;
  uint targetChannels = arguments.targetChannels, row = 0;
  ivec3 kernel = ivec3(geometry.kernel[0], geometry.kernel[1], geometry.kernel[2]), tap;
  for (tap.x = 0; tap.x < kernel.x; tap.x++) {
    for (tap.y = 0; tap.y < kernel.y; tap.y++) {
      for (tap.z = 0; tap.z < kernel.z; tap.z++) {
        int from[POSITIONS];
        bool isAny = false;
        [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
          from[i] = sourceOf(places[i], tap, geometry, IS_BACKWARD == 1, IS_STRIDED == 1);
          if (position0 + i >= arguments.positions) from[i] = -1;
          isAny = isAny || from[i] >= 0;
        }
        if (isAny) addChannels(source, firstChannels, from, row, columns, image);
        row += firstChannels * targetChannels;
        if (READS == JOINED) {
          if (isAny) addChannels(second, restChannels, from, row, columns, image);
          row += restChannels * targetChannels;
        }
      }
    }
  }
}

void block(uint image, uint position0, uint channel0) {
  uint columns[CHANNELS];
  [[unroll]] for (uint j = 0; j < CHANNELS; j++) {
    columns[j] = min(channel0 + j, arguments.targetChannels - 1);
    float bias = valueOr(arguments.bias, columns[j], 0.0);
    [[unroll]] for (uint i = 0; i < POSITIONS; i++) sums[i][j] = bias;
  }
  addTaps(image, position0, columns);
  uint start = image * arguments.positions;
  [[unroll]] for (uint i = 0; i < POSITIONS; i++) {
    [[unroll]] for (uint j = 0; j < CHANNELS; j++) {
      if (position0 + i >= arguments.positions || channel0 + j >= arguments.targetChannels) continue;
      uint at = (start + position0 + i) * arguments.targetChannels + channel0 + j;
      setMap(arguments.target, at, ADDS == 1 ? mapAt(arguments.target, at) + sums[i][j] : sums[i][j]);
    }
  }
}

void main() {
  uint across = (arguments.targetChannels + CHANNELS - 1) / CHANNELS;
  uint down = (arguments.positions + POSITIONS - 1) / POSITIONS;
  for (EACH(item, across * down * arguments.images)) {
    uint rest = item / across;
    block(rest / down, rest % down * POSITIONS, item % across * CHANNELS);
  }
}
