#version 460
// The largest or smallest element along an axis, and its first position; NaN wins.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "rows.glsl"
layout(constant_id = 1) const uint TYPE = 0;
layout(constant_id = 2) const uint IS_MINIMUM = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t x, values;
  Longs positions;
  uint outer, count, inner;
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
  uint results = arguments.outer * arguments.inner, me = gl_LocalInvocationID.x;
  for (EACH_RESULT(result, results)) {
    bool isReal = result < results;
    uint start = isReal ? result / arguments.inner * arguments.count * arguments.inner + result % arguments.inner : 0;
    uint place = min(ROW, arguments.count - 1);
    float best = loadFloat(arguments.x, int(start + place * arguments.inner), TYPE);
    for (uint k = ROW + ROWS; k < arguments.count; k += ROWS) {
      float value = loadFloat(arguments.x, int(start + k * arguments.inner), TYPE);
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
      if (uint64_t(arguments.positions) != 0) arguments.positions.at[result] = int64_t(places[me]);
    }
    barrier();
  }
}
