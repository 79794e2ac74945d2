#version 460
// One function of each element, in float32; FUNCTION is the number of a CKUnaryOp.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "types.glsl"
#include "math.glsl"
#include "loops.glsl"
layout(constant_id = 0) const uint FUNCTION = 0;
layout(constant_id = 1) const uint TYPE = 0;

float apply(float x, float p, float q) {
  switch (FUNCTION) {
    case 0: return -x;
    case 1: return abs(x);
    case 2: return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0;
    case 3: return exact_exp(x);
    case 4: return exact_log(x);
    case 5: return sqrt(x);
    case 6: return 1.0 / sqrt(x);
    case 7: return 1.0 / x;
    case 8: return x * x;
    case 9: return exact_sin(x);
    case 10: return exact_cos(x);
    case 11: return exact_tanh(x);
    case 12: return exact_sigmoid(x);
    case 13: return exact_erf(x);
    case 14: return gelu(x);
    case 15: return x < 0.0 ? 0.0 : x;
    case 16: return floor(x);
    case 17: return ceil(x);
    case 18: return roundEven(x);
    case 19: return x < 0.0 ? x * p : x;
    case 20: return x + p;
    case 21: return x * p;
    case 22: return p - x;
    case 23: return p / x;
    case 24: return x / p;
    case 25: return exact_pow(x, p);
    default: return x < p ? p : x > q ? q : x;
  }
}

void main() {
  for (EACH(i, arguments.count)) {
    ivec4 at = locate(i);
    float x = loadFloat(arguments.operands[1], at[1], TYPE);
    storeFloat(arguments.operands[0], at[0], TYPE, apply(x, arguments.p, arguments.q));
  }
}
