#include <string.h>

#include "include/movement.h"
#include "pointwise_target.h"
#include "pointwise_walk.h"

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

// Where the source runs along another dimension than the output, that dimension is made the second-innermost one, so that
// the two form a plane to transpose. Returns whether there is such a plane.
static bool arrange_transpose(ck_walk *walk) {
  int last = walk->rank - 1, fastest = last;
  for (int d = last - 1; d >= 0; d--) {
    int64_t stride = magnitude(walk->strides[1][d]);
    if (stride != 0 && stride < magnitude(walk->strides[1][fastest])) fastest = d;
  }
  if (fastest == last) return false;
  int64_t size = walk->shape[fastest], out = walk->strides[0][fastest], source = walk->strides[1][fastest];
  for (int d = fastest; d < last - 1; d++) {
    walk->shape[d] = walk->shape[d + 1];
    for (int k = 0; k < 2; k++) walk->strides[k][d] = walk->strides[k][d + 1];
  }
  walk->shape[last - 1] = size;
  walk->strides[0][last - 1] = out;
  walk->strides[1][last - 1] = source;
  return true;
}

// Tiles touch 8 lines of the source and 16 of the output: with strides that are powers of two those lines compete for
// one set of a first-level cache, which has 8 places or more.
enum { TILE_COLUMNS = 8, TILE_ROWS = 16 };

#define COPY(T)                                                                                                       \
  static void copy_run_##T(const T *source, int64_t ss, T *out, int64_t so, int64_t n) {                             \
    if (ss == 1 && so == 1) {                                                                                         \
      memmove(out, source, (size_t)n * sizeof(T));                                                                    \
    } else {                                                                                                          \
      for (int64_t i = 0; i < n; i++) out[i * so] = source[i * ss];                                                   \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  static void copy_plane_##T(const ck_walk *walk, const T *source, T *out, int64_t rows) {                            \
    int last = walk->rank - 1;                                                                                        \
    int64_t columns = walk->shape[last];                                                                              \
    int64_t or = walk->strides[0][last - 1], oc = walk->strides[0][last];                                             \
    int64_t sr = walk->strides[1][last - 1], sc = walk->strides[1][last];                                             \
    for (int64_t r0 = 0; r0 < rows; r0 += TILE_ROWS) {                                                                \
      int64_t r1 = r0 + TILE_ROWS < rows ? r0 + TILE_ROWS : rows;                                                     \
      for (int64_t c0 = 0; c0 < columns; c0 += TILE_COLUMNS) {                                                        \
        int64_t c1 = c0 + TILE_COLUMNS < columns ? c0 + TILE_COLUMNS : columns;                                       \
        for (int64_t r = r0; r < r1; r++)                                                                             \
          for (int64_t c = c0; c < c1; c++) out[r * or + c * oc] = source[r * sr + c * sc];                           \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  static void copy_##T(const ck_walk *walk, bool transposes, const T *source, T *out, int64_t begin, int64_t end) {   \
    int last = walk->rank - 1;                                                                                        \
    int64_t columns = walk->shape[last];                                                                              \
    ck_cursor at = ck_cursor_at(walk, begin, end);                                                                    \
    while (at.position < end) {                                                                                       \
      const T *from = source + at.offset[1];                                                                          \
      T *to = out + at.offset[0];                                                                                     \
      int64_t rows = 0;                                                                                               \
      if (transposes && at.index[last] == 0) {                                                                        \
        int64_t inPlane = walk->shape[last - 1] - at.index[last - 1], inRange = (end - at.position) / columns;        \
        rows = inPlane < inRange ? inPlane : inRange;                                                                 \
      }                                                                                                               \
      if (rows > 1) {                                                                                                 \
        copy_plane_##T(walk, from, to, rows);                                                                         \
        at = ck_cursor_at(walk, at.position + rows * columns, end);                                                   \
      } else {                                                                                                        \
        int64_t n = ck_cursor_run(walk, &at);                                                                         \
        copy_run_##T(from, walk->strides[1][last], to, walk->strides[0][last], n);                                    \
        ck_cursor_advance(walk, &at, n);                                                                              \
      }                                                                                                               \
    }                                                                                                                 \
  }

COPY(uint8_t)
COPY(uint16_t)
COPY(uint32_t)
COPY(uint64_t)

void ck_copy(int elementSize, int rank, const int64_t *shape, const void *source, const int64_t *sourceStrides,
             void *out, const int64_t *outStrides, int64_t begin, int64_t end) {
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 2, (const int64_t *[]){outStrides, sourceStrides});
  bool transposes = arrange_transpose(&walk);
  switch (elementSize) {
    case 1: copy_uint8_t(&walk, transposes, source, out, begin, end); break;
    case 2: copy_uint16_t(&walk, transposes, source, out, begin, end); break;
    case 4: copy_uint32_t(&walk, transposes, source, out, begin, end); break;
    case 8: copy_uint64_t(&walk, transposes, source, out, begin, end); break;
  }
}

#define FILL(T)                                                                                            \
  static void fill_##T(const ck_walk *walk, const void *value, T *out, int64_t begin, int64_t end) {       \
    T element;                                                                                             \
    memcpy(&element, value, sizeof element);                                                               \
    int64_t stride = walk->strides[0][walk->rank - 1];                                                     \
    for (ck_cursor at = ck_cursor_at(walk, begin, end); at.position < end;) {                              \
      int64_t n = ck_cursor_run(walk, &at);                                                                \
      T *to = out + at.offset[0];                                                                          \
      if (stride == 1) {                                                                                   \
        for (int64_t i = 0; i < n; i++) to[i] = element;                                                   \
      } else {                                                                                             \
        for (int64_t i = 0; i < n; i++) to[i * stride] = element;                                          \
      }                                                                                                    \
      ck_cursor_advance(walk, &at, n);                                                                     \
    }                                                                                                      \
  }

FILL(uint8_t)
FILL(uint16_t)
FILL(uint32_t)
FILL(uint64_t)

void ck_fill(int elementSize, const void *value, int rank, const int64_t *shape, void *out, const int64_t *outStrides,
             int64_t begin, int64_t end) {
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 1, (const int64_t *[]){outStrides});
  switch (elementSize) {
    case 1: fill_uint8_t(&walk, value, out, begin, end); break;
    case 2: fill_uint16_t(&walk, value, out, begin, end); break;
    case 4: fill_uint32_t(&walk, value, out, begin, end); break;
    case 8: fill_uint64_t(&walk, value, out, begin, end); break;
  }
}
