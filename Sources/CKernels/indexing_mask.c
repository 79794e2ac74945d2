#include "include/indexing.h"

int64_t ck_mask_count(const uint8_t *mask, int64_t begin, int64_t end) {
  int64_t count = 0;
  for (int64_t i = begin; i < end; i++) count += mask[i] != 0;
  return count;
}

void ck_mask_positions(const uint8_t *mask, int64_t *positions, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++)
    if (mask[i]) *positions++ = i;
}

#define COMPACT(T)                                                                                      \
  static void compact_##T(const uint8_t *mask, const T *source, T *out, int64_t begin, int64_t end) {   \
    for (int64_t i = begin; i < end; i++)                                                               \
      if (mask[i]) *out++ = source[i];                                                                  \
  }

COMPACT(uint8_t)
COMPACT(uint16_t)
COMPACT(uint32_t)
COMPACT(uint64_t)

void ck_mask_compact(int elementSize, const uint8_t *mask, const void *source, void *out, int64_t begin, int64_t end) {
  switch (elementSize) {
    case 1: compact_uint8_t(mask, source, out, begin, end); break;
    case 2: compact_uint16_t(mask, source, out, begin, end); break;
    case 4: compact_uint32_t(mask, source, out, begin, end); break;
    case 8: compact_uint64_t(mask, source, out, begin, end); break;
  }
}
