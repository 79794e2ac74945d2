// Linear resampling of one to three spatial axes (an unused axis has size 1), as PyTorch's interpolate.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Strides are in elements, in the order batch, channel, depth, height, width; so any layout will do.
typedef struct {
  int64_t batch, channels;
  int64_t input[3], output[3];
  int64_t inputStrides[5], outputStrides[5];
  // Input positions per output position of each axis; not read when corners are aligned.
  double scale[3];
  bool alignCorners;
} TesseraResize;

// Writes lines begin..<end of y, a line being one (batch, depth, height) of the output.
void tessera_resize_f32(const TesseraResize *problem, const float *x, float *y, int64_t begin, int64_t end);
void tessera_resize_f64(const TesseraResize *problem, const double *x, double *y, int64_t begin, int64_t end);

// Writes lines begin..<end of dx. Every input position gathers, so that slabs never meet.
void tessera_resize_backward_f32(const TesseraResize *problem, const float *dy, float *dx, int64_t begin,
                                 int64_t end);
void tessera_resize_backward_f64(const TesseraResize *problem, const double *dy, double *dx, int64_t begin,
                                 int64_t end);
