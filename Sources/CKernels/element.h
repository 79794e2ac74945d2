// What each_element.inc and each_real.inc need.
#pragma once

#include "half.h"
#include "movement_half.h"
#include "vector_math.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
