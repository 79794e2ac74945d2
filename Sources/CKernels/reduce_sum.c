#include "include/reduce.h"
#include "pointwise_target.h"
#include "reduce_tile.h"

#define T float
#define A double
#define R double
#define NAME(x) x##_f32
#include "reduce_sum.inc"
#undef T
#undef NAME

#define T double
#define NAME(x) x##_f64
#include "reduce_sum.inc"
#undef T
#undef A
#undef R
#undef NAME

// Unsigned accumulation: integer sums wrap.
#define T int32_t
#define A uint64_t
#define R int64_t
#define NAME(x) x##_i32
#include "reduce_sum.inc"
#undef T
#undef NAME

#define T int64_t
#define NAME(x) x##_i64
#include "reduce_sum.inc"
#undef T
#undef NAME

#define T uint8_t
#define NAME(x) x##_u8
#include "reduce_sum.inc"
