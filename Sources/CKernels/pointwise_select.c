#include "include/pointwise.h"
#include "pointwise_target.h"
#include "pointwise_walk.h"

#define LOGICAL(name, expression)                                                                                  \
  static void logical_##name(const uint8_t *a, int64_t sa, const uint8_t *b, int64_t sb, uint8_t *out, int64_t so, \
                             int64_t n) {                                                                          \
    CK_PARALLEL_LOOP for (int64_t i = 0; i < n; i++) {                                                             \
      uint8_t x = a[i * sa] != 0, y = b[i * sb] != 0;                                                              \
      out[i * so] = (expression);                                                                                  \
    }                                                                                                              \
  }

LOGICAL(And, x & y)
LOGICAL(Or, x | y)
LOGICAL(Xor, x ^ y)

void ck_logical(CKLogicalOp op, int rank, const int64_t *shape, const uint8_t *a, const int64_t *aStrides,
                const uint8_t *b, const int64_t *bStrides, uint8_t *out, const int64_t *outStrides, int64_t begin,
                int64_t end) {
  void (*run)(const uint8_t *, int64_t, const uint8_t *, int64_t, uint8_t *, int64_t, int64_t) = 0;
  switch (op) {
    case CKLogicalOpAnd: run = logical_And; break;
    case CKLogicalOpOr: run = logical_Or; break;
    case CKLogicalOpXor: run = logical_Xor; break;
  }
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 3, (const int64_t *[]){outStrides, aStrides, bStrides});
  int last = walk.rank - 1;
  int64_t so = walk.strides[0][last], sa = walk.strides[1][last], sb = walk.strides[2][last];
  for (ck_cursor at = ck_cursor_at(&walk, begin, end); at.position < end;) {
    int64_t n = ck_cursor_run(&walk, &at);
    run(a + at.offset[1], sa, b + at.offset[2], sb, out + at.offset[0], so, n);
    ck_cursor_advance(&walk, &at, n);
  }
}

void ck_logical_not(int rank, const int64_t *shape, const uint8_t *a, const int64_t *aStrides, uint8_t *out,
                    const int64_t *outStrides, int64_t begin, int64_t end) {
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 2, (const int64_t *[]){outStrides, aStrides});
  int64_t so = walk.strides[0][walk.rank - 1], sa = walk.strides[1][walk.rank - 1];
  for (ck_cursor at = ck_cursor_at(&walk, begin, end); at.position < end;) {
    int64_t n = ck_cursor_run(&walk, &at);
    const uint8_t *x = a + at.offset[1];
    uint8_t *y = out + at.offset[0];
    CK_PARALLEL_LOOP for (int64_t i = 0; i < n; i++) y[i * so] = x[i * sa] == 0;
    ck_cursor_advance(&walk, &at, n);
  }
}

// Elements are moved, not interpreted, so one kernel a size serves every type.
#define WHERE(T)                                                                                                     \
  static void where_##T(const ck_walk *walk, const uint8_t *condition, const T *a, const T *b, T *out, int64_t begin, \
                        int64_t end) {                                                                               \
    int last = walk->rank - 1;                                                                                       \
    int64_t so = walk->strides[0][last], sc = walk->strides[1][last];                                                \
    int64_t sa = walk->strides[2][last], sb = walk->strides[3][last];                                                \
    for (ck_cursor at = ck_cursor_at(walk, begin, end); at.position < end;) {                                        \
      int64_t n = ck_cursor_run(walk, &at);                                                                          \
      T *z = out + at.offset[0];                                                                                     \
      const uint8_t *c = condition + at.offset[1];                                                                   \
      const T *x = a + at.offset[2], *y = b + at.offset[3];                                                          \
      CK_PARALLEL_LOOP for (int64_t i = 0; i < n; i++) z[i * so] = c[i * sc] ? x[i * sa] : y[i * sb];                \
      ck_cursor_advance(walk, &at, n);                                                                               \
    }                                                                                                                \
  }

WHERE(uint8_t)
WHERE(uint16_t)
WHERE(uint32_t)
WHERE(uint64_t)

void ck_where(int elementSize, int rank, const int64_t *shape, const uint8_t *condition,
              const int64_t *conditionStrides, const void *a, const int64_t *aStrides, const void *b,
              const int64_t *bStrides, void *out, const int64_t *outStrides, int64_t begin, int64_t end) {
  ck_walk walk;
  ck_walk_prepare(&walk, rank, shape, 4, (const int64_t *[]){outStrides, conditionStrides, aStrides, bStrides});
  switch (elementSize) {
    case 1: where_uint8_t(&walk, condition, a, b, out, begin, end); break;
    case 2: where_uint16_t(&walk, condition, a, b, out, begin, end); break;
    case 4: where_uint32_t(&walk, condition, a, b, out, begin, end); break;
    case 8: where_uint64_t(&walk, condition, a, b, out, begin, end); break;
  }
}
