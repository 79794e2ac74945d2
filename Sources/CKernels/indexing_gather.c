#include <string.h>

#include "include/indexing.h"
#include "pointwise_walk.h"

int64_t ck_index_normalize(const int64_t *index, int64_t count, int64_t limit, int64_t *out) {
  for (int64_t i = 0; i < count; i++) {
    int64_t value = index[i] < 0 ? index[i] + limit : index[i];
    if (value < 0 || value >= limit) return i;
    out[i] = value;
  }
  return -1;
}

// Operands of the walk: output, index, source.
#define GATHER(T)                                                                                                  \
  static void gather_##T(const ck_walk *walk, const T *source, int64_t step, const int64_t *index, T *out,         \
                         int64_t begin, int64_t end) {                                                             \
    int last = walk->rank - 1;                                                                                     \
    int64_t so = walk->strides[0][last], si = walk->strides[1][last], ss = walk->strides[2][last];                 \
    for (ck_cursor at = ck_cursor_at(walk, begin, end); at.position < end;) {                                      \
      int64_t n = ck_cursor_run(walk, &at);                                                                        \
      T *to = out + at.offset[0];                                                                                  \
      const int64_t *which = index + at.offset[1];                                                                 \
      const T *from = source + at.offset[2];                                                                       \
      if (si == 0 && so == 1 && ss == 1) {                                                                         \
        memcpy(to, from + which[0] * step, (size_t)n * sizeof(T));                                                 \
      } else {                                                                                                     \
        for (int64_t i = 0; i < n; i++) to[i * so] = from[i * ss + which[i * si] * step];                          \
      }                                                                                                            \
      ck_cursor_advance(walk, &at, n);                                                                             \
    }                                                                                                              \
  }

GATHER(uint8_t)
GATHER(uint16_t)
GATHER(uint32_t)
GATHER(uint64_t)

void ck_gather(int elementSize, int rank, const int64_t *shape, const void *source, const int64_t *sourceStrides,
               int64_t step, const int64_t *index, const int64_t *indexStrides, void *out, const int64_t *outStrides,
               int64_t begin, int64_t end) {
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 3, (const int64_t *[]){outStrides, indexStrides, sourceStrides});
  switch (elementSize) {
    case 1: gather_uint8_t(&walk, source, step, index, out, begin, end); break;
    case 2: gather_uint16_t(&walk, source, step, index, out, begin, end); break;
    case 4: gather_uint32_t(&walk, source, step, index, out, begin, end); break;
    case 8: gather_uint64_t(&walk, source, step, index, out, begin, end); break;
  }
}

// Operands of the walk: source, index, output.
#define SCATTER_ADD(T, suffix)                                                                                        \
  void ck_scatter_add_##suffix(int rank, const int64_t *shape, const T *source, const int64_t *sourceStrides,        \
                               const int64_t *index, const int64_t *indexStrides, T *out, const int64_t *outStrides, \
                               int64_t step, int64_t begin, int64_t end) {                                           \
    ck_walk walk;                                                                                                    \
    ck_walk_prepare(&walk, rank, shape, 3, (const int64_t *[]){sourceStrides, indexStrides, outStrides});            \
    int last = walk.rank - 1;                                                                                        \
    int64_t ss = walk.strides[0][last], si = walk.strides[1][last], so = walk.strides[2][last];                      \
    for (ck_cursor at = ck_cursor_at(&walk, begin, end); at.position < end;) {                                       \
      int64_t n = ck_cursor_run(&walk, &at);                                                                         \
      const T *from = source + at.offset[0];                                                                         \
      const int64_t *which = index + at.offset[1];                                                                   \
      T *to = out + at.offset[2];                                                                                    \
      for (int64_t i = 0; i < n; i++) to[i * so + which[i * si] * step] += from[i * ss];                             \
      ck_cursor_advance(&walk, &at, n);                                                                              \
    }                                                                                                                \
  }

SCATTER_ADD(float, f32)
SCATTER_ADD(double, f64)
