#include "include/movement.h"
#include "movement_half.h"
#include "pointwise_target.h"
#include "pointwise_walk.h"

// Out-of-range conversions to integers are undefined in C and differ between processors.
#define SATURATE(T, name, lowest, limit)                                          \
  TESSERA_INLINE T name(double x) {                                                    \
    return x >= limit ? (T) ~(T)lowest : (x <= (double)lowest ? lowest : (x == x ? (T)x : 0)); \
  }
SATURATE(int32_t, saturated_int32, INT32_MIN, 2147483648.0)
SATURATE(int64_t, saturated_int64, INT64_MIN, 9223372036854775808.0)

#define SAME(x) (x)
#define TRUTH(x) ((x) != 0)

#define CAST(from, From, load, to, To, store)                                                                        \
  TESSERA_CLONES static void cast_##from##_##to(const void *source, int64_t ss, void *out, int64_t so, int64_t n) {       \
    const From *a = source;                                                                                          \
    To *b = out;                                                                                                     \
    if (ss == 1 && so == 1) {                                                                                        \
      for (int64_t i = 0; i < n; i++) b[i] = (To)store(load(a[i]));                                                  \
    } else {                                                                                                         \
      for (int64_t i = 0; i < n; i++) b[i * so] = (To)store(load(a[i * ss]));                                        \
    }                                                                                                                \
  }

#define CASTS_FROM(from, From, load, toInt32, toInt64)                 \
  CAST(from, From, load, f32, float, SAME)                             \
  CAST(from, From, load, f64, double, SAME)                            \
  CAST(from, From, load, i32, int32_t, toInt32)                        \
  CAST(from, From, load, i64, int64_t, toInt64)                        \
  CAST(from, From, load, truth, uint8_t, TRUTH)                        \
  CAST(from, From, load, f16, uint16_t, ck_float16_from_float)         \
  CAST(from, From, load, bf16, uint16_t, ck_bfloat16_from_float)

CASTS_FROM(f32, float, SAME, saturated_int32, saturated_int64)
CASTS_FROM(f64, double, SAME, saturated_int32, saturated_int64)
CASTS_FROM(i32, int32_t, SAME, SAME, SAME)
CASTS_FROM(i64, int64_t, SAME, SAME, SAME)
CASTS_FROM(truth, uint8_t, TRUTH, SAME, SAME)
CASTS_FROM(f16, uint16_t, ck_float_from_float16, saturated_int32, saturated_int64)
CASTS_FROM(bf16, uint16_t, ck_float_from_bfloat16, saturated_int32, saturated_int64)

typedef void (*cast_run)(const void *, int64_t, void *, int64_t, int64_t);

// Rows and columns in the order of CKType.
#define ROW(from)                                                                        \
  {cast_##from##_f32,   cast_##from##_f64, cast_##from##_i32, cast_##from##_i64,         \
   cast_##from##_truth, cast_##from##_f16, cast_##from##_bf16}

static cast_run run_for(CKType from, CKType to) {
  const cast_run runs[7][7] = {ROW(f32), ROW(f64), ROW(i32), ROW(i64), ROW(truth), ROW(f16), ROW(bf16)};
  return runs[from][to];
}

void ck_cast(CKType from, CKType to, int rank, const int64_t *shape, const void *source, const int64_t *sourceStrides,
             void *out, const int64_t *outStrides, int64_t begin, int64_t end) {
  static const int64_t sizes[7] = {4, 8, 4, 8, 1, 2, 2};
  cast_run run = run_for(from, to);
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 2, (const int64_t *[]){outStrides, sourceStrides});
  int last = walk.rank - 1;
  for (ck_cursor at = ck_cursor_at(&walk, begin, end); at.position < end;) {
    int64_t n = ck_cursor_run(&walk, &at);
    run((const char *)source + at.offset[1] * sizes[from], walk.strides[1][last],
        (char *)out + at.offset[0] * sizes[to], walk.strides[0][last], n);
    ck_cursor_advance(&walk, &at, n);
  }
}
