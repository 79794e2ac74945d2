#include <string.h>

#include "include/reduce.h"
#include "pointwise_target.h"
#include "reduce_tile.h"

#define T float
#define NAME(x) x##_f32
#include "reduce_extremum.inc"
#undef T
#undef NAME

#define T double
#define NAME(x) x##_f64
#include "reduce_extremum.inc"
#undef T
#undef NAME

#define T int32_t
#define NAME(x) x##_i32
#include "reduce_extremum.inc"
#undef T
#undef NAME

#define T int64_t
#define NAME(x) x##_i64
#include "reduce_extremum.inc"
