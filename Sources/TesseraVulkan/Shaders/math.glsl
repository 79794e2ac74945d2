// Functions to float accuracy, as on the CPU: Vulkan promises too little for exp, log, sin and pow, and drivers differ.
#define INFINITY uintBitsToFloat(0x7F800000u)
#define NOT_A_NUMBER uintBitsToFloat(0x7FC00000u)

// 1.5 · 2^23: adding it leaves the nearest integer in the low bits. `precise` keeps compilers from folding the sum.
const float ROUNDING = 12582912.0;

float exact_exp(float x) {
  float bounded = clamp(x, -88.0, 89.0);
  precise float shifted = bounded * 1.44269504 + ROUNDING;
  precise float n = shifted - ROUNDING;
  // ln 2 in two parts, so that n ln 2 is subtracted without loss.
  precise float r = (bounded - n * 0.693145752) - n * 1.42860677e-6;
  float p = 1.9841270e-4;
  p = p * r + 1.3888889e-3;
  p = p * r + 8.3333333e-3;
  p = p * r + 4.1666667e-2;
  p = p * r + 1.6666667e-1;
  p = p * r + 0.5;
  p = p * (r * r) + r + 1.0;
  int whole = floatBitsToInt(shifted) - floatBitsToInt(ROUNDING), halfWhole = whole >> 1;
  float result = p * intBitsToFloat((halfWhole + 127) << 23) * intBitsToFloat((whole - halfWhole + 127) << 23);
  if (isnan(x)) return x;
  return x < -87.3365479 ? 0.0 : x > 88.7228394 ? INFINITY : result;
}

// log x = n ln 2 + log m with m in [√½, √2); log m = 2 atanh(s), s = (m - 1) / (m + 1).
float exact_log(float x) {
  bool subnormal = x < 1.17549435e-38;
  float scaled = subnormal ? x * 8388608.0 : x;
  int bits = floatBitsToInt(scaled), exponent = (bits - 0x3f3504f3) >> 23;
  float m = intBitsToFloat(bits - exponent * 0x800000);
  float n = float(exponent) - (subnormal ? 23.0 : 0.0);
  float f = m - 1.0, s = f / (2.0 + f), z = s * s;
  float series = 2.0 / 11.0;
  series = series * z + 2.0 / 9.0;
  series = series * z + 2.0 / 7.0;
  series = series * z + 2.0 / 5.0;
  series = (series * z + 2.0 / 3.0) * z;
  precise float square = 0.5 * f * f;
  precise float value = n * 0.693359375 + (f - (square - (s * (square + series) + n * -2.12194440e-4)));
  if (isnan(x) || x < 0.0) return NOT_A_NUMBER;
  return x == 0.0 ? -INFINITY : x < INFINITY ? value : x;
}

float exact_tanh(float x) {
  float a = min(abs(x), 10.0);
  // Near zero the difference would cancel.
  if (a < 0.25) {
    float z = a * a;
    float s = -17.0 / 315.0 + z * (62.0 / 2835.0 - z * (1382.0 / 155925.0));
    return x * (1.0 + z * (-1.0 / 3.0 + z * (2.0 / 15.0 + z * s)));
  }
  float t = 1.0 - 2.0 / (exact_exp(2.0 * a) + 1.0);
  return isnan(x) ? x : x < 0.0 ? -t : t;
}

float exact_sigmoid(float x) { return 1.0 / (1.0 + exact_exp(-x)); }

// sin and cos of r within π/4 of zero.
float small_sin(float r) {
  float z = r * r;
  return r + r * z * (-1.6666667e-1 + z * (8.3333310e-3 + z * (-1.98409e-4 + z * 2.7526e-6)));
}
float small_cos(float r) {
  float z = r * r;
  return 1.0 + z * (-0.5 + z * (4.1666668e-2 + z * (-1.3888889e-3 + z * (2.4801587e-5 - z * 2.7557e-7))));
}

// sin(r + quarter · π/2).
float quarter_sin(float r, int quarter) {
  float value = (quarter & 1) == 0 ? small_sin(r) : small_cos(r);
  return (quarter & 2) == 0 ? value : -value;
}

// x less the nearest multiple of π/2, which is returned too; π/2 in three parts.
float quarter_rest(float x, out int quarter) {
  float n = roundEven(x * 0.636619772);
  quarter = int(n);
  precise float r = ((x - n * 1.5703125) - n * 4.837512969970703125e-4) - n * 7.5497899548918821e-8;
  return r;
}

float exact_sin(float x) {
  int quarter;
  float r = quarter_rest(x, quarter);
  return quarter_sin(r, quarter);
}

float exact_cos(float x) {
  int quarter;
  float r = quarter_rest(x, quarter);
  return quarter_sin(r, quarter + 1);
}

float exact_pow(float x, float y) {
  // Small whole powers, exactly as far as products are.
  if (y == floor(y) && abs(y) <= 16.0) {
    float product = 1.0;
    for (int i = 0; i < int(abs(y)); i++) product *= x;
    return y < 0.0 ? 1.0 / product : product;
  }
  if (x == 0.0) return y > 0.0 ? 0.0 : INFINITY;
  float size = exact_exp(y * exact_log(abs(x)));
  if (x > 0.0) return size;
  if (y != floor(y)) return NOT_A_NUMBER;
  return floor(y * 0.5) * 2.0 == y ? size : -size;
}

// erf a for |a| <= 1, the Taylor series.
float erf_near_zero(float a) {
  float z = a * a;
  float s = 1.0 / 76204800.0;
  s = s * z - 1.0 / 6894720.0;
  s = s * z + 1.0 / 685440.0;
  s = s * z - 1.0 / 75600.0;
  s = s * z + 1.0 / 9360.0;
  s = s * z - 1.0 / 1320.0;
  s = s * z + 1.0 / 216.0;
  s = s * z - 1.0 / 42.0;
  s = s * z + 1.0 / 10.0;
  s = s * z - 1.0 / 3.0;
  return 1.12837916709551257 * (a + a * z * s);
}

// erfc a for a >= 1, given exp(-a²).
float erfc_tail(float a, float exponential) {
  float t = (a - 2.0) / (a + 2.0);
  float s = 0.00031747767934575677;
  s = s * t - 0.0010841723997145891;
  s = s * t - 0.0008799659553915262;
  s = s * t + 0.007022262550890446;
  s = s * t + 0.003732399782165885;
  s = s * t - 0.07898008823394775;
  s = s * t + 0.2416583001613617;
  s = s * t - 0.4271858334541321;
  s = s * t + 0.25539568066596985;
  return s * exponential;
}

float exact_erf(float x) {
  float a = min(abs(x), 11.0);
  if (isnan(x)) return x;
  if (a <= 1.0) return erf_near_zero(x);
  float tail = 1.0 - erfc_tail(a, exact_exp(-a * a));
  return x < 0.0 ? -tail : tail;
}

// The standard normal distribution at x: density and cumulative share.
vec2 normal_at(float x) {
  float bounded = min(abs(x), 15.5), exponential = exact_exp(-0.5 * bounded * bounded);
  float a = bounded * 0.707106781186547524, density = exponential * 0.398942280401432678;
  if (a <= 1.0) {
    float part = 0.5 * erf_near_zero(a);
    return vec2(density, x < 0.0 ? 0.5 - part : 0.5 + part);
  }
  float tail = 0.5 * erfc_tail(a, exponential);
  return vec2(density, x < 0.0 ? tail : 1.0 - tail);
}

float gelu(float x) { return x * normal_at(x).y; }
float gelu_slope(float x) {
  vec2 normal = normal_at(x);
  return normal.y + x * normal.x;
}
