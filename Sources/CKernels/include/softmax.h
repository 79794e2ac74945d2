// Softmax and its logarithm along the middle of [outer, count, inner].
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Which rows of [outer, count, inner] a call works on; every row's bits are its own.
typedef struct {
  int64_t count, inner;
  int64_t outerBegin, outerEnd, innerBegin, innerEnd;
  bool logarithm;
} TesseraSoftmax;

void tessera_softmax_f32(const TesseraSoftmax *rows, const float *x, float *y);
void tessera_softmax_f64(const TesseraSoftmax *rows, const double *x, double *y);

// dx from the output y and its gradient; dx may be dy.
void tessera_softmax_backward_f32(const TesseraSoftmax *rows, const float *y, const float *dy, float *dx);
void tessera_softmax_backward_f64(const TesseraSoftmax *rows, const double *y, const double *dy, double *dx);
