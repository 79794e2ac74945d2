#pragma once

#include "vector_math.h"

// In-place calls (out == a) defeat the vectoriser's overlap check, which would then run the scalar loop. Elements only
// ever depend on the same position, so vectorising is right for equal and for disjoint operands.
#define CK_PARALLEL_LOOP _Pragma("clang loop vectorize(assume_safety)")
