// Optimizer steps for both element types; the bodies are in optimizer.inc.
#include "optimizer.h"

#include "vector_math.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define REAL float
#define NAME(x) JOIN(x, _f32)
#include "optimizer.inc"
#undef REAL
#undef NAME
#define REAL double
#define NAME(x) JOIN(x, _f64)
#include "optimizer.inc"
