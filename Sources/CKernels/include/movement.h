#pragma once

#include <stdint.h>

// Moving elements between n-dimensional operands, rank at most 8, strides in elements (negative to flip, 0 to repeat the
// source). `begin ..< end` ranges over 0 ..< product(shape) as for the pointwise kernels, in an order of the kernel's own.
// Padding, rolling, flipping and concatenation are copies between parts of two tensors.

typedef enum __attribute__((enum_extensibility(closed))) CKType {
  CKTypeFloat32, CKTypeFloat64, CKTypeInt32, CKTypeInt64, CKTypeBool, CKTypeFloat16, CKTypeBFloat16,
} CKType;

// Elements of 1, 2, 4 or 8 bytes. Transposes are tiled.
void ck_copy(int elementSize, int rank, const int64_t *shape, const void *source, const int64_t *sourceStrides,
             void *out, const int64_t *outStrides, int64_t begin, int64_t end);

// Repeats the element at `value`.
void ck_fill(int elementSize, const void *value, int rank, const int64_t *shape, void *out, const int64_t *outStrides,
             int64_t begin, int64_t end);

// Floats round to nearest even; to integers they truncate, saturate, and NaN becomes 0; to bool anything but 0 is true.
void ck_cast(CKType from, CKType to, int rank, const int64_t *shape, const void *source, const int64_t *sourceStrides,
             void *out, const int64_t *outStrides, int64_t begin, int64_t end);
