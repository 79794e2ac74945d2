// 16-bit floats as tensors store them. Kernels compute in float32 and round once, to nearest even, where they store.
#pragma once

#include <stdint.h>

typedef struct {
  uint16_t bits;
} TesseraBFloat16;

typedef struct {
  uint16_t bits;
} TesseraFloat16;
