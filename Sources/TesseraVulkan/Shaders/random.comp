#version 460
// Random numbers: one block of four words an invocation. MODE: 0 uniform, 1 normal, 2 truth with probability `scale`,
// as TYPE, 3 integers.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
#include "philox.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint MODE = 0;
layout(constant_id = 1) const uint TYPE = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t y;
  int64_t low;
  uvec2 range, key, stream;
  uint count;
  float scale, shift;
};
layout(push_constant) uniform Push { Arguments arguments; };

// Neighbours share a radius; its uniform is in (0, 1].
float normal(uvec4 words, int e) {
  uint radius = e < 2 ? words.x : words.z, angle = e < 2 ? words.y : words.w;
  float r = sqrt(-2.0 * exact_log(float((radius >> 8) + 1) * 5.9604644775390625e-8));
  // The turn in quarters is exact, so that only a small angle is left.
  float quarters = unit(angle) * 4.0, n = roundEven(quarters);
  return r * quarter_sin((quarters - n) * 1.57079632679489662, int(n) + (e % 2 == 0 ? 1 : 0));
}

// The upper 64 bits of fraction · range; the first word is the more significant one.
int64_t scaled(uint high, uint low) {
  uint64_t a = high, b = low, c = arguments.range.y, d = arguments.range.x;
  uint64_t middle = (b * d >> 32) + (a * d & 0xFFFFFFFFul) + b * c;
  // b · c may carry out of the sum.
  uint64_t carry = middle < b * c ? uint64_t(1) << 32 : uint64_t(0);
  return arguments.low + int64_t(a * c + (a * d >> 32) + (middle >> 32) + carry);
}

void main() {
  const uint perBlock = MODE == 3 ? 2 : 4;
  for (EACH(block, (arguments.count + perBlock - 1) / perBlock)) {
    uvec4 words = philox(uvec4(block, 0, arguments.stream), arguments.key);
    for (int e = 0; e < int(perBlock); e++) {
      uint i = block * perBlock + uint(e);
      if (i >= arguments.count) return;
      if (MODE == 3) {
        storeInteger(arguments.y, int(i), INT64, e == 0 ? scaled(words.x, words.y) : scaled(words.z, words.w));
      } else if (MODE == 2) {
        bool truth = unit(words[e]) < arguments.scale;
        if (isInteger(TYPE)) {
          storeInteger(arguments.y, int(i), TYPE, truth ? int64_t(1) : int64_t(0));
        } else {
          storeFloat(arguments.y, int(i), TYPE, truth ? 1.0 : 0.0);
        }
      } else {
        precise float scaled = (MODE == 0 ? unit(words[e]) : normal(words, e)) * arguments.scale;
        precise float value = scaled + arguments.shift;
        storeFloat(arguments.y, int(i), TYPE, value);
      }
    }
  }
}
