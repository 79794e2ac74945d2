#include <stdbool.h>

#include "include/reduce.h"

// `wanted` decides the result early: a true element for any, a false one for all.
static bool contains(const uint8_t *source, int64_t count, int64_t stride, bool wanted) {
  for (int64_t i = 0; i < count; i++)
    if ((source[i * stride] != 0) == wanted) return true;
  return false;
}

static void decide(const uint8_t *source, int64_t reduce, int64_t inner, bool wanted, uint8_t *out, int64_t begin,
                   int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    const uint8_t *first = source + (i / inner) * reduce * inner + i % inner;
    out[i] = contains(first, reduce, inner, wanted) == wanted;
  }
}

void ck_any(const uint8_t *source, int64_t reduce, int64_t inner, uint8_t *out, int64_t begin, int64_t end) {
  decide(source, reduce, inner, true, out, begin, end);
}

void ck_all(const uint8_t *source, int64_t reduce, int64_t inner, uint8_t *out, int64_t begin, int64_t end) {
  decide(source, reduce, inner, false, out, begin, end);
}
