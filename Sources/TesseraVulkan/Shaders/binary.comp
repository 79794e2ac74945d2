#version 460
// One function of two elements, in float32; FUNCTION is the number of a CKBinaryOp.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint FUNCTION = 0;
layout(constant_id = 1) const uint TYPE = 0;

// The remainder with the sign of the divisor.
float modulo(float x, float y) {
  float rest = x - y * trunc(x / y);
  return rest != 0.0 && (rest < 0.0) != (y < 0.0) ? rest + y : rest;
}

float apply(float x, float y, float p, float q) {
  switch (FUNCTION) {
    case 0: return x + y;
    case 1: return x - y;
    case 2: return x * y;
    case 3: return x / y;
    case 4: return exact_pow(x, y);
    case 5: return x > y || isnan(x) ? x : y;
    case 6: return x < y || isnan(x) ? x : y;
    case 7: return floor(x / y);
    case 8: return modulo(x, y);
    case 9: return x + p * y;
    case 10: return x > 0.0 ? y : 0.0;
    case 11: return x > 0.0 ? y : y * p;
    case 12: return y * gelu_slope(x);
    case 13: return y * x * (1.0 - x);
    case 14: return y * (1.0 - x * x);
    case 15: return x > 0.0 ? y : x < 0.0 ? -y : 0.0;
    default: return x >= p && x <= q ? y : 0.0;
  }
}

void main() {
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    float x = loadFloat(arguments.operands[1], at[1], TYPE), y = loadFloat(arguments.operands[2], at[2], TYPE);
    storeFloat(arguments.operands[0], at[0], TYPE, apply(x, y, arguments.p, arguments.q));
  }
}
