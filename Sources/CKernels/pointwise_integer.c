#include "include/pointwise.h"
#include "pointwise_target.h"
#include "pointwise_walk.h"

#define T int32_t
#define U uint32_t
#define NAME(x) x##_i32
#include "pointwise_integer.inc"
#undef T
#undef U
#undef NAME

#define T int64_t
#define U uint64_t
#define NAME(x) x##_i64
#include "pointwise_integer.inc"
