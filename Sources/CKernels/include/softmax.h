// Softmax and its logarithm along the middle of [outer, count, inner].
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "half.h"

// Which rows of [outer, count, inner] a call works on; every row's bits are its own.
typedef struct {
  int64_t count, inner;
  int64_t outerBegin, outerEnd, innerBegin, innerEnd;
  bool logarithm;
} TesseraSoftmax;

// The backward pass makes dx from the output y and its gradient; dx may be dy.
#define TESSERA_DECLARE_SOFTMAX(STORE, suffix)                                                                   \
  void tessera_softmax_##suffix(const TesseraSoftmax *rows, const STORE *x, STORE *y);                           \
  void tessera_softmax_backward_##suffix(const TesseraSoftmax *rows, const STORE *y, const STORE *dy, STORE *dx);

TESSERA_DECLARE_SOFTMAX(float, f32)
TESSERA_DECLARE_SOFTMAX(double, f64)
TESSERA_DECLARE_SOFTMAX(TesseraBFloat16, bf16)
TESSERA_DECLARE_SOFTMAX(TesseraFloat16, f16)

#undef TESSERA_DECLARE_SOFTMAX
