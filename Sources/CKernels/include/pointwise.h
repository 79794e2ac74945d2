#pragma once

#include <stdint.h>

// Elementwise kernels over n-dimensional operands, rank at most 8. Strides count elements, may be 0 (broadcast) or
// negative, and are one array an operand. `begin ..< end` is a range of positions, 0 ..< product(shape): any partition of
// that range gives the same bits, so callers cut it into slabs for threads and for cancellation. Operands are equal
// (in place) or disjoint. Scalars `p` and `q` are used by the ops that say so.

// Closed, so that Swift sees an enum with the cases' short names.
#define CK_ENUM enum __attribute__((enum_extensibility(closed)))

typedef CK_ENUM CKUnaryOp {
  CKUnaryOpNegate, CKUnaryOpAbsolute, CKUnaryOpSign, CKUnaryOpExp, CKUnaryOpLog, CKUnaryOpSqrt,
  CKUnaryOpReciprocalSqrt, CKUnaryOpReciprocal, CKUnaryOpSquare, CKUnaryOpSin, CKUnaryOpCos, CKUnaryOpTanh,
  CKUnaryOpSigmoid, CKUnaryOpErf, CKUnaryOpGelu, CKUnaryOpRelu, CKUnaryOpFloor, CKUnaryOpCeil,
  CKUnaryOpRound,         // halves to even
  CKUnaryOpLeakyRelu,     // slope p
  CKUnaryOpAddScalar,     // x + p
  CKUnaryOpMultiplyScalar,  // x p
  CKUnaryOpSubtractFrom,  // p - x
  CKUnaryOpDivideInto,    // p / x
  CKUnaryOpDivideScalar,  // x / p
  CKUnaryOpPower,         // x to the power p
  CKUnaryOpClamp,         // between p and q
} CKUnaryOp;

typedef CK_ENUM CKBinaryOp {
  CKBinaryOpAdd, CKBinaryOpSubtract, CKBinaryOpMultiply, CKBinaryOpDivide, CKBinaryOpPower,
  CKBinaryOpMaximum, CKBinaryOpMinimum,  // NaN wins
  CKBinaryOpFloorDivide, CKBinaryOpModulo,  // the sign of the divisor
  CKBinaryOpAddScaled,          // a + p b
  // Gradients: the second operand is the gradient of the output.
  CKBinaryOpReluBackward,       // first operand: the output
  CKBinaryOpLeakyReluBackward,  // the output; slope p > 0
  CKBinaryOpGeluBackward,       // the input
  CKBinaryOpSigmoidBackward,    // the output
  CKBinaryOpTanhBackward,       // the output
  CKBinaryOpAbsoluteBackward,   // the input
  CKBinaryOpClampBackward,      // the input; bounds p and q
} CKBinaryOp;

typedef CK_ENUM CKIntegerUnaryOp {
  CKIntegerUnaryOpNegate, CKIntegerUnaryOpAbsolute, CKIntegerUnaryOpSign, CKIntegerUnaryOpRelu,
  CKIntegerUnaryOpAddScalar, CKIntegerUnaryOpMultiplyScalar, CKIntegerUnaryOpSubtractFrom, CKIntegerUnaryOpClamp,
} CKIntegerUnaryOp;

// Wraps on overflow. A zero divisor gives 0: callers reject it first.
typedef CK_ENUM CKIntegerBinaryOp {
  CKIntegerBinaryOpAdd, CKIntegerBinaryOpSubtract, CKIntegerBinaryOpMultiply, CKIntegerBinaryOpFloorDivide,
  CKIntegerBinaryOpModulo, CKIntegerBinaryOpMaximum, CKIntegerBinaryOpMinimum,
} CKIntegerBinaryOp;

typedef CK_ENUM CKCompareOp {
  CKCompareOpEqual, CKCompareOpNotEqual, CKCompareOpLess, CKCompareOpLessOrEqual, CKCompareOpGreater,
  CKCompareOpGreaterOrEqual,
} CKCompareOp;

typedef CK_ENUM CKLogicalOp { CKLogicalOpAnd, CKLogicalOpOr, CKLogicalOpXor } CKLogicalOp;

#define CK_DECLARE_FLOAT(T, suffix)                                                                                 \
  void ck_unary_##suffix(CKUnaryOp op, T p, T q, int rank, const int64_t *shape, const T *a,                        \
                         const int64_t *aStrides, T *out, const int64_t *outStrides, int64_t begin, int64_t end);   \
  void ck_binary_##suffix(CKBinaryOp op, T p, T q, int rank, const int64_t *shape, const T *a,                      \
                          const int64_t *aStrides, const T *b, const int64_t *bStrides, T *out,                     \
                          const int64_t *outStrides, int64_t begin, int64_t end);

#define CK_DECLARE_INTEGER(T, suffix)                                                                               \
  void ck_unary_##suffix(CKIntegerUnaryOp op, T p, T q, int rank, const int64_t *shape, const T *a,                 \
                         const int64_t *aStrides, T *out, const int64_t *outStrides, int64_t begin, int64_t end);   \
  void ck_binary_##suffix(CKIntegerBinaryOp op, int rank, const int64_t *shape, const T *a,                         \
                          const int64_t *aStrides, const T *b, const int64_t *bStrides, T *out,                     \
                          const int64_t *outStrides, int64_t begin, int64_t end);

// `out` holds 1 where the relation holds, else 0.
#define CK_DECLARE_COMPARE(T, suffix)                                                                               \
  void ck_compare_##suffix(CKCompareOp op, int rank, const int64_t *shape, const T *a, const int64_t *aStrides,     \
                           const T *b, const int64_t *bStrides, uint8_t *out, const int64_t *outStrides,            \
                           int64_t begin, int64_t end);

CK_DECLARE_FLOAT(float, f32)
CK_DECLARE_FLOAT(double, f64)
CK_DECLARE_INTEGER(int32_t, i32)
CK_DECLARE_INTEGER(int64_t, i64)
CK_DECLARE_COMPARE(float, f32)
CK_DECLARE_COMPARE(double, f64)
CK_DECLARE_COMPARE(int32_t, i32)
CK_DECLARE_COMPARE(int64_t, i64)
CK_DECLARE_COMPARE(uint8_t, u8)

#undef CK_DECLARE_FLOAT
#undef CK_DECLARE_INTEGER
#undef CK_DECLARE_COMPARE

// Truth values: any nonzero byte is true, results are 0 or 1.
void ck_logical(CKLogicalOp op, int rank, const int64_t *shape, const uint8_t *a, const int64_t *aStrides,
                const uint8_t *b, const int64_t *bStrides, uint8_t *out, const int64_t *outStrides, int64_t begin,
                int64_t end);
void ck_logical_not(int rank, const int64_t *shape, const uint8_t *a, const int64_t *aStrides, uint8_t *out,
                    const int64_t *outStrides, int64_t begin, int64_t end);

// condition ? a : b for elements of 1, 2, 4 or 8 bytes.
void ck_where(int elementSize, int rank, const int64_t *shape, const uint8_t *condition,
              const int64_t *conditionStrides, const void *a, const int64_t *aStrides, const void *b,
              const int64_t *bStrides, void *out, const int64_t *outStrides, int64_t begin, int64_t end);
