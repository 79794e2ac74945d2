#include <math.h>

#include "include/pointwise.h"
#include "pointwise_math.h"
#include "pointwise_target.h"
#include "pointwise_walk.h"

// The loops around sin, cos, pow and double's libm calls cannot be vectorised, and the pragma asks for it everywhere.
#pragma clang diagnostic ignored "-Wpass-failed"

#define T float
#define NAME(x) x##_f32
#define MATH(x) ck_##x##_f32
#define LIBM(x) x##f
#include "pointwise_float.inc"
#undef T
#undef NAME
#undef MATH
#undef LIBM

#define T double
#define NAME(x) x##_f64
#define MATH(x) ck_##x##_f64
#define LIBM(x) x
#include "pointwise_float.inc"
