#include "include/pointwise.h"
#include "pointwise_target.h"
#include "pointwise_walk.h"

#define T float
#define NAME(x) x##_f32
#include "pointwise_compare.inc"
#undef T
#undef NAME

#define T double
#define NAME(x) x##_f64
#include "pointwise_compare.inc"
#undef T
#undef NAME

#define T int32_t
#define NAME(x) x##_i32
#include "pointwise_compare.inc"
#undef T
#undef NAME

#define T int64_t
#define NAME(x) x##_i64
#include "pointwise_compare.inc"
#undef T
#undef NAME

#define T uint8_t
#define NAME(x) x##_u8
#include "pointwise_compare.inc"
