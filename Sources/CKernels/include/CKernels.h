#pragma once
#include "indexing.h"
#include "movement.h"
#include "pointwise.h"
#include "random.h"
#include "reduce.h"
