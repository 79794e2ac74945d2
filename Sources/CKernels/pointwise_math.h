#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "pointwise_target.h"

// Transcendental functions. In float they are branch-free polynomials, since a call to libm keeps a loop from being
// vectorised; errors are at most 2 units in the last place (erf: 3) over the whole range. In double they are libm's:
// double is the reference other results are compared with, and independence is worth more there than speed.

TESSERA_INLINE float ck_from_bits(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

TESSERA_INLINE int32_t ck_bits(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// 1.5 · 2^23: adding it leaves the nearest integer in the low bits of the sum, without a conversion instruction that
// would be undefined for NaN.
#define CK_ROUNDING 12582912.0f
#define CK_LOG2_E 1.44269504088896341f
// ln 2 in two parts; the first has 9 trailing zero bits, so that its product with any exponent is exact.
#define CK_LN2_HIGH 0.693359375f
#define CK_LN2_LOW -2.12194440e-4f

// x = n ln 2 + r with |r| <= ln 2 / 2.
typedef struct {
  int32_t n;
  float r;
} ck_reduced;

TESSERA_INLINE ck_reduced ck_reduce_by_ln2(float x) {
  float shifted = x * CK_LOG2_E + CK_ROUNDING;
  float n = shifted - CK_ROUNDING;
  return (ck_reduced){ck_bits(shifted) - ck_bits(CK_ROUNDING), (x - n * CK_LN2_HIGH) - n * CK_LN2_LOW};
}

// (e^r - 1 - r) / r², the Taylor series: its next term is below 2^-27 of e^r for |r| <= ln 2 / 2.
TESSERA_INLINE float ck_exp_tail(float r) {
  float s = 1.0f / 5040.0f;
  s = s * r + 1.0f / 720.0f;
  s = s * r + 1.0f / 120.0f;
  s = s * r + 1.0f / 24.0f;
  s = s * r + 1.0f / 6.0f;
  return s * r + 0.5f;
}

// tanh |x| = e / (e + 2) with e = exp(2|x|) - 1, computed without cancellation near zero.
TESSERA_INLINE float ck_tanh_f32(float x) {
  float twice = 2.0f * fabsf(x);
  twice = twice > 20.0f ? 20.0f : twice;  // tanh is 1 in float from 9.02 on
  ck_reduced reduced = ck_reduce_by_ln2(twice);
  float r = reduced.r;
  float scale = ck_from_bits((reduced.n + 127) << 23);
  float e = scale * (r + r * r * ck_exp_tail(r)) + (scale - 1.0f);
  return copysignf(e / (e + 2.0f), x);
}

TESSERA_INLINE float ck_sigmoid_f32(float x) { return 1.0f / (1.0f + tessera_exp_f32(-x)); }

// log x = n ln 2 + log m with m in [√½, √2); log m = 2 atanh(s), s = (m - 1) / (m + 1), as a series in s².
TESSERA_INLINE float ck_log_f32(float x) {
  int subnormal = x < 1.17549435e-38f;
  float scaled = subnormal ? x * 8388608.0f : x;  // 2^23
  int32_t bits = ck_bits(scaled);
  int32_t exponent = (bits - 0x3f3504f3) >> 23;  // relative to √½
  float m = ck_from_bits(bits - exponent * 0x800000);
  float n = (float)exponent - (subnormal ? 23.0f : 0.0f);
  float f = m - 1.0f;
  float s = f / (2.0f + f);
  float z = s * s;
  float series = 2.0f / 11.0f;
  series = series * z + 2.0f / 9.0f;
  series = series * z + 2.0f / 7.0f;
  series = series * z + 2.0f / 5.0f;
  series = (series * z + 2.0f / 3.0f) * z;
  // 2 s = f - s f and s f = f²/2 - s f²/2 turn the result into f plus small corrections.
  float square = 0.5f * f * f;
  float value = n * CK_LN2_HIGH + (f - (square - (s * (square + series) + n * CK_LN2_LOW)));
  value = x == 0.0f ? -INFINITY : value;
  value = x < 0.0f ? NAN : value;
  return x < INFINITY ? value : x;  // infinity and NaN
}

// erf a for |a| <= 1, the Taylor series.
TESSERA_INLINE float ck_erf_near_zero(float a) {
  float z = a * a;
  float s = 1.0f / 76204800.0f;
  s = s * z - 1.0f / 6894720.0f;
  s = s * z + 1.0f / 685440.0f;
  s = s * z - 1.0f / 75600.0f;
  s = s * z + 1.0f / 9360.0f;
  s = s * z - 1.0f / 1320.0f;
  s = s * z + 1.0f / 216.0f;
  s = s * z - 1.0f / 42.0f;
  s = s * z + 1.0f / 10.0f;
  s = s * z - 1.0f / 3.0f;
  return 1.12837916709551257f * (a + a * z * s);
}

// erfc a for a >= 1, given exp(-a²): that factor times a polynomial in (a - 2) / (a + 2), fitted by weighted least
// squares to a relative error of 6e-9 on [1, 10.1], where erfc falls below the smallest float.
TESSERA_INLINE float ck_erfc_tail(float a, float expOfMinusSquare) {
  float t = (a - 2.0f) / (a + 2.0f);
  float s = 0.00031747767934575677f;
  s = s * t - 0.0010841723997145891f;
  s = s * t - 0.0008799659553915262f;
  s = s * t + 0.007022262550890446f;
  s = s * t + 0.003732399782165885f;
  s = s * t - 0.07898008823394775f;
  s = s * t + 0.2416583001613617f;
  s = s * t - 0.4271858334541321f;
  s = s * t + 0.25539568066596985f;
  return s * expOfMinusSquare;
}

TESSERA_INLINE float ck_erf_f32(float x) {
  float a = fabsf(x);
  float capped = a > 11.0f ? 11.0f : a;
  float tail = 1.0f - ck_erfc_tail(capped, tessera_exp_f32(-capped * capped));
  return a <= 1.0f ? ck_erf_near_zero(x) : copysignf(tail, x);
}

// The standard normal distribution at x: density and cumulative share. The lower tail comes from erfc, so it keeps its
// leading digits where 1 + erf would cancel.
typedef struct {
  float density, share;
} ck_normal_f32;

TESSERA_INLINE ck_normal_f32 ck_normal_at_f32(float x) {
  float bounded = fabsf(x) > 15.5f ? 15.5f : fabsf(x);  // the tail is below the smallest float there
  float exponential = tessera_exp_f32(-0.5f * bounded * bounded);
  float a = bounded * 0.707106781186547524f;
  float tail = 0.5f * ck_erfc_tail(a, exponential);
  float outside = x < 0.0f ? tail : 1.0f - tail;
  float inside = 0.5f + copysignf(0.5f * ck_erf_near_zero(a), x);
  return (ck_normal_f32){exponential * 0.398942280401432678f, a <= 1.0f ? inside : outside};
}

TESSERA_INLINE float ck_gelu_f32(float x) { return x * ck_normal_at_f32(x).share; }

TESSERA_INLINE float ck_gelu_slope_f32(float x) {
  ck_normal_f32 normal = ck_normal_at_f32(x);
  return normal.share + x * normal.density;
}

TESSERA_INLINE double ck_log_f64(double x) { return log(x); }
TESSERA_INLINE double ck_tanh_f64(double x) { return tanh(x); }
TESSERA_INLINE double ck_erf_f64(double x) { return erf(x); }
TESSERA_INLINE double ck_sigmoid_f64(double x) { return 1.0 / (1.0 + exp(-x)); }
TESSERA_INLINE double ck_gelu_f64(double x) { return 0.5 * x * erfc(-x * 0.707106781186547524); }
TESSERA_INLINE double ck_gelu_slope_f64(double x) {
  return 0.5 * erfc(-x * 0.707106781186547524) + x * 0.398942280401432678 * exp(-0.5 * x * x);
}
