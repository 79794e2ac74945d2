#version 460
// The largest or smallest element along an axis in `parts`, and its first position; NaN wins. With `earlier`, elements are
// results of parts, and these are their positions.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "rows.glsl"
layout(constant_id = 1) const uint TYPE = 0;
layout(constant_id = 2) const uint IS_MINIMUM = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, values;
  Longs positions, earlier;
  uint outer, count, inner, parts, partCount;
};
layout(push_constant) uniform Push { Arguments arguments; };

shared uint places[256];

bool beats(float a, float b) {
  return (IS_MINIMUM == 1 ? a < b : a > b) || (isnan(a) && !isnan(b));
}

// Whether position `a` with its value goes before `b`.
bool isAhead(vec2 values, uint a, uint b) {
  if (beats(values.x, values.y)) return true;
  return !beats(values.y, values.x) && a < b;
}

void main() {
  uint inner = arguments.inner, parts = arguments.parts, results = arguments.outer * parts * inner;
  uint me = gl_LocalInvocationID.x;
  for (EACH_RESULT(result, results)) {
    bool isReal = result < results;
    uint item = isReal ? result : 0, start = item / inner / parts * arguments.count * inner + item % inner;
    uint begin = item / inner % parts * arguments.partCount;
    uint end = min(arguments.count, begin + arguments.partCount), place = min(begin + ROW, end - 1);
    float best = loadFloat(arguments.x, int(start + place * inner), TYPE);
    for (uint k = begin + ROW + ROWS; k < end; k += ROWS) {
      float value = loadFloat(arguments.x, int(start + k * inner), TYPE);
      if (!beats(value, best)) continue;
      best = value;
      place = k;
    }
    meeting[me].x = best;
    places[me] = place;
    barrier();
    for (uint step = ROWS / 2; step > 0; step /= 2) {
      if (ROW < step) {
        uint other = me + step * LANES;
        if (isAhead(vec2(meeting[other].x, meeting[me].x), places[other], places[me])) {
          meeting[me].x = meeting[other].x;
          places[me] = places[other];
        }
      }
      barrier();
    }
    if (ROW == 0 && isReal) {
      if (arguments.values != 0) storeFloat(arguments.values, int(result), TYPE, meeting[me].x);
      uint found = places[me];
      if (uint64_t(arguments.positions) != 0) {
        bool isFirst = uint64_t(arguments.earlier) == 0;
        uint64_t earlier = isFirst ? uint64_t(arguments) : uint64_t(arguments.earlier);
        int64_t place = Longs(earlier).at[isFirst ? 0 : start + found * inner];
        arguments.positions.at[result] = isFirst ? int64_t(found) : place;
      }
    }
    barrier();
  }
}
