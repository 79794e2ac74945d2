// What hot loops share: run-time dispatch on the instruction set, and an exponential that vectorises.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

// Resolved once at load time by an ifunc. Arm has its vector unit in the base set and needs no clone.
#if defined(__x86_64__) && defined(__linux__)
#define TESSERA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TESSERA_CLONES
#endif

#define TESSERA_INLINE static inline __attribute__((always_inline))

// e^x, within 1.1 ulp over the range of finite results; libm's call would stop a loop from vectorising.
// Below -87.3 the result is 0 instead of a subnormal; above 88.72 it is infinite; NaN stays NaN.
TESSERA_INLINE float tessera_exp_f32(float x) {
  const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer in the low mantissa bits.
  float bounded = x < -88.0f ? -88.0f : (x > 89.0f ? 89.0f : x);
  float shifted = bounded * 1.44269504f + shift;
  float n = shifted - shift;
  // ln 2 in two parts, so that n * ln 2 is subtracted without loss.
  float r = bounded - n * 0.693145752f;
  r = r - n * 1.42860677e-6f;
  float p = 1.9841270e-4f;
  p = p * r + 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 0.5f;
  p = p * (r * r) + r;
  p = p + 1.0f;
  // 2^n in two factors: n = 128 is finite for results just below overflow.
  int32_t shiftedBits, shiftBits;
  memcpy(&shiftedBits, &shifted, sizeof shiftedBits);
  memcpy(&shiftBits, &shift, sizeof shiftBits);
  int32_t whole = shiftedBits - shiftBits;
  int32_t half = whole >> 1;
  int32_t firstBits = (half + 127) << 23;
  int32_t secondBits = (whole - half + 127) << 23;
  float first, second;
  memcpy(&first, &firstBits, sizeof first);
  memcpy(&second, &secondBits, sizeof second);
  float result = p * first * second;
  result = x < -87.3365479f ? 0.0f : result;
  return x > 88.7228394f ? INFINITY : result;
}

// Double kernels are the reference: libm's accuracy matters more than speed there.
TESSERA_INLINE double tessera_exp_f64(double x) { return exp(x); }
